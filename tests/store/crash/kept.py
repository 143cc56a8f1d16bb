"""What has to be so after a kill, whenever it came.

Each check is given the folder and the lines that were said in full. It opens what is left with the real store, and
yields a sentence for everything that is wrong.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from quizapp.core.event import Event
from quizapp.errors import QuizError
from quizapp.store import open_store
from quizapp.store.backups import backups
from quizapp.store.files import facts
from tests.store.examples import START, reviewed

OLDER = Path(__file__).parent.parent / "databases" / "v1.db"
CARDS = tuple(f"own/card-{number}" for number in range(6))
# What is stored before.
BEFORE = [reviewed(number, CARDS[number % 4], START + number * 60_000) for number in range(8)]


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


def kept(folder: Path, said: Sequence[str], steps: Sequence[Sequence[Event]]) -> Iterator[str]:
    """Of the steps, as many are there as were said, and perhaps the next one; none of them in part."""
    yield from wrong_with(folder / "quiz.db")
    found = events_in(folder)
    begun = [BEFORE + [event for step in steps[:nth] for event in step] for nth in range(len(steps) + 1)]
    whole = [sorted(event.id for event in some) for some in begun]
    if found not in whole:
        yield f"something is there in part: {found}"
    elif whole.index(found) - len(said) not in (0, 1):
        yield f"{len(said)} were said to be kept, {whole.index(found)} are"


def imported(added: int, folder: Path, said: Sequence[str]) -> Iterator[str]:
    """All of a file with `added` events was taken in, or nothing of it."""
    yield from wrong_with(folder / "quiz.db")
    found = events_in(folder)
    if len(found) not in (len(BEFORE), len(BEFORE) + added):
        yield f"a part of the file was taken in: {len(found) - len(BEFORE)} of {added} events"
    if any("events added" in line for line in said) and len(found) == len(BEFORE):
        yield "the import was said to be done, and isn't"
    if not {event.id for event in BEFORE} <= set(found):
        yield "what was there before is lost"


def index_whole(folder: Path, said: Sequence[str]) -> Iterator[str]:
    """The index of decks is there, or nothing of it."""
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


def migrated(folder: Path, said: Sequence[str]) -> Iterator[str]:
    """The database is as it was, or up to date and backed up; then it can be opened."""
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
    yield from whole_backups(folder, {len(before)})
    yield from wrong_with(folder / "quiz.db")  # which brings it up to date, where it isn't yet


def whole_backups(folder: Path, events: set[int]) -> Iterator[str]:
    """Whatever is called a backup is one, with one of these numbers of events."""
    for one in backups(folder / "quiz.db"):
        found = facts(one.path)
        if found.fault or found.events not in events:
            yield f"the backup {one.path.name} is not whole: {found}"


def backed_up(folder: Path, said: Sequence[str]) -> Iterator[str]:
    """The database is as it was, and so are its backups; what was said to be made is there."""
    now = len(BEFORE) + 2
    yield from wrong_with(folder / "quiz.db")
    if len(events_in(folder)) != now:
        yield "making a backup changed the database"
    yield from whole_backups(folder, {len(BEFORE), now})
    if said and not any(facts(one.path).events == now for one in backups(folder / "quiz.db")):
        yield "a backup was said to be made, and isn't there"


def restored(folder: Path, said: Sequence[str]) -> Iterator[str]:
    """The database is what it was or what the backup was, and what it was is kept."""
    now = len(BEFORE) + 2
    yield from wrong_with(folder / "quiz.db")
    found = len(events_in(folder))
    if found not in (len(BEFORE), now):
        yield f"the database is neither the old nor the new one: {found} events"
    if said and found != len(BEFORE):
        yield "the backup was said to be restored, and isn't"
    yield from whole_backups(folder, {len(BEFORE), now})
    if found == len(BEFORE) and all(facts(one.path).events != now for one in backups(folder / "quiz.db")):
        yield "what was there before isn't kept"


def replaced(events: int, folder: Path, said: Sequence[str]) -> Iterator[str]:
    """In the damaged one's place is a sound database with so many events, or the damaged one still, which is kept."""
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
    yield from whole_backups(folder, {len(BEFORE)})
