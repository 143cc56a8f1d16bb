"""Finding cards: a query as conditions of the database, the cards that it finds, and where these stand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import Literal

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, literal, not_, or_, select

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
# So many ids go into one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search is about. now: ms of UTC, day: the study day, leech: so many lapses make one."""

    pack: str
    query: Query
    now: int
    day: int
    leech: int


def ids(connection: Connection, asked: Asked, *, order: Order = "deck", down: bool = False) -> list[str]:
    """The ids of all cards that are found, orphans after all others. order: deck is the order of decks and places in
    them; cards without the number that is asked for come after those that have it. down: backwards."""
    of_decks = select(cards.c.id).select_from(_KNOWN.rows).where(_known(asked.pack), _where(asked.query, asked, _KNOWN))
    of_none = select(schedules.c.card).select_from(_ORPHAN.rows)
    of_none = of_none.where(_orphan(asked.pack), _where(asked.query, asked, _ORPHAN))
    found = list(connection.execute(of_decks.order_by(*_order(order, down, _KNOWN))).scalars())
    return found + list(connection.execute(of_none.order_by(*_order(order, down, _ORPHAN))).scalars())


def states(connection: Connection, pack: str, wanted: Sequence[str]) -> dict[str, CardState]:
    """Where these cards stand, by id; those that are neither in a deck nor reviewed are left out."""
    of_decks = select(cards.c.id, cards.c.deck, cards.c.kind, cards.c.body, *_SHOWN).select_from(_KNOWN.rows)
    nowhere = (literal("").label(name) for name in ("deck", "kind", "body"))
    of_none = select(schedules.c.card.label("id"), *nowhere, *_SHOWN).select_from(_ORPHAN.rows)
    found: dict[str, CardState] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = connection.execute(of_decks.where(_known(pack), cards.c.id.in_(some))).all()
        if len(rows) < len(some):
            rows = [*rows, *connection.execute(of_none.where(_orphan(pack), schedules.c.card.in_(some))).all()]
        found |= {row.id: _state(row) for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the conditions speak of: columns for the cards of decks, constants for orphans. rows: the tables, joined;
    place: what orders them when nothing else does."""

    rows: FromClause
    place: tuple[ColumnElement[Anything], ...]
    id: ColumnElement[str]
    deck: ColumnElement[str]
    kind: ColumnElement[str]
    verifier: ColumnElement[str]
    drawn: ColumnElement[int]
    words: ColumnElement[str]


_KNOWN = _Columns(
    rows=cards.outerjoin(schedules, schedules.c.card == cards.c.id).outerjoin(marked, marked.c.card == cards.c.id),
    place=(cards.c.deck, cards.c.position),
    id=cards.c.id,
    deck=cards.c.deck,
    kind=cards.c.kind,
    verifier=cards.c.verifier,
    drawn=cards.c.drawn,
    words=cards.c.words,
)
_NOTHING = literal("")
_ORPHAN = _Columns(
    rows=schedules.outerjoin(marked, marked.c.card == schedules.c.card),
    place=(schedules.c.card,),
    id=schedules.c.card,
    deck=_NOTHING,
    kind=_NOTHING,
    verifier=_NOTHING,
    drawn=literal(0),
    words=func.lower(schedules.c.card),
)
_SHOWN = (
    *(column for column in schedules.c if column.name not in ("card", "params")),
    marked.c.suspended,
    marked.c.buried_on,
    marked.c.flag,
    marked.c.note,
    marked.c.tags,
)


def _known(pack: str) -> ColumnElement[bool]:
    return cards.c.pack == pack


def _orphan(pack: str) -> ColumnElement[bool]:
    return ~exists().where(cards.c.id == schedules.c.card, cards.c.pack == pack)


def _order(order: Order, down: bool, columns: _Columns) -> list[ColumnElement[Anything]]:
    numbers: tuple[ColumnElement[Anything], ...]
    match order:
        case "deck":
            numbers, names = (), columns.place
        case "id":
            numbers, names = (), (columns.id,)
        case "due":
            numbers, names = (schedules.c.due_day, schedules.c.due), columns.place
        case _:
            numbers, names = (schedules.c[order],), columns.place
    # Names are never missing. If it were said where those that are should come, no index would give their order.
    found = [(one.desc() if down else one).nulls_last() for one in numbers]
    return [*found, *(one.desc() if down else one for one in names)]


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
            in_card = columns.words.contains(value.casefold(), autoescape=True)
            return or_(in_card, columns.id.in_(_marked_with(_note(value), _in_own_tags(value))))
        case "deck":
            inside = columns.deck.startswith(f"{value}/", autoescape=True)
            return or_(columns.deck == value, inside, columns.deck.endswith(f"/{value}", autoescape=True))
        case "tag":
            of_deck = select(tags.c.card).where(tags.c.pack == asked.pack, func.lower(tags.c.tag) == value.lower())
            own = func.lower(marked.c.tags).contains(json.dumps(value.lower(), ensure_ascii=False), autoescape=True)
            return or_(columns.id.in_(of_deck), columns.id.in_(_marked_with(own)))
        case "flag":
            return func.coalesce(marked.c.flag, "") == value
        case "kind":
            return columns.kind == value
        case "id":
            return columns.id.startswith(value, autoescape=True)
        case "verifier":
            return or_(columns.verifier == value, columns.verifier.startswith(f"{value}.", autoescape=True))
        case "note":
            return columns.id.in_(_marked_with(_note(value)))
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


def _marked_with(*either: ColumnElement[bool]) -> Select[Anything]:
    # Few cards have marks: they are looked through once, and not for every card again.
    return select(marked.c.card).where(or_(*either))


def _note(part: str) -> ColumnElement[bool]:
    return func.lower(marked.c.note).contains(part.lower(), autoescape=True)


def _in_own_tags(part: str) -> ColumnElement[bool]:
    if not part.strip("[], "):  # it would be found between the tags as well
        return literal(0) == 1
    return func.lower(marked.c.tags).contains(json.dumps(part.lower(), ensure_ascii=False)[1:-1], autoescape=True)


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
