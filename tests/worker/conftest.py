"""A client on the toy pack, and the pack's place."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quizapp.worker.client import Client

PACK = Path(__file__).resolve().parents[1] / "pack"


@pytest.fixture
def pack() -> Path:
    return PACK


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(PACK) as one:
        yield one


@pytest.fixture(scope="module")
def lasting_client() -> Iterator[Client]:
    """One client for a whole module: what one test does to its child must not harm the next."""
    with Client(PACK, memory_budget=256 * 2**20) as one:
        yield one


@pytest.fixture
def ends() -> Callable[[int], bool]:
    """Tells whether a process ends within some seconds; one that only waits to be collected has ended."""

    def running(pid: int) -> bool:
        if Path("/proc/self/stat").exists():
            try:
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            except (FileNotFoundError, ProcessLookupError):
                return False
            return stat.rpartition(")")[2].split()[0] != "Z"
        listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip()) and not listed.stdout.strip().startswith("Z")

    def wait(pid: int) -> bool:
        deadline = time.monotonic() + 6
        while running(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    return wait
