"""The images that torchvision's accuracies were measured on, from the accuracies alone."""

import math
from fractions import Fraction

from torchvision import models
from torchvision.models import get_model_weights, list_models

from quizapp.authoring import Result, Text, mistake, verifier
from verifiers.error_rates import NOTED, rate
from verifiers.metadata_source import figure


@verifier("torchvision")
def images() -> Result:
    """How many images the accuracies were measured on, from the step in which all of torchvision's differ."""
    figures = [
        round(1000 * weights.meta["_metrics"]["ImageNet-1K"][name])
        for model in list_models(module=models)
        for weights in get_model_weights(model)
        for name in ("acc@1", "acc@5")
        if not math.isnan(weights.meta["_metrics"]["ImageNet-1K"][name])
    ]
    step = math.gcd(*figures) / 1000
    return Result(
        round(100 / step),
        steps=[
            Text(
                f"{len(figures)} accuracies, all multiples of {step:g}",
                f"{len(figures)} 个准确率，都是 {step:g} 的倍数",
            ),
            f"100 / {step:g} = {100 / step:.0f}",
        ],
        mistakes=[
            mistake(1000, "1000 is the number of classes.", "1000 是类别数。"),
            mistake(
                100_000, "That is the test set, whose labels are kept back.", "那是测试集的张数，它的标签没有公开。"
            ),
            mistake(
                round(1 / step),
                "The figures are percent: 100 has as many steps as there are images.",
                "这些数是百分数：100 里有多少个步长，就有多少张图像。",
            ),
        ],
        snippet=_IMAGES_SNIPPET,
        facts={
            "figures": len(figures),
            "step": step,
            "apart": round(abs(rate("vgg16") - rate("vgg13_bn")), 3),
            "images_apart": round(abs(rate("vgg16") - rate("vgg13_bn")) / step),
        },
    )


@images.second_way
def _common_denominator() -> int:
    shares = [
        Fraction(str(accuracy)) / 100
        for model in NOTED
        for accuracy in (figure(model, "IMAGENET1K_V1", "acc@1"), figure(model, "IMAGENET1K_V1", "acc@5"))
    ]
    return math.lcm(*(one.denominator for one in shares))


_IMAGES_SNIPPET = """\
import math
from torchvision import models

figures = []
for name in models.list_models(module=models):
    for weights in models.get_model_weights(name):
        figures += weights.meta["_metrics"]["ImageNet-1K"].values()
step = math.gcd(*(round(1000 * one) for one in figures if not math.isnan(one)))
print(100_000 // step)"""
