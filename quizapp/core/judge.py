"""Judging an answer against the truth."""

import math
import re
from collections.abc import Sequence
from fractions import Fraction

from quizapp.core.answer import EXACT, Mistake, Right, Tolerance, Truth, Wrong
from quizapp.core.card import Kind
from quizapp.core.domain import Value, write
from quizapp.core.reading import Answer, Reading, normal
from quizapp.core.text import Text

# A word as like the right one as this may be a slip of the fingers.
_ALIKE = 0.75


def judge(kind: Kind, reading: Reading, truth: Truth, aliases: tuple[str, ...] = ()) -> Right | Wrong:
    """Holds what was read against the truth."""
    answer = reading.value
    if same(kind, answer, truth.value, truth.tolerance):
        return Right(truth)
    if kind is Kind.TEXT and any(same(kind, answer, alias) for alias in aliases):
        return Right(truth)
    for mistake in telling(kind, truth):
        if same(kind, answer, mistake.value, truth.tolerance):
            return Wrong(truth, mistake)
    return Wrong(truth, _difference(kind, answer, truth))


def telling(kind: Kind, truth: Truth) -> list[Mistake]:
    """The mistakes that show with these numbers: those that don't give the truth."""
    return [one for one in truth.mistakes if not same(kind, one.value, truth.value, truth.tolerance)]


def same(kind: Kind, answer: Answer, truth: Value, tolerance: Tolerance = EXACT) -> bool:
    """Whether `answer` counts as `truth`."""
    match kind:
        case Kind.NUMBER:
            return _close(answer, truth, tolerance)
        case Kind.TEXT:
            return _folded(str(answer)) == _folded(str(truth))
        case Kind.OUTPUT:
            return _printed(str(answer)) == _printed(str(truth))
        case Kind.CLOZE:
            return not _wrong_gaps(answer, truth, tolerance)
        case Kind.SEVERAL:
            both = isinstance(answer, list) and isinstance(truth, list)
            return both and _members(answer) == _members(truth)
    return (type(answer) is type(truth) and answer == truth) or _equal_numbers(answer, truth)


def near(reading: Reading, truth: Truth, aliases: Sequence[str] = ()) -> str:
    """The right word that a wrong text comes close to: a slip, perhaps. Empty where it is close to none."""
    import difflib  # only where a word was wrong

    said = _folded(str(reading.value))
    for word in (str(truth.value), *aliases):
        right = _folded(word)
        if min(len(said), len(right)) >= 4 and difflib.SequenceMatcher(None, said, right).ratio() >= _ALIKE:
            return word
    return ""


def _equal_numbers(answer: Answer, truth: Value) -> bool:
    """3 and 3.0 are one option; True and 1 are two."""
    kinds = (type(answer), type(truth))
    return bool not in kinds and isinstance(answer, int | float) and isinstance(truth, int | float) and answer == truth


def _close(answer: Answer, truth: Value, tolerance: Tolerance) -> bool:
    if isinstance(truth, bool) or not isinstance(answer, int | float | Fraction) or not isinstance(truth, int | float):
        return False
    if math.isinf(truth) or (isinstance(answer, float) and math.isinf(answer)):
        return answer == truth
    if isinstance(truth, float) and isinstance(answer, Fraction) and float(answer) == truth:
        return True  # 0.1 is typed as a decimal, and no binary fraction is just that
    # A hair more than the width: 0.51 is within half a unit of 0.505 although binary fractions say otherwise.
    return abs(Fraction(answer) - Fraction(truth)) <= Fraction(tolerance.width(truth)) * Fraction(1_000_001, 1_000_000)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", normal(text)).casefold().strip(" .。'\"`")


def _printed(text: str) -> str:
    return "\n".join(line.rstrip() for line in normal(text).replace("\\n", "\n").splitlines())


def _members(values: Answer) -> list[str]:
    return sorted(repr(value) for value in values) if isinstance(values, list) else []


def _wrong_gaps(answer: Answer, truth: Value, tolerance: Tolerance) -> list[int]:
    """The places of the gaps that are filled wrongly, from 0."""
    if not isinstance(answer, list) or not isinstance(truth, list) or len(answer) != len(truth):
        return [0]
    return [
        at
        for at, (given, right) in enumerate(zip(answer, truth, strict=True))
        if not (_folded(str(given)) == _folded(right) if isinstance(right, str) else _close(given, right, tolerance))
    ]


def _difference(kind: Kind, answer: Answer, truth: Truth) -> Mistake | None:
    """Where a wrong answer departs from the truth, for the kinds that have places."""
    right = truth.value
    match kind:
        case Kind.SHAPE if isinstance(answer, list) and isinstance(right, list):
            if len(answer) != len(right):
                is_, was = len(right), len(answer)
                return Mistake(
                    right, Text(f"The shape has {is_} dimensions, not {was}.", f"形状有 {is_} 维，而不是 {was} 维。")
                )
            off = [at for at, (given, meant) in enumerate(zip(answer, right, strict=True)) if given != meant]
            places = ", ".join(str(at) for at in off)
            return Mistake(
                right, Text(f"Off in dimension {places}, counted from 0.", f"第 {places} 维不对（从 0 数起）。")
            )
        case Kind.CLOZE if isinstance(right, list):
            off = _wrong_gaps(answer, right, truth.tolerance)
            told = ", ".join(f"{at + 1} ({write(right[at])})" for at in off)
            return Mistake(right, Text(f"Wrong in gap {told}.", f"第 {told} 空不对。"))
    return None
