"""The journal: events as rows, written once and never changed. What reads them raises Unreadable for a row that is no
event."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update

from quizapp.core.codec import event_data, event_from_data, write_json
from quizapp.core.event import Event, Settings
from quizapp.store.tables import contexts, events
from quizapp.store.trouble import Unreadable

# Kept in columns of their own; `target` is the event that another one is about, under the name that its kind gives it.
_COLUMNS = ("id", "card", "at", "day", "kind", "grade")
_TARGETS = {"regraded": "review", "undone": "event"}
_CONTEXT = ("versions", "scheduler", "settings")
CHUNK = 5000
# Stands in for what reviews shared where that is lost.
DEFAULT_CONTEXT: dict[str, Any] = {
    "versions": {},
    "scheduler": "",
    "settings": {name: getattr(Settings(), name) for name in Settings.__slots__},
}

_SELECT = select(events, contexts.c.body.label("shared")).outerjoin(contexts)
_OF_CARD = _SELECT.where(events.c.card == bindparam("of_card")).order_by(events.c.at, events.c.id)
_IN_ORDER = (events.c.card, events.c.at, events.c.id)
_INSERT = insert(events)
_INSERT_HERE = insert(events).values(seq=select(func.coalesce(func.max(events.c.seq), 0) + 1).scalar_subquery())
_LATEST = select(func.max(events.c.at)).where(events.c.card == bindparam("of_card"))
_SELECT_CONTEXT = select(contexts.c.id).where(contexts.c.id == bindparam("of_id"))
_INSERT_CONTEXT = insert(contexts)
_undoing = events.alias("undoing")
_STANDING = (
    _SELECT.where(
        events.c.kind != "undone",
        ~exists().where(_undoing.c.target == events.c.id, _undoing.c.kind == "undone"),
    )
    # What came from elsewhere has no place in the order of arrival: it is taken back last, the latest first.
    .order_by(events.c.seq.desc().nulls_last(), events.c.at.desc(), events.c.id.desc())
)


def insert_event(connection: Connection, event: Event) -> None:
    """Writes an event of this learner, here and now, after all others."""
    connection.execute(_INSERT_HERE, _row(connection, event))


def insert_foreign(connection: Connection, foreign: Sequence[Event]) -> None:
    """Writes events that came from elsewhere."""
    if foreign:
        stored: dict[str, int] = {}
        connection.execute(_INSERT, [{**_row(connection, event, stored), "seq": None} for event in foreign])


def insert_numbered(connection: Connection, event: Event, seq: int | None) -> None:
    """Writes an event with the place in the order of arrival that it had."""
    connection.execute(_INSERT, {**_row(connection, event), "seq": seq})


def settle(connection: Connection, event: Event) -> None:
    """Has a review that is there count as scheduled by the settings of `event`. Nothing that happened is changed."""
    row = _row(connection, event)
    values = {name: row[name] for name in ("day", "context")}
    connection.execute(update(events).where(events.c.id == event.id).values(values))


def latest(connection: Connection, *of: str) -> int | None:
    """The time of the last event of these cards, ms of UTC; None where they have none."""
    found = (connection.execute(_LATEST, {"of_card": card}).scalar_one() for card in of)
    return max((at for at in found if at is not None), default=None)


def history(connection: Connection, card: str) -> list[Event]:
    """A card's events, in the order of time and id."""
    return [_event(row) for row in connection.execute(_OF_CARD, {"of_card": card}).all()]


def last_standing(connection: Connection) -> list[Event]:
    """The last step that was written here and not taken back: an event, or several whose ids begin alike up to a
    point, since they were written as one."""
    row = connection.execute(_STANDING.limit(1)).one_or_none()
    if row is None:
        return []
    step, point, _ = row.id.partition(".")
    if not point:
        return [_event(row)]
    together = _STANDING.where(events.c.id > f"{step}.", events.c.id < f"{step}/")
    return [_event(one) for one in connection.execute(together).all()]


def those(connection: Connection, ids: Sequence[str]) -> dict[str, Event]:
    """The events that have one of these ids, at most CHUNK of them, by id."""
    return {row.id: _event(row) for row in connection.execute(_SELECT.where(events.c.id.in_(ids))).all()}


def after(connection: Connection, last: Event | None) -> list[Event]:
    """Some of the events that follow `last` in the order of card, time and id; none when there are no more."""
    found = _SELECT.order_by(*_IN_ORDER).limit(CHUNK)
    if last is not None:
        later = (events.c.card == last.card) & (
            (events.c.at > last.at) | ((events.c.at == last.at) & (events.c.id > last.id))
        )
        found = found.where((events.c.card > last.card) | later)
    return [_event(row) for row in connection.execute(found).all()]


def all_of(connection: Connection) -> Iterator[Event]:
    """Every event, in the order of card, time and id, within one transaction."""
    last: Event | None = None
    while some := after(connection, last):
        yield from some
        last = some[-1]


def count(connection: Connection) -> int:
    """How many events there are."""
    return connection.execute(select(func.count()).select_from(events)).scalar_one()


def _row(connection: Connection, event: Event, stored: dict[str, int] | None = None) -> dict[str, Any]:
    """An event's row. stored: contexts that are known to be there, by their body; others are added to it."""
    data = event_data(event)
    row = {name: data.pop(name, None) for name in _COLUMNS}
    row["target"] = data.pop(_TARGETS.get(row["kind"], ""), None)
    shared = {name: data.pop(name) for name in _CONTEXT if name in data}
    context = intern(connection, shared, {} if stored is None else stored) if shared else None
    return {**row, "context": context, "body": write_json(data)}


def intern(connection: Connection, shared: dict[str, Any], stored: dict[str, int]) -> int:
    """The id of what an event shares with others, stored where it is new. stored: as for `_row`."""
    body = write_json(shared)
    if (context := stored.get(body)) is None:
        context = int.from_bytes(hashlib.sha256(body.encode()).digest()[:8], "big", signed=True)
        if connection.execute(_SELECT_CONTEXT, {"of_id": context}).scalar_one_or_none() is None:
            connection.execute(_INSERT_CONTEXT, {"id": context, "body": body})
        stored[body] = context
    return context


def _event(row: Row[Any]) -> Event:
    columns = row._mapping
    try:
        shared = json.loads(row.shared) if row.shared else None
        return from_parts({name: columns[name] for name in _COLUMNS}, row.target, json.loads(row.body), shared)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(row.id, row.card, error) from error


def from_parts(
    columns: dict[str, Any], target: str | None, body: dict[str, Any], shared: dict[str, Any] | None
) -> Event:
    """The event that a row stands for. columns: those that every event has. shared: the body of its context.

    Raises ValueError, KeyError and TypeError for what is none.
    """
    named = _TARGETS.get(columns["kind"])
    return event_from_data(columns | ({named: target} if named else {}) | body | (shared or {}))
