"""Images that are shifted, mirrored, turned and enlarged, and what layers make of them."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from tests.verifiers.drawn_verifiers import agree, compute, draws, telling_mistakes, with_second_way

BLUR = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
CHANGES = ("shift 1", "shift 3", "rotate 5", "rotate 15", "rotate 90", "rotate 180", "stretch 1.1", "shrink to half")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As in the app; several would wait for each other over such small tensors."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", with_second_way("shifting", "symmetries", "traits"))
def test_a_verifier_agrees_with_its_second_way_over_all_that_it_accepts(name: str) -> None:
    agree(name, draws(name, 16))


@pytest.mark.parametrize(
    ("shift", "stride", "moved"), [(1, 1, "1"), (5, 1, "5"), (4, 2, "2"), (3, 2, "none"), (12, 4, "3"), (2, 4, "none")]
)
@pytest.mark.parametrize("layer", ["conv", "max", "average"])
def test_an_output_moves_by_the_shift_divided_by_the_stride(shift: int, stride: int, moved: str, layer: str) -> None:
    if layer == "conv" or stride > 1:
        assert compute("shifting.output_shift", shift=shift, stride=stride, layer=layer).value == moved


def test_invariance_is_told_as_the_mistake_that_it_is() -> None:
    assert telling_mistakes(compute("shifting.output_shift", shift=2, stride=1)) == ["0"]


def test_the_output_is_compared_with_what_the_convolution_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Conv2d, "forward", lambda _, x: x.roll(1, -1))  # another shift, the same for both
    assert compute("shifting.output_shift", shift=3, stride=2).value == "3"


def test_borders_reach_further_in_with_every_layer() -> None:
    found = [compute("shifting.border_columns", kernel=3, layers=n, width=64).value for n in (1, 2, 5)]
    assert found == [2, 4, 10]


def test_a_crop_without_columns_that_both_see_rightly_is_all_border() -> None:
    assert compute("shifting.border_columns", kernel=7, layers=4, width=28, shift=1).value == 24


def test_a_pixel_that_crosses_into_the_next_window_changes_the_output() -> None:
    assert compute("shifting.unmoved", width=8, pool=2, shift=1).value == 4
    assert compute("shifting.unmoved", width=12, pool=3, shift=3).value == 0


@pytest.mark.parametrize(
    ("shift", "same"),
    [
        (1, ["circular"]),
        (2, ["circular", "stride 2"]),
        (4, ["circular", "stride 2", "max pool 4"]),
    ],
)
def test_only_what_forgets_the_place_is_invariant(shift: int, same: list[str]) -> None:
    assert compute("shifting.invariant", shift=shift).value == same


@pytest.mark.parametrize("digit", [0, 7, 1796])
def test_which_changes_a_kernel_follows_does_not_hang_on_the_digit(digit: int) -> None:
    params = {"kernel": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "digit": digit}
    assert compute("symmetries.followed", **params).value == ["shift", "upside down"]


def test_no_kernel_follows_an_enlargement_not_even_a_blur() -> None:
    result = compute("symmetries.followed", kernel=BLUR)
    assert result.value == ["shift", "mirror", "upside down", "turn"]
    assert result.facts["turned"] == 0
    assert result.facts["enlarged"] != 0


def test_the_three_traits_are_independent() -> None:
    found = {
        layer: compute("traits.of_layer", layer=layer).value
        for layer in ("dense", "own weights", "conv", "strided", "whole image")
    }
    assert found == {
        "dense": [],
        "own weights": ["local"],
        "conv": ["local", "shared"],
        "strided": ["local", "shared", "subsampling"],
        "whole image": ["shared"],
    }


@pytest.mark.parametrize("change", CHANGES)
def test_a_trained_net_fares_alike_where_scipy_changes_the_digits(change: str) -> None:
    agree("small_digits.survives", [{"change": change}])
    agree("small_digits.keeps_answers", [{"change": change}])


def test_the_net_learns_its_digits_and_forgives_small_changes_only() -> None:
    shares = {change: compute("small_digits.keeps_answers", change=change).facts["share"] for change in CHANGES}
    plain = compute("small_digits.survives", change="rotate 5").facts["plain"]
    assert isinstance(plain, float)
    assert plain > 85
    assert all(isinstance(one, float) and 0 < one <= 1 for one in shares.values())
    small, larger = float(str(shares["rotate 5"])), float(str(shares["rotate 15"]))
    assert small > 0.9 > larger > 0.5 > float(str(shares["rotate 90"]))
    assert float(str(shares["stretch 1.1"])) > 0.9 > 0.5 > float(str(shares["shrink to half"]))


def test_training_leaves_the_generator_of_chance_as_it_was() -> None:
    from verifiers.small_digits import _trained

    _trained.cache_clear()
    torch.manual_seed(3)
    before = torch.get_rng_state()
    _trained()
    assert torch.equal(torch.get_rng_state(), before)


def test_the_picture_shows_the_digit_twice_and_fits() -> None:
    rows = str(compute("small_digits.survives", change="rotate 90", digit=596).picture).splitlines()
    assert len(rows) <= 22
    assert 30 < max(map(len, rows)) <= 72
