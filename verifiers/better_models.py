"""Models to be named by the learner: smaller than a given one, and better on ImageNet."""

from collections.abc import Mapping
from typing import Annotated

from quizapp.authoring import Attempt, Choice, Impossible, Result, Text, attempt, verifier
from verifiers.error_rates import NOTED, entry, rate

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


@verifier("torchvision")
def smaller_and_better(model: Model) -> Result:
    """A model with a lower top-1 error than `model` and fewer parameters, both with their first weights."""
    names = (
        *NOTED,
        "vgg11_bn",
        "vgg16_bn",
        "densenet121",
        "densenet169",
        "densenet201",
        "mobilenet_v2",
        "googlenet",
        "mnasnet1_0",
        "resnext50_32x4d",
    )
    fit = [one for one in names if _beats(one, model)]
    if not fit:
        raise Impossible(f"none of these models is smaller than {model} and better")
    best = min(fit, key=lambda one: entry(one).meta["num_params"])
    return Result(
        f"model={best}",
        steps=[_told(best), _told(model)],
        facts={
            "number": len(fit),
            "all": ", ".join(fit),
            "error": rate(model),
            "millions": round(entry(model).meta["num_params"] / 1e6, 1),
        },
    )


@smaller_and_better.attempt
def is_smaller_and_better(answer: Mapping[str, str], model: str) -> Attempt:
    """Compares the learner's model with the one given."""
    given = answer["model"]
    told = f"{_told(given)}; {_told(model)}"
    return attempt(
        _beats(given, model), en=f"{told}.", zh=f"{told.replace('; ', '；').replace(' million', ' 百万参数')}。"
    )


def _beats(one: str, other: str) -> bool:
    fewer: bool = entry(one).meta["num_params"] < entry(other).meta["num_params"]
    return fewer and rate(one) < rate(other)


def _told(model: str) -> Text:
    millions = entry(model).meta["num_params"] / 1e6
    return Text(
        f"{model}: {rate(model):g} % error, {millions:.1f} million parameters",
        f"{model}：错误率 {rate(model):g}%，参数 {millions:.1f} M",
    )
