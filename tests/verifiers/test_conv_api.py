"""nn.Conv2d and F.conv2d: weights, groups, parameters and who holds them, the calls that run, the models' own."""

from typing import Any

import pytest
import torch
import torchvision
from torch import nn

from quizapp.authoring import Impossible, Value
from tests.verifiers.drawn_verifiers import agree, compute, draws, telling_mistakes, with_second_way
from verifiers.conv_calls import ending
from verifiers.conv_made import has_parameters

BLUR = """\
import torch
import torch.nn.functional as F

w = torch.ones(1, 1, 3, 3).repeat(2, 1, 1, 1)
x = torch.full((1, 2, 8, 8), 2.0)
print(list(F.conv2d(x, w, groups=2).shape), F.conv2d(x, w, groups=2)[0, 0, 0, 0].item())
"""


@pytest.mark.parametrize("name", with_second_way("conv_api", "conv_owned", "conv_calls"))
def test_a_verifier_agrees_with_its_second_way_over_all_that_it_accepts(name: str) -> None:
    agree(name, draws(name, 10))


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        ({"channels": 3, "filters": 64, "kernel": 3}, 1_792),  # VGG-16, first
        ({"channels": 64, "filters": 64, "kernel": 3}, 36_928),  # and second
        ({"channels": 1, "filters": 6, "kernel": 5}, 156),  # LeNet-5
        ({"channels": 3, "filters": 64, "kernel": 7, "bias": False}, 9_408),  # ResNet
        ({"channels": 32, "filters": 32, "kernel": 3, "groups": 32, "bias": False}, 288),  # MobileNet
    ],
)
def test_known_layers_have_their_known_number_of_parameters(layer: dict[str, Any], count: int) -> None:
    assert compute("conv_api.parameters", **layer).value == count


def test_the_weights_of_resnet_and_resnext_have_the_shapes_that_their_checkpoints_have() -> None:
    stem = compute("conv_api.weight_shape", channels=3, filters=64, kernel_height=7, kernel_width=7)
    assert stem.value == [64, 3, 7, 7]
    grouped = compute("conv_api.weight_shape", channels=128, filters=128, kernel_height=3, kernel_width=3, groups=32)
    assert grouped.value == [128, 4, 3, 3]
    assert [128, 128, 3, 3] in telling_mistakes(grouped)


def test_the_layout_of_a_transposed_convolution_is_known_as_a_mistake() -> None:
    real = list(nn.ConvTranspose2d(64, 32, (3, 5), groups=4).weight.shape)
    result = compute("conv_api.weight_shape", channels=64, filters=32, kernel_height=3, kernel_width=5, groups=4)
    assert real in telling_mistakes(result)


def test_the_parameters_are_those_of_the_layer_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Conv2d, "parameters", lambda _: iter([torch.empty(5)]))
    assert compute("conv_api.parameters", channels=3, filters=64, kernel=3).value == 5


@pytest.mark.parametrize(
    ("channels", "filters", "accepted"),
    [(12, 18, [1, 2, 3]), (16, 32, [1, 2, 4, 8, 16]), (7, 16, [1]), (48, 48, [1, 2, 3, 4, 8, 16])],
)
def test_groups_divide_both_kinds_of_channels(channels: int, filters: int, accepted: list[int]) -> None:
    assert compute("conv_api.accepted_groups", channels=channels, filters=filters).value == accepted


def test_a_plain_tensor_is_not_trained_and_a_parameter_is() -> None:
    sizes = {"channels": 16, "filters": 32, "kernel": 3}
    plain, parameter = (compute("conv_owned.learnable", own=own, **sizes).value for own in ("tensor", "parameter"))
    assert (plain, parameter) == (448, 448 + 4_608)


def test_the_function_adds_no_bias_of_its_own() -> None:
    assert compute("conv_owned.with_and_without_bias", kernel=3, pixel=2, bias=10).value == [28, 18]


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("F.conv2d(x, w)", "runs"),
        ("F.conv2d(x, weight=w, bias=None)", "runs"),
        ("F.conv2d(x, filters=w)", "TypeError"),
        ("F.conv2d(x)", "TypeError"),
        ("F.conv2d(x[0], w)", "runs"),
        ("F.conv2d(x[0, 0], w)", "RuntimeError"),
        ("F.conv2d(x, w, padding_mode='reflect')", "TypeError"),
        ("nn.Sequential(F.conv2d)", "TypeError"),
        ("nn.Conv2d(3, 16, 3, padding='same', stride=2)", "ValueError"),
        ("F.conv2d(x, ", "SyntaxError"),
    ],
)
def test_a_call_ends_as_torch_ends_it(code: str, how: str) -> None:
    assert ending(code=code).value == how


def test_filters_is_told_as_the_mistake_that_it_is() -> None:
    result = compute("conv_calls.calls_that_run")
    assert "F.conv2d(x, weight=w)" in str(result.value)
    assert any("filters=" in str(value) for value in telling_mistakes(result))


def test_a_class_is_refused_like_a_function() -> None:
    assert compute("conv_calls.in_sequential", what="nn.Conv2d").value == "TypeError when built"
    assert compute("conv_calls.in_sequential", what="nn.Conv2d(3, 16, 3)").value == "works"


def test_channels_that_do_not_fit_show_only_when_an_image_comes() -> None:
    assert compute("conv_calls.in_sequential", what="nn.Conv2d(16, 3, 3)").value == "RuntimeError when called"


@pytest.mark.parametrize(
    "model", ["alexnet", "vgg16", "squeezenet1_1", "mobilenet_v2", "resnet50", "densenet121", "googlenet"]
)
def test_the_home_of_a_models_convolutions_shows_in_the_names_of_its_weights_too(model: str) -> None:
    agree("conv_homes.home", [{"model": model}])
    agree("conv_homes.mostly_in_sequential", [{"model": model}])


def test_resnet_50_has_four_of_53_convolutions_in_a_sequential_and_all_but_the_stem_within_one() -> None:
    result = compute("conv_homes.home", model="resnet50")
    facts = [result.facts[name] for name in ("held", "nested", "every")]
    assert (result.value, facts) == ("few", [4, 52, 53])


def test_a_model_calls_the_function_with_its_modules_weights_and_a_blur_with_its_own() -> None:
    agree("conv_homes.calls_with_own_weight", [{"program": "resnet18"}, {"program": "gaussian_blur"}])
    assert compute("conv_homes.calls_with_own_weight", program="gaussian_blur").value == 1


def test_a_blur_is_counted_as_a_call_with_its_own_weight_only_while_it_makes_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torchvision.transforms.functional, "gaussian_blur", lambda image, _: image)
    assert compute("conv_homes.calls_with_own_weight", program="gaussian_blur").value == 0


def test_a_blurring_program_prints_what_unfolding_gives() -> None:
    params: dict[str, Value] = {"code": BLUR, "channels": 2, "kernel": 3, "side": 8, "pixel": 2}
    agree("conv_blur.prints", [params])
    assert compute("conv_blur.prints", **params).value == "[1, 2, 6, 6] 18.0"
    assert "[1, 2, 6, 6] 36.0" in telling_mistakes(compute("conv_blur.prints", **params))


def test_a_program_that_fails_has_no_answer() -> None:
    with pytest.raises(Impossible, match="NameError"):
        compute("conv_blur.prints", code="print(nothing)", channels=2, kernel=3, side=8, pixel=2)


@pytest.mark.parametrize("count", [320, 416, 640, 1792, 4864, 9472])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_the_example_of_a_layer_has_the_parameters(count: int, groups: int) -> None:
    shown = str(compute("conv_made.with_parameters", count=count, groups=groups).value)
    answer = {name: int(value) for name, value in (part.split("=") for part in shown.split())}
    assert answer["kernel"] > 1
    assert has_parameters(answer=answer, count=count, groups=groups).right


@pytest.mark.parametrize(
    ("answer", "groups", "right", "says"),
    [
        ((3, 64, 3), 1, True, "1792"),
        ((27, 64, 1), 1, True, "27 weights"),  # another shape with as many
        ((3, 64, 5), 1, False, "4864"),
        ((3, 64, 3), 2, False, "divisible"),
        ((6, 64, 3), 2, True, "27 weights"),
    ],
)
def test_any_layer_with_the_parameters_is_right(
    answer: tuple[int, int, int], groups: int, right: bool, says: str
) -> None:
    given = dict(zip(("channels", "filters", "kernel"), answer, strict=True))
    found = has_parameters(answer=given, count=1792, groups=groups)
    assert found.right is right
    assert says in found.text.en
    assert found.text.zh


def test_a_number_that_no_small_layer_has_is_impossible() -> None:
    with pytest.raises(Impossible):
        compute("conv_made.with_parameters", count=11, groups=1)
