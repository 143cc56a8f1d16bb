"""Reading an answer as its kind, and judging it against the truth. Unreadable is never wrong."""

import math
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from quizapp.core.answer import Mistake, Right, Tolerance, Truth, Unreadable, Wrong
from quizapp.core.card import Kind
from quizapp.core.domain import Value, write
from quizapp.core.text import clean

LONGEST = 2_000

_NUMBER = r"[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d{1,4})?"
_POWER = re.compile(rf"({_NUMBER})\s*(?:\^|\*\*)\s*({_NUMBER})")
_FRACTION = re.compile(rf"({_NUMBER})\s*/\s*({_NUMBER})")
_PLAIN = re.compile(rf"({_NUMBER})(\s*%)?")
_INFINITE = {f"{sign}{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in ("inf", "infinity", "∞")}
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "x", "，": ",", "（": "(", "）": ")", "【": "[", "】": "]"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as its kind understands it."""

    value: Value | Fraction

    def __str__(self) -> str:
        return write_number(self.value) if isinstance(self.value, Fraction) else write(self.value)


def normal(typed: str) -> str:
    """`typed` with full-width forms folded, mathematical signs replaced and the ends trimmed."""
    return unicodedata.normalize("NFKC", clean(typed)).translate(_SIGNS).strip()


def read(kind: Kind, typed: str) -> Reading | Unreadable:
    """`typed` as an answer of this kind; a number as an exact fraction (or an infinite float).

    A choice is read by its question, which knows the options.
    """
    if len(typed) > LONGEST:
        return Unreadable(f"That is {len(typed):,} characters long; an answer here is short.")
    text = normal(typed)
    if not text:
        return Unreadable("Nothing was typed.")
    match kind:
        case Kind.NUMBER:
            return _read_number(text)
        case Kind.SHAPE:
            return _read_shape(text)
        case Kind.TEXT | Kind.OUTPUT | Kind.CHOICE:
            return Reading(text)


def judge(kind: Kind, reading: Reading, truth: Truth, aliases: tuple[str, ...] = ()) -> Right | Wrong:
    """Holds what was read against the truth."""
    if same(kind, reading.value, truth.value, truth.tolerance):
        return Right(truth)
    if kind is Kind.TEXT and any(same(kind, reading.value, alias) for alias in aliases):
        return Right(truth)
    for mistake in telling(kind, truth):
        if same(kind, reading.value, mistake.value, truth.tolerance):
            return Wrong(truth, mistake)
    return Wrong(truth)


def telling(kind: Kind, truth: Truth) -> list[Mistake]:
    """The mistakes that show with these numbers: those that don't give the truth."""
    return [one for one in truth.mistakes if not same(kind, one.value, truth.value, truth.tolerance)]


def same(kind: Kind, answer: Value | Fraction, truth: Value, tolerance: Tolerance | None = None) -> bool:
    """Whether `answer` counts as `truth`."""
    match kind:
        case Kind.NUMBER:
            return _close(answer, truth, tolerance or Tolerance())
        case Kind.TEXT:
            return _folded(str(answer)) == _folded(str(truth))
        case Kind.OUTPUT:
            return _printed(str(answer)) == _printed(str(truth))
        case Kind.SHAPE | Kind.CHOICE:
            return answer == truth


def write_number(number: Fraction) -> str:
    """`number` as a decimal, exactly where it is short."""
    if number.denominator == 1:
        return str(number.numerator) if abs(number.numerator) < 10**15 else f"{float(number):.6g}"
    return f"{float(number):.10g}"


def _close(answer: Value | Fraction, truth: Value, tolerance: Tolerance) -> bool:
    if not isinstance(answer, int | float | Fraction) or not isinstance(truth, int | float):
        return False
    if math.isinf(truth) or (isinstance(answer, float) and math.isinf(answer)):
        return answer == truth
    # A hair more than the width: 0.51 is within half a unit of 0.505 although binary fractions say otherwise.
    return abs(Fraction(answer) - Fraction(truth)) <= Fraction(tolerance.width(truth)) * Fraction(1_000_001, 1_000_000)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", normal(text)).casefold().strip(" .。'\"`")


def _printed(text: str) -> str:
    return "\n".join(line.rstrip() for line in normal(text).replace("\\n", "\n").splitlines())


def _exact(text: str) -> Fraction:
    return Fraction(text.replace("_", ""))


def _read_number(text: str) -> Reading | Unreadable:
    if text.lower() in _INFINITE:
        return Reading(_INFINITE[text.lower()])
    if len(text) > 200:
        return Unreadable("That number has too many digits; an answer here is short.")
    number: Fraction | None = None
    try:
        if match := _PLAIN.fullmatch(text):
            number = _exact(match[1]) / (100 if match[2] else 1)
        elif match := _FRACTION.fullmatch(text):
            number = _exact(match[1]) / _exact(match[2])
        elif match := _POWER.fullmatch(text):
            base, exponent = _exact(match[1]), _exact(match[2])
            if abs(exponent) > 400 or abs(base) > 10**9:
                return Unreadable("That power is too large to be meant.")
            number = Fraction(base**exponent if exponent.denominator == 1 else float(base) ** float(exponent))
        if number is not None and abs(number) > Fraction(10) ** 308:
            return Unreadable("That number is too large to be meant.")
    except ZeroDivisionError:
        return Unreadable("That divides by zero.")
    except (ValueError, TypeError, OverflowError):
        number = None
    if number is not None:
        return Reading(number)
    if "," in text:
        return Unreadable("A comma is not read; write 1024 or 1_024, and 0.51 with a point.")
    return Unreadable("That is not a number; 112, 0.51, 1/3, 51%, 1e-3 and 2^10 are.")


def _read_shape(text: str) -> Reading | Unreadable:
    inner = re.sub(r"^(?:torch\.Size)?\s*\(?\s*\[?\s*|\s*,?\s*\]?\s*\)?$", "", text)
    parts = re.split(r"\s*[,xX*]\s*|\s+", inner) if inner else []
    if len(parts) > 12 or not all(re.fullmatch(r"\d{1,12}", part) for part in parts):
        return Unreadable("That is not a shape; write it as 1, 64, 112, 112 or 1x64x112x112.")
    return Reading([int(part) for part in parts])
