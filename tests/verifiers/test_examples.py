"""Open questions of the real decks: their own example works, others work too, and those that don't say why."""

import pytest

from verifiers.conv_examples import halves, halving, keeping, keeps
from verifiers.kl_examples import either_side_of_one, lies_either_side

WIDTHS = [64, 224, 512]


def fields(example: object) -> dict[str, str]:
    return dict(part.split("=") for part in str(example).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_example_that_is_shown_works(width: int) -> None:
    answer = {name: int(value) for name, value in fields(halving(width=width).value).items()}
    assert halves(answer=answer, width=width).right
    pair = {
        name: [float(one) for one in value.split(",")] for name, value in fields(either_side_of_one().value).items()
    }
    assert lies_either_side(answer=pair).right


@pytest.mark.parametrize("answer", [(2, 2, 0), (3, 2, 1), (5, 2, 2), (4, 2, 1)])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_layer_that_halves_is_right(answer: tuple[int, int, int], width: int) -> None:
    kernel, stride, padding = answer
    assert halves(answer={"kernel": kernel, "stride": stride, "padding": padding}, width=width).right


@pytest.mark.parametrize(
    ("answer", "says"), [((3, 2, 0), "makes 111 of 224"), ((3, 1, 1), "224"), ((64, 2, 64), "112")]
)
def test_a_layer_that_does_not_is_told_what_it_makes(answer: tuple[int, int, int], says: str) -> None:
    kernel, stride, padding = answer
    found = halves(answer={"kernel": kernel, "stride": stride, "padding": padding}, width=224)
    assert not found.right
    assert says in found.text.en


def test_a_layer_that_torch_refuses_is_wrong_in_its_words() -> None:
    found = halves(answer={"kernel": 64, "stride": 2, "padding": 0}, width=8)
    assert not found.right
    assert "torch refuses" in found.text.en


@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_every_layer_that_keeps_the_size_is_right_and_no_other(dilation: int) -> None:
    example = {name: int(value) for name, value in fields(keeping(width=64, dilation=dilation).value).items()}
    assert keeps(answer=example, width=64, dilation=dilation).right
    for kernel in (3, 4, 5, 7):
        for padding in (1, 2, 3, 6, 9):
            right = 2 * padding == dilation * (kernel - 1)
            assert keeps(answer={"kernel": kernel, "padding": padding}, width=64, dilation=dilation).right is right
    refused = keeps(answer={"kernel": 40, "padding": 1}, width=32, dilation=3)
    assert not refused.right
    assert "torch refuses" in refused.text.en


@pytest.mark.parametrize(
    ("p", "q", "right"),
    [
        ([0.5, 0.5], [0.02, 0.98], True),
        ([0.02, 0.98], [0.5, 0.5], False),
        ([0.5, 0.5], [0.5, 0.5], False),
        ([0.4, 0.3, 0.3], [0.5, 0.5], False),
    ],
)
def test_both_directions_are_computed(p: list[float], q: list[float], right: bool) -> None:
    found = lies_either_side(answer={"p": p, "q": q})
    assert found.right is right
    assert found.text.zh
