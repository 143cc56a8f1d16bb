"""The weight of nn.Conv2d: its shape, what groups do to it, how many parameters there are."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier

# What a learner may try as `groups`.
GROUPS = (1, 2, 3, 4, 8, 16)

_HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"


@verifier("torch", where=("channels % groups == 0", "filters % groups == 0"), shapes_only=True)
def weight_shape(
    channels: Annotated[int, Int(1, 1024, often=(3, 64, 128, 256))],
    filters: Annotated[int, Int(1, 1024, often=(64, 128, 256))],
    kernel_height: Annotated[int, Int(1, 15, often=(1, 3, 5))],
    kernel_width: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    groups: Annotated[int, Int(1, 1024, often=(1, 2, 4, 32))] = 1,
) -> Result:
    """The shape of the weight of nn.Conv2d(channels, filters, (kernel_height, kernel_width), groups=groups)."""
    kernel = (kernel_height, kernel_width)
    shape: list[Value] = list(nn.Conv2d(channels, filters, kernel, groups=groups).weight.shape)
    share = channels // groups
    return Result(
        shape,
        steps=[
            "(out, in / groups, kH, kW)",
            f"({filters}, {channels} / {groups}, {kernel_height}, {kernel_width}) = ({', '.join(map(str, shape))})",
        ],
        mistakes=[
            mistake(
                [filters, channels, kernel_height, kernel_width],
                f"With {groups} groups a filter reads {share} of the {channels} channels, and has weights for these.",
                f"分成 {groups} 组后，每个卷积核只读 {channels} 个通道中的 {share} 个，也只有这些通道的权重。",
            ),
            mistake(
                [share, filters, kernel_height, kernel_width],
                "The output channels come first: weight[i] is the i-th filter.",
                "输出通道在第一维：weight[i] 就是第 i 个卷积核。",
            ),
            mistake(
                [channels, filters // groups, kernel_height, kernel_width],
                "That is the layout of nn.ConvTranspose2d; nn.Conv2d puts the output channels first.",
                "这是 nn.ConvTranspose2d 的排列；nn.Conv2d 的第一维是输出通道。",
            ),
            mistake(
                [filters, share, kernel_width, kernel_height],
                "Height comes before width, in the kernel as in the image.",
                "卷积核和图像一样，高在前、宽在后。",
            ),
            mistake(
                [filters // groups, share, kernel_height, kernel_width],
                f"That is one group; the weights of all {groups} are stacked in the first dimension.",
                f"这只是一组；{groups} 组的权重都叠放在第一维。",
            ),
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d({channels}, {filters}, {kernel}, groups={groups})\n"
        "print(list(conv.weight.shape))",
        facts={"share": share},
    )


@weight_shape.second_way
def _shape_by_hand(channels: int, filters: int, kernel_height: int, kernel_width: int, groups: int = 1) -> list[int]:
    return [filters, channels // groups, kernel_height, kernel_width]


@verifier("torch", where=("channels % groups == 0", "filters % groups == 0"), shapes_only=True)
def parameters(
    channels: Annotated[int, Int(1, 1024, often=(3, 32, 64, 128))],
    filters: Annotated[int, Int(1, 1024, often=(32, 64, 128))],
    kernel: Annotated[int, Int(1, 15, often=(1, 3, 5, 7))],
    groups: Annotated[int, Int(1, 1024, often=(1, 2, 32))] = 1,
    bias: Annotated[bool, Choice(True, False)] = True,
) -> Result:
    """How many parameters nn.Conv2d has, its bias included."""
    layer = nn.Conv2d(channels, filters, kernel, groups=groups, bias=bias)
    count = sum(one.numel() for one in layer.parameters())
    share = channels // groups
    weights = filters * share * kernel * kernel
    found = [
        mistake(
            filters * channels * kernel * kernel + filters * bias,
            f"With {groups} groups a filter reads only {share} of the {channels} channels.",
            f"分成 {groups} 组后，每个卷积核只读 {share} 个通道，而不是 {channels} 个。",
        ),
        mistake(
            weights if bias else weights + filters,
            f"bias=True is the default, and adds a number for each of the {filters} filters."
            if bias
            else "bias=False: there is no bias to count.",
            f"bias 默认为 True，{filters} 个卷积核各有一个偏置。" if bias else "bias=False，没有偏置可数。",
        ),
        mistake(
            filters * kernel * kernel + filters * bias,
            f"A filter has a {kernel} × {kernel} slice for each of the {share} channels that it reads.",
            f"每个卷积核对它读取的 {share} 个通道各有一片 {kernel} × {kernel}，不是共用一片。",
        ),
        mistake(
            weights + bias,
            f"There is one bias for each filter, so {filters}, not one in all.",
            f"每个卷积核各有一个偏置，共 {filters} 个，不是总共一个。",
        ),
    ]
    return Result(
        count,
        steps=[
            f"{filters} · {share} · {kernel} · {kernel} = {weights}",
            *([f"{weights} + {filters} = {count}"] if bias else []),
        ],
        mistakes=found,
        snippet=f"{_HEAD}conv = nn.Conv2d({channels}, {filters}, {kernel}, groups={groups}, bias={bias})\n"
        "print(sum(p.numel() for p in conv.parameters()))",
        facts={"share": share, "weights": weights, "each": share * kernel * kernel},
    )


@parameters.second_way
def _parameters_by_hand(channels: int, filters: int, kernel: int, groups: int = 1, bias: bool = True) -> int:
    return filters * (channels // groups * kernel**2 + bias)


@verifier("torch", where=("channels % groups == 0", "filters % groups == 0", "output < filters", "groups > 1"))
def channels_read(
    channels: Annotated[int, Int(2, 256, often=(16, 32, 64))],
    filters: Annotated[int, Int(2, 256, often=(32, 64))],
    groups: Annotated[int, Int(2, 256, often=(2, 4, 8))],
    output: Annotated[int, Int(0, 255)],
) -> Result:
    """The first and the last input channel that output channel `output` depends on, seen by its gradient."""
    image = torch.zeros(1, channels, 3, 3, requires_grad=True)
    conv = nn.Conv2d(channels, filters, 3, groups=groups)
    nn.init.ones_(conv.weight)
    conv(image)[0, output].sum().backward()
    assert image.grad is not None
    read = image.grad.sum((0, 2, 3)).nonzero().flatten().tolist()
    first, last = read[0], read[-1]
    share, mine = channels // groups, filters // groups
    return Result(
        [first, last],
        steps=[
            Text(
                f"group: ⌊{output} / {mine}⌋ = {output // mine}, counted from 0",
                f"所在组：⌊{output} / {mine}⌋ = {output // mine}（从 0 数起）",
            ),
            f"{output // mine} · {share} = {first}, {first} + {share} − 1 = {last}",
        ],
        mistakes=[
            mistake([0, channels - 1], "That is without groups.", "这是不分组的情形。"),
            mistake(
                [output % groups * share, output % groups * share + share - 1],
                "The groups are blocks of neighbouring channels; they don't take turns.",
                "组是连续的通道块，不是轮流分配的。",
            ),
            mistake(
                [first, last + 1],
                "Both ends count: it is the last one that is read.",
                "这里问的是最后一个被读到的通道，含端点。",
            ),
        ],
        snippet=f"{_HEAD}x = torch.zeros(1, {channels}, 3, 3, requires_grad=True)\n"
        f"nn.Conv2d({channels}, {filters}, 3, groups={groups})(x)[0, {output}].sum().backward()\n"
        "read = x.grad.sum((0, 2, 3)).nonzero().flatten().tolist()\n"
        "print([read[0], read[-1]])",
        facts={"share": share, "mine": mine, "group": output // mine},
    )


@channels_read.second_way
def _read_by_hand(channels: int, filters: int, groups: int, output: int) -> list[int]:
    blocks = [list(range(at, at + channels // groups)) for at in range(0, channels, channels // groups)]
    block = blocks[output * groups // filters]
    return [block[0], block[-1]]


@verifier("torch", shapes_only=True)
def accepted_groups(
    channels: Annotated[int, Int(1, 256, often=(12, 24, 48))],
    filters: Annotated[int, Int(1, 256, often=(16, 32, 36))],
) -> Result:
    """Which of 1, 2, 3, 4, 8 and 16 groups nn.Conv2d accepts for so many input and output channels."""
    accepted: list[Value] = []
    steps = []
    for groups in GROUPS:
        try:
            nn.Conv2d(channels, filters, 3, groups=groups)
        except ValueError as error:
            steps.append(f"groups={groups}: {error}")
        else:
            accepted.append(groups)
    return Result(
        accepted,
        steps=steps,
        mistakes=[
            mistake(
                [one for one in GROUPS if channels % one == 0],
                "The output channels are divided into groups as well.",
                "输出通道也要分组。",
            ),
            mistake(
                [one for one in GROUPS if filters % one == 0],
                "The input channels are divided into groups as well.",
                "输入通道也要分组。",
            ),
        ],
        snippet=f"{_HEAD}for groups in {GROUPS}:\n    try:\n"
        f"        nn.Conv2d({channels}, {filters}, 3, groups=groups)\n"
        "        print(groups)\n    except ValueError as error:\n        print(groups, error)",
        facts={"most": max(int(str(one)) for one in accepted)},
    )


@accepted_groups.second_way
def _groups_by_hand(channels: int, filters: int) -> list[int]:
    return [one for one in GROUPS if channels % one == filters % one == 0]
