"""What there is to study: due cards, new cards, and how many of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from quizapp.core.schedule import State
from quizapp.core.text import Text
from quizapp.store.entries import DeckCounts
from quizapp.store.tables import cards, decks, schedules, tags

# Time zones lie at most 26 hours apart, so a learning card whose minutes are over was put on a study day at most this
# many days after today's, wherever the learner has travelled since. It lets one index find cards of every state.
_DAYS_APART = 2
_FEW = 50
_SOONEST = (schedules.c.due_day, schedules.c.due, schedules.c.card)


@dataclass(frozen=True, slots=True)
class Scope:
    """Cards of a pack: those in one of the decks that have one of the tags; no decks: any, no tags: all."""

    pack: str
    decks: Sequence[str] = ()
    tags: Sequence[str] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on the table of cards."""
        found: list[ColumnElement[bool]] = [cards.c.pack == self.pack]
        if self.decks:
            found.append(cards.c.deck.in_(self.decks))
        if self.tags:
            tagged = exists().where(tags.c.card == cards.c.id, tags.c.pack == self.pack, tags.c.tag.in_(self.tags))
            found.append(tagged)
        return found


def due(connection: Connection, scope: Scope, *, now: int, day: int, limit: int | None) -> list[str]:
    """The cards that are due, the longest overdue first."""
    found = select(schedules.c.card).where(_is_due(now, day), _in(scope)).order_by(*_SOONEST)
    return list(connection.execute(found.limit(limit)).scalars())


def fresh(connection: Connection, scope: Scope, *, limit: int | None) -> list[str]:
    """The cards never reviewed, in the order of decks and their places in them."""
    found = (
        select(cards.c.id).where(cards.c.reviewed == 0, *scope.conditions()).order_by(cards.c.deck, cards.c.position)
    )
    return list(connection.execute(found.limit(limit)).scalars())


def ahead(connection: Connection, scope: Scope, *, limit: int | None) -> list[str]:
    """All cards: those that come soonest first, then new ones."""
    found = select(schedules.c.card).where(_in(scope)).order_by(*_SOONEST)
    coming = list(connection.execute(found.limit(limit)).scalars())
    return coming + fresh(connection, scope, limit=None if limit is None else limit - len(coming))


def next_due(connection: Connection, scope: Scope) -> int | None:
    """When the first of the reviewed cards is due, ms of UTC; None where there are none."""
    found = select(schedules.c.due).where(_in(scope)).order_by(*_SOONEST)
    return connection.execute(found.limit(1)).scalar_one_or_none()


def counts(connection: Connection, pack: str, *, now: int, day: int) -> list[DeckCounts]:
    """A line per deck, in order; no card is read for it."""
    # Counted here and looked up for each due schedule: joined and grouped, SQLite would go through all cards.
    deck_of = select(cards.c.deck).where(cards.c.id == schedules.c.card, cards.c.pack == pack).scalar_subquery()
    due = Counter(connection.execute(select(deck_of).where(_is_due(now, day))).scalars())
    unseen = select(cards.c.deck, func.count()).where(cards.c.pack == pack, cards.c.reviewed == 0)
    new: dict[str, int] = dict(connection.execute(unseen.group_by(cards.c.deck)).all())
    known = select(decks).where(decks.c.pack == pack, decks.c.title_en.is_not(None)).order_by(decks.c.name)
    return [
        DeckCounts(
            deck=row.name,
            title=Text(row.title_en, row.title_zh),
            description=Text(row.description_en, row.description_zh),
            cards=row.cards,
            computed=row.computed,
            drawn=row.drawn,
            new=new.get(row.name, 0),
            due=due[row.name],
        )
        for row in connection.execute(known).all()
    ]


def _is_due(now: int, day: int) -> ColumnElement[bool]:
    """As `schedule.is_due` says it."""
    in_review = schedules.c.state == int(State.REVIEW)
    return and_(
        schedules.c.due_day <= day + _DAYS_APART,
        or_(and_(in_review, schedules.c.due_day <= day), and_(~in_review, schedules.c.due <= now)),
    )


def _in(scope: Scope) -> ColumnElement[bool]:
    """Whether a schedule's card is in the scope. Few decks: their cards are looked at. Otherwise the schedules, in the
    order of their index, until there are enough. So neither grows with the collection."""
    if 0 < len(scope.decks) <= _FEW:
        return schedules.c.card.in_(select(cards.c.id).where(*scope.conditions()))
    return exists().where(cards.c.id == schedules.c.card, *scope.conditions())
