"""How the laboratory keeps up with a slider that is dragged: `python -m bench.lab [VERIFIER ...]`.

A real worker, and the real screen without a terminal. First the worker bare: truth and picture of one set of
parameters, one after the other. Then a slider is turned thirty times a second: how long from a turn until the screen
has drawn what belongs to it (or to something newer), as a ratio to the bare call. Then as fast as it goes.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from quizapp import opening
from quizapp.common import Common
from quizapp.config import Config
from quizapp.core.domain import Value
from quizapp.lab import Lab, View
from quizapp.sitting import Options
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.lab import LabScreen
from quizapp.worker.client import Client

VERIFIERS = ("conv.output_size", "kl.divergence", "receptive.field", "activations.value")
RATE = 30
ROUNDS = 5


class Hand:
    """Drags one slider back and forth, then another."""

    def __init__(self, lab: Lab, seed: int) -> None:
        self.lab = lab
        self.rng = random.Random(seed)
        self.left = 0
        self.name, self.place, self.way = "", 0, 1

    def turn(self) -> None:
        """One turn, to something that is possible and new."""
        for _try in range(200):
            if self.left <= 0:
                self.name = self.rng.choice([name for name in self.lab.parameters if self.lab.knobs(name)])
                self.place = self.rng.randrange(len(self.lab.knobs(self.name)))
                self.left = 15
            self.left -= 1
            found = self.lab.knobs(self.name)
            knob = found[min(self.place, len(found) - 1)]
            value = knob.put(knob.turned(self.way))
            whole: dict[str, Value] = {**self.lab.values, self.name: value}
            if value != self.lab.values[self.name] and not self.lab.declaration.problem(
                {name: whole[name] for name in self.lab.declaration.parameters}
            ):
                self.lab.put(self.name, value)
                return
            self.way = -self.way


def bare(client: Client, lab: Lab, calls: int) -> list[float]:
    """Milliseconds of truth and picture, asked of the worker without a screen."""
    hand, spent = Hand(lab, 1), []
    declaration = lab.declaration
    for _ in range(calls):
        hand.turn()
        begun = time.perf_counter()
        client.truth(declaration.name, lab.params, declaration.limit_s).result()
        if declaration.explore is not None:
            client.draw(declaration.name, lab.params | lab.own, declaration.limit_s).result()
        spent.append(1000 * (time.perf_counter() - begun))
    return spent


async def dragged(screen: LabScreen, changes: int, rate: float) -> tuple[list[float], float, int]:
    """Milliseconds from a change to its picture, changes a second, and how many pictures were drawn.

    rate: changes a second; 0 for as many as the screen takes.
    """
    hand = Hand(screen.lab, 1)
    turned: list[float] = []
    shown: list[float] = []
    pictures = 0
    drawn = screen._show

    def watch(view: View) -> None:
        nonlocal pictures
        before = screen.seen
        drawn(view)
        if not view.waiting and turned:
            screen.call_after_refresh(arrived, len(turned))
        if before is None or before.picture is not view.picture or before.truth is not view.truth:
            pictures += 1

    def arrived(count: int) -> None:
        now = time.perf_counter()
        shown.extend(1000 * (now - one) for one in turned[len(shown) : count])

    screen._show = watch  # type: ignore[method-assign]
    begun = time.perf_counter()
    for number in range(changes):
        turned.append(time.perf_counter())
        hand.turn()
        if rate:
            await asyncio.sleep(max(0.0, begun + (number + 1) / rate - time.perf_counter()))
        else:
            await asyncio.sleep(0)
    spent = time.perf_counter() - begun
    for _ in range(100):
        if len(shown) == len(turned):
            break
        await asyncio.sleep(0.02)
    screen._show = drawn  # type: ignore[method-assign]
    return shown, changes / spent, pictures


async def measure(verifier: str, changes: int) -> None:
    """Measures one laboratory and prints."""
    common = Common(None, None, "cpu", "en", Config())
    with opening.library(common) as library, opening.worker(library.pack, common) as client:
        study = Study(library, client, opening.clock(common), Options(), common.config)
        app = QuizApp(study, lab=verifier)
        async with app.run_test(size=(120, 40)):
            screen = app.screen
            assert isinstance(screen, LabScreen)
            while screen.lab.view.waiting or screen.lab.view.truth is None:
                await asyncio.sleep(0.05)
            alone = Lab(screen.lab.declaration, client, deliver=lambda call: call(), changed=lambda: None)
            alone.start()
            await asyncio.to_thread(bare, client, alone, 20)
            calls, steady, drawn = [], [], 0
            for _round in range(ROUNDS):  # in turn, since what else the machine does changes
                calls += await asyncio.to_thread(bare, client, alone, changes // ROUNDS)
                times, rate, pictures = await dragged(screen, changes // ROUNDS, RATE)
                steady += times
                drawn += pictures
            rushed, fastest, rushed_drawn = await dragged(screen, changes, 0)
    middle = statistics.median(calls)
    print(verifier)
    print(f"  worker alone            {middle:7.1f} ms (99 %: {late(calls):.1f})")
    print(f"  {rate:5.1f} changes a second  {statistics.median(steady):7.1f} ms (99 %: {late(steady):.1f})")
    ratio = statistics.median(steady) / middle
    print(f"  ratio                   {ratio:7.2f}    (99 %: {late(steady) / late(calls):.2f})")
    print(f"  {fastest:5.0f} changes a second  {statistics.median(rushed):7.1f} ms (99 %: {late(rushed):.1f})")
    print(f"  drawn for {changes} changes  {drawn} and {rushed_drawn} times")


def late(values: list[float]) -> float:
    """The 99th percentile."""
    return sorted(values)[min(len(values) - 1, int(0.99 * len(values)))]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verifiers", nargs="*", default=VERIFIERS)
    parser.add_argument("--changes", type=int, default=300)
    options = parser.parse_args()
    for verifier in options.verifiers:
        with tempfile.TemporaryDirectory() as home:
            os.environ["QUIZ_HOME"] = str(Path(home))
            asyncio.run(measure(verifier, options.changes))


if __name__ == "__main__":
    main()
