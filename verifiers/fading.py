"""The gradient on its way back through a stack of equal layers, a bar a layer on a logarithmic scale."""

import math
from collections.abc import Sequence

import torch
from torch import nn

from quizapp.authoring import Explored, Picture, Run, Text

_BAR = 40
_DECADES = 6


def fading(parts: Sequence[nn.Module], x: torch.Tensor) -> Explored:
    """|∂y/∂h| in front of each layer of `parts`, pairs of a linear layer and an activation; y is what the last returns.

    A full bar is 10⁶, half a bar 1: longer than half, the gradient has grown on its way; shorter, it has faded.
    """
    seen = [x]
    for at in range(0, len(parts), 2):
        seen.append(parts[at + 1](parts[at](seen[-1])))
    slopes = torch.autograd.grad(seen[-1].sum(), seen)
    rows: list[list[Run | str]] = [[Run(f"{'':8}{'|∂y/∂h|':<12}{'10⁻⁶':<{_BAR // 2}}1{'10⁶':>{_BAR // 2 - 1}}", "dim")]]
    for at, slope in reversed(list(enumerate(slopes))):
        size = abs(slope.item())
        name = "x" if not at else "y" if at == len(slopes) - 1 else f"h{at}"
        share = (math.log10(size) + _DECADES) / (2 * _DECADES) if size else 0.0
        full = max(0, min(_BAR, round(share * _BAR)))
        ink = "three" if size > 1.001 else "two" if size < 0.999 else "one"
        rows.append([f"{name:<8}{size:<12.4g}", Run("█" * full, ink), Run("·" * (_BAR - full), "dim")])
    layers = len(slopes) - 1
    ratio = abs(slopes[0].item())
    return Picture.of(rows), [
        Text(
            f"through {layers} layers the gradient is multiplied by {ratio:.4g}, {ratio ** (1 / layers):.4g} a layer",
            f"经过 {layers} 层，梯度乘以 {ratio:.4g}，平均每层 {ratio ** (1 / layers):.4g}",
        )
    ]
