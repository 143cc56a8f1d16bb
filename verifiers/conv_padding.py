"""What padding does to the size that nn.Conv2d returns: how much of it keeps or halves the size.

Each answer is found by running real convolutions, not by solving the formula.
"""

from bisect import bisect_left
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Impossible, Int, Result, mistake, verifier


def _side(width: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    conv = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding, dilation=dilation)
    return int(conv(torch.zeros(1, 1, width, width)).shape[-1])


def _padding_for(wanted: int, width: int, kernel: int, stride: int, dilation: int = 1) -> int | None:
    """The one padding with which a real convolution returns `wanted`; None where there is none.

    Each further padding makes the output at least one wider (at stride 1 and 2), so halving the range finds it.
    """

    def side(padding: int) -> int:
        return _side(width, kernel, stride, padding, dilation)

    candidates = range(dilation * (kernel - 1) + 1)
    found = bisect_left(candidates, wanted, key=side)
    return found if found in candidates and side(found) == wanted else None


def _search(wanted: str, layer: str, width: int) -> str:
    return (
        "import torch\nfrom torch import nn\n\n"
        f"x, padding = torch.zeros(1, 1, {width}, {width}), 0\n"
        f"while {layer}(x).shape[-1] != {wanted}:\n"
        "    padding += 1\n"
        "print(padding)"
    )


@verifier("torch", where=("dilation * (kernel - 1) % 2 == 0", "dilation * (kernel - 1) < width"))
def padding_that_keeps(
    width: Annotated[int, Int(1, 512, often=(28, 56, 224))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    dilation: Annotated[int, Int(1, 36, often=(1, 2, 6, 12))] = 1,
) -> Result:
    """The padding with which nn.Conv2d at stride 1 returns the size that it got."""
    padding = _padding_for(width, width, kernel, 1, dilation)
    if padding is None:
        raise Impossible(f"no padding keeps {width}")
    extent = dilation * (kernel - 1) + 1
    found = []
    if dilation > 1:
        found.append(
            mistake(
                kernel // 2,
                f"That suits dilation 1; with {dilation} the kernel reaches over {extent} columns, not {kernel}.",
                f"这只适用于膨胀率 1；膨胀率为 {dilation} 时卷积核跨 {extent} 列，而不是 {kernel} 列。",
            )
        )
    if kernel != 3:
        found.append(
            mistake(
                dilation,
                f"That much keeps the size under a 3 × 3 kernel; {kernel} × {kernel} needs more on each side.",
                f"这只够 3 × 3 的卷积核保持尺寸；{kernel} × {kernel} 每边需要得更多。",
            )
            if kernel > 3
            else mistake(
                1, "A 1 × 1 kernel loses no border, so there is nothing to make up for.", "1 × 1 不损失边缘，无需补偿。"
            )
        )
    found.append(
        mistake(
            extent - 1,
            f"That is what both sides need together; torch adds the argument on each side, so half of {extent - 1}.",
            f"这是两边合计要补的；padding 参数是每一边的数量，应取 {extent - 1} 的一半。",
        )
    )
    found.append(
        mistake(
            0,
            f"Stride 1 alone doesn't keep the size: without padding {width} becomes {width - extent + 1}.",
            f"只靠步长 1 并不能保持尺寸：不填充时 {width} 会变成 {width - extent + 1}。",
        )
    )
    return Result(
        padding,
        steps=[
            "W + 2P − D·(F − 1) = W",
            "P = D·(F − 1) / 2",
            f"  = {dilation}·({kernel} − 1) / 2 = {padding}",
        ],
        mistakes=found,
        snippet=_search(str(width), f"nn.Conv2d(1, 1, {kernel}, padding=padding, dilation={dilation})", width),
        facts={"extent": extent, "shrunk": width - extent + 1},
    )


@padding_that_keeps.second_way
def _padding_that_keeps_by_hand(width: int, kernel: int, dilation: int = 1) -> int:
    return dilation * (kernel - 1) // 2


@verifier("torch", where=("width % 2 == 0", "kernel <= width"))
def padding_that_halves(
    width: Annotated[int, Int(2, 512, often=(56, 112, 224, 256))],
    kernel: Annotated[int, Int(1, 15, often=(2, 3, 4, 5, 7))],
) -> Result:
    """The padding with which nn.Conv2d at stride 2 returns half of an even size."""
    padding = _padding_for(width // 2, width, kernel, 2)
    if padding is None:
        raise Impossible(f"no padding halves {width}")
    bare = _side(width, kernel, 2, 0)
    found = []
    if kernel % 2 == 0:
        found.append(
            mistake(
                kernel // 2,
                f"With {kernel // 2} the output is {width // 2 + 1}; an even kernel needs one less than its half.",
                f"填充 {kernel // 2} 时输出为 {width // 2 + 1}；偶数卷积核的填充要比它的一半少 1。",
            )
        )
    if kernel > 2:
        found.append(
            mistake(
                1,
                f"That much suits kernels of 3 and 4; here the output would be {(width + 2 - kernel) // 2 + 1}.",
                f"这适合边长 3 或 4 的卷积核；这里输出会是 {(width + 2 - kernel) // 2 + 1}。",
            )
        )
    found.append(
        mistake(
            0,
            f"Stride 2 alone doesn't halve: without padding the output is {bare}.",
            f"只靠步长 2 并不能恰好减半：不填充时输出为 {bare}。",
        )
    )
    found.append(
        mistake(
            2 * padding,
            "That is both sides together; torch adds the argument on each side.",
            "这是两边合计的列数；padding 参数是每一边的数量。",
        )
    )
    return Result(
        padding,
        steps=[
            f"⌊({width} − {kernel} + 2P) / 2⌋ + 1 = {width // 2}",
            f"P = 0: ⌊({width} − {kernel}) / 2⌋ + 1 = {bare}",
            f"P = {width // 2} − {bare} = {padding}",
        ],
        mistakes=found,
        snippet=_search(str(width // 2), f"nn.Conv2d(1, 1, {kernel}, stride=2, padding=padding)", width),
        facts={"bare": bare, "half": width // 2},
    )


@padding_that_halves.second_way
def _padding_that_halves_by_hand(width: int, kernel: int) -> int:
    return (kernel - 1) // 2


@verifier("torch", where="kernel <= width")
def keeping_padding(
    width: Annotated[int, Int(1, 512, often=(28, 56, 224))],
    kernel: Annotated[int, Int(1, 7, often=(2, 4, 6))],
) -> Result:
    """The padding that keeps the size at stride 1, as a word: `1`, `2`, `3`, …, or `none` if there isn't one."""
    padding = _padding_for(width, width, kernel, 1)
    below, above = (kernel - 1) // 2, kernel // 2
    small, large = _side(width, kernel, 1, below), _side(width, kernel, 1, above)
    value = "none" if padding is None else str(padding)
    return Result(
        value,
        steps=[f"P = {tried}: {width} → {side}" for tried, side in {below: small, above: large}.items()],
        mistakes=[
            mistake(
                str(wrong),
                f"With padding={wrong} the output is {width + 2 * wrong - kernel + 1}, not {width}.",
                f"padding={wrong} 时输出为 {width + 2 * wrong - kernel + 1}，不是 {width}。",
            )
            for wrong in (1, 2, 3)
            if str(wrong) != value
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"x = torch.zeros(1, 1, {width}, {width})\n"
        f"keeping = [p for p in range({kernel}) if {kernel} <= {width} + 2 * p\n"
        f"           and nn.Conv2d(1, 1, {kernel}, padding=p)(x).shape[-1] == {width}]\n"
        'print(*keeping or ["none"])',
        facts={"below": below, "above": above, "small": small, "large": large},
    )


@keeping_padding.second_way
def _keeping_padding_by_hand(width: int, kernel: int) -> str:
    return str((kernel - 1) // 2) if kernel % 2 else "none"


@verifier("torch", where="kernel <= width")
def padding_in_columns(
    width: Annotated[int, Int(1, 512, often=(28, 224, 299))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    padding: Annotated[int, Int(0, 16, often=(1, 2, 3))],
) -> Result:
    """How much wider an unpadded image must be for nn.Conv2d to return the size that `padding` gives."""
    padded = _side(width, kernel, 1, padding)
    wider = bisect_left(range(4 * padding + 1), padded, key=lambda columns: _side(width + columns, kernel, 1, 0))
    return Result(
        wider,
        steps=[
            f"{width}, padding={padding}: {padded}",
            f"{width}, padding=0: {width - kernel + 1}",
            f"{padded} − {width - kernel + 1} = 2·{padding} = {wider}",
        ],
        mistakes=[
            mistake(padding, "That is one side; Conv2d adds as much on the other.", "这只是一边；另一边也补同样多。"),
            mistake(
                4 * padding,
                "That adds up four edges; the rows above and below make no row wider.",
                "这是四条边之和；上下补的行不会让一行变宽。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"x = torch.zeros(1, 1, {width}, {width})\n"
        f"padded = nn.Conv2d(1, 1, {kernel}, padding={padding})(x).shape[-1]\n"
        f"print(padded - nn.Conv2d(1, 1, {kernel})(x).shape[-1])",
        facts={"padded": padded, "bare": width - kernel + 1},
    )


@padding_in_columns.second_way
def _padding_in_columns_by_hand(width: int, kernel: int, padding: int) -> int:
    return int(nn.functional.pad(torch.zeros(1, width), (padding, padding)).shape[-1]) - width
