"""The verifiers behind models/imagenet: against torchvision's source, scikit-learn, metadata and the note's table."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import torch

from quizapp.authoring import Impossible, Picture, Result
from quizapp.core.card import Deck
from quizapp.core.template import plain, render
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack
from verifiers import better_models, error_rates, families, model_costs, top_k, validation_set
from verifiers.error_rates import NOTED

ROOT = Path(__file__).parents[2]
RENEWED = ["resnet50", "resnet101", "resnet152", "mobilenet_v2", "resnext50_32x4d", "wide_resnet50_2"]


def said(result: Result, value: object) -> str:
    return next(one.text.en for one in result.mistakes if one.value == value)


def agree(verifier: Any, **params: Any) -> None:
    found, second = verifier(**params).value, verifier.second(**params)
    assert found == pytest.approx(second, abs=1e-9) if isinstance(found, float) else found == second


# The table


@pytest.mark.parametrize("model", [*NOTED, "inception_v3", "mnasnet1_0", "wide_resnet50_2", "vgg16_bn"])
def test_an_error_is_what_the_source_says(model: str) -> None:
    for top in (1, 5):
        agree(error_rates.error, model=model, top=top)


@pytest.mark.parametrize("model", RENEWED)
def test_newer_weights_are_what_the_source_says(model: str) -> None:
    for top, version in itertools.product((1, 5), ("IMAGENET1K_V2", "DEFAULT")):
        agree(error_rates.error, model=model, top=top, version=version)


def test_figures_that_are_known() -> None:
    found = error_rates.error(model="resnet50")
    assert found.value == 23.87
    assert found.facts["wrong"] == 11_935
    assert error_rates.error(model="resnet50", version="IMAGENET1K_V2").value == 19.142


def test_the_rows_of_the_note_that_agree_to_two_decimals() -> None:
    right = {
        (model, top)
        for model, top in itertools.product(NOTED, (1, 5))
        if abs(error_rates.error(model=model, top=top).value - NOTED[model][top == 5]) <= 0.005  # type: ignore[operator]
    }
    whole = {model for model in NOTED if {(model, 1), (model, 5)} <= right}
    assert whole == {"vgg11", "vgg13", "vgg16", "vgg19", "resnet18"}
    assert {model for model, _ in right} - whole == {"vgg13_bn", "resnet34", "resnet101", "resnet152", "squeezenet1_1"}


def test_only_densenet_is_off_by_more_than_a_twentieth_of_a_point() -> None:
    off = {
        model
        for model, top in itertools.product(NOTED, (1, 5))
        if abs(error_rates.error(model=model, top=top).value - NOTED[model][top == 5]) > 0.05  # type: ignore[operator]
    }
    assert off == {"densenet161"}
    assert "note" in said(error_rates.error(model="densenet161"), 22.35)


def test_the_other_error_and_the_accuracy_are_recognised() -> None:
    found = error_rates.error(model="resnet18")
    assert "top-5" in said(found, 10.922)
    assert "accuracy" in said(found, 69.758)
    assert "newest" in said(error_rates.error(model="resnet50"), 19.142)


def test_weights_that_a_model_lacks_are_impossible() -> None:
    with pytest.raises(Impossible, match="IMAGENET1K_V2"):
        error_rates.error(model="alexnet", version="IMAGENET1K_V2")


# Comparisons


def test_densenet_and_resnet_have_changed_places_at_top_1_and_not_at_top_5() -> None:
    assert error_rates.lower(first="densenet161", second="resnet101", top=1).value == "resnet101"
    assert error_rates.lower(first="densenet161", second="resnet101", top=5).value == "densenet161"
    assert NOTED["densenet161"] < NOTED["resnet101"]


def test_the_best_of_four_names_the_runner_up() -> None:
    found = error_rates.lowest(first="vgg19_bn", second="densenet121", third="resnet34", fourth="vgg11")
    assert found.value == "densenet121"
    assert found.facts["runner_up"] == "vgg19_bn"
    assert {one.value for one in found.mistakes} == {"vgg19_bn", "resnet34", "vgg11"}


def test_a_better_recipe_beats_depth() -> None:
    assert error_rates.beaten(model="resnet50", version="IMAGENET1K_V2").value == list(error_rates.RESNETS)
    assert error_rates.beaten(model="resnet50", version="IMAGENET1K_V1").value == ["resnet18", "resnet34"]


@pytest.mark.parametrize(("model", "number"), [("resnet18", 1), ("resnet50", 2), ("vgg16", 1), ("mobilenet_v2", 2)])
def test_errors_are_counted_by_weights_that_have_one(model: str, number: int) -> None:
    assert error_rates.different_errors(model=model).value == number


def test_the_accuracies_come_from_fifty_thousand_images() -> None:
    found = validation_set.images()
    assert found.value == 50_000
    assert "classes" in said(found, 1000)


# Families


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_batch_norm_gains_one_to_two_points(depth: int) -> None:
    for top in (1, 5):
        assert 0.9 < families.batch_norm_gain(depth=depth, top=top).value < 2  # type: ignore[operator]


def test_usual_mistakes_with_the_parameters_of_batch_norm_are_recognised() -> None:
    found = families.batch_norm_parameters(depth=16)
    assert found.value == 8448
    assert "two numbers" in said(found, 4224)
    assert "buffers" in said(found, 16_896)


def test_the_card_gives_the_channels_that_the_model_has() -> None:
    declarations, _ = declared(Pack(ROOT))
    deck = read_deck(ROOT / "cards/models/imagenet.yaml", "models/imagenet", declarations)
    assert isinstance(deck, Deck)
    card = next(one for one in deck.cards if one.id == "models/imagenet/batch-norm-parameters")
    for depth, text in itertools.product((11, 13, 16, 19), (card.prompt.en, card.prompt.zh)):
        line = plain(render(text, {"depth": depth})).splitlines()[0].split("`")[2]
        pairs = re.findall(r"(?:(\d) × )?(64|128|256|512)", line)
        total = sum(int(times or 1) * int(channels) for times, channels in pairs)
        assert total == families.batch_norm_parameters(depth=depth).facts["channels"]


def test_steps_in_depth_pay_less_and_less() -> None:
    names = list(error_rates.RESNETS)
    gains = [families.step(first=one, second=other).value for one, other in itertools.pairwise(names)]
    assert gains == sorted(gains, reverse=True)


def test_a_fall_in_percent_or_of_the_other_error_is_recognised() -> None:
    found = families.step(first="resnet18", second="resnet34")
    assert found.value == 3.556
    assert "top-5" in said(found, 2.342)
    assert "points" in said(found, 11.758)


@pytest.mark.parametrize("model", RENEWED)
def test_newer_weights_change_the_file_the_resizing_and_the_error(model: str) -> None:
    assert families.changed(model=model).value == ["file", "resize", "error"]


def test_weights_for_larger_images_change_the_crop_and_in_a_vit_the_parameters() -> None:
    larger = "IMAGENET1K_SWAG_E2E_V1"
    assert families.changed(model="regnet_y_16gf", newer=larger).value == ["file", "resize", "crop", "error"]
    facts = families.changed(model="vit_b_16", newer=larger).facts
    patches = (384 // 16) ** 2 - (224 // 16) ** 2
    assert facts["new_parameters"] - facts["old_parameters"] == 768 * patches  # type: ignore[operator]


@pytest.mark.parametrize("family", list(families.FAMILIES))
def test_bars_fit_the_screen_and_grow_with_the_error(family: str) -> None:
    found = families.bars(family=family)
    assert isinstance(found.picture, Picture)
    rows = ["".join(run.text for run in row) for row in found.picture.rows]
    assert len(rows) <= 22
    assert max(map(len, rows)) <= 72
    bars = [(row.count("█"), float(row.split()[-1])) for row in rows if "█" in row]
    assert len(bars) == len(families.FAMILIES[family])
    longest, highest = max(bars)
    assert all(abs(length - longest * value / highest) <= 1 for length, value in bars)


def test_only_the_densenets_do_not_fall_from_step_to_step() -> None:
    falling = {family: families.bars(family=family).facts["falling"] for family in families.FAMILIES}
    assert falling == {"VGG": True, "VGG with batch norm": True, "ResNet": True, "DenseNet": False}


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ("squeezenet1_0", "squeezenet1_1", "operations"),
        ("vgg16", "vgg16_bn", "error"),
        ("vgg16", "resnet34", "parameters"),
        ("alexnet", "vgg11", "operations"),
    ],
)
def test_what_two_models_differ_in_most(first: str, second: str, value: str) -> None:
    assert model_costs.widest_gap(first=first, second=second).value == value


# Models to be named


@pytest.mark.parametrize("model", ["alexnet", "vgg16", "resnet18", "resnet50"])
def test_the_example_is_smaller_and_better(model: str) -> None:
    example = str(better_models.smaller_and_better(model=model).value).removeprefix("model=")
    assert better_models.is_smaller_and_better(answer={"model": example}, model=model).right


@pytest.mark.parametrize(
    ("given", "right"),
    [("resnet50", True), ("mobilenet_v2", True), ("vgg19_bn", False), ("googlenet", False), ("vgg16", False)],
)
def test_other_models_are_compared_with_the_one_given(given: str, right: bool) -> None:
    found = better_models.is_smaller_and_better(answer={"model": given}, model="vgg16")
    assert found.right is right
    assert found.text.en.startswith(f"{given}: ")
    assert found.text.zh.startswith(f"{given}：")
    assert "vgg16" in found.text.en
    assert "vgg16" in found.text.zh


def test_nothing_is_smaller_and_better_than_squeezenet() -> None:
    with pytest.raises(Impossible):
        better_models.smaller_and_better(model="squeezenet1_1")


# What the errors mean


@pytest.mark.parametrize("ranks", [[1], [5], [6], [1, 2, 4, 8], [1000, 1, 1, 1, 5, 6, 5, 6], [2] * 8])
def test_top_1_and_top_5_agree_with_scikit_learn(ranks: list[int]) -> None:
    second = top_k.errors.second
    assert second is not None
    assert top_k.errors(ranks=ranks).value == pytest.approx(second(ranks=ranks), abs=1e-3)


def test_the_fifth_place_counts_and_the_sixth_does_not() -> None:
    assert top_k.errors(ranks=[5, 5]).value == [100.0, 0.0]
    assert top_k.errors(ranks=[6, 6]).value == [100.0, 100.0]
    assert "still counts" in said(top_k.errors(ranks=[1, 1, 5, 6]), [50.0, 50.0])


def test_the_logits_are_the_same_at_every_call_and_leave_the_global_generator_alone() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    assert top_k.errors(ranks=[1, 7]).value == top_k.errors(ranks=[1, 7]).value
    assert torch.equal(before, torch.get_rng_state())
