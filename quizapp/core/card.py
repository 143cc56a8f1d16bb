"""Cards and decks as they are read from files."""

from dataclasses import dataclass, field
from enum import StrEnum

from quizapp.core.answer import Tolerance
from quizapp.core.declaration import Draw
from quizapp.core.domain import Value
from quizapp.core.text import Text


class Kind(StrEnum):
    """How a question is answered, and so how its answer is read and judged."""

    NUMBER = "number"
    SHAPE = "shape"
    CHOICE = "choice"
    TEXT = "text"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice: what the verifier would return for it, and the words the learner sees."""

    value: Value
    text: Text


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a deck.

    id:       given by the author, unique in the pack, and never changed: the review history hangs on it.
    prompt:   a template over the drawn parameters.
    explain:  why, a template over the parameters and `truth`.
    code:     the source that the question is about, a template too; the verifier gets it as its parameter `code`.
    verifier: `module.function`; computes the truth.
    draw:     the domains of all its parameters, narrowed by the card.
    limit_s:  seconds that the verifier may take.
    options:  of a choice.
    tolerance: the card's own, over the verifier's.
    source:   the note that the card comes from.
    group:    cards of one group are siblings.
    place:    `file:line:column`.
    """

    id: str
    deck: str
    kind: Kind
    prompt: Text
    verifier: str
    draw: Draw
    explain: Text
    place: str
    limit_s: float
    code: str = ""
    options: tuple[Option, ...] = ()
    tolerance: Tolerance | None = None
    aliases: tuple[str, ...] = ()
    source: str = ""
    tags: tuple[str, ...] = ()
    group: str = ""

    @property
    def drawn(self) -> bool:
        """Whether its numbers are fresh at every review."""
        return any(domain.size() > 1 for domain in self.draw.domains.values())


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck: one YAML file. `name` is its path without `.yaml`: `conv/size`."""

    name: str
    title: Text
    description: Text
    cards: tuple[Card, ...] = field(default=())
