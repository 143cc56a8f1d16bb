"""A real pseudo-terminal around a program: when does something stand on its screen?"""

import os
import re
import select
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pexpect
import pyte

_ESCAPE = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")


class Terminal:
    """`command` in a terminal of 80 × 24 cells; `started` is when it was spawned (`time.perf_counter`)."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._seen = b""
        self.started = time.perf_counter()
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            dimensions=(24, 80),
            timeout=60,
        )
        self.child.delaybeforesend = None  # pexpect waits 50 ms before each key otherwise

    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)

    def wait_for(self, pattern: str, *, without: str = "(?!)", timeout: float = 60) -> float:
        """Seconds since `started` when `pattern` stands on the screen, and `without` doesn't.

        Raises TimeoutError with the screen.
        """
        end = time.perf_counter() + timeout
        while not re.search(pattern, self.text()) or re.search(without, self.text()):
            if time.perf_counter() > end:
                raise TimeoutError(f"{pattern!r} did not appear on:\n{self.text()}")
            try:
                self._stream.feed(cast("bytes", self.child.read_nonblocking(65536, timeout=1)))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                raise TimeoutError(f"the program ended before {pattern!r} appeared:\n{self.text()}") from None
        return time.perf_counter() - self.started

    def arrival_of(self, pattern: bytes, timeout: float = 60) -> float:
        """The time (`time.perf_counter`) at which `pattern` came out of the program, counted from the last `send`.

        Looks at the bytes without their escape sequences: for timing, where emulating a screen would cost too much.
        Raises TimeoutError with what came instead.
        """
        end = time.perf_counter() + timeout
        while not self.came(pattern):
            if time.perf_counter() > end or not self.child.isalive():
                raise TimeoutError(f"{pattern!r} did not come, but {self._seen[-2000:]!r}")
            if select.select([self.child.fileno()], [], [], 1)[0]:
                self._seen += os.read(self.child.fileno(), 65536)
        return time.perf_counter()

    def came(self, pattern: bytes) -> bool:
        """Whether `pattern` has come since the last `send`."""
        return re.search(pattern, _ESCAPE.sub(b"", self._seen)) is not None

    def send(self, *keys: str) -> None:
        """Presses `keys`, one after another as a person does: Textual loses what follows a backspace in one burst."""
        self._seen = b""
        for index, key in enumerate(keys):
            if index:
                time.sleep(0.05)
            self.child.send(key)

    def peak_mb(self) -> float:
        """Peak resident memory of the program so far, in MB. Linux only."""
        status = Path(f"/proc/{self.child.pid}/status").read_text("utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1000

    def close(self) -> None:
        """Ends the program."""
        self.child.close(force=True)


def quiz(*arguments: str) -> list[str]:
    """The command line that runs `quiz` with this interpreter."""
    return [sys.executable, "-m", "quizapp", *arguments]
