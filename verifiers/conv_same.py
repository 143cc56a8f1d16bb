"""padding='same': what it puts on each side, and the strides that it refuses."""

import warnings
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Int, Result, Value, mistake, verifier


@verifier("torch")
def same_split(
    kernel: Annotated[int, Int(1, 15, often=(2, 4, 6))],
    dilation: Annotated[int, Int(1, 8, often=(1, 3))] = 1,
) -> Result:
    """The columns of zeros that padding='same' puts left and right of a row, seen by where one pixel ends up."""
    extent = dilation * (kernel - 1) + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch says that uneven padding costs a copy
        conv = nn.Conv2d(1, 1, (1, kernel), padding="same", dilation=(1, dilation), bias=False)
        nn.init.ones_(conv.weight)
        row = torch.zeros(1, 1, 1, 2 * extent + 1)
        row[..., extent] = 1
        reached = conv(row).flatten().nonzero().flatten().tolist()
    left, right = max(reached) - extent, extent - min(reached)
    total = left + right
    return Result(
        [left, right],
        steps=[
            f"D·(F − 1) = {dilation}·({kernel} − 1) = {total}",
            f"left: ⌊{total} / 2⌋ = {left}",
            f"right: {total} − {left} = {right}",
        ],
        mistakes=[
            mistake(
                [right, left], "The odd column goes to the right, not to the left.", "多出的一列补在右边，不在左边。"
            ),
            mistake(
                [right, right],
                f"That is {2 * right} in all, {2 * right - total} more than the {total} that the kernel takes away.",
                f"一共 {2 * right} 列，比卷积核减去的 {total} 列多 {2 * right - total}。",
            ),
            mistake(
                [left, left],
                f"That is {2 * left} in all, {total - 2 * left} fewer than the {total} that the kernel takes away.",
                f"一共 {2 * left} 列，比卷积核减去的 {total} 列少 {total - 2 * left}。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, (1, {kernel}), padding='same', dilation=(1, {dilation}), bias=False)\n"
        "nn.init.ones_(conv.weight)\n"
        f"row = torch.zeros(1, 1, 1, {2 * extent + 1})\n"
        f"row[..., {extent}] = 1\n"
        "reached = conv(row).flatten().nonzero().flatten().tolist()\n"
        f"print([max(reached) - {extent}, {extent} - min(reached)])",
        facts={"total": total, "left": left, "right": right},
    )


@same_split.second_way
def _same_split_by_hand(kernel: int, dilation: int = 1) -> list[int]:
    total = dilation * (kernel - 1)
    return [total // 2, total - total // 2]


@verifier("torch", where="kernel <= width")
def same_with_stride(
    width: Annotated[int, Int(1, 512, often=(224, 256))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    stride: Annotated[int, Int(1, 4, often=(1, 2))],
) -> Result:
    """What nn.Conv2d with padding='same' does at a stride, as a word: the side, or the exception that it raises."""
    value: Value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of even kernels, as above
        try:
            conv = nn.Conv2d(1, 1, kernel, stride=stride, padding="same")
            value = str(conv(torch.zeros(1, 1, width, width)).shape[-1])
        except ValueError as error:
            value = type(error).__name__
    if stride == 1:
        found = [
            mistake(
                str(width - kernel + 1),
                "That is padding='valid', no padding at all.",
                "这是 padding='valid'，即完全不填充。",
            ),
            mistake(
                "ValueError",
                "torch refuses 'same' only where the stride is above 1.",
                "只有步长大于 1 时 torch 才拒绝 'same'。",
            ),
        ]
    else:
        found = [
            mistake(
                str(width),
                f"The size can't stay the same at stride {stride}; torch refuses rather than return something else.",
                f"步长为 {stride} 时尺寸不可能不变；torch 宁可拒绝，也不返回别的尺寸。",
            ),
            mistake(
                str(-(-width // stride)),
                "TensorFlow's 'same' divides by the stride and rounds up; torch's keeps the size or refuses.",
                "TensorFlow 的 'same' 会除以步长再向上取整；torch 的要么保持尺寸，要么拒绝。",
            ),
        ]
    return Result(
        value,
        steps=[f"stride = {stride}", f"padding='same': {value}"],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        "try:\n"
        f"    conv = nn.Conv2d(1, 1, {kernel}, stride={stride}, padding='same')\n"
        f"    print(conv(torch.zeros(1, 1, {width}, {width})).shape[-1])\n"
        "except ValueError as error:\n"
        "    print(type(error).__name__)",
    )


@same_with_stride.second_way
def _same_with_stride_by_hand(width: int, kernel: int, stride: int) -> str:
    return "ValueError" if stride > 1 else str(width)
