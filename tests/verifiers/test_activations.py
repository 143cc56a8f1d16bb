"""The verifiers behind theory/activations against plain Python, against what is known, against their programs."""

import contextlib
import importlib
import io
import math
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
import torch

from quizapp.authoring import Picture, Result, Verifier
from quizapp.core.answer import EXACT
from quizapp.core.card import Card, Deck
from quizapp.core.claim import agrees
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Params, Value
from quizapp.core.drawing import draw
from quizapp.core.question import ask, rng_for
from quizapp.core.text import Lang
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack
from verifiers import (
    activation_curves,
    activation_examples,
    activation_slopes,
    activation_traits,
    activations,
    gelu,
    saturation,
    softmax,
)

ROOT = Path(__file__).parents[2]
MODULES = (
    "activations",
    "activation_traits",
    "activation_curves",
    "activation_slopes",
    "activation_examples",
    "gelu",
    "saturation",
    "softmax",
)
DECLARATIONS: dict[str, Declaration] = {
    name: one for module in MODULES for name, one in read_declarations(ROOT / "verifiers" / f"{module}.py")[0].items()
}
ROUNDING = 1e-5


def named(name: str) -> Verifier[Any]:
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"verifiers.{module}"), function)
    assert isinstance(found, Verifier)
    return found


def draws(name: str, times: int) -> Iterator[Params]:
    """Parameters from the verifier's whole domain, each once."""
    declaration = DECLARATIONS[name]
    source = Draw({one.name: one.domain for one in declaration.parameters.values()}, declaration.where)
    drawn = [draw(source, rng_for(7, name, nth)) for nth in range(times)]
    yield from {repr(one): one for one in drawn}.values()


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


def alike(one: Value, other: Value) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, str) or isinstance(other, str) or isinstance(one, list) or isinstance(other, list):
        return one == other
    return one == other or math.isclose(one, other, rel_tol=ROUNDING, abs_tol=1e-6)


def text(picture: Picture | None) -> list[str]:
    assert picture is not None
    return ["".join(part if isinstance(part, str) else part.text for part in row) for row in picture.rows]


# Every verifier


@pytest.mark.parametrize("name", sorted(name for name, one in DECLARATIONS.items() if one.second))
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    verifier = named(name)
    assert verifier.second is not None
    for params in draws(name, 40):
        assert alike(verifier(**params).value, verifier.second(**params)), params


@pytest.mark.parametrize("name", sorted(DECLARATIONS))
def test_a_result_shows_its_steps_and_no_mistake_that_is_nan(name: str) -> None:
    for params in draws(name, 10):
        result = named(name)(**params)
        assert result.steps
        assert result.snippet or name == "activation_traits.formula"
        for one in result.mistakes:
            assert one.text.en
            assert one.text.zh
            assert not (isinstance(one.value, float) and math.isnan(one.value))


@pytest.mark.parametrize("name", sorted(name for name, one in DECLARATIONS.items() if one.examples))
def test_the_worked_examples_are_so(name: str) -> None:
    for one in DECLARATIONS[name].examples:
        assert agrees(one.value, named(name)(**one.params).value, EXACT)


PRINTING = (
    "activations.value",
    "activations.slope_from_output",
    "activations.bounds",
    "activation_traits.below_zero",
    "activation_slopes.at_point",
    "activation_slopes.through_stack",
    "saturation.first_flat",
    "saturation.dead_units",
    "gelu.value",
    "softmax.first_of_two",
)


@pytest.mark.parametrize("name", PRINTING)
def test_the_program_prints_the_value(name: str) -> None:
    for params in draws(name, 6):
        result = named(name)(**params)
        shown = printed(result.snippet)
        if isinstance(result.value, list):  # a bound that is not there is a large number to the program
            low, high = (float(one) for one in shown.strip("[]").split(","))
            for got, wanted in zip((low, high), result.value, strict=True):
                assert isinstance(wanted, float)
                assert abs(got) > 1e3 if math.isinf(wanted) else got == pytest.approx(wanted, abs=1e-3)
        else:
            assert float(shown) == pytest.approx(result.value, rel=1e-5, abs=1e-7)


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
    assert activations.slope_from_output(function="tanh", output=-0.8).value == pytest.approx(0.36)


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
    assert activations.bounds(function=function).value == [low, high]


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


# Curves


@pytest.mark.parametrize("name", ["curve", "dip", "slope"])
def test_a_picture_fits_the_screen_keeps_the_name_back_and_is_another_for_each_function(name: str) -> None:
    verifier = named(f"activation_curves.{name}")
    functions = DECLARATIONS[f"activation_curves.{name}"].parameters["function"].domain.corners()
    assert functions
    seen = set()
    for function in ("sigmoid", "tanh", "relu") if name != "dip" else ("gelu", "silu", "mish", "hardswish"):
        rows = text(verifier(function=function).picture)
        assert max(map(len, rows)) <= 72
        assert len(rows) <= 22
        assert function not in "".join(rows)
        seen.add("\n".join(rows))
    assert len(seen) == (4 if name == "dip" else 3)


def test_the_lowest_point_of_hardswish_is_where_its_parabola_turns() -> None:
    facts = activation_curves.dip(function="hardswish").facts
    assert facts["where"] == pytest.approx(-1.5)
    assert facts["low"] == pytest.approx(-0.375)


def test_curves_that_a_small_picture_cant_tell_apart_are_never_options_together() -> None:
    for function in ("relu", "silu", "gelu", "elu"):
        result = activation_curves.curve(function=function)
        offered = {function, *map(str, result.distractors)}
        assert len(offered & {"gelu", "silu", "mish", "hardswish"}) <= 1
        assert not {"relu", "leaky_relu"} <= offered


def test_the_slope_curve_of_sigmoid_reaches_a_quarter() -> None:
    assert activation_curves.slope(function="sigmoid").facts["highest"] == pytest.approx(0.25)


# Slopes


@pytest.mark.parametrize(
    ("call", "x", "slope"),
    [
        ("F.relu(x)", 0.0, 0.0),
        ("F.leaky_relu(x)", 0.0, 0.01),
        ("F.relu6(x)", 6.0, 0.0),
        ("F.hardtanh(x)", -1.0, 0.0),
        ("F.hardswish(x)", 3.0, 1.0),
        ("F.elu(x)", 0.0, 1.0),
        ("F.elu(x, 0.5)", 0.0, 0.5),
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
    facts = activation_slopes.at_point(call="F.hardswish(x)", x=3.0).facts
    assert (facts["left"], facts["right"]) == (1.5, 1.0)
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


# Answers that are run


@pytest.mark.parametrize("function", ["hardswish", "hardsigmoid", "relu6", "elu", "softsign", "leaky_relu", "hardtanh"])
def test_the_example_that_is_shown_is_accepted(function: str) -> None:
    names: dict[str, Any] = {}
    exec(str(activation_examples.to_write(function=function).value), names)
    assert activation_examples.as_torch(answer=names, function=function).right


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def f(x):\n    return max(0, x)", "f(7.5) gives 7.5; torch gives 6"),
        ("def f(x):\n    return", "gives None"),
        ("def f(x):\n    return 1 / 0", "raises ZeroDivisionError"),
        ("g = 1", "no function f"),
    ],
)
def test_a_function_that_is_not_relu6_is_told_where(source: str, says: str) -> None:
    names: dict[str, Any] = {}
    exec(source, names)
    found = activation_examples.as_torch(answer=names, function="relu6")
    assert not found.right
    assert says in found.text.en
    assert found.text.zh


def test_another_way_to_write_it_is_right_too() -> None:
    names: dict[str, Any] = {}
    exec("f = lambda x: 0 if x < 0 else 6 if x > 6 else x", names)
    assert activation_examples.as_torch(answer=names, function="relu6").right


def test_an_exponential_that_overflows_is_told() -> None:
    names: dict[str, Any] = {}
    exec("import math\n\ndef f(x):\n    e = math.exp(x) - 1\n    return x if x > 0 else e", names)
    found = activation_examples.as_torch(answer=names, function="elu")
    assert not found.right
    assert "OverflowError" in found.text.en


@pytest.mark.parametrize(
    ("function", "x", "right"),
    [
        ("silu", -2.0, True),
        ("silu", -1.0, False),
        ("gelu", -1.0, True),
        ("hardswish", -4.0, False),
        ("mish", 3.0, False),
    ],
)
def test_where_a_function_falls(function: str, x: float, right: bool) -> None:
    assert activation_examples.falls(answer={"x": x}, function=function).right is right


@pytest.mark.parametrize("function", ["silu", "gelu", "mish", "hardswish"])
def test_the_point_that_is_shown_lies_where_it_falls(function: str) -> None:
    shown: Result = activation_examples.falling(function=function)
    assert activation_examples.falls(answer={"x": float(str(shown.value)[2:])}, function=function).right


# Figures that the deck's prompts give


@pytest.fixture(scope="module")
def cards() -> dict[str, Card]:
    found = read_deck(ROOT / "cards" / "theory" / "activations.yaml", "theory/activations", declared(Pack(ROOT))[0])
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return {card.id.rpartition("/")[2]: card for card in found.cards}


def prompt(card: Card, seed: int, lang: Lang) -> str:
    return "".join(span.text for span in ask(card, rng_for(seed, card.id), lang).prompt)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tables_of_the_prompts_are_right(cards: dict[str, Card], lang: Lang) -> None:
    normal = re.findall(r"Φ\(([\d.]+)\) = ([\d.]+\d)", prompt(cards["gelu"], 0, lang))
    logistic = re.findall(r"σ\(([\d.]+)\) = ([\d.]+\d)", prompt(cards["large-logits"], 0, lang))
    assert len(normal) == 4
    assert len(logistic) == 3
    for x, value in normal:
        assert float(value) == pytest.approx(NormalDist().cdf(float(x)), abs=5e-4)
    for x, value in logistic:
        assert float(value) == pytest.approx(1 / (1 + math.exp(-float(x))), abs=5e-4)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_bits_that_the_prompt_gives_are_those_of_the_type(cards: dict[str, Card], lang: Lang) -> None:
    for seed in range(12):
        params = ask(cards["saturation"], rng_for(seed, cards["saturation"].id), lang).params
        bits = named("saturation.first_flat")(**params).facts["bits"]
        assert f" {bits} " in prompt(cards["saturation"], seed, lang)
