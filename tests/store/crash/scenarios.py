"""What a process is killed in the middle of: how it begins, what it does, and what has to be so afterwards.

Each works in a folder of its own, on the real database there. It says on standard output what is done, once it is.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from quizapp import cli
from quizapp.core.codec import event_to_json
from quizapp.core.event import Event, Grade, Mark, Marked, Regraded, Rescheduled, Undone
from quizapp.store import Store, journal, open_store, record
from quizapp.store.backups import back_up
from tests.command_line import card, deck, make_pack
from tests.store.crash.kept import (
    BEFORE,
    CARDS,
    OLDER,
    backed_up,
    imported,
    index_whole,
    kept,
    migrated,
    replaced,
    restored,
    url,
)
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, reviewed

_NEW, _OLD = "own/card-4", "own/card-0"
_LAST = START + 10 * DAY
ANSWERED: list[Event] = [
    reviewed(100, _NEW, _LAST),
    reviewed(101, _OLD, _LAST + 1),
    Regraded(f"{102:016x}", _OLD, _LAST + 2, TODAY + 10, f"{101:016x}", Grade.AGAIN),
    reviewed(103, CARDS[1], START - 400 * DAY),  # the clock was set back
]
TAKEN_BACK: list[Event] = [
    Undone(f"{110:016x}", CARDS[3], _LAST, TODAY + 10, BEFORE[7].id),
    Marked(f"{111:016x}", CARDS[3], _LAST + 1, TODAY + 10, Mark.SUSPENDED),
    Undone(f"{112:016x}", CARDS[3], _LAST + 2, TODAY + 10, f"{111:016x}"),
]
# One step of several cards: all of it or nothing.
TOGETHER: list[Event] = [
    *(Marked(f"{120:016x}.{nth}", one, _LAST, TODAY + 10, Mark.BURIED) for nth, one in enumerate(CARDS)),
    Rescheduled(f"{120:016x}.9", _OLD, _LAST, TODAY + 10, TODAY + 30),
]
ELSEWHERE: list[Event] = [
    *(reviewed(200 + nth, CARDS[nth % 6], START + 2 * DAY + nth * 90_000) for nth in range(12)),
    Undone(f"{220:016x}", CARDS[2], _LAST, TODAY + 10, f"{202:016x}"),
]

Say = Callable[[str], None]
Append = Callable[[Store, Event], object]


@dataclass(frozen=True, slots=True)
class Scenario:
    """prepare: makes the folder's content. act: is killed. check: folder and the lines said -> what is wrong."""

    prepare: Callable[[Path], None]
    act: Callable[[Path, Say], None]
    check: Callable[[Path, Sequence[str]], Iterator[str]]


def studied(folder: Path) -> None:
    """A database with an index and eight reviews."""
    with open_store(url(folder)) as store:
        store.replace_decks(PACK, [entry_of("own", *CARDS)], [])
        store.append_all(BEFORE)


def one_by_one(events: Sequence[Event], append: Append = Store.append) -> Scenario:
    """Appends events, each in a transaction of its own, and says so after each."""

    def act(folder: Path, say: Say) -> None:
        with open_store(url(folder)) as store:
            for event in events:
                append(store, event)
                say(event.id)

    return Scenario(studied, act, lambda folder, said: kept(folder, said, [[event] for event in events]))


def too_soon(events: Sequence[Event]) -> Scenario:
    """The same, and each is said to be kept before it is: the checks must notice."""

    def act(folder: Path, say: Say) -> None:
        with open_store(url(folder)) as store:
            for event in events:
                say(event.id)
                store.append(event)

    return Scenario(studied, act, lambda folder, said: kept(folder, said, [[event] for event in events]))


def in_two(store: Store, event: Event) -> None:
    """Appends an event in one transaction and what follows from it in another: the checks must notice."""
    with store._writing() as connection:
        journal.insert_event(connection, event)
    with store._writing() as connection:
        record.rebuild(connection, event.card)


def _act_together(folder: Path, say: Say) -> None:
    with open_store(url(folder)) as store:
        store.append_all(TOGETHER)
        say(TOGETHER[-1].id)


def _act_apart(folder: Path, say: Say) -> None:
    with open_store(url(folder)) as store:
        for event in TOGETHER:
            store.append(event)
        say(TOGETHER[-1].id)


def _quiz(folder: Path, *arguments: str, codes: Sequence[int] = (0,)) -> None:
    """`quiz` in this process; what it prints goes to its standard output."""
    os.environ["QUIZ_HOME"] = str(folder)
    sys.argv = ["quiz", "--pack", str(folder / "pack"), *arguments]
    try:
        cli.main()
    except SystemExit as end:
        if end.code not in codes:
            raise


def _with_pack(folder: Path) -> None:
    make_pack(folder / "pack", own=deck(*(card(one) for one in CARDS)))
    (folder / "config.toml").write_text("backups = false\n")  # the day's backup is another thread's work
    lines = [event_to_json(event) for event in ELSEWHERE]
    lines.append(json.dumps({"card": CARDS[5], "at": START + 5 * DAY, "grade": 3}))
    (folder / "elsewhere.jsonl").write_text("\n".join(lines))
    with open_store(url(folder)) as store:
        store.append_all(BEFORE)


def _indexed(folder: Path) -> None:
    _with_pack(folder)
    _quiz(folder, "decks")


def _older(folder: Path) -> None:
    (folder / "quiz.db").write_bytes(OLDER.read_bytes())


def _migrate(folder: Path, say: Say) -> None:
    open_store(url(folder)).close()
    say("opened")


def _with_backup(folder: Path) -> None:
    studied(folder)
    back_up(folder / "quiz.db", START)
    with open_store(url(folder)) as store:
        store.append_all(ANSWERED[:2])


def _damaged(folder: Path) -> None:
    _with_backup(folder)
    path = folder / "quiz.db"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


SCENARIOS = {
    "answering": one_by_one(ANSWERED),
    "undoing": one_by_one(TAKEN_BACK),
    "many at once": Scenario(studied, _act_together, lambda folder, said: kept(folder, said, [TOGETHER])),
    "indexing": Scenario(_with_pack, lambda folder, _: _quiz(folder, "decks"), index_whole),
    "importing": Scenario(
        _indexed,
        lambda folder, _: _quiz(folder, "import", f"{folder}/elsewhere.jsonl"),
        partial(imported, len(ELSEWHERE) + 1),
    ),
    "migrating": Scenario(_older, _migrate, migrated),
    "backing up": Scenario(_with_backup, lambda folder, _: _quiz(folder, "backup"), backed_up),
    "restoring": Scenario(_with_backup, lambda folder, _: _quiz(folder, "restore", "--latest", "--yes"), restored),
    "restoring over a damaged one": Scenario(
        _damaged, lambda folder, _: _quiz(folder, "restore", "--latest", "--yes"), partial(replaced, len(BEFORE))
    ),
    "salvaging": Scenario(
        _damaged,
        lambda folder, _: _quiz(folder, "doctor", "--fix", "--quick", codes=(0, 1)),
        partial(replaced, len(BEFORE) + 2),
    ),
}
# Deliberately wrong: each must be found out.
BROKEN = {
    "said before it is committed": too_soon(ANSWERED),
    "committed in two transactions": one_by_one(ANSWERED, in_two),
    "a step of several cards in several transactions": Scenario(
        studied, _act_apart, lambda folder, said: kept(folder, said, [TOGETHER])
    ),
}
