"""The verifiers behind theory/activations against plain Python, against what is known, against their programs."""

import contextlib
import io
import math
import re

import pytest
import torch

from quizapp.authoring import Picture
from quizapp.core.domain import Value
from tests.verifiers.drawn_verifiers import agree, draws, named, with_second_way
from verifiers import (
    activation_curves,
    activation_slopes,
    activation_traits,
    activation_usage,
    activations,
    gelu,
    saturation,
    softmax,
)

MODULES = (
    "activations",
    "activation_traits",
    "activation_curves",
    "activation_slopes",
    "activation_examples",
    "activation_usage",
    "gelu",
    "saturation",
    "softmax",
)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


def text(picture: Picture | None) -> list[str]:
    assert picture is not None
    return ["".join(part if isinstance(part, str) else part.text for part in row) for row in picture.rows]


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 40))


# Values and ranges


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        ("sigmoid", 0.0, 0.5),
        ("sigmoid", 1.0, 0.7310586),
        ("tanh", 1.0, 0.7615942),
        ("softplus", 0.0, math.log(2)),
        ("hardswish", -1.5, -0.375),
        ("hardswish", 3.0, 3.0),
        ("hardsigmoid", 0.0, 0.5),
        ("relu6", 8.0, 6.0),
        ("elu", -1.0, 1 / math.e - 1),
        ("selu", 1.0, 1.0507010),
        ("gelu", 1.0, 0.8413447),
        ("silu", -1.0, -0.2689414),
        ("mish", 1.0, 0.8650984),
        ("softsign", -4.0, -0.8),
    ],
)
def test_known_values(function: str, x: float, value: float) -> None:
    assert activations.value(function=function, x=x).value == pytest.approx(value, abs=1e-6)


def test_a_leaky_relu_cut_off_at_0_is_a_mistake_with_its_sentence() -> None:
    cut_off, darknet = activations.value(function="leaky_relu", x=-4.0).mistakes
    assert cut_off.value == 0.0
    assert "1%" in cut_off.text.en
    assert darknet.value == pytest.approx(-0.4)
    assert "0.1" in darknet.text.en


def test_the_slope_of_a_saturated_output_is_small_and_of_the_middle_one_largest() -> None:
    assert activations.slope_from_output(function="sigmoid", output=0.5).value == pytest.approx(0.25)
    assert activations.slope_from_output(function="tanh", output=0.0).value == pytest.approx(1.0)
    assert activations.slope_from_output(function="sigmoid", output=0.95).value == pytest.approx(0.0475)
    tanh = activations.slope_from_output(function="tanh", output=-0.8)
    assert tanh.value == pytest.approx(0.36)
    taken_for_x = tanh.mistakes[2]
    assert taken_for_x.value == pytest.approx(1 - math.tanh(-0.8) ** 2)
    assert "y for x" in taken_for_x.text.en


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        ("sigmoid", 0.0, 1.0),
        ("leaky_relu", -math.inf, math.inf),
        ("elu", -1.0, math.inf),
        ("relu6", 0.0, 6.0),
        ("selu", -1.758, math.inf),
        ("silu", -0.278, math.inf),
        ("softsign", -1.0, 1.0),
    ],
)
def test_known_bounds(function: str, low: float, high: float) -> None:
    result = activations.bounds(function=function)
    assert result.value == [low, high]
    shown = [float(one) for one in printed(result.snippet).strip("[]").split(",")]
    for got, bound in zip(shown, (low, high), strict=True):  # no bound: a large number to the program
        assert abs(got) > 1e3 if math.isinf(bound) else got == pytest.approx(bound, abs=1e-3)


# Traits


@pytest.mark.parametrize(
    ("wanted", "have"),
    [
        ("bounded", ["sigmoid", "tanh", "relu6"]),
        ("kink", ["relu", "leaky_relu", "relu6"]),
        ("odd", ["tanh"]),
        ("steeper than 1", ["gelu", "silu"]),
        ("silent at -3", ["relu", "relu6"]),
        ("0.5 at 0", ["sigmoid"]),
    ],
)
def test_who_has_what(wanted: str, have: list[str]) -> None:
    result = activation_traits.with_property(wanted=wanted)
    assert result.value == have
    assert printed(result.snippet) == str(have)


def test_the_exact_gelu_and_its_tanh_form_have_formulas_of_their_own() -> None:
    exact = activation_traits.formula(call="F.gelu(x)").value
    rough = activation_traits.formula(call='F.gelu(x, approximate="tanh")').value
    assert exact == "x · Φ(x)"
    assert "tanh" in str(rough)


def test_every_call_has_a_formula_of_its_own() -> None:
    calls = list(activation_traits._CALLS)
    assert len({activation_traits.formula(call=call).value for call in calls}) == len(calls)


def test_layers_with_their_defaults_below_zero() -> None:
    assert activation_traits.below_zero(layer="nn.LeakyReLU()", x=-100.0).value == pytest.approx(-1.0)
    assert activation_traits.below_zero(layer="nn.PReLU()", x=-4.0).value == -1.0
    assert activation_traits.below_zero(layer="nn.ReLU()", x=-4.0).value == 0.0
    darknet = activation_traits.below_zero(layer="nn.LeakyReLU()", x=-10.0).mistakes[0]
    assert darknet.value == -1.0
    assert "Darknet" in darknet.text.en


# Networks


def test_mobilenet_v3_mixes_two_and_uses_hardswish_more() -> None:
    result = activation_usage.in_model(model="mobilenet_v3_small")
    assert result.value == "Hardswish"
    [relu] = [one for one in result.mistakes if one.value == "ReLU"]
    assert re.search(r"[1-9]\d* modules ReLU and", relu.text.en)
    assert printed(result.snippet) == "Hardswish"


# Curves


@pytest.mark.parametrize("name", ["curve", "dip", "slope"])
def test_a_picture_fits_the_screen_keeps_the_name_back_and_is_another_for_each_function(name: str) -> None:
    verifier = named(f"activation_curves.{name}")
    functions = {
        "curve": ("sigmoid", "tanh", "relu", "elu", "selu", "gelu", "silu", "softplus", "hardsigmoid", "softsign"),
        "dip": ("gelu", "silu", "hardswish", "leaky_relu"),
        "slope": ("sigmoid", "tanh", "softsign", "relu", "elu", "selu", "silu", "hardsigmoid", "hardswish"),
    }[name]
    seen = set()
    for function in functions:
        rows = text(verifier(function=function).picture)
        assert max(map(len, rows)) <= 72
        assert len(rows) <= 22
        assert function not in "".join(rows)
        seen.add("\n".join(rows))
    assert len(seen) == len(functions)


@pytest.mark.parametrize(
    ("function", "x", "low"),
    [("gelu", -0.7518, -0.1700), ("silu", -1.2785, -0.27846), ("hardswish", -1.5, -0.375)],
)
def test_what_is_said_of_a_dip_is_where_it_is_lowest(function: str, x: float, low: float) -> None:
    said = str(activation_curves.dip(function=function).steps[0])
    assert f"({x:.2f}, {low:.3f})" in said
    mark = str(activation_curves.dip(function=function).facts["mark"])
    assert function == "hardswish" or (f"−{-low:.2f}" in mark and f"−{-x:.2f}" in mark)


def test_curves_that_a_small_picture_cant_tell_apart_are_never_options_together() -> None:
    for function in ("relu", "silu", "gelu", "elu"):
        result = activation_curves.curve(function=function)
        offered = {function, *map(str, result.distractors)}
        assert len(offered & {"gelu", "silu", "mish", "hardswish"}) <= 1
        assert not {"relu", "leaky_relu"} <= offered


# Slopes


@pytest.mark.parametrize(
    ("call", "x", "slope"),
    [
        ("F.relu(x)", 0.0, 0.0),
        ("F.leaky_relu(x)", 0.0, 0.01),
        ("F.relu6(x)", 6.0, 0.0),
        ("F.hardtanh(x)", -1.0, 0.0),
        ("F.elu(x)", 0.0, 1.0),
        ("F.elu(x, 0.5)", 0.0, 0.5),
        ("F.elu(x, 2.0)", 0.0, 2.0),
        ("x.abs()", 0.0, 0.0),
        ("torch.maximum(x, 0 * x)", 0.0, 0.5),
        ("torch.maximum(x, 0.2 * x)", 0.0, 0.6),
        ("x * (x > 0)", 0.0, 0.0),
        ("x * (x >= 0)", 0.0, 1.0),
    ],
)
def test_the_slope_at_a_corner_is_torchs_choice(call: str, x: float, slope: float) -> None:
    assert activation_slopes.at_point(call=call, x=x).value == pytest.approx(slope)


def test_at_a_corner_both_sides_are_told() -> None:
    facts = activation_slopes.at_point(call="F.leaky_relu(x, 0.2)", x=0.0).facts
    assert (facts["left"], facts["right"]) == (0.2, 1.0)
    assert torch.__version__.startswith(str(facts["version"]))


def test_a_stack_of_sigmoids_vanishes_stays_or_explodes_by_its_weight() -> None:
    def through(weight: float) -> Value:
        return activation_slopes.through_stack(activation="sigmoid", layers=5, weight=weight).value

    assert through(1.0) == pytest.approx(0.25**5)
    assert through(4.0) == pytest.approx(1.0)
    assert through(8.0) == pytest.approx(32.0)
    assert activation_slopes.through_stack(activation="tanh", layers=5, weight=1.0).value == pytest.approx(1.0)


# Saturation and dead units


@pytest.mark.parametrize(
    ("activation", "dtype", "first"),
    [("sigmoid", "float32", 17), ("sigmoid", "float64", 37), ("tanh", "float32", 10), ("tanh", "bfloat16", 4)],
)
def test_where_a_slope_is_rounded_to_0(activation: str, dtype: str, first: int) -> None:
    assert saturation.first_flat(activation=activation, dtype=dtype).value == first


def test_a_unit_is_dead_only_if_no_input_reaches_it() -> None:
    result = saturation.dead_units(weights=[[1, 2, -1, 3]], biases=[[-1, -3, 0, -2]])
    assert result.value == 3  # the first and the third are exactly 0 at their best
    assert saturation.dead_units(weights=[[5, -5, 1, 1]], biases=[[-4, 4, 1, 0]]).value == 0


# GELU and softmax


def test_gelu_of_a_negative_number_is_small_and_negative() -> None:
    result = gelu.value(x=-2.0)
    assert result.value == pytest.approx(-0.0455, abs=1e-4)
    assert any("SiLU" in one.text.en for one in result.mistakes)


@pytest.mark.parametrize(
    ("instead", "size"),
    [
        ('F.gelu(x, approximate="tanh")', "below 0.001"),
        ("x * torch.sigmoid(1.702 * x)", "about 0.02"),
        ("F.silu(x)", "about 0.2"),
        ("F.softplus(x)", "about 0.7"),
    ],
)
def test_how_well_gelu_is_imitated(instead: str, size: str) -> None:
    assert gelu.gap(instead=instead).value == size


@pytest.mark.parametrize(
    ("change", "found"),
    [("z + 100", "same"), ("z - z.max()", "same"), ("2 * z", "sharper"), ("z / 10", "flatter"), ("-z", "turned round")],
)
def test_only_differences_of_logits_count(change: str, found: str) -> None:
    assert softmax.changed(z=[[1, 2, 4]], change=change).value == found


def test_negated_logits_with_a_tie_are_still_turned_round() -> None:
    assert softmax.changed(z=[[3, 3, -1]], change="-z").value == "turned round"


def test_large_logits_dont_overflow() -> None:
    large, small = (softmax.first_of_two(base=base, gap=2) for base in (1000, 0))
    assert large.value == pytest.approx(small.value)
    assert large.facts["exponential"] == math.inf
