"""What is asked of the worker about a question: its truth, and what an answer does when it is run."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Protocol, cast

from quizapp.core.answer import Attempt, Origin, Truth, Unverifiable
from quizapp.core.card import Kind
from quizapp.core.domain import Params, Value
from quizapp.core.question import Question
from quizapp.core.reading import Reading


class Truths(Protocol):
    """What a sitting wants of the worker's client."""

    def warm(self, verifiers: Iterable[str]) -> None: ...
    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]: ...
    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> Future[Attempt | Unverifiable]: ...
    def run_code(self, verifier: str, params: Params, source: str) -> Future[Attempt | Unverifiable]: ...


def request_truth(truths: Truths, question: Question) -> Future[Truth | Unverifiable]:
    """Asks the worker for the truth of a question; a recall card says its own."""
    card = question.card
    if card.kind is Kind.RECALL:
        told: Future[Truth | Unverifiable] = Future()
        told.set_result(Truth(card.back.in_lang(question.lang), Origin("", {}, "", 0.0)))
        return told
    return truths.truth(card.verifier, question.arguments, card.limit_s)


def request_attempt(truths: Truths, question: Question, reading: Reading) -> Future[Attempt | Unverifiable] | None:
    """Has an answer run, where that is how it is judged; None where it isn't."""
    card = question.card
    if card.kind is Kind.CODE:
        return truths.run_code(card.verifier, question.arguments, str(reading.value))
    if card.kind.by_running:
        answer = cast("Value | Mapping[str, Value]", reading.value)  # lines, or fields by name
        return truths.attempt(card.verifier, question.arguments, answer, card.limit_s)
    return None
