"""One sitting: the seam between the rooms. Line mode and the screens are two faces of it.

It asks the store what is due, draws questions, asks the worker for their truths ahead of need, judges answers and
records them before anyone sees the verdict.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol

from quizapp.asking import Truths, request_attempt, request_truth
from quizapp.core.answer import Attempt, Right, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card, Kind
from quizapp.core.day import study_day
from quizapp.core.domain import Params
from quizapp.core.drawing import CannotDraw
from quizapp.core.event import Grade, Regraded, Reviewed, Settings
from quizapp.core.judge import near
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.queue import Queue
from quizapp.core.reading import Reading
from quizapp.core.template import TemplateError
from quizapp.core.text import Lang, clean

if TYPE_CHECKING:
    from quizapp.core.schedule import Schedule, Scheduled


# So many cards ahead, the worker imports their verifiers' libraries when it has nothing else to do.
_WARMED_AHEAD = 5


class Record(Protocol):
    """What a sitting wants of the store."""

    def append(self, event: Reviewed) -> "Scheduled": ...
    def regrade(self, event: Regraded) -> "Scheduled": ...
    def schedule(self, card: str) -> "Schedule": ...
    def last_params(self, card: str) -> Params | None: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and how it falls into study days. `now` gives milliseconds of UTC."""

    now: Callable[[], int]
    zone: tzinfo
    rollover_hour: int = 4

    def today(self) -> int:
        return study_day(self.now(), self.zone, self.rollover_hour)


@dataclass(frozen=True, slots=True)
class Options:
    """How a sitting is held. `seed` None: fresh numbers each time. `cram`: the schedule is left alone."""

    lang: Lang = "en"
    seed: int | None = None
    cram: bool = False
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that has been recorded.

    said:     the answer on one line; empty for "don't know".
    proposed: the grade that went with it.
    coming:   for each grade, the schedule it leads to; empty when cramming.
    review:   the id of the recorded event; empty when cramming.
    """

    question: Question
    verdict: Right | Wrong
    said: str
    proposed: Grade
    coming: "Mapping[Grade, Scheduled]"
    review: str

    @property
    def can_be_guessed(self) -> bool:
        """Whether it may have been luck: a right pick among options, not marked as a guess yet."""
        right = isinstance(self.verdict, Right)
        return right and self.question.card.kind.picked and self.proposed is not Grade.AGAIN and bool(self.coming)


@dataclass(slots=True)
class Tally:
    """What a sitting came to. Milliseconds are those spent answering."""

    right: int = 0
    wrong: int = 0
    unverifiable: int = 0
    ms: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.right + self.wrong


class Sitting:
    """One sitting over the cards `planned`.

    The caller goes round: `next` gives a question, `read` reads what was typed, `truth` is waited for and settled by
    the question, `judge` records and gives the verdict, `grade` may change the grade.
    """

    def __init__(
        self,
        planned: Iterable[str],
        *,
        cards: Callable[[str], Card],
        record: Record,
        truths: Truths,
        clock: Clock,
        options: Options,
        count: int | None = None,
    ) -> None:
        self.queue = Queue(planned, count)
        self.tally = Tally()
        self.options = options
        self.question: Question | None = None
        self.truth: Future[Truth | Unverifiable] | None = None
        self.notices: list[str] = []
        self._cards = cards
        self._record = record
        self._truths = truths
        self._clock = clock
        self._seed = secrets.randbits(64) if options.seed is None else options.seed
        self._times: dict[str, int] = {}
        self._last: dict[str, Params] = {}
        self._ahead: tuple[Question, Future[Truth | Unverifiable]] | None = None
        self._asked_at = 0
        self._warmed = False

    def next(self, *, start: bool = True) -> Question | None:
        """The next question; None when the sitting is over.

        start: whether to ask the worker for its truth at once. The screen shows its first question before it does.
        """
        self.question = self.truth = None
        while (card := self.queue.take(self._clock.now())) is not None:
            if self._ahead is not None and self._ahead[0].card.id == card:
                self.question, self.truth = self._ahead
            else:
                self.question = self._draw(card)
            self._ahead = None
            if self.question is None:
                continue
            self._times[card] = self._times.get(card, 0) + 1
            self._last[card] = self.question.params
            self._asked_at = self._clock.now()
            if start:
                self.start()
            return self.question
        return None

    def start(self) -> None:
        """Asks the worker for the truth of the present question, and to make ready for those that follow."""
        if self.question is not None and self.truth is None:
            self.truth = request_truth(self._truths, self.question)
        if not self._warmed:
            self._warmed = True
            coming = (self._cards(card).verifier for card in self.queue.coming(_WARMED_AHEAD))
            self._truths.warm(verifier for verifier in coming if verifier)

    def look_ahead(self) -> None:
        """Draws the next question and asks for its truth, while the present verdict is being read."""
        card = self.queue.peek(self._clock.now())
        if card is not None and self._ahead is None and (question := self._draw(card)) is not None:
            self._ahead = (question, request_truth(self._truths, question))

    def read(self, typed: str) -> Reading | Unreadable:
        """`typed` as an answer to the present question."""
        assert self.question is not None
        return self.question.read(typed)

    def exhibit(self, truth: Truth) -> Question:
        """The present question, with what only its truth can show."""
        assert self.question is not None
        self.question = self.question.exhibit(truth)
        return self.question

    def attempt(self, reading: Reading) -> "Future[Attempt | Unverifiable] | None":
        """Has an answer run, where that is how it is judged; None where it isn't."""
        assert self.question is not None
        return request_attempt(self._truths, self.question, reading)

    def slip(self, reading: Reading, truth: Truth) -> str:
        """The right word where a wrong one comes so close that it may be a slip of the fingers; else empty."""
        assert self.question is not None
        if self.question.card.kind is not Kind.TEXT or isinstance(self.question.judge(reading, truth), Right):
            return ""
        return near(reading, truth, self.question.card.aliases)

    def judge(
        self,
        reading: Reading | None,
        typed: str,
        truth: Truth,
        *,
        attempt: Attempt | None = None,
        slip: bool = False,
    ) -> Judged:
        """Judges and records, in that order and before returning.

        reading: None is "don't know". attempt: what came of running it. slip: the learner says that it was one.
        """
        from quizapp.core import schedule

        question = self.question
        assert question is not None
        verdict = Right(truth) if slip else question.judge(reading, truth, attempt)
        knew = isinstance(verdict, Right) and not (reading is not None and reading.guessed)
        proposed = Grade.GOOD if knew else Grade.AGAIN
        at = self._clock.now()
        spent = max(0, at - self._asked_at)
        coming: Mapping[Grade, Scheduled] = {}
        event_id = ""
        if not self.options.cram:
            day = self._clock.today()
            before = self._record.schedule(question.card.id)
            settings = self.options.settings
            coming = schedule.preview(before, card=question.card.id, at=at, day=day, settings=settings)
            event_id = secrets.token_hex(8)
            event = Reviewed(
                id=event_id,
                card=question.card.id,
                at=at,
                day=day,
                params=question.params,
                answer=typed,
                truth=truth.value,
                right=isinstance(verdict, Right),
                grade=proposed,
                ms=spent,
                versions=truth.origin.versions,
                scheduler=schedule.version(),
                settings=settings,
            )
            self._return(question.card.id, self._record.append(event))
        self._count(question, verdict, spent)
        return Judged(question, verdict, _on_one_line(question, reading, typed), proposed, coming, event_id)

    def grade(self, judged: Judged, grade: Grade) -> None:
        """Gives the review another grade than the proposed one; the proposed one changes nothing."""
        if not judged.review or grade is judged.proposed:
            return
        event = Regraded(
            id=secrets.token_hex(8),
            card=judged.question.card.id,
            at=self._clock.now(),
            day=self._clock.today(),
            review=judged.review,
            grade=grade,
        )
        self._return(judged.question.card.id, self._record.regrade(event))

    def set_aside(self, question: Question, fault: Unverifiable) -> None:
        """Takes a question that can't be verified out of the sitting; nothing is recorded."""
        self.queue.drop(question.card.id)
        self.tally.unverifiable += 1
        self.notices.append(f"{question.card.id}: {fault.error}")

    def _return(self, card: str, schedule: "Scheduled") -> None:
        if schedule.learning:
            self.queue.put_back(card, schedule.due)
        else:
            self.queue.drop(card)

    def _count(self, question: Question, verdict: Right | Wrong, spent: int) -> None:
        self.tally.ms += spent
        if isinstance(verdict, Right):
            self.tally.right += 1
        else:
            self.tally.wrong += 1
            if question.card.id not in self.tally.missed:
                self.tally.missed.append(question.card.id)

    def _draw(self, card: str) -> Question | None:
        avoid = self._last.get(card)
        if avoid is None and self.options.seed is None:  # a seeded sitting is the same whatever was asked before
            avoid = self._record.last_params(card)
        rng = rng_for(self._seed, card, self._times.get(card, 0))
        try:
            return ask(self._cards(card), rng, self.options.lang, avoid=avoid)
        except (CannotDraw, TemplateError) as error:
            self.tally.unverifiable += 1
            self.notices.append(f"{card}: {error}")
            self.queue.drop(card)
            return None


def _on_one_line(question: Question, reading: Reading | None, typed: str) -> str:
    if reading is None:
        return ""
    if question.card.kind.picked or question.card.kind is Kind.ORDER:
        return question.say(reading)
    return "your code" if question.card.kind is Kind.CODE else clean(typed).strip()
