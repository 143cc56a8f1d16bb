"""What the store costs: `python -m bench.store [--large]`.

Storing an answer against the very same statements in bare sqlite3 with the same settings, in turn on two copies of one
database. From an answer to the next question, without the wait for the disk, and from the start of a process to its
first question, each with a collection against one of another size. The size of the file. --large takes 100,000 cards
and a million reviews as well, which takes minutes to make and a gigabyte of disk.
"""

import argparse
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from sqlalchemy import event as listening

from bench.collection import answer, build
from quizapp import packs
from quizapp.core.answer import Attempt, Origin, Truth, Unverifiable
from quizapp.core.day import Clock
from quizapp.core.domain import Params, Value
from quizapp.core.picture import Captioned
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import Store, open_store
from quizapp.store.engine import _JOURNAL, _PRAGMAS
from quizapp.study import Scope, Study
from quizapp.worker.client import State

Statement = tuple[str, Sequence[Any]]


class Sums:
    """A worker that knows every sum at once."""

    state = State("ready", "")

    def warm(self, verifiers: Iterable[str]) -> None:
        pass

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        known: Future[Truth | Unverifiable] = Future()
        known.set_result(Truth(int(params["a"]) + int(params["b"]), Origin("python", {"python": "3.11"}, "cpu", 0.0)))  # type: ignore[arg-type]
        return known

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> Future[Attempt | Unverifiable]:
        raise NotImplementedError

    def run_code(self, verifier: str, params: Params, source: str) -> Future[Attempt | Unverifiable]:
        raise NotImplementedError

    def draw(self, verifier: str, params: Params, limit_s: float) -> Future[Captioned | Unverifiable]:
        raise NotImplementedError


def now() -> int:
    """Milliseconds of UTC."""
    return time.time_ns() // 1_000_000


def share(values: Sequence[float], part: float) -> float:
    """The value below which so large a part of them lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def storing(home: Path, answers: int) -> None:
    """Times answers in the store and their statements in bare sqlite3."""
    copies = [home / "stored.db", home / "bare.db"]
    for copy in copies:
        shutil.copyfile(home / "quiz.db", copy)
    bare = sqlite3.connect(copies[1], isolation_level=None)
    for pragma in (*_PRAGMAS, f"journal_mode={_JOURNAL}"):
        bare.execute(f"PRAGMA {pragma}")
    taken: dict[str, list[float]] = {"stored": [], "bare": []}
    with open_store(f"sqlite:///{copies[0]}") as store, closing(bare):
        cards = [row[0] for row in bare.execute("SELECT card FROM schedules ORDER BY random() LIMIT ?", (answers,))]
        written = _statements(home, cards)
        for number, (card, statements) in enumerate(zip(cards, written, strict=True)):
            review = answer(number, card, _LATER + number, 740_000)
            for who in ("stored", "bare") if number % 2 else ("bare", "stored"):
                start = time.perf_counter()
                if who == "stored":
                    store.append(review)
                else:
                    for statement, values in statements:
                        bare.execute(statement, values).fetchall()
                    bare.commit()
                taken[who].append(1000 * (time.perf_counter() - start))
    ratio = statistics.median(one / other for one, other in zip(*taken.values(), strict=True))
    medians = {who: statistics.median(times) for who, times in taken.items()}
    print(
        f"storing an answer     {medians['stored']:6.2f} ms, bare sqlite3 {medians['bare']:6.2f} ms: "
        f"{ratio:.2f} times (median of pairs), {medians['stored'] / medians['bare']:.2f} (of medians)"
    )
    for copy in copies:
        copy.unlink()


_LATER = 1_900_000_000_000


def _statements(home: Path, cards: Sequence[str]) -> list[list[Statement]]:
    """What the store says to SQLite for each answer, seen on a copy."""
    copy, seen = home / "seen.db", list[Statement]()
    shutil.copyfile(home / "quiz.db", copy)
    with open_store(f"sqlite:///{copy}") as store:

        def note(_c: object, _k: object, statement: str, values: Sequence[Any], _x: object, _many: bool) -> None:
            seen.append((statement, values))

        listening.listen(store._engine, "before_cursor_execute", note)
        found = []
        for number, card in enumerate(cards):
            store.append(answer(number, card, _LATER + number, 740_000))
            found.append(seen.copy())
            seen.clear()
    copy.unlink()
    return found


def next_questions(home: Path, answers: int) -> Iterator[tuple[float, float]]:
    """From an answer to the next question, without what its commit took: milliseconds, and those of the processor,
    which other programs don't lengthen. Answer by answer, on a copy."""
    copy = home / "answered.db"
    shutil.copyfile(home / "quiz.db", copy)
    with open_store(f"sqlite:///{copy}") as store:
        commits = _timed_commits(store)
        study = Study(Library(packs.at(str(home / "pack")), store), Sums(), Clock(now, None), Options())
        sitting = study.sitting(Scope(count=answers))
        question = sitting.next()
        while question is not None:
            assert sitting.truth is not None
            truth = sitting.truth.result()
            assert isinstance(truth, Truth)
            typed = str(truth.value)
            reading = sitting.read(typed)
            commits.clear()
            start, busy = time.perf_counter(), time.thread_time()
            sitting.judge(reading, typed, truth)  # type: ignore[arg-type]
            question = sitting.next()
            taken, worked = time.perf_counter() - start, time.thread_time() - busy
            yield 1000 * (taken - sum(one for one, _ in commits)), 1000 * (worked - sum(own for _, own in commits))
    copy.unlink()


def _timed_commits(store: Store) -> list[tuple[float, float]]:
    """Seconds that commits took, as they happen, and those of the processor."""
    dialect, taken = store._engine.dialect, list[tuple[float, float]]()
    commit = dialect.do_commit

    def timed(connection: Any) -> None:
        start, busy = time.perf_counter(), time.thread_time()
        commit(connection)
        taken.append((time.perf_counter() - start, time.thread_time() - busy))

    dialect.do_commit = timed  # type: ignore[method-assign,assignment]
    return taken


def first_question(home: Path, *decks: str) -> float:
    """Milliseconds from the start of a process to its first question."""
    command = [sys.executable, "-m", "quizapp", "--pack", str(home / "pack"), "--plain", *decks]
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "QUIZ_HOME": str(home)}
    ) as quiz:
        assert quiz.stdout is not None
        line = quiz.stdout.readline()
        taken = time.perf_counter() - start
        quiz.kill()
    assert re.match(rb"\[1 of \d+\]", line), line
    return 1000 * taken


def compare(label: str, found: Mapping[str, Sequence[float]], part: float) -> None:
    """Prints a measurement for each size, and each as a ratio to the first."""
    base = share(next(iter(found.values())), part)
    for size, values in found.items():
        told = "  ".join(f"{name} {share(values, at):7.2f}" for name, at in (("median", 0.5), ("p99", 0.99)))
        print(f"{label:21} {size:>8} cards: {told} ms   {share(values, part) / base:.2f} times")


def main() -> None:
    """Builds, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="100,000 cards and 1,000,000 reviews too")
    parser.add_argument("--answers", type=int, default=500)
    parser.add_argument("--starts", type=int, default=11)
    parser.add_argument("--in", dest="folder", type=Path, help="keep the collections here, and take those that are")
    told = parser.parse_args()
    sizes = {"1000": (1000, 20_000), "10000": (10_000, 200_000)}
    if told.large:
        sizes["100000"] = (100_000, 1_000_000)
    with ExitStack() as stack:
        folder = told.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        homes = {name: folder / name for name in sizes}
        for name, (cards, reviews) in sizes.items():
            if not homes[name].exists():
                index, size = build(homes[name], cards, reviews)
                print(
                    f"{cards} cards, {reviews} reviews: {size / reviews:.0f} bytes of the file a review, "
                    f"{(size - index) / reviews:.0f} without the index of decks"
                )
        storing(homes["10000"], told.answers)
        starts: dict[str, dict[str, list[float]]] = {"one deck": {}, "all decks": {}}
        for round_ in range(told.starts + 1):
            for name, home in homes.items():
                for label, decks in (("one deck", ("--deck", "sums/part-0003")), ("all decks", ())):
                    taken = first_question(home, *decks)
                    if round_:  # the first makes the day's backup
                        starts[label].setdefault(name, []).append(taken)
        for label, found in starts.items():
            compare(f"start, {label}", found, 0.5)
        larger = list(homes)[1:]
        turns = zip(*(next_questions(homes[name], told.answers) for name in larger), strict=True)
        answered = dict(zip(larger, zip(*turns, strict=True), strict=True))
        for nth, label in enumerate(("next question", "next question, work")):
            compare(label, {name: [one[nth] for one in found] for name, found in answered.items()}, 0.99)


if __name__ == "__main__":
    main()
