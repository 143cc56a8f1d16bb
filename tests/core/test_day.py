"""Study days: 04:00 local, whatever the clocks do."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.core.day import study_day

BERLIN = ZoneInfo("Europe/Berlin")
AUCKLAND = ZoneInfo("Pacific/Auckland")


def ms(zone: tzinfo, *moment: int) -> int:
    """Milliseconds of UTC of a local moment: year, month, day, hour, minute, second."""
    return int(datetime(*moment, tzinfo=zone).timestamp()) * 1000  # type: ignore[arg-type, misc]


def day(year: int, month: int, number: int) -> int:
    return date(year, month, number).toordinal()


@pytest.mark.parametrize("zone", [UTC, BERLIN, AUCKLAND, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")])
def test_the_day_turns_at_four_in_the_morning(zone: tzinfo) -> None:
    turn = ms(zone, 2026, 6, 10, 4, 0)
    assert study_day(turn - 1, zone) == day(2026, 6, 9)
    assert study_day(turn, zone) == day(2026, 6, 10)


def test_one_in_the_morning_belongs_to_the_evening_before() -> None:
    evening, night = ms(BERLIN, 2026, 6, 10, 22, 0), ms(BERLIN, 2026, 6, 11, 1, 0)
    assert study_day(evening, BERLIN) == study_day(night, BERLIN) == day(2026, 6, 10)


def test_twenty_two_hours_later_can_be_the_next_day() -> None:
    first = ms(BERLIN, 2026, 6, 10, 20, 0)
    assert study_day(first + 22 * 3_600_000, BERLIN) - study_day(first, BERLIN) == 1


def test_the_rollover_hour_is_the_learners() -> None:
    moment = ms(BERLIN, 2026, 6, 10, 3, 0)
    assert study_day(moment, BERLIN, 2) == day(2026, 6, 10)
    assert study_day(moment, BERLIN, 0) == day(2026, 6, 10)
    assert study_day(moment, BERLIN, 5) == day(2026, 6, 9)


@pytest.mark.parametrize("night", [(2026, 3, 29), (2026, 10, 25)], ids=["to summer time", "to winter time"])
def test_a_time_change_does_not_move_the_turn(night: tuple[int, int, int]) -> None:
    turn = ms(BERLIN, *night, 4, 0)
    assert study_day(turn - 1, BERLIN) == day(*night) - 1
    assert study_day(turn, BERLIN) == day(*night)


def test_an_hour_that_the_time_change_repeats_stays_on_one_day() -> None:
    first = ms(UTC, 2026, 10, 25, 0, 30)  # 02:30 summer time; an hour later it is 02:30 again
    assert study_day(first, BERLIN) == study_day(first + 3_600_000, BERLIN) == day(2026, 10, 24)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Has the system's own zone be Berlin's."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@given(st.integers(0, 2_000_000_000_000), st.integers(0, 23))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_a_zone_the_systems_rules_of_that_moment_hold(at: int, rollover: int) -> None:
    assert study_day(at, None, rollover) == study_day(at, BERLIN, rollover)


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = ms(UTC, 2026, 6, 10, 18, 0)
    assert study_day(moment, AUCKLAND) == day(2026, 6, 11)
    assert study_day(moment, ZoneInfo("Pacific/Honolulu")) == day(2026, 6, 10)


@given(at=st.integers(-(10**13), 10**14), hours=st.integers(-12, 14), rollover=st.integers(0, 23))
def test_a_day_has_twenty_four_hours_and_days_follow_each_other(at: int, hours: int, rollover: int) -> None:
    zone = timezone(timedelta(hours=hours))
    assert study_day(at + 86_400_000, zone, rollover) == study_day(at, zone, rollover) + 1
    assert study_day(at + 1, zone, rollover) - study_day(at, zone, rollover) in (0, 1)
