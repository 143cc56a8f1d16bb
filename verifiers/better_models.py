"""Models to be named by the learner: smaller than a given one, and better on ImageNet."""

from collections.abc import Mapping
from typing import Annotated, get_args

from quizapp.authoring import Attempt, Choice, Impossible, Result, Text, attempt, verifier
from verifiers.error_rates import entry, rate

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
_NAMES: tuple[str, ...] = get_args(Model)[1].values


@verifier(
    "torchvision",
    examples=[
        ({"model": "alexnet"}, "model=squeezenet1_1"),
        ({"model": "vgg16"}, "model=mobilenet_v2"),
        ({"model": "vgg19_bn"}, "model=densenet121"),
    ],
)
def smaller_and_better(model: Model) -> Result:
    """A model with a lower top-1 error than `model` and fewer parameters, both with their first weights."""
    fit = sorted((one for one in _NAMES if _beats(one, model)), key=lambda one: int(entry(one).meta["num_params"]))
    if not fit:
        raise Impossible(f"none of these models is smaller than {model} and better")
    return Result(
        f"model={fit[0]}",
        steps=[_told(fit[0]), _told(model)],
        facts={
            "number": len(fit),
            "smallest": fit[0],
            "best": min(fit, key=rate),
            "error": rate(model),
            "millions": round(entry(model).meta["num_params"] / 1e6, 1),
        },
    )


@smaller_and_better.attempt
def is_smaller_and_better(answer: Mapping[str, str], model: str) -> Attempt:
    """Compares the learner's model with the one given."""
    given, asked = _told(answer["model"]), _told(model)
    return attempt(_beats(answer["model"], model), en=f"{given.en}; {asked.en}.", zh=f"{given.zh}；{asked.zh}。")


def _beats(one: str, other: str) -> bool:
    fewer: bool = entry(one).meta["num_params"] < entry(other).meta["num_params"]
    return fewer and rate(one) < rate(other)


def _told(model: str) -> Text:
    millions = entry(model).meta["num_params"] / 1e6
    return Text(
        f"{model}: {rate(model):g} % error, {millions:.1f} million parameters",
        f"{model}：错误率 {rate(model):g}%，参数 {millions:.1f} M",
    )
