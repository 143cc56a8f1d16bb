"""`quiz list`: the cards that a query finds, and where they stand."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from quizapp import opening
from quizapp.core.query import Query, QueryError, parse
from quizapp.core.schedule import Scheduled
from quizapp.core.text import cells, fit
from quizapp.document import print_json
from quizapp.errors import QuizError
from quizapp.language import _, mark, ngettext
from quizapp.store import CardState
from quizapp.store.search import Asked, Order
from quizapp.wording import due_in

if TYPE_CHECKING:
    from quizapp.cli import Common

# More than a page is read at once, but never all of a large collection.
_CHUNK = 1000
_COLUMNS = (8, 9, 10, 6)
_STATES = {
    "new": mark("new"),
    "learning": mark("learning"),
    "review": mark("review"),
    "relearning": mark("relearning"),
}


def read_query(written: str) -> Query:
    """The query that is written. Raises QuizError showing the place of what can't be understood."""
    try:
        return parse(written)
    except QueryError as error:
        hint = _("in: {before} ☞ {after}").format(before=written[: error.at], after=written[error.at :])
        raise QuizError(str(error), where=_("query"), hint=hint) from None


def run(words: Sequence[str], limit: int | None, order: Order, common: "Common", as_json: bool) -> None:
    """`quiz list`: every card that all of `words` find."""
    query = read_query(" ".join(words))
    clock = opening.clock(common)
    with opening.library(common) as library:
        opening.warn(library)
        asked = Asked(library.key, query, clock.now(), clock.today(), common.config.option("leech"))
        found: list[CardState] = []
        while limit is None or len(found) < limit:
            most = _CHUNK if limit is None else min(_CHUNK, limit - len(found))
            page = library.store.search(asked, order=order, limit=most, offset=len(found))
            found += page
            if len(page) < most:
                break
        total = library.store.search_count(asked)
    if as_json:
        print_json([facts(one, asked.day) for one in found])
        return
    for line in _table(found, asked.day, shutil.get_terminal_size().columns):
        print(line)
    print(ngettext("{n} card", "{n} cards", total).format(n=total))


def facts(card: CardState, day: int) -> dict[str, Any]:
    """A card as `quiz list --json` tells it. Of a new card stability, difficulty and due are null."""
    schedule = card.schedule if isinstance(card.schedule, Scheduled) else None
    return {
        "id": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "state": card.state,
        "stability": schedule and schedule.stability,
        "difficulty": schedule and schedule.difficulty,
        "due": schedule and schedule.due,
        "due_day": schedule and _date(schedule.due_day),
        "reviewed": schedule and schedule.reviewed_at,
        "reviews": schedule.reviews if schedule else 0,
        "lapses": schedule.lapses if schedule else 0,
        "marks": card.marks.names(day),
        "note": card.marks.note,
    }


def _table(found: Sequence[CardState], day: int, width: int) -> list[str]:
    if not found:
        return []
    name = min(max(len(one.id) for one in found), max(20, width - 52))
    header = (
        fit(_("card"), name),
        "",
        fit(_("state"), 10),
        *_columns(_("due"), _("stability"), _("difficulty"), _("lapses")),
    )
    return [" ".join(header), *(_row(one, day, name, width) for one in found)]


def _columns(*values: str) -> Iterator[str]:
    for value, width in zip(values, _COLUMNS, strict=True):
        yield fit(value, width, right=True)


def _row(card: CardState, day: int, name: int, width: int) -> str:
    row = [fit(_cut(card.id, name), name), "", fit(_(_STATES[card.state]), 10)]
    if isinstance(card.schedule, Scheduled):
        schedule = card.schedule
        numbers = (f"{schedule.stability:.1f}", f"{schedule.difficulty:.1f}", str(schedule.lapses))
        row += _columns(due_in(schedule.due_day - day), *numbers)
    else:
        row += _columns("—", "—", "—", "—")
    return _cut(" ".join([*row, "", *card.marks.names(day)]).rstrip(), width)


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    while cells(text) >= width:
        text = text[:-1]
    return f"{text}…"
