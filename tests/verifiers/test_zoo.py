"""The verifiers behind models/torchvision that build models: against timm, metadata, arithmetic and real runs."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import timm
import torch
from torchvision import models

from quizapp.authoring import Result
from verifiers import aux_heads, zoo, zoo_inputs

LIGHT = ["resnet18", "alexnet", "vgg16", "squeezenet1_0", "googlenet", "mobilenet_v2"]
ALL = [
    *LIGHT,
    "densenet161",
    "inception_v3",
    "shufflenet_v2_x1_0",
    "resnext50_32x4d",
    "wide_resnet50_2",
    "mnasnet1_0",
]
BOTH = ["inception_v3", "googlenet"]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def said(result: Result, value: object) -> str:
    return next(one.text.en for one in result.mistakes if one.value == value)


# Parameters


@pytest.mark.parametrize("model", ALL)
def test_the_count_is_that_of_the_metadata(model: str) -> None:
    second = zoo.parameters.second
    assert second is not None
    for aux_logits in (True, False) if model in BOTH else (True,):
        counted = zoo.parameters(model=model, aux_logits=aux_logits)
        assert counted.value == pytest.approx(second(model=model, aux_logits=aux_logits), rel=1e-9)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("resnet18", "resnet18"),
        ("vgg16", "vgg16"),
        ("densenet161", "densenet161"),
        ("mobilenet_v2", "mobilenetv2_100"),
        ("resnext50_32x4d", "resnext50_32x4d"),
        ("wide_resnet50_2", "wide_resnet50_2"),
        ("mnasnet1_0", "mnasnet_100"),
    ],
)
def test_timm_builds_as_many_parameters(model: str, name: str) -> None:
    with torch.device("meta"):
        other = timm.create_model(name, pretrained=False)
    assert zoo.parameters(model=model).value == sum(one.numel() for one in other.parameters()) / 1e6


def test_the_metadata_of_googlenet_leaves_its_auxiliary_classifiers_out_and_that_of_inception_does_not() -> None:
    googlenet, inception = (zoo.parameters(model=model).facts for model in ("googlenet", "inception_v3"))
    assert googlenet["metadata"] == zoo.parameters(model="googlenet", aux_logits=False).facts["count"]
    assert inception["metadata"] == inception["count"]


def test_bytes_are_recognised_where_parameters_are_asked_for() -> None:
    assert "megabytes" in said(zoo.parameters(model="resnet18"), 4 * 11.689512)


def test_most_of_alexnet_is_fully_connected_and_most_of_resnet_is_not() -> None:
    assert zoo.parameters(model="alexnet").facts["largest"] == "classifier"
    assert zoo.parameters(model="resnet18").facts["largest"] == "layer4"


def test_a_model_takes_no_memory() -> None:
    assert all(one.device.type == "meta" for one in zoo.build("vgg16").parameters())


# Heads and outputs


def test_the_heads_of_resnet_and_squeezenet() -> None:
    assert zoo.head(model="resnet18", classes=10).value == [10, 512]
    assert zoo.head(model="squeezenet1_0", classes=10).value == [10, 512, 1, 1]
    assert "convolution" in said(zoo.head(model="squeezenet1_0", classes=10), [10, 512])
    assert "first" in said(zoo.head(model="resnet18", classes=10), [512, 10])


@pytest.mark.parametrize("model", LIGHT)
def test_the_output_has_a_row_an_image(model: str) -> None:
    for batch, side, classes in ((1, 224, 1000), (8, 320, 10)):
        found = zoo.output(model=model, batch=batch, side=side, classes=classes)
        assert found.value == [batch, classes]
        assert "batch" in said(found, [classes])


# What they take


@pytest.mark.parametrize("model", LIGHT)
def test_the_smallest_side_works_and_the_next_smaller_does_not(model: str) -> None:
    second = zoo_inputs.smallest.second
    assert second is not None
    side = zoo_inputs.smallest(model=model).value
    assert isinstance(side, int)
    assert side == second(model=model)
    assert zoo_inputs.takes(model=model, side=side).value == "works"
    if side > 1:
        assert zoo_inputs.takes(model=model, side=side - 1).value == "RuntimeError"


def test_inception_needs_75_pixels_to_predict_and_299_to_train() -> None:
    assert zoo_inputs.smallest(model="inception_v3").value == 75
    trained = zoo_inputs.smallest(model="inception_v3", training=True)
    second = zoo_inputs.smallest.second
    assert second is not None
    assert trained.value == second(model="inception_v3", training=True) == 299
    assert zoo_inputs.takes(model="inception_v3", side=224, training=True).value == "RuntimeError"


def test_the_crop_of_the_weights_is_recognised_as_no_limit() -> None:
    assert "less" in said(zoo_inputs.smallest(model="alexnet"), 224)


def test_dropout_is_found_in_what_runs() -> None:
    assert zoo_inputs.restless(first="resnet18", second="alexnet", third="shufflenet_v2_x1_0").value == ["second"]


@pytest.mark.parametrize(("model", "differs"), [("squeezenet1_0", True), ("shufflenet_v2_x1_0", False)])
def test_a_real_batch_sent_twice_through_a_model_in_training_mode(model: str, differs: bool) -> None:
    torch.manual_seed(0)
    network = getattr(models, model)().train()
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network(images), network(images)) is not differs


# Auxiliary classifiers


@pytest.mark.parametrize(
    ("mode", "side", "batch", "aux_logits", "value"),
    [
        ("train", 299, 32, True, "InceptionOutputs"),
        ("train", 298, 32, True, "RuntimeError"),
        ("train", 299, 1, True, "ValueError"),
        ("train", 350, 1, True, "InceptionOutputs"),
        ("train", 224, 32, False, "Tensor"),
        ("train", 75, 1, False, "ValueError"),
        ("eval", 75, 1, True, "Tensor"),
    ],
)
def test_what_inception_returns(mode: str, side: int, batch: int, aux_logits: bool, value: str) -> None:
    second = aux_heads.returned.second
    assert second is not None
    found = aux_heads.returned(mode=mode, side=side, batch=batch, aux_logits=aux_logits)
    assert found.value == second(mode=mode, side=side, batch=batch, aux_logits=aux_logits) == value


@pytest.mark.parametrize("model", BOTH)
def test_logits_are_counted_per_classifier(model: str) -> None:
    second = aux_heads.logits.second
    assert second is not None
    for mode, batch, aux_logits in [("train", 2, True), ("train", 8, False), ("eval", 8, True)]:
        chosen: dict[str, Any] = {"model": model, "mode": mode, "batch": batch, "classes": 10, "aux_logits": aux_logits}
        assert aux_heads.logits(**chosen).value == second(**chosen)


def test_forgetting_or_adding_auxiliary_logits_is_recognised() -> None:
    assert "main classifier" in said(aux_heads.logits(model="googlenet", mode="train", batch=8, classes=10), 80)
    assert "only in train()" in said(aux_heads.logits(model="googlenet", mode="eval", batch=8, classes=10), 240)
    assert "two" in said(aux_heads.logits(model="googlenet", mode="train", batch=8, classes=10), 160)


PROGRAM = """\
import torch
from torchvision import models

model = models.{model}(aux_logits={aux_logits}, init_weights=False)
model.{mode}()
out = model(torch.zeros({batch}, 3, 299, 299))
print(type(out).__name__, len(out))
"""


@pytest.mark.parametrize(
    ("model", "printed"), [("inception_v3", "InceptionOutputs 2"), ("googlenet", "GoogLeNetOutputs 3")]
)
def test_the_program_prints_a_tuple_only_while_training_with_auxiliary_classifiers(model: str, printed: str) -> None:
    for mode, aux_logits in itertools.product(("train", "eval"), (True, False)):
        chosen: dict[str, Any] = {"model": model, "mode": mode, "batch": 4, "aux_logits": aux_logits}
        expected = printed if mode == "train" and aux_logits else "Tensor 4"
        assert aux_heads.prints(code=PROGRAM.format(**chosen), **chosen).value == expected


# Programs


def test_a_program_ends_well_or_with_the_name_of_its_error() -> None:
    assert zoo.runs(code="import torchvision.models as models\nm = models.googlenet()").value == "runs"
    assert zoo.runs(code="import torchvision.models as models\nm = models.googlenet()").facts["warnings"] == 1
    assert (
        zoo.runs(code="import torchvision.models as models\nm = models.resnet18(pretrainde=True)").value == "TypeError"
    )
    assert zoo.runs(code="import torchvision.models as models\nm = models.resnet19()").value == "AttributeError"


def test_a_model_that_torchvision_does_not_have_is_not_listed() -> None:
    assert zoo.listed(model="resnet19").value == "not listed"
    assert zoo.listed(model="inception_v3").value == "works"
