"""The zygote: a process that has imported verifiers and their libraries, and forks itself for each learner's code.

    python -m quizapp.worker.zygote <pack_root> <fork|fresh>

It runs nothing else: whatever a library keeps after its first operation (threads, pools, devices) would be broken in
every fork. So it has one thread while it forks. Where a system can't fork, each attempt is a fresh process, which
imports everything again.
"""

import faulthandler
import gc
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO, NoReturn

from quizapp.core.answer import Unverifiable
from quizapp.language import _
from quizapp.worker.boot import bare_environment, command, speak
from quizapp.worker.channel import close, send, take_channel
from quizapp.worker.learner import MUTE, serve
from quizapp.worker.load import Loaded as LoadedVerifier
from quizapp.worker.load import LoadError, adopt, load_once
from quizapp.worker.payload import ProtocolError
from quizapp.worker.protocol import (
    LONGEST_LINE,
    Hello,
    Load,
    Loaded,
    Refused,
    Reply,
    RunCode,
    Tried,
    decode,
    encode,
)
from quizapp.worker.versions import version
from quizapp.worker.watch import Watch

_GRACE_S = 2.0


class _Forked:
    """A forked process, with the part of subprocess.Popen that a Watch needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + (3600 if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("fork", timeout or 0)
            time.sleep(0.0005)
        return code


def main(pack_root: str, how: str, den: str) -> NoReturn:
    """Serves requests until standard input ends. Working folders are made in `den`, which goes with this process."""
    requests, replies = take_channel()
    speak()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    faulthandler.enable(all_threads=False)
    root = Path(pack_root).resolve()
    adopt(root)
    zygote = _Zygote(root, how == "fork", den, requests, replies)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, zygote.leave)
    send(replies, Hello())
    while line := requests.readline(LONGEST_LINE):
        with suppress(ProtocolError):
            match decode(line):
                case Load(id=number, verifier=name):
                    send(replies, zygote.load(number, name))
                case RunCode() as request:
                    zygote.run(request)
    zygote.leave()


class _Zygote:
    """Where the pack is, whether to fork, and the attempt that runs just now."""

    def __init__(self, root: Path, forks: bool, den: str, requests: BinaryIO, replies: BinaryIO) -> None:
        self._den = den
        self._root = root
        self._forks = forks
        self._requests = requests
        self._replies = replies
        self._folder = ""
        self._running = 0

    def load(self, number: int, name: str) -> Reply:
        if not self._forks:
            return Loaded(number, "python", version("python"))
        loaded = self._load(name)
        if isinstance(loaded, LoadError):
            return Refused(number, str(loaded))
        library, its_version = next(iter(loaded.versions.items()))
        return Loaded(number, library, its_version)

    def run(self, request: RunCode) -> None:
        """Answers `request`, and leaves nothing behind."""
        loaded: LoadedVerifier | LoadError | None = None
        if self._forks:
            faulthandler.dump_traceback_later(request.import_s + _GRACE_S, exit=True)
            loaded = self._load(request.verifier)
            faulthandler.cancel_dump_traceback_later()
            if isinstance(loaded, LoadError):
                send(self._replies, Tried(request.id, Unverifiable(str(loaded))))
                return
        try:
            self._folder = tempfile.mkdtemp(dir=self._den)
            watch = self._start(request, loaded)
        except OSError as error:
            self._tidy(self._folder)
            fault = Unverifiable(_("the process for the code can't be started: {why}").format(why=error))
            send(self._replies, Tried(request.id, fault))
            return
        self._running = watch.process.pid
        outcome = watch.outcome(lambda loaded: send(self._replies, loaded), self._abandoned)
        self._running = 0
        if outcome is None:
            self.leave()
        send(self._replies, Tried(request.id, outcome))
        self._tidy(self._folder)
        if not watch.left_nothing():
            self.leave()  # a thread still reads here, and no process may fork beside it

    def _load(self, name: str) -> LoadedVerifier | LoadError:
        loaded = load_once(self._root, name)
        gc.freeze()  # what is here stays: the forks need not copy it to look it over
        return loaded

    def leave(self, _signal: int = 0, _frame: FrameType | None = None) -> NoReturn:
        """Ends this process and the attempt that it runs."""
        if self._running and hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(self._running, signal.SIGKILL)
        self._tidy(self._den)
        os._exit(0)

    def _tidy(self, folder: str) -> None:
        """Removes `folder`, in which the learner may have built any tree, with any rights."""
        for _attempt in range(2):
            with suppress(Exception):
                shutil.rmtree(folder, onerror=lambda _call, path, _error: os.chmod(path, 0o700))

    def _abandoned(self) -> bool:
        """Whether the app is gone, told by its end of the pipe."""
        if not hasattr(select, "poll"):
            return False
        pipe = select.poll()
        pipe.register(self._requests.fileno(), 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _descriptor, event in pipe.poll(0))

    def _start(self, request: RunCode, loaded: LoadedVerifier | LoadError | None) -> Watch:
        """Starts the process of one attempt. Raises OSError where the system refuses."""
        token = f"\n{secrets.token_hex(16)} ".encode()
        if loaded is None or _is_worn():
            return _fresh(request, token, self._root, self._folder)
        folder, here = self._folder, os.getpid()
        return _fork(request, token, lambda result: serve(request, loaded, self._root, folder, result, token, here))


def _is_worn() -> bool:
    """Whether an import has begun what no fork can go on with: threads, or cuda."""
    torch = sys.modules.get("torch")
    return threading.active_count() > 1 or bool(torch and torch.cuda.is_initialized())


def _fork(request: RunCode, token: bytes, work: Callable[[int], NoReturn]) -> Watch:
    result, output = os.pipe(), os.pipe()
    try:
        pid = os.fork()
    except OSError:
        close(*result, *output)
        raise
    if pid == 0:
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            close(result[0], output[0])
            os.dup2(output[1], 1)
            os.dup2(output[1], 2)
            close(output[1])
            work(result[1])
        finally:
            os._exit(MUTE)
    close(result[1], output[1])
    return Watch(request, token, _Forked(pid), result[0], output[0])


def _fresh(request: RunCode, token: bytes, root: Path, folder: str) -> Watch:
    process = subprocess.Popen(  # noqa: S603
        command("learner", str(root), folder, str(os.getpid())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=bare_environment() | dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), folder),
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(OSError), process.stdin as stdin:
        stdin.write(token.strip() + b"\n" + encode(request))
    descriptors = [os.dup(stream.fileno()) for stream in (process.stdout, process.stderr)]
    for stream in (process.stdout, process.stderr):
        stream.close()
    return Watch(request, token, process, *descriptors)
