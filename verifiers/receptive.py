"""Receptive fields, measured on real layers: pixels are lit one by one, and the output in the middle is watched."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import (
    Attempt,
    Choice,
    Explored,
    Impossible,
    Int,
    Picture,
    Result,
    Run,
    Stack,
    Text,
    attempt,
    mistake,
    verifier,
)
from verifiers.field_growth import growing

# Kernel and stride of each layer, by the name that a learner picks.
STACKS = {
    "Conv2d(3), Conv2d(3)": (("conv", 3, 1), ("conv", 3, 1)),
    "Conv2d(3), Conv2d(3), Conv2d(3)": (("conv", 3, 1), ("conv", 3, 1), ("conv", 3, 1)),
    "Conv2d(3), MaxPool2d(2), Conv2d(3)": (("conv", 3, 1), ("pool", 2, 2), ("conv", 3, 1)),
    "Conv2d(7, stride=2), MaxPool2d(3, stride=2)": (("conv", 7, 2), ("pool", 3, 2)),
    "Conv2d(5, stride=2), Conv2d(5)": (("conv", 5, 2), ("conv", 5, 1)),
}
_HEAD = "import torch\nfrom torch import nn\n\n"

Layer = tuple[str, int, int]


def seen(layers: Sequence[Layer]) -> tuple[int, int, int]:
    """The first and the last column that the middle output of a stack depends on, and the width that was tried.

    Rows don't mix with columns in an extent, so the layers are built one row high. Weights are positive and the image
    is black but for one pixel, so the output is above 0 exactly where that pixel counts, through max pooling as well.
    """
    net = nn.Sequential(*(_layer(kind, (1, kernel), (1, stride)) for kind, kernel, stride in layers))
    width = 32
    while True:
        try:
            with torch.no_grad():
                output = net(torch.eye(width, dtype=torch.float64, device="cpu").view(width, 1, 1, width))
            lit = output[..., output.shape[-1] // 2].flatten().nonzero().flatten().tolist()
        except RuntimeError:  # the image is used up before the last layer
            lit = []
        if lit and lit[0] > 0 and lit[-1] < width - 1:
            return lit[0], lit[-1], width
        width *= 2
        if width > 4096:
            raise Impossible("the field is wider than 4096 pixels")


def _layer(kind: str, kernel: tuple[int, int], stride: tuple[int, int]) -> nn.Module:
    if kind == "conv":
        conv = nn.Conv2d(1, 1, kernel, stride=stride, bias=False, dtype=torch.float64, device="cpu")
        nn.init.constant_(conv.weight, 1 / (kernel[0] * kernel[1]))
        return conv
    if kind == "relu":
        return nn.ReLU()
    return (nn.MaxPool2d if kind == "pool" else nn.AvgPool2d)(kernel, stride=stride)


def _read(layers: Sequence[str]) -> list[Layer]:
    """Layers as torch writes them, without their channels and padding, which move a field and don't widen it."""
    found: list[Layer] = []
    for layer in layers:
        if conv := re.search(r"kernel_size=(\d+), stride=(\d+)", layer):
            found.append(("conv", int(conv[1]), int(conv[2])))
        elif pool := re.fullmatch(r"nn\.(Max|Avg)Pool2d\((\d)\)", layer):
            found.append(("pool" if pool[1] == "Max" else "average", int(pool[2]), int(pool[2])))
        else:
            found.append(("relu", 1, 1))
    return found


@verifier("torch")
def field(layers: Annotated[list[str], Stack(1, 6)]) -> Result:
    """The side, in pixels, of the receptive field of one output of a stack of layers."""
    stack = _read(layers)
    first, last, _ = seen(stack)
    side = last - first + 1
    steps, grown, jump = ["1"], 1, 1
    for _, kernel, stride in stack:
        if kernel > 1:
            steps.append(f"{grown} + ({kernel} − 1)·{jump} = {grown + (kernel - 1) * jump}")
        grown += (kernel - 1) * jump
        jump *= stride
    kernels = [kernel for kind, kernel, _ in stack if kind != "relu"]
    convs = [kernel for kind, kernel, _ in stack if kind == "conv"]
    return Result(
        side,
        steps=[Text(f"measured: columns {first} to {last}", f"实测：第 {first} 到第 {last} 列"), *steps],
        mistakes=[
            mistake(
                1 + sum(kernel - 1 for kernel in kernels),
                "That leaves out the strides: behind a layer of stride s a step is s pixels of the image.",
                "漏了步长：步长为 s 的层之后，移动一格相当于原图 s 个像素。",
            ),
            mistake(
                sum(kernels),
                "That adds up the kernels; each layer adds its kernel minus 1, since windows overlap.",
                "这是把核大小直接相加；窗口有重叠，每层只增加（核 − 1）。",
            ),
            mistake(
                _plain_field([one for one in stack if one[0] in ("conv", "relu")]),
                "That leaves out the pooling: its window widens the field, and its stride what comes behind.",
                "漏了池化：它的窗口会扩大感受野，它的步长还会放大后面各层的贡献。",
            ),
            mistake(
                convs[-1],
                "That is the last convolution's kernel, in pixels of its own input.",
                "这只是最后一个卷积的核，以它自己的输入计。",
            ),
        ],
        snippet=_SNIPPET.format(
            width=max(32, 3 * side), layers=", ".join(re.sub(r"Conv2d\(\d+, \d+", "Conv2d(1, 1", one) for one in layers)
        ),
        facts={"jump": jump, "first": first, "last": last},
        picture=_pyramid(stack) if side <= 25 else None,
    )


@field.explore(layers=Stack(1, 5))
def _growing(layers: list[str], *, step: Annotated[int, Int(0, 5)]) -> Explored:
    stack = _read(layers)
    return growing(
        [_named(one) for one in stack], [_layer(kind, (1, kernel), (1, stride)) for kind, kernel, stride in stack], step
    )


def _pyramid(stack: Sequence[Layer]) -> Picture:
    """What the middle output sees of the image, and of the output of each layer: a row of squares for each."""
    names = ["x", *map(_named, stack)]
    seen_of = [seen(stack[at:]) for at in range(len(stack))]
    sides = [*(last - first + 1 for first, last, _ in seen_of), 1]
    widest = 2 * max(sides)
    return Picture.of(
        [Run(f"{name:<10}", "dim"), Run(("■ " * side).center(widest), "two"), Run(f"{side:>4}")]
        for name, side in zip(names, sides, strict=True)
    )


def _named(layer: Layer) -> str:
    kind, kernel, stride = layer
    size = f" {kernel}" + (f"/{stride}" if stride > 1 else "")
    return {"conv": "conv" + size, "relu": "ReLU"}.get(kind, "pool" + size)


# Zero padding would darken the edges only, and the middle is far from them.
_SNIPPET = """\
import torch
from torch import nn

net = nn.Sequential({layers}).double()
for weight in net.parameters():
    nn.init.constant_(weight, 0 if weight.dim() == 1 else 0.1)
x = torch.zeros(1, 1, {width}, {width}, dtype=torch.float64)
lit = []
for column in range({width}):  # light a column and look at the middle of the output
    x.zero_()[..., column] = 1
    y = net(x)
    lit.append(y[0, 0, y.shape[2] // 2, y.shape[3] // 2].item() > 0)
print(sum(lit))"""


@field.second_way
def _field_by_formula(layers: list[str]) -> int:
    return _plain_field(_read(layers))


def _plain_field(stack: Sequence[Layer]) -> int:
    side, jump = 1, 1
    for _, kernel, stride in stack:
        side += (kernel - 1) * jump
        jump *= stride
    return side


@verifier("torch")
def drawn(
    stack: Annotated[
        str,
        Choice(
            "Conv2d(3), Conv2d(3)",
            "Conv2d(3), Conv2d(3), Conv2d(3)",
            "Conv2d(3), MaxPool2d(2), Conv2d(3)",
            "Conv2d(7, stride=2), MaxPool2d(3, stride=2)",
            "Conv2d(5, stride=2), Conv2d(5)",
        ),
    ],
) -> Result:
    """Which of five stacks has the receptive field that is drawn on a 15 × 15 image."""
    layers = STACKS[stack]
    side, most = 15, 0
    net = nn.Sequential(*(_layer(kind, (kernel, kernel), (stride, stride)) for kind, kernel, stride in layers))
    with torch.no_grad():
        output = net(torch.eye(side * side, dtype=torch.float64, device="cpu").view(-1, 1, side, side))
    middle = output.shape[-1] // 2
    lit = (output[:, 0, middle, middle] > 0).view(side, side).tolist()
    fields = {}
    for name, one in STACKS.items():
        first, last, _ = seen(one)
        fields[name] = last - first + 1
    most = max(sum(row) for row in lit)
    rows: list[list[Run | str]] = [[Run("    " + "".join(f"{at % 10:>2}" for at in range(1, side + 1)), "dim")]]
    for at, row in enumerate(lit, 1):
        rows.append([Run(f"{at:>3}  ", "dim"), *(Run("██", "two") if one else Run("· ", "dim") for one in row)])
    return Result(
        stack,
        steps=[f"{name}: {one} × {one}" for name, one in fields.items()],
        mistakes=[
            mistake(
                name,
                f"Its field is {one} × {one}, not {most} × {most}.",
                f"它的感受野是 {one} × {one}，不是 {most} × {most}。",
            )
            for name, one in fields.items()
        ],
        distractors=[name for name in STACKS if name != stack],
        picture=Picture.of(rows),
        facts={"side": most},
    )


@drawn.second_way
def _drawn_by_formula(stack: str) -> str:
    fields = {_plain_field(one): name for name, one in STACKS.items()}
    assert len(fields) == len(STACKS)
    return fields[_plain_field(STACKS[stack])]


@verifier(
    "torch",
    examples=[({"side": 7}, "kernel1=3 stride1=2 kernel2=3"), ({"side": 11}, "kernel1=7 stride1=2 kernel2=3")],
)
def two_layers(side: Annotated[int, Int(4, 64, often=(7, 11, 15, 31))]) -> Result:
    """Two convolutions, no kernel below 2, whose receptive field has this side, as one example of many."""
    first, stride, second = next(
        (side - (second - 1) * stride, stride, second)
        for largest in (16, 64)
        for second in (3, 2, 5, 7)
        for stride in (2, 4, 8, 1)
        if 2 <= side - (second - 1) * stride <= largest
    )
    found = _measured(first, stride, second)
    return Result(
        f"kernel1={first} stride1={stride} kernel2={second}",
        steps=[f"{first} + ({second} − 1)·{stride} = {found}"],
        snippet=_HEAD + _PAIR.format(first=first, stride=stride, second=second),
        facts={"found": found},
    )


_PAIR = """\
net = nn.Sequential(nn.Conv2d(1, 1, {first}, stride={stride}), nn.Conv2d(1, 1, {second}))
x = torch.zeros(1, 1, 128, 128, requires_grad=True)
y = net(x)
y[0, 0, y.shape[2] // 2, y.shape[3] // 2].backward()
print((x.grad.abs().sum(2) > 0).sum().item())"""


@two_layers.attempt
def reaches(answer: Mapping[str, int], side: int) -> Attempt:
    """Builds the learner's two layers and measures."""
    found = _measured(answer["kernel1"], answer["stride1"], answer["kernel2"])
    return attempt(
        found == side,
        en=f"One output of these layers has a receptive field of {found} × {found}; {side} × {side} is wanted.",
        zh=f"这两层的一个输出感受野为 {found} × {found}；要求 {side} × {side}。",
    )


def _measured(first: int, stride: int, second: int) -> int:
    start, end, _ = seen((("conv", first, stride), ("conv", second, 1)))
    # A stride above the kernel leaves pixels out; the field is counted from its first to its last.
    return end - start + 1
