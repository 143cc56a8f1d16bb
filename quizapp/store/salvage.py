"""A damaged database: what can be read of it goes into a new one, and what its newest backup has beside."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quizapp.core.event import Event
from quizapp.language import _
from quizapp.store import journal, record
from quizapp.store.backups import Backup, backups
from quizapp.store.engine import engine_for, transaction, writer
from quizapp.store.files import copy, discard, draft_of, facts, install
from quizapp.store.migrations import migrate
from quizapp.store.pages import Row, rows
from quizapp.store.store import open_store
from quizapp.store.trouble import trouble

_KINDS = ("reviewed", "regraded", "undone", "forgotten", "rescheduled", "marked")
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it.

    aside:      where the damaged file is kept.
    read:       events read from it. unreadable: rows that were events and could not be understood.
    missing:    numbers in the order of arrival that nothing has; what came from elsewhere has no number.
    guessed:    reviews whose scheduling settings were lost; the default ones stand in.
    added:      events that only the newest sound backup had. backup: that one, None where there is none.
    """

    aside: Path
    read: int
    unreadable: int
    missing: int
    guessed: int
    added: int
    backup: Backup | None


@dataclass(frozen=True, slots=True)
class Found:
    """Events by id, each with its number in the order of arrival; how many could not be understood; of how many the
    settings are not known."""

    events: dict[str, tuple[Event, int | None]]
    unreadable: int
    guessed: int


def salvage(database: Path, stamp: str) -> Salvaged:
    """Makes a new database of what can be read of a damaged one, and puts it in its place; the damaged one is kept.

    stamp: goes into its name.
    Raises QuizError (exit 3) where not one event can be read, and where the disk can't do it; then nothing was changed.
    """
    try:
        found = read_events(database.read_bytes())
        if not found.events:
            raise trouble(
                _("no event can be read of it"), str(database), _("it was left as it is; 'quiz restore' lists backups")
            )
        backup, saved = _saved(database)
        draft = draft_of(database)
        try:
            _write(draft, found.events.values())
            with open_store(_url(draft)) as store:
                added = sum(store.merge(some)[0] for some in _parts(saved))
            made = facts(draft)
            if made.fault:
                raise trouble(made.fault, str(draft), _("nothing was changed"))
            aside = install(draft, database, stamp)
            assert aside is not None
        finally:
            discard(draft)
    except OSError as error:
        raise trouble(
            _("what can be read can't be written: {reason}").format(reason=error.strerror or error),
            str(database),
            _("nothing was changed; make room in its folder, and look who may write there"),
        ) from error
    numbers = {seq for _event, seq in found.events.values() if seq is not None}
    missing = max(numbers) - len(numbers) if numbers else 0
    return Salvaged(aside, len(found.events), found.unreadable, missing, found.guessed, added, backup)


def read_events(file: bytes) -> Found:
    """The events among all rows of all pages. One that was moved, by a migration or by SQLite, may be there twice."""
    shared: dict[int, Any] = {}
    wanted: list[Row] = []
    for row in rows(file):
        match row.values:
            case (None | int(), str(body)) if '"settings"' in body:
                shared[row.rowid] = _json(body)
            case (str(), str(), int(), int(), str(kind), *_) if kind in _KINDS:
                wanted.append(row)
    events: dict[str, tuple[Event, int | None]] = {}
    unreadable: set[str] = set()
    guessed: set[str] = set()
    for row in sorted(wanted, key=lambda one: len(one.values), reverse=True):  # the present form before an older one
        name = str(row.values[0])
        if name in events:
            continue
        try:
            event, seq, sure = _event(row, shared)
        except (ValueError, KeyError, TypeError):
            unreadable.add(name)
            continue
        events[name] = (event, seq)
        if not sure:
            guessed.add(name)
    return Found(events, len(unreadable - events.keys()), len(guessed))


def _event(row: Row, shared: dict[int, Any]) -> tuple[Event, int | None, bool]:
    """A row as an event, its number in the order of arrival, and whether all of it was there.

    Raises ValueError, KeyError and TypeError for what can't be understood.
    """
    grade: Any = None
    target: Any = None
    seq: Any
    match row.values:
        case (str(name), str(card), int(at), int(day), str(kind), grade, target, seq, context, str(body)):
            data = _json(body)
        case (str(name), str(card), int(at), int(day), str(kind), context, str(body)):  # of schema 1
            data, seq = _json(body), row.rowid
            grade, target = data.pop("grade"), data.pop("review", None)
        case _:
            raise ValueError
    columns = {"id": name, "card": card, "at": at, "day": day, "kind": kind, "grade": grade}
    known = shared.get(context) if isinstance(context, int) else None
    sure = known is not None or kind != "reviewed"
    if not sure:
        known = journal.DEFAULT_CONTEXT
    return journal.from_parts(columns, target, data, known), seq if isinstance(seq, int) else None, sure


def _write(path: Path, found: Iterable[tuple[Event, int | None]]) -> None:
    """A new database with these events, in one transaction."""
    discard(path)
    engine = engine_for(_url(path))
    try:
        migrate(engine)
        taken: set[int] = set()
        with transaction(writer(engine)) as connection:
            names: dict[str, None] = {}
            for event, seq in found:
                journal.insert_numbered(connection, event, None if seq in taken else seq)
                names[event.card] = None
                if seq is not None:
                    taken.add(seq)
            for card in names:
                record.rebuild(connection, card)
    finally:
        engine.dispose()


def _saved(database: Path) -> tuple[Backup | None, list[Event]]:
    """The newest sound backup, and its events."""
    for backup in backups(database):
        if not facts(backup.path).fault:
            with tempfile.TemporaryDirectory() as folder:
                there = Path(folder) / "quiz.db"
                copy(backup.path, there)
                with open_store(_url(there)) as store:
                    return backup, list(store.events())
    return None, []


def _parts(found: list[Event]) -> Iterator[list[Event]]:
    return (found[start : start + _CHUNK] for start in range(0, len(found), _CHUNK))


def _json(body: str) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError
    return found


def _url(path: Path) -> str:
    return f"sqlite:///{quote(str(path))}"
