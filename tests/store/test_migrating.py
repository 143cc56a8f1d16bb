"""Databases of every schema that there was: each opens, with all that was in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quizapp.core.event import Event, Reviewed
from quizapp.core.schedule import Scheduled
from quizapp.store import open_store
from quizapp.store.backups import backups
from quizapp.store.files import facts
from quizapp.store.migrations import present

DATABASES = {path.stem: path for path in sorted((Path(__file__).parent / "databases").glob("v*.db"))}
EVENTS = {"v1": 38, "v2": 48, "v3": 48}


def kept_in(path: Path) -> dict[str, tuple[object, ...]]:
    """What a database of any schema says of its events, by id."""
    with closing(sqlite3.connect(path)) as connection:
        return {row[0]: row[1:] for row in connection.execute("SELECT id, card, at, day, kind FROM events")}


def told(event: Event) -> tuple[object, ...]:
    return event.card, event.at, event.day, type(event).__name__.lower()


def test_there_is_one_of_every_schema_before_this_one() -> None:
    assert {f"v{version}" for version in range(1, present())} <= set(DATABASES)
    assert set(EVENTS) == set(DATABASES)


@pytest.mark.parametrize("name", DATABASES)
def test_it_opens_with_every_event_and_every_schedule(name: str, path: Path, url: str) -> None:
    path.write_bytes(DATABASES[name].read_bytes())
    before = kept_in(path)
    with open_store(url) as store:
        found = list(store.events())
        assert {event.id: told(event) for event in found} == before
        assert len(before) == EVENTS[name]
        assert store.differences() == []
        reviews = [event for event in found if isinstance(event, Reviewed)]
        assert all(event.settings.learning_steps and event.versions for event in reviews)
        days = {event.card: min(one.day for one in reviews if one.card == event.card) for event in reviews}
        for card, day in days.items():
            if isinstance(schedule := store.schedule(card), Scheduled):
                assert schedule.first_day >= day
    assert facts(path).version == present()


@pytest.mark.parametrize("name", DATABASES)
def test_the_order_of_arrival_is_kept(name: str, path: Path, url: str) -> None:
    path.write_bytes(DATABASES[name].read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        arrived = [row[0] for row in connection.execute("SELECT id FROM events ORDER BY rowid")]
    open_store(url).close()
    with closing(sqlite3.connect(path)) as connection:
        numbered = list(connection.execute("SELECT id, seq FROM events WHERE seq IS NOT NULL ORDER BY seq"))
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [seq for _, seq in numbered] == list(range(1, len(numbered) + 1))
    assert [one for one, _ in numbered] == arrived[: len(numbered)]


@pytest.mark.parametrize("name", DATABASES)
def test_what_it_was_is_kept_where_it_had_to_be_changed(name: str, path: Path, url: str) -> None:
    path.write_bytes(DATABASES[name].read_bytes())
    before = kept_in(path)
    open_store(url).close()
    saved = backups(path)
    if name == f"v{present()}":
        assert saved == []
    else:
        assert [one.label for one in saved] == [f"schema{name[1:]}"]
        assert kept_in(saved[0].path) == before
        assert facts(saved[0].path).fault == ""


@pytest.mark.parametrize("name", DATABASES)
def test_its_tables_are_then_those_of_a_new_one(name: str, path: Path, url: str) -> None:
    path.write_bytes(DATABASES[name].read_bytes())
    fresh = path.with_name("fresh.db")
    for one in (path, fresh):
        open_store(f"sqlite:///{one}").close()
    assert columns(path) == columns(fresh)
    assert indexes(path) == indexes(fresh)


def columns(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Of each table its columns: name, type, whether it must have a value, place in the key."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: {(row[1], row[2], row[3], row[5]) for row in connection.execute(f"PRAGMA table_info({table})")}
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }


def indexes(path: Path) -> set[tuple[object, ...]]:
    """Of each index its name, its table and its columns."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'").fetchall()
        return {
            (name, table, *(row[2] for row in connection.execute(f"PRAGMA index_info({name})")))
            for name, table in found
            if not str(name).startswith("sqlite_autoindex")
        }
