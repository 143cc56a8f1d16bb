"""The record in a few numbers, by questions whose cost doesn't grow with it: what the home shows."""

import json
from collections import Counter, defaultdict

from sqlalchemy import Connection, case, exists, func, select

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


def forecast(connection: Connection, day: int, days: int) -> list[int]:
    """How many cards fall due today (overdue ones too), tomorrow, and so on."""
    suspended = exists().where(marked.c.card == schedules.c.card, marked.c.suspended == 1)
    found = select(schedules.c.due_day, func.count()).where(schedules.c.due_day < day + days, ~suspended)
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
    review of that day, and how many there were."""
    earlier, undoing, regrading = events.alias(), events.alias(), events.alias()
    before = exists().where(earlier.c.card == events.c.card, earlier.c.kind == "reviewed", earlier.c.day < events.c.day)
    same_day = exists().where(
        earlier.c.card == events.c.card,
        earlier.c.kind == "reviewed",
        earlier.c.day == events.c.day,
        earlier.c.at < events.c.at,
    )
    undone = exists().where(undoing.c.target == events.c.id, undoing.c.kind == "undone")
    regraded = (
        select(regrading.c.grade)
        .where(regrading.c.target == events.c.id, regrading.c.kind == "regraded")
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


def pace(connection: Connection) -> int | None:
    """Milliseconds that an answer took lately, in the middle; None before there are a few."""
    found = select(events.c.body).where(events.c.kind == "reviewed", events.c.seq.is_not(None))
    bodies = connection.execute(found.order_by(events.c.seq.desc()).limit(_RECENT)).scalars()
    times = sorted(ms for body in bodies if (ms := json.loads(body)["ms"]))
    return times[len(times) // 2] if len(times) >= 5 else None
