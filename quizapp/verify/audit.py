"""The audit: every claim of the notes run against the libraries, and whether it is still what was recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from quizapp.asking import Truths
from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.claim import Case, Claim, Outcome, agrees, outcome
from quizapp.core.domain import Value

# So many cases with the same value on either side are not worth a line each.
_MANY = 5


@dataclass(frozen=True, slots=True)
class Tried:
    """One case of a claim, and what the library did with it."""

    case: Case
    truth: Truth | Unverifiable
    agreed: bool


@dataclass(frozen=True, slots=True)
class Audited:
    """A claim after it was put to the library.

    outcome: what its cases say now; the recorded one where the library gave no answer.
    fault:   why there was no answer; empty where there was.
    """

    claim: Claim
    tried: tuple[Tried, ...]
    outcome: Outcome
    fault: str = ""

    @property
    def stale(self) -> bool:
        """Whether the record is no longer what is found."""
        return bool(self.fault) or self.outcome is not self.claim.outcome

    @property
    def versions(self) -> Mapping[str, str]:
        """Of the libraries that answered."""
        found: dict[str, str] = {}
        for one in self.tried:
            if isinstance(one.truth, Truth):
                found |= one.truth.origin.versions
        return found


class ClaimCheck:
    """One claim: put to its verifier when made, so that many can be asked before the first is waited for."""

    def __init__(self, claim: Claim, truths: Truths) -> None:
        self._claim = claim
        self._answers = [(case, truths.truth(claim.verifier, case.params, claim.limit_s)) for case in claim.cases]

    def result(self) -> Audited:
        """The claim as it comes out today. Waits for all that was asked."""
        claim, tried = self._claim, []
        for case, answer in self._answers:
            truth = answer.result()
            agreed = isinstance(truth, Truth) and agrees(case.note, truth.value, claim.tolerance)
            tried.append(Tried(case, truth, agreed))
        fault = next((one.truth.error for one in tried if isinstance(one.truth, Unverifiable)), "")
        now = claim.outcome if fault else outcome(claim.outcome, [one.agreed for one in tried])
        return Audited(claim, tuple(tried), now, fault)


def audit(claims: Iterable[Claim], truths: Truths) -> Iterator[Audited]:
    """Each claim as it comes out today, in their order. All are asked for before the first is waited for."""
    for one in [ClaimCheck(claim, truths) for claim in claims]:
        yield one.result()


def told(tried: Iterable[Tried]) -> tuple[str, str]:
    """What the note says, and what the library says: for each case a value, after the parameters that tell it apart.

    Many cases that are all alike are told as one.
    """
    cases = list(tried)
    where = [_where(one.case, [other.case for other in cases]) for one in cases]
    note = [said(one.case.note) for one in cases]
    library = [said(one.truth.value) if isinstance(one.truth, Truth) else one.truth.error for one in cases]
    if len(cases) >= _MANY and len(set(note)) == len(set(library)) == 1:
        all_of_them = f" ({len(cases)} cases)"
        return note[0] + all_of_them, library[0] + all_of_them
    return _listed(where, note), _listed(where, library)


def _listed(where: list[str], values: list[str]) -> str:
    return "; ".join(one + value for one, value in zip(where, values, strict=True))


def said(value: Value) -> str:
    """A value for a table: yes and no, numbers to six digits, lists in brackets."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}"
        case list():
            return f"[{', '.join(map(said, value))}]"
    return str(value)


def _where(case: Case, cases: list[Case]) -> str:
    """The parameters in which the cases differ, `width=7: `, of source its last line; for a lone case nothing."""
    differ = [name for name, value in case.params.items() if any(one.params.get(name) != value for one in cases)]
    parts = [_given(name, case.params[name]) for name in differ]
    return f"{' '.join(parts)}: " if parts else ""


def _given(name: str, value: Value) -> str:
    match name, value:
        case "code", str() as source:
            return source.rstrip().rpartition("\n")[2].strip()
        case "lines", [*lines]:
            return " / ".join(map(str, lines))
    return f"{name}={said(value)}"
