"""Card text as Textual content. Card text never goes through Textual's markup."""

from collections.abc import Iterable

from textual.content import Content

from quizapp.core.prose import lines
from quizapp.core.template import Span

DRAWN = "bold $text-accent"
CODE = "$text-primary"


def prose(spans: Iterable[Span]) -> Content:
    """Prose and code with the drawn parts standing out."""
    return Content("\n").join(_line(line.spans, line.code) for line in lines(spans))


def source(code: str) -> Content:
    """Python source, highlighted."""
    from textual.highlight import highlight

    return highlight(code.rstrip(), language="python")


def _line(spans: tuple[Span, ...], code: bool) -> Content:
    parts: list[tuple[str, str]] = [("    ", "")] if code else []
    quoted = False
    for span in spans:
        for index, piece in enumerate([span.text] if code else span.text.split("`")):
            quoted ^= index > 0
            style = DRAWN if span.drawn else CODE if code or quoted else ""
            parts.append((piece, style))
    return Content.assemble(*parts)
