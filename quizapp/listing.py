"""`quiz list`: the cards that a query finds, and where they stand."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from quizapp import opening
from quizapp.core.query import Query, QueryError, parse
from quizapp.core.schedule import Scheduled
from quizapp.core.text import cells, clean, fit
from quizapp.document import print_json
from quizapp.errors import QuizError
from quizapp.language import _, mark, ngettext
from quizapp.store import CardState
from quizapp.store.search import Asked, Order
from quizapp.wording import due_in

if TYPE_CHECKING:
    from quizapp.common import Common

_HEADINGS = {
    "card": mark("card"),
    "state": mark("state"),
    "due": mark("due"),
    "stability": mark("stability"),
    "difficulty": mark("difficulty"),
    "lapses": mark("lapses"),
    "marks": mark("marks"),
}
_NUMBERS = ("due", "stability", "difficulty", "lapses")
_GIVEN_UP = ("difficulty", "lapses", "stability", "state")
_LEAST_OF_AN_ID = 24
_MOST_OF_MARKS = 20
# What is read by a program, or searched, is not cut.
_WIDTH_OF_A_PIPE = 10_000
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
    query = read_query(clean(" ".join(words)))
    clock = opening.clock(common)
    with opening.library(common) as library:
        opening.warn(library)
        asked = Asked(library.key, query, clock.now(), clock.today(), common.config.option("leech"))
        ids = library.store.search_ids(asked, order=order)
        shown = ids[:limit]
        states = library.store.states(library.key, shown)
    found = [states[one] for one in shown if one in states]  # another program may have removed one meanwhile
    if as_json:
        print_json([facts(one, asked.day) for one in found])
        return
    if found:
        for line in _table(found, asked.day, shutil.get_terminal_size((_WIDTH_OF_A_PIPE, 0)).columns):
            print(line)
    print(ngettext("{n} card", "{n} cards", len(ids)).format(n=len(ids)))


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


def _table(found: Sequence[CardState], day: int, width: int) -> Iterator[str]:
    """A heading and a line for each card. Where there is no room for all, columns are given up before ids are cut."""
    rows = [{name: _(heading) for name, heading in _HEADINGS.items()}, *(_row(one, day) for one in found)]
    widths = {name: max(cells(row[name]) for row in rows) for name in _HEADINGS}
    if all(not row["marks"] for row in rows[1:]):
        del widths["marks"]
    own = widths.pop("card")
    least = min(own, _LEAST_OF_AN_ID)
    for name in _GIVEN_UP:
        if least + _beside(widths) > width:
            del widths[name]
    own = min(own, max(least, width - _beside(widths)))
    for row in rows:
        line = [fit(_cut(row["card"], own), own)]
        line += [fit(row[name], size, right=name in _NUMBERS) for name, size in widths.items()]
        yield _cut("  ".join(line).rstrip(), width)


def _beside(widths: dict[str, int]) -> int:
    return sum(2 + (min(size, _MOST_OF_MARKS) if name == "marks" else size) for name, size in widths.items())


def _row(card: CardState, day: int) -> dict[str, str]:
    schedule = card.schedule if isinstance(card.schedule, Scheduled) else None
    return {
        "card": _line(card.id),
        "state": _(_STATES[card.state]),
        "due": due_in(schedule.due_day - day) if schedule else "—",
        "stability": f"{schedule.stability:.1f}" if schedule else "—",
        "difficulty": f"{schedule.difficulty:.1f}" if schedule else "—",
        "lapses": str(schedule.lapses) if schedule else "—",
        "marks": _line(" ".join(card.marks.names(day))),
    }


def _line(text: str) -> str:
    """What a learner or another program wrote, harmless and on one line."""
    return text if text.isascii() and text.isprintable() else " ".join(clean(text).split())


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    kept, room = "", width - 1
    for one in text:
        room -= cells(one)
        if room < 0:
            break
        kept += one
    return f"{kept}…"
