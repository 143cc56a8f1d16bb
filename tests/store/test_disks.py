"""A full disk, one that can't be written, a network's: what is said, and that nothing is made worse."""

from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from quizapp.errors import Exit, QuizError
from quizapp.store import Store, open_store
from quizapp.store.files import facts
from tests.store.conftest import read_only, tmpfs
from tests.store.examples import START, reviewed

OLDER = Path(__file__).parent / "databases" / "v1.db"


def fill(path: Path) -> None:
    """Fills the disk with a file at `path`."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))


def answer_on(store: Store) -> None:
    """Answers without end."""
    for number in count():
        store.append(reviewed(number, at=START + number))


def test_a_full_disk_is_said_and_nothing_is_half_there(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small", "400k") as folder:
        path = folder / "quiz.db"
        with open_store(f"sqlite:///{path}") as store:
            with pytest.raises(QuizError, match="the disk is full; this was not saved") as error:
                answer_on(store)
            assert error.value.exit is Exit.ENVIRONMENT
            assert error.value.hint.startswith("make room")
            stored = store.event_count()
            assert stored > 100
            assert sorted(event.id for event in store.events()) == [f"{number:016x}" for number in range(stored)]
            assert store.differences() == []
        assert (facts(path).events, facts(path).fault) == (stored, "")


def test_what_is_on_a_full_disk_can_be_read_and_added_to_once_there_is_room(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small", "400k") as folder:
        path, rest = folder / "quiz.db", folder / "rest"
        with open_store(f"sqlite:///{path}") as store:
            store.append(reviewed(1))
            fill(rest)
            with pytest.raises(QuizError, match="the disk is full"):
                store.append(reviewed(2, at=START + 1))
        with open_store(f"sqlite:///{path}") as store:
            assert store.event_count() == 1
            rest.unlink()
            store.append(reviewed(2, at=START + 1))
            assert store.event_count() == 2


def test_a_database_that_finds_no_room_to_begin_can_be_begun_later(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small", "400k") as folder:
        fill(folder / "rest")
        with pytest.raises(QuizError, match="the disk is full") as error:
            open_store(f"sqlite:///{folder}/quiz.db")
        assert error.value.exit is Exit.ENVIRONMENT
        (folder / "rest").unlink()
        open_store(f"sqlite:///{folder}/quiz.db").close()


def test_an_older_database_on_a_full_disk_is_left_as_it_is(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small", "400k") as folder:
        path = folder / "quiz.db"
        path.write_bytes(OLDER.read_bytes())
        fill(folder / "rest")
        with pytest.raises(QuizError, match="no backup could be made"):
            open_store(f"sqlite:///{path}")
        assert path.read_bytes() == OLDER.read_bytes()


def test_a_read_only_disk_can_be_read_and_says_why_nothing_is_written(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small") as folder:
        path = folder / "quiz.db"
        with open_store(f"sqlite:///{path}") as store:
            store.append(reviewed(1))
        before = path.read_bytes()
        read_only(folder)
        with open_store(f"sqlite:///{path}") as store:
            assert store.history("conv/size/stem") == [reviewed(1)]
            with pytest.raises(QuizError, match="the database can't be written") as error:
                store.append(reviewed(2, at=START + 1))
        assert error.value.hint.startswith("make the file and its folder writable")
        assert path.read_bytes() == before


def test_an_older_database_on_a_read_only_disk_is_refused(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small") as folder:
        path = folder / "quiz.db"
        path.write_bytes(OLDER.read_bytes())
        read_only(folder)
        with pytest.raises(QuizError, match="no backup could be made: Read-only file system"):
            open_store(f"sqlite:///{path}")


def test_a_database_that_is_not_there_is_not_begun_on_a_read_only_disk(tmp_path: Path) -> None:
    with tmpfs(tmp_path / "small") as folder:
        read_only(folder)
        with pytest.raises(QuizError, match="the database can't be") as error:
            open_store(f"sqlite:///{folder}/quiz.db")
        assert error.value.exit is Exit.ENVIRONMENT
        with pytest.raises(QuizError, match="the folder for the database can't be made: Read-only file system"):
            open_store(f"sqlite:///{folder}/new/quiz.db")
