"""Putting right what can be made again: schedules and marks from the events, the index of decks from its files."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, not_, select, update

from quizapp.store import journal, record
from quizapp.store.engine import engine_for, transaction, writer
from quizapp.store.tables import cards, contexts, decks, events, marked, schedules, tags

_CARDS = 100


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right: cards folded again, rows of the index removed, flags of the index set, and contexts of
    reviews (library versions and scheduling settings) that were lost, for which the default ones stand in."""

    cards: int
    rows: int
    flags: int
    contexts: int


def repair(url: str, differing: Iterable[str]) -> Repaired:
    """Repairs a database whose file is sound. differing: cards whose stored state isn't what their events give.

    No event is touched. Each step is a transaction of its own; what is done so far stays done when a later one fails.
    Raises QuizError (exit 3).
    """
    engine = engine_for(url)
    try:
        writing = writer(engine)
        with transaction(writing) as connection:
            lost = _stand_in(connection)
            rows = _unhook(connection)
        again = list(differing)
        for start in range(0, len(again), _CARDS):
            with transaction(writing) as connection:
                for card in again[start : start + _CARDS]:
                    connection.execute(delete(schedules).where(schedules.c.card == card))
                    connection.execute(delete(marked).where(marked.c.card == card))
                    record.rebuild(connection, card)
        with transaction(writing) as connection:
            known = select(func.count()).where(schedules.c.card == cards.c.id).scalar_subquery()
            flags = connection.execute(update(cards).where(record.WRONGLY_FLAGGED).values(reviewed=known)).rowcount
        with transaction(writing) as connection:
            connection.exec_driver_sql("REINDEX")
    finally:
        engine.dispose()
    return Repaired(len(again), rows, flags, lost)


def _stand_in(connection: Connection) -> int:
    """Gives reviews whose context is lost the default settings; how many contexts that were. Not under its id, which
    comes from its content: the next review with that content would be taken to have the default settings."""
    missing = select(events.c.context).distinct().where(events.c.context.is_not(None))
    lost = list(connection.execute(missing.where(events.c.context.not_in(select(contexts.c.id)))).scalars())
    if lost:
        default = journal.intern(connection, journal.DEFAULT_CONTEXT, {})
        connection.execute(update(events).where(events.c.context.in_(lost)).values(context=default))
    return len(lost)


def _unhook(connection: Connection) -> int:
    """Removes rows of the index that hang on nothing; the next start reads all decks again. How many they were."""
    deckless = not_(exists().where(decks.c.pack == cards.c.pack, decks.c.name == cards.c.deck))
    cardless = not_(exists().where(cards.c.pack == tags.c.pack, cards.c.id == tags.c.card))
    removed = connection.execute(delete(cards).where(deckless)).rowcount
    removed += connection.execute(delete(tags).where(cardless)).rowcount
    if removed:
        connection.execute(update(decks).values(signature=""))
    return removed
