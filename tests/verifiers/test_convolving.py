"""What a convolution computes on small arrays, how it reads beyond the edge, and the learner's own conv2d."""

from typing import Any

import pytest
import torch
from scipy import signal
from torch.nn import functional as F

from tests.verifiers.drawn_verifiers import agree, compute, draws, telling_mistakes, with_second_way
from verifiers.convolving import _like_torch, by_hand

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
IMAGE = [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [0, 1, 0, 1, 0], [9, 8, 7, 6, 5], [1, 1, 2, 2, 3]]


@pytest.mark.parametrize("name", with_second_way("convolving", "conv_borders"))
def test_a_verifier_agrees_with_its_second_way_over_all_that_it_accepts(name: str) -> None:
    agree(name, draws(name, 12))


def test_a_window_is_a_cross_correlation_and_a_true_convolution_is_a_mistake() -> None:
    result = compute("convolving.window", image=IMAGE, kernel=SOBEL, stride=1, padding=0, row=1, column=2)
    assert result.value == signal.correlate2d(IMAGE, SOBEL, mode="valid")[1, 2]
    assert signal.convolve2d(IMAGE, SOBEL, mode="valid")[1, 2] in telling_mistakes(result)


def test_the_wrong_options_are_what_slips_of_the_pen_give() -> None:
    result = compute("convolving.window", image=IMAGE, kernel=SOBEL, stride=1, padding=0, row=1, column=2)
    window, weights = torch.tensor(IMAGE)[1:4, 2:5], torch.tensor(SOBEL)
    terms = window * weights
    slips = [(window * weights.abs()).sum(), terms[:2].sum(), terms[:, :2].sum()]
    assert list(result.distractors[:3]) == [int(one) for one in slips]


def test_the_picture_shows_nine_places_in_brackets_and_one_question_mark() -> None:
    result = compute("convolving.window", image=IMAGE, kernel=SOBEL, stride=2, padding=1, row=0, column=2)
    drawn = str(result.picture)
    assert drawn.count("[") == 10
    assert drawn.count("?") == 1
    assert drawn.count("·") == 7 * 7 - 5 * 5
    assert max(map(len, drawn.splitlines())) <= 72


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (1, 2)])
def test_a_picture_fits_a_narrow_terminal_even_with_large_numbers(padding: int, stride: int) -> None:
    image, kernel = [[9] * 5 for _ in range(5)], [[-4] * 3 for _ in range(3)]
    params = {"image": image, "kernel": kernel, "stride": stride, "padding": padding, "row": 0, "column": 0}
    rows = str(compute("convolving.window", **params).picture).splitlines()
    assert max(map(len, rows)) <= 72
    assert len(rows) <= 22


def test_an_impulse_returns_the_kernel_turned_round() -> None:
    kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    result = compute("convolving.impulse", kernel=kernel)
    assert result.value == [9, 8, 7]
    assert telling_mistakes(result) == [[1, 2, 3], [3, 2, 1], [7, 8, 9]]


@pytest.mark.parametrize(
    ("mode", "first"), [("zeros", 0 + 3 + 1), ("reflect", 1 + 3 + 1), ("replicate", 3 + 3 + 1), ("circular", 5 + 3 + 1)]
)
def test_a_padding_mode_decides_what_lies_beyond_the_edge(mode: str, first: int) -> None:
    assert compute("conv_borders.first_output", mode=mode, row=[[3, 1, 4, 1, 5]]).value == first


def test_f_pad_begins_with_the_last_dimension() -> None:
    result = compute("conv_borders.pad_order", pad_height=1, pad_width=3)
    assert result.value == [3, 3, 1, 1]
    assert [1, 1, 3, 3] in telling_mistakes(result)


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_the_function_that_is_shown_is_right(stride: int) -> None:
    names: dict[str, Any] = {}
    exec(str(by_hand(stride=stride).value), names)
    assert _like_torch(answer=names, stride=stride).right


def in_numpy(image: list[list[int]], kernel: list[list[int]]) -> Any:
    return signal.correlate2d(image, kernel, mode="valid")[::2, ::2]


def in_torch(image: list[list[int]], kernel: list[list[int]]) -> Any:
    x, w = (torch.tensor(one).float()[None, None] for one in (image, kernel))
    return F.conv2d(x, w, stride=2)[0, 0]


def turned(image: list[list[int]], kernel: list[list[int]]) -> Any:
    return signal.convolve2d(image, kernel, mode="valid")[::2, ::2].tolist()


def dense(image: list[list[int]], kernel: list[list[int]]) -> Any:
    return signal.correlate2d(image, kernel, mode="valid").tolist()


def failing(image: list[list[int]], kernel: list[list[int]]) -> Any:
    return image[len(image)]


def empty(image: list[list[int]], kernel: list[list[int]]) -> Any:
    return None


@pytest.mark.parametrize(
    ("function", "right", "says"),
    [
        (in_numpy, True, "agrees"),
        (in_torch, True, "agrees"),
        (turned, False, "turn the kernel"),
        (dense, False, "stride 1"),
        (empty, False, "None"),
        (failing, False, "raises IndexError"),
        (5, False, "no function"),
    ],
)
def test_a_learners_function_is_told_what_it_does(function: Any, right: bool, says: str) -> None:
    torch.manual_seed(1)
    found = _like_torch(answer={"conv2d": function}, stride=2)
    assert found.right is right
    assert says in found.text.en
    assert found.text.zh


def test_code_without_the_function_is_wrong() -> None:
    assert not _like_torch(answer={}, stride=1).right
