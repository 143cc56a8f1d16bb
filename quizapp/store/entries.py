"""What goes into the index of decks, and what it tells about them."""

from dataclasses import dataclass

from quizapp.core.card import Deck
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
