"""Line mode: a question on standard output, an answer per line on standard input. The screen reader's mode."""

import gc
import sys
from collections.abc import Iterator
from typing import TextIO

from quizapp.core.answer import Truth, Unreadable, Unverifiable
from quizapp.core.judge import Reading
from quizapp.core.prose import lines
from quizapp.core.question import Question
from quizapp.sitting import Sitting
from quizapp.wording import GRADES, interval, summary, verdict


def run(sitting: Sitting, answers: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """Holds a sitting: until its questions or its answers end. A blank line is "don't know"."""
    gc.enable()
    prompt = "> " if answers.isatty() else ""
    given = iter(answers.readline, "")
    while (question := sitting.next()) is not None:
        number, left = sitting.queue.asked, sitting.queue.remaining
        print(f"[{number} of {number + left}] {question.card.id}", *asked(question), sep="\n", file=out)
        answer = _answer(sitting, given, prompt, out)
        if answer is None:
            break
        assert sitting.truth is not None
        truth = question.settle(sitting.truth.result())
        match truth:
            case Unverifiable():
                print(f"This can't be verified right now: {truth.error}", "Nothing was recorded.\n", sep="\n", file=out)
                sitting.set_aside(question, truth)
            case Truth():
                _tell(sitting, *answer, truth, out)
    print(*summary(sitting.tally), sep="\n", file=out, flush=True)


def asked(question: Question) -> Iterator[str]:
    """The question as lines: its prompt, its code, its options."""
    yield from map(str, lines(question.prompt))
    if question.code:
        yield ""
        yield from ("    " + line for line in question.code.rstrip().splitlines())
    for letter, option in zip(question.letters, question.options, strict=True):
        yield f"  {letter}) {option.text.in_lang(question.lang)}"


def _answer(sitting: Sitting, given: Iterator[str], prompt: str, out: TextIO) -> tuple[Reading | None, str] | None:
    """What was answered and how it was typed; None at the end of input."""
    while True:
        print(prompt, end="", file=out, flush=True)
        line = next(given, None)
        if line is None:
            return None
        typed = line.strip("\r\n")
        if not typed.strip():
            return None, ""
        reading = sitting.read(typed)
        if not isinstance(reading, Unreadable):
            return reading, typed
        print(f'{reading.why} Try again; an empty line is "don\'t know".', file=out)


def _tell(sitting: Sitting, reading: Reading | None, typed: str, truth: Truth, out: TextIO) -> None:
    judged = sitting.judge(reading, typed, truth)
    sitting.look_ahead()
    print(*(line.text for line in verdict(judged)), sep="\n", file=out)
    if judged.coming:
        print(f"Graded {GRADES[judged.proposed]}; back in {interval(judged.coming[judged.proposed])}.", file=out)
    print(file=out, flush=True)
