"""Who holds the parameters of a convolution: the module, or whoever calls the function."""

from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Int, Result, mistake, verifier

_HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"


@verifier("torch")
def learnable(
    own: Annotated[str, Choice("tensor", "parameter")],
    channels: Annotated[int, Int(1, 64, often=(16, 32))],
    filters: Annotated[int, Int(1, 64, often=(32, 64))],
    kernel: Annotated[int, Int(1, 7, often=(3, 5))],
) -> Result:
    """How many numbers parameters() gives for nn.Conv2d(3, channels, 3) followed by F.conv2d with a weight of its own.

    The weight is an attribute of the module: a plain tensor, or a tensor wrapped in nn.Parameter.
    """
    made = f"torch.randn({filters}, {channels}, {kernel}, {kernel})"
    if own == "parameter":
        made = f"nn.Parameter({made})"
    program = _NET.format(channels=channels, made=made)
    names: dict[str, type[nn.Module]] = {}
    exec(program, names)  # noqa: S102  # the class that the snippet shows, as it stands
    net = names["Net"]()
    net(torch.zeros(1, 3, 16, 16))
    count = sum(one.numel() for one in net.parameters())
    held, bare = 27 * channels + channels, filters * channels * kernel * kernel
    return Result(
        count,
        steps=[
            f"nn.Conv2d(3, {channels}, 3): {27 * channels} + {channels} = {held}",
            f"self.weight: {bare if own == 'parameter' else 0}",
        ],
        mistakes=[
            mistake(
                held + bare if own == "tensor" else held,
                "A plain tensor is no parameter: the module doesn't register it, and the optimiser never gets it."
                if own == "tensor"
                else "Wrapped in nn.Parameter, the weight is registered as an attribute and counts.",
                "普通张量不是参数：模块不会注册它，优化器也就拿不到它。"
                if own == "tensor"
                else "包了 nn.Parameter 的权重会随属性赋值被注册，要算进去。",
            ),
            mistake(
                count - channels,
                f"nn.Conv2d has a bias by default, {channels} more.",
                f"nn.Conv2d 默认带偏置，还要加 {channels}。",
            ),
            mistake(
                count + filters,
                "F.conv2d makes no bias; it uses one only if it is given one.",
                "F.conv2d 不会自己造偏置，传了才用。",
            ),
        ],
        snippet=f"{program}\n\nprint(sum(p.numel() for p in Net().parameters()))",
        facts={"held": held, "bare": bare},
    )


_NET = """\
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, {channels}, 3)
        self.weight = {made}

    def forward(self, x):
        return F.conv2d(self.first(x), self.weight)"""


@learnable.second_way
def _learnable_by_hand(own: str, channels: int, filters: int, kernel: int) -> int:
    return 3 * channels * 9 + channels + (filters * channels * kernel**2 if own == "parameter" else 0)


@verifier("torch")
def with_and_without_bias(
    kernel: Annotated[int, Int(1, 7, often=(2, 3, 5))],
    pixel: Annotated[int, Int(1, 20)],
    bias: Annotated[int, Int(1, 100, often=(10, 100))],
) -> Result:
    """What a module with a weight of ones and a bias, and F.conv2d with its weight alone, make of equal pixels."""
    conv = nn.Conv2d(1, 1, kernel)
    nn.init.ones_(conv.weight)
    nn.init.constant_(conv.bias, bias) if conv.bias is not None else None
    image = torch.full((1, 1, kernel, kernel), float(pixel))
    module, function = int(conv(image).item()), int(F.conv2d(image, conv.weight).item())
    return Result(
        [module, function],
        steps=[f"{kernel} · {kernel} · {pixel} = {function}", f"{function} + {bias} = {module}"],
        mistakes=[
            mistake(
                [module, module],
                "F.conv2d knows no module: without an argument `bias` nothing is added.",
                "F.conv2d 不认识任何模块：不传 `bias` 就什么也不加。",
            ),
            mistake(
                [function, function],
                "nn.Conv2d has a bias unless it's told otherwise, and adds it.",
                "nn.Conv2d 除非另行指定，都带偏置并会加上。",
            ),
            mistake(
                [function + kernel * kernel * bias, function],
                "The bias is added once for each output, not once for each pixel of the window.",
                "偏置对每个输出只加一次，不是窗口里每个像素加一次。",
            ),
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d(1, 1, {kernel})\nnn.init.ones_(conv.weight)\n"
        f"nn.init.constant_(conv.bias, {bias})\nx = torch.full((1, 1, {kernel}, {kernel}), {float(pixel)})\n"
        "print([int(conv(x).item()), int(F.conv2d(x, conv.weight).item())])",
    )


@with_and_without_bias.second_way
def _bias_by_hand(kernel: int, pixel: int, bias: int) -> list[int]:
    total = sum(pixel for _ in range(kernel * kernel))
    return [total + bias, total]
