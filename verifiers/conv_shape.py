"""The whole shape that nn.Conv2d returns: batch and channels, rectangles, and layouts that it refuses."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Int, Result, Value, mistake, verifier


def _starts(size: int, kernel: int, stride: int, padding: int) -> int:
    """How many places the left edge of the kernel may take, counted one by one."""
    return len(range(-padding, size + padding - kernel + 1, stride))


@verifier("torch", where="kernel <= width + 2 * padding", shapes_only=True)
def output_shape(
    batch: Annotated[int, Int(1, 512, often=(1, 8, 32))],
    channels: Annotated[int, Int(1, 2048, often=(1, 3, 64))],
    filters: Annotated[int, Int(1, 2048, often=(32, 64, 128))],
    width: Annotated[int, Int(1, 1024, often=(224, 256))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    stride: Annotated[int, Int(1, 16, often=(1, 2))],
    padding: Annotated[int, Int(0, 16, often=(0, 1, 3))],
) -> Result:
    """The shape (batch, channels, height, width) that nn.Conv2d returns for a batch of square images."""
    conv = nn.Conv2d(channels, filters, kernel, stride=stride, padding=padding)
    shape: list[Value] = list(conv(torch.zeros(batch, channels, width, width)).shape)
    side = shape[-1]
    grown = (width - kernel + padding) // stride + 1
    found = [
        mistake(
            [batch, channels, side, side],
            f"The channels don't pass through: each of the {filters} filters reads all {channels} and writes one map.",
            f"通道数不会原样保留：{filters} 个卷积核各自读取全部 {channels} 个通道，各输出一张特征图。",
        ),
        mistake(
            [batch, filters * channels, side, side],
            f"A filter adds up what it finds in the {channels} input channels; it doesn't write a map for each.",
            f"每个卷积核把 {channels} 个输入通道上的结果相加，而不是每个通道各出一张图。",
        ),
        mistake(
            [batch, side, side, filters],
            "Channels come second in PyTorch: (batch, channels, height, width).",
            "PyTorch 的通道在第二维：(批量, 通道, 高, 宽)。",
        ),
    ]
    if padding and grown > 0:
        found.append(
            mistake(
                [batch, filters, grown, grown],
                f"The padding is added on both sides, 2·{padding} in all.",
                f"填充在两边都有，一共 2·{padding}。",
            )
        )
    return Result(
        shape,
        steps=[
            f"B = {batch}, C = {filters}",
            f"N = ⌊({width} − {kernel} + 2·{padding}) / {stride}⌋ + 1 = {side}",
            f"(B, C, N, N) = ({batch}, {filters}, {side}, {side})",
        ],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        'with torch.device("meta"):\n'
        f"    conv = nn.Conv2d({channels}, {filters}, {kernel}, stride={stride}, padding={padding})\n"
        f"    print(list(conv(torch.zeros({batch}, {channels}, {width}, {width})).shape))",
        facts={"side": side},
    )


@output_shape.second_way
def _output_shape_by_hand(
    batch: int, channels: int, filters: int, width: int, kernel: int, stride: int, padding: int
) -> list[int]:
    return [batch, filters, *[_starts(width, kernel, stride, padding)] * 2]


@verifier("torch", where="kernel <= width + 2 * padding", shapes_only=True)
def unbatched_shape(
    channels: Annotated[int, Int(1, 512, often=(1, 3))],
    filters: Annotated[int, Int(1, 512, often=(16, 32, 64))],
    width: Annotated[int, Int(1, 1024, often=(224, 256))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    stride: Annotated[int, Int(1, 16, often=(1, 2))],
    padding: Annotated[int, Int(0, 16, often=(0, 1, 3))],
) -> Result:
    """The shape that nn.Conv2d returns for one square image without a batch dimension."""
    conv = nn.Conv2d(channels, filters, kernel, stride=stride, padding=padding)
    shape: list[Value] = list(conv(torch.zeros(channels, width, width)).shape)
    side = shape[-1]
    return Result(
        shape,
        steps=[
            f"({channels}, {width}, {width}) → (C, N, N)",
            f"N = ⌊({width} − {kernel} + 2·{padding}) / {stride}⌋ + 1 = {side}",
            f"(C, N, N) = ({filters}, {side}, {side})",
        ],
        mistakes=[
            mistake(
                [1, filters, side, side],
                "No batch dimension went in, so none comes out; the result can't be stacked with batches as it is.",
                "输入没有批量维，输出也就没有；它不能直接和带批量维的张量拼接。",
            ),
            mistake(
                [channels, filters, side, side],
                f"The {channels} is read as channels, not as a batch: three dimensions are one image.",
                f"{channels} 是通道数而不是批量：三维张量表示一张图。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d({channels}, {filters}, {kernel}, stride={stride}, padding={padding})\n"
        f"print(list(conv(torch.zeros({channels}, {width}, {width})).shape))",
        facts={"side": side},
    )


@unbatched_shape.second_way
def _unbatched_shape_by_hand(
    channels: int, filters: int, width: int, kernel: int, stride: int, padding: int
) -> list[int]:
    return [filters, *[_starts(width, kernel, stride, padding)] * 2]


@verifier("torch", where=("kernel_height <= height + 2 * pad_height", "kernel_width <= width + 2 * pad_width"))
def rectangle(
    height: Annotated[int, Int(1, 1080, often=(224, 480, 720))],
    width: Annotated[int, Int(1, 1920, often=(224, 640, 1280))],
    kernel_height: Annotated[int, Int(1, 15, often=(1, 3, 5))],
    kernel_width: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    stride: Annotated[int, Int(1, 16, often=(1, 2))],
    pad_height: Annotated[int, Int(0, 16, often=(0, 1))],
    pad_width: Annotated[int, Int(0, 16, often=(1, 2))],
) -> Result:
    """Height and width that nn.Conv2d returns when neither the image nor the kernel is square."""
    kernel, padding = (kernel_height, kernel_width), (pad_height, pad_width)
    shape = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding)(torch.zeros(1, 1, height, width)).shape
    high, wide = int(shape[-2]), int(shape[-1])
    found = [
        mistake(
            [wide, high],
            "Height comes before width, in the shape as in every pair of Conv2d's arguments.",
            "高在前、宽在后，张量形状如此，Conv2d 的每个二元组参数也如此。",
        )
    ]
    crossed_high = height + 2 * pad_width - kernel_width
    crossed_wide = width + 2 * pad_height - kernel_height
    if crossed_high >= 0 and crossed_wide >= 0:
        found.append(
            mistake(
                [crossed_high // stride + 1, crossed_wide // stride + 1],
                f"That reads the pairs as (width, height); the kernel is {kernel_height} high and {kernel_width} wide.",
                f"这是把二元组当成了（宽，高）；卷积核高 {kernel_height}、宽 {kernel_width}。",
            )
        )
    if height >= kernel_height and width >= kernel_width:
        found.append(
            mistake(
                [(height - kernel_height) // stride + 1, (width - kernel_width) // stride + 1],
                f"That is without the padding: {pad_height} above and below, {pad_width} left and right.",
                f"漏掉了填充：上下各 {pad_height} 行，左右各 {pad_width} 列。",
            )
        )
    return Result(
        [high, wide],
        steps=[
            f"H: ⌊({height} − {kernel_height} + 2·{pad_height}) / {stride}⌋ + 1 = {high}",
            f"W: ⌊({width} − {kernel_width} + 2·{pad_width}) / {stride}⌋ + 1 = {wide}",
        ],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, {kernel}, stride={stride}, padding={padding})\n"
        f"print(list(conv(torch.zeros(1, 1, {height}, {width})).shape[-2:]))",
        facts={"high": high, "wide": wide},
    )


@rectangle.second_way
def _rectangle_by_hand(
    height: int, width: int, kernel_height: int, kernel_width: int, stride: int, pad_height: int, pad_width: int
) -> list[int]:
    return [_starts(height, kernel_height, stride, pad_height), _starts(width, kernel_width, stride, pad_width)]


@verifier("torch")
def channels_last(
    batch: Annotated[int, Int(1, 32, often=(1, 8, 32))],
    width: Annotated[int, Int(1, 512, often=(224, 256))],
) -> Result:
    """What nn.Conv2d(3, 64, 7, stride=2, padding=3) makes of a (batch, height, width, 3) array, as a word.

    The value is the shape, written `1x64x112x112`, or the name of the exception that torch raises.
    """
    conv = nn.Conv2d(3, 64, 7, stride=2, padding=3)
    try:
        value = "x".join(str(size) for size in conv(torch.zeros(batch, width, width, 3)).shape)
    except RuntimeError as error:
        value = type(error).__name__
    side = _starts(width, 7, 2, 3)
    return Result(
        value,
        steps=[
            f"(batch, channels, height, width) = ({batch}, {width}, {width}, 3)",
            f"channels: {width}; the weight is for 3",
        ],
        mistakes=[
            mistake(
                f"{batch}x64x{side}x{side}",
                "torch doesn't look for the channels; it takes the second dimension, whatever its size.",
                "torch 不会去找哪一维是通道；它只认第二维，不管大小是多少。",
            ),
            mistake(
                f"{batch}x{side}x{side}x64",
                "That is how Keras lays out images; PyTorch's modules expect (batch, channels, height, width).",
                "这是 Keras 的排列方式；PyTorch 的模块要求（批量, 通道, 高, 宽）。",
            ),
            mistake(
                f"{batch}x64x{side}x2",
                f"The sizes would follow so, had the layer weights for {width} input channels; it has them for 3.",
                f"如果这一层的权重有 {width} 个输入通道，尺寸确实会这样；但它只有 3 个。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        "try:\n"
        f"    y = nn.Conv2d(3, 64, 7, stride=2, padding=3)(torch.zeros({batch}, {width}, {width}, 3))\n"
        '    print("x".join(map(str, y.shape)))\n'
        "except RuntimeError as error:\n"
        "    print(type(error).__name__)",
    )


@channels_last.second_way
def _channels_last_by_hand(batch: int, width: int) -> str:
    fitting = nn.Conv2d(3, 64, 7, stride=2, padding=3).weight.shape[1] == width
    return f"{batch}x64x{_starts(width, 7, 2, 3)}x2" if fitting else "RuntimeError"
