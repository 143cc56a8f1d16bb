"""Only plain values leave the child."""

import enum
import math
from typing import Any

import numpy as np
import pytest

from quizapp.authoring import Attempt, Mistake, Picture, Result, Run, Text, Tolerance
from quizapp.worker.plain import ReturnError, plain, plain_attempt, plain_result


class Size(tuple[int, ...]):
    """As torch.Size is: a tuple by another name."""


class Colour(enum.StrEnum):
    RED = "red"


class Small(enum.IntEnum):
    ONE = 1


class Endless:
    """A scalar whose item is no number."""

    shape = ()

    def item(self) -> object:
        return self


@pytest.mark.parametrize(
    ("returned", "value"),
    [
        (True, True),
        (3, 3),
        (-0.5, -0.5),
        (math.inf, math.inf),
        ("text", "text"),
        (Size((1, 64, 7)), [1, 64, 7]),
        ([(1, 2.0), ["a"]], [[1, 2.0], ["a"]]),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.array(7), 7),
        (Colour.RED, "red"),
        (Small.ONE, 1),
    ],
)
def test_what_libraries_return_becomes_plain(returned: Any, value: Any) -> None:
    found = plain(returned)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("returned", "complaint"),
    [
        (math.nan, "nan"),
        ([0.1, math.nan], "nan"),
        (np.float32("nan"), "nan"),
        (None, "a NoneType, which is not a bool"),
        ({"a": 1}, "a dict"),
        (np.zeros((2, 3)), r"a ndarray of shape \(2, 3\).*tolist"),
        (1j, "a complex"),
        (2**5000, "4096 bits"),
        ("x" * 100_001, "100,001 characters"),
        (Endless(), "an Endless where a scalar belongs"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_name(returned: Any, complaint: str) -> None:
    with pytest.raises(ReturnError, match=complaint):
        plain(returned)


def test_a_lone_surrogate_is_written_out_since_nothing_can_show_it() -> None:
    assert plain("a\ud800") == "a\\ud800"


def test_steps_become_texts() -> None:
    result = plain_result(Result(1, steps=["1 + 0", Text("one", "一")]))
    assert list(result.steps) == [Text("1 + 0"), Text("one", "一")]


def bad(**parts: Any) -> Result:
    return Result(1, **parts)


@pytest.mark.parametrize(
    "result",
    [
        bad(steps="not a list"),
        bad(steps=[3]),
        bad(mistakes=[3]),
        bad(mistakes=[Mistake(math.nan, Text("a"))]),
        bad(mistakes=[Mistake({}, Text("a"))]),  # type: ignore[arg-type]
        bad(tolerance=0.1),
        bad(tolerance=Tolerance(absolute=math.inf)),
        bad(tolerance=Tolerance(relative=math.nan)),
        bad(tolerance=Tolerance(digits=-1)),
        bad(snippet=3),
        bad(facts=[1]),
        bad(facts={"a": None}),
        bad(facts={"a": math.nan}),
        bad(distractors=5),
        bad(distractors=[math.nan]),
        bad(distractors=[{}]),
        bad(picture="###"),
        bad(picture=Picture("###")),  # type: ignore[arg-type]
        bad(picture=Picture((("###",),))),  # type: ignore[arg-type]
        bad(picture=Picture.of(["x"] * 201)),
        bad(picture=Picture.of(["x" * 401])),
        bad(picture=Picture.of([[Run("x" * 200)] * 3])),
        bad(picture=Picture.of([[Run("")] * 401])),
        5,
        None,
    ],
)
def test_every_part_of_a_result_is_looked_at(result: object) -> None:
    with pytest.raises(ReturnError):
        plain_result(result)


def test_a_picture_and_distractors_become_plain() -> None:
    rows: Any = [[Run("a\ud800\x1b", "one")], []]
    wrong: Any = (np.int64(3), (1, 2))
    result = plain_result(Result(1, distractors=wrong, picture=Picture(rows)))
    assert list(result.distractors) == [3, [1, 2]]
    assert result.picture == Picture(((Run("a\\ud800", "one"),), ()))
    largest = Picture.of(["x" * 400] * 200)
    assert plain_result(Result(1, picture=largest)).picture == largest


def test_an_attempt_becomes_plain() -> None:
    tried: Any = Attempt(np.bool_(True), Text("yes"))  # type: ignore[arg-type]
    assert plain_attempt(tried) == Attempt(True, Text("yes"))
    assert plain_attempt(tried).right is True


@pytest.mark.parametrize("tried", [None, True, Result(1), Attempt(1, Text("yes")), Attempt(True, 5)])  # type: ignore[arg-type]
def test_every_part_of_an_attempt_is_looked_at(tried: object) -> None:
    with pytest.raises(ReturnError):
        plain_attempt(tried)
