"""The size of what nn.MaxPool2d returns: its default stride, and both of its roundings."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Choice, Explored, Int, Result, mistake, verifier
from verifiers import sliding


@verifier("torch", where="kernel <= width")
def default_pool(
    width: Annotated[int, Int(1, 1024, often=(112, 224, 225))],
    kernel: Annotated[int, Int(1, 16, often=(2, 3))],
) -> Result:
    """The side that nn.MaxPool2d(kernel) returns when no stride is given."""
    side = int(nn.MaxPool2d(kernel)(torch.zeros(1, 1, width, width)).shape[-1])
    return Result(
        side,
        steps=["S = F", f"N = ⌊({width} − {kernel}) / {kernel}⌋ + 1 = {side}"],
        mistakes=[
            mistake(
                width - kernel + 1,
                f"That is stride 1, the default of a convolution; pooling's default is its kernel, {kernel}.",
                f"这是步长 1，即卷积的默认值；池化的默认步长等于窗口 {kernel}。",
            ),
            mistake(
                -(-width // kernel),
                f"That rounds up; the last {width % kernel} columns don't fill a window, and ceil_mode is off.",
                f"这是向上取整；最后 {width % kernel} 列凑不满一个窗口，而 ceil_mode 默认关闭。",
            ),
            mistake(
                (width - kernel) // 2 + 1,
                f"That is stride 2; the stride follows the kernel, {kernel}, unless you give one.",
                f"这是步长 2；不指定时步长等于窗口 {kernel}。",
            ),
            mistake(
                side - 1,
                f"That counts the moves from window to window; {side - 1} moves join {side} windows.",
                f"这是窗口移动的次数；移动 {side - 1} 次共有 {side} 个窗口。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"print(nn.MaxPool2d({kernel})(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"left": width % kernel, "covered": side * kernel},
    )


@default_pool.second_way
def _default_pool_by_hand(width: int, kernel: int) -> int:
    return width // kernel


@verifier("torch", where=("2 * padding <= kernel", "kernel <= width + 2 * padding"))
def pooled_size(
    width: Annotated[int, Int(1, 1024, often=(75, 112, 224))],
    kernel: Annotated[int, Int(1, 16, often=(2, 3))],
    stride: Annotated[int, Int(1, 16, often=(2, 3))],
    padding: Annotated[int, Int(0, 8, often=(0, 1))] = 0,
    ceil_mode: Annotated[bool, Choice(False, True)] = False,
) -> Result:
    """The side that nn.MaxPool2d returns for a square image, with `ceil_mode` on or off."""
    pool = nn.MaxPool2d(kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
    side = int(pool(torch.zeros(1, 1, width, width)).shape[-1])
    moves, left = divmod(width + 2 * padding - kernel, stride)
    down, up = moves + 1, moves + 1 + bool(left)
    dropped = ceil_mode and side < up
    brackets = "⌈⌉" if ceil_mode else "⌊⌋"
    formula = (
        f"{brackets[0]}({width} − {kernel} + 2·{padding}) / {stride}{brackets[1]} + 1 = {up if ceil_mode else down}"
    )
    found = []
    if dropped:
        found.append(
            mistake(
                up,
                f"Window {up} would start at column {(up - 1) * stride - padding} of 0…{width - 1}, in the padding; "
                "torch drops it.",
                f"第 {up} 个窗口会从第 {(up - 1) * stride - padding} 列开始（图像只有 0…{width - 1} 列），"
                "整个落在填充里，torch 会丢掉它。",
            )
        )
    elif ceil_mode:
        found.append(
            mistake(
                down,
                f"That rounds down; with ceil_mode a last window over what is left ({left}) counts too.",
                f"这是向下取整；ceil_mode 打开时，剩下的 {left} 列也算一个窗口。",
            )
        )
    else:
        found.append(
            mistake(
                up,
                "That rounds up, as ceil_mode=True would.",
                "这是向上取整，只有 ceil_mode=True 才会这样。",
            )
        )
    if padding:
        found.append(
            mistake(
                (width - kernel) // stride + 1 + (ceil_mode and (width - kernel) % stride > 0),
                f"That is without the padding, {padding} on each side.",
                f"漏掉了填充：左右各 {padding} 列。",
            )
        )
    if ceil_mode:
        found.append(
            mistake(
                up + 1,
                "ceil_mode adds one window at most, and rounding up has counted it already.",
                "ceil_mode 最多只多一个窗口，向上取整时已经算进去了。",
            )
        )
    elif moves:
        found.append(mistake(moves, "The + 1 for the first window is missing.", "少了起始窗口的那个 + 1。"))
    return Result(
        side,
        steps=["N = ⌈(W − F + 2P) / S⌉ + 1" if ceil_mode else "N = ⌊(W − F + 2P) / S⌋ + 1", formula]
        + ([f"({up} − 1)·{stride} − {padding} ≥ {width}: N = {up} − 1 = {side}"] if dropped else []),
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        f"pool = nn.MaxPool2d({kernel}, stride={stride}, padding={padding}, ceil_mode={ceil_mode})\n"
        f"print(pool(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"down": down, "up": up, "left": left, "start": (up - 1) * stride - padding},
    )


@pooled_size.second_way
def _pooled_size_by_hand(width: int, kernel: int, stride: int, padding: int = 0, ceil_mode: bool = False) -> int:
    start, windows, covered = -padding, 0, -padding
    while start + kernel <= width + padding or (ceil_mode and windows and covered < width + padding and start < width):
        windows, covered, start = windows + 1, start + kernel, start + stride
    return windows


@pooled_size.explore(
    width=Int(1, 10, often=(6,)), kernel=Int(1, 5, often=(2, 3)), stride=Int(1, 4, often=(2,)), padding=Int(0, 2)
)
def _slid(
    width: int, kernel: int, stride: int, padding: int, ceil_mode: bool, *, step: Annotated[int, Int(0, 255)]
) -> Explored:
    return sliding.pooling(sliding.sample(width), kernel, stride, padding, ceil_mode, step=step)
