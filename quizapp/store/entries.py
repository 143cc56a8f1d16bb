"""What goes into the index of decks, and what it tells about them."""

from dataclasses import dataclass

from quizapp.core.card import Deck
from quizapp.core.marks import Marks
from quizapp.core.schedule import New, Schedule
from quizapp.core.text import Text


@dataclass(frozen=True, slots=True)
class DeckEntry:
    """A deck's file as it was read.

    path:      of the file, as messages show it.
    signature: changes whenever the file must be read again.
    deck:      None where the file has faults.
    faults:    what is wrong with it, a sentence each.
    """

    path: str
    signature: str
    name: str
    deck: Deck | None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeckCounts:
    """A deck in numbers of cards: all, those whose truth a verifier computes, those with fresh numbers at every review,
    those never reviewed, and those due."""

    deck: str
    title: Text
    description: Text
    cards: int
    computed: int
    drawn: int
    new: int
    due: int


@dataclass(frozen=True, slots=True)
class CardState:
    """A card as a list shows it. An orphan was reviewed, and no deck has it: its deck and kind are empty."""

    id: str
    deck: str
    kind: str
    prompt: Text
    schedule: Schedule
    marks: Marks

    @property
    def state(self) -> str:
        """`new`, `learning`, `review` or `relearning`."""
        return "new" if isinstance(self.schedule, New) else self.schedule.state.name.lower()

    @property
    def orphan(self) -> bool:
        """Whether no deck has it."""
        return not self.deck
