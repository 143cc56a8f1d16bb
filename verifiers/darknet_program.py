"""Programs to paste that build a Darknet-53 in a few lines, for the snippets of the verifiers about it."""

from collections.abc import Sequence

_BUILT = """\
import torch
from torch import nn


def conv(inputs, outputs, kernel, stride=1):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.LeakyReLU({slope}))


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


with torch.device("meta"):
    layers = [conv(3, 32, 3)]
    for width, blocks in zip((64, 128, 256, 512, 1024), {blocks}):
        layers.append(conv(width // 2, width, 3, 2))
        layers += [Residual(conv(width, width // 2, 1), conv(width // 2, width, 3)) for _ in range(blocks)]
"""


def built(tail: str, blocks: Sequence[int] = (1, 2, 8, 8, 4), slope: float = 0.1) -> str:
    """A program that makes the list `layers`, without the pooling and the last layer, and goes on with `tail`.

    tail: indented by four where it is to run on the meta device too.
    """
    return _BUILT.format(slope=slope, blocks=tuple(blocks)) + tail
