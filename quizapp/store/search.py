"""Finding cards: a query as conditions of the database, and the cards that it finds, a page at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, not_, or_, select

from quizapp.core.marks import UNMARKED
from quizapp.core.query import COMPARISONS, All, Any, Compare, Is, Not, Query
from quizapp.core.schedule import NEW, State
from quizapp.core.text import Text
from quizapp.store.agenda import hidden, is_due
from quizapp.store.entries import CardState
from quizapp.store.record import marks_from, scheduled
from quizapp.store.tables import cards, marked, schedules, tags

Order = Literal["deck", "id", "due", "stability", "difficulty", "reviews", "lapses"]
ORDERS: tuple[Order, ...] = ("deck", "id", "due", "stability", "difficulty", "reviews", "lapses")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search is about. now: ms of UTC, day: the study day, leech: so many lapses make one."""

    pack: str
    query: Query
    now: int
    day: int
    leech: int


def find(
    connection: Connection, asked: Asked, *, order: Order = "deck", down: bool = False, limit: int, offset: int = 0
) -> list[CardState]:
    """The cards that are found, orphans after all others. order: deck is the order of decks and places in them;
    down: backwards."""
    found = connection.execute(_ordered(_known(asked), order, down).limit(limit).offset(offset)).all()
    if len(found) < limit:
        # Only where the cards of the decks end does it matter how many there are.
        before = offset if not offset else offset - _count(connection, _known(asked))
        orphans = _ordered(_orphans(asked), order, down).limit(limit - len(found)).offset(max(0, before))
        found = [*found, *connection.execute(orphans).all()]
    return [_state(row) for row in found]


def count(connection: Connection, asked: Asked) -> int:
    """How many cards are found."""
    return _count(connection, _known(asked)) + _count(connection, _orphans(asked))


def ids(connection: Connection, asked: Asked, *, order: Order = "deck", down: bool = False) -> list[str]:
    """The ids of all cards that are found, orphans after all others."""
    found: list[str] = []
    for part in (_known(asked), _orphans(asked)):
        ordered = _ordered(part, order, down)
        found += connection.execute(ordered.with_only_columns(ordered.selected_columns.id)).scalars()
    return found


def states(connection: Connection, pack: str, wanted: Sequence[str]) -> dict[str, CardState]:
    """Where these cards stand, by id; those that are neither in a deck nor reviewed are left out."""
    asked = Asked(pack, All(), 0, 0, 0)
    of_decks = _known(asked).where(cards.c.id.in_(wanted))
    found = {row.id: _state(row) for row in connection.execute(of_decks).all()}
    if others := [one for one in wanted if one not in found]:
        of_none = _orphans(asked).where(schedules.c.card.in_(others))
        found |= {row.id: _state(row) for row in connection.execute(of_none).all()}
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the conditions speak of: columns for the cards of decks, constants for orphans."""

    id: ColumnElement[str]
    deck: ColumnElement[str]
    kind: ColumnElement[str]
    verifier: ColumnElement[str]
    drawn: ColumnElement[int]
    words: ColumnElement[str]


_KNOWN = _Columns(cards.c.id, cards.c.deck, cards.c.kind, cards.c.verifier, cards.c.drawn, cards.c.words)
_NOTHING = literal("")
_ORPHAN = _Columns(schedules.c.card, _NOTHING, _NOTHING, _NOTHING, literal(0), schedules.c.card)
_SHOWN = (
    *(column for column in schedules.c if column.name not in ("card", "params")),
    marked.c.suspended,
    marked.c.buried_on,
    marked.c.flag,
    marked.c.note,
    marked.c.tags,
)


def _known(asked: Asked) -> Select[Anything]:
    joined = cards.outerjoin(schedules, schedules.c.card == cards.c.id).outerjoin(marked, marked.c.card == cards.c.id)
    shown = select(cards.c.id, cards.c.deck, cards.c.kind, cards.c.position, cards.c.body, *_SHOWN)
    return shown.select_from(joined).where(cards.c.pack == asked.pack, _where(asked.query, asked, _KNOWN))


def _orphans(asked: Asked) -> Select[Anything]:
    joined = schedules.outerjoin(marked, marked.c.card == schedules.c.card)
    in_a_deck = exists().where(cards.c.id == schedules.c.card, cards.c.pack == asked.pack)
    shown = select(
        schedules.c.card.label("id"),
        literal("").label("deck"),
        literal("").label("kind"),
        literal(0).label("position"),
        literal("").label("body"),
        *_SHOWN,
    )
    return shown.select_from(joined).where(~in_a_deck, _where(asked.query, asked, _ORPHAN))


def _ordered(found: Select[Anything], order: Order, down: bool) -> Select[Anything]:
    columns = found.selected_columns
    own = (columns.deck, columns.position, columns.id)
    by: tuple[ColumnElement[Anything], ...]
    match order:
        case "deck":
            by = own
        case "id":
            by = (columns.id,)
        case "due":
            by = (columns.due_day, columns.due, *own)
        case _:
            by = (columns[order], *own)
    return found.order_by(*((one.desc() if down else one).nulls_last() for one in by))


def _count(connection: Connection, found: Select[Anything]) -> int:
    number: int = connection.execute(found.with_only_columns(func.count())).scalar_one()
    return number


def _where(tree: Query, asked: Asked, columns: _Columns) -> ColumnElement[bool]:
    match tree:
        case Is(name, value):
            holds = _is(name, value, asked, columns)
        case Compare(name, sign, value):
            holds = COMPARISONS[sign](_number(name, asked), value)
        case Not(inner):
            return not_(_where(inner, asked, columns))
        case All(parts):
            return and_(literal(1) == 1, *(_where(part, asked, columns) for part in parts))
        case Any(parts):
            return or_(*(_where(part, asked, columns) for part in parts))
    # What is said of a number that a card hasn't is not true, and so its denial is.
    return func.coalesce(holds, literal(0) == 1)


def _is(name: str, value: str, asked: Asked, columns: _Columns) -> ColumnElement[bool]:
    match name:
        case "text":
            word = value.casefold()
            learners = or_(func.lower(marked.c.note).contains(word, autoescape=True), _own_tag(value))
            return or_(columns.words.contains(word, autoescape=True), func.coalesce(learners, literal(0) == 1))
        case "deck":
            inside = columns.deck.startswith(f"{value}/", autoescape=True)
            return or_(columns.deck == value, inside, columns.deck.endswith(f"/{value}", autoescape=True))
        case "tag":
            of_deck = exists().where(tags.c.card == columns.id, tags.c.pack == asked.pack, tags.c.tag == value)
            return or_(of_deck, func.coalesce(_own_tag(value), literal(0) == 1))
        case "flag":
            return func.coalesce(marked.c.flag, "") == value
        case "kind":
            return columns.kind == value
        case "id":
            return columns.id.startswith(value, autoescape=True)
        case "verifier":
            return or_(columns.verifier == value, columns.verifier.startswith(f"{value}.", autoescape=True))
        case "note":
            return func.lower(marked.c.note).contains(value.casefold(), autoescape=True)
    return _state_is(value, asked, columns)


def _state_is(value: str, asked: Asked, columns: _Columns) -> ColumnElement[bool]:
    match value:
        case "new":
            return schedules.c.card.is_(None)
        case "due":
            return and_(is_due(asked.now, asked.day), ~func.coalesce(hidden(asked.day), literal(0) == 1))
        case "suspended":
            return marked.c.suspended == 1
        case "buried":
            return marked.c.buried_on >= asked.day
        case "flagged":
            return marked.c.flag != ""
        case "leech":
            return schedules.c.lapses >= asked.leech
        case "orphan":
            return columns.deck == ""
        case "drawn":
            return columns.drawn == 1
    return schedules.c.state == int(State[value.upper()])


def _own_tag(tag: str) -> ColumnElement[bool]:
    return marked.c.tags.contains(json.dumps(tag, ensure_ascii=False), autoescape=True)


def _number(name: str, asked: Asked) -> ColumnElement[Anything]:
    match name:
        case "due":
            return schedules.c.due_day - asked.day
        case "interval":
            return schedules.c.due_day - schedules.c.reviewed_day
    return schedules.c[name]


def _state(row: Anything) -> CardState:
    prompt = json.loads(row.body)["prompt"] if row.body else [""]
    return CardState(
        id=row.id,
        deck=row.deck,
        kind=row.kind,
        prompt=Text(*prompt),
        schedule=NEW if row.state is None else scheduled(row),
        marks=UNMARKED if row.suspended is None else marks_from(row),
    )
