"""What pooling costs, and what it saves the layer behind it: parameters, and operations by torch's own counter."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from quizapp.authoring import Choice, Int, Result, mistake, verifier

_HEAD = "import torch\nfrom torch import nn\n\n"


def _work(net: nn.Module, image: Tensor) -> int:
    with FlopCounterMode(display=False) as counter:
        net(image)
    return int(counter.get_total_flops())


def _count(net: nn.Module) -> int:
    return sum(one.numel() for one in net.parameters())


def _pool(kernel: int, stride: int) -> nn.MaxPool2d:
    """Padded where the window overlaps, so that a side is divided by the stride."""
    return nn.MaxPool2d(kernel, stride=stride, padding=0 if kernel == stride else kernel // 2)


@verifier("torch", where=("width % stride == 0", "kernel == stride or kernel == 3"), shapes_only=True)
def next_conv(
    width: Annotated[int, Int(8, 256, often=(32, 56, 224))],
    channels: Annotated[int, Int(1, 256, often=(16, 32, 64))],
    kernel: Annotated[int, Choice(2, 3, 4)],
    stride: Annotated[int, Choice(1, 2, 4)],
) -> Result:
    """By which factors max pooling cuts the operations and the parameters of a 3 × 3 convolution behind it."""
    conv, image = nn.Conv2d(channels, channels, 3, padding=1), torch.empty(1, channels, width, width)
    pooled = _pool(kernel, stride)(image)
    before, after = _work(conv, image), _work(conv, pooled)
    fitting = nn.Conv2d(pooled.shape[1], channels, 3, padding=1)
    work, parameters = before / after, _count(conv) / _count(fitting)
    return Result(
        [work, parameters],
        steps=[
            f"{width} × {width} → {pooled.shape[-1]} × {pooled.shape[-1]}",
            f"{before:,} / {after:,} = {work:g}",
            f"{_count(conv):,} / {_count(fitting):,} = {parameters:g}",
        ],
        mistakes=[
            mistake(
                [work, work],
                "A convolution's parameters don't depend on the size of the map, only on its channels.",
                "卷积的参数量与特征图大小无关，只取决于通道数和核。",
            ),
            mistake(
                [stride, 1],
                f"Height and width both shrink: {stride} · {stride}.",
                f"高和宽都会缩小：{stride} · {stride}。",
            ),
            mistake(
                [kernel * kernel, 1],
                "It's the stride that thins out the windows, not their size.",
                "让窗口变稀的是步长，不是窗口大小。",
            ),
        ],
        snippet=f"{_HEAD}from torch.utils.flop_counter import FlopCounterMode\n\n"
        "def work(x):\n    with FlopCounterMode(display=False) as counter:\n        conv(x)\n"
        "    return counter.get_total_flops()\n\n"
        f"conv, x = nn.Conv2d({channels}, {channels}, 3, padding=1), torch.zeros(1, {channels}, {width}, {width})\n"
        f"pool = nn.MaxPool2d({kernel}, stride={stride}, padding={0 if kernel == stride else kernel // 2})\n"
        "print([work(x) / work(pool(x)), 1.0])",
        facts={"side": pooled.shape[-1], "has": _count(fitting)},
    )


@next_conv.second_way
def _next_by_hand(width: int, channels: int, kernel: int, stride: int) -> list[float]:
    return [stride * stride, 1]


@verifier("torch", where=("width % stride == 0", "kernel == stride or kernel == 3"), shapes_only=True)
def saves(
    what: Annotated[str, Choice("operations", "inputs", "parameters of a convolution", "parameters of a dense layer")],
    kernel: Annotated[int, Choice(2, 3)],
    stride: Annotated[int, Choice(1, 2)],
    width: Annotated[int, Int(8, 64, often=(32,))] = 32,
) -> Result:
    """Whether max pooling leaves the layer behind it fewer operations, inputs or parameters."""
    image = torch.empty(1, 8, width, width)
    pooled = _pool(kernel, stride)(image)
    if what == "operations":
        conv = nn.Conv2d(8, 8, 3, padding=1)
        before, after = _work(conv, image), _work(conv, pooled)
    elif what == "inputs":
        before, after = image.numel(), pooled.numel()
    elif what == "parameters of a convolution":
        before, after = (_count(nn.Conv2d(one.shape[1], 8, 3)) for one in (image, pooled))
    else:
        before, after = (_count(nn.Linear(one.numel(), 10)) for one in (image, pooled))
    return Result(after < before, steps=[f"{before:,} → {after:,}"])


@saves.second_way
def _saves_by_reason(what: str, kernel: int, stride: int, width: int = 32) -> bool:
    return stride > 1 and what != "parameters of a convolution"


@verifier("torch", where="width % pool == 0", shapes_only=True)
def dense_behind(
    width: Annotated[int, Int(4, 64, often=(8, 16, 28))],
    channels: Annotated[int, Int(1, 512, often=(16, 32, 64))],
    pool: Annotated[int, Choice(2, 4, 7)],
    classes: Annotated[int, Int(2, 1000, often=(10, 100))],
) -> Result:
    """How many weights fewer nn.Linear needs behind flattened maps if they are pooled first."""
    image = torch.empty(1, channels, width, width)
    plain, pooled = nn.Flatten()(image), nn.Sequential(nn.MaxPool2d(pool), nn.Flatten())(image)
    before, after = (nn.Linear(one.shape[1], classes, bias=False).weight.numel() for one in (plain, pooled))
    side = width // pool
    return Result(
        before - after,
        steps=[
            f"{channels} · {width}² · {classes} = {before}",
            f"{channels} · {side}² · {classes} = {after}",
            f"{before} − {after} = {before - after}",
        ],
        mistakes=[
            mistake(after, "That is how many are left.", "这是剩下的个数。"),
            mistake(
                before - before // pool,
                f"Both sides are divided by {pool}, so 1/{pool * pool} of them are left.",
                f"高和宽都除以 {pool}，剩下的是原来的 1/{pool * pool}。",
            ),
            mistake(
                0,
                "That would be so for a convolution behind the pooling; a dense layer has weights for every pixel.",
                "后面接卷积时才是 0；全连接层对每个像素都有权重。",
            ),
        ],
        snippet=f"{_HEAD}x = torch.zeros(1, {channels}, {width}, {width})\n"
        "def weights(x):\n"
        f"    return nn.Linear(x.flatten(1).shape[1], {classes}, bias=False).weight.numel()\n\n"
        f"print(weights(x) - weights(nn.MaxPool2d({pool})(x)))",
        facts={"before": before, "after": after, "side": side},
    )


@dense_behind.second_way
def _behind_by_hand(width: int, channels: int, pool: int, classes: int) -> int:
    return channels * classes * (width**2 - (width // pool) ** 2)


@verifier("torch", shapes_only=True)
def strided_instead(
    channels: Annotated[int, Int(1, 512, often=(16, 32, 64))],
    kernel: Annotated[int, Choice(2, 3)],
    pool: Annotated[str, Choice("MaxPool2d", "AvgPool2d", "LPPool2d")] = "MaxPool2d",
) -> Result:
    """How many parameters a net gains if a pooling layer gives way to a convolution with stride 2."""
    pooling = nn.LPPool2d(2, kernel, 2) if pool == "LPPool2d" else getattr(nn, pool)(kernel, 2)
    conv = nn.Conv2d(channels, channels, kernel, stride=2)
    image = torch.empty(1, channels, 32, 32)
    assert pooling(image).shape == conv(image).shape
    gained = _count(conv) - _count(pooling)
    weights = channels * channels * kernel * kernel
    return Result(
        gained,
        steps=[f"nn.{pool}: {_count(pooling)}", f"{channels}·{channels}·{kernel}² + {channels} = {_count(conv)}"],
        mistakes=[
            mistake(
                0,
                "Pooling has no parameters; the convolution's weights are all new.",
                "池化没有参数，卷积的参数全是新增的。",
            ),
            mistake(
                weights,
                f"Its bias counts as well, {channels} more.",
                f"还有偏置，再加 {channels}。",
            ),
            mistake(
                channels * kernel * kernel + channels,
                "That is a depthwise convolution; this one reads every channel for each of its outputs.",
                "那是逐通道卷积；这里每个输出都要读所有通道。",
            ),
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d({channels}, {channels}, {kernel}, stride=2)\n"
        f"print(sum(p.numel() for p in conv.parameters()) - len(list(nn.MaxPool2d({kernel}, 2).parameters())))",
    )


@strided_instead.second_way
def _strided_by_hand(channels: int, kernel: int, pool: str = "MaxPool2d") -> int:
    return channels * (channels * kernel * kernel + 1)
