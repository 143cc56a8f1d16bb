"""Sittings on the toy pack in line mode: begun without starting a Python for each, answered, killed, and looked at."""

import os
import random
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from quizapp import cli, drill, plain
from quizapp.core.event import Event, Reviewed
from quizapp.core.schedule import Schedule, review
from quizapp.store import Store
from quizapp.worker import client
from tests.command_line import PACK
from tests.store.crash.kept import wrong_with

IMPORTED = (drill, plain, client)
# Right, wrong, unreadable and unknown, as it happens; the last ends what was begun as code.
ANSWERS = b"".join(line + b"\n" for line in (b"", b"7", b"y", b"a", b"12.5", b"", b"3, 4", b".")) * 60
MOST_VERDICTS = 10
_ASKED = re.compile(rb"^\[\d+ of \d+\] (\S+)$", re.M)
_GRADED = re.compile(rb"^\[\d+ of \d+\] (\S+)$|^Graded \w+; back in .*\.$", re.M)


def kill_often(home: Path, seed: int, kills: int, *, late: bool = False) -> tuple[list[str], int]:
    """Begins a sitting again and again on one database and kills each at a random moment, drawn by the seed.

    late: each answer is stored only when the next one is given: that must be noticed.
    Returns what was wrong, and how many verdicts were seen in all.
    """
    rng, wrong, seen = random.Random(seed), list[str](), 0
    for nth in range(kills):
        before = reviewed(home)
        told = _hold(home, rng.randrange(MOST_VERDICTS), rng.uniform(0, 0.02), late=late)
        kept = reviewed(home)[len(before) :]
        seen += len(told)
        if kept[: len(told)] != told or len(kept) - len(told) > 1:
            wrong.append(f"kill {nth}: verdicts were given on {told}, kept are {kept}")
        wrong += [f"kill {nth}: {one}" for one in wrong_with(home / "quiz.db")]
    return wrong, seen


def reviewed(home: Path) -> list[str]:
    """The cards that were reviewed, in the order of arrival."""
    if not (home / "quiz.db").exists():
        return []
    with closing(sqlite3.connect(home / "quiz.db")) as connection:
        known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'events'").fetchone()[0]
        order = "SELECT card FROM events WHERE kind = 'reviewed' ORDER BY seq"
        return [card for (card,) in connection.execute(order)] if known else []


def verdicts(output: bytes) -> list[str]:
    """The cards whose verdicts stand in what a sitting printed, in order."""
    cards, card = list[str](), ""
    for found in _GRADED.finditer(output):
        if found[1] is None:
            cards.append(card)
        else:
            card = found[1].decode()
    return cards


def _hold(home: Path, answers: int, longer: float, *, late: bool) -> list[str]:
    """Holds a sitting, and kills it so many seconds after so many verdicts; the cards whose verdicts were seen."""
    (given, answering), (output, printed) = os.pipe(), os.pipe()
    sitting = os.fork()
    if sitting == 0:
        _sit(home, given, printed, (answering, output), late=late)
    os.close(given)
    os.close(printed)
    os.write(answering, ANSWERS)
    seen = b""
    while len(verdicts(seen)) < answers or not _ASKED.search(seen):
        part = os.read(output, 65536)
        assert part, f"the sitting ended by itself: {seen.decode()}"
        seen += part
    time.sleep(longer)
    os.kill(sitting, signal.SIGKILL)
    os.waitpid(sitting, 0)
    while part := os.read(output, 65536):
        seen += part
    os.close(answering)
    os.close(output)
    return verdicts(seen)


def _sit(home: Path, given: int, printed: int, others: tuple[int, int], *, late: bool) -> None:
    """In the child: `quiz` itself. Never returns."""
    try:
        for other in others:
            os.close(other)
        os.dup2(given, 0)
        os.dup2(printed, 1)
        os.close(given)
        os.close(printed)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.environ["QUIZ_HOME"] = str(home)
        sys.argv = ["quiz", "--pack", str(PACK), "--deck", "toy/arith", "--plain", "--ahead"]
        if late:
            Store.append = _one_behind(Store.append)  # type: ignore[method-assign,assignment]
        cli.main()
    finally:
        os._exit(1)


def _one_behind(append: Callable[[Store, Event], Schedule]) -> Callable[[Store, Event], Schedule]:
    waiting: list[Event] = []

    def later(store: Store, event: Event) -> Schedule:
        if waiting:
            append(store, waiting.pop())
        waiting.append(event)
        assert isinstance(event, Reviewed)
        before = store.schedule(event.card)
        return review(before, event.grade, card=event.card, at=event.at, day=event.day, settings=event.settings)

    return later
