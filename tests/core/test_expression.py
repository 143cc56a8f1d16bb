"""Expressions of decks: arithmetic and conditions over named values, and nothing else."""

import time
import warnings
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.expression import ExpressionError, evaluate, names, parse

VALUES: dict[str, Any] = {"width": 224, "kernel": 7, "rate": 0.5, "p": [0.25, 0.75], "mode": "same", "flag": True}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("width - kernel + 1", 218),
        ("(width - kernel) // 2 + 1", 109),
        ("-kernel % 4", 1),
        ("2 ** 10", 1024),
        ("1 < kernel <= 7 != width", True),
        ("kernel > 3 and mode == 'same'", True),
        ("not flag or width == 1", False),
        ("kernel in [1, 3, 5]", False),
        ("kernel if flag else 0", 7),
        ("len(p) == 2 and sum(p) == 1", True),
        ("p[1] - p[0]", 0.5),
        ("max(p)", 0.75),
        ("min(width, kernel)", 7),
        ("round(2 / 3, 2)", 0.67),
        ("round(7.6)", 8),
        ("floor(log2(width))", 7),
        ("abs(-1e-3)", 0.001),
        ("  kernel\n", 7),
    ],
)
def test_an_expression_computes(source: str, value: object) -> None:
    assert evaluate(source, VALUES) == value


@pytest.mark.parametrize(
    "source",
    [
        "().__class__",
        "kernel.real",
        "__import__('os')",
        "open('/etc/passwd')",
        "eval('1')",
        "(lambda: 1)()",
        "[x for x in p]",
        "f'{kernel}'",
        "(kernel := 3)",
        "p[0:1]",
        "max(*p)",
        "max(p, key=abs)",
        "abs(p)(1)",
        "kernel is width",
        "~kernel",
        "kernel << 3",
        "p @ p",
        "{1: 2}",
        "{1}",
        "await kernel",
        "b'x'",
        "1j",
        "None",
        "...",
        "kernel; width",
        "import os",
        "kernel = 3",
        "",
        " ",
        "1 +",
        "'\\x41'",
        "0x10",
        "\0",
        "\ud800",
    ],
)
def test_what_is_not_arithmetic_is_refused_before_it_is_evaluated(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse(source)


@pytest.mark.parametrize(
    "source",
    [
        "9**9**9",
        "10**30 * 10**30 * 10**30 * 10**30 * 10**30",
        "'a' * 10**9",
        "[1] * 10**9",
        "p * 10**9",
        "'%1000000000d' % 5",
        "round(5, -10**9)",
        "floor(1e300)",
        "int('9' + '" + "9" * 1000 + "')",
        "exp(1000)",
        "(-8) ** 0.5",
        "1 / 0",
        "kernel % 0",
        "p[2]",
        "p['a']",
        "kernel[0]",
        "kernel + mode",
        "p < 3",
        "sqrt(-1)",
        "log(0)",
        "max()",
        "sum(p, mode)",
        "-mode",
        "missing + 1",
        "max",
        "float('x')",
        "int(1e999)",
    ],
)
def test_what_cannot_be_computed_is_an_expression_error_and_takes_no_time(source: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        evaluate(source, VALUES)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "source",
    [
        "-" * 1900 + "1",
        "(" * 900 + "1" + ")" * 900,
        "+".join("1" * 990),
        "not " * 480 + "flag",
        "p" + "[p" * 600,
        "foo(" + "-" * 1900 + "1)",
        "1 if flag else " * 120 + "1",
        "[" * 1900,
        "1" * 2_001,
        "9" * 10_000_000,
    ],
    ids=["signs", "brackets", "sums", "nots", "indexes", "unknown call", "ifs", "open", "long", "very long"],
)
def test_deep_and_long_expressions_are_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(source, VALUES)


def test_an_error_quotes_a_long_expression_in_short() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("kernel.real + " + "1 + " * 200 + "1")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("source", ["1if flag else 2", "1or 2", "'\\d' == mode", "0x1for 2"])
def test_reading_an_expression_never_warns(source: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ExpressionError):
            parse(source)
    assert caught == []


def test_a_number_inside_quotes_may_look_as_it_likes() -> None:
    assert evaluate("mode == '3x3' or mode == \"same\"", VALUES) is True


def test_names_are_the_parameters_and_not_the_functions() -> None:
    assert names("max(width, kernel) + len(p)") == {"width", "kernel", "p"}
    assert names("max + 1") == {"max"}


def test_a_missing_name_is_named() -> None:
    with pytest.raises(ExpressionError, match="'strid', which is not a parameter"):
        evaluate("strid + 1", VALUES)


@given(st.text())
def test_no_text_does_more_than_raise_an_expression_error(source: str) -> None:
    with suppress(ExpressionError):
        evaluate(source, VALUES)


NAMES = ["kernel", "p", "mode", "flag", "max", "round"]
VALUES_WRITTEN = ["2", "0.5", "'x'", "-1", "99"]
SIGNS = ["(", ")", "[", "]", ",", "+", "*", "**", "%", "//", "<", "==", "in", "and", "if", "else", "not", "."]
PIECES = st.sampled_from([*NAMES, *VALUES_WRITTEN, *SIGNS])


@given(st.lists(PIECES, max_size=20))
def test_no_heap_of_words_does_more_than_raise_an_expression_error(words: list[str]) -> None:
    with suppress(ExpressionError):
        evaluate(" ".join(words), VALUES)
