"""Error rates on ImageNet, as torchvision's metadata of its weights gives them."""

import contextlib
import math
from collections.abc import Mapping
from typing import Annotated, Any

from torchvision.models import get_model_weights

from quizapp.authoring import Choice, Impossible, Result, Text, Tolerance, Value, mistake, verifier
from verifiers.metadata_source import figure
from verifiers.zoo import VERSION

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
Top = Annotated[int, Choice(1, 5)]
Version = Annotated[str, Choice("IMAGENET1K_V1", "IMAGENET1K_V2", "DEFAULT")]

# The 14 rows of the note's table, top-1 and top-5: what a learner of the note answers.
NOTED: Mapping[str, tuple[float, float]] = {
    "alexnet": (43.45, 20.91),
    "vgg11": (30.98, 11.37),
    "vgg13": (30.07, 10.75),
    "vgg16": (28.41, 9.62),
    "vgg19": (27.62, 9.12),
    "vgg13_bn": (28.45, 9.63),
    "vgg19_bn": (25.76, 8.15),
    "resnet18": (30.24, 10.92),
    "resnet34": (26.70, 8.58),
    "resnet50": (23.85, 7.13),
    "resnet101": (22.63, 6.44),
    "resnet152": (21.69, 5.94),
    "squeezenet1_1": (41.81, 19.38),
    "densenet161": (22.35, 6.2),
}
RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
_IMAGES = 50_000


def entry(model: str, version: str = "IMAGENET1K_V1") -> Any:
    """The member of a model's weights that has that name."""
    try:
        return get_model_weights(model)[version]
    except KeyError:
        raise Impossible(f"{model} has no weights {version}") from None


def rate(model: str, top: int = 1, version: str = "IMAGENET1K_V1") -> float:
    """The error in percent: what the accuracy of the metadata leaves to 100."""
    return round(100 - float(entry(model, version).meta["_metrics"]["ImageNet-1K"][f"acc@{top}"]), 3)


@verifier("torchvision")
def error(model: Model, top: Top = 1, version: Version = "IMAGENET1K_V1") -> Result:
    """The top-1 or top-5 error of a model's weights on ImageNet, in percent."""
    value = rate(model, top, version)
    other = rate(model, 6 - top, version)
    accuracy = round(100 - value, 3)
    noted = NOTED[model][top == 5] if model in NOTED and version == "IMAGENET1K_V1" else 0.0
    found = [
        mistake(other, f"That is the top-{6 - top} error.", f"这是 top-{6 - top} 错误率。"),
        mistake(accuracy, "That is the accuracy; the error is the rest to 100.", "这是准确率；错误率是 100 减去它。"),
    ]
    if noted:
        found.insert(
            0,
            mistake(
                noted,
                f"That is the note's figure; torchvision {VERSION} gives {value:g}.",
                f"这是笔记里的数字；torchvision {VERSION} 给出的是 {value:g}。",
            ),
        )
    newest = rate(model, top, "DEFAULT")
    if newest != value:
        found.append(
            mistake(newest, "That is the newest weights', IMAGENET1K_V2.", "这是最新一套权重 IMAGENET1K_V2 的。")
        )
    steps = [f"acc@{top} = {accuracy:g}", f"100 − {accuracy:g} = {value:g}"]
    return Result(
        value,
        steps=[*steps, *([Text(f"the note: {noted:g}", f"笔记：{noted:g}")] if noted else [])],
        mistakes=found,
        tolerance=Tolerance(absolute=0.5 if top == 1 else 0.2),
        snippet=_ERROR.format(model=model, top=top, version=version),
        facts={
            "accuracy": accuracy,
            "other": other,
            "wrong": round(value * _IMAGES / 100),
            "noted": noted,
            "gap": round(value - noted, 3) if noted else 0.0,
            "newest": newest,
            "version_now": VERSION,
            "crop": int(entry(model, version).transforms().crop_size[0]),
        },
    )


_ERROR = """\
from torchvision.models import get_model_weights

weights = get_model_weights("{model}")["{version}"]
print(round(100 - weights.meta["_metrics"]["ImageNet-1K"]["acc@{top}"], 3))"""


@error.second_way
def _error_in_source(model: str, top: int = 1, version: str = "IMAGENET1K_V1") -> float:
    return round(100 - figure(model, version, f"acc@{top}"), 3)


@verifier(
    "torchvision",
    where=[
        "first != second and first != third and first != fourth",
        "second != third and second != fourth and third != fourth",
    ],
)
def lowest(first: Model, second: Model, third: Model, fourth: Model, top: Top = 1) -> Result:
    """The model with the lowest error of four, by their first weights."""
    rates = {one: rate(one, top) for one in (first, second, third, fourth)}
    ranked = sorted(rates, key=lambda one: rates[one])
    if rates[ranked[0]] == rates[ranked[1]]:
        raise Impossible("two of them are equally good")
    return Result(
        ranked[0],
        steps=[f"{one}: {rates[one]:g}" for one in ranked],
        mistakes=[
            mistake(
                one,
                f"{one}: {rates[one]:g}, {ranked[0]}: {rates[ranked[0]]:g}.",
                f"{one} 为 {rates[one]:g}，{ranked[0]} 为 {rates[ranked[0]]:g}。",
            )
            for one in ranked[1:]
        ],
        facts={
            "best": rates[ranked[0]],
            "runner_up": ranked[1],
            "next": rates[ranked[1]],
            "last": ranked[-1],
            "worst": rates[ranked[-1]],
        },
    )


@lowest.second_way
def _lowest_in_source(first: str, second: str, third: str, fourth: str, top: int = 1) -> str:
    return max((first, second, third, fourth), key=lambda one: figure(one, "IMAGENET1K_V1", f"acc@{top}"))


@verifier("torchvision", where="first != second")
def lower(first: Model, second: Model, top: Top = 1) -> Result:
    """Which of two models has the lower error by its first weights; `equal` where neither."""
    one, other = rate(first, top), rate(second, top)
    value = "equal" if one == other else first if one < other else second
    steps = [f"{first}: {one:g}", f"{second}: {other:g}"]
    noted = [NOTED[model][top == 5] for model in (first, second) if model in NOTED]
    if len(noted) == 2:
        steps.append(Text(f"the note: {noted[0]:g}, {noted[1]:g}", f"笔记：{noted[0]:g}、{noted[1]:g}"))  # type: ignore[arg-type]
    return Result(
        value,
        steps=steps,
        mistakes=[
            mistake(name, f"{first} {one:g}, {second} {other:g}.", f"{first} 为 {one:g}，{second} 为 {other:g}。")
            for name in (first, second, "equal")
        ],
        facts={
            "one": one,
            "other": other,
            "one_noted": noted[0] if len(noted) == 2 else 0.0,
            "other_noted": noted[1] if len(noted) == 2 else 0.0,
            "apart": round(abs(one - other), 3),
            "images": round(abs(one - other) * _IMAGES / 100),
            "version": VERSION,
        },
    )


@lower.second_way
def _lower_in_source(first: str, second: str, top: int = 1) -> str:
    one, other = (figure(model, "IMAGENET1K_V1", f"acc@{top}") for model in (first, second))
    return "equal" if one == other else first if one > other else second


@verifier("torchvision")
def beaten(model: Model, version: Version) -> Result:
    """Which ResNets with their first weights have a higher top-1 error than a model with the weights named."""
    value = rate(model, 1, version)
    rates = {one: rate(one) for one in RESNETS}
    worse: list[Value] = [one for one in RESNETS if rates[one] > value]
    return Result(
        worse,
        steps=[f"{model} {version}: {value:g}", ", ".join(f"{one}: {rates[one]:g}" for one in RESNETS)],
        facts={"error": value, "number": len(worse), "rates": " / ".join(f"{rates[one]:g}" for one in RESNETS)},
    )


@beaten.second_way
def _beaten_in_source(model: str, version: str) -> list[str]:
    own = figure(model, version, "acc@1")
    return [one for one in RESNETS if figure(one, "IMAGENET1K_V1", "acc@1") < own]


@verifier("torchvision")
def different_errors(model: Model) -> Result:
    """How many different top-1 errors torchvision gives for a model, one for each set of weights that has one."""
    found = {
        one.name: one.meta["_metrics"]["ImageNet-1K"]["acc@1"]
        for one in get_model_weights(model)
        if not math.isnan(one.meta["_metrics"]["ImageNet-1K"]["acc@1"])
    }
    return Result(len(set(found.values())), steps=[f"{name}: {100 - one:.3f}" for name, one in found.items()])


@different_errors.second_way
def _different_in_source(model: str) -> int:
    found = set()
    for version in ("IMAGENET1K_V1", "IMAGENET1K_V2"):
        with contextlib.suppress(KeyError):
            found.add(figure(model, version, "acc@1"))
    return len(found)
