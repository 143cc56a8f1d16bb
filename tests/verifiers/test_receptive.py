"""Receptive fields against the formula, against what is known, and against gradients."""

import pytest
import torch
from torch import nn

from tests.verifiers.drawn_verifiers import agree, compute, draws, telling_mistakes
from verifiers.receptive import STACKS, reaches

CONV = "nn.Conv2d(3, 8, kernel_size={}, stride={}, padding=1)"
NEXT = "nn.Conv2d(8, 8, kernel_size={}, stride={}, padding=1)"


def test_a_field_agrees_with_the_formula_over_all_that_is_accepted() -> None:
    agree("receptive.field", draws("receptive.field", 12))


@pytest.mark.parametrize(
    ("layers", "side"),
    [
        ([CONV.format(3, 1), NEXT.format(3, 1)], 5),
        ([CONV.format(3, 1), NEXT.format(3, 1), NEXT.format(3, 1)], 7),  # VGG's three for a 7 × 7
        ([CONV.format(7, 2), "nn.ReLU()", "nn.MaxPool2d(2)"], 9),
        ([CONV.format(1, 1), "nn.ReLU()"], 1),
        ([CONV.format(1, 2), "nn.ReLU()", NEXT.format(3, 1)], 5),  # a 1 × 1 with a stride leaves pixels out
        ([CONV.format(3, 1), "nn.AvgPool2d(2)", NEXT.format(3, 1), "nn.AvgPool2d(2)"], 10),
        ([CONV.format(5, 1), "nn.MaxPool2d(2)", NEXT.format(5, 1), "nn.MaxPool2d(2)"], 16),  # LeNet-5
    ],
)
def test_known_stacks_have_their_known_fields(layers: list[str], side: int) -> None:
    assert compute("receptive.field", layers=layers).value == side


def test_the_field_is_where_the_gradient_of_real_square_layers_is_not_zero() -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.AvgPool2d(2), nn.Conv2d(1, 1, 5))
    for weight in net.parameters():
        nn.init.constant_(weight, 1)
    image = torch.zeros(1, 1, 64, 64, requires_grad=True)
    output = net(image)
    output[0, 0, output.shape[2] // 2, output.shape[3] // 2].backward()
    assert image.grad is not None
    lit = image.grad[0, 0].any(0).nonzero().flatten()
    layers = [CONV.format(3, 2), "nn.AvgPool2d(2)", NEXT.format(5, 1)]
    assert compute("receptive.field", layers=layers).value == lit[-1] - lit[0] + 1


def test_the_pyramid_counts_down_from_the_field_to_one() -> None:
    result = compute("receptive.field", layers=[CONV.format(3, 2), "nn.ReLU()", NEXT.format(5, 1)])
    rows = str(result.picture).splitlines()
    assert [row.count("■") for row in rows] == [11, 5, 5, 1]
    assert rows[0].endswith(" 11")
    wide = compute("receptive.field", layers=[CONV.format(7, 2), NEXT.format(7, 2), NEXT.format(7, 1)])
    assert wide.picture is None


def test_leaving_out_strides_or_pooling_is_told() -> None:
    result = compute("receptive.field", layers=[CONV.format(3, 2), "nn.MaxPool2d(2)", NEXT.format(3, 1)])
    assert result.value == 13
    assert {6, 7} <= {one for one in telling_mistakes(result) if isinstance(one, int)}


@pytest.mark.parametrize("stack", STACKS)
def test_a_drawn_field_is_the_square_that_the_formula_says(stack: str) -> None:
    agree("receptive.drawn", [{"stack": stack}])
    result = compute("receptive.drawn", stack=stack)
    rows = str(result.picture).splitlines()
    side = result.facts["side"]
    assert isinstance(side, int)
    assert [row.count("█") for row in rows if "█" in row] == [2 * side] * side
    assert max(map(len, rows)) <= 72
    assert len(telling_mistakes(result)) == len(STACKS) - 1


@pytest.mark.parametrize("side", range(4, 65))
def test_the_example_of_two_layers_reaches_as_far_as_asked(side: int) -> None:
    shown = str(compute("receptive.two_layers", side=side).value)
    answer = {name: int(value) for name, value in (part.split("=") for part in shown.split())}
    assert reaches(answer=answer, side=side).right


@pytest.mark.parametrize(
    ("answer", "right"),
    [((3, 2, 3), True), ((5, 1, 3), True), ((3, 1, 5), True), ((7, 1, 7), False), ((3, 1, 3), False)],
)
def test_any_two_layers_that_see_seven_pixels_are_right(answer: tuple[int, int, int], right: bool) -> None:
    found = reaches(answer=dict(zip(("kernel1", "stride1", "kernel2"), answer, strict=True)), side=7)
    assert found.right is right
    assert "receptive field" in found.text.en
    assert found.text.zh
