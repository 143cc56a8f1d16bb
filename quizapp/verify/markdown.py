"""The audit as a page: a table for each note."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from quizapp.core.claim import Outcome
from quizapp.core.text import Lang
from quizapp.verify.audit import Audited, told

_HEAD = """\
# The notes, claim by claim

Every claim of the notes that the decks come from, put to the libraries. `quiz audit --markdown` writes this page: it
runs each verifier on the parameters given and holds the result against what the note predicts. A claim *holds* where
they agree in every case, *holds with a condition* where they agree in some; where they agree in none it is *wrong*, or
*out of date* where it was true of an earlier version."""


def page(rows: Sequence[Audited], lang: Lang) -> str:
    """The whole page, without a line break at its end."""
    return "\n".join(_lines(rows, lang))


def _lines(rows: Sequence[Audited], lang: Lang) -> Iterator[str]:
    yield from (_HEAD, "", "| outcome | claims |", "|---|---|")
    for outcome in Outcome:
        yield f"| {outcome} | {sum(one.outcome is outcome for one in rows)} |"
    versions = {name: version for one in rows for name, version in one.versions.items()}
    if versions:
        yield from ("", "Run on " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items())) + ".")
    by_note = sorted(rows, key=lambda one: [row.claim.heading for row in rows].index(one.claim.heading))
    for heading, group in groupby(by_note, key=lambda one: one.claim.heading):
        yield from ("", f"## {heading}", "")
        yield "| claim | verifier | the note | the library | outcome | reason |"
        yield "|---|---|---|---|---|---|"
        for one in group:
            yield _row(one, lang)


def _row(one: Audited, lang: Lang) -> str:
    claim, (note, library) = one.claim, told(one.tried)
    cells = [
        f"`{claim.id}` {_cell(claim.text.in_lang(lang))}",
        f"`{claim.verifier}`" if claim.verifier else "",
        _cell(note),
        _cell(library),
        str(one.outcome),
        _cell(claim.reason.in_lang(lang)),
    ]
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would take for its own."""
    return re.sub(r"([\\|*_<>])", r"\\\1", re.sub(r"\s+", " ", text)).strip()
