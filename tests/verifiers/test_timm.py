"""The verifiers behind models/timm: against second ways, against what is known of the models, and without a network."""

import socket
from pathlib import Path

import pytest
import timm
import torch
from timm.models import _builder
from torch import nn

from quizapp.authoring import Impossible
from tests.verifiers.drawn_verifiers import agree, draws, telling_mistakes, with_second_way
from verifiers import timm_models, timm_patterns, timm_registry, timm_weights, torch_models

MODULES = ("timm_registry", "timm_patterns", "timm_models", "timm_weights", "timm_darknet")


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_a_verifier_agrees_with_its_second_way_over_what_it_accepts(name: str) -> None:
    agree(name, draws(name, 4))


def test_the_name_is_made_of_the_words_that_the_note_underlines() -> None:
    value = timm_registry.name_in_full().value
    assert isinstance(value, list)
    first, second, third = map(str, value)
    assert first[2] + second[:2] + third[0] == "TImM"


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("import torch.models", "ModuleNotFoundError"),
        ("torch.models.list_models()", "AttributeError"),
        ("from torch import models", "ImportError"),
        ("torchvision.models.list_models()", "runs"),
    ],
)
def test_torch_itself_has_no_models_however_they_are_asked_for(line: str, ending: str) -> None:
    result = torch_models.ending(code=f"import torch\nimport torchvision\n{line}\n", line=line)
    assert result.value == ending
    assert "site-packages" not in str(result.facts)
    says = next(one.text.en for one in result.mistakes if one.value == "AttributeError")
    assert ("at the import" in says) is (ending != "runs")


@pytest.mark.parametrize(
    ("pattern", "word"),
    [("*", "ten times"), ("vgg*", "as many"), ("alexnet", "none"), ("densenet*", "more"), ("squeezenet*", "none")],
)
def test_the_registries_differ_as_is_known(pattern: str, word: str) -> None:
    assert timm_registry.compared(pattern=pattern).value == word


def test_a_smaller_registry_would_be_called_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timm, "list_models", lambda *_, **__: ["vgg11"])
    assert timm_registry.compared(pattern="vgg*").value == "fewer"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("resnet50", ["resnet50"]),
        ("resnet50*", ["resnet50", "resnet50d"]),
        ("*resnet50", ["resnet50", "seresnet50"]),
        ("resnet50?", ["resnet50d"]),
        ("RESNET50", []),
    ],
)
def test_a_pattern_must_fit_the_whole_name(pattern: str, names: list[str]) -> None:
    assert timm_patterns.found(pattern=pattern).value == names


def test_the_names_that_patterns_are_tried_on_are_timms() -> None:
    assert all(timm.is_model(name) for name in timm_patterns.NAMES)


@pytest.mark.parametrize(
    ("pattern", "right", "says"),
    [
        ("vgg*_bn", True, "just these 4"),
        ("vgg??_bn", True, "just these 4"),
        ("vgg*", False, "vgg11 as well"),
        ("vgg.*_bn", False, "finds 0"),
        ("", False, "as well"),
        (7, False, "no text called pattern"),
    ],
)
def test_a_pattern_of_the_learners_is_tried_on_timm(pattern: object, right: bool, says: str) -> None:
    found = timm_patterns.finds(answer={"pattern": pattern}, ends=["vgg", "_bn"])
    assert found.right is right
    assert says in found.text.en
    assert found.text.zh


@pytest.mark.parametrize(
    ("name", "width"), [("resnet18", 512), ("resnet50", 2048), ("vgg16", 4096), ("vit_base_patch16_224", 768)]
)
def test_features_are_as_wide_as_the_papers_say(name: str, width: int) -> None:
    result = timm_models.features(name=name, batch=8)
    assert result.value == [8, width]
    assert [8, 1000] in [one.value for one in result.mistakes]


def test_the_maps_of_resnet_50_have_the_shapes_of_its_paper() -> None:
    shapes = [timm_models.feature_map(name="resnet50", index=at).value for at in range(5)]
    assert shapes == [
        [1, 64, 112, 112], [1, 256, 56, 56], [1, 512, 28, 28], [1, 1024, 14, 14], [1, 2048, 7, 7],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "index", "mistaken", "not_mistaken"),
    [
        ("resnet50", 1, [1, 64, 56, 56], [1, 1024, 56, 56]),
        ("resnet18", 1, [1, 256, 56, 56], [1, 16, 56, 56]),
        ("resnet50", 0, [1, 256, 112, 112], [1, 16, 112, 112]),
    ],
)
def test_only_where_there_are_bottlenecks_is_their_inner_width_a_mistake(
    name: str, index: int, mistaken: list[int], not_mistaken: list[int]
) -> None:
    mistakes = telling_mistakes(timm_models.feature_map(name=name, index=index))
    assert mistaken in mistakes
    assert not_mistaken not in mistakes


def test_patches_round_an_odd_side_down_and_padded_convolutions_round_it_up() -> None:
    with torch.device("meta"):
        shapes = [
            timm.create_model(name, features_only=True)(torch.empty(1, 3, 69, 69))[at].shape[-1]
            for name, at in (("convnext_tiny", 0), ("resnet18", 1))
        ]
    assert shapes == [69 // 4, -(-69 // 4)]


def test_a_map_that_a_model_does_not_have_is_impossible() -> None:
    with pytest.raises(Impossible, match="5 maps"):
        timm_models.feature_map(name="resnet18", index=5)


@pytest.mark.parametrize(("name", "found"), [("resnet50", [2, 8]), ("convnext_tiny", [4, 16]), ("darknet53", [1, 4])])
def test_indices_count_the_maps_from_where_a_model_begins(name: str, found: list[int]) -> None:
    assert timm_models.reductions(name=name, first=0, second=2).value == found


def test_one_channel_gets_the_sum_and_more_get_their_share() -> None:
    colours = {"red": 0.5, "green": -0.2, "blue": 0.1}
    assert timm_weights.adapted(channels=1, **colours).value == pytest.approx(0.4)
    assert timm_weights.adapted(channels=6, **colours).value == pytest.approx(0.25)
    assert 0.5 in [one.value for one in timm_weights.adapted(channels=6, **colours).mistakes]


def test_a_model_loaded_from_a_file_adapts_its_first_layer_alike(tmp_path: Path) -> None:
    whole = timm.create_model("resnet10t")
    torch.save(whole.state_dict(), tmp_path / "weights.pth")
    grey = timm.create_model(
        "resnet10t", pretrained=True, in_chans=1, pretrained_cfg_overlay={"file": str(tmp_path / "weights.pth")}
    )
    before, after = (next(one for one in net.modules() if isinstance(one, nn.Conv2d)) for net in (whole, grey))
    red, green, blue = (float(one) for one in before.weight[0, :, 0, 0].detach())
    expected = timm_weights.adapted(channels=1, red=red, green=green, blue=blue).value
    assert after.weight[0, 0, 0, 0].item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("weights", "classes"),
    [
        ("resnet50.tv_in1k", 1000),
        ("convnext_nano.in12k", 11821),
        ("vit_small_patch14_dinov2.lvd142m", 0),
        ("eva02_base_patch14_224.mim_in22k", 0),
    ],
)
def test_a_tag_says_how_many_classes_there_are(weights: str, classes: int) -> None:
    assert timm_weights.outputs(weights=weights).value == classes


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ('"resnet50.tv_in1k"', "random"),
        ('"resnet50.tv_in1k", pretrained=True', "loads"),
        ('"resnet50x"', "RuntimeError"),
        ('"darknet17", pretrained=True', "RuntimeError"),
        ('"resnet50", pretrainde=True', "TypeError"),
        ('"torchvision/resnet50"', "ValueError"),
    ],
)
def test_creating_does_what_it_is_known_to_do_without_a_connection(
    call: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert timm_weights.happens(call=call).value == value


def test_what_timm_fetches_with_is_its_own_again_after_the_question() -> None:
    before = vars(_builder)["load_state_dict_from_hf"]
    assert timm_weights.happens(call='"resnet50", pretrained=True').value == "loads"
    assert vars(_builder)["load_state_dict_from_hf"] is before


def test_224_at_an_eighth_less_is_resized_to_256() -> None:
    assert timm_weights.resized(size=224, crop=0.875).value == 256
    assert 196 in [one.value for one in timm_weights.resized(size=224, crop=0.875).mistakes]


def test_the_truth_comes_from_the_model_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    create = timm.create_model
    monkeypatch.setattr(timm, "create_model", lambda name, **options: create("resnet18", **options))
    assert timm_models.features(name="resnet50", batch=1).value == [1, 512]


@pytest.mark.parametrize("name", ["resnet18", "vgg16"])
def test_networks_of_one_name_are_equally_large_in_both(name: str) -> None:
    assert timm_models.same_as_torchvision(name=name).value == 0
