"""Darknet-53, Darknet-19 and YOLOv3 as torch modules, built from the tables of their papers and configurations.

Sources: Redmon and Farhadi, "YOLO9000" (2016), table 6, for Darknet-19; "YOLOv3" (2018), table 1, for Darknet-53;
darknet's own configurations darknet53.cfg and yolov3.cfg for what the papers leave out.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
import torch._dynamo  # the first layer on the meta device loads it, for a second; loading isn't counted
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)

# Darknet's C code multiplies by this below zero.
SLOPE = 0.1

# Of Darknet-53, the channels and the residual blocks of each stage.
CHANNELS = (64, 128, 256, 512, 1024)
BLOCKS = (1, 2, 8, 8, 4)

# Of Darknet-19, what stands between two poolings: channels of each layer; 3 × 3 and 1 × 1 take turns.
GROUPS = ((32,), (64,), (128, 64, 128), (256, 128, 256), (512, 256, 512, 256, 512), (1024, 512, 1024, 512, 1024))


class Convolutional(nn.Sequential):
    """What the tables call Convolutional: a convolution without a bias, batch norm, a leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(SLOPE),
        )


class Residual(nn.Module):
    """A 1 × 1 that halves the channels, a 3 × 3 that doubles them again, and the input added; no activation after."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            Convolutional(channels, channels // 2, 1), Convolutional(channels // 2, channels, 3)
        )

    def forward(self, x: Tensor) -> Tensor:
        branched: Tensor = self.branch(x)
        return x + branched


class Darknet53(nn.Module):
    """Stem, five stages of a strided convolution and residual blocks each, average pooling, a last layer.

    blocks: residual blocks a stage; those of Darknet-53 unless given.
    last:   `connected` as the paper's table has it, or `convolutional` as darknet's own configuration has it.
    """

    def __init__(self, blocks: Sequence[int] = BLOCKS, classes: int = 1000, last: str = "connected") -> None:
        super().__init__()
        self.stem = Convolutional(3, 32, 3)
        self.stages = nn.ModuleList(
            nn.Sequential(
                Convolutional(channels // 2, channels, 3, stride=2), *(Residual(channels) for _ in range(count))
            )
            for channels, count in zip(CHANNELS, blocks, strict=True)
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        connected = last == "connected"
        self.last = nn.Sequential(nn.Flatten(), nn.Linear(1024, classes)) if connected else nn.Conv2d(1024, classes, 1)
        self.softmax = nn.Softmax(dim=1)

    def maps(self, x: Tensor) -> list[Tensor]:
        """What leaves the stem and each of the five stages."""
        found = [self.stem(x)]
        for stage in self.stages:
            found.append(stage(found[-1]))
        return found

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.softmax(self.last(self.pool(self.maps(x)[-1])))
        return scores


class Darknet19(nn.Sequential):
    """Groups of convolutions with max pooling between them, a 1 × 1 convolution to the classes, average pooling."""

    def __init__(self, classes: int = 1000) -> None:
        layers: list[nn.Module] = []
        before = 3
        for group in GROUPS:
            layers += [nn.MaxPool2d(2)] if layers else []
            for at, channels in enumerate(group):
                layers.append(Convolutional(before, channels, 1 if at % 2 else 3))
                before = channels
        super().__init__(
            *layers, nn.Conv2d(before, classes, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Softmax(dim=1)
        )


class YoloV3(nn.Module):
    """Darknet-53 without its last layer, and a branch for each of three scales, the coarsest first.

    A branch's first five layers also feed the next branch: a 1 × 1 that halves the channels, upsampling, and the map
    of the backbone that has the same side, joined channel by channel.
    """

    def __init__(self, classes: int = 80, anchors: int = 3) -> None:
        super().__init__()
        backbone = Darknet53()
        self.stem, self.stages = backbone.stem, backbone.stages
        self.necks = nn.ModuleList(_neck(inputs, width) for inputs, width in ((1024, 512), (768, 256), (384, 128)))
        self.heads = nn.ModuleList(
            nn.Sequential(Convolutional(width, 2 * width, 3), nn.Conv2d(2 * width, anchors * (5 + classes), 1))
            for width in (512, 256, 128)
        )
        self.upward = nn.ModuleList(
            nn.Sequential(Convolutional(width, width // 2, 1), nn.Upsample(scale_factor=2)) for width in (512, 256)
        )

    def walk(self, x: Tensor) -> tuple[list[Tensor], list[tuple[Tensor, Tensor, Tensor]]]:
        """The three predictions; and for the two finer scales what was upsampled, the backbone's map, both joined."""
        maps = [self.stem(x)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        predictions, joins = [], []
        x = maps[-1]
        for scale, (neck, head) in enumerate(zip(self.necks, self.heads, strict=True)):
            if scale:
                raised, kept = self.upward[scale - 1](x), maps[-1 - scale]
                x = torch.cat([raised, kept], dim=1)
                joins.append((raised, kept, x))
            x = neck(x)
            predictions.append(head(x))
        return predictions, joins

    def forward(self, x: Tensor) -> list[Tensor]:
        return self.walk(x)[0]


def on_meta(build: Callable[[], M]) -> M:
    """The module that `build` makes, without values, so that running it costs nothing; normalising as in use."""
    with torch.device("meta"):
        return build().eval()


def image(side: int, batch: int = 1) -> Tensor:
    """Square RGB images without values, for a module from `on_meta`."""
    return torch.empty(batch, 3, side, side, device="meta")


def _neck(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        Convolutional(inputs, width, 1),
        Convolutional(width, 2 * width, 3),
        Convolutional(2 * width, width, 1),
        Convolutional(width, 2 * width, 3),
        Convolutional(2 * width, width, 1),
    )
