"""The verifiers behind models/torchvision about weights and their transforms: without a net, and against arithmetic."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torchvision.models import _api, get_weight

from quizapp.authoring import Result
from verifiers import preprocessing, weights

MODELS = ["resnet18", "resnet50", "mobilenet_v2", "vgg16", "inception_v3", "googlenet"]
CALLS = [
    "",
    "pretrained=True",
    "pretrained=False",
    "pretrainde=True",
    "True",
    "weights=None",
    "weights=True",
    'weights="DEFAULT"',
    'weights="IMAGENET1K_V1"',
    'weights="IMAGENET1K_V2"',
    "init_weights=True",
]
SETS = [
    "ResNet18_Weights.IMAGENET1K_V1",
    "ResNet50_Weights.IMAGENET1K_V2",
    "VGG16_Weights.IMAGENET1K_FEATURES",
    "Inception_V3_Weights.IMAGENET1K_V1",
    "EfficientNet_B3_Weights.IMAGENET1K_V1",
    "EfficientNet_V2_S_Weights.IMAGENET1K_V1",
]
RESNET = SETS[0]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def said(result: Result, value: object) -> str:
    return next(one.text.en for one in result.mistakes if one.value == value)


@pytest.fixture(autouse=True)
def no_net(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a download was begun")

    monkeypatch.setattr("torch.hub.download_url_to_file", refused)
    monkeypatch.setattr("urllib.request.urlopen", refused)


# Which weights


@pytest.mark.parametrize("call", CALLS)
def test_what_is_asked_for_is_what_the_rules_say(call: str) -> None:
    for verifier in (weights.asked, weights.complaint, weights.loads):
        assert verifier.second is not None
        for model in MODELS if verifier is weights.asked else ("resnet18", "inception_v3"):
            assert verifier(model=model, call=call).value == verifier.second(model=model, call=call)


def test_pretrained_means_the_first_weights_and_default_the_newest() -> None:
    assert weights.asked(model="resnet50", call="pretrained=True").value == "IMAGENET1K_V1"
    assert weights.asked(model="resnet50", call='weights="DEFAULT"').value == "IMAGENET1K_V2"
    assert weights.asked(model="resnet18", call='weights="DEFAULT"').value == "IMAGENET1K_V1"
    assert "never means DEFAULT" in said(weights.asked(model="resnet50", call="pretrained=True"), "IMAGENET1K_V2")


def test_the_slip_of_the_note_is_refused() -> None:
    found = weights.asked(model="resnet18", call="pretrainde=True")
    assert found.value == "TypeError"
    assert "pretrainde" in str(found.facts["said"])


def test_the_old_parameter_is_told_off_twice_and_since_when() -> None:
    facts = weights.asked(model="resnet18", call="pretrained=True").facts
    assert facts["warnings"] == 2
    assert facts["since"] == "0.13"
    assert weights.asked(model="resnet18", call='weights="DEFAULT"').facts["warnings"] == 0


def test_the_file_asked_for_is_that_of_the_weights() -> None:
    tried = weights.attempt_call("resnet50", 'weights="IMAGENET1K_V2"')
    assert tried.urls == [get_weight("ResNet50_Weights.IMAGENET1K_V2").url]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_the_loader_is_put_back_whatever_ends_the_call(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(*_: Any, **__: Any) -> None:
        assert _api.load_state_dict_from_url is not loader
        raise error

    loader, download = _api.load_state_dict_from_url, torch.hub.download_url_to_file
    weights.asked(model="resnet18", call="pretrained=True")
    monkeypatch.setattr(weights, "execute", raises)
    with pytest.raises(error):
        weights.asked(model="resnet18", call="pretrained=True")
    assert _api.load_state_dict_from_url is loader
    assert torch.hub.download_url_to_file is download


def test_a_way_around_the_loader_ends_without_a_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def around(self: Any, *_: Any, **__: Any) -> Any:
        return torch.hub.load_state_dict_from_url(self.url, model_dir=str(tmp_path))

    monkeypatch.setattr(_api.WeightsEnum, "get_state_dict", around)
    found = weights.asked(model="resnet18", call="pretrained=True")
    assert found.value == "RuntimeError"
    assert "was to be downloaded" in str(found.facts["said"])


def test_a_model_is_in_training_mode_with_and_without_weights() -> None:
    for call in ("", "pretrained=True", 'weights="DEFAULT"'):
        assert weights.attempt_call("googlenet", call).training is True
    assert weights.attempt_call("googlenet", "pretrainde=True").training is None


def test_the_parameter_has_the_name_that_the_warning_recommends() -> None:
    second = weights.parameter.second
    assert second is not None
    assert weights.parameter(model="resnet18").value == second(model="resnet18") == "weights"


def test_only_inception_and_googlenet_warn_about_their_initialisation() -> None:
    warned = [one for one in MODELS if weights.complaint(model=one, call="").value == "FutureWarning"]
    assert warned == ["inception_v3", "googlenet"]
    assert weights.complaint(model="googlenet", call="init_weights=True").value == "nothing"


# Preprocessing


@pytest.mark.parametrize("name", SETS)
def test_the_transforms_do_what_they_were_declared_with(name: str) -> None:
    assert preprocessing.sizes.second is not None
    assert preprocessing.sizes(weights=name).value == preprocessing.sizes.second(weights=name)
    assert preprocessing.resized.second is not None
    for height, width in ((480, 640), (32, 32), (333, 250)):
        found = preprocessing.resized(weights=name, height=height, width=width)
        assert found.value == preprocessing.resized.second(weights=name, height=height, width=width)


@pytest.mark.parametrize("name", SETS)
def test_a_pixel_is_scaled_and_normalised_as_by_hand(name: str) -> None:
    assert preprocessing.pixel.second is not None
    assert preprocessing.statistics.second is not None
    assert preprocessing.scaled.second is not None
    for channel, value, kind in itertools.product(("red", "blue"), (0, 128), ("uint8", "float32")):
        chosen: dict[str, Any] = {"weights": name, "channel": channel, "value": value, "kind": kind}
        assert preprocessing.pixel(**chosen).value == pytest.approx(
            preprocessing.pixel.second(**chosen), rel=1e-5, abs=1e-4
        )
        plain: dict[str, Any] = {"weights": name, "value": float(value), "kind": kind}
        assert preprocessing.scaled(**plain).value == pytest.approx(preprocessing.scaled.second(**plain), rel=1e-6)
    for channel in ("red", "green", "blue"):
        found = preprocessing.statistics(weights=name, channel=channel).value
        assert found == pytest.approx(preprocessing.statistics.second(weights=name, channel=channel), abs=1e-4)


def test_sizes_that_are_known() -> None:
    assert preprocessing.sizes(weights=RESNET).value == "256 → 224"
    assert preprocessing.sizes(weights="Inception_V3_Weights.IMAGENET1K_V1").value == "342 → 299"
    assert preprocessing.sizes(weights="ResNet50_Weights.IMAGENET1K_V2").value == "232 → 224"
    assert preprocessing.resized(weights=RESNET, height=480, width=640).value == [256, 341]


def test_mean_and_deviation_that_everybody_copies() -> None:
    found = [preprocessing.statistics(weights=RESNET, channel=one).value for one in ("red", "green", "blue")]
    assert found == [[0.485, 0.229], [0.456, 0.224], [0.406, 0.225]]


def test_usual_mistakes_with_a_pixel_are_recognised() -> None:
    found = preprocessing.pixel(weights=RESNET, channel="red", value=128)
    assert "before mean" in said(found, 128 / 255)
    assert "divided by 255" in said(found, (128 - 0.485) / 0.229)
    whole = preprocessing.pixel(weights=RESNET, channel="red", value=128, kind="float32")
    assert "Only integers" in said(whole, (128 / 255 - 0.485) / 0.229)


def test_usual_mistakes_with_sizes_are_recognised() -> None:
    found = preprocessing.resized(weights=RESNET, height=480, width=640)
    assert "shorter side" in said(found, [256, 256])
    assert "after the crop" in said(found, [224, 224])
    assert "swapped" in said(found, [341, 256])


def test_a_photograph_and_a_tensor_of_it_come_out_alike() -> None:
    transforms = get_weight(RESNET).transforms()
    photograph = Image.new("RGB", (300, 300), (128, 64, 255))
    expected = [
        preprocessing.pixel(weights=RESNET, channel=one, value=value).value
        for one, value in (("red", 128), ("green", 64), ("blue", 255))
    ]
    assert transforms(photograph)[:, 0, 0].tolist() == pytest.approx(expected, abs=1e-6)


def test_what_the_transforms_leave_reaches_the_crop_and_no_further() -> None:
    assert preprocessing.reaches(weights=RESNET, side=224).value is True
    assert preprocessing.reaches(weights=RESNET, side=225).value is False
    assert preprocessing.reaches(weights="Inception_V3_Weights.IMAGENET1K_V1", side=299).value is True


def test_every_set_normalises() -> None:
    assert all(preprocessing.normalises(weights=one).value is True for one in SETS)


def test_a_set_with_figures_of_its_own() -> None:
    found = preprocessing.statistics(weights="EfficientNet_V2_L_Weights.IMAGENET1K_V1", channel="red")
    assert found.value == [0.5, 0.5]
    assert "nearly all" in said(found, [0.485, 0.229])
