"""The app's side of the worker: ask for a truth, get a future; whatever a verifier does becomes a sentence.

One thread speaks with the child, one request at a time. Line mode and commands wait on the futures, the Textual app
wraps them with `asyncio.wrap_future`.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.domain import Params
from quizapp.errors import Exit, QuizError
from quizapp.worker.protocol import Compute, Computed, Load, Locate, Located, Refused, Reply, Request
from quizapp.worker.supervisor import CLOSED, FaultError, State, Supervisor

__all__ = ["DEFAULT_IMPORT_LIMIT_S", "DEFAULT_MEMORY_BUDGET", "Client", "State"]

DEFAULT_IMPORT_LIMIT_S = 120.0
DEFAULT_MEMORY_BUDGET = 4 * 2**30


@dataclass(frozen=True, slots=True)
class _Job:
    """A request, and the future that waits for it. Without a request the child is only started."""

    request: Request | None = None
    future: "Future[Any] | None" = None


class Client:
    """Runs the verifiers of one pack in a child process, which is started when needed and again after it died.

    pack_root:      the folder that holds `verifiers/`.
    device:         `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
    import_limit_s: seconds that importing a verifier's libraries may take.
    memory_budget:  bytes that one call may add (on Linux only, and not on cuda); 0 for no limit.
    on_change:      called after `state` changed, from the client's own thread or from `close`; it must not wait for
                    anything.
    """

    def __init__(
        self,
        pack_root: Path,
        device: str = "auto",
        *,
        import_limit_s: float = DEFAULT_IMPORT_LIMIT_S,
        memory_budget: int = DEFAULT_MEMORY_BUDGET,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self._device = device
        self._import_limit_s = import_limit_s
        self._memory_budget = memory_budget
        self._supervisor = Supervisor(pack_root, device, import_limit_s, on_change)
        self._ids = itertools.count(1)
        self._asked: deque[_Job] = deque()
        self._ahead: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> State:
        return self._supervisor.state

    def start(self) -> None:
        """Starts the child without waiting for it. Need not be called: every request does it too."""
        self._post(_Job())

    def warm(self, verifiers: Iterable[str]) -> None:
        """Has the modules of these verifiers imported, and so their libraries, when nothing else is asked for."""
        for name in {name.rpartition(".")[0]: name for name in verifiers}.values():
            self._post(_Job(Load(next(self._ids), name)), ahead=True)

    def truth(self, verifier: str, params: Params, limit_s: float) -> "Future[Truth | Unverifiable]":
        """What `module.function` computes for `params`; the future never raises for a fault of the verifier.

        limit_s: seconds for the call itself, counted from when its libraries are imported.
        A future that is cancelled before its turn is skipped.
        """
        future: Future[Truth | Unverifiable] = Future()
        number, memory = next(self._ids), max(0, self._memory_budget)
        self._post(_Job(Compute(number, verifier, dict(params), self._import_limit_s, limit_s, memory), future))
        return future

    def device(self) -> "Future[str]":
        """The device in force: `cpu`, `cuda:0`, `mps`. `auto` is `cpu` without a look where no verifier uses torch.

        The future raises QuizError (exit code ENVIRONMENT) where the device that was asked for isn't there.
        """
        future: Future[str] = Future()
        if self._device == "cpu":
            future.set_result("cpu")
        else:
            self._post(_Job(Locate(next(self._ids)), future))
        return future

    def close(self) -> None:
        """Ends the child and all that it started; what was asked for and hasn't come is unverifiable. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._supervisor.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10)

    def _post(self, job: _Job, *, ahead: bool = False) -> None:
        with self._changed:
            if not self._closed:
                (self._ahead if ahead else self._asked).append(job)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._serve, name="worker-client", daemon=True)
                    self._thread.start()
                self._changed.notify_all()
                return
        _settle(job, Refused(0, CLOSED))

    def _serve(self) -> None:
        while job := self._next():
            if job.request is None:
                with suppress(FaultError):
                    self._supervisor.hire()
            elif job.future is None or job.future.set_running_or_notify_cancel():
                _settle(job, self._supervisor.ask(job.request))
        for job in (*self._asked, *self._ahead):
            if job.future is None or job.future.set_running_or_notify_cancel():
                _settle(job, Refused(0, CLOSED))

    def _next(self) -> _Job | None:
        """Waits for a job; None once the client is closed. What is asked for goes before what is only warmed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._asked or self._ahead)
            return None if self._closed else (self._asked or self._ahead).popleft()


def _settle(job: _Job, reply: Reply) -> None:
    future = job.future
    if future is None:
        return
    match reply:
        case Computed(outcome=outcome):
            future.set_result(outcome)
        case Located(device=device):
            future.set_result(device)
        case Refused(error=error) if isinstance(job.request, Compute):
            future.set_result(Unverifiable(error))
        case Refused(error=error):
            future.set_exception(QuizError(error, exit=Exit.ENVIRONMENT))
