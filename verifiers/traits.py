"""Local receptive fields, shared weights, subsampling: which of the three a layer has, found by lighting pixels."""

from functools import partial
from typing import Annotated

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Result, Text, Value, mistake, verifier

_SIDE = 12
Kind = Annotated[str, Choice("dense", "own weights", "conv", "strided", "whole image")]


def _run(kind: str, image: Tensor, seed: int = 0) -> Tensor:
    """A layer with positive random weights, of an image that is continued round its edges: (N, 1, H, W) either way."""
    generator = torch.Generator("cpu").manual_seed(seed)
    count, side = image.shape[0], image.shape[-1]

    def weights(*shape: int) -> Tensor:
        return torch.randint(1, 99, shape, generator=generator, device="cpu").double()

    image = image.double().cpu()
    ring = partial(F.pad, mode="circular")
    if kind == "dense":
        return F.linear(image.flatten(1), weights(side * side, side * side)).view(count, 1, side, side)
    if kind == "own weights":
        windows = F.unfold(ring(image, (1, 1, 1, 1)), 3)  # (N, 9, positions)
        return (windows * weights(9, side * side)).sum(1).view(count, 1, side, side)
    if kind == "whole image":
        return F.conv2d(ring(image, (side - 1, 0, side - 1, 0)), weights(1, 1, side, side))
    return F.conv2d(ring(image, (1, 1, 1, 1)), weights(1, 1, 3, 3), stride=2 if kind == "strided" else 1)


@verifier("torch")
def of_layer(layer: Kind) -> Result:
    """Which of `local`, `shared` and `subsampling` a layer has.

    local:       an output depends on few pixels.
    shared:      the weights are the same at every position, so a shifted image gives a shifted output.
    subsampling: there are fewer positions than the input has.
    """
    pixels = torch.eye(_SIDE * _SIDE).view(-1, 1, _SIDE, _SIDE)
    lit = _run(layer, pixels)[:, 0]  # (pixel, row, column of the output)
    reads = int((lit[:, 3, 3] != 0).sum())
    side = lit.shape[-1]
    step = _SIDE // side
    moved = _run(layer, pixels.roll(step, -1))[:, 0]
    shared = bool(torch.equal(lit.roll(1, -1), moved))
    found = {"local": 2 * reads < _SIDE * _SIDE, "shared": shared, "subsampling": side < _SIDE}
    value: list[Value] = [name for name, has in found.items() if has]
    return Result(
        value,
        steps=[
            Text(f"an output reads {reads} of {_SIDE**2} pixels", f"一个输出读取 {_SIDE**2} 个像素中的 {reads} 个"),
            Text(
                f"image shifted by {step}: the output {'moves along' if shared else 'becomes another'}",
                f"图像平移 {step}：输出{'跟着平移' if shared else '变成另一个'}",
            ),
            f"{_SIDE} × {_SIDE} → {side} × {side}",
        ],
        mistakes=[
            mistake(
                ["local", "shared", "subsampling"],
                "At stride 1 there is an output for every position: nothing is thinned out.",
                "步长为 1 时每个位置都有输出，没有降采样。",
            ),
            mistake(
                ["local", "shared"],
                "Look at the three one by one: local, shared and strided are separate choices.",
                "三者要分开看：局部连接、权值共享、步长是三个独立的选择。",
            ),
        ],
        facts={"reads": reads, "pixels": _SIDE * _SIDE, "side": side},
    )


@of_layer.second_way
def _of_layer_by_weights(layer: str) -> list[str]:
    """From how many weights a layer has: for each output, of how many positions."""
    outputs, weights, window = {
        "dense": (144, 144 * 144, 144),
        "own weights": (144, 144 * 9, 9),
        "conv": (144, 9, 9),
        "strided": (36, 9, 9),
        "whole image": (144, 144, 144),
    }[layer]
    found = {"local": window < 72, "shared": weights == window, "subsampling": outputs < 144}
    return [name for name, has in found.items() if has]


@verifier("torch")
def has(layer: Kind, trait: Annotated[str, Choice("local", "shared", "subsampling")]) -> Result:
    """Whether a layer has one of the three traits."""
    return Result(trait in _of(layer), steps=of_layer(layer=layer).steps)


def _of(layer: str) -> list[Value]:
    value = of_layer(layer=layer).value
    assert isinstance(value, list)
    return value


@has.second_way
def _has_by_weights(layer: str, trait: str) -> bool:
    return trait in _of_layer_by_weights(layer)
