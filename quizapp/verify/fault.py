"""What checking found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from quizapp.core.domain import Params


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a card or a claim.

    message: what is wrong, in a sentence.
    params:  the numbers that were drawn.
    deck:    what the deck says, where it is held against a library.
    library: what the library says.
    repeat:  the command that shows it again; empty where there is none.
    """

    message: str
    params: Params = field(default_factory=dict)
    deck: str = ""
    library: str = ""
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A card or a claim after it was checked.

    id, place: its own; `file:line:column`.
    checks:    how many were made.
    versions:  of the libraries that answered.
    cached:    whether this is remembered from an earlier run, when the same was checked in the same circumstances.
    """

    id: str
    place: str
    checks: int
    faults: tuple[Fault, ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    cached: bool = False
