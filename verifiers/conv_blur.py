"""F.conv2d with a kernel made on the spot, applied to each channel by itself: a program, and what it prints."""

from typing import Annotated

import torch

from quizapp.authoring import Choice, Code, Impossible, Int, Result, mistake, verifier
from verifiers.execution import execute


@verifier("torch", where="kernel <= side", limit_s=5.0)
def prints(
    code: Annotated[str, Code()],
    channels: Annotated[int, Int(2, 64, often=(3,))],
    kernel: Annotated[int, Choice(2, 3, 5)],
    side: Annotated[int, Int(2, 256, often=(8, 28, 32))],
    pixel: Annotated[int, Int(1, 9)],
) -> Result:
    """What a program prints that sums up windows of equal pixels, channel by channel: the shape, and one number."""
    ran = execute(code)
    if ran.error:
        raise Impossible(f"the program ends with {ran.ending}")
    left, one = side - kernel + 1, pixel * kernel * kernel
    return Result(
        ran.printed,
        steps=[f"{side} − {kernel} + 1 = {left}", f"{kernel} · {kernel} · {pixel} = {one}"],
        mistakes=[
            mistake(
                f"[1, {channels}, {left}, {left}] {float(one * channels)}",
                f"With groups={channels} a filter reads one channel, not all {channels}.",
                f"groups={channels} 时每个卷积核只读一个通道，不是全部 {channels} 个。",
            ),
            mistake(
                f"[1, 1, {left}, {left}] {float(one * channels)}",
                f"There are {channels} filters, and each makes a map of its own.",
                f"卷积核有 {channels} 个，各自输出一张图。",
            ),
            mistake(
                f"[1, {channels}, {side}, {side}] {float(one)}",
                "The function pads nothing unless it's told to.",
                "不说明时，函数不做任何填充。",
            ),
            mistake(
                f"[1, {channels}, {left}, {left}] {one}",
                "The tensors hold floating point numbers, which print with a point.",
                "张量是浮点型的，打印出来带小数点。",
            ),
        ],
        snippet=code,
        facts={"left": left, "one": one},
    )


@prints.second_way
def _by_hand(code: str, channels: int, kernel: int, side: int, pixel: int) -> str:
    windows = torch.full((side, side), float(pixel)).unfold(0, kernel, 1).unfold(1, kernel, 1)
    return f"{[1, channels, *windows.shape[:2]]} {windows[0, 0].sum().item()}"
