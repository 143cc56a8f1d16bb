"""Cards and decks as they are read from files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from quizapp.core.answer import Tolerance
from quizapp.core.declaration import Draw
from quizapp.core.domain import Domain, Value
from quizapp.core.text import Text

if TYPE_CHECKING:
    from quizapp.core.claim import Claim


class Kind(StrEnum):
    """How a question is answered, and so how its answer is read and judged."""

    NUMBER = "number"
    SHAPE = "shape"
    CHOICE = "choice"
    SEVERAL = "several"
    TEXT = "text"
    CLOZE = "cloze"
    ORDER = "order"
    OUTPUT = "output"
    CODE = "code"
    OPEN = "open"
    PICTURE = "picture"
    RECALL = "recall"

    @property
    def by_running(self) -> bool:
        """Whether an answer is judged by running it, and not by holding it against the truth."""
        return self in (Kind.ORDER, Kind.CODE, Kind.OPEN)

    @property
    def typed(self) -> bool:
        """Whether an answer is a line of text (of gaps, in line mode at least)."""
        return not (self.picked or self in (Kind.ORDER, Kind.CODE, Kind.RECALL))

    @property
    def picked(self) -> bool:
        """Whether an answer is picked among options."""
        return self in (Kind.CHOICE, Kind.SEVERAL, Kind.PICTURE)


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
    options:  of a choice, several or picture; without them, the truth and what the usual mistakes give.
    tolerance: the card's own, over the verifier's.
    aliases:  of a text: what counts as right too.
    gaps:     of a cloze: how each `____` of prompt or code is read, `number` or `text`.
    lines:    of an order: the lines, templates too; the verifier gets them as its parameter `lines`.
    fields:   of an open question: what the learner gives, by name.
    starter:  of a code question: what stands in the editor at first.
    back:     of a recall card, which has no verifier: the other side.
    steady:   why its numbers don't change its truth; empty where they do.
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
    gaps: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    fields: Mapping[str, Domain] = field(default_factory=dict)
    starter: str = ""
    back: Text = field(default_factory=lambda: Text(""))
    steady: str = ""
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
    cards: tuple[Card, ...] = ()
    claims: tuple["Claim", ...] = ()
