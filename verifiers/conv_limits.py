"""What the size formula of a convolution leaves out: rounding, the reach of a dilated kernel, columns never read."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Impossible, Int, Result, mistake, verifier


@verifier("torch", where=("kernel <= width + 2 * padding", "(width - kernel + 2 * padding) % stride != 0"))
def rounding(
    width: Annotated[int, Int(1, 1024, often=(224, 227, 256, 299))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7, 11))],
    stride: Annotated[int, Int(2, 8, often=(2, 3, 4))],
    padding: Annotated[int, Int(0, 8, often=(0, 1, 2))],
) -> Result:
    """What nn.Conv2d does where (W − F + 2P) / S isn't whole: `down`, `up`, `nearest` or `error`, as a word."""
    quotient = (width - kernel + 2 * padding) / stride
    down, up, nearest = int(quotient) + 1, int(quotient) + 2, round(quotient) + 1
    if nearest == down:
        raise Impossible(f"rounding {quotient:g} to the nearest and rounding it down give the same")
    conv = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding)
    try:
        side = int(conv(torch.zeros(1, 1, width, width)).shape[-1])
    except RuntimeError:
        side = -1
    value = {down: "down", up: "up", -1: "error"}[side]
    return Result(
        value,
        steps=[
            f"(W − F + 2P) / S + 1 = ({width} − {kernel} + 2·{padding}) / {stride} + 1 = {quotient + 1:.2f}",
            f"nn.Conv2d: {side}",
        ],
        mistakes=[
            mistake(
                "up",
                f"Rounding up is what pooling does with ceil_mode=True; Conv2d has no such switch and returns {side}.",
                f"向上取整是池化在 ceil_mode=True 时的做法；Conv2d 没有这个开关，返回 {side}。",
            ),
            mistake(
                "nearest",
                f"The nearest would be {nearest}; for that the kernel would hang over the edge, so it is {side}.",
                f"四舍五入会得到 {nearest}；那样卷积核就伸出边缘了，所以是 {side}。",
            ),
            mistake(
                "error",
                f"torch says nothing: it drops what is left over and returns {side}.",
                f"torch 不会报错：剩余的列直接舍去，返回 {side}。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"side = nn.Conv2d(1, 1, {kernel}, stride={stride}, padding={padding})"
        f"(torch.zeros(1, 1, {width}, {width})).shape[-1]\n"
        f"quotient = ({width} - {kernel} + 2 * {padding}) / {stride}\n"
        'print("down" if side < quotient + 1 else "up")',
        facts={"exact": round(quotient + 1, 2), "side": side, "left": (width - kernel + 2 * padding) % stride},
    )


@rounding.second_way
def _rounding_by_hand(width: int, kernel: int, stride: int, padding: int) -> str:
    positions = len(range(-padding, width + padding - kernel + 1, stride))
    return "down" if positions * stride < width + 2 * padding - kernel + stride else "up"


@verifier("torch")
def extent(
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    dilation: Annotated[int, Int(1, 36, often=(1, 2, 4, 6))],
) -> Result:
    """How many columns lie under a dilated kernel, first tap to last, seen by which pixels get a gradient."""
    width = (dilation + 1) * kernel
    row = torch.zeros(1, 1, 1, width, requires_grad=True)
    conv = nn.Conv2d(1, 1, (1, kernel), dilation=(1, dilation))
    nn.init.ones_(conv.weight)
    conv(row)[..., 0].backward()
    assert row.grad is not None
    taps = row.grad.flatten().nonzero().flatten().tolist()
    span = int(max(taps) - min(taps) + 1)
    return Result(
        span,
        steps=["D·(F − 1) + 1", f"= {dilation}·({kernel} − 1) + 1 = {span}"],
        mistakes=[
            mistake(
                kernel,
                f"That is the number of taps; with dilation {dilation} they don't lie side by side.",
                f"这是采样点的个数；膨胀率为 {dilation} 时它们并不相邻。",
            ),
            mistake(
                kernel * dilation,
                f"No gap follows the last tap: {kernel} taps have {kernel - 1} steps of {dilation} between them.",
                f"最后一个采样点之后没有间隔：{kernel} 个点之间只有 {kernel - 1} 段，每段 {dilation}。",
            ),
            mistake(
                kernel + (kernel - 1) * dilation,
                f"Dilation {dilation} doesn't leave {dilation} columns free between taps: it is the step to the next.",
                f"膨胀率 {dilation} 不是相邻点之间空 {dilation} 列，而是从一个点到下一个点的距离。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"row = torch.zeros(1, 1, 1, {width}, requires_grad=True)\n"
        f"conv = nn.Conv2d(1, 1, (1, {kernel}), dilation=(1, {dilation}))\n"
        "nn.init.ones_(conv.weight)\n"
        "conv(row)[..., 0].backward()\n"
        "taps = row.grad.flatten().nonzero()\n"
        "print((taps.max() - taps.min() + 1).item())",
        facts={"gaps": dilation - 1},
    )


@extent.second_way
def _extent_by_hand(kernel: int, dilation: int) -> int:
    return max(tap * dilation for tap in range(kernel)) + 1


@verifier("torch", where=("kernel <= width", "stride <= kernel"))
def unread_columns(
    width: Annotated[int, Int(1, 512, often=(28, 32, 224, 227))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7, 11))],
    stride: Annotated[int, Int(1, 15, often=(2, 3, 4))],
) -> Result:
    """How many columns of an image no position of an unpadded kernel reads, seen by which get no gradient."""
    row = torch.zeros(1, 1, 1, width, requires_grad=True)
    conv = nn.Conv2d(1, 1, (1, kernel), stride=(1, stride))
    nn.init.ones_(conv.weight)
    conv(row).sum().backward()
    assert row.grad is not None
    unread = int((row.grad == 0).sum())
    moves = (width - kernel) // stride
    found = [
        mistake(
            0,
            f"{moves} moves and the kernel's own width cover {moves * stride + kernel} columns of {width}.",
            f"移动 {moves} 次加上卷积核自身，只覆盖 {width} 列中的 {moves * stride + kernel} 列。",
        ),
        mistake(
            kernel - 1,
            f"No position begins on the last {kernel - 1} columns, but those before them reach into them.",
            f"最后 {kernel - 1} 列确实不是任何位置的起点，但前面的位置会伸进去读取。",
        ),
    ]
    if width % stride:
        found.append(
            mistake(
                width % stride,
                f"The first position takes {kernel} columns; only the {width - kernel} after it are cut into strides.",
                f"卷积核在起始位置已占 {kernel} 列；只有其后的 {width - kernel} 列才按步长划分。",
            )
        )
    if unread:
        found.append(
            mistake(
                stride - unread,
                "That is how many columns are missing for one more position; asked is how many are left over.",
                "这是再多一个位置还缺的列数；问的是剩下的列数。",
            )
        )
    return Result(
        unread,
        steps=["(W − F) mod S", f"= ({width} − {kernel}) mod {stride} = {unread}"],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        f"row = torch.zeros(1, 1, 1, {width}, requires_grad=True)\n"
        f"conv = nn.Conv2d(1, 1, (1, {kernel}), stride=(1, {stride}))\n"
        "nn.init.ones_(conv.weight)\n"
        "conv(row).sum().backward()\n"
        "print((row.grad == 0).sum().item())",
        facts={"moves": moves, "covered": width - unread},
    )


@unread_columns.second_way
def _unread_columns_by_hand(width: int, kernel: int, stride: int) -> int:
    read = {start + tap for start in range(0, width - kernel + 1, stride) for tap in range(kernel)}
    return width - len(read)


@verifier("torch")
def too_small(
    width: Annotated[int, Int(1, 64, often=(1, 2, 4))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    padding: Annotated[int, Int(0, 3)] = 0,
) -> Result:
    """What nn.Conv2d makes of an image that may be smaller than its kernel, as a word: the side, or the exception."""
    conv = nn.Conv2d(1, 1, kernel, padding=padding)
    try:
        value = str(conv(torch.zeros(1, 1, width, width)).shape[-1])
    except RuntimeError as error:
        value = type(error).__name__
    padded = width + 2 * padding
    formula = padded - kernel + 1
    found = [
        mistake(
            "0",
            "torch never returns an empty map here: a kernel that doesn't fit is an error.",
            "torch 在这里不会返回空特征图：卷积核放不下就是错误。",
        )
    ]
    for side in (1, 2):
        found.append(
            mistake(
                str(side),
                f"With its padding a row is {padded} wide, and {padded} − {kernel} + 1 is {formula}, not {side}.",
                f"填充后一行宽 {padded}，{padded} − {kernel} + 1 等于 {formula}，不是 {side}。",
            )
        )
    if formula > 0:
        found.append(
            mistake(
                "RuntimeError",
                f"The kernel is larger than the map, but not than the padded map, which is {padded} wide.",
                f"卷积核比特征图大，但没有超过填充后的宽度 {padded}。",
            )
        )
    return Result(
        value,
        steps=[f"W + 2P = {padded}, F = {kernel}", f"W − F + 2P + 1 = {formula}", f"nn.Conv2d: {value}"],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        "try:\n"
        f"    print(nn.Conv2d(1, 1, {kernel}, padding={padding})(torch.zeros(1, 1, {width}, {width})).shape[-1])\n"
        "except RuntimeError as error:\n"
        "    print(type(error).__name__)",
        facts={"formula": formula, "padded": padded},
    )


@too_small.second_way
def _too_small_by_hand(width: int, kernel: int, padding: int = 0) -> str:
    positions = range(-padding, width + padding - kernel + 1)
    return str(len(positions)) if positions else "RuntimeError"
