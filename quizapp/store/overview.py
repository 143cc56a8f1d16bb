"""The record in a few numbers, by questions whose cost doesn't grow with it: what the home shows."""

import json
from collections import Counter, defaultdict

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, exists, func, or_, select

from quizapp.store.tables import cards, events, marked, schedules

_RECENT = 60
# So finely are the stabilities passed since a review told apart: the chance of recall changes by less than a percent.
_STEP = 20


def reviews_by_day(connection: Connection, since: int) -> dict[int, int]:
    """Study day -> reviews, from the day `since` on."""
    found = select(events.c.day, func.count()).where(events.c.kind == "reviewed", events.c.day >= since)
    counts: Counter[int] = Counter(dict(connection.execute(found.group_by(events.c.day)).all()))
    undoing = events.alias()
    undone = (
        select(events.c.day, func.count(events.c.id.distinct()))
        .select_from(undoing.join(events, events.c.id == undoing.c.target))
        .where(undoing.c.kind == "undone", undoing.c.day >= since, events.c.kind == "reviewed")
    )
    counts.subtract(dict(connection.execute(undone.group_by(events.c.day)).all()))
    return {day: count for day, count in counts.items() if count > 0}


def forecast(connection: Connection, pack: str, day: int, days: int) -> list[int]:
    """How many of the pack's cards fall due today (overdue ones too), tomorrow, and so on."""
    there = exists().where(cards.c.id == schedules.c.card, cards.c.pack == pack)
    suspended = exists().where(marked.c.card == schedules.c.card, marked.c.suspended == 1)
    found = select(schedules.c.due_day, func.count()).where(schedules.c.due_day < day + days, there, ~suspended)
    counts = [0] * days
    for due_day, count in connection.execute(found.group_by(schedules.c.due_day)).all():
        counts[max(0, due_day - day)] += count
    return counts


def elapsed(connection: Connection, pack: str, day: int) -> dict[str, dict[float, int]]:
    """Deck -> how many stabilities have passed since the last review, to a twentieth -> cards."""
    passed = func.round((day - schedules.c.reviewed_day) * _STEP / schedules.c.stability)
    found = (
        select(cards.c.deck, passed, func.count())
        .select_from(schedules.join(cards, cards.c.id == schedules.c.card))
        .where(cards.c.pack == pack)
        .group_by(cards.c.deck, passed)
    )
    bins: dict[str, dict[float, int]] = defaultdict(dict)
    for deck, twentieths, count in connection.execute(found).all():
        bins[deck][max(0.0, twentieths / _STEP)] = count
    return dict(bins)


def known(connection: Connection, since: int) -> tuple[int, int]:
    """Of the cards that came back on a later study day, from the day `since` on: how many were known at the first
    review of that day, and how many there were; as `core.statistics.Stats` counts retention."""
    earlier, forgetting, regrading = events.alias(), events.alias(), events.alias()
    forgotten = (
        exists()
        .where(
            forgetting.c.card == events.c.card,
            forgetting.c.kind == "forgotten",
            _precedes(earlier, forgetting),
            _precedes(forgetting, events),
            ~_undone(forgetting),
        )
        .correlate_except(forgetting)
    )
    standing = (earlier.c.card == events.c.card, earlier.c.kind == "reviewed", ~_undone(earlier), ~forgotten)
    before = exists().where(*standing, _precedes(earlier, events), earlier.c.day < events.c.day)
    same_day = exists().where(*standing, _precedes(earlier, events), earlier.c.day >= events.c.day)
    undone = _undone(events)
    regraded = (
        select(regrading.c.grade)
        .where(regrading.c.target == events.c.id, regrading.c.kind == "regraded", ~_undone(regrading))
        .order_by(regrading.c.at.desc(), regrading.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    right = case((func.coalesce(regraded, events.c.grade) > 1, 1), else_=0)
    found = select(func.coalesce(func.sum(right), 0), func.count()).where(
        events.c.kind == "reviewed", events.c.day >= since, before, ~same_day, ~undone
    )
    hits, of = connection.execute(found).one()
    return int(hits), int(of)


def _undone(event: FromClause) -> ColumnElement[bool]:
    """Whether an event was taken back."""
    undoing = events.alias()
    return exists().where(undoing.c.target == event.c.id, undoing.c.kind == "undone").correlate_except(undoing)


def _precedes(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether an event comes before another in the order of time and id."""
    return or_(one.c.at < other.c.at, and_(one.c.at == other.c.at, one.c.id < other.c.id))


def pace(connection: Connection) -> int | None:
    """Milliseconds that an answer took lately, in the middle; None before there are a few."""
    found = select(events.c.body).where(events.c.kind == "reviewed", events.c.seq.is_not(None))
    bodies = connection.execute(found.order_by(events.c.seq.desc()).limit(_RECENT)).scalars()
    times = sorted(ms for body in bodies if (ms := json.loads(body)["ms"]))
    return times[len(times) // 2] if len(times) >= 5 else None
