"""Card text and pictures as Textual content. Card text never goes through Textual's markup."""

from textual.content import Content

from quizapp.core.card import Kind
from quizapp.core.picture import Picture
from quizapp.core.prose import GAP, lines
from quizapp.core.question import Question
from quizapp.core.template import Span
from quizapp.language import _

DRAWN = "bold $text-accent"
CODE = "$text-primary"
_INKS = {
    "one": "$text-primary",
    "two": "$text-accent",
    "three": "$text-success",
    "four": "$text-warning",
    "five": "$text-error",
    "dim": "$foreground-muted",
    "strong": "bold",
}


def asked(question: Question) -> Content:
    """The question: its prompt with the drawn parts standing out, its code, its picture, and what to fill in."""
    parts = [_line(line.spans, line.code) for line in lines(question.prompt)]
    if question.code:
        parts += [Content(), *(Content.assemble("    ", row) for row in python(question.code).split("\n"))]
    if question.picture is not None:
        parts += [Content(), *drawn(question.picture)]
    if question.card.kind is Kind.CLOZE:
        return _numbered(Content("\n").join(parts))
    if question.card.kind is Kind.OPEN:
        fields = "  ".join(f"{name}=…" for name in question.card.fields)
        parts += [Content(), Content.styled(_("Answer with {fields}").format(fields=fields), "$foreground-muted")]
    return Content("\n").join(parts)


def drawn(picture: Picture, margin: int = 4) -> list[Content]:
    """A picture, a row each, so many cells from the left."""
    left = " " * margin
    return [Content.assemble(left, *((run.text, _INKS.get(run.ink, run.ink)) for run in row)) for row in picture.rows]


def python(code: str) -> Content:
    """Python source, highlighted."""
    # Imported here: a question without code needs no highlighter, and it is Pygments.
    from textual.highlight import highlight

    return highlight(code.rstrip(), language="python")


def _numbered(asked: Content) -> Content:
    """A cloze with the places of its gaps put into them, as its inputs are numbered."""
    parts: list[Content] = []
    end = 0
    for place, gap in enumerate(GAP.finditer(asked.plain), 1):
        parts += [asked[end : gap.start()], Content.styled(f"__{place}__", "bold $text-warning")]
        end = gap.end()
    return Content.assemble(*parts, asked[end:])


def _line(spans: tuple[Span, ...], code: bool) -> Content:
    parts: list[tuple[str, str]] = [("    ", "")] if code else []
    quoted = False
    for span in spans:
        for index, piece in enumerate([span.text] if code else span.text.split("`")):
            quoted ^= index > 0
            style = DRAWN if span.drawn else CODE if code or quoted else ""
            parts.append((piece, style))
    return Content.assemble(*parts)
