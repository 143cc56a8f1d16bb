"""Card text as lines of prose and of code: what `core.template` rendered, without its Markdown fences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizapp.core.template import Span, plain

# A gap of a cloze, in its prompt or its code: exactly four underscores.
GAP = re.compile(r"(?<!_)____(?!_)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `code` where it stood between fences."""

    spans: tuple[Span, ...]
    code: bool = False

    def __str__(self) -> str:
        return ("    " if self.code else "") + plain(self.spans)


def lines(spans: Iterable[Span]) -> Iterator[Line]:
    """`spans` cut at their line ends; the fences themselves are left out."""
    rows: list[list[Span]] = [[]]
    for span in spans:
        first, *rest = span.text.split("\n")
        rows[-1].append(Span(first, span.drawn))
        rows.extend([Span(text, span.drawn)] for text in rest)
    code = False
    for row in rows:
        if plain(row).lstrip().startswith("```"):
            code = not code
        else:
            yield Line(tuple(span for span in row if span.text), code)
