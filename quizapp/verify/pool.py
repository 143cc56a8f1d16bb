"""Several workers behind one face: each verifier's module lives in one of them, so its libraries are imported once."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.worker.client import Client


class Pool:
    """`jobs` workers on one pack, and one more where a single one has to be compared with another process.

    Each is started when it is first needed. A module goes to the worker that has the least to do when it is first asked
    of.
    """

    def __init__(self, pack_root: Path, device: str, jobs: int) -> None:
        self._clients = [Client(pack_root, device) for _ in range(max(2, jobs))]
        self._jobs = jobs
        self._asked = [0] * jobs
        self._homes: dict[str, int] = {}

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
        return self._of(verifier).truth(verifier, params, limit_s, second=second)

    def again(self, verifier: str, params: Params, limit_s: float) -> "Future[Truth | Unverifiable]":
        """The truth, from another process than `truth` asks."""
        return self._clients[(self._home(verifier) + 1) % len(self._clients)].truth(verifier, params, limit_s)

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        return self._of(verifier).attempt(verifier, params, answer, limit_s)

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        return self._clients[0].run_code(verifier, params, source)  # one zygote is enough

    def _of(self, verifier: str) -> Client:
        home = self._home(verifier)
        self._asked[home] += 1
        return self._clients[home]

    def _home(self, verifier: str) -> int:
        module = verifier.partition(".")[0]
        if module not in self._homes:
            self._homes[module] = self._asked.index(min(self._asked))
        return self._homes[module]
