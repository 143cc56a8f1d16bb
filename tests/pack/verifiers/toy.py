"""Honest verifiers in plain Python, so that nearly all of quizapp can be tested without torch."""

import contextlib
import io
from typing import Annotated

from quizapp.authoring import Choice, Code, Grid, Impossible, Int, Result, Tolerance, mistake, verifier


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
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, {"__name__": "__main__"})
        except Exception as error:
            print(type(error).__name__)
    return Result(printed.getvalue(), snippet=code)


@verifier("python")
def word(thing: Annotated[str, Choice("first parameter of a method", "first parameter of a class method")]) -> Result:
    """The customary name of a thing in Python."""
    names = {"first parameter of a method": "self", "first parameter of a class method": "cls"}
    other = next(name for key, name in names.items() if key != thing)
    return Result(names[thing], mistakes=[mistake(other, en="That is the other one.", zh="那是另一个。")])
