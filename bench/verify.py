"""How fast decks are verified, as ratios measured in turn: `python -m bench.verify`.

Bare is one process that imports the verifiers' libraries and makes the calls that `quiz verify` asks for, one after the
other: truths, second ways, worked examples, claims. What is on top: reading the decks, drawing, the way to the worker
and back, a question of each card in another process, and every answer that is typed, read, judged or run.
"""

import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType

from bench.terminal import quiz
from quizapp import packs
from quizapp.authoring import Verifier
from quizapp.core.answer import Attempt, Unverifiable
from quizapp.core.claim import Claim
from quizapp.core.domain import Params, Value
from quizapp.verify.audit import ClaimCheck
from quizapp.verify.cards import Answer, CardCheck
from quizapp.verify.engine import items
from quizapp.verify.reading import read
from quizapp.worker.run import seed

DRAWS = 8
PAIRS = 3


class Listed:
    """Stands in for the workers: takes down what is asked, each question once, and answers nothing."""

    def __init__(self) -> None:
        self.asked: dict[tuple[str, str, bool], tuple[str, Params, bool]] = {}

    def warm(self, verifiers: Iterable[str]) -> None: ...

    def truth(self, verifier: str, params: Params, limit_s: float, *, second: bool = False) -> Answer:
        self.asked[verifier, repr(params), second] = verifier, params, second
        return Future()

    def again(self, verifier: str, params: Params, limit_s: float) -> Answer:
        return Future()

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        return Future()

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        return Future()


def calls() -> list[tuple[str, Params, bool]]:
    """What `quiz verify` has computed: verifier, arguments, and whether it is the second way, in its order."""
    material, listed = read(packs.builtin()), Listed()
    for item in items(material.decks.values()):
        if isinstance(item, Claim):
            ClaimCheck(item, listed)
        else:
            CardCheck(item, material.declarations.get(item.verifier), listed, DRAWS, seed=0)
    return list(listed.asked.values())


def bare(file: str) -> None:
    """Makes the calls that are listed in `file`."""
    import torch

    torch.set_num_threads(1)
    for name, arguments, second in json.loads(Path(file).read_text("utf-8")):
        module, _, function = name.partition(".")
        verifier = getattr(importlib.import_module(f"verifiers.{module}"), function)
        assert isinstance(verifier, Verifier)
        seed(name, arguments)
        with torch.device("meta") if verifier.shapes_only else nullcontext():
            (verifier.second if second and verifier.second else verifier)(**arguments)


def seconds(command: list[str], env: Mapping[str, str] = MappingProxyType({})) -> float:
    """How long `command` takes. Raises CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def against_bare() -> None:
    """`quiz verify` of all decks against the computation alone."""
    listed = calls()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(listed, file)
        file.flush()
        computing = [sys.executable, "-m", "bench.verify", file.name]
        pairs = [
            (seconds(quiz("verify", "--no-cache", "--samples", str(DRAWS))), seconds(computing)) for _ in range(PAIRS)
        ]
    whole, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"quiz verify / import and bare computation: {middle(pairs):.2f} (median of {PAIRS} pairs)")
    print(f"    {whole:.1f} s and {alone:.1f} s, {len(listed)} calls")


def second_run() -> None:
    """A run that remembers everything against the first."""
    with tempfile.TemporaryDirectory() as home:
        env = {"QUIZ_HOME": home}
        first = seconds(quiz("verify"), env)
        again = [seconds(quiz("verify"), env) for _ in range(PAIRS)]
    usual = statistics.median(again)
    print(f"second run / first run: {usual / first:.3f} ({usual:.2f} s and {first:.1f} s)")


def two_jobs() -> None:
    """One worker against two, on cards whose computation takes long: 40 cards of one verifier, 25 ms a call."""
    with tempfile.TemporaryDirectory() as folder:
        busy_pack(Path(folder))
        command = quiz("verify", folder, "--trust", "--no-cache")
        pairs = [(seconds(command), seconds([*command, "--jobs", "2"])) for _ in range(PAIRS)]
    print(f"--jobs 1 / --jobs 2: {middle(pairs):.2f} (median of {PAIRS} pairs)")


def busy_pack(root: Path) -> None:
    """A pack of cards that compute for long and need no library."""
    (root / "verifiers").mkdir()
    (root / "cards").mkdir()
    (root / "verifiers" / "busy.py").write_text(BUSY, "utf-8")
    cards = "".join(CARD.format(number=number) for number in range(40))
    head = "title: {en: Busy, zh: 忙}\ndescription: {en: Long., zh: 长。}\nsource: bench\ncards:\n"
    (root / "cards" / "busy.yaml").write_text(head + cards, "utf-8")


def plugin() -> None:
    """What a pytest run that collects no deck pays for the plugin."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_nothing.py").write_text("def test_nothing(): ...\n", "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder]
        pairs = [(seconds(command), seconds([*command, "-p", "no:quiz"])) for _ in range(11)]
    extra = 1000 * statistics.median(one - other for one, other in pairs)
    print(f"pytest with the plugin / without: {middle(pairs):.3f}, {extra:.0f} ms more (median of {len(pairs)} pairs)")


def middle(pairs: list[tuple[float, float]]) -> float:
    """The median of the ratios."""
    return statistics.median(one / other for one, other in pairs)


def main() -> None:
    """Measures and prints."""
    against_bare()
    second_run()
    two_jobs()
    plugin()


BUSY = '''
import time
from typing import Annotated
from quizapp.authoring import Int, Result, verifier


@verifier("python")
def square(n: Annotated[int, Int(1, 999)]) -> Result:
    """A square, the long way."""
    begun, turns = time.perf_counter(), 0
    while time.perf_counter() - begun < 0.025:
        turns += 1
    return Result(n * n)
'''
CARD = """
  - id: busy/card-{number}
    kind: number
    verifier: busy.square
    prompt: {{en: "What is {{n}} squared?", zh: "{{n}} 的平方？"}}
    explain: {{en: It is., zh: 如此。}}
"""


if __name__ == "__main__":
    bare(sys.argv[1]) if len(sys.argv) > 1 else main()
