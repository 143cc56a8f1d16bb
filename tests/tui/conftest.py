"""A study over the toy pack: a real store in a temporary folder, a worker without a process, a clock that stands."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pytest

from quizapp import packs
from quizapp.core.answer import Attempt, Mistake, Origin, Truth, Unverifiable
from quizapp.core.day import Clock
from quizapp.core.domain import Params, Value
from quizapp.core.picture import Captioned
from quizapp.core.text import Text
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import open_store
from quizapp.study import Scope, Study
from quizapp.worker.client import State

READY = State("ready", "sums are ready")
NOON = 1_790_000_000_000
DECK = Scope(("sums",))

PACK = {
    "verifiers/sums.py": '''
from typing import Annotated
from quizapp.authoring import Int, Result, verifier

@verifier("python")
def add(a: Annotated[int, Int(1, 99)], b: Annotated[int, Int(1, 99)]) -> Result:
    """Adds."""
    return Result(a + b)
''',
    "cards/sums.yaml": """
title: {en: Sums, zh: 求和}
description: {en: Two numbers are added., zh: 两数相加。}
source: 加法
cards:
  - id: sums/first
    kind: number
    verifier: sums.add
    prompt: {en: "How much is {a} + {b}? [/] is no markup.", zh: "{a} + {b} 等于多少？"}
    explain: {en: "{a} and {b} make {truth}.", zh: "{a} 加 {b} 得 {truth}。"}
  - id: sums/second
    kind: choice
    verifier: sums.add
    params: {a: 1, b: 1}
    few: two are enough here
    prompt: {en: "How much is one and one?", zh: 一加一等于几？}
    options:
      - {value: 2, en: two, zh: 二}
      - {value: 3, en: three, zh: 三}
    explain: {en: "It is {truth}.", zh: "得 {truth}。"}
""",
}


@dataclass
class Sums:
    """A worker that adds when it is told to, so that a test decides when a truth comes."""

    held: bool = False
    broken: bool = False
    state: State = READY
    waiting: list[tuple[Params, Future[Truth | Unverifiable]]] = field(default_factory=list)

    def warm(self, verifiers: Iterable[str]) -> None:
        pass

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        future: Future[Truth | Unverifiable] = Future()
        self.waiting.append((params, future))
        if not self.held:
            self.release()
        return future

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> Future[Attempt | Unverifiable]:
        raise AssertionError("no card here is judged by running")

    def run_code(self, verifier: str, params: Params, source: str) -> Future[Attempt | Unverifiable]:
        raise AssertionError("no card here asks for code")

    def draw(self, verifier: str, params: Params, limit_s: float) -> Future[Captioned | Unverifiable]:
        raise AssertionError("no verifier here draws for the laboratory")

    def release(self) -> None:
        """Answers all that was asked."""
        for params, future in self.waiting:
            a, b = params["a"], params["b"]
            assert isinstance(a, int)
            assert isinstance(b, int)
            mistakes = (Mistake(a * b, Text("That multiplies.", "这是相乘。")),)
            truth = Truth(a + b, Origin("sums.add", {"sums": "1.0"}, "cpu", 0.4), mistakes=mistakes)
            future.set_result(Unverifiable("sums.add raised ValueError: no") if self.broken else truth)
        self.waiting.clear()


@pytest.fixture
def worker() -> Sums:
    return Sums()


@pytest.fixture
def study(tmp_path: Path, worker: Sums) -> Iterator[Study]:
    for name, text in PACK.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        library = Library(packs.at(tmp_path / "pack"), store)
        assert library.faults == ()
        store.note("welcomed", "yes")  # the introduction has tests of its own
        yield Study(library, worker, Clock(lambda: NOON, UTC), Options(seed=1))
