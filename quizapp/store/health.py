"""Looking a database over: what is the matter with it, and what to do. Nothing here writes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select

from quizapp.core.event import Event
from quizapp.core.marks import marks
from quizapp.core.schedule import fold
from quizapp.errors import QuizError
from quizapp.language import _, ngettext
from quizapp.store import journal, record
from quizapp.store.engine import engine_for, transaction
from quizapp.store.finding import Finding, fault, note, ok, warning
from quizapp.store.migrations import identify, present
from quizapp.store.tables import cards, events, marked, schedules
from quizapp.store.trouble import Unreadable, ruined

_CARDS = 100  # whose events are read in one transaction, so that nobody waits to write meanwhile
_HOUR = 3_600_000
_DAY = 24 * _HOUR
_ORDINAL = 719_163  # of 1970-01-01
# A study day is that of a clock on a wall, from 12 hours behind UTC to 14 before it, less 23 hours of rollover at most.
_EARLIEST, _LATEST = 35 * _HOUR, 14 * _HOUR
_AHEAD = 5 * 60_000  # two machines' clocks may differ so much

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Health:
    """What was found, and what repairing needs to know of it.

    version: of the schema. damaged: the file itself is, and only salvage helps. cards: to be folded again.
    """

    findings: tuple[Finding, ...]
    version: int
    events: int
    damaged: bool = False
    cards: tuple[str, ...] = ()


def examine(url: str, now: int, progress: Progress | None = None) -> Health:
    """Looks a database over. now: ms of UTC. progress: told what is looked at, how much of it is done, and of how much.

    Raises QuizError (exit 3) for one that can't be opened: missing, foreign, newer, or damaged in its first pages.
    """
    say = progress or (lambda what, done, whole: None)
    engine = engine_for(url)
    try:
        version = identify(engine)
        say(_("the file"), 0, 1)
        broken = _broken(engine)
        if broken != ["ok"]:
            return Health((_damaged(broken),), version, 0, damaged=True)
        found = [ok("file", _("The file is sound."))]
        if version == 0:
            empty = _("The database is empty; the first start makes its tables.")
            return Health((*found, note("schema", empty)), 0, 0)
        with transaction(engine) as connection:
            count = journal.count(connection)
        if version != present():
            message = _("The database is of version {found}, this quizapp's is {present}.")
            message = message.format(found=version, present=present())
            hint = _("the next start brings it up to date, after a backup")
            return Health((*found, note("schema", message, hint)), version, count)
        for look in (_keys, _targets, _orphans, _arrival):
            with transaction(engine) as connection:
                found += look(connection)
        seen = _Seen(now)
        with transaction(engine) as connection:
            known = _all_cards(connection)
        for start in range(0, len(known), _CARDS):
            say(_("the cards"), start, len(known))
            with transaction(engine) as connection:
                for card in known[start : start + _CARDS]:
                    seen.look(connection, card)
        return Health((*found, *seen.findings()), version, count, cards=tuple(seen.differing))
    finally:
        engine.dispose()


class _Seen:
    """What was found card by card."""

    def __init__(self, now: int) -> None:
        self.differing: list[str] = []
        self._now = now
        self._unreadable: list[str] = []
        self._future: list[str] = []
        self._days: list[str] = []

    def look(self, connection: Connection, card: str) -> None:
        try:
            past = journal.history(connection, card)
        except Unreadable as error:
            self._unreadable.append(f"{card}: {error.reason}")
            return
        if not _as_replayed(connection, card, past):
            self.differing.append(card)
        self._future += [event.id for event in past if event.at > self._now + _AHEAD]
        self._days += [event.id for event in past if not day_is_possible(event)]

    def findings(self) -> Iterator[Finding]:
        if n := len(self._unreadable):
            yield fault(
                "events",
                ngettext("The events of {n} card can't be read.", "The events of {n} cards can't be read.", n).format(
                    n=n
                ),
                _("a newer quizapp may have written them: update quizapp; else 'quiz restore' brings back a backup"),
                self._unreadable,
            )
        if n := len(self.differing):
            yield fault(
                "schedules",
                ngettext(
                    "The schedule of {n} card is not what its events give.",
                    "The schedules of {n} cards are not what their events give.",
                    n,
                ).format(n=n),
                _("'quiz doctor --fix' makes them again from the events"),
                self.differing,
            )
        elif not self._unreadable:
            yield ok("schedules", _("Every schedule is what its card's events give."))
        if n := len(self._future):
            yield warning(
                "clock",
                ngettext("{n} event lies in the future.", "{n} events lie in the future.", n).format(n=n),
                _("look at this computer's clock; if it is right now, it was wrong then, and nothing need be done"),
                self._future,
            )
        if n := len(self._days):
            yield fault(
                "clock",
                ngettext(
                    "The study day of {n} event is none that any time zone had at its moment.",
                    "The study days of {n} events are none that any time zone had at their moment.",
                    n,
                ).format(n=n),
                _("another program has changed them; 'quiz restore' brings back a backup"),
                self._days,
            )
        if not self._future and not self._days:
            yield ok("clock", _("Times and study days agree."))


def _as_replayed(connection: Connection, card: str, past: list[Event]) -> bool:
    try:
        stored = record.schedule_of(connection, card), record.marks_of(connection, card)
    except ValueError:  # a state that there isn't, tags that are no JSON
        return False
    return stored == (fold(past), marks(past))


def day_is_possible(event: Event) -> bool:
    """Whether the event's study day may have been that of its moment somewhere, with some rollover hour."""
    first, last = (_ORDINAL + (event.at + shift) // _DAY for shift in (-_EARLIEST, _LATEST))
    return first <= event.day <= last


def _broken(engine: Engine) -> list[str]:
    """What SQLite finds wrong with the file, `ok` for nothing."""
    try:
        with transaction(engine) as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
    except QuizError as error:
        if not ruined(error):
            raise
        return [error.message]  # damage that keeps SQLite from looking
    return [line for one in found for line in str(one).splitlines() if not line.startswith("***")]


def _damaged(broken: list[str]) -> Finding:
    return fault(
        "file",
        _("The file is damaged."),
        _("'quiz doctor --fix' saves what can be read into a new file and keeps the old one; 'quiz restore' brings "
          "back a backup"),
        broken,
    )  # fmt: skip


def _keys(connection: Connection) -> Iterator[Finding]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    broken = [f"{row[0]} {row[1]} → {row[2]}" for row in rows]
    flags = connection.execute(select(func.count()).select_from(cards).where(record.WRONGLY_FLAGGED)).scalar_one()
    hint = _("'quiz doctor --fix' puts that right")
    if n := len(broken):
        message = ngettext("{n} row names a row that isn't there.", "{n} rows name rows that aren't there.", n)
        yield fault("keys", message.format(n=n), hint, broken)
    if flags:
        message = ngettext(
            "{n} card of the index is wrongly taken for new, or for reviewed.",
            "{n} cards of the index are wrongly taken for new, or for reviewed.",
            flags,
        )
        yield fault("keys", message.format(n=flags), hint)
    if not broken and not flags:
        yield ok("keys", _("Every row that is named is there."))


def _targets(connection: Connection) -> Iterator[Finding]:
    named = events.alias("named")
    query = (
        select(events.c.id)
        .outerjoin(named, named.c.id == events.c.target)
        .where(events.c.target.is_not(None), named.c.id.is_(None))
    )
    lost = list(connection.execute(query).scalars())
    if n := len(lost):
        message = ngettext(
            "{n} event is about one that isn't there; it changes nothing.",
            "{n} events are about events that aren't there; they change nothing.",
            n,
        )
        hint = _("half of them came with a merge: merge the other database again")
        yield warning("events", message.format(n=n), hint, lost)


def _orphans(connection: Connection) -> Iterator[Finding]:
    query = select(events.c.card).distinct().outerjoin(cards, cards.c.id == events.c.card).where(cards.c.id.is_(None))
    found = sorted(connection.execute(query).scalars())
    if n := len(found):
        message = ngettext(
            "{n} card was reviewed that no deck has now; its history is kept.",
            "{n} cards were reviewed that no deck has now; their history is kept.",
            n,
        )
        hint = _("nothing need be done; a card that comes back under its id goes on where it was")
        yield note("orphans", message.format(n=n), hint, found)


def _arrival(connection: Connection) -> Iterator[Finding]:
    before = func.lag(events.c.at).over(order_by=events.c.seq).label("before")
    steps = select(events.c.id, events.c.at, before).where(events.c.seq.is_not(None)).subquery()
    back = list(connection.execute(select(steps.c.id).where(steps.c.at < steps.c.before)).scalars())
    if n := len(back):
        message = ngettext(
            "The clock was set back {n} time between two events.",
            "The clock was set back {n} times between two events.",
            n,
        )
        hint = _("nothing need be done: schedules follow the times that were noted")
        yield note("arrival", message.format(n=n), hint, back)


def _all_cards(connection: Connection) -> list[str]:
    found: set[str] = set()
    for column in (events.c.card, schedules.c.card, marked.c.card):
        found.update(connection.execute(select(column).distinct()).scalars())
    return sorted(found)
