"""The child as the app holds it: a process of its own group, pipes, and the threads that drain them."""

import os
import re
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Literal

from quizapp.core.text import clean
from quizapp.language import _
from quizapp.worker.boot import bare_environment, command, environment
from quizapp.worker.payload import ProtocolError
from quizapp.worker.protocol import LONGEST_LINE, Hello, Reply, Request, decode, encode

_KEPT_STDERR = 16_384
_POLL_S = 0.5
_LAST_LOOK_S = 0.05
_FAREWELL_S = 1.0


class EndedError(Exception):
    """The child is gone, or can't be spoken to; the message completes "the verifier …"."""


class Child:
    """One child process, or one zygote. Starting it raises OSError where the system refuses.

    room: the module of quizapp.worker that runs in it: `child`, or `zygote`, which gets a folder for those of its
          processes, and an environment without secrets.
    how:  the device, or whether the zygote forks.
    """

    def __init__(self, pack_root: Path, how: str, room: Literal["child", "zygote"] = "child") -> None:
        self._root = pack_root.resolve()
        self._den = _dug() if room == "zygote" else ""
        args = [self._den] if self._den else []
        process = subprocess.Popen(  # noqa: S603
            command(room, str(self._root), how, *args),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment() if room == "child" else bare_environment(),
            close_fds=True,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._requests = process.stdin
        self._replies: SimpleQueue[Reply | None] = SimpleQueue()
        self._noise = bytearray()
        self._lock = threading.Lock()
        self._killing = threading.Lock()
        self._killed = False
        threading.Thread(target=self._read, args=(process.stdout,), name="worker-replies", daemon=True).start()
        self._drain = threading.Thread(target=self._listen, args=(process.stderr,), name="worker-stderr", daemon=True)
        self._drain.start()

    def alive(self) -> bool:
        return not self._killed and self._process.poll() is None

    def send(self, request: Request) -> None:
        """Raises EndedError where nobody reads, and ProtocolError where `request` can't travel."""
        line = encode(request)
        if len(line) > LONGEST_LINE:
            raise ProtocolError(_("they are too long"))
        with self._lock:
            self._noise.clear()
        try:
            self._requests.write(line)
            self._requests.flush()
        except (OSError, ValueError):
            raise EndedError(self._how()) from None

    def receive(self, deadline: float) -> Reply:
        """The next reply. Raises TimeoutError at `deadline` (of time.monotonic), and EndedError when none can come."""
        while True:
            remaining = deadline - time.monotonic()
            try:
                # Past the deadline too: when this process was suspended meanwhile, the reply may be there.
                reply = self._replies.get(timeout=max(_LAST_LOOK_S, min(remaining, _POLL_S)))
            except Empty:
                # What a verifier left behind may hold the pipe open when the child itself is gone.
                if not self.alive() and self._replies.empty():
                    raise EndedError(self._how()) from None
                if remaining <= 0:
                    raise TimeoutError from None
                continue
            if reply is None:
                raise EndedError(self._how())
            return reply

    def greet(self, deadline: float) -> None:
        """Waits until the child listens. Raises as `receive` does."""
        while not isinstance(self.receive(deadline), Hello):
            pass

    def kill(self) -> None:
        """Ends the child and all that verifiers started in its group. From any thread, any number of times."""
        with self._killing:
            if self._killed:
                return
            self._killed = True
            if self._den and hasattr(os, "killpg"):
                # It takes what it has forked with it, which is not in its group, and tidies up.
                self._process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=_FAREWELL_S)
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
            with suppress(OSError, ValueError):
                self._requests.close()
            if self._den:
                _fill(self._den)

    def last_words(self) -> str:
        """The last line on standard error that is no crash report; empty where there is none."""
        lines = self._heard().partition("Fatal Python error")[0].split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")

    def _how(self) -> str:
        """How the child ended. It is buried by this."""
        code: int | None = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(timeout=1)
        self.kill()
        self._drain.join(timeout=0.5)
        words = f": {self.last_words()}" if self.last_words() else ""
        if code is None:
            return _("broke the worker's connection") + words
        if code >= 0:
            return _("ended the worker with exit code {code}").format(code=code) + words
        if -code == getattr(signal, "SIGKILL", None):
            return _("was killed by the system, perhaps for the memory it used") + words
        try:
            name = f"{signal.Signals(-code).name}, {signal.strsignal(-code)}"
        except ValueError:
            name = _("signal {n}").format(n=-code)
        return _("crashed the worker ({signal})").format(signal=name) + (self._where() or words)

    def _where(self) -> str:
        """The innermost line of the pack in faulthandler's report of a crash."""
        for path, line in re.findall(r'File "([^"]+)", line (\d+)', self._heard().partition("Fatal Python error")[2]):
            with suppress(ValueError):
                file = Path(path).relative_to(self._root).as_posix()
                return _(" at {file} line {line}").format(file=file, line=line)
        return ""

    def _heard(self) -> str:
        with self._lock:
            return clean(self._noise.decode("utf-8", "replace"))

    def _read(self, stream: IO[bytes]) -> None:
        with stream, suppress(OSError, ValueError):
            while line := stream.readline(LONGEST_LINE + 1):
                with suppress(ProtocolError):
                    self._accept(decode(line))
        self._replies.put(None)

    def _accept(self, message: Request | Reply) -> None:
        if isinstance(message, Reply):
            self._replies.put(message)

    def _listen(self, stream: IO[bytes]) -> None:
        with stream, suppress(OSError, ValueError):
            while chunk := os.read(stream.fileno(), 65_536):
                with self._lock:
                    self._noise += chunk
                    del self._noise[:-_KEPT_STDERR]


def _dug() -> str:
    """A new folder, for the working folders of a zygote's processes."""
    import tempfile  # not on the way to the first question

    return tempfile.mkdtemp(prefix="quiz-code-")


def _fill(den: str) -> None:
    """Removes what a zygote that was killed has left; one that could take its leave has done it by itself."""
    import shutil

    shutil.rmtree(den, ignore_errors=True)
