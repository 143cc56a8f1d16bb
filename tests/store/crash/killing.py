"""Killing a process at one of its system calls, without starting a Python for each.

A process that has imported everything forks; strace is attached to the child, told at which call to kill it; then the
child goes on. What strace kills before a call is entered, that call has not done.
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.store.crash.scenarios import BROKEN, SCENARIOS, Scenario

# Everything that changes what is on a disk, or makes it lasting, or tells somebody. Between two of them the disk stays
# as it is, so that a kill anywhere else leaves what a kill at the next one leaves. A name that this machine's kernel
# hasn't is passed over.
CALLS = (
    *("openat", "creat", "write", "writev", "pwrite64", "pwritev", "pwritev2", "copy_file_range", "sendfile"),
    *("ftruncate", "truncate", "fallocate", "fsync", "fdatasync", "sync_file_range", "msync", "fchmod", "chmod"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "unlink", "unlinkat", "mkdir", "mkdirat"),
)
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1
ALL = SCENARIOS | BROKEN


def points_of(name: str) -> list[tuple[str, int]]:
    """The calls that a scenario makes when nobody kills it, each with its number among those of its name; of those that
    open a file, the ones that may make it. Raises AssertionError where the scenario fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        scenario, place = ALL[name], Path(folder) / "work"
        _prepare(scenario, place)
        log = Path(folder) / "calls"
        status = _run(scenario, place, ["-o", str(log)])
        assert status == 0, (name, status, _said(place))
        assert name in BROKEN or not (wrong := list(scenario.check(place, _said(place)))), wrong
        lines = [line.split(maxsplit=1) for line in log.read_text().splitlines()]
    assert len({line[0] for line in lines}) == 1  # each thread would be counted for itself
    seen, points = Counter[str](), []
    for _, line in lines:
        if found := re.match(r"(\w+)\(", line):
            seen[found[1]] += 1
            if found[1] != "openat" or "O_CREAT" in line:
                points.append((found[1], seen[found[1]]))
    return points


def wrong_after(name: str, call: str, nth: int) -> list[str]:
    """What is wrong after a scenario was killed at the nth of these calls."""
    with tempfile.TemporaryDirectory() as folder:
        scenario, place = ALL[name], Path(folder) / "work"
        _prepare(scenario, place)
        status = _run(scenario, place, ["-o", os.devnull, "-e", f"inject={call}:signal=KILL:when={nth}"])
        if status != -9:
            return [f"it was to be killed, and ended with {status}"]
        return list(scenario.check(place, _said(place)))


def cannot_trace() -> str:
    """Why no process can be traced here; empty where it can."""
    if shutil.which("strace") is None:
        return "strace isn't installed"
    done = subprocess.run(
        ["strace", "-o", os.devnull, "-e", "trace=openat", "true"], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"no process can be traced here: {done.stderr.strip()}"


def _run(scenario: Scenario, place: Path, options: list[str]) -> int:
    """The exit code of a process that did it under strace, or -9."""
    waiting, go = os.pipe()
    child = os.fork()
    if child == 0:
        _act(scenario, place, waiting)
    os.close(waiting)
    traced = ",".join(f"?{call}" for call in CALLS)
    command = ["strace", "-f", "-e", f"trace={traced}", *options, "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        attached = strace.stderr.readline()
        os.write(go, b"!" if "attached" in attached else b"?")
        os.close(go)
        _, status = os.waitpid(child, 0)
        strace.stderr.read()
    assert "attached" in attached, attached
    return os.waitstatus_to_exitcode(status)


def _act(scenario: Scenario, place: Path, waiting: int) -> None:
    """In the child: waits until it is traced, then does it. Never returns."""
    code = 1
    try:
        with suppress(OSError, AttributeError):  # where only parents may trace
            ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        if os.read(waiting, 1) == b"!":
            with _output(place):
                scenario.act(place, _say)
            code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def _output(place: Path) -> Iterator[None]:
    """Standard output goes to the file beside `place`."""
    sys.stdout.flush()
    before, there = os.dup(1), os.open(f"{place}.said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(there, 1)
    stdout, sys.stdout = sys.stdout, open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    try:
        yield
        sys.stdout.flush()
    finally:
        sys.stdout = stdout
        os.dup2(before, 1)
        os.close(before)
        os.close(there)


def _said(place: Path) -> list[str]:
    """The lines that were said in full."""
    path = Path(f"{place}.said")
    return path.read_text("utf-8").split("\n")[:-1] if path.exists() else []


_prepared: dict[int, Path] = {}


def _prepare(scenario: Scenario, place: Path) -> None:
    """Makes a scenario's folder; once from the ground up, and then a copy.

    It is acted out once before, so that every later process has imported what it needs before it is traced.
    """
    if id(scenario) not in _prepared:
        template = Path(tempfile.mkdtemp(prefix="quiz-crash-"))
        (template / "work").mkdir()
        with _output(template / "work"):
            scenario.prepare(template / "work")
        _prepared[id(scenario)] = template / "work"
        rehearsal = template / "rehearsal"
        shutil.copytree(template / "work", rehearsal)
        with _output(rehearsal):
            scenario.act(rehearsal, _say)
    shutil.copytree(_prepared[id(scenario)], place)
