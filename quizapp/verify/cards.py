"""Checking a card: it is asked several times, computed, and answered rightly, wrongly and unreadably."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from quizapp.asking import Truths, request_attempt, request_truth
from quizapp.core.answer import Attempt, Mistake, Right, Tolerance, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card, Kind
from quizapp.core.claim import agrees
from quizapp.core.declaration import Declaration, Example
from quizapp.core.domain import Params, Value, write
from quizapp.core.drawing import CannotDraw
from quizapp.core.judge import same, telling
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.template import TemplateError
from quizapp.verify.drawing import Asked, questions, with_params
from quizapp.verify.fault import Checked, Fault
from quizapp.verify.typing import changed, garbage, typed

# Two ways to one number differ by rounding: torch computes in single precision as a rule.
_ROUNDING = Tolerance(absolute=1e-6, relative=1e-5)
# So many draws with one truth are no coincidence.
_MANY = 6

Answer: TypeAlias = Future[Truth | Unverifiable]


class Verifiers(Truths, Protocol):
    """What checking wants of the worker: also the second way, and a process that has not computed the same before."""

    def truth(self, verifier: str, params: Params, limit_s: float, *, second: bool = False) -> Answer: ...
    def again(self, verifier: str, params: Params, limit_s: float) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A question whose truth is on its way, with that of the second way and of another process, where asked for."""

    asked: Asked
    truth: Answer
    second: Answer | None
    again: Answer | None


class CardCheck:
    """One card: asked when made, so that many can be asked before the first is waited for; `result` waits.

    samples, seed: as for `questions`.
    """

    def __init__(
        self,
        card: Card,
        declaration: Declaration | None,
        verifiers: Verifiers,
        samples: int,
        seed: int,
    ) -> None:
        self._card = card
        self._verifiers = verifiers
        self._declaration = declaration
        self._broken = ""
        self._awaited: list[_Awaited] = []
        try:
            for number, asked in enumerate(questions(card, samples, seed)):
                self._awaited.append(self._await(asked, first=number == 0))
        except (CannotDraw, TemplateError) as error:
            self._broken = str(error)
        self._examples = [(one, self._example(one)) for one in (declaration.examples if declaration else ())]

    def _await(self, asked: Asked, first: bool) -> _Awaited:
        card, given = self._card, asked.question.arguments
        truth = request_truth(self._verifiers, asked.question)
        second = again = None
        if self._declaration is not None and self._declaration.second:
            second = self._verifiers.truth(card.verifier, given, card.limit_s, second=True)
        if first and card.verifier:
            again = self._verifiers.again(card.verifier, given, card.limit_s)
        return _Awaited(asked, truth, second, again)

    def _example(self, example: Example) -> Answer:
        assert self._declaration is not None
        whole = self._declaration.completed(example.params)
        return self._verifiers.truth(self._declaration.name, whole, self._card.limit_s)

    def result(self) -> Checked:
        """What was found. Waits for all that was asked."""
        card, checks = self._card, 1
        faults: list[Fault] = []
        versions: dict[str, str] = {}
        values: list[str] = []
        faults += [*([Fault(self._broken)] if self._broken else []), *unsourced(card)]
        for one in self._awaited:
            truth = one.truth.result()
            if isinstance(truth, Truth):
                versions |= truth.origin.versions
                values.append(repr(truth.value))
            for fault in self._question(one, truth):
                checks += 1
                if fault is not None:
                    faults.append(fault)
        for example, answer in self._examples:
            checks += 1
            faults += _example_fault(self._declaration, example, answer.result())
        faults += self._spread(values)
        return Checked(card.id, card.place, checks, tuple(faults), versions)

    def _spread(self, values: list[str]) -> Iterator[Fault]:
        """Whether the numbers matter. An answer that is run is one of many, so nothing is told by examples of it."""
        card = self._card
        if card.kind.by_running or not card.drawn or len(values) < _MANY:
            return
        if len(set(values)) == 1 and not card.steady:
            yield Fault(
                f"{len(values)} draws gave one truth, so its numbers don't matter; draw what decides it, or say why "
                "in 'steady'",
                library=values[0],
            )
        if len(set(values)) > 1 and card.steady:
            yield Fault("'steady' says that the truth is always the same, and it isn't; take it out")

    def _question(self, awaited: _Awaited, truth: Truth | Unverifiable) -> Iterator[Fault | None]:
        """For each check of one question what is wrong; None where nothing is."""
        asked = awaited.asked

        def fault(message: str, deck: str = "", library: str = "") -> Fault | None:
            return Fault(message, asked.question.params, deck, library, asked.repeat) if message else None

        settled = asked.question.settle(truth)
        if isinstance(settled, Unverifiable):
            yield fault(settled.error)
            return
        yield None
        yield fault(_in_chinese(asked, settled))
        if awaited.second is not None:
            yield _second(self._card.kind, settled, awaited.second.result(), fault)
        if awaited.again is not None:
            yield _again(settled, awaited.again.result(), fault)
        question = asked.question.exhibit(settled)
        yield fault(_distractors(question, settled))
        told = "" if question.card.kind is Kind.RECALL else _told(settled)
        for message in self._answers(question, settled):
            yield fault(message, library=told)

    def _answers(self, question: Question, truth: Truth) -> Iterator[str]:
        kind = question.card.kind
        right = "y" if kind is Kind.RECALL else typed(question, truth.value)
        yield self._judged(question, truth, right, Right, "the truth")
        if other := changed(question, truth):
            yield self._judged(question, truth, other, Wrong, "an answer that is not the truth")
        if nonsense := garbage(question):
            found = question.read(nonsense)
            yield "" if isinstance(found, Unreadable) else f"'{nonsense}' is read as {found}"
        for mistake in telling(kind, truth):
            yield _mistaken(question, truth, mistake)

    def _judged(
        self, question: Question, truth: Truth, answer: str, wanted: type[Right] | type[Wrong], what: str
    ) -> str:
        """What is wrong where `answer`, which is `what`, is not judged as wanted."""
        reading = question.read(answer)
        if not isinstance(reading, Reading):
            return f"{what}, typed as '{answer}', can't be read: {reading.why}"
        running = request_attempt(self._verifiers, question, reading)
        attempt: Attempt | None = None
        if running is not None:
            outcome = running.result()
            if isinstance(outcome, Unverifiable):
                return f"{what}, typed as '{answer}', can't be tried: {outcome.error}"
            attempt = outcome
        verdict = question.judge(reading, truth, attempt)
        if not isinstance(verdict, wanted):
            said = f" ({attempt.text.en})" if attempt is not None else ""
            return f"{what}, typed as '{answer}', is judged {'wrong' if wanted is Right else 'right'}{said}"
        return ""


def unsourced(card: Card) -> list[Fault]:
    """The fault of a card that doesn't say which note it comes from."""
    return [] if card.source else [Fault("the card names no source; add 'source', to the card or to its deck")]


class _Make(Protocol):
    def __call__(self, message: str, deck: str = "", library: str = "") -> Fault | None: ...


def _in_chinese(asked: Asked, truth: Truth) -> str:
    """Whether the card can be asked and explained in Chinese too."""
    card = asked.question.card
    try:
        ask(card, rng_for(asked.seed, card.id), "zh", pinned=asked.pinned).explanation(truth)
    except TemplateError as error:
        return f"in Chinese: {error}"
    return ""


def _mistaken(question: Question, truth: Truth, mistake: Mistake) -> str:
    """Whether a usual mistake, typed, is wrong and gets its sentence."""
    if not (mistake.text.en and mistake.text.zh):
        return f"the mistake {write(mistake.value)} has no sentence in both languages"
    if question.card.kind.by_running:
        return ""
    reading = question.read(typed(question, mistake.value))
    if not isinstance(reading, Reading):
        return ""  # of another form than the answer, 112.5 for a shape or no option at all: nobody can type it
    verdict = question.judge(reading, truth)
    if isinstance(verdict, Right):
        return f"the mistake '{mistake.text.en}', typed as '{write(mistake.value)}', is judged right"
    return "" if verdict.mistake is not None else f"the mistake '{mistake.text.en}' is not recognised when it is made"


def _second(kind: Kind, truth: Truth, second: Truth | Unverifiable, fault: _Make) -> Fault | None:
    if isinstance(second, Unverifiable):
        return fault(f"the second way: {second.error}")
    same_set = kind is Kind.SEVERAL and _members(truth.value) == _members(second.value)
    if same_set or _alike(truth.value, second.value):
        return None
    return fault("the verifier and its second way differ", f"{write(second.value)}, by the second way", _told(truth))


def _again(truth: Truth, again: Truth | Unverifiable, fault: _Make) -> Fault | None:
    if isinstance(again, Unverifiable):
        return fault(f"computed again, in another process: {again.error}")
    if repr(again.value) == repr(truth.value):
        return None
    told = f"{_told(truth)}; and {write(again.value)} in another process"
    return fault("the same numbers give another truth in another process", library=told)


def _distractors(question: Question, truth: Truth) -> str:
    kind, seen = question.card.kind, [truth.value]
    for value in truth.distractors:
        if any(same(kind, value, one, truth.tolerance) for one in seen):
            return f"the distractor {write(value)} is the truth or another distractor"
        seen.append(value)
    return ""


def _example_fault(declaration: Declaration | None, example: Example, found: Truth | Unverifiable) -> Iterator[Fault]:
    assert declaration is not None
    repeat = with_params(f"quiz compute {declaration.name}", example.params)
    if isinstance(found, Unverifiable):
        yield Fault(f"the worked example of {declaration.name}: {found.error}", example.params, repeat=repeat)
    elif not _alike(example.value, found.value):
        message = f"{declaration.name} does not give what its worked example says"
        yield Fault(message, example.params, write(example.value), _told(found), repeat)


def _alike(one: Value, other: Value) -> bool:
    """Whether two ways gave the same, but for rounding; whole numbers aren't rounded."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return agrees(one, other, _ROUNDING)


def _members(value: Value) -> list[str]:
    return sorted(map(repr, value)) if isinstance(value, list) else [repr(value)]


def _told(truth: Truth) -> str:
    """The value, and the library in its version."""
    return f"{write(truth.value)}, by {str(truth.origin).partition(' · ')[0]}"
