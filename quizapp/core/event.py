"""Events: what happened to a card, append-only. The schedule is a fold over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from quizapp.core.domain import Params, Value


class Grade(IntEnum):
    """How well a card was known, as FSRS counts it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """What the scheduler is told. Intervals of steps are seconds, `maximum_interval` is days.

    parameters: FSRS-6's 21 weights; empty for the library's defaults.
    """

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36_500
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A card was answered.

    at:        milliseconds of UTC. day: the study day, as a proleptic ordinal (`date.toordinal`).
    params:    as drawn; a seed alone would not survive an upgrade.
    answer:    as typed; empty for "don't know".
    grade:     the proposed one; a Regraded may replace it.
    ms:        from the question on screen to the answer.
    versions:  of the libraries that computed the truth. scheduler: the version of the scheduler.
    """

    id: str
    card: str
    at: int
    day: int
    params: Params
    answer: str
    truth: Value
    right: bool
    grade: Grade
    ms: int
    versions: Mapping[str, str]
    scheduler: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Regraded:
    """The learner gave the review `review` another grade."""

    id: str
    card: str
    at: int
    day: int
    review: str
    grade: Grade


Event: TypeAlias = Reviewed | Regraded
