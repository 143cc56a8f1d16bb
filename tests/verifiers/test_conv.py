"""The verifiers behind conv/size against a second way, against what is known, against the programs they hand out."""

import contextlib
import importlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

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
from verifiers import conv, conv_limits, conv_padding, conv_same, conv_shape, pool, resnet, stack, transposed

ROOT = Path(__file__).parents[2]
MODULES = (conv, conv_limits, conv_padding, conv_same, conv_shape, pool, resnet, stack, transposed)
DECLARATIONS: dict[str, Declaration] = {
    name: one
    for module in MODULES
    for name, one in read_declarations(ROOT / "verifiers" / f"{module.__name__.rpartition('.')[2]}.py")[0].items()
}


def deck() -> Deck:
    found = read_deck(ROOT / "cards" / "conv" / "size.yaml", "conv/size", declared(Pack(ROOT))[0])
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return replace(found, cards=tuple(card for card in found.cards if card.verifier in DECLARATIONS))


CARDS = {card.id: card for card in deck().cards}


def named(name: str) -> Verifier[Any]:
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"verifiers.{module}"), function)
    assert isinstance(found, Verifier)
    return found


def on_its_device(verifier: Verifier[Any]) -> contextlib.AbstractContextManager[object]:
    """Where the child would run it."""
    return torch.device("meta") if verifier.shapes_only else contextlib.nullcontext()


def compute(name: str, **params: Any) -> Result:
    verifier = named(name)
    with on_its_device(verifier):
        return verifier(**params)


def second(name: str, params: Params) -> Value:
    verifier = named(name)
    assert verifier.second is not None, f"{name} has no second way"
    with on_its_device(verifier):
        return verifier.second(**params)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {})
    return out.getvalue().strip()


def is_answer(kind: Kind, value: Value) -> bool:
    """Whether a learner could have given `value`, as an answer of this kind."""
    match kind:
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.SHAPE:
            return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)
    return isinstance(value, str)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
@pytest.mark.parametrize("nth", range(3))
# Even kernels make 'same' padding uneven, and torch says what that costs.
@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
def test_a_card_asks_what_torch_the_second_way_and_the_snippet_answer_alike(card: Card, nth: int) -> None:
    params = draw(card.draw, rng_for(3, card.id, nth))
    result = compute(card.verifier, **params)
    assert second(card.verifier, params) == result.value
    assert printed(result.snippet) == str(result.value)
    assert is_answer(card.kind, result.value)
    assert all(is_answer(card.kind, one.value) for one in result.mistakes)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_a_card_recognises_a_mistake_and_explains_itself_in_both_languages(card: Card, lang: Lang) -> None:
    recognised = 0
    for nth in range(4):
        question = ask(card, rng_for(5, card.id, nth), lang)
        result = compute(card.verifier, **question.params)
        truth = Truth(
            result.value, Origin(card.verifier, {}, "cpu", 0), mistakes=tuple(result.mistakes), facts=result.facts
        )
        recognised += len(telling(card.kind, truth))
        explained = "".join(span.text for span in question.explanation(truth))
        assert explained
        assert "{" not in explained
        if card.kind is Kind.CHOICE:
            assert sum(same(card.kind, option.value, truth.value) for option in card.options) == 1
    assert recognised >= 4


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_verifier_agrees_with_its_second_way_over_all_that_it_accepts(name: str) -> None:
    declaration = DECLARATIONS[name]
    source = Draw({one.name: one.domain for one in declaration.parameters.values()}, declaration.where)
    for nth in range(6):
        params = draw(source, rng_for(11, name, nth))
        with contextlib.suppress(Impossible):
            assert compute(name, **params).value == second(name, params), params


def test_the_deck_is_large_and_mostly_fresh() -> None:
    fresh = [card.id for card in CARDS.values() if len(truths(card)) >= 4]
    assert len(CARDS) >= 22
    assert len(fresh) >= 15


def truths(card: Card) -> set[str]:
    """The different truths of 32 draws, by the second way, which is quick."""
    if card.verifier.startswith("resnet."):
        return {str(draw(card.draw, rng_for(0, card.id, nth))) for nth in range(32)}
    return {str(second(card.verifier, draw(card.draw, rng_for(0, card.id, nth)))) for nth in range(32)}


def test_the_truth_comes_from_the_convolution_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compute("conv.output_size", width=224, kernel=7, stride=2, padding=3).value == 112
    monkeypatch.setattr(nn.Conv2d, "forward", lambda _, x: x)
    assert compute("conv.output_size", width=224, kernel=7, stride=2, padding=3).value == 224


@pytest.mark.parametrize(
    ("layer", "side"),
    [
        ({"width": 224, "kernel": 7, "stride": 2, "padding": 3}, 112),  # ResNet
        ({"width": 227, "kernel": 11, "stride": 4, "padding": 0}, 55),  # AlexNet
        ({"width": 299, "kernel": 3, "stride": 2, "padding": 0}, 149),  # Inception v3
        ({"width": 32, "kernel": 5, "stride": 1, "padding": 0}, 28),  # LeNet-5
        ({"width": 65, "kernel": 3, "stride": 1, "padding": 12, "dilation": 12}, 65),  # DeepLab
        ({"width": 4096, "kernel": 64, "stride": 1, "padding": 0}, 4033),
        ({"width": 4096, "kernel": 64, "stride": 2, "padding": 128, "dilation": 64}, 160),
    ],
)
def test_known_layers_have_their_known_sizes(layer: dict[str, int], side: int) -> None:
    assert compute("conv.output_size", **layer).value == side


@pytest.mark.parametrize(
    ("stage", "shape"),
    [
        ("conv1", [1, 64, 112, 112]),
        ("maxpool", [1, 64, 56, 56]),
        ("layer1", [1, 256, 56, 56]),
        ("layer2", [1, 512, 28, 28]),
        ("layer3", [1, 1024, 14, 14]),
        ("layer4", [1, 2048, 7, 7]),
        ("avgpool", [1, 2048, 1, 1]),
    ],
)
def test_the_stages_of_resnet_50_have_the_shapes_of_its_paper(stage: str, shape: list[int]) -> None:
    assert compute("resnet.stage_shape", stage=stage).value == shape


@pytest.mark.parametrize(
    ("name", "params", "value"),
    [
        ("conv.patches", {"width": 224, "patch": 16}, 196),  # ViT-B/16
        ("conv.narrowest_input", {"output": 112, "kernel": 7, "stride": 2, "padding": 3}, 223),
        ("conv_padding.padding_that_keeps", {"width": 56, "kernel": 3}, 1),
        ("conv_padding.padding_that_halves", {"width": 256, "kernel": 4}, 1),  # DCGAN
        ("conv_padding.keeping_padding", {"width": 28, "kernel": 2}, "none"),
        ("conv_same.same_split", {"kernel": 4}, [1, 2]),
        ("conv_same.same_with_stride", {"width": 224, "kernel": 3, "stride": 2}, "ValueError"),
        ("conv_same.same_with_stride", {"width": 224, "kernel": 3, "stride": 1}, "224"),
        ("conv_limits.too_small", {"width": 2, "kernel": 3}, "RuntimeError"),
        ("conv_shape.channels_last", {"batch": 1, "width": 224}, "RuntimeError"),
        ("pool.pooled_size", {"width": 75, "kernel": 2, "stride": 2, "ceil_mode": True}, 38),  # SSD300
        ("pool.pooled_size", {"width": 65, "kernel": 3, "stride": 3, "padding": 1, "ceil_mode": True}, 22),
        ("stack.pooled_blocks", {"width": 224, "convs": 2, "padding": 1, "blocks": 5}, 7),  # VGG
        ("stack.pooled_blocks", {"width": 572, "convs": 2, "padding": 0, "blocks": 4}, 32),  # U-Net
        ("stack.flat_features", {"width": 32, "kernel": 5, "filters": 16}, 400),  # LeNet-5
        ("transposed.generator_side", {"layers": 5}, 64),  # DCGAN
        ("transposed.restoring_output_padding", {"width": 224, "kernel": 3, "stride": 2, "padding": 1}, 1),
        ("transposed.too_much_output_padding", {"width": 112, "stride": 2, "output_padding": 2}, "RuntimeError"),
        ("resnet.last_map", {"width": 299}, 10),
        ("resnet.halving_conv", {"stage": "layer1"}, "none"),
        ("resnet.halving_conv", {"stage": "layer3"}, "conv2"),
    ],
)
def test_what_is_known_from_outside_comes_out(name: str, params: dict[str, Any], value: Value) -> None:
    assert compute(name, **params).value == value


def test_same_padding_is_refused_by_the_constructor_at_any_stride_above_one() -> None:
    with pytest.raises(ValueError, match="not supported for strided"):
        nn.Conv2d(1, 1, 3, stride=2, padding="same")


def test_the_unrounded_quotient_of_the_note_is_recognised_for_its_own_example() -> None:
    mistakes = {
        one.value: one.text.en for one in compute("conv.output_size", width=224, kernel=7, stride=2, padding=3).mistakes
    }
    assert "rounded down" in mistakes[112.5]
    assert "without the padding" in mistakes[109]


def test_slips_that_give_the_same_number_are_named_together() -> None:
    mistakes = compute("conv.output_size", width=224, kernel=7, stride=2, padding=3).mistakes
    (text,) = [one.text for one in mistakes if one.value == 111]
    assert "padding once" in text.en
    assert "+ 1" in text.en
    assert "也可能" in text.zh
