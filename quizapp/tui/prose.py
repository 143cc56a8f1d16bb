"""Card text as Textual content. Card text never goes through Textual's markup."""

from textual.content import Content

from quizapp.core.prose import lines
from quizapp.core.question import Question
from quizapp.core.template import Span

DRAWN = "bold $text-accent"
CODE = "$text-primary"


def asked(question: Question) -> Content:
    """The question: its prompt with the drawn parts standing out, its code, its options."""
    parts = [_line(line.spans, line.code) for line in lines(question.prompt)]
    if question.code:
        parts += [Content(), *_source(question.code).split("\n")]
    if question.options:
        parts.append(Content())
    for letter, option in zip(question.letters, question.options, strict=True):
        parts.append(Content.assemble("  ", (letter, DRAWN), f"  {option.text.in_lang(question.lang)}"))
    return Content("\n").join(parts)


def _source(code: str) -> Content:
    # Imported here: a question without code needs no highlighter, and it is Pygments.
    from textual.highlight import highlight

    return highlight("\n".join(f"    {line}" for line in code.rstrip().splitlines()), language="python")


def _line(spans: tuple[Span, ...], code: bool) -> Content:
    parts: list[tuple[str, str]] = [("    ", "")] if code else []
    quoted = False
    for span in spans:
        for index, piece in enumerate([span.text] if code else span.text.split("`")):
            quoted ^= index > 0
            style = DRAWN if span.drawn else CODE if code or quoted else ""
            parts.append((piece, style))
    return Content.assemble(*parts)
