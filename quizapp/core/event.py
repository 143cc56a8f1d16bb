"""Events: what happened to a card, append-only. The schedule is a fold over them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
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
    fuzz:       whether intervals are moved a little, so that cards learned together drift apart.
    """

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36_500
    parameters: tuple[float, ...] = ()
    fuzz: bool = True


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


@dataclass(frozen=True, slots=True)
class Undone:
    """The event `event` was taken back, whatever it was; an Undone itself can't be."""

    id: str
    card: str
    at: int
    day: int
    event: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The card begins anew: what was reviewed before no longer counts for its schedule."""

    id: str
    card: str
    at: int
    day: int


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A card that was reviewed is due on the study day `due_day`, by the learner's wish; a new one stays new."""

    id: str
    card: str
    at: int
    day: int
    due_day: int


class Mark(StrEnum):
    """What a learner puts on a card. Buried: until the next study day. Flagged and tagged carry a text."""

    SUSPENDED = "suspended"
    BURIED = "buried"
    FLAGGED = "flagged"
    TAGGED = "tagged"

    @property
    def hides(self) -> bool:
        """Whether a card with it isn't asked."""
        return self in (Mark.SUSPENDED, Mark.BURIED)


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark was put on a card, or taken off.

    text: of a flag its colour, of a tag its name. note: what the learner wrote to a flag.
    """

    id: str
    card: str
    at: int
    day: int
    mark: Mark
    on: bool = True
    text: str = ""
    note: str = ""


Event: TypeAlias = Reviewed | Regraded | Undone | Forgotten | Rescheduled | Marked


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events in the order of time and id, whatever theirs was."""
    return sorted(events, key=lambda event: (event.at, event.id))


def in_force(events: Iterable[Event]) -> list[Event]:
    """Those of `events` that were not taken back, in the order of time and id; no Undone is among them."""
    ordered = in_order(events)
    undone = {event.event for event in ordered if isinstance(event, Undone)}
    return [event for event in ordered if not isinstance(event, Undone) and event.id not in undone]
