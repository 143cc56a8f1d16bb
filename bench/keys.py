"""From a key to what it paints, how soon the home stands, and what a long sitting costs: `python -m bench.keys`. Linux.

Everything is measured in a real terminal, on 100,000 cards of the toy pack, most of them reviewed.

- keys: a digit typed into an answer, the arrows and pages of the table of cards, a letter of a search; the half and
  the 99th percentile of milliseconds until it shows.
- home: its first frame, and its counts, against the first paint of a bare Textual app, in turn, as ratios.
- memory: of the screen process while so many questions are answered in one sitting.
"""

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import collection
from bench.screen import first_paint
from bench.terminal import Terminal, quiz
from quizapp.store import open_store

DOWN, PAGE_DOWN, BACKSPACE, ESCAPE = "\x1b[B", "\x1b[6~", "\x7f", "\x1b"
EVERY = 200


def opened(home: Path, *arguments: str) -> Terminal:
    """`quiz` on the collection."""
    return Terminal(quiz(*arguments), {"QUIZ_HOME": str(home), "QUIZ_PACK": str(home / "pack")})


def pressed(terminal: Terminal, key: str, pattern: bytes) -> float:
    """Milliseconds from a key to `pattern` coming out."""
    terminal.settle()
    start = time.perf_counter()
    terminal.send(key)
    return 1000 * (terminal.arrival_of(pattern) - start)


def typing(home: Path, keys: int) -> Iterator[float]:
    """Digits of an answer, five at a time, until each is on screen with its reading."""
    terminal = opened(home, "--deck", "sums", "--cram")
    try:
        terminal.arrival_of(rb"1 of \d+")
        terminal.arrival_of(b"is ready")
        for start in range(0, keys, 5):
            for count in range(1, 6):
                typed = "12345"[:count]
                yield pressed(terminal, typed[-1], rf"reads as {typed}\b".encode())
            for count in range(4, -1, -1):  # not counted: the field is emptied again
                pressed(terminal, BACKSPACE, f"reads as {'12345'[:count]}".encode() if count else b"\\s")
            assert start < keys
    finally:
        terminal.close()


def browsing(home: Path, keys: int) -> Iterator[tuple[str, float]]:
    """Arrows and pages of the table, then letters of a search."""
    terminal = opened(home)
    try:
        terminal.arrival_of(b"everything")
        terminal.send("b")
        terminal.arrival_of(rb"100,?000 cards")
        terminal.send(DOWN)
        terminal.arrival_of(rb"sums/part-0000/00")
        for name, key in (("down", DOWN), ("a page down", PAGE_DOWN)):
            for _ in range(keys):
                yield f"browse, {name}", pressed(terminal, key, rb"sums/part-\d+/\d\d")
        terminal.send("/")
        time.sleep(0.5)
        for number in range(keys):
            word = "part-0012"[: number % 9 + 1]
            yield "browse, a letter of a search", pressed(terminal, word[-1], re.escape(word).encode())
            if len(word) == 9:
                time.sleep(0.3)
                terminal.send(*[BACKSPACE] * 9)
                time.sleep(1)
    finally:
        terminal.close()


def home_stands(home: Path) -> tuple[float, float]:
    """Seconds until the home's first frame, and until its counts and the year behind stand."""
    terminal = opened(home)
    try:
        first = terminal.arrival_of(rb"everything|drill")
        return first - terminal.started, terminal.arrival_of(b"next 7 days") - terminal.started
    finally:
        terminal.close()


def sitting(home: Path, questions: int) -> Iterator[tuple[int, float]]:
    """Answers so many questions; the resident megabytes after the first and every 200th."""
    config = home / "config.toml"
    config.write_text("backups = false\n[schedule]\nnew_per_day = 9999\nreviews_per_day = 9999\n", "utf-8")
    terminal = opened(home, "--deck", "sums", "-n", str(questions + 1))
    try:
        for number in range(1, questions + 1):
            terminal.arrival_of(rb"\b%d of \d+" % number)
            terminal.send("1")
            terminal.arrival_of(b"reads as 1")
            terminal.send("\r")
            terminal.arrival_of("✗ Wrong|✓ Right".encode())
            if number == 1 or number % EVERY == 0:
                yield number, terminal.resident_mb()
            terminal.send("4")
    finally:
        terminal.close()
        config.unlink()


def row(name: str, times: Sequence[float]) -> str:
    """A line of the table: how many, the half, the 99th percentile, the slowest."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return f"{name:32} {len(times):5} {cuts[49]:8.1f} {cuts[98]:8.1f} {max(times):8.1f}"


def report_keys(home: Path, keys: int) -> None:
    """Prints how soon keys show."""
    print(f"{'milliseconds':32} {'keys':>5} {'half':>8} {'99 %':>8} {'slowest':>8}")
    print(row("drill, a digit", list(typing(home, keys))), flush=True)
    found: dict[str, list[float]] = {}
    for name, took in browsing(home, keys):
        found.setdefault(name, []).append(took)
    print(*(row(name, times) for name, times in found.items()), sep="\n", flush=True)


def report_home(home: Path, runs: int) -> None:
    """Prints how soon the home stands."""
    home_stands(home)
    frames, counts, bare = [], [], []
    for _ in range(runs):
        bare.append(first_paint())
        frame, counted = home_stands(home)
        frames.append(frame / bare[-1])
        counts.append(counted / bare[-1])
    print(f"bare app, first paint  {1000 * statistics.median(bare):6.0f} ms")
    for name, ratios in (("home, first frame", frames), ("home, with the year", counts)):
        print(f"{name:22} {statistics.median(ratios):6.2f} ×   ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def report_memory(home: Path, questions: int) -> None:
    """Prints what a long sitting costs."""
    for number, size in sitting(home, questions):
        print(f"after {number:5} questions {size:6.1f} MB", flush=True)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--reviews", type=int, default=300_000)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--home", type=Path, help="where a collection of an earlier run is, or shall be kept")
    parser.add_argument("--only", choices=["keys", "home", "memory"])
    told = parser.parse_args()
    parts: dict[str, Callable[[Path], None]] = {
        "home": lambda home: report_home(home, told.runs),
        "keys": lambda home: report_keys(home, told.keys),
        "memory": lambda home: report_memory(home, told.questions),
    }
    with tempfile.TemporaryDirectory() as folder:
        home = told.home or Path(folder)
        if not (home / "quiz.db").exists():
            os.makedirs(home, exist_ok=True)
            collection.build(home, told.cards, told.reviews)
            with open_store(f"sqlite:///{home / 'quiz.db'}") as store:
                store.note("welcomed", "yes")
        for name, report in parts.items():
            if told.only in (None, name):
                report(home)


if __name__ == "__main__":
    main()
