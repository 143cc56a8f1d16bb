"""Slopes of activation functions where they are special: at kinks, and through a stack of layers."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Explored, Grid, Int, Result, Text, Tolerance, mistake, verifier
from verifiers.curves import Function, real, slopes
from verifiers.fading import fading
from verifiers.tangents import at_cursor

_CALLS: dict[str, Function] = {
    "F.relu(x)": F.relu,
    "F.leaky_relu(x)": F.leaky_relu,
    "F.leaky_relu(x, 0.2)": lambda x: F.leaky_relu(x, 0.2),
    "F.relu6(x)": F.relu6,
    "F.hardtanh(x)": F.hardtanh,
    "F.hardsigmoid(x)": F.hardsigmoid,
    "F.elu(x)": F.elu,
    "F.elu(x, 0.5)": lambda x: F.elu(x, 0.5),
    "F.elu(x, 2.0)": lambda x: F.elu(x, 2.0),
    "F.selu(x)": F.selu,
    "x.abs()": torch.abs,
    "torch.maximum(x, 0 * x)": lambda x: torch.maximum(x, 0 * x),
    "torch.maximum(x, 0.1 * x)": lambda x: torch.maximum(x, 0.1 * x),
    "torch.maximum(x, 0.2 * x)": lambda x: torch.maximum(x, 0.2 * x),
    "(x + x.abs()) / 2": lambda x: (x + x.abs()) / 2,
    "x * (x > 0)": lambda x: x * (x > 0),
    "x * (x >= 0)": lambda x: x * (x >= 0),
    "torch.where(x > 0, x, 0.2 * x)": lambda x: torch.where(x > 0, x, 0.2 * x),
}


@verifier("torch")
def at_point(
    call: Annotated[
        str,
        Choice(
            "F.relu(x)",
            "F.leaky_relu(x)",
            "F.leaky_relu(x, 0.2)",
            "F.relu6(x)",
            "F.hardtanh(x)",
            "F.hardsigmoid(x)",
            "F.elu(x)",
            "F.elu(x, 0.5)",
            "F.elu(x, 2.0)",
            "F.selu(x)",
            "x.abs()",
            "torch.maximum(x, 0 * x)",
            "torch.maximum(x, 0.1 * x)",
            "torch.maximum(x, 0.2 * x)",
            "(x + x.abs()) / 2",
            "x * (x > 0)",
            "x * (x >= 0)",
            "torch.where(x > 0, x, 0.2 * x)",
        ),
    ],
    x: Annotated[float, Grid(-10.0, 10.0, 0.5, often=(-3.0, -1.0, 0.0, 1.0, 3.0, 6.0))] = 0.0,
) -> Result:
    """The slope that autograd returns for an expression in x at one point, a kink above all."""
    function = _CALLS[call]
    found = slopes(function, torch.tensor(x, dtype=real())).item()
    left, right = (_secant(function, x, towards) for towards in (-1, 1))
    return Result(
        found,
        steps=[
            Text(f"from the left {left:.4g}, from the right {right:.4g}", f"左侧斜率 {left:.4g}，右侧斜率 {right:.4g}"),
            f"x.grad = {found:.4g}",
        ],
        mistakes=[
            mistake(
                right,
                "That is the slope on the right of this point alone.",
                "这只是该点右侧的斜率。",
            ),
            mistake(left, "That is the slope on the left of this point alone.", "这只是该点左侧的斜率。"),
            mistake(
                (left + right) / 2,
                "That is the mean of both sides; this expression isn't differentiated as one.",
                "这是左右斜率的平均，但这个写法求导得到的并不是平均值。",
            ),
            *(
                [mistake(0.0, "Neither side has the slope 0 here.", "这里两侧的斜率都不是 0。")]
                if left and right
                else []
            ),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"x = torch.tensor({x}, dtype=torch.float64, requires_grad=True)\n"
        f"({call}).backward()\nprint(x.grad.item())",
        facts={"left": left, "right": right, "version": str(torch.__version__).partition("+")[0]},
    )


# The same in plain Python, and the side whose slope is taken at a kink.
_BY_HAND: dict[str, tuple[Callable[[float], float], str]] = {
    "F.relu(x)": (lambda x: max(x, 0.0), "left"),
    "F.leaky_relu(x)": (lambda x: max(x, 0.01 * x), "left"),
    "F.leaky_relu(x, 0.2)": (lambda x: max(x, 0.2 * x), "left"),
    "F.relu6(x)": (lambda x: min(max(x, 0.0), 6.0), "flatter"),
    "F.hardtanh(x)": (lambda x: min(max(x, -1.0), 1.0), "flatter"),
    "F.hardsigmoid(x)": (lambda x: min(max(x / 6 + 0.5, 0.0), 1.0), "flatter"),
    "F.elu(x)": (lambda x: x if x > 0 else math.expm1(x), "left"),
    "F.elu(x, 0.5)": (lambda x: x if x > 0 else 0.5 * math.expm1(x), "left"),
    "F.elu(x, 2.0)": (lambda x: x if x > 0 else 2 * math.expm1(x), "left"),
    "F.selu(x)": (lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)), "left"),
    "x.abs()": (abs, "mean"),
    "torch.maximum(x, 0 * x)": (lambda x: max(x, 0.0), "mean"),
    "torch.maximum(x, 0.1 * x)": (lambda x: max(x, 0.1 * x), "mean"),
    "torch.maximum(x, 0.2 * x)": (lambda x: max(x, 0.2 * x), "mean"),
    "(x + x.abs()) / 2": (lambda x: (x + abs(x)) / 2, "mean"),
    "x * (x > 0)": (lambda x: max(x, 0.0), "left"),
    "x * (x >= 0)": (lambda x: max(x, 0.0), "right"),
    "torch.where(x > 0, x, 0.2 * x)": (lambda x: max(x, 0.2 * x), "left"),
}


@at_point.second_way
def _by_differences(call: str, x: float = 0.0) -> float:
    function, side = _BY_HAND[call]
    left, right = [(function(x + step) - function(x)) / step for step in (-1e-7, 1e-7)]
    sides = {"left": left, "right": right, "mean": (left + right) / 2, "flatter": min(left, right, key=abs)}
    return round(sides[side], 6)


@at_point.explore
def _under_cursor(call: str, x: float) -> Explored:
    return at_cursor("f", _CALLS[call], x)


@verifier("torch")
def through_stack(
    activation: Annotated[str, Choice("sigmoid", "tanh")],
    layers: Annotated[int, Int(1, 50, often=(2, 3, 5, 10))],
    weight: Annotated[float, Grid(0.5, 8.0, 0.5, often=(1.0, 4.0))] = 1.0,
) -> Result:
    """The gradient through layers of weight · h + bias and an activation, each at the point where it is steepest."""
    sigmoid = activation == "sigmoid"
    parts, x = _stacked(activation, layers, weight)
    found = torch.autograd.grad(nn.Sequential(*parts)(x).sum(), x)[0].item()
    steepest = 0.25 if sigmoid else 1.0
    one = f"{weight:g} · {steepest:g}"
    return Result(
        found,
        steps=[
            Text(f"each layer multiplies by {one} = {weight * steepest:g}", f"每层乘以 {one} = {weight * steepest:g}"),
            f"({one})^{layers} = {found:.4g}",
        ],
        mistakes=[
            mistake(weight**layers, "The activation's own slope is missing.", "漏乘了激活函数自己的斜率。"),
            mistake(steepest**layers, "The weights multiply the gradient too.", "权重也要乘进去。"),
            mistake(weight * steepest * layers, "Layers multiply; they don't add up.", "各层是相乘，不是相加。"),
            mistake(weight * steepest, f"That is one layer; there are {layers}.", f"这只是一层，一共有 {layers} 层。"),
        ],
        tolerance=Tolerance(relative=0.06),
        snippet=_STACK.format(
            weight=weight,
            bias=-weight / 2 if sigmoid else 0.0,
            layers=layers,
            name=activation,
            x=0.5 if sigmoid else 0.0,
        ),
        facts={"factor": weight * steepest},
    )


@through_stack.second_way
def _powers(activation: str, layers: int, weight: float = 1.0) -> float:
    return (weight / 4 if activation == "sigmoid" else weight) ** layers


@through_stack.explore(layers=Int(1, 14, often=(5,)))
def _fading(activation: str, layers: int, weight: float) -> Explored:
    return fading(*_stacked(activation, layers, weight))


def _stacked(activation: str, layers: int, weight: float) -> tuple[list[nn.Module], torch.Tensor]:
    """Linear layers and activations in turn, and an input at which each activation is steepest."""
    sigmoid = activation == "sigmoid"
    parts: list[nn.Module] = []
    for _ in range(layers):
        linear = nn.Linear(1, 1, dtype=real())
        nn.init.constant_(linear.weight, weight)
        nn.init.constant_(linear.bias, -weight / 2 if sigmoid else 0.0)
        parts += [linear, nn.Sigmoid() if sigmoid else nn.Tanh()]
    return parts, torch.full((1,), 0.5 if sigmoid else 0.0, dtype=real(), requires_grad=True)


_STACK = """\
import torch

x = torch.tensor({x}, dtype=torch.float64, requires_grad=True)
h = x
for _ in range({layers}):
    h = torch.{name}({weight} * h + {bias})
h.backward()
print(x.grad.item())"""


def _secant(function: Function, x: float, towards: int) -> float:
    """The slope of a short chord from x to one side, rounded."""
    step = towards * (1e-2 if real() is torch.float32 else 1e-6)
    ends = function(torch.tensor([x, x + step], dtype=real()))
    return round((ends[1] - ends[0]).item() / step, 4) + 0.0
