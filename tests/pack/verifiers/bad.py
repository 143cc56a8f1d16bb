"""Verifiers that fail in every way that verifiers fail."""

import ctypes
import math
import os
import re
import subprocess
import sys
import time
from typing import Annotated, Any

from quizapp.authoring import Attempt, Choice, Impossible, Int, Picture, Result, Tolerance, attempt, mistake, verifier


@verifier("python")
def raises(a: Annotated[int, Int(0, 9)] = 0) -> Result:
    """Raises an exception."""
    raise ValueError(f"a is {a}\nand that is bad")


@verifier("python")
def returns_nan() -> Result:
    """Returns no number."""
    return Result(math.nan)


@verifier("python")
def nan_in_mistake() -> Result:
    """Has a mistake that is no number."""
    return Result(1.0, mistakes=[mistake(math.nan, en="Never.", zh="从不。")])


@verifier("python")
def infinite() -> Result:
    """Returns infinity, which is an answer."""
    return Result(math.inf, mistakes=[mistake(-math.inf, en="The sign.", zh="符号。")], facts={"limit": math.inf})


@verifier("python")
def prints() -> Result:
    """Writes on everything that it can write on."""
    print("printed")
    print('{"truth": 1, "value": 666}')
    print("complained", file=sys.stderr)
    os.write(1, b'{"refused": 1, "error": "from descriptor 1"}\n')
    return Result(1)


@verifier("python")
def floods() -> Result:
    """Prints more than any pipe holds."""
    for _ in range(200):
        print("x" * 10_000)
    return Result(1)


@verifier("python")
def reads() -> Result:
    """Reads standard input."""
    return Result(input("a number? "))


@verifier("python", limit_s=0.5)
def hangs(seconds: Annotated[int, Int(1, 3600)] = 3600) -> Result:
    """Sleeps."""
    time.sleep(seconds)
    return Result(seconds)


@verifier("python", limit_s=0.5)
def hangs_locked() -> Result:
    """Never returns from one C function, and so never lets another thread of the process run."""
    return Result(bool(re.match(r"(a+)+$", "a" * 64 + "b")))


@verifier("python")
def exits() -> Result:
    """Ends the program."""
    sys.exit(3)


@verifier("python")
def interrupts() -> Result:
    """Raises what Ctrl-C raises."""
    raise KeyboardInterrupt


@verifier("python")
def os_exits() -> Result:
    """Ends the process at once."""
    print("goodbye", flush=True)
    os._exit(7)


@verifier("python")
def segfaults() -> Result:
    """Reads address 0."""
    return Result(ctypes.string_at(0).decode())


@verifier("python")
def aborts() -> Result:
    """Ends as a failed assertion of a C library does."""
    os.abort()


@verifier("python", limit_s=5.0)
def eats_memory() -> Result:
    """Asks for more and more memory."""
    eaten = []
    while True:
        eaten.append(bytearray(16_000_000))


@verifier("python")
def returns_int() -> Any:
    """Returns no Result."""
    return 5


@verifier("python")
def returns_dict() -> Result:
    """Returns a value that can't be an answer."""
    value: Any = {"a": 1}
    return Result(value)


@verifier("python")
def returns_much() -> Result:
    """Returns a value that is too large."""
    return Result(list(range(20_000)))


@verifier("python")
def returns_tower() -> Result:
    """Returns lists in lists without end."""
    tower: list[Any] = []
    tower.append(tower)
    return Result(tower)


@verifier("python")
def wrong_tolerance() -> Result:
    """Has a tolerance that tolerates nothing."""
    return Result(1.0, tolerance=Tolerance(absolute=-1.0))


@verifier("python")
def impossible() -> Result:
    """Says that its parameters have no answer."""
    raise Impossible("a square has no fifth side")


@verifier("python")
def forks() -> Result:
    """Returns twice: in its own process the id of the copy, in the copy 0."""
    return Result(os.fork())


@verifier("python")
def leaves_grandchild() -> Result:
    """Leaves a process behind, and returns its id."""
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    left.returncode = 0  # it isn't waited for, and need not be complained about
    return Result(left.pid)


@verifier("python")
def closes_descriptors() -> Result:
    """Closes what isn't its own."""
    os.closerange(3, 100)
    return Result(1)


@verifier("python")
def pid() -> Result:
    """The id of the process that runs it."""
    return Result(os.getpid())


@verifier("python")
def faulty(how: Annotated[str, Choice("raise", "int", "impossible", "hang", "exit", "right", "text")]) -> Result:
    """Can be answered; its attempt fails in the way that is asked for."""
    return Result(how)


@faulty.attempt
def fails(answer: Any, how: str) -> Any:
    """Fails."""
    match how:
        case "raise":
            raise ValueError("this attempt is broken")
        case "int":
            return 5
        case "impossible":
            raise Impossible("nothing can be tried here")
        case "hang":
            time.sleep(3600)
        case "exit":
            sys.exit(3)
        case "right":
            return Attempt("yes", answer)  # type: ignore[arg-type]
        case "text":
            return Attempt(True, answer)
    return attempt(True, en="ok", zh="好")


@verifier("python")
def probe() -> Result:
    """Anything is right; what the learner's code leaves as `found` is repeated."""
    return Result(1)


@probe.attempt
def repeats(answer: Any) -> Attempt:
    """Repeats, and counts the attempts of this process."""
    seen.append(1)
    found = answer["found"]
    return attempt(True, en=f"{len(seen)} {found() if callable(found) else found}", zh="")


seen: list[int] = []


@faulty.explore
def draws(how: str, *, chance: Annotated[int, Int(0, 9)] = 0) -> Any:
    """Fails in the way that is asked for; `text` shows what was drawn at random."""
    match how:
        case "raise":
            raise ValueError("this picture is broken")
        case "int":
            return 5
        case "impossible":
            raise Impossible("nothing can be drawn here")
        case "hang":
            time.sleep(3600)
        case "exit":
            sys.exit(3)
        case "right":
            return Picture.of(["x"]), "no list"
    import random

    return Picture.of([f"{chance} {random.random()}"])
