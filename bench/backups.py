"""What backups, salvage and doctor cost: `python -m bench.backups [EVENTS]`.

Each against copying the file's bytes to the disk, in turn in one process: how long a day's first answer has to wait for
the copy, the whole verified backup, reading all events page by page as salvage does, and looking the database over.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.replay import START, history
from quizapp.core.event import Settings
from quizapp.store import open_store
from quizapp.store.backups import back_up
from quizapp.store.health import examine
from quizapp.store.salvage import read_events

REVIEWS = 40  # of each card


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fill(path: Path, events: int) -> None:
    """A database with so many reviews."""
    with open_store(f"sqlite:///{path}") as store:
        for card in range(events // REVIEWS):
            store.append_all(history(card, REVIEWS, Settings()))


def copied(path: Path) -> None:
    """Copies the file's bytes, and waits for the disk."""
    with path.open("rb") as source, (path.parent / "copy").open("wb") as target:
        while part := source.read(1 << 20):
            target.write(part)
        target.flush()
        os.fsync(target.fileno())


def waited(path: Path, now: int) -> tuple[float, float]:
    """A backup: until the database may be written again, and in all."""
    free = threading.Event()
    moments: list[float] = []

    def wait() -> None:
        free.wait()
        moments.append(time.perf_counter())

    waiting = threading.Thread(target=wait)
    waiting.start()
    start = time.perf_counter()
    back_up(path, now, copied=free)
    whole = time.perf_counter() - start
    waiting.join()
    return moments[0] - start, whole


def main() -> None:
    """Measures in turn and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", nargs="?", type=int, default=200_000)
    events = parser.parse_args().events
    now = int(START.timestamp() * 1000) + 10**12
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quiz.db"
        fill(path, events)
        found: dict[str, list[float]] = {"first answer waits": [], "backup": [], "salvage reads": [], "doctor": []}
        bare: list[float] = []
        for nth in range(5):
            bare.append(seconds(lambda: copied(path)))
            copy, whole = waited(path, now + nth * 86_400_000)
            found["first answer waits"].append(copy)
            found["backup"].append(whole)
        found["salvage reads"].append(seconds(lambda: read_events(path.read_bytes())))
        found["doctor"].append(seconds(lambda: examine(f"sqlite:///{path}", now)))
        size = path.stat().st_size
    base = statistics.median(bare)
    print(f"{events} events, {size / 1e6:.0f} MB; copying the bytes takes {base:.2f} s")
    for name, times in found.items():
        taken = statistics.median(times)
        print(f"{name:18}  {taken / base:7.1f} times that  {1000 * taken / (events / 1000):7.1f} ms per 1000 events")


if __name__ == "__main__":
    main()
