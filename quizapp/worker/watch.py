"""The zygote's eye on one attempt: waits for its result, ends it in time, and says how it ended where it has none."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol

from quizapp.core.answer import Attempt, Unverifiable
from quizapp.core.text import clean
from quizapp.language import _
from quizapp.worker import mishap
from quizapp.worker.learner import FILE, MUTE
from quizapp.worker.payload import ProtocolError
from quizapp.worker.protocol import Loaded, Reply, RunCode, Tried, decode

# Bytes of output that are kept; the rest is read and thrown away.
KEPT_OUTPUT = 65_536
_KEPT_RESULT = 262_144
_SHOWN_OUTPUT = 1_000
_SHOWN_LINES = 12
_POLL_S = 0.05
_SOON_S = 0.002
_ASKING_S = 0.3
_DEEPEST_REPORT = 100  # frames that faulthandler writes


class Process(Protocol):
    """A process that was forked, or a subprocess."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Ear:
    """What comes over one pipe, read by a thread of its own until it ends: the first or the last `keep` bytes of it."""

    def __init__(self, descriptor: int, keep: int, *, last: bool, wake: "SimpleQueue[None] | None" = None) -> None:
        self._descriptor = descriptor
        self._keep = keep
        self._last = last
        self._wake = wake
        self._lock = threading.Lock()
        self._heard = bytearray()
        self.cut = False
        self._thread = threading.Thread(target=self._listen, name="worker-ear", daemon=True)
        self._thread.start()

    def heard(self) -> bytes:
        with self._lock:
            return bytes(self._heard)

    def ended(self, timeout: float = 0) -> bool:
        """Whether the pipe has ended, within `timeout` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _listen(self) -> None:
        with suppress(OSError):
            while chunk := os.read(self._descriptor, 65_536):
                with self._lock:
                    self._heard += chunk
                    if len(self._heard) > self._keep:
                        self.cut = True
                        del self._heard[slice(-self._keep) if self._last else slice(self._keep, None)]
                if self._wake is not None:
                    self._wake.put(None)
        os.close(self._descriptor)
        if self._wake is not None:
            self._wake.put(None)


class Watch:
    """One attempt, from its start on.

    request: what the process was given. token: what its replies begin with.
    process, result, output: the process, and the descriptors that its replies and what it prints are read from.
    """

    def __init__(self, request: RunCode, token: bytes, process: Process, result: int, output: int) -> None:
        self._request = request
        self._token = token
        self.process = process
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._result = Ear(result, _KEPT_RESULT, last=True, wake=self._wake)
        self._output = Ear(output, KEPT_OUTPUT, last=False)

    def outcome(self, ready: Callable[[Loaded], None], abandoned: Callable[[], bool]) -> Attempt | Unverifiable | None:
        """What came of it; None where it was abandoned. The process has ended then.

        ready: called when the libraries are imported, which is when the time of the attempt begins.
        """
        name, limit_s = self._request.verifier, self._request.import_s
        deadline, begun = time.monotonic() + limit_s, False
        try:
            while True:
                for reply in self._replies():
                    if isinstance(reply, Tried):
                        self._end()
                        return self._with_output(reply.outcome)
                    if isinstance(reply, Loaded) and not begun:
                        begun, limit_s = True, self._request.limit_s
                        deadline = time.monotonic() + limit_s
                        ready(reply)
                if self.process.poll() is not None:
                    return self._without_result(begun)
                if abandoned():
                    return None
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    if begun:
                        return self._overdue()
                    words = _("{name} took longer than {s:g} s to be imported")
                    return Unverifiable(words.format(name=name, s=limit_s))
                with suppress(Empty):
                    wait = _SOON_S if self._result.ended() else _POLL_S
                    self._wake.get(timeout=max(0.0, min(wait, remaining)))
                    while not self._wake.empty():
                        self._wake.get()
                if self._result.ended():
                    time.sleep(_SOON_S)
        finally:
            self._end()

    def left_nothing(self) -> bool:
        """Whether both pipes have ended; if not, something that the code has started lives on."""
        return self._result.ended(1.0) and self._output.ended(1.0)

    def _replies(self) -> list[Reply]:
        found: list[Reply] = []
        for piece in self._result.heard().split(self._token)[1:]:
            line, end, _rest = piece.partition(b"\n")
            with suppress(ProtocolError):
                if end and isinstance(reply := decode(line), Reply):
                    found.append(reply)
        return found

    def _end(self) -> None:
        """Kills the process and its group, and buries it."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            elif isinstance(self.process, subprocess.Popen):
                self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)

    def _without_result(self, begun: bool) -> Attempt | Unverifiable:
        """The process has ended by itself, and perhaps told its result in its last moment."""
        self._end()
        self._result.ended(0.5)
        for reply in self._replies():
            if isinstance(reply, Tried):
                return self._with_output(reply.outcome)
        code = self.process.poll() or 0
        if not begun:
            self._output.ended(0.5)
            lines = [line for line in clean(self._output.heard().decode("utf-8", "replace")).splitlines() if line]
            words = f": {lines[-1][:200]}" if lines else ""
            fault = _("the process for the code can't be made ready; it ended with exit code {code}")
            return Unverifiable(fault.format(code=code) + words)
        if code == MUTE:
            return self._with_output(mishap.mute())
        if code >= 0:
            return self._with_output(mishap.ended(f"os._exit with exit code {code}"))
        if -code == getattr(signal, "SIGKILL", None):
            return mishap.exhausted(0, 0)  # what the system's guard over memory does
        try:
            how = signal.Signals(-code).name
        except ValueError:
            how = f"signal {-code}"
        line, _frames = self._where()
        return self._with_output(mishap.crashed(how, line))

    def _overdue(self) -> Attempt | Unverifiable:
        if hasattr(signal, "SIGUSR1"):
            with suppress(OSError):
                os.kill(self.process.pid, signal.SIGUSR1)  # it then reports where it is
            asked = time.monotonic()
            while not self._where()[1] and time.monotonic() < asked + _ASKING_S:
                time.sleep(0.01)
        line, frames = self._where()
        self._end()
        if frames and not line and frames < _DEEPEST_REPORT:
            words = _("{what} took longer than {s:g} s")
            return Unverifiable(words.format(what=self._request.verifier, s=self._request.limit_s))
        return self._with_output(mishap.endless(self._request.limit_s, line))

    def _where(self) -> tuple[int, int]:
        """The innermost line of the learner's code in faulthandler's report, and the number of frames in that."""
        report = self._result.heard().decode("utf-8", "replace").rpartition("(most recent call first):")
        frames = re.findall(r'File "([^"\n]*)", line (\d+) in ', report[2] if report[1] else "")
        return next((int(line) for file, line in frames if file == FILE), 0), len(frames)

    def _with_output(self, outcome: Attempt | Unverifiable) -> Attempt | Unverifiable:
        if isinstance(outcome, Unverifiable) or outcome.right:
            return outcome
        self._output.ended(0.5)
        whole = clean(self._output.heard().decode("utf-8", "replace"))
        shown = "\n".join(whole.split("\n")[:_SHOWN_LINES])[:_SHOWN_OUTPUT]
        return mishap.with_output(outcome, shown, cut=self._output.cut or len(shown) < len(whole.rstrip()))
