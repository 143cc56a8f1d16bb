"""The learner's marks on a card: a fold over its events, as the schedule is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from quizapp.core.event import Event, Mark, Marked, in_force

FLAGS = ("red", "orange", "green", "blue")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a learner has put on a card.

    buried_on: the study day for which it was buried. flag: its colour, empty without one; note: written to the flag.
    tags:      the learner's own, in order, beside those of the deck.
    """

    suspended: bool = False
    buried_on: int | None = None
    flag: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()

    def hidden(self, day: int) -> bool:
        """Whether the card isn't asked on the study day `day`."""
        return self.suspended or (self.buried_on is not None and self.buried_on >= day)

    def names(self, day: int) -> list[str]:
        """The marks that hold on `day`, as `quiz list` names them: `suspended`, `buried`, `flag:red`, `tag:hard`."""
        buried = self.buried_on is not None and self.buried_on >= day
        found = [name for name, holds in (("suspended", self.suspended), ("buried", buried)) if holds]
        return found + ([f"flag:{self.flag}"] if self.flag else []) + [f"tag:{tag}" for tag in self.tags]


UNMARKED = Marks()


def marks(events: Iterable[Event]) -> Marks:
    """The marks that one card's events lead to, whatever their order."""
    found = UNMARKED
    for event in in_force(events):
        if isinstance(event, Marked):
            found = _marked(found, event)
    return found


def _marked(before: Marks, event: Marked) -> Marks:
    match event.mark:
        case Mark.SUSPENDED:
            return replace(before, suspended=event.on)
        case Mark.BURIED:
            return replace(before, buried_on=event.day if event.on else None)
        case Mark.FLAGGED:
            return replace(before, flag=event.text if event.on else "", note=event.note if event.on else "")
        case Mark.TAGGED:
            others = {tag for tag in before.tags if tag != event.text}
            return replace(before, tags=tuple(sorted(others | {event.text} if event.on else others)))
