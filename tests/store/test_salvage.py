"""Saving what can still be read of a damaged database: page by page, and into a new one."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.errors import QuizError
from quizapp.store import Store, open_store
from quizapp.store.backups import back_up
from quizapp.store.finding import Level
from quizapp.store.health import examine
from quizapp.store.pages import rows
from quizapp.store.salvage import salvage
from tests.store.conftest import CARDS, alter
from tests.store.examples import DAY, START, reviewed

NOW = START + 1000 * DAY


def overwritten(found: bytes) -> bytes:
    """Every tenth page but the first is no page any more."""
    pages = [found[at : at + 4096] for at in range(0, len(found), 4096)]
    return b"".join(b"\xa5" * 4096 if nth % 10 == 5 else page for nth, page in enumerate(pages))


class TestSalvaging:
    @pytest.mark.parametrize(
        ("damage", "least"),
        [
            (lambda found: found, 400),
            (lambda found: found[: len(found) * 2 // 3], 100),
            (lambda found: bytes(4096) + found[4096:], 400),
            (lambda found: b"Dear diary,\n" + found[12:], 400),
            (overwritten, 300),
        ],
        ids=["none", "truncated", "first page zeroed", "header overwritten", "pages overwritten"],
    )
    def test_what_can_be_read_goes_into_a_new_database(
        self, full: Store, path: Path, url: str, damage: Callable[[bytes], bytes], least: int
    ) -> None:
        before = {event.id: event for event in full.events()}
        full.close()
        spoilt = damage(path.read_bytes())
        path.write_bytes(spoilt)
        done = salvage(path, "2026")
        assert done.aside == path.parent / "quiz-damaged-2026.db"
        assert done.aside.read_bytes() == spoilt
        with open_store(url) as store:
            found = {event.id: event for event in store.events()}
            assert store.differences() == []
        assert len(found) == done.read >= least
        if not done.guessed:
            assert all(before[name] == event for name, event in found.items())
        assert {one.check for one in examine(url, NOW).findings if one.level is not Level.OK} == {"orphans"}

    def test_what_is_lost_comes_from_the_newest_sound_backup(self, full: Store, path: Path, url: str) -> None:
        before = sorted(event.id for event in full.events())
        back_up(path, START)
        broken = back_up(path, START + DAY).backup.path
        broken.write_bytes(broken.read_bytes()[:5000])
        full.append(reviewed(950, CARDS[0], START + 50 * DAY))
        full.close()
        path.write_bytes(overwritten(path.read_bytes()))
        done = salvage(path, "2026")
        assert done.backup is not None
        assert done.backup.at == START
        assert done.read + done.added >= 400
        with open_store(url) as store:
            assert {event.id for event in store.events()} >= set(before)
            assert store.differences() == []

    def test_lost_events_are_counted_by_their_numbers(self, full: Store, path: Path) -> None:
        alter(path, "DELETE FROM events WHERE seq IN (7, 70, 77)", "VACUUM")
        full.close()
        assert salvage(path, "2026").missing == 3

    def test_settings_that_are_lost_are_told(self, full: Store, path: Path) -> None:
        alter(path, "PRAGMA foreign_keys=OFF", "DELETE FROM contexts", "VACUUM")
        full.close()
        done = salvage(path, "2026")
        assert (done.read, done.guessed) == (400, 398)

    def test_settings_that_are_lost_come_from_the_newest_sound_backup(self, full: Store, path: Path, url: str) -> None:
        before = list(full.events())
        back_up(path, NOW)
        full.close()
        alter(path, "DELETE FROM contexts")
        assert salvage(path, "2026").guessed == 398
        with open_store(url) as store:
            assert list(store.events()) == before
            assert store.differences() == []

    def test_a_journal_goes_aside_with_its_database(self, full: Store, path: Path, url: str) -> None:
        full.close()
        path.with_name("quiz.db-journal").write_bytes(b"left behind")
        done = salvage(path, "2026")
        assert done.aside.with_name("quiz-damaged-2026.db-journal").read_bytes() == b"left behind"
        assert not path.with_name("quiz.db-journal").exists()
        with open_store(url) as store:
            assert store.event_count() == 400

    @pytest.mark.parametrize("content", [b"", b"Dear diary,\n" * 500, bytes(20_000), b"SQLite format 3\0" + bytes(200)])
    def test_where_no_event_can_be_read_all_is_left_as_it_is(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        with pytest.raises(QuizError, match="no event can be read of it"):
            salvage(path, "2026")
        assert {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()} == {"quiz.db": content}

    def test_an_older_database_is_salvaged_too(self, path: Path, url: str) -> None:
        path.write_bytes((Path(__file__).parent / "databases" / "v1.db").read_bytes())
        assert salvage(path, "2026").read == 38
        with open_store(url) as store:
            assert store.event_count() == 38
            assert store.differences() == []


class TestPages:
    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(
                st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
                st.one_of(st.none(), st.text(max_size=20), st.text(min_size=3000, max_size=9000)),
                st.binary(max_size=30),
            ),
            max_size=40,
        ),
        st.sampled_from([512, 1024, 4096, 65536]),
    )
    def test_a_row_is_read_as_sqlite_reads_it(
        self, tmp_path_factory: pytest.TempPathFactory, content: list[tuple[object, ...]], size: int
    ) -> None:
        path = tmp_path_factory.mktemp("pages") / "some.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA page_size={size}")
            connection.execute("CREATE TABLE some (a, b, c)")
            connection.executemany("INSERT INTO some VALUES (?, ?, ?)", content)
            connection.commit()
            expected = connection.execute("SELECT rowid, a, b, c FROM some").fetchall()
        found = [(row.rowid, *row.values) for row in rows(path.read_bytes()) if len(row.values) == 3]
        assert sorted(found) == sorted(expected)

    @given(st.binary(max_size=3000))
    def test_no_bytes_do_more_than_give_rows(self, noise: bytes) -> None:
        assert all(isinstance(row.rowid, int) for row in rows(noise))

    @settings(max_examples=60)
    @given(st.integers(0, 2**32), st.integers(1, 400))
    def test_no_damage_does_more_than_lose_rows(self, seed: int, hits: int) -> None:
        rng = random.Random(seed)
        found = bytearray((Path(__file__).parent / "databases" / "v2.db").read_bytes())
        for _ in range(hits):
            found[rng.randrange(len(found))] = rng.randrange(256)
        assert len(list(rows(bytes(found)))) >= 0
