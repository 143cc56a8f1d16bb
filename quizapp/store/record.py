"""The record: events are appended, and each card's schedule and marks follow from them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update

from quizapp.core.codec import event_to_json, params_from_json, params_to_json, write_json
from quizapp.core.domain import Params
from quizapp.core.event import Event, Regraded, Rescheduled, Reviewed, Undone, in_force
from quizapp.core.marks import UNMARKED, Marks, marks
from quizapp.core.schedule import NEW, New, Schedule, Scheduled, State, fold, review
from quizapp.language import _
from quizapp.store import journal
from quizapp.store.tables import cards, marked, schedules

_OF_CARD = schedules.c.card == bindparam("of_card")
_SELECT_SCHEDULE = select(schedules).where(_OF_CARD)
_SELECT_PARAMS = select(schedules.c.params).where(_OF_CARD)
_INSERT_SCHEDULE = insert(schedules)
_UPDATE_SCHEDULE = update(schedules).where(_OF_CARD)
_DELETE_SCHEDULE = delete(schedules).where(_OF_CARD)
_MARK_REVIEWED = update(cards).where(cards.c.id == bindparam("of_card")).values(reviewed=bindparam("now_reviewed"))
_SELECT_MARKS = select(marked).where(marked.c.card == bindparam("of_card"))
_DELETE_MARKS = delete(marked).where(marked.c.card == bindparam("of_card"))
_INSERT_MARKS = insert(marked)
# So far apart may two time zones and rollover hours put the study day of a moment.
_DAYS_APART = 2
# Cards of the index that are taken for new although they have a schedule, or the reverse.
WRONGLY_FLAGGED = (cards.c.reviewed != 0) != exists().where(schedules.c.card == cards.c.id)


def schedule_of(connection: Connection, card: str) -> Schedule:
    """The stored schedule of a card."""
    row = connection.execute(_SELECT_SCHEDULE, {"of_card": card}).one_or_none()
    return NEW if row is None else scheduled(row)


def marks_of(connection: Connection, card: str) -> Marks:
    """The stored marks of a card."""
    row = connection.execute(_SELECT_MARKS, {"of_card": card}).one_or_none()
    return UNMARKED if row is None else marks_from(row)


def last_params(connection: Connection, card: str) -> Params | None:
    """The parameters of a card's last review."""
    written = connection.execute(_SELECT_PARAMS, {"of_card": card}).scalar_one_or_none()
    return None if written is None else params_from_json(written)


def append(connection: Connection, event: Event) -> Schedule:
    """Appends an event and stores what now follows. Raises ValueError where the event is about one that isn't there.

    A review later than all else is put on top of the stored schedule. Anything else (another grade, an undo, a clock
    that was set back) folds the card's events again, so that what is stored is always what a replay gives.
    """
    before = schedule_of(connection, event.card)
    past = journal.latest(connection, event.card)
    journal.insert_event(connection, event)
    if isinstance(event, Reviewed) and (past is None or past < event.at):
        after = review(before, event.grade, card=event.card, at=event.at, day=event.day, settings=event.settings)
        _store(connection, event.card, before, after, event.params)
        return after
    found = journal.history(connection, event.card)
    _refuse(event, found, before)
    return _fold_again(connection, event.card, found)


def merge(connection: Connection, foreign: Iterable[Event]) -> tuple[int, int]:
    """Takes in events from elsewhere, and folds their cards again. Returns how many were new, and how many known.

    Raises ValueError for an event whose id another one has, unless `_settled` says which of the two counts.
    """
    added = known = 0
    touched: dict[str, None] = {}
    source = iter(foreign)
    while some := list(islice(source, journal.CHUNK)):
        by_id: dict[str, Event] = {}
        for event in some:
            by_id[event.id] = _settled(by_id.get(event.id, event), event)
        here = journal.those(connection, list(by_id))
        for event in here.values():
            if (settled := _settled(event, by_id[event.id])) is not event:
                journal.settle(connection, settled)
                touched[event.card] = None
        new = [event for event in by_id.values() if event.id not in here]
        journal.insert_foreign(connection, new)
        touched |= dict.fromkeys(event.card for event in new)
        added, known = added + len(new), known + len(some) - len(new)
    for card in touched:
        _fold_again(connection, card, journal.history(connection, card))
    return added, known


def _settled(here: Event, there: Event) -> Event:
    """Which of two events with one id counts. Every machine must find the same, so that it doesn't matter who merges
    whom: a review whose settings were lost gives way, and so does one of two that imported it by configs of their own.

    Raises ValueError where they differ in what happened: one was changed, and nobody can tell which.
    """
    if here == there or (written := event_to_json(here)) == (other := event_to_json(there)):
        return here
    near = abs(here.day - there.day) <= _DAYS_APART
    if near and isinstance(here, Reviewed) and isinstance(there, Reviewed) and _as_scheduled_by(there, here) == there:
        return max((bool(here.scheduler), written, here), (bool(there.scheduler), other, there))[2]
    raise ValueError(_("two different events have the id {id}; one of them was changed").format(id=here.id))


def _as_scheduled_by(other: Reviewed, review: Reviewed) -> Reviewed:
    """`review` with what the config and the program of `other` decided."""
    day, versions, scheduler, settings = other.day, other.versions, other.scheduler, other.settings
    return replace(review, day=day, versions=versions, scheduler=scheduler, settings=settings)


def differences(connection: Connection) -> Iterator[str]:
    """The cards whose stored schedule or marks are not what replaying their events gives."""
    stored = {row.card: scheduled(row) for row in connection.execute(select(schedules)).all()}
    noted = {row.card: marks_from(row) for row in connection.execute(select(marked)).all()}
    for card, own in groupby(journal.all_of(connection), key=lambda event: event.card):
        found = list(own)
        if stored.pop(card, NEW) != fold(found) or noted.pop(card, UNMARKED) != marks(found):
            yield card
    yield from stored.keys() | noted.keys()


def rebuild(connection: Connection, card: str) -> None:
    """Stores what a card's events give."""
    _fold_again(connection, card, journal.history(connection, card))


def scheduled(row: Row[Any]) -> Scheduled:
    """A row of the schedules."""
    return Scheduled(
        state=State(row.state),
        step=row.step,
        stability=row.stability,
        difficulty=row.difficulty,
        due=row.due,
        due_day=row.due_day,
        reviewed_at=row.reviewed_at,
        reviewed_day=row.reviewed_day,
        first_day=row.first_day,
        reviews=row.reviews,
        lapses=row.lapses,
    )


def marks_from(row: Row[Any]) -> Marks:
    """A row of the marks."""
    return Marks(bool(row.suspended), row.buried_on, row.flag, row.note, tuple(json.loads(row.tags)))


def _refuse(event: Event, past: Sequence[Event], before: Schedule) -> None:
    """Raises ValueError for an event about another one that isn't there, or about a date that a new card hasn't."""
    named = event.review if isinstance(event, Regraded) else event.event if isinstance(event, Undone) else None
    if named is not None and all(named != one.id for one in past):
        raise ValueError(_("there is no event {id} of {card}").format(id=named, card=event.card))
    if isinstance(event, Rescheduled) and isinstance(before, New):
        raise ValueError(_("{card} was never reviewed: there is no date to change").format(card=event.card))


def _fold_again(connection: Connection, card: str, past: Sequence[Event]) -> Schedule:
    """Stores the schedule and the marks that all of a card's events give."""
    before, after = schedule_of(connection, card), fold(past)
    drawn = next((event.params for event in reversed(in_force(past)) if isinstance(event, Reviewed)), {})
    _store(connection, card, before, after, drawn)
    _store_marks(connection, card, marks(past))
    return after


def _store(connection: Connection, card: str, before: Schedule, after: Schedule, params: Params) -> None:
    if isinstance(after, New):
        if isinstance(before, Scheduled):
            connection.execute(_DELETE_SCHEDULE, {"of_card": card})
            connection.execute(_MARK_REVIEWED, {"of_card": card, "now_reviewed": 0})
        return
    values = {
        "state": int(after.state),
        "step": after.step,
        "stability": after.stability,
        "difficulty": after.difficulty,
        "due": after.due,
        "due_day": after.due_day,
        "reviewed_at": after.reviewed_at,
        "reviewed_day": after.reviewed_day,
        "first_day": after.first_day,
        "reviews": after.reviews,
        "lapses": after.lapses,
        "params": params_to_json(params),
    }
    if isinstance(before, New):
        connection.execute(_INSERT_SCHEDULE, {"card": card, **values})
        connection.execute(_MARK_REVIEWED, {"of_card": card, "now_reviewed": 1})
    else:
        connection.execute(_UPDATE_SCHEDULE, {"of_card": card, **values})


def _store_marks(connection: Connection, card: str, found: Marks) -> None:
    connection.execute(_DELETE_MARKS, {"of_card": card})
    if found != UNMARKED:
        connection.execute(
            _INSERT_MARKS,
            {
                "card": card,
                "suspended": int(found.suspended),
                "buried_on": found.buried_on,
                "flag": found.flag,
                "note": found.note,
                "tags": write_json(list(found.tags)),
            },
        )
