"""The cards of theory/activations whose answers are run, and the figures that its prompts state."""

import math
import re
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from quizapp.authoring import Result
from quizapp.core.card import Card, Deck
from quizapp.core.question import ask, rng_for
from quizapp.core.text import Lang
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack
from tests.verifiers.drawn_verifiers import named
from verifiers import activation_examples

ROOT = Path(__file__).parents[2]

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
