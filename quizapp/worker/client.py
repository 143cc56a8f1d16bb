"""The app's side of the worker: ask for a truth, get a future; whatever a verifier does becomes a sentence.

One thread speaks with the child, one request at a time, and another one with the zygote that runs learners' code. Line
mode and commands wait on the futures, the Textual app wraps them with `asyncio.wrap_future`.
"""

import itertools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.domain import Params
from quizapp.core.picture import Captioned
from quizapp.worker.dispatch import Dispatcher, Job
from quizapp.worker.mishap import too_long
from quizapp.worker.payload import Answer
from quizapp.worker.process import Child
from quizapp.worker.protocol import Compute, Draw, Load, Locate, RunCode, Try
from quizapp.worker.supervisor import State, Supervisor

__all__ = [
    "DEFAULT_CODE_BUDGET",
    "DEFAULT_CODE_LIMIT_S",
    "DEFAULT_IMPORT_LIMIT_S",
    "DEFAULT_MEMORY_BUDGET",
    "Client",
    "State",
]

DEFAULT_IMPORT_LIMIT_S = 120.0
DEFAULT_MEMORY_BUDGET = 4 * 2**30
DEFAULT_CODE_LIMIT_S = 5.0
DEFAULT_CODE_BUDGET = 2**30
LONGEST_SOURCE = 100_000


class Client:
    """Runs the verifiers of one pack in a child process, which is started when needed and again after it died.

    A learner's code runs in processes that a second one, the zygote, forks for it; that too is started when needed.

    pack_root:      the folder that holds `verifiers/`.
    device:         `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
    import_limit_s: seconds that importing a verifier's libraries may take.
    memory_budget:  bytes that one call may add (on Linux only, and not on cuda); 0 for no limit.
    code_budget:    the same for one run of a learner's code, which gets no other device than the processor.
    fork:           whether to fork for a learner's code; without, each run imports its libraries again.
    on_change:      called after `state` or `code_state` changed, from a thread of the client's or from `close`; it must
                    not wait for anything.
    """

    def __init__(
        self,
        pack_root: Path,
        device: str = "auto",
        *,
        import_limit_s: float = DEFAULT_IMPORT_LIMIT_S,
        memory_budget: int = DEFAULT_MEMORY_BUDGET,
        code_budget: int = DEFAULT_CODE_BUDGET,
        fork: bool = hasattr(os, "fork"),
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self._device = device
        self._import_limit_s = import_limit_s
        self._memory_budget = memory_budget
        self._code_budget = code_budget
        self._ids = itertools.count(1)
        how = "fork" if fork else "fresh"
        self._child = Dispatcher(Supervisor(lambda: Child(pack_root, device), import_limit_s, on_change), "child")
        self._zygote = Dispatcher(
            Supervisor(lambda: Child(pack_root, how, "zygote"), import_limit_s, on_change), "zygote"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> State:
        """How the verifiers' child is."""
        return self._child.state

    @property
    def code_state(self) -> State:
        """How the zygote is, which runs learners' code."""
        return self._zygote.state

    def start(self) -> None:
        """Starts the child without waiting for it. Need not be called: every request does it too."""
        self._child.post(Job())

    def warm(self, verifiers: Iterable[str]) -> None:
        """Has the modules of these verifiers imported, and so their libraries, when nothing else is asked for."""
        self._warm(self._child, verifiers)

    def warm_code(self, verifiers: Iterable[str]) -> None:
        """The same in the zygote, for questions that are answered with code."""
        self._warm(self._zygote, verifiers)

    def truth(
        self, verifier: str, params: Params, limit_s: float, *, second: bool = False
    ) -> "Future[Truth | Unverifiable]":
        """What `module.function` computes for `params`; the future never raises for a fault of the verifier.

        limit_s: seconds for the call itself, counted from when its libraries are imported.
        second:  take the verifier's second way instead; the truth has its value and nothing more.
        A future that is cancelled before its turn is skipped.
        """
        future: Future[Truth | Unverifiable] = Future()
        number, memory = next(self._ids), max(0, self._memory_budget)
        request = Compute(number, verifier, dict(params), self._import_limit_s, limit_s, memory, second)
        self._child.post(Job(request, future))
        return future

    def attempt(
        self, verifier: str, params: Params, answer: Answer, limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        """What `module.function` says when it tries `answer`, in the child: for answers that are data.

        answer:  the lines of an order, or the fields of an open question by name.
        limit_s: as for `truth`, and so is the future.
        """
        future: Future[Attempt | Unverifiable] = Future()
        number, memory = next(self._ids), max(0, self._memory_budget)
        request = Try(number, verifier, dict(params), answer, self._import_limit_s, limit_s, memory)
        self._child.post(Job(request, future))
        return future

    def draw(self, verifier: str, params: Params, limit_s: float) -> "Future[Captioned | Unverifiable]":
        """The laboratory's picture of `module.function`; `params` are the verifier's and the picture's own.

        limit_s: as for `truth`, and so is the future.
        """
        future: Future[Captioned | Unverifiable] = Future()
        number, memory = next(self._ids), max(0, self._memory_budget)
        self._child.post(Job(Draw(number, verifier, dict(params), self._import_limit_s, limit_s, memory), future))
        return future

    def run_code(
        self, verifier: str, params: Params, source: str, limit_s: float = DEFAULT_CODE_LIMIT_S
    ) -> "Future[Attempt | Unverifiable]":
        """What `module.function` says when it tries what a learner's `source` leaves behind.

        Runs in a process of its own, apart from the child, which goes on serving. All that the code does wrong is an
        Attempt that isn't right, with a sentence; Unverifiable is a fault of the verifier or of the system.
        limit_s: seconds, counted from when the libraries are imported; the future is as for `truth`.
        """
        future: Future[Attempt | Unverifiable] = Future()
        if len(source) > LONGEST_SOURCE:
            future.set_result(too_long(LONGEST_SOURCE))
            return future
        number, memory = next(self._ids), max(0, self._code_budget)
        request = RunCode(number, verifier, dict(params), source, self._import_limit_s, limit_s, memory)
        self._zygote.post(Job(request, future))
        return future

    def device(self) -> "Future[str]":
        """The device in force: `cpu`, `cuda:0`, `mps`. `auto` is `cpu` without a look where no verifier uses torch.

        The future raises QuizError (exit code ENVIRONMENT) where the device that was asked for isn't there.
        """
        future: Future[str] = Future()
        if self._device == "cpu":
            future.set_result("cpu")
        else:
            self._child.post(Job(Locate(next(self._ids)), future))
        return future

    def close(self) -> None:
        """Ends both processes and all that they started; what was asked for and hasn't come is unverifiable.

        Idempotent.
        """
        for one in (self._child, self._zygote):
            one.close()

    def _warm(self, dispatcher: Dispatcher, verifiers: Iterable[str]) -> None:
        for name in {name.rpartition(".")[0]: name for name in verifiers}.values():
            dispatcher.post(Job(Load(next(self._ids), name)), ahead=True)
