"""The store: one database, opened."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine

from quizapp.core.card import Card
from quizapp.core.domain import Params
from quizapp.core.event import Event
from quizapp.core.marks import Marks
from quizapp.core.planning import Candidate, Done
from quizapp.core.schedule import Schedule
from quizapp.store import agenda, catalogue, journal, overview, record
from quizapp.store.engine import engine_for, file_of, keep_journal, transaction, writer
from quizapp.store.entries import CardState, DeckCounts, DeckEntry
from quizapp.store.migrations import identify, migrate, present, upgrade

if TYPE_CHECKING:
    from quizapp.store.backups import Daily
    from quizapp.store.search import Asked, Order


def open_store(url: str) -> "Store":
    """The store at a database URL, `sqlite:////home/me/quiz.db`; made where there is none, brought up to date where it
    is older. `sqlite://` is one in memory, for the thread that opens it. In a URL, `%` and `?` of a path are escaped.

    Raises QuizError (exit 3), leaving the file as it is, where it is newer than this quizapp, damaged, or another
    program's; where it is older, and can't be backed up or brought up to date; where it can't be read; and, when it has
    to be made or changed, where it can't be written.
    """
    engine = engine_for(url)
    try:
        found = identify(engine)
        keep_journal(engine)
        if found not in (0, present()):
            upgrade(engine, found)
        elif found == 0:
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


class Store:
    """The learner's record and the index of decks.

    Every method is one transaction; those that write return after it is committed. Any thread may call them. They raise
    QuizError (exit 3) for what the database or the disk can't do; then nothing of the transaction is kept.

    In what asks for cards, `decks` are names of decks, `tags` admit cards that have one of them, and none means all;
    `now` is milliseconds of UTC, `day` the study day.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writer(engine)
        self._daily: Daily | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database."""
        if self._daily is not None:
            self._daily.close()
        self._engine.dispose()

    def begin_backup(self, now: int, day_of: Callable[[int], int], notice: Callable[[str], None]) -> None:
        """Begins the backup of the day, once, where today has none: in a thread of its own, and the first thing that is
        written waits until it has its copy. One in memory has none.

        now: ms of UTC. day_of: ms of UTC -> study day. notice: called from that thread with a sentence when it fails.
        """
        file = file_of(self._engine.url)
        if self._daily is None and file is not None:
            from quizapp.store.backups import Daily

            self._daily = Daily(file, now, day_of, notice)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes, after the backup of the day has its copy."""
        if self._daily is not None:
            self._daily.wait()
        with transaction(self._writer) as connection:
            yield connection

    def append(self, event: Event) -> Schedule:
        """Appends an event, and gives the schedule of its card that follows. Raises ValueError for one that names an
        event which isn't there, or a date for a card that was never reviewed."""
        with self._writing() as connection:
            return record.append(connection, event)

    def append_all(self, events: Iterable[Event]) -> None:
        """Appends several events; all of them or none. Raises as `append` does."""
        with self._writing() as connection:
            for event in events:
                record.append(connection, event)

    def merge(self, events: Iterable[Event]) -> tuple[int, int]:
        """Takes in events from elsewhere, all or none. Returns how many were new and how many were here already.

        Raises ValueError where an id stands for two different events.
        """
        with self._writing() as connection:
            return record.merge(connection, events)

    def schedule(self, card: str) -> Schedule:
        """Where a card stands; NEW for one that was never reviewed, or isn't known."""
        with transaction(self._engine) as connection:
            return record.schedule_of(connection, card)

    def marks(self, card: str) -> Marks:
        """What the learner has put on a card."""
        with transaction(self._engine) as connection:
            return record.marks_of(connection, card)

    def last_params(self, card: str) -> Params | None:
        """The parameters of a card's last review."""
        with transaction(self._engine) as connection:
            return record.last_params(connection, card)

    def history(self, card: str) -> list[Event]:
        """A card's events, in the order of time and id."""
        with transaction(self._engine) as connection:
            return journal.history(connection, card)

    def latest(self, cards: Sequence[str]) -> int | None:
        """When the last event of these cards happened, ms of UTC; None where they have none."""
        with transaction(self._engine) as connection:
            return journal.latest(connection, *cards)

    def last_events(self) -> list[Event]:
        """The step that was written last and not taken back, one event or several: what undo takes back."""
        with transaction(self._engine) as connection:
            return journal.last_standing(connection)

    def events(self) -> Iterator[Event]:
        """Every event, in the order of card, time and id. Read in parts, so that nobody waits meanwhile: what is
        written in between may or may not be among them."""
        last: Event | None = None
        while True:
            with transaction(self._engine) as connection:
                some = journal.after(connection, last)
            if not some:
                return
            yield from some
            last = some[-1]

    def event_count(self) -> int:
        """How many events there are."""
        with transaction(self._engine) as connection:
            return journal.count(connection)

    def differences(self) -> list[str]:
        """The cards whose stored schedule or marks are not what replaying gives; none, unless the file was meddled
        with."""
        with transaction(self._engine) as connection:
            return list(record.differences(connection))

    def rebuild(self, cards: Iterable[str]) -> None:
        """Stores what the events of `cards` give, in the place of what was stored."""
        with self._writing() as connection:
            for card in cards:
                record.rebuild(connection, card)

    def noted(self, name: str) -> str | None:
        """What was noted about this database under a name."""
        with transaction(self._engine) as connection:
            return catalogue.noted(connection, name)

    def note(self, name: str, value: str) -> None:
        """Notes something about this database, in the place of what was noted under that name."""
        with self._writing() as connection:
            catalogue.note(connection, name, value)

    def replace_decks(self, pack: str, changed: Sequence[DeckEntry], gone: Sequence[str]) -> None:
        """Puts each entry in the place of what its path held, and forgets the paths `gone`; all of it or nothing."""
        with self._writing() as connection:
            catalogue.replace_decks(connection, pack, changed, gone)

    def signatures(self, pack: str) -> dict[str, str]:
        """Path -> signature, of every file that was read."""
        with transaction(self._engine) as connection:
            return catalogue.signatures(connection, pack)

    def faults(self, pack: str) -> list[str]:
        """What is wrong with the decks, in the order of their paths."""
        with transaction(self._engine) as connection:
            return catalogue.faults(connection, pack)

    def deck_names(self, pack: str) -> list[str]:
        """The decks without faults, in order."""
        with transaction(self._engine) as connection:
            return catalogue.deck_names(connection, pack)

    def card(self, pack: str, card: str) -> Card | None:
        """A card by its id."""
        with transaction(self._engine) as connection:
            return catalogue.card(connection, pack, card)

    def card_ids(self, pack: str) -> list[str]:
        """The ids of all cards, in order."""
        with transaction(self._engine) as connection:
            return catalogue.card_ids(connection, pack)

    def decks_of_cards(self, pack: str) -> dict[str, str]:
        """Card id -> deck, of all cards."""
        with transaction(self._engine) as connection:
            return catalogue.decks_of_cards(connection, pack)

    def verifiers_of_cards(self, pack: str) -> dict[str, str]:
        """Card id -> verifier, of all cards that have one."""
        with transaction(self._engine) as connection:
            return catalogue.verifiers_of_cards(connection, pack)

    def tag_names(self, pack: str) -> list[str]:
        """The tags that cards have, in order."""
        with transaction(self._engine) as connection:
            return catalogue.tag_names(connection, pack)

    def places(self, pack: str) -> dict[str, str]:
        """Card id -> `file:line:column`, of all cards."""
        with transaction(self._engine) as connection:
            return catalogue.places(connection, pack)

    def counts(self, pack: str, *, now: int, day: int) -> list[DeckCounts]:
        """A line per deck, in order."""
        with transaction(self._engine) as connection:
            return agenda.counts(connection, pack, now=now, day=day)

    def due(
        self,
        pack: str,
        decks: Sequence[str],
        tags: Sequence[str],
        *,
        now: int,
        day: int,
        by_risk: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Candidate]:
        """The cards that are due: those being learned, then the rest, with the lowest chance of recall first or the
        longest overdue."""
        with transaction(self._engine) as connection:
            scope = agenda.Scope(pack, decks, tags)
            return agenda.due(connection, scope, now=now, day=day, by_risk=by_risk, limit=limit, offset=offset)

    def fresh(
        self,
        pack: str,
        decks: Sequence[str],
        tags: Sequence[str],
        *,
        day: int,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Candidate]:
        """The cards never reviewed, in the order of decks and their places in them."""
        with transaction(self._engine) as connection:
            return agenda.fresh(connection, agenda.Scope(pack, decks, tags), day=day, limit=limit, offset=offset)

    def done(self, pack: str, day: int) -> Done:
        """What was done on a study day."""
        with transaction(self._engine) as connection:
            return agenda.done(connection, pack, day)

    def ahead(
        self, pack: str, decks: Sequence[str], tags: Sequence[str], *, day: int, limit: int | None = None
    ) -> list[str]:
        """The ids of all cards that aren't put away: those that come soonest first, then new ones."""
        with transaction(self._engine) as connection:
            return agenda.ahead(connection, agenda.Scope(pack, decks, tags), day=day, limit=limit)

    def reviews_by_day(self, since: int) -> dict[int, int]:
        """Study day -> reviews, from the day `since` on."""
        with transaction(self._engine) as connection:
            return overview.reviews_by_day(connection, since)

    def forecast(self, pack: str, day: int, days: int) -> list[int]:
        """How many cards fall due today (overdue ones too), tomorrow, and so on."""
        with transaction(self._engine) as connection:
            return overview.forecast(connection, pack, day, days)

    def elapsed(self, pack: str, day: int) -> dict[str, dict[float, int]]:
        """Deck -> how many stabilities have passed since the last review -> cards."""
        with transaction(self._engine) as connection:
            return overview.elapsed(connection, pack, day)

    def known(self, since: int) -> tuple[int, int]:
        """Of the cards that came back on a later study day, since then: how many were known, and how many came."""
        with transaction(self._engine) as connection:
            return overview.known(connection, since)

    def pace(self) -> int | None:
        """Milliseconds that an answer took lately; None before there are a few."""
        with transaction(self._engine) as connection:
            return overview.pace(connection)

    def states(self, pack: str, cards: Sequence[str]) -> dict[str, CardState]:
        """Where these cards stand, by id; those that are neither in a deck nor reviewed are left out."""
        from quizapp.store import search

        with transaction(self._engine) as connection:
            return search.states(connection, pack, cards)

    def search_ids(self, asked: "Asked", *, order: "Order" = "deck", down: bool = False) -> list[str]:
        """The ids of all cards that a query finds, orphans last. Where they stand is asked for those that are shown."""
        from quizapp.store import search  # a drill has no need of it

        with transaction(self._engine) as connection:
            return search.ids(connection, asked, order=order, down=down)

    def next_due(self, pack: str, decks: Sequence[str], tags: Sequence[str], *, day: int) -> int | None:
        """When the first of the reviewed cards is due, ms of UTC; None where none was reviewed."""
        with transaction(self._engine) as connection:
            return agenda.next_due(connection, agenda.Scope(pack, decks, tags), day=day)
