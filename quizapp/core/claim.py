"""Claims of the notes, and what becomes of one that is put to a library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.core.answer import EXACT, Tolerance
from quizapp.core.card import Kind
from quizapp.core.domain import Value
from quizapp.core.judge import same
from quizapp.core.text import Text


class Outcome(StrEnum):
    """What the library says of a claim."""

    HOLDS = "holds"
    CONDITION = "holds with a condition"
    OUTDATED = "out of date"
    WRONG = "wrong"
    UNTESTED = "can't be tested"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a claim: the arguments that its verifier gets, and what the note predicts that it returns."""

    params: Mapping[str, Value]
    note: Value


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a note.

    heading:   of the note that makes it.
    text:      the claim in a few words.
    verifier:  `module.function`, which puts it to the library; empty where nothing can.
    outcome:   what was found when the claim was recorded.
    reason:    why.
    cards:     the cards that teach the difference, where there is one.
    tolerance: how near the library's numbers have to be to the note's.
    limit_s:   seconds that the verifier may take in one case.
    place:     `file:line:column`.
    """

    id: str
    deck: str
    heading: str
    text: Text
    outcome: Outcome
    reason: Text
    place: str
    verifier: str = ""
    cases: tuple[Case, ...] = ()
    cards: tuple[str, ...] = ()
    tolerance: Tolerance = EXACT
    limit_s: float = 0.0


def agrees(note: Value, library: Value, tolerance: Tolerance) -> bool:
    """Whether the library's value is what the note predicts, item by item where both are lists."""
    if isinstance(note, list) and isinstance(library, list):
        pairs = zip(note, library, strict=False)
        return len(note) == len(library) and all(agrees(one, other, tolerance) for one, other in pairs)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (note, library))
    return same(Kind.NUMBER, note, library, tolerance) if numbers else type(note) is type(library) and note == library


def outcome(recorded: Outcome, agreed: Sequence[bool]) -> Outcome:
    """What the cases of a claim say of it now, `agreed` telling for each whether the library does as the note predicts.

    No case can tell a claim that was true once from one that never was, so where none agrees the record decides
    between out of date and wrong.
    """
    if not agreed:
        return Outcome.UNTESTED
    if all(agreed):
        return Outcome.HOLDS
    if any(agreed):
        return Outcome.CONDITION
    return Outcome.OUTDATED if recorded is Outcome.OUTDATED else Outcome.WRONG
