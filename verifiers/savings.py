"""What a convolution saves: written out as the matrix of a dense layer, and counted against one."""

from typing import Annotated

import torch
from torch import Tensor, nn

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier

_HEAD = "import torch\nfrom torch import nn\n\n"


def _matrix(width: int, kernel: int) -> Tensor:
    """A convolution of a width × width image as a dense layer's matrix, (outputs, inputs): its columns are impulses."""
    conv = nn.Conv2d(1, 1, kernel, bias=False)
    with torch.no_grad():
        conv.weight.copy_(torch.arange(1.0, kernel * kernel + 1).view_as(conv.weight))
        dense: Tensor = conv(torch.eye(width * width).view(-1, 1, width, width)).flatten(1).T.round()
    return dense


@verifier("torch", where="kernel <= width")
def matrix(
    width: Annotated[int, Int(2, 28, often=(8, 10, 28))],
    kernel: Annotated[int, Int(1, 9, often=(3, 5))],
) -> Result:
    """How many entries of the matrix of a dense layer that does a convolution's work aren't 0, and how many differ."""
    dense = _matrix(width, kernel)
    filled, values = int((dense != 0).sum()), len(set(dense[dense != 0].tolist()))
    side = width - kernel + 1
    return Result(
        [filled, values],
        steps=[
            Text(f"entries: {side}² · {width}² = {dense.numel()}", f"元素总数：{side}² · {width}² = {dense.numel()}"),
            f"{side}² · {kernel}² = {filled}",
            f"{kernel}² = {values}",
        ],
        mistakes=[
            mistake(
                [width * width * kernel * kernel, values],
                f"Without padding there are {side} × {side} outputs, not {width} × {width}.",
                f"不填充时输出是 {side} × {side}，不是 {width} × {width}。",
            ),
            mistake(
                [filled, filled],
                "The same weights come back in every row: that is what sharing means.",
                "每一行用的是同一组权重，这就是权值共享。",
            ),
            mistake(
                [dense.numel(), values],
                "Those are all entries; an output has weights for the pixels in its window only.",
                "这是全部元素；一个输出只对窗口内的像素有权重。",
            ),
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d(1, 1, {kernel}, bias=False)\n"
        "nn.init.uniform_(conv.weight, 1, 2)\n"
        f"m = conv(torch.eye({width * width}).view(-1, 1, {width}, {width})).flatten(1).detach()\n"
        "print([m.count_nonzero().item(), conv.weight.numel()])",
        facts={"entries": dense.numel(), "rows": side * side, "columns": width * width, "filled": filled},
    )


@matrix.second_way
def _matrix_by_hand(width: int, kernel: int) -> list[int]:
    return [(width - kernel + 1) ** 2 * kernel**2, kernel**2]


@verifier("torch", where="kernel <= width")
def sparse(width: Annotated[int, Int(2, 28)], kernel: Annotated[int, Int(1, 28)]) -> Result:
    """Whether most entries of the dense matrix that does what a convolution does are zero."""
    dense = _matrix(width, kernel)
    filled = int((dense != 0).sum())
    return Result(2 * filled < dense.numel(), steps=[f"{filled} / {dense.numel()}"])


@sparse.second_way
def _sparse_by_hand(width: int, kernel: int) -> bool:
    return 2 * kernel**2 < width**2


@verifier("torch", where="kernel <= width", shapes_only=True)
def dense_ratio(
    width: Annotated[int, Int(4, 256, often=(28, 32, 224))],
    channels: Annotated[int, Int(1, 64, often=(1, 3))],
    filters: Annotated[int, Int(1, 256, often=(6, 16, 64))],
    kernel: Annotated[int, Int(1, 11, often=(3, 5))],
) -> Result:
    """How many times as many weights nn.Linear has that makes the same output of the same image as nn.Conv2d does."""
    conv = nn.Conv2d(channels, filters, kernel, bias=False)
    output = conv(torch.empty(1, channels, width, width))
    dense = nn.Linear(channels * width * width, output.numel(), bias=False)
    ratio = dense.weight.numel() / conv.weight.numel()
    side = width - kernel + 1
    return Result(
        ratio,
        steps=[
            f"nn.Linear: {channels}·{width}² · {filters}·{side}² = {dense.weight.numel():,}",
            f"nn.Conv2d: {filters}·{channels}·{kernel}² = {conv.weight.numel():,}",
            f"{width}² · {side}² / {kernel}² = {ratio:,.6g}",
        ],
        mistakes=[
            mistake(
                width * width / kernel**2,
                f"That is for the window alone; sharing saves {side}² times more.",
                f"这只算了局部连接；权值共享还要再省 {side}² 倍。",
            ),
            mistake(
                side * side,
                "That is what sharing saves; local windows save as well.",
                "这只算了权值共享；局部连接也省。",
            ),
        ],
        snippet='import torch\nfrom torch import nn\n\nwith torch.device("meta"):\n'
        f"    conv = nn.Conv2d({channels}, {filters}, {kernel}, bias=False)\n"
        f"    out = conv(torch.empty(1, {channels}, {width}, {width})).numel()\n"
        f"    dense = nn.Linear({channels * width * width}, out, bias=False)\n"
        "print(dense.weight.numel() / conv.weight.numel())",
        facts={
            "dense": dense.weight.numel(),
            "shared": conv.weight.numel(),
            "places": side * side,
            "local": conv.weight.numel() * side * side,
        },
    )


@dense_ratio.second_way
def _ratio_by_hand(width: int, channels: int, filters: int, kernel: int) -> float:
    return (width * (width - kernel + 1)) ** 2 / kernel**2


@verifier("torch", shapes_only=True)
def fewer(how: Annotated[str, Choice("local", "shared")], width: Annotated[int, Int(8, 64, often=(28,))]) -> Result:
    """Whether connecting locally has fewer weights than densely, or sharing fewer than not, for a 5 × 5 kernel."""
    conv = nn.Conv2d(1, 1, 5, bias=False)
    places = conv(torch.empty(1, 1, width, width)).numel()
    dense = nn.Linear(width * width, places, bias=False).weight.numel()
    local = nn.Unfold(5)(torch.empty(1, 1, width, width)).numel()  # a weight for each pixel of each window
    return Result(
        local < dense if how == "local" else conv.weight.numel() < local,
        steps=[f"{dense} > {local} > {conv.weight.numel()}"],
    )


@fewer.second_way
def _fewer_by_hand(how: str, width: int) -> bool:
    places = (width - 4) ** 2
    return 25 * places < width**2 * places if how == "local" else places > 1


@verifier("torch", shapes_only=True)
def stacked(
    channels: Annotated[int, Int(1, 1024, often=(64, 128, 256))],
    count: Annotated[int, Int(2, 5)],
) -> Result:
    """How many weights `count` 3 × 3 convolutions save against the one kernel with the same receptive field."""
    small = nn.Sequential(*(nn.Conv2d(channels, channels, 3, bias=False) for _ in range(count)))
    side = 64 - small(torch.empty(1, channels, 64, 64)).shape[-1] + 1  # of the one kernel that leaves as much
    large = nn.Conv2d(channels, channels, side, bias=False)
    has, instead = sum(one.numel() for one in small.parameters()), large.weight.numel()
    return Result(
        instead - has,
        steps=[
            f"1 + {count}·2 = {side}",
            f"{side}² · {channels}² = {instead}",
            f"{count} · 3² · {channels}² = {has}",
            f"{instead} − {has} = {instead - has}",
        ],
        mistakes=[
            mistake(
                (side * side - count * 9) * channels,
                f"Each of the {channels} filters reads all {channels} channels.",
                f"{channels} 个卷积核各自要读全部 {channels} 个通道。",
            ),
            mistake(
                ((3 * count) ** 2 - count * 9) * channels**2,
                f"The windows overlap: {count} of them see {side} pixels, not {3 * count}.",
                f"窗口互相重叠：{count} 层看到 {side} 个像素，不是 {3 * count} 个。",
            ),
            mistake(
                (side * side - 9) * channels**2,
                f"There are {count} of the small ones, each with its own weights.",
                f"小卷积有 {count} 层，每层各有自己的权重。",
            ),
        ],
        snippet=f"{_HEAD}with torch.device('meta'):\n"
        f"    small = nn.Sequential(*(nn.Conv2d({channels}, {channels}, 3, bias=False) for _ in range({count})))\n"
        f"    large = nn.Conv2d({channels}, {channels}, {side}, bias=False)\n"
        "print(large.weight.numel() - sum(p.numel() for p in small.parameters()))",
        facts={"side": side, "has": has, "instead": instead},
    )


@stacked.second_way
def _stacked_by_hand(channels: int, count: int) -> int:
    return ((2 * count + 1) ** 2 - 9 * count) * channels**2
