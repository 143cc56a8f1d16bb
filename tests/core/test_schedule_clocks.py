"""The schedule under clocks that change, travel, or are wrong: no error, nothing due before it was reviewed."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.day import study_day
from quizapp.core.event import Event, Grade, Reviewed, Settings
from quizapp.core.schedule import NEW, Schedule, Scheduled, State, fold, is_due, preview, review

HOUR = 3_600_000
DAY = 24 * HOUR
START = int(datetime(2026, 6, 10, 12, 0, tzinfo=UTC).timestamp()) * 1000
CARD = "conv/size/stem"
# Half an hour of summer time, a zone a day ahead of its neighbour, summer time that is turned around, none at all.
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Santiago", "America/Nuuk",
    "Africa/Casablanca", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Honolulu",
)  # fmt: skip

zones = st.sampled_from(ZONES).map(ZoneInfo)
rollovers = st.integers(0, 23)
grades = st.sampled_from(Grade)
settings = st.builds(
    Settings,
    retention=st.sampled_from((0.7, 0.9, 0.97)),
    learning_steps=st.sampled_from(((60, 600), (), (600, 86_400))),
    relearning_steps=st.sampled_from(((600,), (), (60, 172_800))),
    maximum_interval=st.sampled_from((1, 30, 36_500)),
    fuzz=st.booleans(),
)
minutes = st.integers(0, 90).map(lambda number: number * 60_000)
hours = st.integers(0, 72).map(lambda number: number * HOUR)
days = st.integers(0, 800).map(lambda number: number * DAY)
wrong = st.sampled_from((-400 * DAY, -10 * DAY, -HOUR, 3653 * DAY))


@cache
def changes(zone: ZoneInfo) -> list[int]:
    """The moments, milliseconds of UTC, at which the clocks of a zone are changed between 2026 and 2036."""
    found = []
    for number in range(3653):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
        if start.astimezone(zone).utcoffset() != (start + timedelta(days=1)).astimezone(zone).utcoffset():
            found.append(_change(zone, start))
    return found


def _change(zone: ZoneInfo, start: datetime) -> int:
    """The minute within the day after `start` from which another offset holds."""
    before, low, high = start.astimezone(zone).utcoffset(), 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        same = (start + timedelta(minutes=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return int((start + timedelta(minutes=high)).timestamp()) * 1000


CHANGING = tuple(name for name in ZONES if changes(ZoneInfo(name)))
# Chatham's clocks go back from 03:45 to 02:45, so three o'clock comes twice: the one case of a day that begins twice.
TWICE = ("Pacific/Chatham", 3)
places = st.tuples(st.sampled_from(CHANGING), rollovers)


def reviewed(number: int, at: int, day: int, grade: Grade, told: Settings) -> Reviewed:
    return Reviewed(
        f"{number:04}", CARD, at, day, {}, "", 1, grade is not Grade.AGAIN, grade, 1000, {}, "", told
    )  # fmt: skip


Story = Sequence[Reviewed]
MakeStory = Callable[[st.DataObject], Story]


def one_on_top_of_the_other(story: Story) -> Iterator[Scheduled]:
    """The schedule after each review, as a sitting makes it, whatever its clock says."""
    schedule: Schedule = NEW
    for one in story:
        schedule = review(schedule, one.grade, card=CARD, at=one.at, day=one.day, settings=one.settings)
        yield schedule


def around_time_changes(data: st.DataObject) -> Story:
    """A learner who stays in one place and answers within two days of a change of the clocks."""
    zone, rollover = ZoneInfo(data.draw(st.sampled_from(CHANGING))), data.draw(rollovers)
    moments = data.draw(st.lists(st.tuples(st.sampled_from(changes(zone)), st.integers(-48 * 60, 48 * 60)), min_size=1))
    times = sorted(change + away * 60_000 for change, away in moments)
    told = data.draw(settings)
    return [
        reviewed(number, at, study_day(at, zone, rollover), data.draw(grades), told) for number, at in enumerate(times)
    ]


def travelling(data: st.DataObject) -> Story:
    """Every review in another zone, and the rollover hour set anew."""
    at, story = START, []
    for number in range(data.draw(st.integers(1, 8))):
        at += data.draw(st.one_of(minutes, hours, days))
        day = study_day(at, data.draw(zones), data.draw(rollovers))
        story.append(reviewed(number, at, day, data.draw(grades), data.draw(settings)))
    return story


def wrong_clock(data: st.DataObject) -> Story:
    """The clock is set back by 400 days or ahead by ten years now and then, and mended or not."""
    zone, at, story = data.draw(zones), START, []
    for number in range(data.draw(st.integers(1, 8))):
        at += data.draw(st.one_of(minutes, days, wrong))
        story.append(reviewed(number, at, study_day(at, zone), data.draw(grades), data.draw(settings)))
    return story


EVERY_CLOCK = pytest.mark.parametrize("make", [around_time_changes, travelling, wrong_clock])


@EVERY_CLOCK
@given(data=st.data())
def test_nothing_is_due_before_it_was_reviewed(make: MakeStory, data: st.DataObject) -> None:
    story = make(data)
    for one, found in zip(story, one_on_top_of_the_other(story), strict=True):
        assert (found.reviewed_at, found.reviewed_day) == (one.at, one.day)
        assert_sound(found)


@EVERY_CLOCK
@given(data=st.data())
def test_neither_is_it_when_the_events_are_replayed(make: MakeStory, data: st.DataObject) -> None:
    story: list[Event] = list(make(data))
    found = fold(story)
    assert isinstance(found, Scheduled)
    assert found.reviewed_at == max(one.at for one in story)
    assert_sound(found)


def assert_sound(found: Scheduled) -> None:
    assert found.due >= found.reviewed_at
    assert found.due_day >= found.reviewed_day
    if found.state is State.REVIEW:
        assert found.due_day > found.reviewed_day
    assert math.isfinite(found.stability)
    assert found.stability > 0
    assert 1 <= found.difficulty <= 10


@EVERY_CLOCK
@given(data=st.data(), gap=st.one_of(days, wrong))
def test_all_four_previews_are_at_hand_whatever_the_clock_says(make: MakeStory, data: st.DataObject, gap: int) -> None:
    *_, last = one_on_top_of_the_other(make(data))
    at = last.reviewed_at + gap
    shown = preview(last, card=CARD, at=at, day=study_day(at, data.draw(zones)), settings=data.draw(settings))
    assert all(coming.due >= at for coming in shown.values())


@given(data=st.data())
def test_what_is_due_is_due_all_day_whatever_the_clocks_do_that_day(data: st.DataObject) -> None:
    name, rollover = data.draw(places)
    zone = ZoneInfo(name)
    change = data.draw(st.sampled_from(changes(zone)))
    at = change - data.draw(st.integers(1, 40)) * DAY + data.draw(hours)
    told = Settings(learning_steps=(), fuzz=data.draw(st.booleans()))
    found = review(NEW, data.draw(grades), card=CARD, at=at, day=study_day(at, zone, rollover), settings=told)
    begin = first_moment(found.due_day, zone, rollover)
    end = first_moment(found.due_day + 1, zone, rollover)
    assert end - begin in range(22 * HOUR, 26 * HOUR)
    assert not is_due(found, now=begin - 1, day=study_day(begin - 1, zone, rollover))
    for moment in (*range(begin, end, 15 * 60_000), end - 1, end, end + 400 * DAY):
        assert is_due(found, now=moment, day=study_day(moment, zone, rollover))


def first_moment(day: int, zone: ZoneInfo, rollover: int) -> int:
    """The first millisecond of a study day, found by halving."""
    noon = (
        int((datetime.fromordinal(day).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000
    )
    low, high = noon - 2 * DAY, noon + 3 * DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if study_day(middle, zone, rollover) < day else (low, middle)
    return high


@given(place=places, data=st.data())
def test_a_change_of_the_clocks_takes_no_study_day_away_and_repeats_none(
    place: tuple[str, int], data: st.DataObject
) -> None:
    assert days_follow_each_other(place, data.draw(st.sampled_from(changes(ZoneInfo(place[0])))))


def test_an_hour_of_rollover_that_comes_twice_begins_one_day_only() -> None:
    assert all(days_follow_each_other(TWICE, change) for change in changes(ZoneInfo(TWICE[0])))


def days_follow_each_other(place: tuple[str, int], change: int) -> bool:
    zone, rollover = ZoneInfo(place[0]), place[1]
    found = [study_day(at, zone, rollover) for at in range(change - 30 * HOUR, change + 30 * HOUR, 5 * 60_000)]
    return all(later - earlier in (0, 1) for earlier, later in pairwise(found))


@given(rollover=rollovers, zone=zones, at=st.integers(START, START + 3653 * DAY))
def test_the_hour_at_which_a_day_begins_is_the_learners(rollover: int, zone: ZoneInfo, at: int) -> None:
    wall = datetime.fromtimestamp(at / 1000, zone)
    today = wall.date().toordinal()
    assert study_day(at, zone, rollover) == (today if wall.hour >= rollover else today - 1)


@given(told=settings, grade=grades, back=st.integers(1, 400))
def test_a_review_under_a_clock_set_back_counts_as_one_on_the_same_day(told: Settings, grade: Grade, back: int) -> None:
    first = review(NEW, Grade.EASY, card=CARD, at=START, day=739_000, settings=told)
    then = review(first, grade, card=CARD, at=START - back * DAY, day=739_000 - back, settings=told)
    same = review(first, grade, card=CARD, at=START, day=739_000, settings=told)
    assert (then.stability, then.difficulty, then.state) == (same.stability, same.difficulty, same.state)
    assert then.due - then.reviewed_at == same.due - same.reviewed_at
