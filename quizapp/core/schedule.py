"""The schedule: when a card comes back, as FSRS-6 says. Nothing else knows the library `fsrs`."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cache, lru_cache
from typing import TypeAlias

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, FUZZ_RANGES

from quizapp.core.event import Event, Grade, Regraded, Reviewed, Settings

_DAY_MS = 86_400_000
_MS = timedelta(milliseconds=1)
# FSRS looks at differences of time only. Every review is put at this moment, and the one before it whole study days
# earlier, so that no clock, however wrong, takes the arithmetic out of a datetime's range.
_MOMENT = datetime(5000, 1, 1, tzinfo=UTC)
_LONGEST_WAIT = 1_000_000  # days; FSRS expects nothing to be remembered long before


class State(IntEnum):
    """Where a card stands, numbered as FSRS numbers it."""

    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class New:
    """A card that was never reviewed."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A card that was reviewed.

    step:       which learning or relearning step comes next; None in review.
    stability:  days until the chance of recall has fallen to 90 %. difficulty: 1 to 10.
    due, reviewed_at:       milliseconds of UTC.
    due_day, reviewed_day:  study days; a card in review is due all day, so for it only `due_day` counts.
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
    reviews: int
    lapses: int

    @property
    def learning(self) -> bool:
        """Whether it comes back after minutes, being learned or learned again."""
        return self.state is not State.REVIEW


Schedule: TypeAlias = New | Scheduled
NEW = New()


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
            before = fsrs.Card(card_id=0, due=_MOMENT)
        case Scheduled():
            reviews, lapses = schedule.reviews, schedule.lapses
            elapsed = min(max(day - schedule.reviewed_day, 0), _LONGEST_WAIT)
            before = fsrs.Card(
                card_id=0,
                state=fsrs.State(schedule.state),
                step=schedule.step,
                stability=schedule.stability,
                difficulty=schedule.difficulty,
                due=_MOMENT,
                last_review=_MOMENT - timedelta(days=elapsed),
            )
            lapses += grade is Grade.AGAIN and schedule.state is State.REVIEW
    after, _ = _scheduler(settings).review_card(before, fsrs.Rating(grade), _MOMENT)
    assert after.stability is not None
    assert after.difficulty is not None
    state = State(after.state)
    interval = after.due - _MOMENT
    days, wait = 0, interval // _MS
    if state is State.REVIEW:
        days = _fuzzed(interval.days, settings.maximum_interval, seed=f"{card} {reviews}")
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
        reviews=reviews + 1,
        lapses=lapses,
    )


def preview(schedule: Schedule, *, card: str, at: int, day: int, settings: Settings) -> dict[Grade, Scheduled]:
    """Where each grade would take a card; `review` says the same of the one that is given."""
    return {grade: review(schedule, grade, card=card, at=at, day=day, settings=settings) for grade in Grade}


def fold(events: Iterable[Event]) -> Schedule:
    """The schedule that one card's events lead to, whatever their order: time and id put them in theirs."""
    ordered = sorted(events, key=lambda event: (event.at, event.id))
    grades = {event.review: event.grade for event in ordered if isinstance(event, Regraded)}
    schedule: Schedule = NEW
    for event in ordered:
        if isinstance(event, Reviewed):
            grade = grades.get(event.id, event.grade)
            schedule = review(schedule, grade, card=event.card, at=event.at, day=event.day, settings=event.settings)
    return schedule


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
    if days < FUZZ_RANGES[0]["start"]:
        return days
    reach = 1.0 + sum(part["factor"] * max(min(days, part["end"]) - part["start"], 0.0) for part in FUZZ_RANGES)
    most = min(round(days + reach), maximum)
    least = min(max(2, round(days - reach)), most)
    share = random.Random(seed).random()
    return least + int(share * (most - least + 1))
