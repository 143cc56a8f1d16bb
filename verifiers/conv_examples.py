"""Convolutions that the learner makes up: any that does what was asked is right."""

from collections.abc import Mapping
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Attempt, Int, Result, Text, attempt, verifier


@verifier("torch", where="width % 2 == 0")
def halving(width: Annotated[int, Int(8, 1024, often=(224, 256, 512))]) -> Result:
    """A kernel, stride and padding with which nn.Conv2d halves a side, as one example of many."""
    kernel, stride, padding = 7, 2, 3
    side = _side(width, kernel, stride, padding)
    return Result(
        f"kernel={kernel} stride={stride} padding={padding}",
        steps=[
            f"⌊({width} − {kernel} + 2·{padding}) / {stride}⌋ + 1 = {side}",
            Text(
                f"kernel=2 stride=2 padding=0: {_side(width, 2, 2, 0)} as well",
                f"kernel=2 stride=2 padding=0：同样得 {_side(width, 2, 2, 0)}",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, {kernel}, stride={stride}, padding={padding})\n"
        f"print(conv(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"half": side},
    )


@halving.attempt
def halves(answer: Mapping[str, int], width: int) -> Attempt:
    """Builds the learner's layer and runs it."""
    kernel, stride, padding = answer["kernel"], answer["stride"], answer["padding"]
    try:
        side = _side(width, kernel, stride, padding)
    except RuntimeError as error:  # a kernel that hangs over the padded input
        said = str(error).splitlines()[0]
        return attempt(False, en=f"torch refuses that layer: {said}", zh=f"torch 拒绝这一层：{said}")
    return attempt(
        side * 2 == width,
        en=f"That layer makes {side} of {width}; half of it is {width // 2}.",
        zh=f"这一层把 {width} 变成 {side}，而一半是 {width // 2}。",
    )


@verifier("torch", examples=[({"width": 224, "dilation": 1}, "kernel=3 padding=1")])
def keeping(
    width: Annotated[int, Int(32, 1024, often=(64, 224, 256))],
    dilation: Annotated[int, Int(1, 8, often=(1, 2, 4))],
) -> Result:
    """A kernel and a padding with which nn.Conv2d at stride 1 keeps a side, as one example of many."""
    kernel, padding = 3, dilation
    side = _side(width, kernel, 1, padding, dilation)
    return Result(
        f"kernel={kernel} padding={padding}",
        steps=[
            f"{dilation} · ({kernel} − 1) = {dilation * (kernel - 1)} = 2 · {padding}",
            f"nn.Conv2d(1, 1, {kernel}, padding={padding}, dilation={dilation}): {width} → {side}",
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, {kernel}, padding={padding}, dilation={dilation})\n"
        f"print(conv(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"even": _side(width, 4, 1, 3 * dilation // 2, dilation)},
    )


@keeping.attempt
def keeps(answer: Mapping[str, int], width: int, dilation: int) -> Attempt:
    """Builds the learner's layer and runs it."""
    kernel, padding = answer["kernel"], answer["padding"]
    try:
        side = _side(width, kernel, 1, padding, dilation)
    except RuntimeError as error:  # a kernel that hangs over the padded input
        said = str(error).splitlines()[0]
        return attempt(False, en=f"torch refuses that layer: {said}", zh=f"torch 拒绝这一层：{said}")
    return attempt(side == width, en=f"That layer makes {side} of {width}.", zh=f"这一层把 {width} 变成 {side}。")


def _side(width: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    # One row of the image is enough, if it is padded to the kernel's height.
    layer = nn.Conv2d(1, 1, (1, kernel), stride=(1, stride), padding=(0, padding), dilation=(1, dilation))
    return int(layer(torch.zeros(1, 1, 1, width)).shape[-1])
