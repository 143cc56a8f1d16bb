"""What convolutions and pooling save, and the numbers that pooling returns."""

import pytest
import torch
from scipy import ndimage
from torch import nn

from quizapp.authoring import Value
from tests.verifiers.drawn_verifiers import agree, compute, draws, telling_mistakes, with_second_way

IMAGE = [[1, 2, 3, 4], [5, 6, 7, 8], [4, 3, 2, 1], [8, 6, 5, 7]]


@pytest.mark.parametrize("name", with_second_way("savings", "pooling_costs", "pooling_values"))
def test_a_verifier_agrees_with_its_second_way_over_all_that_it_accepts(name: str) -> None:
    agree(name, draws(name, 10))


def test_a_convolution_of_mnist_is_a_sparse_matrix_with_few_values() -> None:
    result = compute("savings.matrix", width=28, kernel=5)
    assert result.value == [14_400, 25]
    assert result.facts["entries"] == 576 * 784


def test_the_matrix_is_the_convolutions_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Conv2d, "forward", lambda _, x: x)  # the identity has a diagonal of ones
    assert compute("savings.matrix", width=6, kernel=3).value == [36, 1]


def test_a_kernel_as_large_as_the_image_is_dense() -> None:
    assert compute("savings.sparse", width=7, kernel=7).value is False
    assert compute("savings.sparse", width=28, kernel=3).value is True


def test_three_small_kernels_save_what_the_paper_of_vgg_says() -> None:
    result = compute("savings.stacked", channels=1, count=3)
    assert result.value == 49 - 27  # 81 % more for the one 7 × 7
    assert result.facts["side"] == 7


def test_a_dense_layer_has_weights_for_pixels_and_places() -> None:
    result = compute("savings.dense_ratio", width=28, channels=1, filters=6, kernel=5)
    assert result.value == pytest.approx(784 * 576 / 25)
    assert result.facts["dense"] == 784 * 6 * 576


@pytest.mark.parametrize(
    ("kernel", "stride", "factors"), [(2, 2, [4, 1]), (3, 2, [4, 1]), (3, 1, [1, 1]), (4, 4, [16, 1])]
)
def test_the_stride_saves_operations_and_nothing_saves_a_convolution_parameters(
    kernel: int, stride: int, factors: list[int]
) -> None:
    assert compute("pooling_costs.next_conv", width=32, channels=16, kernel=kernel, stride=stride).value == factors


def test_a_dense_layer_behind_pooling_has_a_quarter_of_the_weights() -> None:
    result = compute("pooling_costs.dense_behind", width=28, channels=16, pool=2, classes=10)
    assert result.facts["after"] == 14 * 14 * 16 * 10
    assert result.value == 3 * 14 * 14 * 16 * 10


@pytest.mark.parametrize("pool", ["MaxPool2d", "AvgPool2d", "LPPool2d"])
def test_no_pooling_has_parameters_to_be_lost(pool: str) -> None:
    assert compute("pooling_costs.strided_instead", channels=64, kernel=2, pool=pool).value == 64 * 64 * 4 + 64


@pytest.mark.parametrize(
    "name", ["F.max_pool2d(x, 2)", "F.avg_pool2d(x, 2)", "-F.max_pool2d(-x, 2)", "x[..., ::2, ::2]"]
)
def test_each_way_to_halve_an_image_is_told_from_the_others(name: str) -> None:
    result = compute("pooling_values.operation", name=name, image=IMAGE)
    assert result.value == name
    assert len(telling_mistakes(result)) == 3
    assert "x" in str(result.picture)


def test_the_maximum_that_is_drawn_is_the_one_that_scipy_finds() -> None:
    drawn = str(compute("pooling_values.operation", name="F.max_pool2d(x, 2)", image=IMAGE).picture)
    found = ndimage.maximum_filter(torch.tensor(IMAGE).numpy(), size=2, origin=-1)[::2, ::2]
    rows = [line.split() for line in drawn.splitlines()[1:3]]
    assert [row[-2:] for row in rows] == [[str(one) for one in row] for row in found]


@pytest.mark.parametrize(
    ("kind", "row", "first"),
    [
        ("max", [[-3, -2, -5, -1, -2]], -2),
        ("max", [[1, 4, 9, 1, 1]], 4),
        ("average", [[4, 8, 1, 1, 1]], 4),
        ("average, count_include_pad=False", [[4, 8, 1, 1, 1]], 6),
    ],
)
def test_padding_never_wins_a_maximum_and_counts_in_an_average_unless_told(
    kind: str, row: list[list[int]], first: float
) -> None:
    assert compute("pooling_values.padded", kind=kind, row=row).value == pytest.approx(first)


def test_zero_padding_is_the_known_mistake_of_max_pooling() -> None:
    wrong: list[Value] = telling_mistakes(compute("pooling_values.padded", kind="max", row=[[-3, -2, -5, -1, -2]]))
    assert wrong[0] == 0


def test_a_maximum_gives_its_gradient_to_one_pixel_and_an_average_to_all() -> None:
    window = [[3, 9, 4, 1]]
    shared = {
        kind: [
            compute("pooling_values.gradient", kind=kind, window=window, incoming=4.0, index=index).value
            for index in range(4)
        ]
        for kind in ("max", "average")
    }
    assert shared == {"max": [0, 4, 0, 0], "average": [1, 1, 1, 1]}
