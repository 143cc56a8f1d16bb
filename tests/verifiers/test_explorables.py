"""The pictures of the laboratory, each held against the library by another way than the one that drew it."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from scipy import special
from sklearn.model_selection import StratifiedKFold
from torch import nn

from quizapp.authoring import Impossible, Text
from quizapp.core.beginning import beginning
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.drawing import draw
from quizapp.core.picture import Captioned
from quizapp.core.question import rng_for
from quizapp.core.text import cells
from quizapp.deck.declared import read_declarations
from quizapp.worker.plain import plain_drawn
from tests.verifiers.drawn_verifiers import VERIFIERS, compute, named
from verifiers.activations import FUNCTIONS
from verifiers.augment_followed import ellipses

DECLARED: dict[str, Declaration] = {
    name: one
    for path in sorted(VERIFIERS.glob("*.py"))
    if ".explore" in path.read_text(encoding="utf-8")
    for name, one in read_declarations(path)[0].items()
    if one.explore is not None
}


def drawn(name: str, /, **params: Any) -> Captioned:
    """The picture, as the child would send it."""
    function = named(name).draw
    assert function is not None
    return plain_drawn(function(**params))


def inked(picture: Captioned, ink: str) -> str:
    return "".join(run.text for row in picture.picture.rows for run in row if run.ink == ink)


def captions(picture: Captioned) -> str:
    return "\n".join(line.en for line in picture.caption)


def from_domain(name: str, count: int) -> list[dict[str, Any]]:
    """What the laboratory's sliders may give, drawn: the verifier's parameters that the picture takes, and its own."""
    one = DECLARED[name]
    assert one.explore is not None
    whole = {key: one.explore.narrowed.get(key, parameter.domain) for key, parameter in one.parameters.items()}
    domains = whole | {key: parameter.domain for key, parameter in one.explore.own.items()}
    return [dict(draw(Draw(domains, one.where), rng_for(5, name, nth))) for nth in range(count)]


def taken(name: str, params: dict[str, Any]) -> dict[str, Any]:
    function = named(name).draw
    assert function is not None
    names = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    return {key: value for key, value in params.items() if key in names}


def test_the_subjects_of_the_notes_have_pictures_to_explore() -> None:
    wanted = {"conv", "pool", "transposed", "receptive", "kl", "activations", "stratified", "augment_picture"}
    assert wanted <= {name.partition(".")[0] for name in DECLARED}
    assert len(DECLARED) >= 20


@pytest.mark.parametrize("name", DECLARED)
def test_a_picture_fits_into_a_small_terminal_at_first(name: str) -> None:
    first = drawn(name, **taken(name, beginning(DECLARED[name], {})))
    rows = str(first.picture).split("\n")
    assert len(rows) <= 18
    assert max(map(cells, rows)) <= 76


@pytest.mark.parametrize("name", DECLARED)
def test_whatever_the_sliders_give_is_drawn_or_impossible(name: str) -> None:
    pictures = 0
    for params in from_domain(name, 12):
        try:
            found = drawn(name, **taken(name, params))
        except Impossible:
            continue
        assert max(map(cells, str(found.picture).split("\n"))) <= 78, params
        assert all(line.zh or not re.search("[a-z]{4}", line.en) or "Error" in line.en or "Warning" in line.en
                   or "emb" in line.en for line in found.caption), captions(found)  # fmt: skip
        pictures += 1
    assert pictures


@pytest.mark.parametrize("name", DECLARED)
def test_a_picture_can_be_read_without_colours(name: str) -> None:
    text = str(drawn(name, **taken(name, beginning(DECLARED[name], {}))).picture)
    assert len(set(text) - {" ", "\n"}) > 4


@pytest.mark.parametrize(
    ("width", "kernel", "stride", "padding", "dilation"),
    [(7, 3, 2, 1, 1), (5, 3, 1, 0, 2), (6, 1, 1, 0, 1), (4, 4, 4, 3, 1)],
)
def test_at_its_last_step_the_whole_output_of_a_convolution_is_filled(
    width: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    sizes = {"width": width, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    side = compute("conv.output_size", **sizes).value
    assert isinstance(side, int)
    for step in (0, side * side // 2, side * side - 1, 255):
        now = min(step, side * side - 1)
        numbers = re.findall(r"-?\d+", inked(picture := drawn("conv.output_size", **sizes, step=step), "four"))
        assert len(numbers) == now
        assert f"y[{now // side}, {now % side}] of {side} × {side}" in captions(picture)


def test_each_number_of_a_convolutions_picture_is_what_scipy_correlates() -> None:
    from scipy import signal

    from verifiers.sliding import sample, weights

    wanted = signal.correlate2d(np.pad(np.array(sample(6)), 1), np.array(weights(3)), mode="valid")[::2, ::2]
    last = drawn("conv.output_size", width=6, kernel=3, stride=2, padding=1, dilation=1, step=255)
    got = [int(one) for one in re.findall(r"-?\d+", inked(last, "four") + inked(last, "one"))]
    assert got == wanted.flatten().tolist()
    assert captions(last).split("\n")[0].endswith(f"= {wanted[-1, -1]}")


@pytest.mark.parametrize(("kernel", "dilation", "padding"), [(1, 1, 0), (3, 1, 1), (3, 2, 1), (4, 1, 1)])
def test_the_window_has_as_many_cells_as_the_kernel(kernel: int, dilation: int, padding: int) -> None:
    picture = drawn("conv.output_size", width=7, kernel=kernel, stride=1, padding=padding, dilation=dilation, step=0)
    assert inked(picture, "two").count("[") == kernel**2


def test_where_there_is_no_room_for_digits_the_window_is_drawn_in_squares() -> None:
    sizes = {"width": 10, "kernel": 3, "stride": 1, "padding": 3, "dilation": 1}
    picture = drawn("conv.output_size", **sizes, step=3 * 14 + 3)
    assert inked(picture, "two").count("■") == 9
    assert inked(picture, "four").count("■") == 3 * 14 + 3


def test_columns_that_no_window_reaches_are_crossed_out() -> None:
    picture = drawn("conv.output_size", width=6, kernel=3, stride=2, padding=0, dilation=1, step=0)
    assert inked(picture, "dim").count("×") >= 11
    assert "1 column and 1 row are in no window" in captions(picture)


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pooling_shows_the_maximum_of_its_window(ceil_mode: bool) -> None:
    from verifiers.sliding import sample

    image = np.array(sample(6))
    sizes = {"width": 6, "kernel": 3, "stride": 2, "padding": 0, "ceil_mode": ceil_mode}
    side = compute("pool.pooled_size", **sizes).value
    assert isinstance(side, int)
    for step in range(side * side):
        row, column = divmod(step, side)
        wanted = int(image[2 * row : 2 * row + 3, 2 * column : 2 * column + 3].max())
        picture = drawn("pool.pooled_size", **sizes, step=step)
        assert f"= {wanted}, the largest" in captions(picture)
        assert f"({wanted})" in inked(picture, "one")


def test_a_transposed_convolution_has_painted_all_of_its_output_at_the_last_step() -> None:
    from verifiers.sliding import sample, weights

    sizes = {"width": 3, "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "dilation": 1}
    picture = drawn("transposed.transposed_size", **sizes, step=24)
    layer = nn.ConvTranspose2d(1, 1, 3, 2, 1, 1, bias=False)
    x, w = (torch.tensor(one, dtype=torch.float32)[None, None] for one in (sample(3), weights(3, 1, 3)))
    with torch.no_grad():
        layer.weight.copy_(w)
        wanted = layer(x)[0, 0].int().flatten().tolist()
    body = [line.split("y ")[-1] for line in str(picture.picture).split("\n")]
    assert body[0].strip() == "6 = 8 − 2·1"
    grid = [re.findall(r"-?\d+|□", line[26:]) for line in str(picture.picture).split("\n")[2:8]]
    assert [int(one) for line in grid for one in line] == wanted


@pytest.mark.parametrize(
    "layers",
    [
        ["nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=0)", "nn.MaxPool2d(2)",
         "nn.Conv2d(8, 8, kernel_size=5, stride=2, padding=2)"],
        ["nn.Conv2d(3, 8, kernel_size=7, stride=2, padding=3)", "nn.ReLU()", "nn.AvgPool2d(2)", "nn.MaxPool2d(2)"],
        ["nn.Conv2d(3, 8, kernel_size=1, stride=2, padding=0)", "nn.Conv2d(8, 8, kernel_size=3, stride=2, padding=0)"],
    ],
)  # fmt: skip
def test_behind_each_layer_the_field_is_as_large_as_the_verifier_measures(layers: list[str]) -> None:
    assert "sees 1 × 1" in captions(drawn("receptive.field", layers=layers, step=0))
    for depth in range(1, len(layers) + 1):
        side = compute("receptive.field", layers=layers[:depth]).value
        assert f"behind layer {depth} sees {side} × {side}" in captions(
            drawn("receptive.field", layers=layers, step=depth)
        )


def test_a_field_with_holes_shows_them() -> None:
    layers = [
        "nn.Conv2d(3, 8, kernel_size=1, stride=2, padding=0)",
        "nn.Conv2d(8, 8, kernel_size=3, stride=1, padding=0)",
    ]
    assert "■ ■ ■" in str(drawn("receptive.field", layers=layers, step=2).picture)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5]),
        ([0.5, 0.5, 0.0], [0.25, 0.5, 0.25]),
        ([0.0, 1.0], [1.0, 0.0]),
        ([1.0, 0.0], [0.5, 0.5]),
    ],
)
def test_the_divergences_in_the_bars_are_those_of_scipy(p: list[float], q: list[float]) -> None:
    rows = [line.split()[-1] for line in str(drawn("kl.divergence", p=p, q=q).picture).split("\n")[1:]]
    shown = [float(one.replace("∞", "inf")) for one in rows]
    forward, backward = special.rel_entr(p, q), special.rel_entr(q, p)
    terms = [one for pair in zip(forward, backward, strict=True) for one in pair]
    assert shown == pytest.approx([*terms, forward.sum(), backward.sum()], abs=6e-5)


def test_where_a_divergence_is_infinite_the_outcome_is_named() -> None:
    said = captions(drawn("kl.divergence", p=[0.5, 0.25, 0.25], q=[0.5, 0.5, 0.0]))
    assert "D(P‖Q) is infinite: P has x3, which Q rules out" in said
    assert "D(Q‖P) is infinite" not in said


def test_equal_bars_are_equal_probabilities() -> None:
    lines = str(drawn("kl.divergence", p=[0.75, 0.25], q=[0.25, 0.75]).picture).split("\n")[1:5]
    assert [line[:26].count("█") or line[:26].count("▒") for line in lines] == [15, 5, 5, 15]


@pytest.mark.parametrize("function", ["sigmoid", "tanh", "gelu", "silu", "softplus", "elu", "mish"])
def test_the_slope_under_the_cursor_is_that_of_a_short_chord(function: str) -> None:
    for x in (-2.5, -0.75, 0.25, 3.0):
        ends = FUNCTIONS[function](torch.tensor([x - 1e-4, x + 1e-4], dtype=torch.float64)).tolist()
        said = captions(drawn("activations.value", function=function, x=x)).split("\n")
        assert float(said[1].split()[-1]) == pytest.approx((ends[1] - ends[0]) / 2e-4, abs=1e-4)
        assert float(said[0].split()[-1]) == pytest.approx((ends[1] + ends[0]) / 2, abs=1e-4)


def test_the_cursor_goes_along_the_curve_from_left_to_right() -> None:
    places = []
    for step in range(-8, 9):
        lines = str(drawn("activation_curves.curve", function="sigmoid", cursor=step / 2).picture).split("\n")
        row = next(at for at, line in enumerate(lines) if "●" in line and "● x" not in line)
        places.append((lines[row].index("●"), row))
    assert all(here[0] < there[0] and here[1] >= there[1] for here, there in pairwise(places))


def test_at_a_kink_both_sides_are_told() -> None:
    assert "0.00 on its left, 1.00 on its right" in captions(
        drawn("activation_slopes.at_point", call="F.relu(x)", x=0.0)
    )
    assert "kink" not in captions(drawn("activation_slopes.at_point", call="F.relu(x)", x=1.0))


@pytest.mark.parametrize("order", ["sorted", "mixed"])
def test_every_row_is_held_out_in_one_fold_of_each_splitter(order: str) -> None:
    picture = drawn("stratified.rare_by_kfold", common=13, rare=6, splits=4, fold=1, order=order)
    lines = str(picture.picture).split("\n")
    y = re.match(r"y +([AB]+)", lines[0])
    assert y is not None
    for start in (2, 7):
        folds = [line[10:29] for line in lines[start : start + 4]]
        for column, letter in enumerate(y[1]):
            assert sorted(fold[column] for fold in folds) == sorted(["·"] * 3 + ["█▒"[letter == "B"]])


def test_the_shares_of_the_stratified_folds_are_those_of_the_splitter() -> None:
    lines = str(drawn("stratified.bounds", common=14, rare=5, splits=3, order="sorted").picture).split("\n")
    y = np.array([0] * 14 + [1] * 5)
    wanted = [[int((y[held] == one).sum()) for one in (0, 1)] for _, held in StratifiedKFold(3).split(y, y)]
    shown = [re.findall(r"[AB] (\d+)", line) for line in lines[-3:]]
    assert [[int(one) for one in pair] for pair in shown] == wanted


def test_a_splitter_that_refuses_says_so_in_the_picture() -> None:
    picture = drawn("stratified.outcome", a=3, b=2, c=1, splits=5, order="sorted")
    assert "ValueError" in str(picture.picture)
    assert "StratifiedKFold: ValueError" in captions(picture)


def boxes(picture: Captioned) -> dict[str, tuple[list[float], list[float]]]:
    found = re.findall(r"(\w+): \[(.*)\] → \[(.*)\]", captions(picture))
    return {name: (_floats(before), _floats(after)) for name, before, after in found}


def _floats(text: str) -> list[float]:
    return [float(one) for one in text.split(", ")]


@pytest.mark.parametrize("transform", ["HorizontalFlip", "VerticalFlip", "Transpose", "Rotate((90, 90))"])
def test_the_box_encloses_what_became_of_its_mask(transform: str) -> None:
    picture = drawn("augment_picture.which", transform=transform, name="china", left=2)
    ((before, after),) = boxes(picture).values()
    turned: dict[str, Any] = {"HorizontalFlip": np.fliplr, "VerticalFlip": np.flipud, "Transpose": np.transpose,
                              "Rotate((90, 90))": np.rot90}  # fmt: skip
    rows, columns = np.nonzero(turned[transform](ellipses(128, 128, [before])))
    assert after == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert picture.picture != drawn("augment_picture.which", transform=transform, name="flower", left=2).picture


def test_the_hatching_lies_inside_the_box() -> None:
    picture = drawn("augment_boxes.turned", side=128, x=16, y=40, w=40, h=72, degrees=90, tilt=20)
    lines = [line[33:] for line in str(picture.picture).split("\n")[1:]]
    top, bottom = (next(at for at, line in enumerate(lines) if sign in line) for sign in "┌└")
    left, right = lines[top].index("┌"), lines[top].index("┐")
    hatched = [(row, match.start()) for row, line in enumerate(lines) for match in re.finditer("//", line)]
    assert hatched
    assert all(top < row < bottom and left < column < right for row, column in hatched)


def test_a_brighter_image_leaves_its_box_where_it_was() -> None:
    plain, bright = (
        drawn("augment_picture.which", transform="HorizontalFlip", name="china", left=2, brightness=one)
        for one in (0.0, 0.4)
    )
    assert boxes(plain) == boxes(bright)
    assert plain.picture != bright.picture


def test_a_crop_drops_the_boxes_that_the_verifier_counts_as_gone() -> None:
    params = {"a": 20, "b": 140, "c": 220, "d": 330, "side": 256, "min_visibility": 0.3}
    assert len(boxes(drawn("boxes_kept.visible", **params))) == compute("boxes_kept.visible", **params).value
    assert "d: [330, 100, 410, 180] is dropped" in captions(drawn("boxes_kept.visible", **params))


def test_a_softmax_at_a_temperature_is_that_of_the_divided_logits() -> None:
    z, temperature = [[3, 1, -2]], 2.5
    picture = drawn("softmax.changed", z=z, change="2 * z", temperature=temperature, label=1)
    shown = [float(line.split()[-1]) for line in str(picture.picture).split("\n")[1:]]
    wanted = special.softmax(np.array(z[0]) * 2 / temperature)
    assert shown == pytest.approx(wanted.tolist(), abs=5e-3)
    assert f"→ {-np.log(wanted[1]):.4f}" in captions(picture)


def test_rows_of_an_embedding_light_up_as_often_as_they_are_looked_up() -> None:
    ids = [1, 3, 3, 0, 3, 7]
    picture = drawn("embedding_rows.gradient", ids=[ids], padding="0", step=5)
    shown = [int(one) for one in re.findall(r"\[(\d) \d \d\]", str(picture.picture))]
    assert shown == [0 if row == 0 else ids.count(row) for row in range(8)]


def test_a_lookup_lights_the_row_that_it_returns() -> None:
    assert inked(drawn("embedding.lookup", table=[[1, 2], [3, -4], [5, 6], [7, 8]], index=1), "one").count("3 -4") == 2


@pytest.mark.parametrize(
    "order",
    [
        ["optimizer.zero_grad()", "loss.backward()", "optimizer.step()"],
        ["loss.backward()", "optimizer.step()", "print(weight.item())"],
    ],
)
def test_a_followed_loop_ends_where_the_verifier_ends(order: list[str]) -> None:
    params = {"order": order, "start": 5, "lr": 0.1, "a": 3, "b": 7, "c": 2}
    value = compute("training.ended", **params).value
    assert isinstance(value, float)
    assert captions(drawn("training.ended", **params, step=8)).endswith(f"the weight is {value:.4g}")
    assert str(drawn("training.ended", **params, step=0).picture).count("◀") <= str(
        drawn("training.ended", **params, step=8).picture
    ).count("◀")


@pytest.mark.parametrize(("activation", "weight"), [("sigmoid", 2.0), ("tanh", 1.5)])
def test_the_gradient_at_the_bottom_of_a_stack_is_the_verifiers(activation: str, weight: float) -> None:
    params = {"activation": activation, "layers": 6, "weight": weight}
    bottom = str(drawn("activation_slopes.through_stack", **params).picture).split("\n")[-1].split()
    value = compute("activation_slopes.through_stack", **params).value
    assert float(bottom[1]) == pytest.approx(value, rel=1e-3)


def lines_of(texts: Sequence[Text]) -> str:
    return "\n".join(one.zh or one.en for one in texts)


def test_captions_speak_chinese() -> None:
    said = lines_of(drawn("conv.output_size", width=6, kernel=3, stride=2, padding=0, dilation=1, step=0).caption)
    assert "不在任何窗口内" in said
