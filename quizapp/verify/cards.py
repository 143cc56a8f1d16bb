"""Checking cards: each is asked several times, computed, and answered rightly, wrongly and unreadably."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from quizapp.asking import Truths, request_attempt, request_truth
from quizapp.core.answer import Attempt, Right, Tolerance, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card, Kind
from quizapp.core.claim import agrees
from quizapp.core.declaration import Declaration
from quizapp.core.domain import Params, Value, write
from quizapp.core.drawing import CannotDraw
from quizapp.core.judge import telling
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.template import TemplateError
from quizapp.verify.typing import changed, garbage, typed

# Two ways to one number differ by rounding: torch computes in single precision as a rule.
_ROUNDING = Tolerance(absolute=1e-6, relative=1e-5)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a card or a claim.

    place:  `file:line:column`.
    repeat: the command that shows it again; empty where there is none.
    """

    place: str
    id: str
    message: str
    params: Params = field(default_factory=dict)
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A card after it was checked: the number of checks that were made, the faults that they found, and the versions
    of the libraries that answered."""

    card: Card
    checks: int
    faults: tuple[Fault, ...]
    versions: Mapping[str, str]


class Verifiers(Truths, Protocol):
    """What checking wants of the worker's client: also the second way."""

    def truth(
        self, verifier: str, params: Params, limit_s: float, *, second: bool = False
    ) -> "Future[Truth | Unverifiable]": ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, drawn with `seed`, whose truth is on its way; with that of the second way where there is one."""

    question: Question
    seed: int
    truth: "Future[Truth | Unverifiable]"
    second: "Future[Truth | Unverifiable] | None"


def check(
    cards: Iterable[Card],
    declarations: Mapping[str, Declaration],
    verifiers: Verifiers,
    *,
    samples: int = 8,
    seed: int = 0,
) -> Iterator[Checked]:
    """Each card as it was found, in their order. All questions are asked before the first is waited for.

    samples: how often a card that draws its numbers is asked; one that doesn't is asked once.
    seed:    the nth question of a card is the one that `quiz show --seed` shows for seed + n.
    """
    asked = [(card, _ask(card, declarations, verifiers, samples, seed)) for card in cards]
    for card, questions in asked:
        yield _checked(card, questions, verifiers)


def _ask(
    card: Card, declarations: Mapping[str, Declaration], verifiers: Verifiers, samples: int, seed: int
) -> "list[_Asked | Fault]":
    found: list[_Asked | Fault] = []
    for at in range(seed, seed + (samples if card.drawn else 1)):
        try:
            question = ask(card, rng_for(at, card.id))
        except (CannotDraw, TemplateError) as error:
            found.append(Fault(card.place, card.id, str(error)))
            continue
        second = None
        if card.verifier and declarations[card.verifier].second:
            second = verifiers.truth(card.verifier, question.arguments, card.limit_s, second=True)
        found.append(_Asked(question, at, request_truth(verifiers, question), second))
    return found


def _checked(card: Card, asked: "Iterable[_Asked | Fault]", verifiers: Verifiers) -> Checked:
    checks, faults = 0, []
    versions: dict[str, str] = {}
    for one in asked:
        if isinstance(one, Fault):
            faults.append(one)
            continue
        truth = one.truth.result()
        if isinstance(truth, Truth):
            versions |= truth.origin.versions
        for wrong in _faults(one, truth, verifiers):
            checks += 1
            if wrong:
                repeat = f"quiz show {card.id} --seed {one.seed}"
                faults.append(Fault(card.place, card.id, wrong, one.question.params, repeat))
    return Checked(card, checks, tuple(faults), versions)


def _faults(asked: _Asked, truth: Truth | Unverifiable, verifiers: Verifiers) -> Iterator[str]:
    """For each check of one question what is wrong; an empty text where nothing is."""
    question = asked.question
    settled = question.settle(truth)
    if isinstance(settled, Unverifiable):
        yield settled.error
        return
    yield ""
    yield _in_chinese(asked, settled)
    if asked.second is not None:
        yield _second(settled, asked.second.result())
    question = question.exhibit(settled)
    yield from _answers(question, settled, verifiers)


def _in_chinese(asked: _Asked, truth: Truth) -> str:
    try:
        ask(asked.question.card, rng_for(asked.seed, asked.question.card.id), "zh").explanation(truth)
    except TemplateError as error:
        return f"in Chinese: {error}"
    return ""


def _second(truth: Truth, second: Truth | Unverifiable) -> str:
    if isinstance(second, Unverifiable):
        return f"the second way: {second.error}"
    if agrees(truth.value, second.value, _ROUNDING) or _same_set(truth.value, second.value):
        return ""
    return f"the verifier says {write(truth.value)}, its second way {write(second.value)}"


def _same_set(one: Value, other: Value) -> bool:
    return isinstance(one, list) and isinstance(other, list) and sorted(map(repr, one)) == sorted(map(repr, other))


def _answers(question: Question, truth: Truth, verifiers: Verifiers) -> Iterator[str]:
    kind = question.card.kind
    right = "y" if kind is Kind.RECALL else typed(question, truth.value)
    yield _judged(question, truth, right, Right, verifiers, "the truth")
    if other := changed(question, truth):
        yield _judged(question, truth, other, Wrong, verifiers, "an answer that is not the truth")
    if nonsense := garbage(question):
        found = question.read(nonsense)
        yield "" if isinstance(found, Unreadable) else f"'{nonsense}' is read as {found}"
    if kind.by_running or kind.picked:
        return
    for mistake in telling(kind, truth):
        answer = typed(question, mistake.value)
        yield _judged(question, truth, answer, Wrong, verifiers, f"the mistake '{mistake.text.en}'")


def _judged(
    question: Question, truth: Truth, answer: str, wanted: type[Right] | type[Wrong], verifiers: Verifiers, what: str
) -> str:
    """What is wrong where `answer`, which is `what`, is not judged as wanted."""
    reading = question.read(answer)
    if not isinstance(reading, Reading):
        # A mistake of another form than the answer, 112.5 for a whole number of pixels, can't be made in typing.
        return f"{what}, typed as '{answer}', can't be read: {reading.why}" if wanted is Right else ""
    running = request_attempt(verifiers, question, reading)
    attempt: Attempt | None = None
    if running is not None:
        outcome = running.result()
        if isinstance(outcome, Unverifiable):
            return f"{what}, typed as '{answer}', can't be tried: {outcome.error}"
        attempt = outcome
    verdict = question.judge(reading, truth, attempt)
    if isinstance(verdict, wanted):
        return ""
    said = f" ({attempt.text.en})" if attempt is not None else ""
    return f"{what}, typed as '{answer}', is judged {'wrong' if wanted is Right else 'right'}{said}"
