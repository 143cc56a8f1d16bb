"""Darknets beside the networks that they are compared with: which add a shortcut, and how they look from afar."""

from collections import Counter
from collections.abc import Callable
from operator import add, iadd
from typing import Annotated, Any

import torch
import torch.fx
from torch import nn
from torchvision import models

from quizapp.authoring import Choice, Picture, Result, Run, Text, mistake, verifier
from verifiers.darknet_layers import GROUPS, SLOPE, Darknet19, Darknet53, image, on_meta
from verifiers.darknet_program import built

_BUILT: dict[str, Callable[[], Any]] = {
    "Darknet-53": Darknet53,
    "Darknet-19": Darknet19,
    "ResNet-18": models.resnet18,
    "ResNet-34": models.resnet34,
    "ResNet-50": models.resnet50,
    "ResNet-101": models.resnet101,
    "VGG-16": models.vgg16,
    "VGG-19": models.vgg19,
}

Network = Annotated[
    str,
    Choice("Darknet-53", "Darknet-19", "ResNet-18", "ResNet-34", "ResNet-50", "ResNet-101", "VGG-16", "VGG-19"),
]


@verifier("torchvision", shapes_only=True)
def shortcuts(network: Network) -> Result:
    """How many additions of a block's input to its output a network computes, counted in its traced graph."""
    adds = _additions(network)
    convolutions = sum(isinstance(one, nn.Conv2d) for one in on_meta(_BUILT[network]).modules())
    return Result(
        adds,
        steps=[
            Text(
                f"{network}: {convolutions} nn.Conv2d, {adds} additions",
                f"{network}：{convolutions} 个 nn.Conv2d，{adds} 次相加",
            )
        ],
        mistakes=[
            mistake(
                23 if network == "Darknet-19" else convolutions,
                "Those are Darknet-53's; its blocks took up ResNet's idea, Darknet-19's layers stand in one line."
                if network == "Darknet-19"
                else "Those are all its convolutions; a block holds several and adds once.",
                "那是 Darknet-53 的；借鉴 ResNet 的是它，Darknet-19 的各层只是一条直线。"
                if network == "Darknet-19"
                else "这是全部卷积数；一个块里有好几个卷积，只相加一次。",
            ),
            mistake(
                adds * 2,
                "That counts two for each block; the input comes back once, at its end.",
                "每个块数了两次；输入只在块尾加回来一次。",
            ),
        ],
        snippet=_program(network),
        facts={"convolutions": convolutions},
    )


@shortcuts.second_way
def _shortcuts_by_class(network: str) -> int:
    """Blocks that are known to add, by the names of their classes."""
    seen = Counter(type(one).__name__ for one in on_meta(_BUILT[network]).modules())
    return seen["Residual"] + seen["BasicBlock"] + seen["Bottleneck"]


_LINE = f"""\
from torch import nn

layers, before = [], 3
for group in {GROUPS}:
    layers += [nn.MaxPool2d(2)] if layers else []
    for at, width in enumerate(group):
        layers += [nn.Conv2d(before, width, 1 if at % 2 else 3), nn.BatchNorm2d(width), nn.LeakyReLU({SLOPE})]
        before = width
net = nn.Sequential(*layers)
"""


def _program(network: str) -> str:
    name = network.lower().replace("-", "")
    made = {"Darknet-53": built("net = nn.Sequential(*layers)\n"), "Darknet-19": _LINE}.get(
        network, f"from torchvision.models import {name}\n\nnet = {name}()\n"
    )
    return (
        "from operator import add\n\nimport torch.fx\n"
        f"{made}graph = torch.fx.symbolic_trace(net).graph\nprint(sum(node.target is add for node in graph.nodes))"
    )


@verifier("torchvision", shapes_only=True)
def has_shortcuts(network: Network) -> Result:
    """Whether a network adds a block's input to its output, as ResNet does."""
    adds = _additions(network)
    return Result("shortcuts" if adds else "no shortcuts", steps=[f"{adds}"])


@has_shortcuts.second_way
def _has_shortcuts_by_class(network: str) -> str:
    return "shortcuts" if _shortcuts_by_class(network) else "no shortcuts"


def _additions(network: str) -> int:
    graph = torch.fx.symbolic_trace(on_meta(_BUILT[network])).graph
    return sum(node.op == "call_function" and node.target in (add, iadd, torch.add) for node in graph.nodes)


@verifier(
    "torchvision",
    shapes_only=True,
    examples=[({"network": "Darknet-53"}, "Darknet-53"), ({"network": "VGG-16"}, "VGG-16")],
)
def profile(network: Network) -> Result:
    """Which network a picture shows: a bar for each side of its maps, as long as there are convolutions with it."""
    model = on_meta(_BUILT[network])
    sides: Counter[int] = Counter()
    for one in model.modules():
        if isinstance(one, nn.Conv2d):
            one.register_forward_hook(lambda _, __, out: sides.update([int(out.shape[-1])]))
    model(image(256))
    rows: list[list[Run | str]] = [[Run(f"{'H = W':>7}  Conv2d", "dim")]]
    for side in sorted((one for one in sides if one > 1), reverse=True):
        count = sides[side]
        bar = "█" * min(count, 48) + ("…" if count > 48 else "")
        rows.append([f"{side:>7}  ", Run(bar, "one"), f" {count}"])
    return Result(
        network,
        steps=[" + ".join(map(str, sides.values())) + f" = {sum(sides.values())}"],
        distractors=[one for one in _BUILT if one != network],
        picture=Picture.of(rows),
        facts={
            "total": sum(sides.values()),
            "largest": max(sides),
        },
    )
