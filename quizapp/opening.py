"""Opening what a command needs: the pack, the store, the clock."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from quizapp import packs, paths
from quizapp.core.day import Clock
from quizapp.packs import Pack

if TYPE_CHECKING:
    from quizapp.common import Common
    from quizapp.library import Library
    from quizapp.store import Store
    from quizapp.worker.client import Client


def pack(common: "Common") -> Pack:
    """The pack that was named, else the built-in one."""
    return packs.at(common.pack) if common.pack else packs.builtin()


def clock(common: "Common") -> Clock:
    """The system's clock, in the learner's time zone and with the hour at which their day begins."""
    config = common.config
    return Clock(lambda: time.time_ns() // 1_000_000, config.zone, config.option("rollover"))


@contextmanager
def store(common: "Common") -> "Iterator[Store]":
    """The learner's store. Raises QuizError where the database can't be opened."""
    from quizapp.store import open_store

    with open_store(paths.database_url(common.db)) as opened:
        yield opened


@contextmanager
def library(common: "Common") -> "Iterator[Library]":
    """The library over the learner's store. Raises QuizError where the pack or the database can't be opened."""
    from quizapp.library import Library

    with store(common) as opened:
        yield Library(pack(common), opened)


def back_up(store: "Store", common: "Common") -> None:
    """Begins the backup of the day, where today has none: what is written next waits for its copy. Where there can be
    none, standard error says why."""
    if common.config.option("backups"):
        now = clock(common)
        store.begin_backup(now.now(), now.day_of, lambda sentence: print(sentence, file=sys.stderr))


@contextmanager
def worker(pack: Pack, common: "Common") -> "Iterator[Client]":
    """The worker that runs the pack's verifiers, not started yet. Raises QuizError (exit 3) for a device that isn't
    there: only a device that was named is looked for before the first question, since that waits for torch."""
    from quizapp.worker.client import Client

    client = Client(pack.root, common.device)
    try:
        if common.device not in ("auto", "cpu"):
            client.device().result()
        yield client
    finally:
        client.close()


def warn(library: "Library") -> None:
    """Names every fault of the decks on standard error."""
    for fault in library.faults:
        print(fault, file=sys.stderr)
