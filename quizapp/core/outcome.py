"""What came of a question, and of a sitting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quizapp.core.answer import Right, Wrong
from quizapp.core.card import Kind
from quizapp.core.event import Grade
from quizapp.core.question import Question
from quizapp.core.reading import Reading
from quizapp.core.text import clean
from quizapp.language import _

if TYPE_CHECKING:
    from quizapp.core.schedule import Scheduled


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that has been recorded.

    said:     the answer on one line; empty for "don't know".
    proposed: the grade that went with it.
    coming:   for each grade, the schedule it leads to; empty when cramming.
    review:   the id of the recorded event; empty when cramming.
    leech:    how often the card has lapsed, where that is often enough to call it a leech; else 0.
    """

    question: Question
    verdict: Right | Wrong
    said: str
    proposed: Grade
    coming: "Mapping[Grade, Scheduled]"
    review: str
    leech: int = 0

    @property
    def can_be_guessed(self) -> bool:
        """Whether it may have been luck: a right pick among options, not marked as a guess yet."""
        right = isinstance(self.verdict, Right)
        return right and self.question.card.kind.picked and self.proposed is not Grade.AGAIN and bool(self.coming)


def on_one_line(question: Question, reading: Reading | None, typed: str) -> str:
    """An answer as the verdict repeats it; empty for "don't know"."""
    if reading is None:
        return ""
    if question.card.kind.picked or question.card.kind is Kind.ORDER:
        return question.say(reading)
    return _("your code") if question.card.kind is Kind.CODE else clean(typed).strip()


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

    def count(self, card: str, right: bool, ms: int) -> None:
        """Counts an answer."""
        self.ms += ms
        if right:
            self.right += 1
        else:
            self.wrong += 1
            if card not in self.missed:
                self.missed.append(card)

    def discount(self, card: str, right: bool, ms: int) -> None:
        """Takes an answer out again."""
        self.ms -= ms
        if right:
            self.right -= 1
        else:
            self.wrong -= 1
            if card in self.missed:
                self.missed.remove(card)
