"""Looking a database over, and putting right what can be made again."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.day import study_day
from quizapp.store import Store
from quizapp.store.finding import Finding, Level
from quizapp.store.health import Health, day_is_possible, examine
from quizapp.store.repair import repair
from tests.store.conftest import CARDS, alter
from tests.store.examples import DAY, START, reviewed

NOW = START + 1000 * DAY


def wrong(health: Health) -> list[Finding]:
    return [one for one in health.findings if one.level is not Level.OK]


def only(health: Health) -> Finding:
    [found] = wrong(health)
    return found


class TestLooking:
    def test_a_sound_database_is_sound(self, full: Store, url: str) -> None:
        found = examine(url, NOW)
        assert wrong(found) == []
        assert (found.events, found.damaged, found.cards) == (400, False, ())
        assert {one.check for one in found.findings} == {"file", "keys", "schedules", "clock"}

    @pytest.mark.parametrize(
        ("statement", "card"),
        [
            ("UPDATE schedules SET stability = stability * 2 WHERE card = 'conv/size/card-3'", "conv/size/card-3"),
            ("UPDATE schedules SET due_day = due_day + 1 WHERE card = 'conv/size/card-4'", "conv/size/card-4"),
            ("UPDATE schedules SET state = 9 WHERE card = 'conv/size/card-5'", "conv/size/card-5"),
            ("DELETE FROM events WHERE id = '0000000000000006'", "conv/size/card-6"),
            ("UPDATE events SET grade = 1 WHERE id = '0000000000000007'", "conv/size/card-7"),
            ("DELETE FROM marked WHERE card = 'conv/size/card-18'", "conv/size/card-18"),
            ("INSERT INTO marked VALUES ('conv/size/card-8', 1, NULL, 'red', '', '[]')", "conv/size/card-8"),
            ("UPDATE marked SET tags = 'x' WHERE card = 'conv/size/card-19'", "conv/size/card-19"),
            ("INSERT INTO marked VALUES ('gone', 1, NULL, '', '', '[]')", "gone"),
        ],
    )
    def test_what_is_stored_and_does_not_follow_is_found_and_made_again(
        self, full: Store, path: Path, url: str, statement: str, card: str
    ) -> None:
        before = list(full.events())
        alter(path, statement)
        found = examine(url, NOW)
        assert (only(found).check, only(found).level, only(found).items) == ("schedules", Level.FAULT, (card,))
        assert repair(url, found.cards).cards == 1
        assert wrong(examine(url, NOW)) == []
        assert full.differences() == []
        if "events" not in statement:
            assert list(full.events()) == before

    def test_a_card_wrongly_taken_for_new_is_found_and_put_right(self, full: Store, path: Path, url: str) -> None:
        alter(path, "UPDATE cards SET reviewed = 0 WHERE id IN ('conv/size/card-1', 'conv/size/card-2')")
        found = examine(url, NOW)
        assert only(found).message.startswith("2 cards of the index are wrongly taken")
        assert repair(url, found.cards).flags == 2
        assert wrong(examine(url, NOW)) == []

    def test_rows_of_the_index_that_hang_on_nothing_are_found_and_removed(
        self, full: Store, path: Path, url: str
    ) -> None:
        alter(path, "DELETE FROM decks")
        found = examine(url, NOW)
        assert only(found).check == "keys"
        assert only(found).message == "20 rows name rows that aren't there."
        assert repair(url, found.cards).rows == 20
        assert [one.check for one in wrong(examine(url, NOW))] == ["orphans"]

    def test_settings_that_are_lost_are_found_and_the_default_ones_stand_in(
        self, full: Store, path: Path, url: str
    ) -> None:
        alter(path, "DELETE FROM contexts")
        found = examine(url, NOW)
        assert {one.check for one in wrong(found)} == {"keys", "events"}
        done = repair(url, found.cards)
        assert done.contexts == 1
        assert wrong(examine(url, NOW)) == []
        later = reviewed(950, CARDS[0], START + 200 * DAY)
        full.append(later)
        assert full.history(CARDS[0])[-1] == later
        assert full.differences() == []

    def test_cards_that_no_deck_has_are_a_note(self, full: Store, url: str) -> None:
        full.append(reviewed(900, "gone/x", START + 50 * DAY))
        assert (only(examine(url, NOW)).level, only(examine(url, NOW)).items) == (Level.NOTE, ("gone/x",))

    def test_an_event_about_one_that_is_not_there_is_a_warning(self, full: Store, path: Path, url: str) -> None:
        alter(
            path,
            "INSERT INTO events VALUES ('u', 'conv/size/card-1', 1, 719163, 'undone', NULL, 'no', NULL, NULL, '{}')",
        )
        assert (only(examine(url, NOW)).check, only(examine(url, NOW)).level) == ("events", Level.WARNING)

    def test_an_event_of_the_future_is_a_warning(self, full: Store, url: str) -> None:
        found = only(examine(url, START + 10 * DAY))
        assert (found.check, found.level) == ("clock", Level.WARNING)
        assert "lie in the future" in found.message

    def test_a_clock_that_was_set_back_is_a_note(self, full: Store, url: str) -> None:
        full.append(reviewed(901, CARDS[0], START - 400 * DAY))
        found = only(examine(url, NOW))
        assert (found.check, found.level, found.items) == ("arrival", Level.NOTE, (reviewed(901).id,))

    def test_a_study_day_that_no_zone_had_is_a_fault(self, full: Store, path: Path, url: str) -> None:
        alter(path, "UPDATE events SET day = day + 2 WHERE id = '0000000000000001'")
        assert "clock" in {one.check for one in wrong(examine(url, NOW)) if one.level is Level.FAULT}

    @given(st.integers(-(2**40), 2**42), st.integers(-12 * 60, 14 * 60), st.integers(0, 23))
    def test_any_zone_and_rollover_gives_a_study_day_that_is_possible(self, at: int, minutes: int, hour: int) -> None:
        day = study_day(at, timezone(timedelta(minutes=minutes)), hour)
        event = reviewed(1, at=at)
        assert day_is_possible(replace(event, day=day))
        assert not day_is_possible(replace(event, day=study_day(at, UTC, 0) + 2))
        assert not day_is_possible(replace(event, day=study_day(at, UTC, 0) - 3))

    def test_an_older_database_is_looked_at_and_not_changed(self, path: Path, url: str) -> None:
        before = (Path(__file__).parent / "databases" / "v1.db").read_bytes()
        path.write_bytes(before)
        assert (only(examine(url, NOW)).check, examine(url, NOW).version) == ("schema", 1)
        assert path.read_bytes() == before

    def test_others_may_write_while_it_looks(self, full: Store, url: str) -> None:
        stored: list[int] = []

        def write(what: str, done: int, whole: int) -> None:
            full.append(reviewed(1000 + len(stored), CARDS[0], START + 40 * DAY + len(stored)))
            stored.append(done)

        assert wrong(examine(url, NOW, write)) == []
        assert len(stored) == full.event_count() - 400 == 2
