"""Verifiers that answer at once, in this process: what checking does with an answer needs no child."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from quizapp.core.answer import Attempt, Mistake, Origin, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.core.text import Text

VERSIONS = {"toy": "1.0"}


@dataclass
class Verifiers:
    """Computes by `first` and `second`, and in another process by `other`, else by `first` again.

    Each returns a value, a whole Truth or an Unverifiable.
    """

    first: Callable[[Params], Value | Truth | Unverifiable]
    second: Callable[[Params], Value | Unverifiable] = lambda params: Unverifiable("there is none")
    other: Callable[[Params], Value | Truth | Unverifiable] | None = None
    attempts: Callable[[object], Attempt | Unverifiable] = lambda answer: Attempt(True, Text("It works."))
    asked: list[Params] = field(default_factory=list)

    def warm(self, verifiers: Iterable[str]) -> None: ...

    def truth(
        self, verifier: str, params: Params, limit_s: float, *, second: bool = False
    ) -> "Future[Truth | Unverifiable]":
        if not second:
            self.asked.append(params)
        found = (self.second if second else self.first)(params)
        return _done(found if isinstance(found, Truth | Unverifiable) else truth(found))

    def again(self, verifier: str, params: Params, limit_s: float) -> "Future[Truth | Unverifiable]":
        found = self.other(params) if self.other is not None else self.first(params)
        return _done(found if isinstance(found, Truth | Unverifiable) else truth(found))

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        future: Future[Attempt | Unverifiable] = Future()
        future.set_result(self.attempts(answer))
        return future

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        return self.attempt(verifier, params, source, 1)


def truth(value: Value, *mistakes: Mistake) -> Truth:
    return Truth(value, Origin("toy.add", VERSIONS, "cpu", 1.0), mistakes=mistakes)


def _done(result: Truth | Unverifiable) -> "Future[Truth | Unverifiable]":
    future: Future[Truth | Unverifiable] = Future()
    future.set_result(result)
    return future
