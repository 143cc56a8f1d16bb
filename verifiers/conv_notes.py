"""What the note on sizes counts along the way, counted on real layers: kernels, moves; and its line of code, run."""

from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Code, Int, Result, Text, mistake, verifier
from verifiers.execution import execute


@verifier("torch", examples=[({"code": "import torch"}, "runs"), ({"code": "torch.nn"}, "NameError")])
def written(code: Annotated[str, Code()]) -> Result:
    """How a program ends: `runs`, or the name of the exception that it raises."""
    ran = execute(code)
    return Result(ran.ending, steps=[str(ran.error)] if ran.error else [])


@verifier("torch", where=["channels % groups == 0", "filters % groups == 0"], shapes_only=True)
def kernels(
    channels: Annotated[int, Int(1, 2048, often=(3, 64, 256))],
    filters: Annotated[int, Int(1, 2048, often=(32, 64, 128))],
    kernel: Annotated[int, Int(1, 11, often=(1, 3, 7))],
    groups: Annotated[int, Int(1, 2048, often=(1,))] = 1,
) -> Result:
    """How many kernels an nn.Conv2d has: the first dimension of its weight."""
    weight = nn.Conv2d(channels, filters, kernel, groups=groups).weight
    return Result(
        weight.shape[0],
        steps=[Text(f"weight: {tuple(weight.shape)}", f"weight 的形状：{tuple(weight.shape)}")],
        snippet="from torch import nn\n\n"
        f"print(len(nn.Conv2d({channels}, {filters}, {kernel}, groups={groups}).weight))",
    )


@kernels.second_way
def _one_for_each_bias(channels: int, filters: int, kernel: int, groups: int = 1) -> int:
    bias = nn.Conv2d(channels, filters, kernel, groups=groups).bias
    assert bias is not None
    return bias.numel()


@verifier("torch", where="channels != filters", shapes_only=True)
def channels_of(
    channels: Annotated[int, Int(1, 2048, often=(3, 64, 256))],
    filters: Annotated[int, Int(1, 2048, often=(32, 64, 128))],
    width: Annotated[int, Int(7, 1024, often=(224, 299))],
) -> Result:
    """in_channels and out_channels of a layer, as torch infers them from the tensors that go in and come out."""
    image = torch.empty(1, channels, width, width)
    layer = nn.LazyConv2d(filters, kernel_size=7, stride=2, padding=3, bias=False)
    out = layer(image)
    return Result(
        [layer.in_channels, out.shape[1]],
        steps=[f"{list(image.shape)} → {list(out.shape)}", f"weight: {list(layer.weight.shape)}"],
        mistakes=[
            mistake([filters, channels], "What comes in is named first.", "先写输入通道，再写输出通道。"),
            mistake(
                [width, out.shape[-1]],
                "Those are the sides; a layer is told the channels and takes any side.",
                "那是边长；层只需要通道数，边长可以任意。",
            ),
            mistake(
                [1, 1], "The 1 in front is the batch; the layer isn't told it.", "最前面的 1 是 batch，不用告诉层。"
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"layer = nn.LazyConv2d({filters}, 7, stride=2, padding=3, bias=False)\n"
        f"layer(torch.empty(1, {channels}, {width}, {width}))\nprint([layer.in_channels, layer.out_channels])",
        facts={"after": out.shape[-1]},
    )


@channels_of.second_way
def _from_the_weight(channels: int, filters: int, width: int) -> list[int]:
    """A functional convolution runs only with a weight of these two sizes."""
    image, found = torch.empty(1, channels, width, width), []
    for into in (channels - 1, channels, channels + 1):
        try:
            out = F.conv2d(image, torch.empty(filters, into, 7, 7), stride=2, padding=3)
        except RuntimeError:
            continue
        found += [into, out.shape[1]]
    return found


@verifier("torch", where="kernel <= width + 2 * padding")
def moves(
    width: Annotated[int, Int(1, 1024, often=(224, 227, 256, 299))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7, 11))],
    stride: Annotated[int, Int(1, 8, often=(1, 2, 4))],
    padding: Annotated[int, Int(0, 8, often=(0, 1, 3))] = 0,
) -> Result:
    """How often the kernel of nn.Conv2d moves on along a row: its positions, less the first."""
    layer = nn.Conv2d(1, 1, (1, kernel), stride=(1, stride), padding=(0, padding))
    positions = layer(torch.zeros(1, 1, 1, width)).shape[-1]
    quotient = (width - kernel + 2 * padding) / stride
    return Result(
        positions - 1,
        steps=[f"({width} − {kernel} + 2·{padding}) / {stride} = {quotient:g}", f"nn.Conv2d: {positions} − 1"],
        snippet="import torch\nfrom torch import nn\n\n"
        f"layer = nn.Conv2d(1, 1, (1, {kernel}), stride=(1, {stride}), padding=(0, {padding}))\n"
        f"print(layer(torch.zeros(1, 1, 1, {width})).shape[-1] - 1)",
    )


@moves.second_way
def _by_stepping(width: int, kernel: int, stride: int, padding: int = 0) -> int:
    end, made = kernel, 0
    while end + stride <= width + 2 * padding:
        end, made = end + stride, made + 1
    return made
