"""Browsing: the cards that a query finds, and one card with all that is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quizapp.config import Config
from quizapp.core.card import Card
from quizapp.core.day import Clock
from quizapp.core.domain import write
from quizapp.core.event import Event, Forgotten, Marked, Regraded, Rescheduled, Reviewed, in_force
from quizapp.core.query import QueryError, parse
from quizapp.core.schedule import Scheduled, recall
from quizapp.core.text import Lang, clean
from quizapp.language import _, ngettext
from quizapp.library import Library
from quizapp.store import CardState
from quizapp.store.search import Asked, Order
from quizapp.wording import GRADES, MARKS, minutes

_LONGEST_ANSWER = 40


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found. fault: why it found nothing, in words; empty where it could be understood."""

    ids: Sequence[str] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Finds cards of a library, and tells of them."""

    library: Library
    clock: Clock
    config: Config

    def find(self, written: str, *, order: Order = "deck", down: bool = False) -> Found:
        """All cards that a query finds, by id."""
        try:
            query = parse(written)
        except QueryError as error:
            return Found(fault=str(error))
        asked = Asked(self.library.key, query, self.clock.now(), self.clock.today(), leech=self.config.option("leech"))
        return Found(self.library.store.search_ids(asked, order=order, down=down))

    def states(self, cards: Sequence[str]) -> dict[str, CardState]:
        """Where cards stand, by id."""
        return self.library.store.states(self.library.key, cards)

    def tell(self, card: str, lang: Lang) -> list[str]:
        """A card in lines: its prompt, where it stands, and its history, the latest first."""
        store = self.library.store
        state = self.states([card]).get(card)
        known = store.card(self.library.key, card)
        if state is None:
            return [_("{card} is gone.").format(card=card)]
        history = store.history(card)
        day = self.clock.today()
        parts = (_asked(card, known, lang), _standing(state, day, self.config), _history(history, self.clock))
        # A record may have been merged from anywhere: no line of it is trusted, names of parameters and tags included.
        return [clean(line) for part in parts for line in (*part, "")][:-1]


def _asked(card: str, known: Card | None, lang: Lang) -> Iterator[str]:
    yield clean(card)
    if known is None:
        yield _("No deck has this card; its reviews are kept.")
        return
    yield f"{known.kind} · {known.verifier or '—'}"
    yield from known.prompt.in_lang(lang).strip().splitlines()
    if known.tags:
        yield _("tags: {tags}").format(tags=", ".join(known.tags))
    yield known.place


def _standing(state: CardState, day: int, config: Config) -> Iterator[str]:
    schedule = state.schedule
    if isinstance(schedule, Scheduled):
        chance = recall(schedule.stability, day - schedule.reviewed_day, config.settings(state.deck))
        yield _("{state}, due {due}").format(state=_(state.state), due=_date(schedule.due_day))
        yield _("stability {stability:.1f} d · difficulty {difficulty:.1f} · recall {recall:.0%}").format(
            stability=schedule.stability, difficulty=schedule.difficulty, recall=chance
        )
        reviews = ngettext("{n} review", "{n} reviews", schedule.reviews).format(n=schedule.reviews)
        yield reviews + " · " + ngettext("{n} lapse", "{n} lapses", schedule.lapses).format(n=schedule.lapses)
    else:
        yield _("never reviewed")
    if names := state.marks.names(day):
        yield _("marks: {marks}").format(marks=" ".join(names))
    if state.marks.note:
        yield _("note: {note}").format(note=clean(state.marks.note))


def _history(events: Sequence[Event], clock: Clock) -> Iterator[str]:
    grades = {event.review: event.grade for event in events if isinstance(event, Regraded)}
    for event in reversed(in_force(events)):
        when = datetime.fromtimestamp(event.at / 1000, clock.zone).strftime("%Y-%m-%d %H:%M")
        match event:
            case Reviewed():
                grade = grades.get(event.id, event.grade)
                sign = "✓" if event.right else "✗"
                yield f"{when} {sign} {_(GRADES[grade])} · {minutes(event.ms)}"
                if event.params:
                    yield "    " + " ".join(f"{name}={_short(write(value))}" for name, value in event.params.items())
                if event.answer:
                    yield f"    {_short(event.answer)}"
            case Forgotten():
                yield f"{when} " + _("forgotten: it began anew")
            case Rescheduled(due_day=due_day):
                yield f"{when} " + _("put to {date}").format(date=_date(due_day))
            case Marked(mark=which, on=on):
                yield f"{when} {'+' if on else '−'} {_(MARKS[which])} {clean(event.text)}".rstrip()
            case _:
                continue


def _short(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= _LONGEST_ANSWER else f"{line[: _LONGEST_ANSWER - 1]}…"


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()
