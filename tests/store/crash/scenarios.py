"""What a process is killed in the middle of: how it begins, what it does, and what has to be so afterwards.

Each works in a folder of its own, on the real database there. It says on standard output what is done, once it is.
`check` reads what was said, opens what is left with the real store, and yields a sentence for everything that is wrong.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from quizapp import cli
from quizapp.core.codec import event_to_json
from quizapp.core.event import Event, Grade, Mark, Marked, Regraded, Rescheduled, Undone
from quizapp.errors import QuizError
from quizapp.store import Store, journal, open_store, record
from quizapp.store.backups import back_up, backups
from quizapp.store.files import facts
from tests.command_line import card, deck, make_pack
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, reviewed

OLDER = Path(__file__).parent.parent / "databases" / "v1.db"
CARDS = tuple(f"own/card-{number}" for number in range(6))
_NEW, _OLD, _ASIDE = "own/card-4", "own/card-0", "own/card-5"
# What is stored before.
BEFORE = [reviewed(number, CARDS[number % 4], START + number * 60_000) for number in range(8)]
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
Append = Callable[[Store, Event], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """prepare: makes the folder's content. act: is killed. check: folder and the lines said -> what is wrong."""

    prepare: Callable[[Path], None]
    act: Callable[[Path, Say], None]
    check: Callable[[Path, Sequence[str]], Iterator[str]]


def url(folder: Path) -> str:
    """The database of a scenario's folder."""
    return f"sqlite:///{folder / 'quiz.db'}"


def wrong_with(path: Path) -> Iterator[str]:
    """What is wrong with a database, whatever should be in it."""
    try:
        with open_store(f"sqlite:///{path}") as store:
            yield from (f"{card} has an event without its schedule" for card in store.differences())
    except QuizError as error:
        yield f"it can't be opened: {error}"
        return
    with closing(sqlite3.connect(path)) as connection:
        if (found := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            yield f"integrity_check: {found}"
        if found := connection.execute("PRAGMA foreign_key_check").fetchall():
            yield f"foreign_key_check: {found}"
        flagged = "SELECT id FROM cards WHERE (reviewed != 0) != (id IN (SELECT card FROM schedules))"
        if found := connection.execute(flagged).fetchall():
            yield f"taken for new, or not, wrongly: {found}"


def events_in(folder: Path) -> list[str]:
    """The ids of the events in a folder's database, sorted."""
    with open_store(url(folder)) as store:
        return sorted(event.id for event in store.events())


def studied(folder: Path) -> None:
    """A database with an index and eight reviews."""
    with open_store(url(folder)) as store:
        store.replace_decks(PACK, [entry_of("own", *CARDS)], [])
        store.append_all(BEFORE)


def one_by_one(events: Sequence[Event], append: Append = Store.append) -> Scenario:  # type: ignore[assignment]
    """Appends events, each in a transaction of its own."""

    def act(folder: Path, say: Say) -> None:
        with open_store(url(folder)) as store:
            for event in events:
                append(store, event)
                say(event.id)

    return Scenario(studied, act, lambda folder, said: _kept(folder, said, [[event] for event in events]))


def too_soon(events: Sequence[Event]) -> Scenario:
    """The same, and each is said to be kept before it is: the checks must notice."""

    def act(folder: Path, say: Say) -> None:
        with open_store(url(folder)) as store:
            for event in events:
                say(event.id)
                store.append(event)

    return Scenario(studied, act, lambda folder, said: _kept(folder, said, [[event] for event in events]))


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


def _kept(folder: Path, said: Sequence[str], steps: Sequence[Sequence[Event]]) -> Iterator[str]:
    """Of the steps, as many as were said, and perhaps the next one; none of them in part."""
    yield from wrong_with(folder / "quiz.db")
    found = events_in(folder)
    begun = [BEFORE + [event for step in steps[:nth] for event in step] for nth in range(len(steps) + 1)]
    whole = [sorted(event.id for event in some) for some in begun]
    if found not in whole:
        yield f"something is there in part: {found}"
    elif whole.index(found) - len(said) not in (0, 1):
        yield f"{len(said)} were said to be kept, {whole.index(found)} are"


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


def _imported(folder: Path, said: Sequence[str]) -> Iterator[str]:
    yield from wrong_with(folder / "quiz.db")
    found, added = events_in(folder), len(ELSEWHERE) + 1
    if len(found) not in (len(BEFORE), len(BEFORE) + added):
        yield f"a part of the file was taken in: {len(found) - len(BEFORE)} of {added} events"
    if any("events added" in line for line in said) and len(found) == len(BEFORE):
        yield "the import was said to be done, and isn't"
    if not {event.id for event in BEFORE} <= set(found):
        yield "what was there before is lost"


def _index_whole(folder: Path, said: Sequence[str]) -> Iterator[str]:
    yield from wrong_with(folder / "quiz.db")
    with closing(sqlite3.connect(folder / "quiz.db")) as connection:
        (decks,) = connection.execute("SELECT count(*) FROM decks").fetchone()
        (cards,) = connection.execute("SELECT count(*) FROM cards").fetchone()
    if (decks, cards) not in ((0, 0), (1, len(CARDS))):
        yield f"the index is there in part: {decks} decks, {cards} cards"
    if said and not decks:
        yield "decks were told that are not kept"
    if events_in(folder) != sorted(event.id for event in BEFORE):
        yield "the events are not those from before"


def _older(folder: Path) -> None:
    (folder / "quiz.db").write_bytes(OLDER.read_bytes())


def _migrate(folder: Path, say: Say) -> None:
    open_store(url(folder)).close()
    say("opened")


def _migrated(folder: Path, said: Sequence[str]) -> Iterator[str]:
    with closing(sqlite3.connect(OLDER)) as connection:
        before = connection.execute("SELECT id, card, at, day, kind FROM events ORDER BY id").fetchall()
    with closing(sqlite3.connect(folder / "quiz.db")) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        columns = {row[1] for row in connection.execute("PRAGMA table_info(events)")}
        found = connection.execute("SELECT id, card, at, day, kind FROM events ORDER BY id").fetchall()
    if ("seq" in columns) != (version > 1):
        yield f"half of it was brought up to date: version {version} with {columns}"
    if found != before:
        yield "events were lost or changed"
    if said and version == 1:
        yield "it was said to be open, and isn't up to date"
    if version > 1 and not backups(folder / "quiz.db"):
        yield "it was changed without a backup"
    yield from _whole_backups(folder, {len(before)})
    yield from wrong_with(folder / "quiz.db")  # which brings it up to date, where it isn't yet


def _with_backup(folder: Path) -> None:
    studied(folder)
    back_up(folder / "quiz.db", START)
    with open_store(url(folder)) as store:
        store.append_all(ANSWERED[:2])


def _damaged(folder: Path) -> None:
    _with_backup(folder)
    path = folder / "quiz.db"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


def _whole_backups(folder: Path, events: set[int]) -> Iterator[str]:
    for one in backups(folder / "quiz.db"):
        found = facts(one.path)
        if found.fault or found.events not in events:
            yield f"the backup {one.path.name} is not whole: {found}"


def _backed_up(folder: Path, said: Sequence[str]) -> Iterator[str]:
    now = len(BEFORE) + 2
    yield from wrong_with(folder / "quiz.db")
    if len(events_in(folder)) != now:
        yield "making a backup changed the database"
    yield from _whole_backups(folder, {len(BEFORE), now})
    if said and not any(facts(one.path).events == now for one in backups(folder / "quiz.db")):
        yield "a backup was said to be made, and isn't there"


def _restored(folder: Path, said: Sequence[str]) -> Iterator[str]:
    now = len(BEFORE) + 2
    yield from wrong_with(folder / "quiz.db")
    found = len(events_in(folder))
    if found not in (len(BEFORE), now):
        yield f"the database is neither the old nor the new one: {found} events"
    if said and found != len(BEFORE):
        yield "the backup was said to be restored, and isn't"
    yield from _whole_backups(folder, {len(BEFORE), now})
    if found == len(BEFORE) and all(facts(one.path).events != now for one in backups(folder / "quiz.db")):
        yield "what was there before isn't kept"


def _replaced(events: int, folder: Path, said: Sequence[str]) -> Iterator[str]:
    path = folder / "quiz.db"
    if not path.exists():
        yield "there is no database any more: the next start would begin an empty one"
        return
    there = path.read_bytes()
    if there.startswith(bytes(4096)):
        if said:
            yield "the database was said to be sound again, and isn't"
    else:
        yield from wrong_with(path)
        if len(events_in(folder)) != events:
            yield f"there are {len(events_in(folder))} events, and not {events}"
        if not any(one.read_bytes().startswith(bytes(4096)) for one in folder.glob("quiz-damaged-*.db")):
            yield "the damaged file wasn't kept"
    yield from _whole_backups(folder, {len(BEFORE)})


SCENARIOS = {
    "answering": one_by_one(ANSWERED),
    "undoing": one_by_one(TAKEN_BACK),
    "many at once": Scenario(studied, _act_together, lambda folder, said: _kept(folder, said, [TOGETHER])),
    "indexing": Scenario(_with_pack, lambda folder, _: _quiz(folder, "decks"), _index_whole),
    "importing": Scenario(_indexed, lambda folder, _: _quiz(folder, "import", f"{folder}/elsewhere.jsonl"), _imported),
    "migrating": Scenario(_older, _migrate, _migrated),
    "backing up": Scenario(_with_backup, lambda folder, _: _quiz(folder, "backup"), _backed_up),
    "restoring": Scenario(_with_backup, lambda folder, _: _quiz(folder, "restore", "--latest", "--yes"), _restored),
    "restoring over a damaged one": Scenario(
        _damaged, lambda folder, _: _quiz(folder, "restore", "--latest", "--yes"), partial(_replaced, len(BEFORE))
    ),
    "salvaging": Scenario(
        _damaged,
        lambda folder, _: _quiz(folder, "doctor", "--fix", "--quick", codes=(0, 1)),
        partial(_replaced, len(BEFORE) + 2),
    ),
}
# Deliberately wrong: each must be found out.
BROKEN = {
    "said before it is committed": too_soon(ANSWERED),
    "committed in two transactions": one_by_one(ANSWERED, in_two),
    "a step of several cards in several transactions": Scenario(
        studied, _act_apart, lambda folder, said: _kept(folder, said, [TOGETHER])
    ),
}
