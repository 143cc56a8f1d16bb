"""Opening a database: made where there is none, refused and left alone where it isn't ours to use."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, inspect

from quizapp.errors import Exit, QuizError
from quizapp.store import migrations, open_store
from quizapp.store.backups import backups
from quizapp.store.engine import engine_for, transaction, writer
from quizapp.store.tables import metadata
from tests.store.examples import PACK, entry_of, reviewed


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def alter(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def refused(path: Path) -> QuizError:
    """The error that opening `path` gives, when that leaves the folder as it was."""
    before = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    with pytest.raises(QuizError) as error:
        open_store(f"sqlite:///{path}")
    assert {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()} == before
    assert error.value.exit is Exit.ENVIRONMENT
    assert error.value.where == str(path)
    assert error.value.hint
    return error.value


def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "quiz.db"
    with open_store(f"sqlite:///{path}"):
        pass
    assert (pragma(path, "application_id"), pragma(path, "user_version")) == (0x5155_495A, migrations.present())


def test_a_path_of_odd_characters_is_escaped_in_the_url(tmp_path: Path) -> None:
    path = tmp_path / "50% of what? 学习" / "quiz.db"
    open_store(f"sqlite:///{quote(str(path))}").close()
    assert path.exists()


def test_what_was_stored_is_there_when_it_is_opened_again(url: str) -> None:
    with open_store(url) as store:
        schedule = store.append(reviewed(1))
    with open_store(url) as store:
        assert store.schedule("conv/size/stem") == schedule


def test_a_database_in_memory_will_do_for_a_while() -> None:
    with open_store("sqlite://") as store:
        store.append(reviewed(1))
        assert store.history("conv/size/stem") == [reviewed(1)]


def test_the_tables_are_those_described(url: str) -> None:
    open_store(url).close()
    engine = engine_for(url)
    with transaction(engine) as connection:
        found = inspect(connection)
        columns = {table: {one["name"] for one in found.get_columns(table)} for table in found.get_table_names()}
    engine.dispose()
    assert columns == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


def test_a_commit_waits_for_the_disk_and_keys_are_kept(url: str) -> None:
    engine = engine_for(url)
    with transaction(writer(engine)) as connection:
        names = ("synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    engine.dispose()
    assert found == [3, 1, 5000]


@pytest.mark.skipif(sqlite3.sqlite_version_info >= (3, 51, 3), reason="this SQLite is safe in WAL mode")
def test_wal_mode_is_left_where_this_sqlite_is_not_safe_in_it(path: Path, url: str) -> None:
    open_store(url).close()
    alter(path, "PRAGMA journal_mode=WAL")
    open_store(url).close()
    assert pragma(path, "journal_mode") == "delete"


class TestRefusing:
    def test_a_newer_database(self, path: Path, url: str) -> None:
        open_store(url).close()
        alter(path, "PRAGMA journal_mode=WAL")
        alter(path, "PRAGMA user_version=7")
        error = refused(path)
        assert "made by a newer quizapp" in error.message
        assert "update quizapp" in error.hint

    def test_the_database_of_another_program(self, path: Path) -> None:
        alter(path, "CREATE TABLE bookmarks (url TEXT)")
        assert "not a database of quizapp" in refused(path).message

    @pytest.mark.parametrize(
        ("damage", "says"),
        [
            (lambda found: b"Dear diary,\n" * 500, "not a database of quizapp"),
            (lambda found: bytes(len(found)), "not a database of quizapp"),
            (lambda found: bytes(50), "not a database of quizapp"),
            (lambda found: b"S", "not a database of quizapp"),
            (lambda found: found[:100], "damaged"),
            (lambda found: found[: len(found) // 2], "damaged"),
            (lambda found: found[:100] + b"\xa5" * (len(found) - 100), "damaged"),
        ],
        ids=["text", "zeroed", "fifty zeros", "one byte", "header only", "truncated", "overwritten"],
    )
    def test_what_is_no_database(self, path: Path, url: str, damage: Callable[[bytes], bytes], says: str) -> None:
        with open_store(url) as store:
            store.append(reviewed(1))
        path.write_bytes(damage(path.read_bytes()))
        assert says in refused(path).message

    def test_damage_met_later(self, path: Path, url: str) -> None:
        open_store(url).close()
        found = path.read_bytes()
        path.write_bytes(found[:4096] + b"\xa5" * (len(found) - 4096))
        with open_store(url) as store, pytest.raises(QuizError, match="the database is damaged") as error:
            store.append(reviewed(1))
        assert error.value.exit is Exit.ENVIRONMENT

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "this is a folder" in refused(tmp_path).message

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(QuizError, match="the folder for the database can't be made") as error:
            open_store(f"sqlite:///{tmp_path}/file/quiz.db")
        assert error.value.exit is Exit.ENVIRONMENT

    @pytest.mark.parametrize(
        "url", ["quiz.db", "postgresql+psycopg://host/quiz", "sqlite+other:///quiz.db", "sqlite://host/quiz.db"]
    )
    def test_a_url_that_names_no_database_it_can_use(self, url: str) -> None:
        with pytest.raises(QuizError) as error:
            open_store(url)
        assert error.value.exit is Exit.BAD_INPUT
        assert "sqlite:////" in error.value.hint


def test_an_empty_file_becomes_a_database(path: Path, url: str) -> None:
    path.touch()
    with open_store(url) as store:
        assert store.deck_names(PACK) == []


def test_what_cannot_be_written_can_be_read(path: Path, url: str) -> None:
    with open_store(url) as store:
        store.append(reviewed(1))
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.history("conv/size/stem") == [reviewed(1)]
        with pytest.raises(QuizError, match="can't be written") as error:
            store.append(reviewed(2))
    assert error.value.exit is Exit.ENVIRONMENT


def test_a_full_disk_is_said_and_keeps_what_was_there(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(url).close()
    pages = path.stat().st_size // 4096
    monkeypatch.setattr("quizapp.store.engine._PRAGMAS", (f"max_page_count={pages + 4}",))
    with open_store(url) as store:
        store.append(reviewed(1))
        with pytest.raises(QuizError, match="the disk is full"):
            store.replace_decks(PACK, [entry_of("conv/size", *(f"conv/size/{number}" for number in range(500)))], [])
        assert store.history("conv/size/stem") == [reviewed(1)]
        assert store.card_ids(PACK) == []


class TestMigrating:
    def test_an_older_database_is_brought_up_to_date(
        self, path: Path, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with open_store(url) as store:
            store.append(reviewed(1))
        steps: list[Callable[[Connection], None]] = [
            lambda connection: connection.exec_driver_sql("ALTER TABLE meta ADD COLUMN two TEXT").close(),
            lambda connection: connection.exec_driver_sql("UPDATE meta SET two = 'three'").close(),
        ]
        monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, *steps])
        with open_store(url) as store:
            assert store.history("conv/size/stem") == [reviewed(1)]
        assert pragma(path, "user_version") == migrations.present()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT two FROM meta").fetchall() == [("three",)]

    def test_a_migration_that_fails_changes_nothing(
        self, path: Path, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_store(url).close()
        before = path.read_bytes()

        def breaks(connection: Connection) -> None:
            connection.exec_driver_sql("DROP TABLE events")
            raise ArithmeticError

        monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, breaks])
        with pytest.raises(QuizError, match=f"to version {migrations.present()} failed: ArithmeticError") as error:
            open_store(url)
        assert path.read_bytes() == before
        [saved] = backups(path)
        assert saved.label == f"schema{migrations.present() - 1}"
        assert str(saved.path) in error.value.hint
        assert error.value.exit is Exit.ENVIRONMENT

    def test_programs_that_start_at_once_make_one_database(self, path: Path, url: str) -> None:
        script = f"from quizapp.store import open_store; open_store({url!r}).close()"
        starting = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(3)]
        for one in starting:
            _, said = one.communicate(timeout=60)
            assert one.returncode == 0, said.decode()
        assert pragma(path, "integrity_check") == "ok"
