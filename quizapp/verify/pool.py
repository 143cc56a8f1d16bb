"""Several workers behind one face, each with as much to do as the others."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.worker.client import Client

# A worker that has been asked for so much more than another passes the rest on, and that one imports the module too.
_LEAD = 40


class Pool:
    """`jobs` workers on one pack, and one more where a single one has to be compared with another process.

    Each is started when it is first needed. A verifier's module has its home in the worker that had the least to do
    when it was first asked of, so that few libraries are imported twice; what would be too much there goes elsewhere.
    """

    def __init__(self, pack_root: Path, device: str, jobs: int) -> None:
        self._clients = [Client(pack_root, device) for _ in range(max(2, jobs))]
        self._asked = [0] * jobs
        self._homes: dict[str, int] = {}
        self._answers: dict[tuple[str, str, bool], tuple[int, Future[Truth | Unverifiable]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()

    def warm(self, verifiers: Iterable[str]) -> None:
        for name in verifiers:
            self._clients[self._home(name)].warm([name])

    def truth(
        self, verifier: str, params: Params, limit_s: float, *, second: bool = False
    ) -> "Future[Truth | Unverifiable]":
        """As the client's; what was asked before is not asked again."""
        key = (verifier, repr(params), second)
        if key not in self._answers:
            where = self._least_busy(verifier)
            self._answers[key] = where, self._clients[where].truth(verifier, params, limit_s, second=second)
        return self._answers[key][1]

    def again(self, verifier: str, params: Params, limit_s: float) -> "Future[Truth | Unverifiable]":
        """The truth, from another process than the one that `truth` asked for the same."""
        took, _ = self._answers.get((verifier, repr(params), False), (0, None))
        return self._clients[(took + 1) % len(self._clients)].truth(verifier, params, limit_s)

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        return self._clients[self._least_busy(verifier)].attempt(verifier, params, answer, limit_s)

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        return self._clients[0].run_code(verifier, params, source)  # one zygote is enough

    def _least_busy(self, verifier: str) -> int:
        where, least = self._home(verifier), min(self._asked)
        if self._asked[where] > least + _LEAD:
            where = self._asked.index(least)
        self._asked[where] += 1
        return where

    def _home(self, verifier: str) -> int:
        module = verifier.partition(".")[0]
        if module not in self._homes:
            self._homes[module] = self._asked.index(min(self._asked))
        return self._homes[module]
