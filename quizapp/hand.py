"""The learner's hand: what is done to cards beside answering them, each an event that can be taken back."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from quizapp.core.day import Clock
from quizapp.core.domain import Params
from quizapp.core.event import Event, Forgotten, Mark, Marked, Rescheduled, Undone

if TYPE_CHECKING:
    from quizapp.core.schedule import Schedule


class Journal(Protocol):
    """What the hand wants of the store."""

    def append_all(self, events: Sequence[Event]) -> None: ...
    def last_events(self) -> list[Event]: ...
    def latest(self, cards: Sequence[str]) -> int | None: ...


class Record(Journal, Protocol):
    """What a sitting wants of the store beside that."""

    def append(self, event: Event) -> "Schedule": ...
    def schedule(self, card: str) -> "Schedule": ...
    def last_params(self, card: str) -> Params | None: ...


# So far a clock is off that was left in another time zone, or kept local time for UTC, until something sets it right.
_SET_BACK_MS = 12 * 3_600_000


def moment(clock: Clock, journal: Journal, cards: Sequence[str]) -> tuple[int, int]:
    """When an event about `cards` happens, ms of UTC, and its study day: now. Where they have events that are as late,
    since the clock stands or was set back by hours, right after these: what is done last must be last in the record."""
    now, last = clock.now(), journal.latest(cards)
    at = last + 1 if last is not None and now <= last < now + _SET_BACK_MS else now
    return at, clock.day_of(now)


class Hand:
    """Marks, forgets, reschedules and undoes. Each call is one step for `undo`, however many cards it is about."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def mark(self, cards: Sequence[str], mark: Mark, *, on: bool = True, text: str = "", note: str = "") -> None:
        """Puts a mark on cards, or takes it off. text: a flag's colour or a tag's name. note: written to a flag."""
        at, day = self._moment(cards)
        self._write(
            [Marked(one, card, at, day, mark, on, text, note) for one, card in zip(_ids(cards), cards, strict=True)]
        )

    def forget(self, cards: Sequence[str]) -> None:
        """Makes cards new again. Their reviews stay in the record."""
        at, day = self._moment(cards)
        self._write([Forgotten(one, card, at, day) for one, card in zip(_ids(cards), cards, strict=True)])

    def reschedule(self, cards: Sequence[str], due_day: int) -> None:
        """Has cards come back on a study day. Raises ValueError, and does nothing, where one was never reviewed."""
        at, day = self._moment(cards)
        self._write([Rescheduled(one, card, at, day, due_day) for one, card in zip(_ids(cards), cards, strict=True)])

    def undo(self) -> list[Event]:
        """Takes back the last step, whenever it was made, and returns its events; none when there is nothing left."""
        last = self._journal.last_events()
        at, day = self._moment([event.card for event in last])
        self._write([Undone(new_id(), event.card, at, day, event.id) for event in last])
        return last

    def _moment(self, cards: Sequence[str]) -> tuple[int, int]:
        return moment(self._clock, self._journal, cards)

    def _write(self, events: Sequence[Event]) -> None:
        if events:
            self._journal.append_all(events)


def new_id() -> str:
    """An id for an event that nobody else will give."""
    return secrets.token_hex(8)


def _ids(cards: Sequence[str]) -> list[str]:
    """Ids for the events of one step: what stands before the point is the same, so that they are undone together."""
    if len(cards) == 1:
        return [new_id()]
    step = new_id()
    return [f"{step}.{number}" for number in range(len(cards))]
