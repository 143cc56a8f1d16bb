"""Sound verifiers of a sound pack, into which tests plant faults."""

import os
import time
from collections.abc import Mapping
from typing import Annotated, Any

from quizapp.authoring import (
    Attempt,
    Code,
    Int,
    Lines,
    Picture,
    Result,
    Text,
    Tolerance,
    Value,
    attempt,
    mistake,
    verifier,
)

HERE, NOW = os.getpid, time.sleep


@verifier("python", where="price != 13")
def total(price: Annotated[int, Int(1, 90)], count: Annotated[int, Int(2, 9)] = 2) -> Result:
    """What several things of one price cost."""
    value = price * count
    return Result(
        value,
        steps=[f"{price} * {count} = {value}"],
        mistakes=[mistake(price + count, en="That adds.", zh="这是加法。")],
        facts={"double": 2 * value},
    )


@total.second_way
def _by_adding(price: int, count: int = 2) -> int:
    return sum([price] * count)


@verifier("python", examples=[({"whole": 9, "part": 3}, 0.3333333), ({"whole": 4, "part": 1}, 0.25)])
def share(whole: Annotated[int, Int(2, 9)], part: Annotated[int, Int(1, 8)]) -> Result:
    """A part of a whole, as a share."""
    return Result(part / whole, tolerance=Tolerance(digits=3))


@verifier("python")
def box(height: Annotated[int, Int(2, 9)], width: Annotated[int, Int(11, 19)]) -> Result:
    """The shape of a box."""
    return Result([height, width], mistakes=[mistake([width, height], en="Turned round.", zh="写反了。")])


@verifier("python")
def dearer(first: Annotated[int, Int(1, 99)], second: Annotated[int, Int(1, 99)]) -> Result:
    """Which of two prices is higher: first, second or neither."""
    return Result("first" if first > second else "second" if second > first else "neither")


@verifier("python")
def times(a: Annotated[int, Int(2, 9)], b: Annotated[int, Int(11, 19)]) -> Result:
    """A product, with other numbers to choose from."""
    return Result(a * b, distractors=[a * b + 1, a * b - 1, a * b + 10])


@verifier("python")
def odd(limit: Annotated[int, Int(1, 4)]) -> Result:
    """Which of one to four are odd and at most a limit."""
    return Result([str(n) for n in range(1, limit + 1) if n % 2])


@verifier("python")
def month(number: Annotated[int, Int(1, 4)]) -> Result:
    """The name of a month."""
    return Result(["January", "February", "March", "April"][number - 1])


@verifier("python")
def printed(code: Annotated[str, Code()], number: Annotated[int, Int(1, 9)] = 1) -> Result:
    """What a line prints."""
    return Result(str(eval(code.removeprefix("print").strip())))


@verifier("python")
def parts(a: Annotated[int, Int(1, 9)]) -> Result:
    """A number and whether it is odd."""
    return Result([a, "odd" if a % 2 else "even"])


@verifier("python")
def rising(lines: Annotated[list[str], Lines()]) -> Result:
    """Lines that are run from top to bottom."""
    value: list[Value] = [*lines]
    return Result(value)


@rising.attempt
def _ends_at_six(answer: list[str], lines: list[str]) -> Attempt:
    scope: dict[str, int] = {}
    try:
        exec("\n".join(answer), scope)
    except NameError:
        return attempt(False, en="A name is used before it is there.", zh="名字还没定义就用了。")
    return attempt(scope["x"] == 6, en=f"x is {scope['x']}.", zh=f"x 等于 {scope['x']}。")


@verifier("python")
def doubling() -> Result:
    """A function that doubles."""
    return Result("def double(x):\n    return 2 * x")


@doubling.attempt
def _doubles(answer: Mapping[str, Any]) -> Attempt:
    return attempt(answer["double"](3) == 6, en="It was called with 3.", zh="用 3 调用了它。")


@verifier("python")
def pair(total: Annotated[int, Int(4, 9)]) -> Result:
    """Two numbers with a given sum."""
    return Result([1, total - 1])


@pair.attempt
def _adds_up(answer: Mapping[str, int], total: int) -> Attempt:
    found = answer["a"] + answer["b"]
    return attempt(found == total, en=f"They make {found}.", zh=f"它们的和是 {found}。")


@verifier("python")
def bars(n: Annotated[int, Int(1, 5)]) -> Result:
    """How many bars a picture shows."""
    rows = Picture.of(["█"] * n)
    return Result(n, distractors=[n + 1, n + 2, n + 3], steps=[Text("one a row", "每行一条")], picture=rows)
