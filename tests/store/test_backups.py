"""Backups: whole, verified, one a day, thinned as they age; and never in an answer's way."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.day import study_day
from quizapp.errors import Exit, QuizError
from quizapp.store import Store, open_store
from quizapp.store.backups import DAYS, WEEKS, back_up, backups, kept
from quizapp.store.files import facts
from tests.store.conftest import tmpfs
from tests.store.examples import DAY, START, TODAY, reviewed

ROOT = Path(__file__).parents[2]
NOON = 1_795_608_900_000  # 2026-11-25T12:15:00Z
times = st.lists(st.integers(0, 20 * 365 * 24 * 3600).map(lambda seconds: seconds * 1000), max_size=60)


def events_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM events ORDER BY id")]


def day_of(at: int) -> int:
    return study_day(at, UTC)


def ended(store: Store, at: int, said: list[str]) -> None:
    """Has the backup of the day made, and waits for its end."""
    store.begin_backup(at, day_of, said.append)
    for thread in threading.enumerate():
        if thread.name == "backup":
            thread.join(60)


def date(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def week(at: int) -> tuple[int, int]:
    return date(at).isocalendar()[:2]


def month(at: int) -> tuple[int, int]:
    return date(at).year, date(at).month


class TestMaking:
    def test_a_backup_holds_every_event_and_opens_as_a_database(self, store: Store, path: Path) -> None:
        store.append_all(reviewed(number, at=START + number) for number in range(30))
        made = back_up(path, NOON)
        assert made.backup.path == path.parent / "backups" / "quiz-2026-11-25T121500Z.db"
        assert (made.events, made.backup.at, made.backup.size) == (30, NOON, made.backup.path.stat().st_size)
        with open_store(f"sqlite:///{made.backup.path}") as copy:
            assert list(copy.events()) == list(store.events())
            assert copy.differences() == []

    def test_what_is_written_later_is_not_in_it(self, store: Store, path: Path) -> None:
        store.append(reviewed(1))
        made = back_up(path, NOON)
        store.append(reviewed(2, at=START + 1))
        assert events_of(made.backup.path) == [reviewed(1).id]

    def test_two_of_one_second_are_two_files(self, store: Store, path: Path) -> None:
        made = [back_up(path, NOON).backup.path for _ in range(3)]
        assert len(set(made)) == 3
        assert sorted(made) == [one.path for one in reversed(backups(path))]

    def test_databases_in_one_folder_have_backups_of_their_own(self, tmp_path: Path) -> None:
        first, second = tmp_path / "quiz.db", tmp_path / "quiz-2.db"
        for one in (first, second):
            open_store(f"sqlite:///{one}").close()
            back_up(one, NOON)
        assert [one.path.name for one in backups(first)] == ["quiz-2026-11-25T121500Z.db"]
        assert [one.path.name for one in backups(second)] == ["quiz-2-2026-11-25T121500Z.db"]

    def test_a_stray_file_is_no_backup(self, path: Path) -> None:
        folder = path.parent / "backups"
        folder.mkdir()
        for name in ("quiz.db", "quiz-2026-13-45T999999Z.db", "notes.txt", "quiz-2026-11-25T121500Z.db-journal"):
            (folder / name).touch()
        assert backups(path) == []

    def test_a_damaged_database_makes_no_backup_and_leaves_nothing_behind(self, store: Store, path: Path) -> None:
        store.append_all(reviewed(number, at=START + number) for number in range(300))
        store.close()
        found = path.read_bytes()
        path.write_bytes(found[:-20_000] + b"\xa5" * 20_000)
        with pytest.raises(QuizError, match="no backup could be made") as error:
            back_up(path, NOON)
        assert error.value.exit is Exit.ENVIRONMENT
        assert list((path.parent / "backups").iterdir()) == []

    def test_a_full_disk_is_said_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with tmpfs(tmp_path / "small", "700k") as folder:
            path = folder / "quiz.db"
            with open_store(f"sqlite:///{path}") as store:
                store.append_all(reviewed(number, at=START + number) for number in range(2000))
                with pytest.raises(QuizError, match="no backup could be made: the disk is full"):
                    back_up(path, NOON)
                assert list((folder / "backups").iterdir()) == []
                said: list[str] = []
                ended(store, NOON, said)
                assert said == ["Your answers are kept, but no backup could be made: the disk is full."]

    def test_a_folder_that_cannot_be_written_is_said(self, store: Store, path: Path) -> None:
        (path.parent / "backups").write_text("in the way")
        with pytest.raises(QuizError, match="no backup could be made"):
            back_up(path, NOON)

    def test_others_may_read_and_write_while_it_is_made(self, store: Store, path: Path) -> None:
        store.append_all(reviewed(number, at=START + number) for number in range(500))
        script = "import sys; from pathlib import Path; from quizapp.store.backups import back_up\n"
        script += f"for n in range(40): back_up(Path(sys.argv[1]), {NOON} + n * {DAY})"
        with subprocess.Popen([sys.executable, "-c", script, str(path)], stderr=subprocess.PIPE, cwd=ROOT) as making:
            number = 500
            while making.poll() is None:
                store.append(reviewed(number, at=START + number))
                number += 1
            assert making.stderr is not None
            assert making.returncode == 0, making.stderr.read().decode()
        assert store.event_count() == number > 501
        assert all(not facts(one.path).fault for one in backups(path))


class TestDaily:
    def test_the_first_answer_waits_until_it_has_its_copy(self, store: Store, path: Path) -> None:
        store.append(reviewed(1))
        said: list[str] = []
        store.begin_backup(NOON, day_of, said.append)
        store.append(reviewed(2, at=START + 1))
        store.close()
        [made] = backups(path)
        assert events_of(made.path) == [reviewed(1).id]
        assert said == []

    def test_there_is_one_a_study_day(self, path: Path, url: str) -> None:
        for at in (NOON, NOON + 60_000, NOON + DAY // 2, NOON + DAY):
            with open_store(url) as store:
                if not store.event_count():
                    store.append(reviewed(1))
                ended(store, at, [])
        assert [one.at for one in backups(path)] == [NOON + DAY, NOON]

    def test_a_database_without_events_needs_none(self, store: Store, path: Path) -> None:
        ended(store, NOON, [])
        assert backups(path) == []

    def test_one_in_memory_has_none(self) -> None:
        with open_store("sqlite://") as store:
            store.begin_backup(NOON, day_of, pytest.fail)
            store.append(reviewed(1))

    def test_a_backup_that_fails_is_said_and_the_answer_is_stored(self, store: Store, path: Path) -> None:
        store.append(reviewed(1))
        (path.parent / "backups").write_text("in the way")
        said: list[str] = []
        ended(store, NOON, said)
        assert len(said) == 1
        assert said[0].startswith("Your answers are kept, but ")
        store.append(reviewed(2, at=START + 1))
        assert store.event_count() == 2

    def test_what_a_killed_backup_left_is_removed_after_a_while(self, store: Store, path: Path) -> None:
        store.append(reviewed(1))
        old = path.parent / "backups" / ".quiz-2020-01-01T000000Z.77.part"
        old.parent.mkdir()
        old.write_bytes(b"half")
        os.utime(old, (1_577_836_800, 1_577_836_800))
        ended(store, NOON, [])
        assert [one.name for one in old.parent.iterdir()] == ["quiz-2026-11-25T121500Z.db"]


class TestThinning:
    def test_old_backups_go_and_those_before_a_migration_stay(self, store: Store, path: Path) -> None:
        days = 400
        old = back_up(path, NOON - (days + 1) * DAY, "schema1").backup.path
        folder = old.parent
        for back in range(days, 0, -1):
            name = datetime.fromtimestamp((NOON - back * DAY) / 1000, UTC).strftime("quiz-%Y-%m-%dT%H%M%SZ.db")
            (folder / name).write_bytes(b"")
        back_up(path, NOON)
        left = backups(path)
        assert old in [one.path for one in left]
        assert len(left) == 1 + len(kept(NOON - back * DAY for back in range(days + 1)))
        assert left[0].at == NOON
        assert len(left) < 30

    @given(times)
    def test_the_newest_is_never_thrown_away_and_nothing_is_invented(self, found: list[int]) -> None:
        assert kept(found) <= set(found)
        if found:
            assert max(found) in kept(found)

    @given(times)
    def test_each_month_keeps_one_each_recent_week_keeps_one_each_recent_day_keeps_all(self, found: list[int]) -> None:
        left = kept(found)
        assert {month(at) for at in left} == {month(at) for at in found}
        weeks = sorted({week(at) for at in found}, reverse=True)[:WEEKS]
        assert set(weeks) <= {week(at) for at in left}
        days = sorted({date(at).date() for at in found}, reverse=True)[:DAYS]
        assert {at for at in found if date(at).date() in days} <= left

    @given(times)
    def test_thinning_again_changes_nothing(self, found: list[int]) -> None:
        assert kept(kept(found)) == kept(found)

    @given(st.lists(st.integers(0, 900), min_size=1, max_size=80, unique=True))
    def test_thinning_after_each_leaves_what_thinning_in_the_end_leaves(self, days: list[int]) -> None:
        left: set[int] = set()
        for day in sorted(days):
            left = kept({*left, NOON + day * DAY})
        assert left == kept(NOON + day * DAY for day in days)

    def test_ten_years_of_daily_use_keep_about_a_hundred_and_thirty(self) -> None:
        left = kept(NOON + day * DAY for day in range(3650))
        assert 120 <= len(left) <= 140


class TestBeforeAMigration:
    @pytest.fixture
    def older(self, path: Path) -> Path:
        path.write_bytes((Path(__file__).parent / "databases" / "v1.db").read_bytes())
        return path

    def test_a_database_of_the_first_schema_opens_after_a_backup(self, older: Path, url: str) -> None:
        before = events_of(older)
        with open_store(url) as store:
            assert sorted(event.id for event in store.events()) == before
            assert store.event_count() == len(before) == 38
            assert store.differences() == []
        [saved] = backups(older)
        assert saved.label == "schema1"
        assert (facts(saved.path).events, facts(saved.path).version, facts(saved.path).fault) == (38, 1, "")

    def test_what_is_answered_then_goes_on_top(self, older: Path, url: str) -> None:
        at = START + 400 * DAY
        with open_store(url) as store:
            store.append(reviewed(999, "size/a", at))
            assert store.differences() == []
            assert [event.id for event in store.last_events()] == [reviewed(999).id]
        with open_store(url) as store:
            assert store.event_count() == 39

    def test_a_database_that_cannot_be_backed_up_is_left_as_it_is(self, older: Path, url: str) -> None:
        (older.parent / "backups").write_text("in the way")
        before = older.read_bytes()
        with pytest.raises(QuizError, match="no backup could be made") as error:
            open_store(url)
        assert error.value.exit is Exit.ENVIRONMENT
        assert older.read_bytes() == before


def test_the_dates_of_the_examples_are_what_they_seem() -> None:
    assert date(NOON) == datetime(2026, 11, 25, 12, 15, tzinfo=UTC)
    assert date(NOON) - timedelta(days=1) < date(NOON)
    assert day_of(START) == TODAY
