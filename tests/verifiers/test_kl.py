"""The verifiers behind theory/kl against SciPy, against what is known, and against the programs that they hand out."""

import contextlib
import importlib
import io
import math
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from scipy import stats

from quizapp.authoring import Impossible, Result, Verifier
from quizapp.core.answer import Origin, Truth
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Params, Value
from quizapp.core.drawing import draw
from quizapp.core.judge import same, telling
from quizapp.core.question import ask, rng_for
from quizapp.core.text import Lang
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack
from verifiers import cross_entropy, kl, kl_div, kl_training

ROOT = Path(__file__).parents[2]
DECLARATIONS: dict[str, Declaration] = {
    name: one
    for module in ("kl", "kl_training", "kl_div", "cross_entropy")
    for name, one in read_declarations(ROOT / "verifiers" / f"{module}.py")[0].items()
}
EVEN, SKEWED = [0.5, 0.5], [0.9, 0.1]


def named(name: str) -> Verifier[Any]:
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"verifiers.{module}"), function)
    assert isinstance(found, Verifier)
    return found


def draws(name: str, times: int) -> Iterator[Params]:
    """Parameters from the verifier's whole domain, those left out that it calls impossible."""
    declaration = DECLARATIONS[name]
    source = Draw({one.name: one.domain for one in declaration.parameters.values()}, declaration.where)
    for nth in range(times):
        params = draw(source, rng_for(7, name, nth))
        with contextlib.suppress(Impossible):
            named(name)(**params)
            yield params


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch advises against reduction="mean", which some are about
        exec(compile(program, "<snippet>", "exec"), {})
    return out.getvalue().strip()


def agrees(shown: str, value: Value) -> bool:
    if isinstance(value, float):
        return math.isclose(float(shown), value, abs_tol=1e-6) or float(shown) == value
    return shown == str(value)


def alike(one: Value, other: Value) -> bool:
    numbers = (int, float)
    return type(one) is type(other) or (isinstance(one, numbers) and isinstance(other, numbers))


@pytest.fixture(scope="module")
def deck() -> Deck:
    found = read_deck(ROOT / "cards" / "theory" / "kl.yaml", "theory/kl", declared(Pack(ROOT))[0])
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return replace(found, cards=tuple(card for card in found.cards if card.verifier in DECLARATIONS))


def judged(card: Card, nth: int, lang: Lang = "en") -> tuple[Params, Truth, str]:
    """One question of the card: its parameters, its settled truth and its rendered explanation."""
    question = ask(card, rng_for(1, card.id, nth), lang)
    result: Result = named(card.verifier)(**question.arguments)
    origin = Origin(card.verifier, {"torch": torch.__version__}, "cpu", 0.0)
    bare = Truth(result.value, origin, result.tolerance, mistakes=tuple(result.mistakes), facts=result.facts)
    truth = question.settle(bare)
    assert isinstance(truth, Truth), truth
    return question.params, truth, "".join(span.text for span in question.explanation(truth))


# What is known


def test_the_divergence_of_an_even_coin_from_a_skewed_one() -> None:
    assert kl.divergence(p=EVEN, q=SKEWED).value == pytest.approx(0.510826, abs=1e-6)
    assert kl.divergence(p=SKEWED, q=EVEN).value == pytest.approx(0.368064, abs=1e-6)


def test_the_divergence_is_zero_for_equal_distributions() -> None:
    assert kl.divergence(p=[0.2, 0.3, 0.5], q=[0.2, 0.3, 0.5]).value == 0.0


def test_the_divergence_is_infinite_where_q_rules_out_what_p_produces() -> None:
    assert kl.divergence(p=EVEN, q=[1.0, 0.0]).value == math.inf


def test_an_outcome_that_p_never_produces_costs_nothing_whatever_q_says() -> None:
    assert kl.divergence(p=[1.0, 0.0], q=[0.5, 0.5]).value == pytest.approx(math.log(2))
    assert kl.divergence(p=[0.5, 0.5, 0.0], q=[0.25, 0.75, 0.0]).value == pytest.approx(
        kl.divergence(p=[0.5, 0.5], q=[0.25, 0.75]).value
    )


def test_a_tiny_probability_keeps_its_cost() -> None:
    q = [1e-30, 1 - 1e-30]
    assert kl.divergence(p=EVEN, q=q).value == pytest.approx(stats.entropy(EVEN, q), rel=1e-9)


def test_bits_are_nats_over_the_logarithm_of_two() -> None:
    assert kl.divergence_in_bits(p=[0.5, 0.25, 0.25], q=[0.25, 0.25, 0.5]).value == pytest.approx(0.25)


def test_the_cross_entropy_is_entropy_and_divergence_together() -> None:
    p, q = [0.2, 0.3, 0.5], [0.6, 0.3, 0.1]
    found = kl.cross_entropy(p=p, q=q)
    together = found.facts["entropy"] + found.facts["divergence"]  # type: ignore[operator]
    assert found.value == pytest.approx(together)


@pytest.mark.parametrize(
    ("p", "q", "larger"),
    [
        (EVEN, SKEWED, "forward"),
        (SKEWED, EVEN, "backward"),
        ([0.3, 0.7], [0.7, 0.3], "equal"),
        ([0.3, 0.7], [0.3, 0.7], "equal"),
        ([0.2, 0.4, 0.4], [0.4, 0.2, 0.4], "equal"),
    ],
)
def test_the_directions_differ_unless_the_outcomes_can_be_relabelled(
    p: list[float], q: list[float], larger: str
) -> None:
    assert kl.larger_direction(p=p, q=q).value == larger


@pytest.mark.parametrize("a", [0.05, 0.15, 0.3, 0.45, 0.55, 0.7, 0.95])
def test_the_partner_of_a_pair_is_its_mirror_image(a: float) -> None:
    assert kl.symmetric_partner(first=a).value == pytest.approx(1 - a, abs=1e-6)


def test_one_q_alone_has_no_divergence() -> None:
    assert kl.zeros_on_grid(first=0.3).value == 1


def test_only_the_half_without_the_trained_distribution_is_constant() -> None:
    p, q = [0.7, 0.3], [0.4, 0.6]
    assert kl_training.constant_half(p=p, q=q, trained="Q").value == "first"
    assert kl_training.constant_half(p=p, q=q, trained="P").value == "neither"


def test_minimising_the_cross_entropy_leaves_the_entropy_of_the_labels() -> None:
    found = cross_entropy.lowest(p=[0.25, 0.75])
    assert found.value == pytest.approx(stats.entropy([0.25, 0.75]), abs=1e-9)
    assert found.value > 0.5  # type: ignore[operator]


def test_kl_div_averages_over_every_element_unless_told_otherwise() -> None:
    assert kl_div.default_reduction().value == "mean"
    assert kl_div.divisor(rows=32, classes=10).value == 320
    assert kl_div.divisor(rows=32, classes=10, reduction="batchmean").value == 32
    assert kl_div.divisor(rows=32, classes=10, reduction="sum").value == 1


def test_batchmean_divides_by_the_classes_where_there_is_no_batch() -> None:
    assert kl_div.divisor(rows=0, classes=10, reduction="batchmean").value == 10


def test_kl_div_takes_logarithms_first_and_the_target_second() -> None:
    p, q = [0.7, 0.3], [0.4, 0.6]
    assert kl_div.arguments(p=p, q=q, target="probabilities").value == "log_q, p"
    assert kl_div.arguments(p=p, q=q, target="logarithms").value == "log_q, log_p, log_target=True"
    assert kl_div.negative(p=p, q=q).value == "no log"


@pytest.mark.parametrize(
    ("target", "probability", "log_target", "shown"),
    [(0.0, 0.5, False, "0.0"), (0.5, 0.0, False, "inf"), (0.0, 0.0, False, "nan"), (0.0, 0.5, True, "nan")],
)
def test_zeros_in_kl_div(target: float, probability: float, log_target: bool, shown: str) -> None:
    assert kl_div.entry(target=target, probability=probability, log_target=log_target).value == shown


def test_cross_entropy_adds_up_over_the_classes_and_kl_div_does_not() -> None:
    assert kl_div.unreduced_shape(loss="kl_div", rows=4, classes=3).value == [4, 3]
    assert kl_div.unreduced_shape(loss="cross_entropy", rows=4, classes=3).value == [4]


def test_cross_entropy_takes_logits_and_averages() -> None:
    assert cross_entropy.untrained(classes=10).value == pytest.approx(math.log(10))
    assert cross_entropy.softmax_twice(classes=2).value == pytest.approx(math.log(1 + 1 / math.e))
    assert cross_entropy.batch(first=0.5, second=0.125).value == pytest.approx(2 * math.log(2))


def test_distributions_too_close_to_tell_apart_are_impossible() -> None:
    p, q = [0.5, 0.5], [0.5 + 1e-9, 0.5 - 1e-9]
    for verifier in (kl_div.arguments, kl_training.cross_entropy_follows, cross_entropy.in_sums):
        with pytest.raises(Impossible):
            verifier(p=p, q=q)


# What holds for every verifier


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    verifier = named(name)
    if verifier.second is None:
        assert name.partition(".")[2] in {
            "in_sums", "zeros_on_grid", "constant_half", "cross_entropy_follows", "arguments", "negative", "divisor",
            "entry", "unreduced_shape",
        }  # fmt: skip
        return
    for params in draws(name, 12):
        value, second = verifier(**params).value, verifier.second(**params)
        assert second == pytest.approx(value, abs=1e-6) if isinstance(value, float) else second == value, params


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_snippet_prints_the_value(name: str) -> None:
    for params in draws(name, 4):
        found = named(name)(**params)
        assert agrees(printed(found.snippet), found.value), (params, found.snippet)


@pytest.mark.parametrize("name", DECLARATIONS)
def test_mistakes_are_of_the_type_of_the_truth_and_told_in_both_languages(name: str) -> None:
    for params in draws(name, 6):
        found = named(name)(**params)
        assert found.mistakes
        for one in found.mistakes:
            assert alike(one.value, found.value)
            assert one.value == one.value, "nan is no answer"
            assert one.text.en
            assert one.text.zh


# The deck


def test_every_card_can_be_asked_and_explained_in_both_languages(deck: Deck) -> None:
    for card in deck.cards:
        for nth in range(6):
            params, truth, english = judged(card, nth)
            again, _, chinese = judged(card, nth, "zh")
            assert params == again
            assert english != chinese
            assert "nan" not in english or truth.value == "nan" or "nan" in card.explain.en
            assert telling(card.kind, truth) or card.kind is Kind.NUMBER
            if card.kind is Kind.CHOICE:
                assert truth.value in [option.value for option in card.options]


def test_no_usual_mistake_passes_for_the_truth_unless_it_gives_the_same_number(deck: Deck) -> None:
    """A tolerance wide enough to hide the swapped divergence would teach the wrong direction."""
    for card in (one for one in deck.cards if one.kind is Kind.NUMBER):
        for nth in range(32):
            _, truth, _ = judged(card, nth)
            for one in truth.mistakes:
                if same(card.kind, one.value, truth.value, truth.tolerance):
                    assert one.value == pytest.approx(truth.value, abs=1e-9), (card.id, one)


def test_at_least_half_of_the_cards_have_fresh_numbers(deck: Deck) -> None:
    fresh = [card for card in deck.cards if len({str(judged(card, nth)[1].value) for nth in range(32)}) >= 4]
    assert len(deck.cards) >= 12
    assert len(fresh) * 2 >= len(deck.cards)


def test_the_numbers_in_the_prompts_are_the_library_s(deck: Deck) -> None:
    """Prompts that state a cross entropy or a divergence compute it themselves; here it is put to SciPy."""
    stated = {
        "theory/kl/other-direction": lambda p: [stats.entropy(p["q"], p["p"])],
        "theory/kl/divergence-from-cross-entropy": lambda p: [stats.entropy(p["p"]) + stats.entropy(p["p"], p["q"])],
        "theory/kl/fall": lambda p: [
            stats.entropy(p["p"]) + stats.entropy(p["p"], p[when]) for when in ("before", "after")
        ],
    }
    for card in (one for one in deck.cards if one.id in stated):
        for nth in range(8):
            question = ask(card, rng_for(1, card.id, nth))
            text = "".join(span.text for span in question.prompt)
            for number in stated[card.id](question.params):
                assert f" {number:.3f} " in text


def test_no_verifier_makes_torch_load_its_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch.optim optimiser imports torch._dynamo: seconds, and hundreds of megabytes, at the first question."""
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)
    for name in DECLARATIONS:
        for params in draws(name, 1):
            named(name)(**params)
