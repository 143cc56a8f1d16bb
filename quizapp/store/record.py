"""The record: events are appended, and each card's schedule follows from them."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from quizapp.core.codec import event_data, event_from_data, params_from_json, params_to_json, write_json
from quizapp.core.domain import Params
from quizapp.core.event import Event, Regraded, Reviewed
from quizapp.core.schedule import NEW, New, Schedule, Scheduled, State, fold, review
from quizapp.store.tables import cards, contexts, events, schedules

_COLUMNS = ("id", "card", "at", "day", "kind")
_CONTEXT = ("versions", "scheduler", "settings")

_OF_CARD = schedules.c.card == bindparam("of_card")
_SELECT_SCHEDULE = select(schedules).where(_OF_CARD)
_SELECT_PARAMS = select(schedules.c.params).where(_OF_CARD)
_INSERT_SCHEDULE = insert(schedules)
_UPDATE_SCHEDULE = update(schedules).where(_OF_CARD)
_MARK_REVIEWED = update(cards).where(cards.c.id == bindparam("of_card")).values(reviewed=1)
_INSERT_EVENT = insert(events)
_SELECT_EVENTS = (
    select(events, contexts.c.body.label("shared"))
    .outerjoin(contexts)
    .where(events.c.card == bindparam("of_card"))
    .order_by(events.c.at, events.c.id)
)
_SELECT_CONTEXT = select(contexts.c.id).where(contexts.c.id == bindparam("of_id"))
_INSERT_CONTEXT = insert(contexts)


def schedule_of(connection: Connection, card: str) -> Schedule:
    """The stored schedule of a card."""
    row = connection.execute(_SELECT_SCHEDULE, {"of_card": card}).one_or_none()
    return NEW if row is None else _scheduled(row)


def last_params(connection: Connection, card: str) -> Params | None:
    """The parameters of a card's last review."""
    written = connection.execute(_SELECT_PARAMS, {"of_card": card}).scalar_one_or_none()
    return None if written is None else params_from_json(written)


def history(connection: Connection, card: str) -> list[Event]:
    """A card's events, in the order of time and id."""
    rows = connection.execute(_SELECT_EVENTS, {"of_card": card}).all()
    return [event_from_data(_data(row)) for row in rows]


def append(connection: Connection, event: Event) -> Scheduled:
    """Appends an event and stores the schedule that now follows.

    A review later than all others is put on top of the stored schedule. Anything else (another grade, a clock that was
    set back) folds the card's events again, so that what is stored is always what a replay gives.
    """
    before = schedule_of(connection, event.card)
    _insert(connection, event)
    match event:
        case Reviewed() if isinstance(before, New) or before.reviewed_at < event.at:
            after = review(before, event.grade, card=event.card, at=event.at, day=event.day, settings=event.settings)
            params = event.params
        case _:
            past = history(connection, event.card)
            if isinstance(event, Regraded) and all(event.review != one.id for one in past):
                raise ValueError(f"there is no review {event.review} of {event.card} to give another grade")
            folded = fold(past)
            assert isinstance(folded, Scheduled)
            after, params = folded, _last_drawn(past)
    _store(connection, event.card, before, after, params)
    return after


def _store(connection: Connection, card: str, before: Schedule, after: Scheduled, params: Params) -> None:
    values = {
        "state": int(after.state),
        "step": after.step,
        "stability": after.stability,
        "difficulty": after.difficulty,
        "due": after.due,
        "due_day": after.due_day,
        "reviewed_at": after.reviewed_at,
        "reviewed_day": after.reviewed_day,
        "reviews": after.reviews,
        "lapses": after.lapses,
        "params": params_to_json(params),
    }
    if isinstance(before, New):
        connection.execute(_INSERT_SCHEDULE, {"card": card, **values})
        connection.execute(_MARK_REVIEWED, {"of_card": card})
    else:
        connection.execute(_UPDATE_SCHEDULE, {"of_card": card, **values})


def _insert(connection: Connection, event: Event) -> None:
    data = event_data(event)
    columns = {name: data.pop(name) for name in _COLUMNS}
    shared = {name: data.pop(name) for name in _CONTEXT if name in data}
    context = _intern(connection, shared) if shared else None
    connection.execute(_INSERT_EVENT, {**columns, "context": context, "body": write_json(data)})


def _intern(connection: Connection, shared: dict[str, Any]) -> int:
    """The id of what an event shares with others, stored where it is new."""
    body = write_json(shared)
    context = int.from_bytes(hashlib.sha256(body.encode()).digest()[:8], "big", signed=True)
    if connection.execute(_SELECT_CONTEXT, {"of_id": context}).scalar_one_or_none() is None:
        connection.execute(_INSERT_CONTEXT, {"id": context, "body": body})
    return context


def _data(row: Row[Any]) -> dict[str, Any]:
    columns = row._mapping
    shared = json.loads(row.shared) if row.shared else {}
    return {name: columns[name] for name in _COLUMNS} | {**json.loads(row.body), **shared}


def _scheduled(row: Row[Any]) -> Scheduled:
    return Scheduled(
        state=State(row.state),
        step=row.step,
        stability=row.stability,
        difficulty=row.difficulty,
        due=row.due,
        due_day=row.due_day,
        reviewed_at=row.reviewed_at,
        reviewed_day=row.reviewed_day,
        reviews=row.reviews,
        lapses=row.lapses,
    )


def _last_drawn(past: Sequence[Event]) -> Params:
    return next(event.params for event in reversed(past) if isinstance(event, Reviewed))
