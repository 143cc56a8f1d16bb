"""What a learner's code may not do, and what it gets to see. Runs in the process of one attempt, never in the zygote.

It keeps accidents from spreading; against malice it is no boundary.
"""

import ctypes
import faulthandler
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import MappingProxyType
from typing import Any, NoReturn

from quizapp.core.text import Text

_PROGRAMS = Text("start programs", "启动其他程序")
_SIGNALS = Text("send signals to other programs", "向其他程序发送信号")
_NETWORK = Text("use the network", "使用网络")
_LIMITS = Text("change its own limits", "更改自身的限制")
_REFUSED: Mapping[str, Text] = MappingProxyType(
    dict.fromkeys(
        (
            *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.startfile"),
            *("subprocess.Popen", "pty.spawn", "_winapi.CreateProcess"),
        ),
        _PROGRAMS,
    )
    | dict.fromkeys(
        (
            *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"),
            *("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
        ),
        _NETWORK,
    )
    | dict.fromkeys(("resource.setrlimit", "resource.prlimit"), _LIMITS)
    | dict.fromkeys(("os.kill", "os.killpg"), _SIGNALS)
)
# The same by way of the C library.
_REFUSED_IN_C = {
    *("fork", "vfork", "clone", "clone3", "system", "popen", "posix_spawn", "posix_spawnp", "syscall"),
    *("execl", "execle", "execlp", "execv", "execve", "execvp", "execvpe", "kill", "killpg", "setrlimit", "connect"),
}
_OPENED_FILES = 256
_LARGEST_FILE = 64 * 2**20
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class RefusedError(PermissionError):
    """The learner's code tried what it may not."""

    def __init__(self, deed: Text, event: str) -> None:
        super().__init__(f"code that answers a question may not {deed.en} ({event})")
        self.deed = deed
        self.event = event


@contextmanager
def refusing() -> Iterator[None]:
    """Raises RefusedError for what may not be done, from here on; only limits may be changed again afterwards.

    Python can't take the hook away, and a thread that the code has left running may not do more than the code itself.
    """
    here = os.getpid()
    inside = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event not in _REFUSED and event != "ctypes.dlsym":
            return
        if event == "ctypes.dlsym":
            name = str(args[1])
            if name in _REFUSED_IN_C:
                raise RefusedError(_PROGRAMS, f"ctypes: {name}")
        elif not (event == "os.kill" and args[0] == here) and (inside or _REFUSED[event] is not _LIMITS):
            raise RefusedError(_REFUSED[event], event)

    def refuse(*_: object) -> NoReturn:
        raise RefusedError(_PROGRAMS, "multiprocessing")

    sys.addaudithook(hook)
    with suppress(ImportError):  # multiprocessing's way to start programs, of which no hook hears
        setattr(importlib.import_module("_posixsubprocess"), "fork_exec", refuse)  # noqa: B010
    try:
        yield
    finally:
        inside = False


def furnish(folder: str) -> None:
    """Moves this process into `folder`, with an environment that says nothing else about the learner's machine."""
    os.chdir(folder)
    kept = {name: value for name, value in os.environ.items() if name not in _ABOUT_THE_LEARNER}
    os.environ.clear()
    os.environ.update(kept | {"HOME": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder})
    sys.argv[:] = [""]
    sys.dont_write_bytecode = True
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", write_through=True)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPENED_FILES, _OPENED_FILES))
    if cv2 := sys.modules.get("cv2"):
        cv2.setNumThreads(1)


_ABOUT_THE_LEARNER = {"USERPROFILE", "PYTHONPATH", "PYTHONHOME"}


def tie(parent: int, result: int, limit_s: float) -> None:
    """Has this process end with its parent and after its limit, whatever it does; crashes are told to `result`.

    parent: the process that must live on. limit_s: seconds after which this process ends by itself at the latest.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if hasattr(os, "getppid") and os.getppid() != parent:
        os._exit(1)
    faulthandler.enable(result, all_threads=False)
    faulthandler.dump_traceback_later(limit_s, exit=True, file=result)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, result, all_threads=False)
