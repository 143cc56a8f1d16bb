"""Reading what was typed. What can't be read is unreadable, never wrong, and says what could be."""

import ast
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from quizapp.core.answer import Unreadable
from quizapp.core.card import Option
from quizapp.core.domain import Domain, Value, write
from quizapp.core.text import clean
from quizapp.language import _, ngettext

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST = 2_000
LONGEST_CODE = 20_000

_NUMBER = r"[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d{1,4})?"
_POWER = re.compile(rf"({_NUMBER})\s*(?:\^|\*\*)\s*({_NUMBER})")
_FRACTION = re.compile(rf"({_NUMBER})\s*/\s*({_NUMBER})")
_PLAIN = re.compile(rf"({_NUMBER})(\s*%)?")
_INFINITE = {f"{sign}{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in ("inf", "infinity", "∞")}
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "x", "，": ",", "、": ",", "（": "(", "）": ")", "【": "[", "】": "]"})


Answer: TypeAlias = "Value | Fraction | list[Answer] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as its question understands it; a number is an exact fraction (or an infinite float).

    guessed: the learner marked it as a guess.
    """

    value: Answer
    guessed: bool = False

    def __str__(self) -> str:
        return say(self.value)


def say(value: Answer) -> str:
    """A value that was read, as it would be written down."""
    match value:
        case Fraction():
            return write_number(value)
        case list():
            return ", ".join(map(say, value))
        case dict():
            return ", ".join(f"{name}={say(one)}" for name, one in value.items())
    return write(value)


def normal(typed: str) -> str:
    """`typed` with full-width forms folded, mathematical signs replaced and the ends trimmed."""
    return unicodedata.normalize("NFKC", clean(typed)).translate(_SIGNS).strip()


def short(typed: str, read: Callable[[str], Reading | Unreadable]) -> Reading | Unreadable:
    """`read` of the normal form of `typed`, where that is neither empty nor absurdly long."""
    if len(typed) > LONGEST:
        return Unreadable(_("That is {n:,} characters long; an answer here is short.").format(n=len(typed)))
    text = normal(typed)
    return read(text) if text else Unreadable(_("Nothing was typed."))


def text(typed: str) -> Reading | Unreadable:
    """Words, as they stand."""
    return Reading(typed)


def one_of(typed: str, options: Sequence[Option]) -> Reading | Unreadable:
    """The value of the option that was picked by its letter, its value or its words; a `?` behind says it's a guess."""
    said, guessed = _guess(typed)
    for option, names in zip(options, _names(options), strict=True):
        if said in names:
            return Reading(option.value, guessed)
    return Unreadable(_("Pick one of {letters}.").format(letters=_letters(options)))


def some_of(typed: str, options: Sequence[Option]) -> Reading | Unreadable:
    """The values of all options picked, by letters: `a c`, `a, c` or `ac`; `none` for none of them."""
    said, guessed = _guess(typed)
    if said in ("none", "-", "0", "无"):
        return Reading([], guessed)
    parts = [part for part in re.split(r"[\s,;]+", said) if part]
    if len(parts) == 1 and all(letter in LETTERS[: len(options)] for letter in parts[0]):
        parts = list(parts[0])
    names = _names(options)
    picked = [at for part in parts for at, known in enumerate(names) if part in known]
    if not picked or len(picked) != len(parts) or len(set(picked)) != len(picked):
        why = _("Name all that hold, like 'a c', of {letters}; or 'none'.")
        return Unreadable(why.format(letters=_letters(options)))
    return Reading([options[at].value for at in sorted(picked)], guessed)


def in_order(typed: str, lines: Sequence[str]) -> Reading | Unreadable:
    """The lines in the order of the letters typed: `c a b` or `cab`."""
    letters = re.sub(r"[\s,;>.-]+", "", typed).casefold()
    if sorted(letters) != list(LETTERS[: len(lines)]):
        why = _("Write each of {letters} once, in their order, like 'b a c'.")
        return Unreadable(why.format(letters=_letters(lines)))
    ordered: list[Answer] = [lines[LETTERS.index(letter)] for letter in letters]
    return Reading(ordered)


def gaps(typed: str, kinds: Sequence[str]) -> Reading | Unreadable:
    """What fills each gap, `;` between them (or commas, where that gives as many parts as there are gaps)."""
    parts = [typed] if len(kinds) == 1 else re.split(r"\s*;\s*", typed)
    if len(parts) != len(kinds):
        parts = re.split(r"\s*,\s*", typed)
    if len(parts) != len(kinds) or not all(parts):
        return Unreadable(_gaps_there_are(len(kinds)))
    found: list[Answer] = []
    for at, (part, kind) in enumerate(zip(parts, kinds, strict=True), 1):
        read = gap(part, kind)
        if isinstance(read, Unreadable):
            return Unreadable(_("Gap {n}: {why}").format(n=at, why=read.why))
        found.append(read.value)
    return Reading(found)


def gap(typed: str, kind: str) -> Reading | Unreadable:
    """What fills one gap, a `number` or a `text`."""
    return number(typed) if kind == "number" else text(typed)


def fields(typed: str, domains: Mapping[str, Domain]) -> Reading | Unreadable:
    """Values by name, `kernel=3 stride=2`; or in order with `;` between (commas or blanks for single numbers)."""
    example = "  ".join(f"{name}=…" for name in domains)
    named = list(re.finditer(r"([A-Za-z_]\w*)\s*=\s*", typed))
    if named:
        ends = [match.start() for match in named[1:]] + [len(typed)]
        given = {match[1]: typed[match.end() : end].strip(" ,;") for match, end in zip(named, ends, strict=True)}
        if len(given) != len(named) or typed[: named[0].start()].strip():
            return Unreadable(_("Write {example}, each once.").format(example=example))
    else:
        parts = re.split(r"\s*;\s*", typed) if ";" in typed or len(domains) == 1 else re.split(r"[\s,]+", typed)
        given = dict(zip(domains, parts, strict=False)) if len(parts) == len(domains) else {}
    if set(given) != set(domains):
        return Unreadable(_("Write {example}.").format(example=example))
    values: dict[str, Value] = {}
    for name, domain in domains.items():
        try:
            values[name] = domain.read(given[name])
        except ValueError as error:
            return Unreadable(_("{name}: {why}.").format(name=name, why=error))
    return Reading(values)


def code(typed: str) -> Reading | Unreadable:
    """Python source that compiles; it is not run here."""
    if len(typed) > LONGEST_CODE:
        return Unreadable(_("That is {n:,} characters long; a few lines are enough.").format(n=len(typed)))
    source = clean(typed).expandtabs(4)
    if not source.strip():
        return Unreadable(_("Nothing was typed."))
    try:
        ast.parse(source)
    except SyntaxError as error:
        why = _("Line {line} is not Python: {why}.")
        return Unreadable(why.format(line=error.lineno or 1, why=error.msg))
    except (ValueError, RecursionError, MemoryError):
        return Unreadable(_("That is not Python that can be read."))
    return Reading(source)


def known(typed: str) -> Reading | Unreadable:
    """Whether the learner knew it."""
    said = typed.casefold().strip(" .!")
    if said in ("y", "yes", "是", "知道"):
        return Reading(True)
    if said in ("n", "no", "否", "不知道"):
        return Reading(False)
    return Unreadable(_("Write y if you knew it, n if you didn't."))


def _guess(typed: str) -> tuple[str, bool]:
    bare = typed.rstrip("? ")
    return bare.strip("(). ").casefold(), bare != typed.rstrip()


def _letters(rows: Sequence[object]) -> str:
    """The letters that `rows` go by, in words: `a, b, c`."""
    return ", ".join(LETTERS[: len(rows)])


def _gaps_there_are(number: int) -> str:
    message = ngettext(
        "There is {n} gap; write what fills it.", "There are {n} gaps; write what fills each, with ';' between.", number
    )
    return message.format(n=number)


def _names(options: Sequence[Option]) -> list[set[str]]:
    """What each option may be called. A letter always means its place."""
    found = []
    for at, option in enumerate(options):
        words = {
            normal(word).casefold().strip("(). ") for word in (write(option.value), option.text.en, option.text.zh)
        }
        found.append({LETTERS[at], *(word for word in words if word and word not in LETTERS[: len(options)])})
    return found


def write_number(number: Fraction) -> str:
    """`number` as a decimal, exactly where it is short."""
    if number.denominator == 1:
        return str(number.numerator) if abs(number.numerator) < 10**15 else f"{float(number):.6g}"
    return f"{float(number):.10g}"


def _exact(text: str) -> Fraction:
    return Fraction(text.replace("_", ""))


def number(text: str) -> Reading | Unreadable:
    """A number: `112`, `0.51`, `1/3`, `51%`, `1e-3`, `2^10`, `inf`."""
    if text.lower() in _INFINITE:
        return Reading(_INFINITE[text.lower()])
    if len(text) > 200:
        return Unreadable(_("That number has too many digits; an answer here is short."))
    found: Fraction | None = None
    try:
        if match := _PLAIN.fullmatch(text):
            found = _exact(match[1]) / (100 if match[2] else 1)
        elif match := _FRACTION.fullmatch(text):
            found = _exact(match[1]) / _exact(match[2])
        elif match := _POWER.fullmatch(text):
            base, exponent = _exact(match[1]), _exact(match[2])
            if abs(exponent) > 400 or abs(base) > 10**9:
                return Unreadable(_("That power is too large to be meant."))
            found = Fraction(base**exponent if exponent.denominator == 1 else float(base) ** float(exponent))
        if found is not None and abs(found) > Fraction(10) ** 308:
            return Unreadable(_("That number is too large to be meant."))
    except ZeroDivisionError:
        return Unreadable(_("That divides by zero."))
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is not None:
        return Reading(found)
    if "," in text:
        return Unreadable(_("A comma is not read; write 1024 or 1_024, and 0.51 with a point."))
    return Unreadable(_("That is not a number; 112, 0.51, 1/3, 51%, 1e-3 and 2^10 are."))


def shape(text: str) -> Reading | Unreadable:
    """A tensor's shape: `1, 64, 112, 112`, `(1, 64)`, `[1 64]`, `1x64`."""
    inner = re.sub(r"^(?:torch\.Size)?\s*\(?\s*\[?\s*|\s*,?\s*\]?\s*\)?$", "", text)
    parts = re.split(r"\s*[,xX*]\s*|\s+", inner) if inner else []
    if len(parts) > 12 or not all(re.fullmatch(r"\d{1,12}", part) for part in parts):
        return Unreadable(_("That is not a shape; write it as 1, 64, 112, 112 or 1x64x112x112."))
    sides: list[Answer] = [int(part) for part in parts]
    return Reading(sides)
