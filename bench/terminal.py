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
    """`command` in a terminal of `size` cells; `started` is when it was spawned (`time.perf_counter`).

    `received` is every byte that `wait_for` and `read_for` have taken from the program.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str] | None = None, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.screen = pyte.Screen(*size)
        self.received = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._seen = b""
        self.started = time.perf_counter()
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            dimensions=size[::-1],
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
                self._read(1)
            except pexpect.EOF:
                raise TimeoutError(f"the program ended before {pattern!r} appeared:\n{self.text()}") from None
        return time.perf_counter() - self.started

    def read_for(self, seconds: float) -> None:
        """Shows whatever comes within `seconds`; returns earlier where the program ends."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            try:
                self._read(left)
            except pexpect.EOF:
                return

    def _read(self, seconds: float) -> None:
        try:
            came = cast("bytes", self.child.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            return
        self.received += came
        self._stream.feed(came)

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

    def settle(self, quiet_s: float = 0.05) -> None:
        """Lets pass what still comes of earlier keys, until nothing has come for so long. For `arrival_of`."""
        while select.select([self.child.fileno()], [], [], quiet_s)[0]:
            os.read(self.child.fileno(), 65536)

    def send(self, *keys: str) -> None:
        """Presses `keys`, one after another as a person does: Textual loses what follows a backspace in one burst."""
        self._seen = b""
        for index, key in enumerate(keys):
            if index:
                time.sleep(0.05)
            self.child.send(key)

    def paste(self, text: str) -> None:
        """Pastes, as a terminal hands it over to a program that asked to be told."""
        self.child.send(f"\x1b[200~{text}\x1b[201~".encode())

    def resize(self, columns: int, lines: int) -> None:
        """Makes the terminal larger or smaller."""
        self.screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)

    def peak_mb(self) -> float:
        """Peak resident memory of the program so far, in MB. Linux only."""
        return self._memory("VmHWM")

    def resident_mb(self) -> float:
        """Resident memory of the program now, in MB. Linux only."""
        return self._memory("VmRSS")

    def _memory(self, name: str) -> float:
        status = Path(f"/proc/{self.child.pid}/status").read_text("utf-8")
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1000

    def close(self) -> None:
        """Ends the program."""
        self.child.close(force=True)


def quiz(*arguments: str) -> list[str]:
    """The command line that runs `quiz` with this interpreter."""
    return [sys.executable, "-m", "quizapp", *arguments]
