"""Error rates within a family: what depth, batch norm and newer weights are worth; drawn too."""

from itertools import pairwise
from typing import Annotated, Any

from torch import nn

from quizapp.authoring import (
    Choice,
    Picture,
    Result,
    Run,
    Text,
    Tolerance,
    Value,
    mistake,
    verifier,
)
from verifiers.error_rates import entry, rate
from verifiers.metadata_source import figure
from verifiers.zoo import build, count

Top = Annotated[int, Choice(1, 5)]
Model = Annotated[
    str,
    Choice(
        "alexnet",
        "vgg11",
        "vgg13",
        "vgg16",
        "vgg19",
        "vgg11_bn",
        "vgg13_bn",
        "vgg16_bn",
        "vgg19_bn",
        "resnet18",
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "squeezenet1_0",
        "squeezenet1_1",
        "densenet121",
        "densenet169",
        "densenet201",
        "densenet161",
        "inception_v3",
        "googlenet",
        "shufflenet_v2_x1_0",
        "mobilenet_v2",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "mnasnet1_0",
    ),
]
Depth = Annotated[int, Choice(11, 13, 16, 19)]
Renewed = Annotated[
    str, Choice("resnet50", "resnet101", "resnet152", "mobilenet_v2", "resnext50_32x4d", "wide_resnet50_2")
]

Again = Annotated[
    str,
    Choice(
        "resnet50",
        "resnet101",
        "resnet152",
        "mobilenet_v2",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "regnet_y_16gf",
        "vit_b_16",
    ),
]

FAMILIES = {
    "VGG": ("vgg11", "vgg13", "vgg16", "vgg19"),
    "VGG with batch norm": ("vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    "ResNet": ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    "DenseNet": ("densenet121", "densenet161", "densenet169", "densenet201"),
}
_START = "from torchvision.models import get_model_weights\n\n"
_DIFFERENCE = (
    _START
    + """\
def error(model, weights):
    return 100 - get_model_weights(model)[weights].meta["_metrics"]["ImageNet-1K"]["acc@{top}"]

print(round(error("{one}", "{first}") - error("{other}", "{second}"), 3))"""
)


@verifier("torchvision")
def batch_norm_gain(depth: Depth, top: Top = 1) -> Result:
    """By how many points the error of a VGG falls with batch norm."""
    plain, normed = f"vgg{depth}", f"vgg{depth}_bn"
    value = round(rate(plain, top) - rate(normed, top), 3)
    return _gain(value, plain, normed, top)


@batch_norm_gain.second_way
def _gain_in_source(depth: int, top: int = 1) -> float:
    return round(_accuracy(f"vgg{depth}_bn", top) - _accuracy(f"vgg{depth}", top), 3)


@verifier("torchvision")
def batch_norm_parameters(depth: Depth) -> Result:
    """How many parameters more a VGG has with batch norm."""
    plain, normed = build(f"vgg{depth}"), build(f"vgg{depth}_bn")
    value = count(normed) - count(plain)
    layers = [layer.num_features for layer in normed.modules() if isinstance(layer, nn.BatchNorm2d)]
    together = " + ".join(map(str, layers))
    return Result(
        value,
        steps=[f"{together} = {sum(layers)}", f"2 · {sum(layers)} = {value}"],
        mistakes=[
            mistake(
                sum(layers),
                "Each channel learns two numbers: a scale and a shift.",
                "每个通道学两个数：缩放和平移。",
            ),
            mistake(
                4 * sum(layers),
                "Running mean and variance are buffers, and no parameters.",
                "滑动均值和方差是缓冲区，不是参数。",
            ),
            mistake(2 * len(layers), "That counts tensors, not their numbers.", "这是张量的个数，不是里面数值的个数。"),
        ],
        snippet="import torch\nfrom torchvision import models\n\n\n"
        "def count(model):\n    return sum(one.numel() for one in model.parameters())\n\n\n"
        f'with torch.device("meta"):\n    print(count(models.vgg{depth}_bn()) - count(models.vgg{depth}()))',
        facts={
            "layers": len(layers),
            "channels": sum(layers),
            "all": count(normed),
            "share": round(100 * value / count(normed), 4),
            "gain": round(rate(f"vgg{depth}") - rate(f"vgg{depth}_bn"), 2),
        },
    )


@batch_norm_parameters.second_way
def _by_metadata(depth: int) -> int:
    return int(entry(f"vgg{depth}_bn").meta["num_params"] - entry(f"vgg{depth}").meta["num_params"])


@verifier("torchvision", where="first != second")
def step(first: Model, second: Model, top: Top = 1) -> Result:
    """By how many points the error falls from one model to another, both with their first weights."""
    return _gain(round(rate(first, top) - rate(second, top), 3), first, second, top)


@step.second_way
def _step_in_source(first: str, second: str, top: int = 1) -> float:
    return round(_accuracy(second, top) - _accuracy(first, top), 3)


@verifier("torchvision")
def renewed(model: Renewed, top: Top = 1) -> Result:
    """By how many points the error falls from IMAGENET1K_V1 to IMAGENET1K_V2 of the same model."""
    value = round(rate(model, top) - rate(model, top, "IMAGENET1K_V2"), 3)
    return _gain(value, model, model, top, "IMAGENET1K_V2")


@renewed.second_way
def _renewed_in_source(model: str, top: int = 1) -> float:
    return round(_accuracy(model, top, "IMAGENET1K_V2") - _accuracy(model, top), 3)


@verifier(
    "torchvision",
    where='model == "regnet_y_16gf" or (newer == "IMAGENET1K_SWAG_E2E_V1") == (model == "vit_b_16")',
)
def changed(
    model: Again, newer: Annotated[str, Choice("IMAGENET1K_V2", "IMAGENET1K_SWAG_E2E_V1")] = "IMAGENET1K_V2"
) -> Result:
    """What differs between IMAGENET1K_V1 of a model and newer weights: the names of what does."""
    old, new = (_traits(model, version) for version in ("IMAGENET1K_V1", newer))
    value: list[Value] = [name for name in old if old[name] != new[name]]
    return Result(
        value,
        steps=[Text(f"{name}: {old[name]} → {new[name]}") for name in old],
        facts={
            "old": old["error"],
            "new": new["error"],
            "old_resize": old["resize"],
            "new_resize": new["resize"],
            "old_crop": old["crop"],
            "new_crop": new["crop"],
            "old_parameters": old["parameters"],
            "new_parameters": new["parameters"],
        },
    )


@changed.second_way
def _changed_by_keywords(model: str, newer: str = "IMAGENET1K_V2") -> list[str]:
    # What the two members were declared with; a ViT alone is built for a size of images.
    versions = ("IMAGENET1K_V1", newer)
    old, new = (entry(model, version).value for version in versions)
    keywords = {name for name, _ in set(old.transforms.keywords.items()) ^ set(new.transforms.keywords.items())}
    differ = {
        "file": old.url != new.url,
        "parameters": model == "vit_b_16"
        and len({_count_for(one.transforms.keywords["crop_size"]) for one in (old, new)}) > 1,
        "resize": "resize_size" in keywords,
        "crop": "crop_size" in keywords,
        "mean": "mean" in keywords,
        "error": _accuracy(model, 1) != _accuracy(model, 1, newer),
    }
    return [name for name, is_so in differ.items() if is_so]


@verifier("torchvision", examples=[({"family": "ResNet"}, "ResNet"), ({"family": "DenseNet", "top": 5}, "DenseNet")])
def bars(family: Annotated[str, Choice("VGG", "VGG with batch norm", "ResNet", "DenseNet")], top: Top = 1) -> Result:
    """Which family's errors a picture shows, a bar a depth, from the shallowest to the deepest."""
    members = FAMILIES[family]
    rates = [rate(one, top) for one in members]
    falling = all(one > other for one, other in pairwise(rates))
    return Result(
        family,
        steps=[f"{one}: {value:g}" for one, value in zip(members, rates, strict=True)],
        mistakes=[mistake(other, *_told_apart(other, top)) for other in FAMILIES if other != family],
        facts={
            "members": ", ".join(members),
            "members_zh": "、".join(members),
            "first": rates[0],
            "last": rates[-1],
            "falling": falling,
            "best": members[rates.index(min(rates))],
        },
        picture=_picture(rates),
    )


def _picture(rates: list[float]) -> Picture:
    unit = 50 / max(rates)
    rows: list[list[Run | str]] = []
    for number, value in enumerate(rates, 1):
        rows.append([Run(f"{number}  ", "dim"), Run("█" * round(value * unit), "one"), f" {value:.2f}"])
        rows.append([""])
    return Picture.of(rows[:-1])


def _told_apart(other: str, top: int) -> tuple[str, str]:
    rates = [rate(one, top) for one in FAMILIES[other]]
    shown = " / ".join(f"{one:.2f}" for one in rates)
    name = "带批归一化的 VGG" if other == "VGG with batch norm" else other
    return f"{other} would be {shown}.", f"{name} 应当是 {shown}。"


def _gain(value: float, one: str, other: str, top: int, version: str = "IMAGENET1K_V1") -> Result:
    """A result about the fall of an error, from `one` with its first weights to `other` with those named."""
    before, after = rate(one, top), rate(other, top, version)
    elsewhere = round(rate(one, 6 - top) - rate(other, 6 - top, version), 3)
    return Result(
        value,
        steps=[f"{one}: {before:g}", f"{other}, {version}: {after:g}", f"{before:g} − {after:g} = {value:g}"],
        mistakes=[
            mistake(elsewhere, f"That is the fall of the top-{6 - top} error.", f"这是 top-{6 - top} 错误率的降幅。"),
            mistake(
                round(100 * value / before, 3),
                "That is in percent of the error before; points are asked for.",
                "这是相对降幅（%）；问的是百分点。",
            ),
            mistake(-value, "The error falls.", "错误率是下降的。"),
        ],
        tolerance=Tolerance(absolute=0.3),
        snippet=_DIFFERENCE.format(one=one, other=other, top=top, first="IMAGENET1K_V1", second=version),
        facts={
            "before": before,
            "after": after,
            "relative": round(100 * value / before),
            "factor": round(entry(other).meta["num_params"] / entry(one).meta["num_params"], 2),
        },
    )


def _traits(model: str, version: str) -> dict[str, Any]:
    weights = entry(model, version)
    transforms = weights.transforms()
    return {
        "file": weights.url.rsplit("/", 1)[-1],
        "parameters": weights.meta["num_params"],
        "resize": transforms.resize_size[0],
        "crop": transforms.crop_size[0],
        "mean": transforms.mean[0],
        "error": rate(model, 1, version),
    }


def _count_for(side: int) -> int:
    """How many parameters a ViT has that is built for images of that side."""
    return count(build("vit_b_16", image_size=side))


def _accuracy(model: str, top: int, version: str = "IMAGENET1K_V1") -> float:
    return figure(model, version, f"acc@{top}")
