"""`quiz backup` and `quiz restore`: made, listed, brought back; and nothing is lost on the way."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from quizapp.errors import Exit
from quizapp.store import Store, open_store
from quizapp.store.files import facts
from tests.command_line import command, quiz
from tests.store.conftest import read_only, tmpfs
from tests.store.examples import START, reviewed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "quiz.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The learner's store, with five events."""
    with open_store(f"sqlite:///{path}") as opened:
        opened.append_all(reviewed(number, at=START + number) for number in range(5))
        yield opened


def events(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def listed(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


class TestBackup:
    def test_it_says_where_it_is_and_what_is_in_it(self, store: Store) -> None:
        ran = quiz("backup", "--json")
        told = ran.document
        assert ran.code == Exit.OK
        assert (told["events"], told["label"], Path(told["path"]).stat().st_size) == (5, "", told["bytes"])
        assert "5 events · verified" in quiz("backup").out

    def test_without_a_database_there_is_nothing_to_back_up(self, path: Path) -> None:
        ran = quiz("backup")
        assert ran.code == Exit.ENVIRONMENT
        assert "there is no database yet" in ran.error
        assert not path.exists()

    def test_the_list_has_the_newest_first_and_says_which_is_unsound(self, store: Store) -> None:
        assert "There are no backups yet." in quiz("backup", "--list").out
        first = Path(quiz("backup", "--json").document["path"])
        second = Path(quiz("backup", "--json").document["path"])
        first.write_bytes(first.read_bytes()[:9000])
        told = quiz("backup", "--list", "--json").document
        assert [(one["path"], one["events"], bool(one["fault"])) for one in told] == [
            (str(second), 5, False),
            (str(first), 0, True),
        ]
        assert "the database is damaged" in quiz("backup", "--list").out

    def test_a_database_in_memory_cannot_be_copied(self) -> None:
        ran = quiz("--db", "sqlite://", "backup")
        assert ran.code == Exit.BAD_INPUT
        assert "no file that can be copied" in ran.error

    def test_a_full_disk_is_said_in_one_sentence(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small", "700k") as folder:
            with open_store(f"sqlite:///{folder}/quiz.db") as store:
                store.append_all(reviewed(number, at=START + number) for number in range(2000))
            ran = quiz("--db", f"sqlite:///{folder}/quiz.db", "backup")
            assert ran.code == Exit.ENVIRONMENT
            assert "no backup could be made: the disk is full" in ran.error


class TestRestore:
    def test_what_was_there_is_back_and_what_came_later_is_kept(self, store: Store, path: Path) -> None:
        before = quiz("backup", "--json").document["path"]
        store.append(reviewed(9, at=START + 9))
        told = quiz("restore", before, "--yes", "--json").document
        assert (told["events"], told["restored"]) == (5, before)
        assert (events(path), events(Path(told["kept"]))) == (5, 6)
        assert "before-restore" in told["kept"]

    def test_programs_that_have_it_open_go_on_with_what_was_restored(self, store: Store) -> None:
        quiz("backup")
        store.append(reviewed(9, at=START + 9))
        assert quiz("restore", "--latest", "--yes").code == Exit.OK
        assert store.event_count() == 5
        store.append(reviewed(10, at=START + 10))
        assert store.differences() == []

    def test_a_restore_can_be_taken_back_with_another(self, store: Store, path: Path) -> None:
        quiz("backup")
        store.append(reviewed(9, at=START + 9))
        quiz("restore", "--latest", "--yes")
        quiz("restore", "before-restore", "--yes")
        assert events(path) == 6

    def test_without_a_name_it_lists_and_changes_nothing(self, store: Store, path: Path) -> None:
        quiz("backup")
        before = path.read_bytes()
        ran = quiz("restore")
        assert ran.code == Exit.OK
        assert ran.out.splitlines()[-1] == "Name one of them, or give --latest."
        assert path.read_bytes() == before

    def test_a_part_of_a_name_will_do_where_it_is_one(self, store: Store, path: Path) -> None:
        names = [Path(quiz("backup", "--json").document["path"]).name for _ in range(2)]
        assert quiz("restore", names[0][5:-3], "--yes").code == Exit.OK
        assert "may be several backups" in quiz("restore", "quiz-2", "--yes").error
        ran = quiz("restore", "1999", "--yes")
        assert ran.code == Exit.BAD_INPUT
        assert "there is no backup '1999'" in ran.error

    def test_where_nobody_can_be_asked_somebody_has_to_have_agreed(self, store: Store, path: Path) -> None:
        quiz("backup")
        before = path.read_bytes()
        ran = quiz("restore", "--latest")
        assert ran.code == Exit.BAD_INPUT
        assert "add --yes" in ran.error
        assert path.read_bytes() == before

    @pytest.mark.parametrize(("answer", "left"), [("y", 5), ("n", 6)])
    def test_on_a_terminal_it_asks(self, store: Store, path: Path, answer: str, left: int) -> None:
        quiz("backup")
        store.append(reviewed(9, at=START + 9))
        line = command("restore", "--latest")
        with pexpect.spawn(line[0], line[1:], timeout=60, encoding="utf-8", dimensions=(24, 300)) as asking:
            asking.expect("What is there is kept.")
            asking.sendline(answer)
            asking.expect(pexpect.EOF)
        assert events(path) == left

    @pytest.mark.parametrize("content", [b"", b"Dear diary,\n" * 500, bytes(20_000), None], ids=str)
    def test_a_damaged_database_is_moved_aside_and_kept(self, store: Store, path: Path, content: bytes | None) -> None:
        quiz("backup")
        store.close()
        found = path.read_bytes()
        spoilt = found[: len(found) // 2] if content is None else content
        path.write_bytes(spoilt)
        told = quiz("restore", "--latest", "--yes", "--json").document
        assert Path(told["kept"]).read_bytes() == spoilt
        assert "damaged" in told["kept"]
        assert (events(path), facts(path).fault) == (5, "")
        assert quiz("decks").code == Exit.OK

    def test_a_database_that_is_gone_comes_back(self, store: Store, path: Path) -> None:
        quiz("backup")
        store.close()
        path.unlink()
        path.with_name("quiz.db-journal").write_bytes(b"of the one that is gone")
        assert quiz("restore", "--latest", "--yes").code == Exit.OK
        assert events(path) == 5
        assert not path.with_name("quiz.db-journal").exists()

    @pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(5000), None], ids=["empty", "zeros", "half"])
    def test_an_unsound_backup_is_refused_and_nothing_changes(
        self, store: Store, path: Path, content: bytes | None
    ) -> None:
        made = Path(quiz("backup", "--json").document["path"])
        made.write_bytes(made.read_bytes()[:9000] if content is None else content)
        before = path.read_bytes()
        ran = quiz("restore", "--latest", "--yes")
        assert ran.code == Exit.ENVIRONMENT
        assert "this backup can't be used" in ran.error
        assert path.read_bytes() == before
        assert listed(made.parent) == [made.name]

    def test_a_backup_of_an_older_schema_is_brought_up_to_date_later(self, store: Store, path: Path) -> None:
        older = Path(__file__).parent / "store" / "databases" / "v1.db"
        assert quiz("restore", str(older), "--yes").code == Exit.OK
        assert (facts(path).version, facts(path).events) == (1, 38)
        assert quiz("decks").code == Exit.OK
        assert facts(path).version > 1
        assert events(path) == 38

    def test_a_full_disk_leaves_the_database_as_it_is(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small", "700k") as folder:
            path, url = folder / "quiz.db", f"sqlite:///{folder}/quiz.db"
            with open_store(url) as store:
                store.append_all(reviewed(number, at=START + number) for number in range(2000))
            before = path.read_bytes()
            older = Path(__file__).parent / "store" / "databases" / "v1.db"
            ran = quiz("--db", url, "restore", str(older), "--yes")
            assert ran.code == Exit.ENVIRONMENT
            assert "the disk is full" in ran.error
            assert path.read_bytes() == before

    def test_a_read_only_disk_is_said(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small") as folder:
            url = f"sqlite:///{folder}/quiz.db"
            with open_store(url) as store:
                store.append(reviewed(1))
            made = quiz("--db", url, "backup", "--json").document["path"]
            read_only(folder)
            ran = quiz("--db", url, "restore", made, "--yes")
            assert ran.code == Exit.ENVIRONMENT
            assert "Read-only file system" in ran.error

    def test_two_that_write_and_one_that_restores_leave_a_sound_database(self, store: Store, path: Path) -> None:
        quiz("backup")
        script = (
            "import sys\nfrom quizapp.store import open_store\nfrom tests.store.examples import START, reviewed\n"
            "first = int(sys.argv[2])\n"
            "with open_store(sys.argv[1]) as store:\n"
            "    for number in range(first, first + 60):\n"
            "        store.append(reviewed(number, at=START + number))\n"
        )
        url = f"sqlite:///{path}"
        root = Path(__file__).parent.parent
        writing = [
            subprocess.Popen([sys.executable, "-c", script, url, first], stderr=subprocess.PIPE, cwd=root)
            for first in ("1000", "2000")
        ]
        assert quiz("restore", "--latest", "--yes").code == Exit.OK
        for one in writing:
            _, complaint = one.communicate(timeout=60)
            assert one.returncode == 0, complaint.decode()
        assert facts(path).fault == ""
        assert store.differences() == []


def test_a_days_first_drill_leaves_a_backup_of_what_was_before(store: Store, path: Path) -> None:
    assert quiz("--deck", "toy/arith", "--plain", "--count", "1", typed="\n").code == Exit.OK
    [made] = (path.parent / "backups").iterdir()
    assert events(made) == 5
    assert events(path) == 6
    quiz("--deck", "toy/arith", "--plain", "--count", "1", typed="\n")
    assert listed(made.parent) == [made.name]


def test_backups_can_be_switched_off(store: Store, path: Path) -> None:
    path.with_name("config.toml").write_text("backups = false\n")
    assert quiz("--deck", "toy/arith", "--plain", "--count", "1", typed="\n").code == Exit.OK
    assert not (path.parent / "backups").exists()
