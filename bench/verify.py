"""`quiz verify` of all decks against the bare computation, in turn, as a ratio: `python -m bench.verify`.

Bare is one process that imports the verifiers' libraries and calls them, and their second ways, with the parameters
that `quiz verify` draws, one after the other. What is on top: reading the decks, drawing, the way to the worker and
back, and every answer that is typed, read and judged.
"""

import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from bench.terminal import quiz
from quizapp import packs
from quizapp.authoring import Verifier
from quizapp.verify.drawing import questions
from quizapp.verify.reading import read
from quizapp.worker.run import seed

DRAWS = 8
PAIRS = 3


def calls() -> list[tuple[str, dict[str, object]]]:
    """What `quiz verify` computes: verifier and arguments, in its order."""
    decks = read(packs.builtin()).decks.values()
    return [
        (card.verifier, dict(asked.question.arguments))
        for deck in decks
        for card in deck.cards
        if card.verifier
        for asked in questions(card, DRAWS, seed=0)
    ]


def bare(file: str) -> None:
    """Makes the calls that are listed in `file`."""
    import torch

    torch.set_num_threads(1)
    for name, arguments in json.loads(Path(file).read_text("utf-8")):
        module, _, function = name.partition(".")
        verifier = getattr(importlib.import_module(f"verifiers.{module}"), function)
        assert isinstance(verifier, Verifier)
        seed(name, arguments)
        with torch.device("meta") if verifier.shapes_only else nullcontext():
            verifier(**arguments)
            if verifier.second is not None:
                verifier.second(**arguments)


def seconds(command: list[str]) -> float:
    """How long `command` takes. Raises CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measures in turn and prints."""
    listed = calls()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(listed, file)
        file.flush()
        computing = [sys.executable, "-m", "bench.verify", file.name]
        pairs = [
            (seconds(quiz("verify", "--no-cache", "--samples", str(DRAWS))), seconds(computing)) for _ in range(PAIRS)
        ]
    whole, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"quiz verify / import and bare computation: {ratio:.2f} (median of {PAIRS} pairs)")
    print(f"quiz verify {whole:.1f} s, bare {alone:.1f} s, {len(listed)} questions")


if __name__ == "__main__":
    bare(sys.argv[1]) if len(sys.argv) > 1 else main()
