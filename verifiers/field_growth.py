"""The receptive field of one output growing through a stack of layers, found by gradients and drawn for the lab."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from quizapp.authoring import Explored, Impossible, Picture, Run, Text

_BARS = " ▁▂▃▄▅▆▇█"  # a blank is a column that is skipped
_NAMES = 15
_ROOM = 58
_WIDEST = 1024


@dataclass(frozen=True, slots=True)
class Traced:
    """What one output depends on.

    units:   for the image and each layer up to the output's, the indices of the units that reach it.
    centres: for each of these units, the middle of what it sees itself, in columns of the image.
    weights: how much each column of the image in the field counts: the gradient, largest 1.
    first:   the first column of the field.
    jump:    columns of the image between neighbouring outputs; 1 where there is no neighbour.
    """

    units: tuple[tuple[int, ...], ...]
    centres: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    first: int
    jump: float


def trace(layers: Sequence[nn.Module]) -> Traced:
    """What the middle output of `layers`, one row high and with positive weights, depends on.

    Each image of the batch is black but for one column, so that max pooling, too, lets every column through once; where
    a unit lights up and the output has a slope in it, it counts. Raises Impossible where the field is wider than 1024.
    """
    width = 32
    while True:
        x = torch.eye(width, dtype=torch.float64, device="cpu").view(width, 1, 1, width).requires_grad_()
        seen: list[Tensor] = [x]
        try:
            for layer in layers:
                seen.append(layer(seen[-1]))
        except RuntimeError:  # the image is used up before the last layer
            seen = []
        if seen:
            found = _traced(seen)
            if not layers or (found.first > 0 and found.first + len(found.weights) < width):
                return found
        width *= 2
        if width > _WIDEST:
            raise Impossible(f"the field is wider than {_WIDEST // 2} pixels, or the layers leave nothing of it")


def _traced(seen: Sequence[Tensor]) -> Traced:
    """What the middle unit of the last of `seen` depends on: outputs (images, 1, 1, units), one for each column lit."""
    output = seen[-1][:, 0, 0]
    middle = output.shape[-1] // 2
    slopes = torch.autograd.grad(output[:, middle].sum(), list(seen), retain_graph=True)
    units, centres = [], []
    for layer, slope in zip(seen, slopes, strict=True):
        lit = layer[:, 0, 0].detach() > 0
        reach = (lit & (slope[:, 0, 0] > 0)).any(0).nonzero().flatten()
        columns = torch.arange(len(lit), device="cpu", dtype=torch.float32)
        own = lit[:, reach].float()
        units.append(tuple(reach.tolist()))
        centres.append(tuple(((own * columns[:, None]).sum(0) / own.sum(0)).tolist()))
    felt = slopes[0][:, 0, 0].diagonal()
    first, last = units[0][0], units[0][-1]
    lit = output.detach() > 0
    neighbour = middle + 1 < output.shape[-1]
    starts = [float(lit[:, at].float().argmax()) for at in (middle, middle + neighbour)]
    weights = felt[first : last + 1] / felt.max()
    return Traced(tuple(units), tuple(centres), tuple(weights.tolist()), first, starts[1] - starts[0] or 1.0)


def growing(names: Sequence[str], layers: Sequence[nn.Module], step: int) -> Explored:
    """One unit behind layer number `step`, and below it all that it sees, layer by layer, down to the image.

    names: what each layer is called, at most 12 characters. Steps beyond the last layer stay there.
    """
    depth = min(step, len(layers))
    found = trace(layers[:depth])
    side = len(found.weights)
    scale = -(-side // _ROOM)
    width = -(-side // scale)
    room = max(width, 24)

    def row(centres: Sequence[float], sign: str) -> str:
        cells = [" "] * width
        for centre in centres:
            cells[int((centre - found.first) // scale)] = sign
        return "".join(cells).center(room).rstrip()

    lines: list[list[Run | str]] = []
    for at in range(depth, -1, -1):
        name = f"{at} {names[at - 1]}" if at else "0 x"
        ink = "one" if at == depth else "two" if not at else "four"
        sign = "◆" if at == depth else "■" if not at else "●"
        count = len(found.units[at])
        lines.append(
            [Run(f"{name:<{_NAMES}}", "dim"), Run(f"{row(found.centres[at], sign):<{room}}", ink), f" {count}"]
        )
    heights = "".join(
        _BARS[math.ceil(8 * max(found.weights[at * scale : (at + 1) * scale]))] for at in range(width)
    ).center(room)
    lines.append([Run(f"{'|∂y/∂x|':<{_NAMES}}", "dim"), Run(heights, "two")])
    still = [[Run(f"{at} {name}", "dim")] for at, name in enumerate(names, 1) if at > depth]
    return Picture.of([*reversed(still), *lines]), _said(depth, side, scale, found.jump)


def _said(depth: int, side: int, scale: int, jump: float) -> list[str | Text]:
    where = f"behind layer {depth}" if depth else "of the image itself"
    zh = f"第 {depth} 层之后" if depth else "图像自身"
    said: list[str | Text] = [
        Text(
            f"one unit {where} sees {side} × {side} pixels; its neighbour looks {jump:g} further on",
            f"{zh}的一个单元看到 {side} × {side} 个像素；它的邻居往后移 {jump:g} 个像素",
        )
    ]
    if scale > 1:
        said.append(Text(f"one character is {scale} columns", f"一个字符表示 {scale} 列"))
    return said
