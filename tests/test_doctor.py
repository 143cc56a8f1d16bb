"""`quiz doctor`: what it finds, what it says to do, what it puts right, and its exit codes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from quizapp.errors import Exit
from quizapp.store import Store, open_store
from quizapp.store.files import facts
from quizapp.surroundings import file_system, on_disk
from tests.command_line import Ran, process, quiz
from tests.store.conftest import alter, read_only, tmpfs
from tests.store.examples import DAY, START, reviewed

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/homes /home nfs4 rw,relatime 0 0
//box/share /mnt/two\\040words cifs rw 0 0
sshfs#me@box: /home/me/remote fuse.sshfs rw 0 0
tmpfs /home/me/local tmpfs rw 0 0
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "quiz.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The learner's store, with 300 events, after a start with the toy pack."""
    assert quiz("decks").code == Exit.OK
    with open_store(f"sqlite:///{path}") as opened:
        opened.append_all(
            reviewed(number, f"toy/arith/{number % 7}", START + number // 7 * DAY + number) for number in range(300)
        )
        yield opened


def doctor(*arguments: str) -> Ran:
    return quiz("doctor", "--quick", *arguments)


def found(ran: Ran, level: str) -> list[str]:
    return [one["check"] for one in ran.document["findings"] if one["level"] == level]


def test_a_healthy_database_is_healthy(store: Store) -> None:
    ran = doctor("--json")
    assert ran.code == Exit.OK
    assert ran.document["ok"] is True
    assert found(ran, "fault") == found(ran, "warning") == []
    assert {"file", "keys", "schedules", "clock"} <= set(found(ran, "ok"))


def test_it_tells_versions_and_where_everything_lies(store: Store, path: Path) -> None:
    told = doctor("--json").document
    assert told["versions"]["sqlite"] == sqlite3.sqlite_version
    assert {"quizapp", "python", "textual", "sqlalchemy", "fsrs", "torch"} <= set(told["versions"])
    assert told["places"]["database"] == str(path)
    assert set(told["places"]) == {"database", "backups", "data", "config", "cache", "pack"}


def test_before_the_first_start_nothing_is_made(path: Path) -> None:
    ran = doctor()
    assert ran.code == Exit.OK
    assert "There is no database yet" in ran.out
    assert not path.exists()


def test_looking_changes_nothing(store: Store, path: Path) -> None:
    store.close()
    alter(path, "UPDATE schedules SET due_day = due_day + 1")
    before = {one: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()}
    assert doctor().code == Exit.DISAGREEMENT
    assert {one: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()} == before


def test_what_is_wrong_is_said_with_what_to_do_and_fixed_after_a_backup(store: Store, path: Path) -> None:
    alter(path, "UPDATE schedules SET stability = 1 WHERE card = 'toy/arith/3'")
    ran = doctor()
    assert ran.code == Exit.DISAGREEMENT
    assert "The schedule of 1 card is not what its events give." in ran.out
    assert "toy/arith/3" in ran.out
    assert "quiz doctor --fix" in ran.out
    fixed = doctor("--fix", "--json")
    assert fixed.code == Exit.OK
    assert "The schedule of 1 card was made again." in fixed.document["done"]
    [saved] = (path.parent / "backups").iterdir()
    assert "before-repair" in saved.name
    with closing(sqlite3.connect(saved)) as connection:
        assert connection.execute("SELECT stability FROM schedules WHERE card = 'toy/arith/3'").fetchone() == (1,)
    assert store.differences() == []


def test_fixing_what_is_sound_changes_nothing(store: Store, path: Path) -> None:
    before = path.read_bytes()
    ran = doctor("--fix", "--json")
    assert (ran.code, ran.document["done"]) == (Exit.OK, [])
    assert path.read_bytes() == before


def test_a_damaged_file_is_said_and_salvaged(store: Store, path: Path) -> None:
    store.close()
    pages = [path.read_bytes()[at : at + 4096] for at in range(0, path.stat().st_size, 4096)]
    spoilt = b"".join(b"\xa5" * 4096 if nth > 24 and nth % 6 == 0 else page for nth, page in enumerate(pages))
    path.write_bytes(spoilt)
    ran = doctor("--json")
    assert (ran.code, found(ran, "fault")) == (Exit.DISAGREEMENT, ["file"])
    assert path.read_bytes() == spoilt
    fixed = doctor("--fix")
    assert fixed.code == Exit.OK
    assert "events were read from it and are in the new file" in fixed.out
    assert "There was no backup to complete it from." in fixed.out
    assert facts(path).fault == ""
    [aside] = path.parent.glob("quiz-damaged-*.db")
    assert aside.read_bytes() == spoilt


def test_a_file_that_cannot_be_opened_is_refused_and_then_salvaged(store: Store, path: Path) -> None:
    store.close()
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    ran = doctor()
    assert ran.code == Exit.ENVIRONMENT
    assert "not a database" in ran.error
    fixed = doctor("--fix", "--json")
    assert fixed.code == Exit.OK
    assert "300 events were read from it and are in the new file." in fixed.document["done"]
    with open_store(f"sqlite:///{path}") as again:
        assert again.event_count() == 300


@pytest.mark.parametrize("arguments", [(), ("--fix",)])
@pytest.mark.parametrize(
    ("kind", "says"),
    [("text", "not a database"), ("newer", "made by a newer quizapp"), ("another", "not a database of quizapp")],
)
def test_what_is_not_ours_to_mend_is_left_as_it_is(
    store: Store, path: Path, kind: str, says: str, arguments: tuple[str, ...]
) -> None:
    store.close()
    match kind:
        case "text":
            path.write_text("Dear diary,\n" * 500)
        case "newer":
            alter(path, "PRAGMA user_version=99")
        case _:
            path.unlink()
            alter(path, "CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('x')")
    before = {one: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()}
    ran = doctor(*arguments)
    assert ran.code == Exit.ENVIRONMENT
    assert says in ran.error or "no event can be read of it" in ran.error
    assert {one: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()} == before


def test_an_unsound_backup_is_a_fault(store: Store) -> None:
    made = Path(quiz("backup", "--json").document["path"])
    made.write_bytes(made.read_bytes()[:9000])
    ran = doctor("--json")
    assert (ran.code, found(ran, "fault")) == (Exit.DISAGREEMENT, ["backups"])


def test_a_broken_config_file_is_a_fault_and_the_rest_is_looked_at(store: Store, path: Path) -> None:
    path.with_name("config.toml").write_text("retentoin = 0.9\n")
    ran = doctor("--json")
    assert (ran.code, found(ran, "fault")) == (Exit.DISAGREEMENT, ["config"])
    assert "schedules" in found(ran, "ok")
    [told] = [one for one in ran.document["findings"] if one["check"] == "config"]
    assert "config.toml:1:1" in told["items"][0]


def test_decks_in_the_config_file_that_are_not_there_are_a_warning(store: Store, path: Path) -> None:
    path.with_name("config.toml").write_text('[decks."toy"]\nretention = 0.9\n[decks."gone"]\nretention = 0.9\n')
    ran = doctor("--json")
    assert (ran.code, found(ran, "warning")) == (Exit.OK, ["config"])
    assert [one["items"] for one in ran.document["findings"] if one["check"] == "config"] == [["gone"]]


def test_an_older_database_is_looked_at_and_left(path: Path) -> None:
    path.parent.mkdir()
    before = (Path(__file__).parent / "store" / "databases" / "v1.db").read_bytes()
    path.write_bytes(before)
    ran = doctor("--fix", "--json")
    assert (ran.code, "schema" in found(ran, "note")) == (Exit.OK, True)
    assert path.read_bytes() == before


def test_it_speaks_chinese(store: Store, path: Path) -> None:
    alter(path, "UPDATE schedules SET due_day = due_day + 1")
    assert doctor("--lang", "zh").code == Exit.DISAGREEMENT


class TestDisks:
    @pytest.mark.parametrize(
        ("place", "kind"),
        [
            ("/", "ext4"),
            ("/home/other", "nfs4"),
            ("/home/me/remote/data", "fuse.sshfs"),
            ("/home/me/local", "tmpfs"),
            ("/homely", "ext4"),
            ("/mnt/two words/x", "cifs"),
        ],
    )
    def test_the_kind_of_a_file_system_is_read_from_the_mounts(self, place: str, kind: str) -> None:
        assert file_system(Path(place), MOUNTS) == kind

    @pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"])
    def test_a_network_folder_is_a_warning(self, store: Store, path: Path, kind: str) -> None:
        [told] = on_disk(path, f"/dev/vda / ext4 rw 0 0\nfar:/ {path.parent} {kind} rw 0 0\n")
        assert (told.check, told.level) == ("disk", "warning")
        assert kind in told.message

    def test_a_local_folder_is_no_finding(self, store: Store, path: Path) -> None:
        assert list(on_disk(path, "/dev/vda / ext4 rw 0 0\n")) == []

    def test_a_disk_that_is_nearly_full_is_a_warning(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small") as folder:
            open_store(f"sqlite:///{folder}/quiz.db").close()
            ran = quiz("--db", f"sqlite:///{folder}/quiz.db", "doctor", "--quick", "--json")
            assert (ran.code, found(ran, "warning")) == (Exit.OK, ["disk"])

    def test_a_disk_that_cannot_be_written_is_a_fault(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small", "50m") as folder:
            open_store(f"sqlite:///{folder}/quiz.db").close()
            read_only(folder)
            ran = quiz("--db", f"sqlite:///{folder}/quiz.db", "doctor", "--quick", "--json")
            assert (ran.code, found(ran, "fault")) == (Exit.DISAGREEMENT, ["disk"])


class TestTorch:
    def test_the_worker_says_whether_torch_works_and_on_what(self, store: Store) -> None:
        ran = process("doctor", "--json", "--device", "cpu", timeout=120)
        assert ran.code == Exit.OK
        [told] = [one for one in json.loads(ran.out)["findings"] if one["check"] == "torch"]
        assert told["level"] == "ok"
        assert told["message"].endswith("works, on cpu.")

    def test_a_device_that_is_not_there_is_a_fault(self, store: Store) -> None:
        ran = process("doctor", "--json", "--device", "mps", timeout=120)
        assert (ran.code, found(ran, "fault")) == (Exit.DISAGREEMENT, ["torch"])
