"""The schedule: when a card comes back, as FSRS-6 says. Nothing else knows the library `fsrs`."""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cache, lru_cache
from typing import TypeAlias

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, FUZZ_RANGES

from quizapp.core.event import Event, Forgotten, Grade, Regraded, Rescheduled, Reviewed, Settings, in_force

_DAY_MS = 86_400_000
_MS = timedelta(milliseconds=1)
# FSRS looks at differences of time only. Every review is put at this moment, and the one before it whole study days
# earlier, so that no clock, however wrong, takes the arithmetic out of a datetime's range.
_MOMENT = datetime(5000, 1, 1, tzinfo=UTC)
_LONGEST_STEP = 366 * 86_400  # seconds
_LONGEST_WAIT = 1_000_000  # days; FSRS expects nothing to be remembered long before


class _Card(fsrs.Card):
    """A card that fsrs may write into: it copies the one it is given, and this one is made for it alone."""

    def __copy__(self) -> "_Card":
        return self


class State(IntEnum):
    """Where a card stands, numbered as FSRS numbers it."""

    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class New:
    """A card that was never reviewed."""

    @property
    def lapses(self) -> int:
        """None yet."""
        return 0


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A card that was reviewed.

    step:       which learning or relearning step comes next; None in review.
    stability:  days until the chance of recall has fallen to 90 %. difficulty: 1 to 10.
    due, reviewed_at:       milliseconds of UTC.
    due_day, reviewed_day:  study days; a card in review is due all day, so for it only `due_day` counts.
    first_day:  the study day of the first review.
    reviews:    how many there were. lapses: how many of them were Again in review.
    """

    state: State
    step: int | None
    stability: float
    difficulty: float
    due: int
    due_day: int
    reviewed_at: int
    reviewed_day: int
    first_day: int
    reviews: int
    lapses: int

    @property
    def learning(self) -> bool:
        """Whether it comes back after minutes, being learned or learned again."""
        return self.state is not State.REVIEW


Schedule: TypeAlias = New | Scheduled
NEW = New()

# Calling an enumeration with a value takes longer than all the arithmetic of a review.
_STATES = {state: fsrs.State(state) for state in State}
_STANDINGS = {theirs: ours for ours, theirs in _STATES.items()}
_RATINGS = {grade: fsrs.Rating(grade) for grade in Grade}


@cache
def version() -> str:
    """The scheduler's name and version, as events keep it: `fsrs 6.3.2`."""
    from importlib import metadata

    return f"fsrs {metadata.version('fsrs')}"


def review(schedule: Schedule, grade: Grade, *, card: str, at: int, day: int, settings: Settings) -> Scheduled:
    """Where a review takes a card.

    card: its id; with the number of reviews it decides the fuzz, so that replaying gives the same schedule.
    at:   milliseconds of UTC. day: the study day. A clock that was set back counts as no time passed.
    Raises ValueError for parameters that FSRS refuses.
    """
    match schedule:
        case New():
            reviews = lapses = 0
            first_day = day
            before = _Card(card_id=0, due=_MOMENT)
        case Scheduled():
            reviews, lapses, first_day = schedule.reviews, schedule.lapses, schedule.first_day
            elapsed = min(max(day - schedule.reviewed_day, 0), _LONGEST_WAIT)
            before = _Card(
                card_id=0,
                state=_STATES[schedule.state],
                step=schedule.step,
                stability=schedule.stability,
                difficulty=schedule.difficulty,
                due=_MOMENT,
                last_review=_MOMENT - timedelta(days=elapsed),
            )
            lapses += grade is Grade.AGAIN and schedule.state is State.REVIEW
    after, _ = _scheduler(settings).review_card(before, _RATINGS[grade], _MOMENT)
    assert after.stability is not None
    assert after.difficulty is not None
    state = _STANDINGS[after.state]
    interval = after.due - _MOMENT
    days, wait = interval.days, interval // _MS
    if state is State.REVIEW:
        if settings.fuzz:
            days = _fuzzed(days, settings.maximum_interval, seed=f"{card} {reviews}")
        wait = days * _DAY_MS
    return Scheduled(
        state=state,
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due=at + wait,
        due_day=day + days,
        reviewed_at=at,
        reviewed_day=day,
        first_day=first_day,
        reviews=reviews + 1,
        lapses=lapses,
    )


def preview(schedule: Schedule, *, card: str, at: int, day: int, settings: Settings) -> dict[Grade, Scheduled]:
    """Where each grade would take a card; `review` says the same of the one that is given."""
    return {grade: review(schedule, grade, card=card, at=at, day=day, settings=settings) for grade in Grade}


def reschedule(schedule: Schedule, due_day: int) -> Schedule:
    """The schedule with another day to come back, never before the last review. A new card stays new."""
    match schedule:
        case New():
            return schedule
        case Scheduled():
            due_day = max(due_day, schedule.reviewed_day)
            due = schedule.reviewed_at + (due_day - schedule.reviewed_day) * _DAY_MS
            return replace(schedule, state=State.REVIEW, step=None, due=due, due_day=due_day)


def fold(events: Iterable[Event]) -> Schedule:
    """The schedule that one card's events lead to, whatever their order: time and id put them in theirs."""
    schedule: Schedule = NEW
    for _, after in story(events):
        schedule = after
    return schedule


def story(events: Iterable[Event]) -> Iterator[tuple[Event, Schedule]]:
    """One card's events that are in force and bear on its schedule, each with the schedule after it. Of a review that
    was given another grade, the grade it has now counts."""
    standing = in_force(events)
    grades = {event.review: event.grade for event in standing if isinstance(event, Regraded)}
    schedule: Schedule = NEW
    for event in standing:
        match event:
            case Reviewed():
                grade = grades.get(event.id, event.grade)
                if grade is not event.grade:
                    event = replace(event, grade=grade)  # noqa: PLW2901
                schedule = review(schedule, grade, card=event.card, at=event.at, day=event.day, settings=event.settings)
            case Forgotten():
                schedule = NEW
            case Rescheduled():
                schedule = reschedule(schedule, event.due_day)
            case _:
                continue
        yield event, schedule


def recall(stability: float, days: int, settings: Settings) -> float:
    """The chance, 0 to 1, that a card is still known `days` study days after its last review, as FSRS-6 predicts it."""
    past = timedelta(days=min(max(days, 0), _LONGEST_WAIT))
    card = fsrs.Card(card_id=0, stability=stability, due=_MOMENT, last_review=_MOMENT - past)
    return _scheduler(settings).get_card_retrievability(card, _MOMENT)


def check(settings: Settings) -> None:
    """Raises ValueError, saying what is wrong, for settings with which no schedule can be computed."""
    steps = (*settings.learning_steps, *settings.relearning_steps)
    if not (isinstance(settings.retention, float | int) and 0 < settings.retention < 1):
        raise ValueError(f"the retention must lie between 0 and 1, and is {settings.retention}")
    if not all(type(step) is int and 0 <= step <= _LONGEST_STEP for step in steps):
        raise ValueError("steps must be whole seconds, a year at the most")
    if type(settings.maximum_interval) is not int or not 1 <= settings.maximum_interval <= _LONGEST_WAIT:
        raise ValueError(f"the maximum interval must be 1 to {_LONGEST_WAIT} days")
    if not all(isinstance(weight, float | int) and math.isfinite(weight) for weight in settings.parameters):
        raise ValueError("the parameters must be numbers")
    _scheduler(settings)


def is_due(schedule: Schedule, *, now: int, day: int) -> bool:
    """Whether a reviewed card is due at `now` (ms UTC) on study day `day`; a new card never is."""
    match schedule:
        case New():
            return False
        case Scheduled(state=State.REVIEW):
            return schedule.due_day <= day
    return schedule.due <= now


@lru_cache(maxsize=64)
def _scheduler(settings: Settings) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=settings.parameters or DEFAULT_PARAMETERS,
        desired_retention=settings.retention,
        learning_steps=tuple(timedelta(seconds=step) for step in settings.learning_steps),
        relearning_steps=tuple(timedelta(seconds=step) for step in settings.relearning_steps),
        maximum_interval=settings.maximum_interval,
        enable_fuzzing=False,  # it would use the global random numbers, and replaying would give another schedule
    )


def _fuzzed(days: int, maximum: int, *, seed: str) -> int:
    """An interval moved a little, within the bounds of FSRS, so that cards learned together drift apart.

    The same share of the bounds for every grade: a longer interval never becomes the shorter one.
    """
    least, most = _bounds(days, maximum)
    if least == most:
        return least
    return least + int(random.Random(seed).random() * (most - least + 1))


@lru_cache(maxsize=4096)
def _bounds(days: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval that fuzz may make of `days`."""
    if days < FUZZ_RANGES[0]["start"]:
        return days, days
    reach = 1.0 + sum(part["factor"] * max(min(days, part["end"]) - part["start"], 0.0) for part in FUZZ_RANGES)
    most = min(round(days + reach), maximum)
    return min(max(2, round(days - reach)), most), most
