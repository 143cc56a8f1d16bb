"""One sitting: the seam between the rooms. Line mode and the screens are two faces of it.

It asks the store what is due, draws questions, asks the worker for their truths ahead of need, judges answers and
records them before anyone sees the verdict.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quizapp.asking import Truths, request_attempt, request_truth
from quizapp.core.answer import Attempt, Right, Truth, Unreadable, Unverifiable
from quizapp.core.card import Card, Kind
from quizapp.core.day import Clock
from quizapp.core.drawing import CannotDraw
from quizapp.core.event import Event, Grade, Mark, Marked, Regraded, Reviewed, Settings
from quizapp.core.judge import near
from quizapp.core.outcome import Judged, Tally, on_one_line
from quizapp.core.question import Question
from quizapp.core.queue import Queue
from quizapp.core.reading import Reading
from quizapp.core.template import TemplateError
from quizapp.core.text import Lang
from quizapp.dealing import Dealer
from quizapp.errors import QuizError
from quizapp.hand import Hand, Record, moment, new_id

if TYPE_CHECKING:
    from quizapp.core.schedule import Schedule, Scheduled

# So many cards ahead, the worker imports their verifiers' libraries when it has nothing else to do.
_WARMED_AHEAD = 5
# So many answers are asked again with their numbers when they are undone; older ones are only taken back.
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Options:
    """How a sitting is held.

    seed:  None for fresh numbers each time. cram: the schedule is left alone. ahead: cards that aren't due are asked.
    leech: after so many lapses a card is called one.
    settings_of: what the scheduler is told of a deck's cards.
    """

    lang: Lang = "en"
    seed: int | None = None
    cram: bool = False
    ahead: bool = False
    leech: int = 8
    settings_of: Callable[[str], Settings] = lambda _: Settings()


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
        self._hand = Hand(record, clock)
        self._dealer = Dealer(cards, record.last_params, options.seed)
        self._ahead: tuple[Question, Future[Truth | Unverifiable]] | None = None
        self._asked_at = 0
        self._warmed = False
        self._answered: dict[str, tuple[Question, bool, int]] = {}
        self._once_more: dict[str, Question] = {}
        self._put_away: set[str] = set()

    def next(self, *, start: bool = True) -> Question | None:
        """The next question; None when the sitting is over.

        start: whether to ask the worker for its truth at once. The screen shows its first question before it does.
        """
        self.question = self.truth = None
        while (card := self.queue.take(self._clock.now())) is not None:
            if (again := self._once_more.pop(card, None)) is not None:
                self.question = again
            elif self._ahead is not None and self._ahead[0].card.id == card:
                self.question, self.truth = self._ahead
            else:
                try:
                    self.question = self._draw(card)
                except QuizError:  # the record can't be read now; the card hasn't been asked
                    self.queue.put_first(card, asked=True)
                    raise
            self._ahead = None
            if self.question is None:
                continue
            self._dealer.asked(self.question)
            self._asked_at = self._clock.now()
            if start:
                self.start()
            return self.question
        return None

    def speak(self, lang: Lang) -> None:
        """Asks in this language from now on, the present question among them."""
        self.options = replace(self.options, lang=lang)
        if self.question is not None:
            self.question = self.question.in_lang(lang)
        if self._ahead is not None:
            self._ahead = (self._ahead[0].in_lang(lang), self._ahead[1])
        self._once_more = {card: question.in_lang(lang) for card, question in self._once_more.items()}

    def reread(self) -> None:
        """Takes the present card as its deck has it now, with the numbers that were drawn. Raises QuizError where it is
        gone, or admits these numbers no longer."""
        if (question := self.question) is None:
            return
        renewed = self._dealer.renew(question, self.options.lang)
        truth = self.truth.result() if self.truth is not None and self.truth.done() else None
        self.question = renewed.exhibit(truth) if isinstance(truth, Truth) else renewed

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
        if card is None or self._ahead is not None or card in self._once_more:
            return
        with suppress(QuizError):  # where the record can't be read, `next` says so
            if (question := self._draw(card)) is not None:
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
        right, card = isinstance(verdict, Right), question.card.id
        proposed = Grade.AGAIN if not right or (reading is not None and reading.guessed) else Grade.GOOD
        spent = max(0, self._clock.now() - self._asked_at)
        coming: Mapping[Grade, Scheduled] = {}
        event_id, lapses = "", 0
        if not self.options.cram:
            at, day = moment(self._clock, self._record, [card])
            before, settings = self._record.schedule(card), self.options.settings_of(question.card.deck)
            coming = schedule.preview(before, card=card, at=at, day=day, settings=settings)
            event_id = new_id()
            event = Reviewed(
                id=event_id,
                card=card,
                at=at,
                day=day,
                params=question.params,
                answer=typed,
                truth=truth.value,
                right=right,
                grade=proposed,
                ms=spent,
                versions=truth.origin.versions,
                scheduler=schedule.version(),
                settings=settings,
            )
            after = self._record.append(event)
            self._return(card, after)
            self._answered[event_id], lapses = (question, right, spent), after.lapses
            if len(self._answered) > _REMEMBERED:
                del self._answered[next(iter(self._answered))]
        self.tally.count(card, right, spent)
        leech = lapses if lapses >= self.options.leech and not right else 0
        return Judged(question, verdict, on_one_line(question, reading, typed), proposed, coming, event_id, leech)

    def grade(self, judged: Judged, grade: Grade) -> None:
        """Gives the review another grade than the proposed one; the proposed one changes nothing."""
        if not judged.review or grade is judged.proposed:
            return
        card = judged.question.card.id
        at, day = moment(self._clock, self._record, [card])
        self._return(card, self._record.append(Regraded(new_id(), card, at, day, judged.review, grade)))

    def set_aside(self, question: Question, fault: Unverifiable) -> None:
        """Takes a question that can't be verified out of the sitting; nothing is recorded."""
        self.queue.drop(question.card.id)
        self.tally.unverifiable += 1
        self.notices.append(f"{question.card.id}: {fault.error}")

    def put_away(self, mark: Mark) -> None:
        """Suspends or buries the present card; it isn't asked again in this sitting."""
        assert self.question is not None
        self._hand.mark([self.question.card.id], mark)
        self._put_away.add(self.question.card.id)
        self.queue.drop(self.question.card.id)

    def flag(self, colour: str, note: str = "") -> None:
        """Flags the present card; an empty colour takes the flag off."""
        assert self.question is not None
        self._hand.mark([self.question.card.id], Mark.FLAGGED, on=bool(colour), text=colour, note=note)

    def undo(self, *, standing: bool) -> list[Event]:
        """Takes back the last step of the record, made in this sitting or before, and returns its events.

        standing: whether the present question is not answered yet. Where another comes first now, there is no present
        question any more; one that stood comes again after it.
        """
        undone = self._hand.undo()
        answered = [(event.card, *self._answered.pop(event.id)) for event in undone if event.id in self._answered]
        hid = [event.card for event in undone if isinstance(event, Marked) and event.mark.hides and event.on]
        put_away = [card for card in hid if card in self._put_away]  # others were never asked in this sitting
        if (answered or put_away) and self.question is not None:
            if standing:
                self._ask_again(self.question)
            self.question = self.truth = None
        for card, question, right, spent in answered:
            self.tally.discount(card, right, spent)
            self._ask_again(question)
        for card in put_away:
            self.queue.put_first(card)
        for event in undone:
            if isinstance(event, Regraded) and event.review in self._answered:
                self._return(event.card, self._record.schedule(event.card))
        return undone

    def _ask_again(self, question: Question) -> None:
        """Has the same question come next, with its numbers."""
        self.queue.put_first(question.card.id, asked=True)
        self._once_more[question.card.id] = question

    def _return(self, card: str, schedule: "Schedule") -> None:
        from quizapp.core.schedule import Scheduled

        if isinstance(schedule, Scheduled) and schedule.learning:
            self.queue.put_back(card, schedule.due)
        else:
            self.queue.drop(card)

    def _draw(self, card: str) -> Question | None:
        try:
            return self._dealer.draw(card, self.options.lang)
        except (CannotDraw, TemplateError) as error:
            self.tally.unverifiable += 1
            self.notices.append(f"{card}: {error}")
            self.queue.drop(card)
            return None
