"""Which activation function known networks use, counted in torchvision's models."""

from collections import Counter
from typing import Annotated

import torch
from torch import nn
from torchvision import models

from quizapp.authoring import Choice, Result, mistake, verifier

_NAMES = ("ReLU", "ReLU6", "Hardswish", "SiLU", "GELU", "Tanh")


@verifier(
    "torchvision",
    # As in the papers: AlexNet and ResNet, MobileNetV2 and V3, EfficientNet, ConvNeXt, ViT and Swin.
    examples=[
        ({"model": "alexnet"}, "ReLU"),
        ({"model": "resnet50"}, "ReLU"),
        ({"model": "mobilenet_v2"}, "ReLU6"),
        ({"model": "mobilenet_v3_small"}, "Hardswish"),
        ({"model": "efficientnet_b0"}, "SiLU"),
        ({"model": "convnext_tiny"}, "GELU"),
        ({"model": "vit_b_16"}, "GELU"),
        ({"model": "swin_t"}, "GELU"),
    ],
)
def in_model(
    model: Annotated[
        str,
        Choice(
            "alexnet",
            "vgg16",
            "resnet50",
            "mobilenet_v2",
            "mobilenet_v3_small",
            "efficientnet_b0",
            "convnext_tiny",
            "vit_b_16",
            "swin_t",
        ),
    ],
) -> Result:
    """The activation function that has the most modules in a model of torchvision's."""
    with torch.device("meta"):  # shapes only, so that no weights are filled
        built: nn.Module = models.get_model(model, weights=None)
    modules = Counter(type(one).__name__ for one in built.modules())
    counts = {name: modules[name] for name in _NAMES}
    value = max(counts, key=lambda name: counts[name])
    found = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return Result(
        value,
        steps=[f"models.{model}(): {found}"],
        mistakes=[
            mistake(
                name,
                en=f"{model} has {count} modules {name} and {counts[value]} modules {value}.",
                zh=f"{model} 里 {name} 有 {count} 个，{value} 有 {counts[value]} 个。",
            )
            for name, count in counts.items()
            if name != value
        ],
        snippet=_SNIPPET.format(model=model, names=_NAMES),
        facts={"count": counts[value]},
    )


_SNIPPET = """\
from collections import Counter

import torch
from torchvision import models

with torch.device("meta"):
    model = models.{model}()
modules = Counter(type(one).__name__ for one in model.modules())
print(max({names}, key=lambda name: modules[name]))"""
