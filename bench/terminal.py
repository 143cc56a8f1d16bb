"""A real pseudo-terminal around a program: when does something stand on its screen?"""

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pexpect
import pyte


class Terminal:
    """`command` in a terminal of 80 × 24 cells; `started` is when it was spawned (`time.perf_counter`)."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.started = time.perf_counter()
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            dimensions=(24, 80),
            timeout=60,
        )

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

    def send(self, keys: str) -> None:
        """Types `keys`."""
        self.child.send(keys)

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
