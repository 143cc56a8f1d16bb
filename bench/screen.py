"""How fast the drill is, in a real terminal: `python -m bench.screen`. Linux.

The first question against the first paint of a bare Textual app, in turn, as a ratio; then the drill itself: from Enter
to the verdict on screen, from the verdict to the next question, and the peak memory of the screen process.
"""

import argparse
import statistics
import sys
import tempfile
import time

from bench.terminal import Terminal, quiz

# What a learner takes at least before the next key.
THINKING_S = 0.5


def first_paint() -> float:
    """Seconds until a bare Textual app has painted."""
    terminal = Terminal([sys.executable, "-m", "bench.bare_app"])
    try:
        return terminal.arrival_of(b"one line is here") - terminal.started
    finally:
        terminal.close()


def first_question(home: str) -> tuple[float, float]:
    """Seconds until the first question is on screen, and until a key that was typed then shows."""
    terminal = Terminal(quiz("--deck", "conv/size"), {"QUIZ_HOME": home})
    try:
        shown = terminal.arrival_of(rb"1 of \d+")
        terminal.send("7")
        return shown - terminal.started, terminal.arrival_of(b"7") - terminal.started
    finally:
        terminal.close()


def drill(home: str, questions: int) -> tuple[list[float], list[float], float]:
    """Milliseconds from answer to verdict and from verdict to next question, and the peak memory in MB."""
    terminal = Terminal(quiz("--deck", "conv/size", "--cram"), {"QUIZ_HOME": home})
    verdicts, nexts = [], []
    try:
        terminal.arrival_of(b"is ready")
        for number in range(1, questions + 1):
            verdicts.append(1000 * answer(terminal))
            time.sleep(THINKING_S)
            start = time.perf_counter()
            terminal.send("\r")
            nexts.append(1000 * (terminal.arrival_of(rb"\b%d of \d+" % (number + 1)) - start))
        return verdicts, nexts, terminal.peak_mb()
    finally:
        terminal.close()


def answer(terminal: Terminal) -> float:
    """Seconds from Enter to the verdict, for an answer that the question can read."""
    for keys in ("1", "\x7fa"):  # numbers and shapes, then choices
        terminal.send(*keys)
        time.sleep(THINKING_S)  # the truth is computed meanwhile
        start = time.perf_counter()
        terminal.send("\r")
        arrived = terminal.arrival_of("(✗|✓) (Wrong|Right)|Pick one".encode())
        if not terminal.came(b"Pick one"):
            return arrived - start
    raise TimeoutError("neither a number nor a letter was read")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--questions", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        first_question(home)  # builds the index
        first_paint()
        bare, shown, keyed = [], [], []
        for _ in range(options.runs):
            bare.append(first_paint())
            on_screen, takes_key = first_question(home)
            shown.append(on_screen)
            keyed.append(takes_key)
        verdicts, nexts, memory = drill(home, options.questions)
    ratios = [key / paint for key, paint in zip(keyed, bare, strict=True)]
    print(f"bare app, first paint         {1000 * statistics.median(bare):6.0f} ms")
    print(f"quiz, first question shown    {1000 * statistics.median(shown):6.0f} ms")
    print(f"quiz, first question + a key  {1000 * statistics.median(keyed):6.0f} ms")
    print(f"ratio                         {statistics.median(ratios):6.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")
    print(f"answer to verdict             {statistics.median(verdicts):6.1f} ms (largest {max(verdicts):.1f})")
    print(f"verdict to next question      {statistics.median(nexts):6.1f} ms (largest {max(nexts):.1f})")
    print(f"peak memory of the screen     {memory:6.1f} MB")


if __name__ == "__main__":
    main()
