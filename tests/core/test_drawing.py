"""Drawing satisfies every condition, varies, and can be repeated."""

import random

import pytest

from quizapp.core.declaration import Draw
from quizapp.core.domain import Fixed, Int
from quizapp.core.drawing import CannotDraw, draw

SIZE = Draw({"width": Int(1, 20), "kernel": Int(1, 9), "padding": Int(0, 3)}, where=("kernel <= width + 2 * padding",))


def test_no_draw_breaks_a_condition() -> None:
    for seed in range(300):
        params = draw(SIZE, random.Random(seed))
        assert params["kernel"] <= params["width"] + 2 * params["padding"]  # type: ignore[operator]


def test_the_same_seed_draws_the_same() -> None:
    assert draw(SIZE, random.Random("7/a/0")) == draw(SIZE, random.Random("7/a/0"))


def test_the_draw_to_avoid_is_not_drawn_again() -> None:
    coin = Draw({"side": Int(0, 1)})
    assert all(draw(coin, random.Random(seed), avoid={"side": 1}) == {"side": 0} for seed in range(50))


def test_a_card_without_choice_repeats_its_only_draw() -> None:
    fixed = Draw({"side": Fixed(1)})
    assert draw(fixed, random.Random(0), avoid={"side": 1}) == {"side": 1}


def test_pinned_parameters_are_kept() -> None:
    assert draw(SIZE, random.Random(0), pinned={"width": 7})["width"] == 7


def test_impossible_conditions_are_an_error_that_names_them() -> None:
    with pytest.raises(CannotDraw, match="width > 20"):
        draw(Draw(SIZE.domains, where=("width > 20",)), random.Random(0))
