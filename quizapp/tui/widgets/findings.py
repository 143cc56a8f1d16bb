"""What a laboratory has found, as content: the truth, its picture, the steps, the mistakes, and why."""

from collections.abc import Callable, Iterator

from textual.content import Content

from quizapp.core.answer import Truth
from quizapp.core.domain import Value
from quizapp.core.question import shown
from quizapp.core.text import Lang, clean
from quizapp.lab import View
from quizapp.language import _
from quizapp.tui.prose import drawn

_LONGEST_VALUE = 2_000


def findings(view: View, lang: Lang, explain: Callable[[Truth], str] | None = None) -> Content:
    """Line by line. explain: why, in the words of a card."""
    parts: list[Content] = []
    if view.truth is not None:
        parts += _value(view.truth)
    if view.picture is not None:
        parts += [Content(), *drawn(view.picture.picture, margin=0)]
        parts += [Content(line.in_lang(lang)) for line in view.picture.caption]
    if view.undrawn:
        parts += [Content(), Content.styled(view.undrawn, "$foreground-muted")]
    if view.truth is not None:
        parts += _derivation(view.truth, lang)
        if explain is not None and (why := explain(view.truth).strip()):
            parts += [Content(), Content(why)]
    return Content("\n").join(parts)


def _value(truth: Truth) -> Iterator[Content]:
    written = clean(shown(truth.value) if not _lines(truth.value) else "\n".join(map(str, truth.value)))  # type: ignore[arg-type]
    first, *rest = written[:_LONGEST_VALUE].split("\n")
    close = f"   {truth.tolerance}" if isinstance(truth.value, float) else ""
    yield Content.assemble("= ", (first, "bold $text-success"), (close.rstrip(), "$foreground-muted"))
    yield from (Content.styled(f"  {line}", "bold $text-success") for line in rest)


def _lines(value: Value) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) for one in value)


def _derivation(truth: Truth, lang: Lang) -> Iterator[Content]:
    if truth.steps:
        yield Content()
        yield from (Content.styled(step.in_lang(lang), "$text-primary") for step in truth.steps)
    wrong = [one for one in truth.mistakes if one.value != truth.value]
    if wrong:
        yield Content()
        for one in wrong:
            yield Content.assemble(
                ("✗ ", "$text-error"), _short(shown(one.value)), "  ", (one.text.in_lang(lang), "$foreground-muted")
            )


def _short(text: str) -> str:
    line = clean(text).replace("\n", " ")
    return line if len(line) <= 60 else f"{line[:59]}…"


def trouble(view: View) -> Content:
    """Why there is no truth, in a line; nothing where there is one."""
    return (
        Content.assemble(("✗ ", "bold $text-warning"), (view.trouble, "$text-warning")) if view.trouble else Content()
    )


def origin(truth: Truth | None) -> str:
    """Who computes, and how long it takes."""
    return _("live · {origin}").format(origin=truth.origin) if truth is not None else _("live")
