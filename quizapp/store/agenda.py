"""What there is to study: due cards, new cards, and how many of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from quizapp.core.planning import Candidate, Done
from quizapp.core.schedule import State
from quizapp.core.text import Text
from quizapp.store.entries import DeckCounts
from quizapp.store.tables import cards, decks, marked, schedules, tags

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


def due(
    connection: Connection, scope: Scope, *, now: int, day: int, by_risk: bool, limit: int | None, offset: int
) -> list[Candidate]:
    """The cards that are due: those being learned, the longest waiting first, then the others."""
    in_review = schedules.c.state == int(State.REVIEW)
    # FSRS's chance of recall falls with this quotient alone, whatever the stability.
    stabilities_passed = case((in_review, (schedules.c.reviewed_day - day) / schedules.c.stability), else_=0.0)
    order = (case((in_review, 1), else_=0), *((stabilities_passed,) if by_risk else ()), *_SOONEST)
    places = [column.label(f"place_{number}") for number, column in enumerate(order)]
    ranked = (
        select(schedules.c.card, schedules.c.state, *places)
        .where(is_due(now, day), _at_hand(schedules.c.card, day), _in(scope))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    # Looked up for what is taken alone: joined, SQLite would go through all cards.
    of_card = (cards.c.id == ranked.c.card, cards.c.pack == scope.pack)
    deck, sibling = (select(one).where(*of_card).scalar_subquery() for one in (cards.c.deck, cards.c.sibling))
    found = select(ranked.c.card, ranked.c.state, deck.label("deck"), sibling.label("sibling"))
    rows = connection.execute(found.order_by(*(ranked.c[place.name] for place in places))).all()
    return [Candidate(row.card, row.deck, row.sibling or "", row.state != int(State.REVIEW)) for row in rows]


def fresh(connection: Connection, scope: Scope, *, day: int, limit: int | None, offset: int = 0) -> list[Candidate]:
    """The cards never reviewed, in the order of decks and their places in them."""
    found = (
        select(cards.c.id, cards.c.deck, cards.c.sibling)
        .where(cards.c.reviewed == 0, _at_hand(cards.c.id, day), *scope.conditions())
        .order_by(cards.c.deck, cards.c.position)
    )
    rows = connection.execute(found.limit(limit).offset(offset)).all()
    return [Candidate(row.id, row.deck, row.sibling or "") for row in rows]


def done(connection: Connection, pack: str, day: int) -> Done:
    """What was done on a study day: cards begun and cards reviewed, by deck, and the groups that were asked."""
    begun = case((schedules.c.first_day == day, 1), else_=0).label("begun")
    of_card = (cards.c.id == schedules.c.card, cards.c.pack == pack)
    deck, sibling = (select(one).where(*of_card).scalar_subquery() for one in (cards.c.deck, cards.c.sibling))
    found = select(deck.label("deck"), sibling.label("sibling"), begun).where(schedules.c.reviewed_day == day)
    rows = [row for row in connection.execute(found).all() if row.deck is not None]
    return Done(
        new=Counter(row.deck for row in rows if row.begun),
        reviews=Counter(row.deck for row in rows if not row.begun),
        siblings=frozenset(row.sibling for row in rows if row.sibling),
    )


def ahead(connection: Connection, scope: Scope, *, day: int, limit: int | None) -> list[str]:
    """All cards that aren't put away: those that come soonest first, then new ones."""
    found = select(schedules.c.card).where(_in(scope), _at_hand(schedules.c.card, day)).order_by(*_SOONEST)
    coming = list(connection.execute(found.limit(limit)).scalars())
    left = None if limit is None else limit - len(coming)
    return coming + [one.card for one in fresh(connection, scope, day=day, limit=left)]


def next_due(connection: Connection, scope: Scope, *, day: int) -> int | None:
    """When the first of the reviewed cards is due, ms of UTC; None where there are none."""
    found = select(schedules.c.due).where(_in(scope), _at_hand(schedules.c.card, day)).order_by(*_SOONEST)
    return connection.execute(found.limit(1)).scalar_one_or_none()


def counts(connection: Connection, pack: str, *, now: int, day: int) -> list[DeckCounts]:
    """A line per deck, in order; no card is read for it."""
    # Counted here and looked up for each due schedule: joined and grouped, SQLite would go through all cards.
    deck_of = select(cards.c.deck).where(cards.c.id == schedules.c.card, cards.c.pack == pack).scalar_subquery()
    waiting = select(deck_of).where(is_due(now, day), _at_hand(schedules.c.card, day))
    due = Counter(connection.execute(waiting).scalars())
    unseen = select(cards.c.deck, func.count()).where(cards.c.pack == pack, cards.c.reviewed == 0)
    new: dict[str, int] = dict(connection.execute(unseen.group_by(cards.c.deck)).all())
    # Few cards are put away: those are taken off, rather than looked up for every new card.
    away = unseen.where(cards.c.id.in_(select(marked.c.card).where(hidden(day)))).group_by(cards.c.deck)
    put_away: dict[str, int] = dict(connection.execute(away).all())
    known = select(decks).where(decks.c.pack == pack, decks.c.title_en.is_not(None)).order_by(decks.c.name)
    return [
        DeckCounts(
            deck=row.name,
            title=Text(row.title_en, row.title_zh),
            description=Text(row.description_en, row.description_zh),
            cards=row.cards,
            computed=row.computed,
            drawn=row.drawn,
            new=new.get(row.name, 0) - put_away.get(row.name, 0),
            due=due[row.name],
        )
        for row in connection.execute(known).all()
    ]


def hidden(day: int) -> ColumnElement[bool]:
    """As `Marks.hidden` says it."""
    return or_(marked.c.suspended == 1, marked.c.buried_on >= day)


def _at_hand(card: ColumnElement[str], day: int) -> ColumnElement[bool]:
    """Whether a card isn't put away."""
    return ~exists().where(marked.c.card == card, hidden(day))


def is_due(now: int, day: int) -> ColumnElement[bool]:
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
