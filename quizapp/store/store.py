"""The store: one database, opened."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine

from quizapp.core.domain import Params
from quizapp.core.event import Event
from quizapp.core.marks import Marks
from quizapp.core.schedule import Schedule
from quizapp.store import catalogue, journal, record
from quizapp.store.engine import engine_for, file_of, keep_journal, transaction, writer
from quizapp.store.entries import DeckEntry
from quizapp.store.migrations import identify, migrate, present, upgrade
from quizapp.store.views import Views

if TYPE_CHECKING:
    from quizapp.store.backups import Daily


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


class Store(Views):
    """The learner's record and the index of decks.

    Every method is one transaction; those that write return after it is committed. Any thread may call them. They raise
    QuizError (exit 3) for what the database or the disk can't do; then nothing of the transaction is kept.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
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
