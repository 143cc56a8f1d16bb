"""Templates of card text: `A {width} × {width} image`, `{2 * padding + 1}`, `{truth:.3f}`; `{{` and `}}` are braces.

A template is data: its expressions go through `core.expression`, its format specs through a pattern, and neither can
reach an attribute, call a method or ask for a million blanks.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quizapp.core import expression
from quizapp.core.domain import write
from quizapp.core.expression import ExpressionError
from quizapp.core.text import clean

# No blanks: `{1: 2}` in Python source is a dict whose braces were not doubled.
_SPEC = re.compile(r"[<>^]?[+-]?0?\d{0,2}[,_]?(?:\.\d{1,2})?[bdeEfgGoxX%]?")
_BRACE = re.compile(r"[{}]")


class TemplateError(ValueError):
    """A template that can't be read, or can't be rendered with these values; `offset` is the place in the template."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of rendered text; `drawn` where it came out of braces, so that a screen can make it stand out."""

    text: str
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    source: str
    spec: str
    offset: int


def render(template: str, values: Mapping[str, Any]) -> tuple[Span, ...]:
    """`template` with each {expression} replaced by its value, as `core.domain.write` writes it or as its spec says.

    Raises TemplateError where the template can't be read, or names or computes what `values` don't give.
    """
    return tuple(
        Span(part) if isinstance(part, str) else Span(_written(part, values), drawn=True) for part in _parts(template)
    )


def plain(spans: Iterable[Span]) -> str:
    """The text of `spans`, without telling what was drawn."""
    return "".join(span.text for span in spans)


def names(template: str) -> frozenset[str]:
    """The names that `template` uses. Raises TemplateError where it can't be read."""
    return frozenset(name for name, _ in places(template))


def places(template: str) -> tuple[tuple[str, int], ...]:
    """Each name that `template` uses with the offset of its expression. Raises TemplateError as `names` does."""
    return tuple(
        (name, part.offset)
        for part in _parts(template)
        if not isinstance(part, str)
        for name in sorted(expression.names(part.source))
    )


def _written(field: _Field, values: Mapping[str, Any]) -> str:
    try:
        value = expression.evaluate(field.source, values)
    except ExpressionError as error:
        raise TemplateError(str(error), field.offset) from None
    if not field.spec:
        return clean(write(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TemplateError(f"':{field.spec}' is for a number, and '{field.source}' is none", field.offset)
    try:
        return format(value, field.spec)
    except (ValueError, OverflowError):
        raise TemplateError(f"':{field.spec}' can't write {write(value)}", field.offset) from None


@lru_cache(maxsize=2048)
def _parts(template: str) -> tuple[str | _Field, ...]:
    """Literal text and fields by turns."""
    parts: list[str | _Field] = []
    literal, at = "", 0
    while brace := _BRACE.search(template, at):
        start = brace.start()
        literal += template[at:start]
        if template.startswith(brace[0] * 2, start):
            literal, at = literal + brace[0], start + 2
            continue
        if brace[0] == "}":
            raise TemplateError("'}' closes nothing; a brace that is meant is written '}}'", start)
        if literal:
            parts.append(literal)
        field, at = _field(template, start)
        parts.append(field)
        literal = ""
    if rest := literal + template[at:]:
        parts.append(rest)
    return tuple(parts)


def _field(template: str, start: int) -> tuple[_Field, int]:
    """The field whose brace opens at `start`, and the offset behind its closing brace."""
    colon, end = _ends(template, start)
    source = template[start + 1 : colon]
    offset = start + 1 + len(source) - len(source.lstrip())
    if not source.strip():
        raise TemplateError("nothing stands between the braces; braces that are meant are written '{{' and '}}'", start)
    try:
        expression.parse(source)
    except ExpressionError as error:
        raise TemplateError(str(error), offset) from None
    spec = template[colon + 1 : end]
    if not _SPEC.fullmatch(spec):
        raise TemplateError(f"':{spec[:40]}' is not a way to write a number; ':.3f', ':,' and ':e' are", colon)
    return _Field(source.strip(), spec, offset), end + 1


def _ends(template: str, start: int) -> tuple[int, int]:
    """Where the expression that opens at `start` ends (at its colon or its brace), and where its brace closes."""
    depth, quote, colon = 0, "", -1
    for at in range(start + 1, len(template)):
        char = template[at]
        if char == "\n":
            break
        if quote:
            quote = "" if char == quote else quote
        elif char == "}":
            return (at if colon < 0 else colon), at
        elif char == "{":
            raise TemplateError("a brace opens inside braces; a brace that is meant is written '{{'", at)
        elif char in "'\"":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == ":" and colon < 0 and depth == 0:
            colon = at
    raise TemplateError("'{' is never closed on its line; a brace that is meant is written '{{'", start)
