"""Line mode: a question on standard output, an answer per line on standard input. The screen reader's mode."""

import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import TextIO

from quizapp.core.answer import Attempt, Truth, Unreadable, Unverifiable
from quizapp.core.card import Kind
from quizapp.core.prose import GAP
from quizapp.core.prose import lines as prose
from quizapp.core.question import Question
from quizapp.core.reading import Reading
from quizapp.language import _
from quizapp.sitting import Sitting
from quizapp.wording import GRADES, interval, summary, unverifiable, verdict


def run(sitting: Sitting, answers: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """Holds a sitting: until its questions or its answers end. A blank line is "don't know"."""
    gc.enable()
    with suppress(EndOfInput):
        lines = Lines(answers, out)
        while (question := sitting.next()) is not None:
            _hold(sitting, question, lines)
    print(*summary(sitting.tally), sep="\n", file=out, flush=True)


class EndOfInput(Exception):
    """The answers have ended, and with them the sitting."""


class Lines:
    """Asks on one stream, reads lines from another."""

    def __init__(self, answers: TextIO, out: TextIO) -> None:
        self._answers = answers
        self._prompt = "> " if answers.isatty() else ""
        self._out = out

    def say(self, *lines: object) -> None:
        print(*lines, sep="\n", file=self._out, flush=True)

    def line(self) -> str:
        """The next line. Raises EndOfInput."""
        print(self._prompt, end="", file=self._out, flush=True)
        if not (line := self._answers.readline()):
            raise EndOfInput
        return line.strip("\r\n")

    def block(self) -> str:
        """The lines up to one that is a single point, or up to a blank first one. Raises EndOfInput."""
        found = [self.line()]
        while found[0].strip() and found[-1].strip() != ".":
            found.append(self.line())
        return "\n".join(found[:-1])


def asked(question: Question) -> Iterator[str]:
    """The question as lines: its prompt, its code, its picture, what there is to choose or to put in order."""
    said = list(map(str, prose(question.prompt)))
    if question.code:
        said += ["", *("    " + line for line in question.code.rstrip().splitlines())]
    if question.card.kind is Kind.CLOZE:
        places = count(1)
        said = [GAP.sub(lambda _gap: f"__{next(places)}__", line) for line in said]
    yield from said
    if question.picture is not None:
        yield from ("", *str(question.picture).splitlines())
    shown = [option.text.in_lang(question.lang) for option in question.options] or question.lines
    for letter, words in zip(question.letters, shown, strict=True):
        yield f"  {letter}) {words}"
    if question.card.kind is Kind.OPEN:
        yield _("Answer with {fields}").format(fields="  ".join(f"{name}=…" for name in question.card.fields))
    if question.card.kind is Kind.CODE:
        yield from ([question.starter.rstrip()] if question.starter else [])
        yield _("Write the code; a line '.' ends it.")


def _hold(sitting: Sitting, question: Question, lines: Lines) -> None:
    """Asks one question and tells its verdict."""
    assert sitting.truth is not None
    number, left = sitting.queue.asked, sitting.queue.remaining
    truth: Truth | Unverifiable | None = None
    if question.needs_truth:
        truth = question.settle(sitting.truth.result())
        if isinstance(truth, Truth):
            question = sitting.exhibit(truth)
    if not isinstance(truth, Unverifiable):
        place = _("[{n} of {all}] {card}").format(n=number, all=number + left, card=question.card.id)
        lines.say(place, *asked(question))
        reading, typed = _answer(sitting, question, lines)
        truth = truth or question.settle(sitting.truth.result())
    match truth:
        case Unverifiable():
            lines.say(*unverifiable(truth), "")
            sitting.set_aside(question, truth)
        case Truth():
            _tell(sitting, reading, typed, truth, lines)


def _answer(sitting: Sitting, question: Question, lines: Lines) -> tuple[Reading | None, str]:
    """What was answered, None for "don't know", and how it was typed."""
    if question.card.kind is Kind.RECALL:
        lines.say(_("An empty line turns the card over."))
        lines.line()
        lines.say(question.card.back.in_lang(question.lang), _("Did you know it? y or n"))
    while True:
        typed = lines.block() if question.card.kind is Kind.CODE else lines.line()
        if not typed.strip():
            return None, ""
        reading = sitting.read(typed)
        if not isinstance(reading, Unreadable):
            return reading, typed
        lines.say(_('{why} Try again; an empty line is "don\'t know".').format(why=reading.why))


def _tell(sitting: Sitting, reading: Reading | None, typed: str, truth: Truth, lines: Lines) -> None:
    assert sitting.question is not None
    attempt: Attempt | None = None
    slip = False
    if reading is not None:
        running = sitting.attempt(reading)
        outcome = running.result() if running is not None else None
        if isinstance(outcome, Unverifiable):
            lines.say(*unverifiable(outcome), "")
            sitting.set_aside(sitting.question, outcome)
            return
        attempt = outcome
        if word := sitting.slip(reading, truth):
            lines.say(_("That is close to '{word}'. Was it a slip? y or n").format(word=word))
            slip = lines.line().strip().casefold() in ("y", "yes", "是")
    judged = sitting.judge(reading, typed, truth, attempt=attempt, slip=slip)
    sitting.look_ahead()
    lines.say(*(line.text for line in verdict(judged)))
    if snippet := judged.verdict.truth.snippet.strip():
        lines.say(_("Python that prints it:"), *(f"    {line}".rstrip() for line in snippet.splitlines()))
    if judged.coming:
        time = interval(judged.coming[judged.proposed])
        lines.say(_("Graded {grade}; back in {time}.").format(grade=_(GRADES[judged.proposed]), time=time))
    lines.say()
