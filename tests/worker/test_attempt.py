"""Answers that are data are tried in the child, beside the truths."""

import re
from typing import Any

import pytest

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.domain import Value
from quizapp.core.text import Text
from quizapp.worker.client import Client
from quizapp.worker.payload import Answer

LINES: list[Value] = ["x = 2", "y = 3", "x = x * y", "print(x + y)"]


def attempt(client: Client, verifier: str, answer: Answer, **params: Value) -> Attempt | Unverifiable:
    return client.attempt(verifier, params, answer, 5.0).result(timeout=30)


def truth(client: Client, verifier: str, **params: Value) -> Truth:
    outcome = client.truth(verifier, params, 5.0).result(timeout=30)
    assert isinstance(outcome, Truth), outcome
    return outcome


def right(outcome: Attempt | Unverifiable) -> bool:
    assert isinstance(outcome, Attempt), outcome
    return outcome.right


def assert_works(client: Client) -> None:
    assert right(attempt(client, "toy.two_summing", {"a": 1, "b": 2}, total=3))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 2, 3)])
def test_every_order_that_works_is_right(lasting_client: Client, order: tuple[int, ...]) -> None:
    answer: list[Value] = [LINES[one] for one in order]
    assert right(attempt(lasting_client, "toy.sequence", answer, lines=LINES))


@pytest.mark.parametrize(
    ("order", "printed"),
    [((0, 1, 3, 2), "5"), ((2, 0, 1, 3), "NameError"), ((0, 2, 1, 3), "NameError"), ((3, 2, 1, 0), "NameError")],
)
def test_an_order_that_does_not_work_says_what_happens(
    lasting_client: Client, order: tuple[int, ...], printed: str
) -> None:
    answer: list[Value] = [LINES[one] for one in order]
    outcome = attempt(lasting_client, "toy.sequence", answer, lines=LINES)
    assert outcome == Attempt(
        False, Text(f"In this order they print {printed}, not 9.", f"按此顺序输出 {printed}，而不是 9。")
    )


@pytest.mark.parametrize("answer", [[], LINES[:3], [*LINES, "print(9)"], ["print(9)"] * 4])
def test_an_order_is_of_the_cards_own_lines(lasting_client: Client, answer: list[Value]) -> None:
    assert not right(attempt(lasting_client, "toy.sequence", answer, lines=LINES))


@pytest.mark.parametrize(
    ("a", "b", "holds"), [(1, 9, True), (3, 7, True), (-5, 15, True), (5, 5, False), (1, 2, False)]
)
def test_any_example_that_holds_is_right(lasting_client: Client, a: int, b: int, holds: bool) -> None:
    outcome = attempt(lasting_client, "toy.two_summing", {"a": a, "b": b}, total=10)
    assert right(outcome) is holds


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("raise", r"bad\.faulty raised ValueError: this attempt is broken \(verifiers/bad\.py line \d+\)"),
        ("int", r"bad\.faulty returned an int instead of an Attempt"),
        ("right", r"bad\.faulty returned a str where right \(a bool\) belongs"),
        ("text", r"bad\.faulty returned an int where a text belongs"),
        ("exit", r"bad\.faulty tried to end the program with SystemExit: 3 \(verifiers/bad\.py line \d+\)"),
        ("hang", r"bad\.faulty took longer than 0\.3 s"),
    ],
)
def test_a_faulty_attempt_becomes_a_sentence(lasting_client: Client, how: str, sentence: str) -> None:
    outcome = lasting_client.attempt("bad.faulty", {"how": how}, 5, 0.3).result(timeout=30)
    assert isinstance(outcome, Unverifiable)
    assert re.fullmatch(sentence, outcome.error), outcome.error
    assert_works(lasting_client)


def test_an_attempt_may_say_that_its_parameters_have_no_answer(lasting_client: Client) -> None:
    outcome = attempt(lasting_client, "bad.faulty", 5, how="impossible")
    assert outcome == Unverifiable("nothing can be tried here", impossible=True)


@pytest.mark.parametrize(
    ("verifier", "sentence"),
    [
        ("toy.add", "toy.add can't try an answer; it has no function marked with its .attempt"),
        ("nowhere.answer", "the pack has no verifiers/nowhere.py"),
        ("bad_import.answer", "no_such_library is not installed; pip install no_such_library"),
    ],
)
def test_what_cannot_try_an_answer_says_so(lasting_client: Client, verifier: str, sentence: str) -> None:
    assert attempt(lasting_client, verifier, 5) == Unverifiable(sentence)
    assert_works(lasting_client)


def test_an_answer_that_cannot_travel_harms_nobody(lasting_client: Client) -> None:
    for answer in (float("nan"), "x" * 10_000_000):
        outcome = attempt(lasting_client, "toy.two_summing", answer, total=3)
        assert isinstance(outcome, Unverifiable)
        assert outcome.error.startswith("these parameters can't be sent to the worker: ")
    assert_works(lasting_client)


def test_attempts_after_closing_are_unverifiable(client: Client) -> None:
    client.close()
    assert attempt(client, "toy.two_summing", [], total=3) == Unverifiable("the worker is closed")
    assert client.run_code("toy.double", {"n": 1}, "").result(timeout=0) == Unverifiable("the worker is closed")


def test_a_truth_brings_a_picture(lasting_client: Client) -> None:
    outcome = truth(lasting_client, "toy.bars", n=3)
    assert outcome.value == 3
    assert str(outcome.picture) == "1 ███\n2 ██████\n3 █████████"
    assert outcome.picture is not None
    assert [run.ink for run in outcome.picture.rows[0]] == ["dim", "one"]


def test_a_truth_brings_distractors(lasting_client: Client) -> None:
    outcome = truth(lasting_client, "toy.product", a=3, b=4)
    assert outcome.value == 12
    assert outcome.distractors == (15, 13, 11)
    assert [one.value for one in outcome.mistakes] == [7, 81, 9]


@pytest.mark.parametrize(
    ("verifier", "params", "value"),
    [
        ("toy.divisors", {"n": 12}, [2, 3, 4, 6]),
        ("toy.divisors", {"n": 11}, []),
        ("toy.gaps", {"a": 3, "b": 8}, [5, "below"]),
        ("toy.sequence", {"lines": LINES}, LINES),
        ("toy.two_summing", {"total": 5}, [1, 4]),
        ("toy.double", {"n": 5}, "def double(x):\n    return 2 * x"),
    ],
)
def test_the_toys_compute(lasting_client: Client, verifier: str, params: dict[str, Any], value: Value) -> None:
    assert truth(lasting_client, verifier, **params).value == value
