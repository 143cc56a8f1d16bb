"""Honest verifiers in plain Python, so that nearly all of quizapp can be tested without torch."""

import contextlib
import io
import random
from collections.abc import Mapping
from typing import Annotated, Any

from quizapp.authoring import (
    Attempt,
    Choice,
    Code,
    Grid,
    Impossible,
    Int,
    Lines,
    Picture,
    Result,
    Run,
    Text,
    Tolerance,
    Value,
    attempt,
    mistake,
    verifier,
)


@verifier("python")
def add(a: Annotated[int, Int(0, 99, often=(1, 10))], b: Annotated[int, Int(0, 99)] = 1) -> Result:
    """The sum of two whole numbers."""
    return Result(
        a + b,
        steps=[f"{a} + {b} = {a + b}"],
        mistakes=[
            mistake(a * b, en="That multiplies.", zh="这是乘法。"),
            mistake(a - b, en="That subtracts.", zh="这是减法。"),
        ],
        snippet=f"print({a} + {b})",
        facts={"larger": max(a, b)},
    )


@verifier("python")
def divide(
    dividend: Annotated[float, Grid(0.5, 10.0, 0.5)],
    divisor: Annotated[int, Int(0, 9)],
) -> Result:
    """The quotient, to two digits after the point."""
    if divisor == 0:
        raise Impossible("nothing can be divided by 0")
    return Result(
        dividend / divisor,
        steps=[f"{dividend:g} / {divisor} = {dividend / divisor:.4g}"],
        mistakes=[mistake(divisor / dividend, en="That is the wrong way round.", zh="除数和被除数颠倒了。")],
        tolerance=Tolerance(absolute=0.005),
        snippet=f"print({dividend} / {divisor})",
    )


@verifier("python", where="rows * columns <= 1024")
def shape(
    rows: Annotated[int, Int(1, 64)],
    columns: Annotated[int, Int(1, 64)],
    transposed: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """The shape of a matrix, transposed or not."""
    value = (columns, rows) if transposed else (rows, columns)
    return Result(
        list(value),
        steps=[f"{rows} rows, {columns} columns" + (", swapped" if transposed else "")],
        mistakes=[mistake(list(value[::-1]), en="Rows come first.", zh="先写行数。")],
        snippet=f"print({value})",
    )


@verifier("python")
def greater(left: Annotated[int, Int(0, 9)], right: Annotated[int, Int(0, 9)]) -> Result:
    """Which of two numbers is greater: left, right or neither."""
    value = "left" if left > right else "right" if right > left else "neither"
    return Result(value, steps=[f"{left} - {right} = {left - right}"], snippet=f"print({left} > {right})")


@verifier("python", limit_s=2.0)
def prints(code: Annotated[str, Code()]) -> Result:
    """What the source prints; an exception that ends it prints its name."""
    return Result(_printed(code), snippet=code)


def _printed(code: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, {"__name__": "__main__"})
        except Exception as error:
            print(type(error).__name__)
    return printed.getvalue()


@verifier("python")
def word(thing: Annotated[str, Choice("first parameter of a method", "first parameter of a class method")]) -> Result:
    """The customary name of a thing in Python."""
    names = {"first parameter of a method": "self", "first parameter of a class method": "cls"}
    other = next(name for key, name in names.items() if key != thing)
    return Result(names[thing], mistakes=[mistake(other, en="That is the other one.", zh="那是另一个。")])


@verifier("python", limit_s=2.0)
def sequence(lines: Annotated[list[str], Lines()]) -> Result:
    """Lines of a program in an order that works; any order that prints the same is as good."""
    value: list[Value] = [*lines]
    return Result(
        value,
        steps=[f"{number}. {line}" for number, line in enumerate(lines, 1)],
        snippet="\n".join(lines),
        facts={"printed": _printed("\n".join(lines))},
    )


@sequence.attempt
def in_order(answer: list[str], lines: list[str]) -> Attempt:
    """Runs the lines in the learner's order and in the card's, and compares what they print."""
    got, wanted = _printed("\n".join(answer)), _printed("\n".join(lines))
    if sorted(answer) != sorted(lines):
        return attempt(False, en="Each line is needed once.", zh="每一行都要用且只用一次。")
    if got == wanted:
        return attempt(True, en=f"In this order they print {got.strip()}.", zh=f"按此顺序输出 {got.strip()}。")
    return attempt(
        False,
        en=f"In this order they print {got.strip()}, not {wanted.strip()}.",
        zh=f"按此顺序输出 {got.strip()}，而不是 {wanted.strip()}。",
    )


@verifier("python")
def two_summing(total: Annotated[int, Int(3, 99)]) -> Result:
    """Two different whole numbers that add up to a total, as one example of many."""
    return Result(
        [1, total - 1],
        steps=[f"1 + {total - 1} = {total}"],
        snippet=f"print([1, {total - 1}])",
    )


@two_summing.attempt
def sums_up(answer: Mapping[str, Any], total: int) -> Attempt:
    """Adds the two numbers."""
    a, b = answer["a"], answer["b"]
    if a == b:
        return attempt(False, en=f"{a} and {b} are the same.", zh=f"{a} 和 {b} 是同一个数。")
    return attempt(a + b == total, en=f"{a} + {b} = {a + b}", zh=f"{a} + {b} = {a + b}")


@verifier("python")
def double(n: Annotated[int, Int(1, 99)]) -> Result:
    """A function `double` that doubles any number, as one way to write it."""
    code = "def double(x):\n    return 2 * x"
    return Result(code, steps=[f"double({n}) = {2 * n}"], snippet=code, facts={"doubled": 2 * n})


@double.attempt
def doubles(answer: Mapping[str, Any], n: int) -> Attempt:
    """Calls the learner's function with the number of the question and with fresh ones."""
    for x in (n, 0, -n, *(random.randint(-999, 999) for _ in range(5))):
        got = answer["double"](x)
        if got != 2 * x:
            return attempt(
                False,
                en=f"double({x}) gives {got!r}; twice {x} is {2 * x}.",
                zh=f"double({x}) 得到 {got!r}，而 {x} 的两倍是 {2 * x}。",
            )
    return attempt(True, en=f"double({n}) gives {2 * n}.", zh=f"double({n}) 得到 {2 * n}。")


@verifier("python")
def divisors(n: Annotated[int, Int(2, 99, often=(12, 42, 60))]) -> Result:
    """Which of the numbers from 2 to 7 divide a number without a rest."""
    hold: list[Value] = [one for one in range(2, 8) if n % one == 0]
    odd: list[Value] = [one for one in hold if isinstance(one, int) and one in (2, 3, 5, 7)]
    return Result(
        hold,
        steps=[f"{n} % {one} = {n % one}" for one in range(2, 8)],
        mistakes=[mistake(odd, en="Numbers that aren't prime divide too.", zh="不是质数的数也可能整除。")],
        snippet=f"print([one for one in range(2, 8) if {n} % one == 0])",
    )


@verifier("python")
def bars(n: Annotated[int, Int(1, 8)]) -> Result:
    """How many bars a picture shows; each is longer than the one above."""
    rows = [
        [Run(f"{number} ", "dim"), Run("█" * number * 3, "one" if number % 2 else "two")] for number in range(1, n + 1)
    ]
    return Result(
        n,
        steps=[Text(f"{n} rows, a bar in each", f"{n} 行，每行一条")],
        mistakes=[mistake(3 * n, en="That is the length of the last bar.", zh="那是最后一条的长度。")],
        distractors=[n + 1, n + 2, abs(n - 1)],
        snippet=f"print({n})",
        picture=Picture.of(rows),
    )


@verifier("python")
def product(a: Annotated[int, Int(2, 12)], b: Annotated[int, Int(2, 12)]) -> Result:
    """The product of two whole numbers, with what else might be taken for it."""
    return Result(
        a * b,
        steps=[f"{a} * {b} = " + " + ".join([str(a)] * b) + f" = {a * b}"],
        mistakes=[
            mistake(a + b, en="That adds.", zh="这是加法。"),
            mistake(a**b, en="That is a power.", zh="这是乘方。"),
            mistake(a * (b - 1), en="One summand is missing.", zh="少加了一次。"),
        ],
        distractors=[a * (b + 1), a * b + 1, a * b - 1],
        snippet=f"print({a} * {b})",
    )


@verifier("python")
def gaps(a: Annotated[int, Int(0, 20)], b: Annotated[int, Int(0, 20)]) -> Result:
    """The distance of two numbers, and what the first is to the second: below, above or equal."""
    word = "below" if a < b else "above" if a > b else "equal"
    return Result(
        [abs(a - b), word],
        steps=[f"|{a} - {b}| = {abs(a - b)}", f"{a} {'<' if a < b else '>' if a > b else '='} {b}"],
        mistakes=[mistake([a - b, word], en="A distance is never negative.", zh="距离不会是负数。")],
        snippet=f"print([abs({a} - {b}), {word!r}])",
    )


@add.explore(a=Int(0, 9, often=(2,)), b=Int(0, 9))
def laid_out(a: int, b: int, *, step: Annotated[int, Int(0, 18)]) -> tuple[Picture, list[Text]]:
    """The two numbers as dots, counted up to `step`."""
    dots = "●" * min(step, a + b) + "○" * max(0, a + b - step)
    return Picture.of([[Run(dots[:a], "one")], [Run(dots[a:], "two")]]), [Text(f"counted {step}", f"数到 {step}")]
