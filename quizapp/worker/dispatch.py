"""A queue of requests and the thread that asks them of one process, one at a time."""

import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from quizapp.core.answer import Unverifiable
from quizapp.errors import Exit, QuizError
from quizapp.worker.protocol import (
    Compute,
    Computed,
    Draw,
    Drawn,
    Located,
    Refused,
    Reply,
    Request,
    RunCode,
    Tried,
    Try,
)
from quizapp.worker.supervisor import CLOSED, FaultError, State, Supervisor


@dataclass(frozen=True, slots=True)
class Job:
    """A request, and the future that waits for it. Without a request the process is only started."""

    request: Request | None = None
    future: "Future[Any] | None" = None


class Dispatcher:
    """Settles the futures of jobs in the order of posting. Its thread is started with the first job."""

    def __init__(self, supervisor: Supervisor, name: str) -> None:
        self._supervisor = supervisor
        self._name = name
        self._asked: deque[Job] = deque()
        self._ahead: deque[Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def state(self) -> State:
        return self._supervisor.state

    def post(self, job: Job, *, ahead: bool = False) -> None:
        """Takes on a job; `ahead`, for when there is no other."""
        with self._changed:
            if not self._closed:
                (self._ahead if ahead else self._asked).append(job)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._serve, name=f"worker-{self._name}", daemon=True)
                    self._thread.start()
                self._changed.notify_all()
                return
        _settle(job, Refused(0, CLOSED))

    def close(self) -> None:
        """Ends the process; what was asked for and hasn't come is refused. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._supervisor.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10)

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

    def _next(self) -> Job | None:
        """Waits for a job; None once the dispatcher is closed. What is asked for goes before what is only warmed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._asked or self._ahead)
            return None if self._closed else (self._asked or self._ahead).popleft()


def _settle(job: Job, reply: Reply) -> None:
    future = job.future
    if future is None:
        return
    match reply:
        case Computed(outcome=outcome):
            future.set_result(outcome)
        case Tried(outcome=tried):
            future.set_result(tried)
        case Drawn(outcome=drawn):
            future.set_result(drawn)
        case Located(device=device):
            future.set_result(device)
        case Refused(error=error) if isinstance(job.request, Compute | Try | Draw | RunCode):
            future.set_result(Unverifiable(error))
        case Refused(error=error):
            future.set_exception(QuizError(error, exit=Exit.ENVIRONMENT))
