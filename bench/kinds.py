"""How long each kind of question takes from an answer to its stored verdict, the worker warm: `python -m bench.kinds`.

The toy pack holds a card of each kind. What is measured is reading, waiting for what is still to be run, judging and
storing; drawing it on a screen is `bench/screen.py`.
"""

import statistics
import tempfile
import time
from pathlib import Path

from quizapp import opening, packs
from quizapp.common import Common
from quizapp.core.answer import Attempt, Truth
from quizapp.core.card import Kind
from quizapp.core.question import Question
from quizapp.core.reading import Reading
from quizapp.library import Library
from quizapp.sitting import Options, Sitting
from quizapp.store import open_store
from quizapp.worker.client import Client

PACK = Path(__file__).parent.parent / "tests" / "pack"
DECKS = ("toy/arith", "toy/kinds")
RUNS = 15


def answer(question: Question, truth: Truth) -> str:
    """A readable answer to any question."""
    match question.card.kind:
        case Kind.CODE:
            return "def double(x):\n    return x + x\n"
        case Kind.ORDER:
            return " ".join(question.letters)
        case Kind.OPEN:
            return "; ".join("1" for _ in question.card.fields)
        case Kind.CLOZE:
            return "; ".join("1" if gap == "number" else "word" for gap in question.card.gaps)
        case Kind.RECALL:
            return "y"
    return question.letters[0] if question.options else "1"


def milliseconds(sitting: Sitting) -> float:
    """From the answer to the present question until its verdict is stored."""
    question = sitting.question
    assert question is not None
    assert sitting.truth is not None
    truth = question.settle(sitting.truth.result())  # computed while the learner thinks
    assert isinstance(truth, Truth), truth
    question = sitting.exhibit(truth)
    typed = answer(question, truth)
    start = time.perf_counter()
    reading = sitting.read(typed)
    assert isinstance(reading, Reading), reading
    running = sitting.attempt(reading)
    attempt = running.result() if running is not None else None
    assert attempt is None or isinstance(attempt, Attempt), attempt
    sitting.judge(reading, typed, truth, attempt=attempt)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measures and prints a line per kind."""
    times: dict[Kind, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        open_store(f"sqlite:///{home}/quiz.db") as store,
        Client(PACK) as client,
    ):
        library = Library(packs.at(PACK), store)
        clock = opening.clock(Common(None, None, "cpu", "en"))
        planned = library.plan(DECKS, (), clock)
        for run in range(RUNS):
            sitting = Sitting(
                planned,
                cards=library.card,
                record=store,
                truths=client,
                clock=clock,
                options=Options(seed=run),
                count=len(planned),
            )
            while (question := sitting.next()) is not None:
                took = milliseconds(sitting)
                if run:  # the first warms the worker
                    times.setdefault(question.card.kind, []).append(took)
    for kind in Kind:
        found = times.get(kind, [])
        median = f"{statistics.median(found):6.1f} ms" if found else "none"
        print(f"{kind:8} {median}   ({len(found)} answers)")


if __name__ == "__main__":
    main()
