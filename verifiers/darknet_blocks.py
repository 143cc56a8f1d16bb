"""What a Convolutional of Darknet's tables is made of, its residual block, and the last layer written in two ways."""

from collections.abc import Sequence
from typing import Annotated, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from quizapp.authoring import Attempt, Choice, Int, Lines, Result, Text, Value, attempt, mistake, verifier
from verifiers.darknet_layers import SLOPE, Convolutional, Residual

Channels = Annotated[int, Int(1, 2048, often=(64, 128, 256, 512, 1024))]


@verifier("torch", shapes_only=True)
def convolutional_parameters(
    inputs: Channels, outputs: Channels, kernel: Annotated[int, Choice(1, 3, 5, 7)] = 3
) -> Result:
    """How many parameters a Convolutional has to learn."""
    layer = Convolutional(inputs, outputs, kernel)
    total = sum(one.numel() for one in layer.parameters())
    weights = sum(one.numel() for one in layer[0].parameters())
    kept = sum(one.numel() for one in layer.buffers())
    return Result(
        total,
        steps=[
            f"Conv2d: {inputs}·{outputs}·{kernel}·{kernel} = {weights}",
            f"BatchNorm2d: 2·{outputs} = {total - weights}",
            f"{weights} + {total - weights} = {total}",
        ],
        mistakes=[
            mistake(
                total + outputs,
                "That gives the convolution a bias; batch norm would subtract it again, so there is none.",
                "多算了卷积的偏置；批归一化会把它减掉，所以这里没有偏置。",
            ),
            mistake(
                weights + outputs,
                "Batch norm learns two numbers a channel, a scale and a shift.",
                "批归一化每个通道学两个数：缩放和平移。",
            ),
            mistake(
                weights,
                "That is the convolution alone; batch norm learns a scale and a shift for each channel.",
                "这只是卷积的；批归一化每个通道还要学缩放和平移。",
            ),
            mistake(
                total + kept - 1,
                "The running mean and variance are kept, but not learnt.",
                "滑动均值和方差只是记录下来的，不是学出来的。",
            ),
        ],
        snippet="from torch import nn\n\n"
        f"layer = nn.Sequential(nn.Conv2d({inputs}, {outputs}, {kernel}, padding={kernel // 2}, bias=False),\n"
        f"                      nn.BatchNorm2d({outputs}), nn.LeakyReLU({SLOPE}))\n"
        "print(sum(one.numel() for one in layer.parameters()))",
        facts={"weights": weights, "norm": total - weights},
    )


@convolutional_parameters.second_way
def _convolutional_by_hand(inputs: int, outputs: int, kernel: int = 3) -> int:
    return inputs * outputs * kernel**2 + 2 * outputs


@verifier("torch")
def slope(written: Annotated[str, Choice("darknet", "nn.LeakyReLU()")]) -> Result:
    """The slope below zero of Darknet's leaky ReLU, or of torch's with its default."""
    layer = Convolutional(1, 1, 1)[-1] if written == "darknet" else nn.LeakyReLU()
    return Result(round(-layer(torch.tensor(-1.0)).item(), 6), steps=[repr(layer)])


@slope.second_way
def _slope_by_gradient(written: str) -> float:
    x = torch.tensor(-1.0, dtype=torch.float64, device="cpu", requires_grad=True)
    (functional.leaky_relu(x, SLOPE) if written == "darknet" else functional.leaky_relu(x)).backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    return x.grad.item()


@verifier("torch")
def last_weight(
    classes: Annotated[int, Int(1, 2000, often=(10, 20, 80, 1000))],
    features: Annotated[int, Int(1, 2048, often=(1024,))] = 1024,
) -> Result:
    """The shape that a Linear's weight must be viewed in, so that a 1 × 1 convolution gives the same scores."""
    connected, convolution, apart = _both(features, classes)
    assert apart < 1e-4, apart
    total = sum(one.numel() for one in connected.parameters())
    return Result(
        list(convolution.weight.shape),
        steps=[
            f"Linear: {list(connected.weight.shape)}, Conv2d: {list(convolution.weight.shape)}",
            Text(f"largest difference of the scores: {apart:.1e}", f"输出的最大差异：{apart:.1e}"),
        ],
        mistakes=[
            mistake(
                [features, classes, 1, 1],
                "The outputs stand first, in nn.Linear as in nn.Conv2d.",
                "输出通道在前，nn.Linear 和 nn.Conv2d 都一样。",
            ),
            mistake(
                [1, 1, classes, features],
                "The two sides of 1 are the kernel's, and they stand at the end.",
                "两个 1 是卷积核的高和宽，应放在最后。",
            ),
            mistake([classes, features], "That is how nn.Linear has it already.", "这就是 nn.Linear 里原来的形状。"),
            mistake([classes, features, 1], "A kernel has a height and a width.", "卷积核有高和宽两个维度。"),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"linear, conv = nn.Linear({features}, {classes}), nn.Conv2d({features}, {classes}, 1)\n"
        "conv.load_state_dict({'weight': linear.weight[..., None, None], 'bias': linear.bias})\n"
        f"x = torch.randn(2, {features}, 1, 1)\n"
        "print((linear(x.flatten(1)) - conv(x).flatten(1)).abs().max().item())\n"
        "print(list(conv.weight.shape))",
        facts={"parameters": total},
    )


@last_weight.second_way
def _last_weight_by_hand(classes: int, features: int = 1024) -> list[int]:
    return [classes, features, 1, 1]


@verifier("torch", examples=[({"classes": 1000}, True), ({"classes": 20}, True)])
def same_scores(classes: Annotated[int, Int(1, 2000, often=(10, 20, 80, 1000))] = 1000) -> Result:
    """Whether Darknet-53's last layer gives the same scores as nn.Linear and as a 1 × 1 convolution of its weights."""
    apart = _both(1024, classes)[2]
    return Result(
        apart < 1e-4, steps=[Text(f"largest difference of the scores: {apart:.1e}", f"输出的最大差异：{apart:.1e}")]
    )


def _both(features: int, classes: int) -> tuple[nn.Linear, nn.Conv2d, float]:
    """A fully connected layer, a 1 × 1 convolution with its weights, and how far apart their scores are at most."""
    connected, convolution = nn.Linear(features, classes), nn.Conv2d(features, classes, 1)
    pooled = torch.randn(2, features, 1, 1)
    with torch.no_grad():
        convolution.load_state_dict({"weight": connected.weight[..., None, None], "bias": connected.bias})
        apart = (connected(pooled.flatten(1)) - convolution(pooled).flatten(1)).abs().max().item()
    return connected, convolution, apart


@verifier(
    "torch",
    limit_s=5.0,
    examples=[
        (
            {"lines": ["x = leaky(norm2(expand(leaky(norm1(squeeze(x)))))) + x"], "channels": 64},
            ["x = leaky(norm2(expand(leaky(norm1(squeeze(x)))))) + x"],
        ),
        (
            {"lines": ["y = leaky(norm1(squeeze(x)))", "x = x + leaky(norm2(expand(y)))"], "channels": 256},
            ["y = leaky(norm1(squeeze(x)))", "x = x + leaky(norm2(expand(y)))"],
        ),
    ],
)
def residual(
    lines: Annotated[list[str], Lines()], channels: Annotated[int, Choice(32, 64, 128, 256, 512, 1024)]
) -> Result:
    """The lines of a residual block of Darknet-53, in an order that computes what the block computes.

    The lines see the parts of the block (squeeze, norm1, expand, norm2, leaky) and x, and leave x behind.
    """
    value: list[Value] = [*lines]
    apart = _apart(lines, channels)
    assert apart < 1e-5, apart
    return Result(value, steps=[Text(f"difference from the block: {apart:.1e}", f"与残差块输出的差：{apart:.1e}")])


@residual.attempt
def as_the_block(answer: list[str], channels: int) -> Attempt:
    """Runs the learner's order on the parts of a real block, and compares it with the block."""
    try:
        apart = _apart(answer, channels)
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        return attempt(False, en=f"In this order it raises {said}", zh=f"按此顺序会抛出 {said}")
    if apart < 1e-5:
        return attempt(True, en="It gives what the block gives.", zh="与残差块的输出一致。")
    return attempt(
        False,
        en=f"It runs, but what comes out differs from the block's by up to {apart:.2g}.",
        zh=f"能运行，但输出与残差块最多相差 {apart:.2g}。",
    )


def _apart(lines: Sequence[str], channels: int) -> float:
    """The largest difference between what the lines leave in x and what the block gives."""
    draws = torch.Generator().manual_seed(0)
    block = Residual(channels).cpu()
    for one in block.parameters():
        with torch.no_grad():
            one.copy_(torch.randn(one.shape, generator=draws, device="cpu") * 0.3)
    squeeze, norm1, leaky = block.branch[0].children()
    expand, norm2, _ = block.branch[1].children()
    x = torch.randn(2, channels, 4, 4, generator=draws, device="cpu")
    names: dict[str, Any] = {"x": x, "squeeze": squeeze, "norm1": norm1, "expand": expand, "norm2": norm2}
    with torch.no_grad():
        wanted = block(x)
        exec("\n".join(lines), {**names, "leaky": leaky}, names)  # noqa: S102  # the lines are the answer
    got = names["x"]
    assert isinstance(got, Tensor)
    if got.shape != wanted.shape:
        raise ValueError(f"the shape becomes {list(got.shape)}")
    return float((got - wanted).abs().max())
