"""The learner's hand: what is done to cards beside answering them, each an event that can be taken back."""

import secrets
from collections.abc import Sequence
from typing import Protocol

from quizapp.core.day import Clock
from quizapp.core.event import Event, Forgotten, Mark, Marked, Rescheduled, Undone


class Journal(Protocol):
    """What the hand wants of the store."""

    def append_all(self, events: Sequence[Event]) -> None: ...
    def last_events(self) -> list[Event]: ...


class Hand:
    """Marks, forgets, reschedules and undoes. Each call is one step for `undo`, however many cards it is about."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def mark(self, cards: Sequence[str], mark: Mark, *, on: bool = True, text: str = "", note: str = "") -> None:
        """Puts a mark on cards, or takes it off. text: a flag's colour or a tag's name. note: written to a flag."""
        at, day = self._now()
        self._write(
            [Marked(one, card, at, day, mark, on, text, note) for one, card in zip(_ids(cards), cards, strict=True)]
        )

    def forget(self, cards: Sequence[str]) -> None:
        """Makes cards new again. Their reviews stay in the record."""
        at, day = self._now()
        self._write([Forgotten(one, card, at, day) for one, card in zip(_ids(cards), cards, strict=True)])

    def reschedule(self, cards: Sequence[str], due_day: int) -> None:
        """Has cards come back on a study day. Raises ValueError, and does nothing, where one was never reviewed."""
        at, day = self._now()
        self._write([Rescheduled(one, card, at, day, due_day) for one, card in zip(_ids(cards), cards, strict=True)])

    def undo(self) -> list[Event]:
        """Takes back the last step, whenever it was made, and returns its events; none when there is nothing left."""
        last = self._journal.last_events()
        at, day = self._now()
        self._write([Undone(new_id(), event.card, at, day, event.id) for event in last])
        return last

    def _now(self) -> tuple[int, int]:
        at = self._clock.now()
        return at, self._clock.day_of(at)

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
