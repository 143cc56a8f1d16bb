"""Activation functions at a point and over the whole line: values, slopes, bounds."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Explored, Grid, Result, Tolerance, mistake, verifier
from verifiers.curves import Function, line, real, slopes
from verifiers.tangents import at_cursor

# As torch.nn.functional names them, each with its defaults.
FUNCTIONS: dict[str, Function] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "relu6": F.relu6,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "hardtanh": F.hardtanh,
    "softsign": F.softsign,
}
Name = Annotated[
    str,
    Choice(
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "relu6",
        "elu",
        "selu",
        "gelu",
        "silu",
        "mish",
        "softplus",
        "hardswish",
        "hardsigmoid",
        "hardtanh",
        "softsign",
    ),
]

# The same functions of one number without torch; math alone.
BY_HAND: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "hardswish": lambda x: x * min(max(x + 3, 0.0), 6.0) / 6,
    "hardsigmoid": lambda x: min(max(x + 3, 0.0), 6.0) / 6,
    "hardtanh": lambda x: min(max(x, -1.0), 1.0),
    "softsign": lambda x: x / (1 + abs(x)),
}

# What a learner writes down for a function, with the x of the question in it.
_STEPS = {
    "sigmoid": "1 / (1 + exp(−({x:g})))",
    "tanh": "(exp(2·({x:g})) − 1) / (exp(2·({x:g})) + 1)",
    "relu": "max(0, {x:g})",
    "leaky_relu": "{x:g} if {x:g} > 0 else 0.01 · ({x:g})",
    "relu6": "min(6, max(0, {x:g}))",
    "elu": "{x:g} if {x:g} > 0 else exp({x:g}) − 1",
    "selu": "1.0507 · ({x:g} if {x:g} > 0 else 1.6733 · (exp({x:g}) − 1))",
    "gelu": "{x:g} · Φ({x:g})",
    "silu": "{x:g} · σ({x:g})",
    "mish": "{x:g} · tanh(ln(1 + exp({x:g})))",
    "softplus": "ln(1 + exp({x:g}))",
    "hardswish": "{x:g} · min(6, max(0, {x:g} + 3)) / 6",
    "hardsigmoid": "min(6, max(0, {x:g} + 3)) / 6",
    "hardtanh": "min(1, max(−1, {x:g}))",
    "softsign": "{x:g} / (1 + |{x:g}|)",
}

# function -> what is taken for it: another function, or a rule, and why.
_CONFUSED: dict[str, list[tuple[Function, str, str]]] = {
    "relu6": [(F.relu, "Above 6 it doesn't grow any more: that is ReLU.", "超过 6 就不再增长，这里算成了普通 ReLU。")],
    "leaky_relu": [
        (F.relu, "Below 0 a leaky ReLU still lets 1% through.", "小于 0 时 LeakyReLU 仍然放过 1%，不是 0。"),
        (
            lambda x: F.leaky_relu(x, 0.1),
            "That is with a slope of 0.1; the default is 0.01.",
            "这里用了 0.1，默认值是 0.01。",
        ),
    ],
    "hardswish": [
        (F.hardsigmoid, "The gate has yet to be multiplied by x.", "这只是门控部分，还要再乘以 x。"),
        (F.relu, "Between −3 and 3 it bends away from ReLU.", "在 −3 到 3 之间它与 ReLU 不同。"),
        (lambda x: x * F.relu6(x + 3), "The product has yet to be divided by 6.", "还要除以 6。"),
    ],
    "hardsigmoid": [
        (
            lambda x: torch.clamp((x + 1) / 2, 0, 1),
            "That ramp is from −1 to 1; torch's is from −3 to 3.",
            "这条斜线是从 −1 到 1 的，torch 的是从 −3 到 3。",
        ),
        (
            lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
            "That is 0.2·x + 0.5, another library's; torch's is x/6 + 1/2.",
            "0.2·x + 0.5 是别的库的定义，torch 用的是 x/6 + 1/2。",
        ),
        (F.hardswish, "That is Hardswish: multiplied by x.", "多乘了 x，这是 Hardswish。"),
    ],
    "hardtanh": [
        (torch.tanh, "That is the smooth tanh.", "这是光滑的 tanh。"),
        (F.relu6, "It is cut off at −1 and 1, not at 0 and 6.", "截断点是 −1 和 1，不是 0 和 6。"),
        (lambda x: x, "It is cut off at −1 and 1.", "超出 −1 和 1 的部分要截断。"),
    ],
    "softsign": [
        (torch.tanh, "That is tanh; softsign has no exponential.", "这是 tanh；softsign 里没有指数。"),
        (lambda x: x / (1 + x) if x != -1 else x, "The denominator takes |x|.", "分母里要取 |x|。"),
    ],
}


@verifier("torch")
def value(function: Name, x: Annotated[float, Grid(-10.0, 10.0, 0.25, often=(-3.0, -1.0, 0.0, 1.0))]) -> Result:
    """What an activation function returns for x."""
    at = torch.tensor(x, dtype=real())
    found = FUNCTIONS[function](at).item()
    return Result(
        found,
        steps=[f"{function}({x:g}) = {_STEPS[function].format(x=x)} = {found:.4f}"],
        mistakes=[mistake(wrong(at).item(), en=en, zh=zh) for wrong, en, zh in _CONFUSED.get(function, ())],
        tolerance=Tolerance(absolute=0.006),
        snippet=_SNIPPET.format(call=_call(function, f"torch.tensor({x}, dtype=torch.float64)")) + "print(y.item())",
    )


@value.second_way
def _value_by_hand(function: str, x: float) -> float:
    return BY_HAND[function](x)


@value.explore(x=Grid(-10.0, 10.0, 0.25, often=(0.5,)))
def _under_cursor(function: str, x: float) -> Explored:
    return at_cursor(function, FUNCTIONS[function], x)


@verifier("torch", where="function == 'tanh' or 0 < output < 1")
def slope_from_output(
    function: Annotated[str, Choice("sigmoid", "tanh")],
    output: Annotated[float, Grid(-0.95, 0.95, 0.05, often=(0.5, 0.8, 0.9))],
) -> Result:
    """The slope that autograd finds where sigmoid or tanh returns a given output."""
    inverse = "logit" if function == "sigmoid" else "atanh"
    x = getattr(torch, inverse)(torch.tensor(output, dtype=real()))
    found = slopes(FUNCTIONS[function], x).item()
    by_other = 1 - output**2 if function == "sigmoid" else output * (1 - output)
    law = f"{output:g} · (1 − {output:g})" if function == "sigmoid" else f"1 − ({output:g})²"
    return Result(
        found,
        steps=[f"x = {inverse}({output:g}) = {x.item():.4f}", f"{law} = {found:.4f}"],
        mistakes=[
            mistake(
                by_other,
                "That is the other one's rule: y(1 − y) for sigmoid, 1 − y² for tanh.",
                "用混了：sigmoid 是 y(1 − y)，tanh 是 1 − y²。",
            ),
            mistake(1 - output, "1 − y is one factor of the slope only.", "1 − y 只是斜率的一个因子。"),
            mistake(
                slopes(FUNCTIONS[function], torch.tensor(output, dtype=real())).item(),
                "That takes y for x: the unit returned it.",
                "这是把输出 y 当成了输入 x。",
            ),
            mistake(
                0.25 if function == "sigmoid" else 1.0,
                "That is the largest slope, at x = 0.",
                "这是 x = 0 处的最大斜率。",
            ),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet=f"import torch\n\nx = torch.{inverse}(torch.tensor({output}, dtype=torch.float64)).requires_grad_()\n"
        f"torch.{function}(x).backward()\nprint(x.grad.item())",
        facts={"x": x.item()},
    )


@slope_from_output.second_way
def _slope_by_formula(function: str, output: float) -> float:
    return output * (1 - output) if function == "sigmoid" else 1 - output * output


@verifier("torch")
def bounds(function: Name) -> Result:
    """The lowest and highest bound of a function's outputs, to three decimals; infinite where it grows on."""
    x = torch.cat([torch.tensor([-1e6], dtype=real()), line(-8, 8, 16001), torch.tensor([1e6], dtype=real())])
    found = FUNCTIONS[function](x)
    ends = [_bound(found.min().item()), _bound(found.max().item())]
    return Result(
        list(ends),
        steps=[f"min {found.min().item():.4g}, max {found.max().item():.4g}   (x = −10⁶, −8 … 8, 10⁶)"],
        mistakes=[
            mistake([0.0, ends[1]], "It goes below 0.", "它会取到负值。"),
            mistake([-1.0, 1.0], "Those are tanh's bounds.", "这是 tanh 的上下界。"),
            mistake([0.0, 1.0], "Those are sigmoid's bounds.", "这是 sigmoid 的上下界。"),
            mistake([ends[0], 1.0], "Above, it isn't held at 1.", "上方并没有停在 1。"),
            mistake([-math.inf, ends[1]], "Below, it stops: look at large negative x.", "下方是有界的：看看很小的 x。"),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet=_SNIPPET.format(
            call=_call(function, "torch.cat([torch.arange(-8000, 8001) / 1000.0, torch.tensor([-1e6, 1e6])]).double()")
        )
        + "print([y.min().item(), y.max().item()])",
    )


@bounds.second_way
def _bounds_by_hand(function: str) -> list[float]:
    values = [BY_HAND[function](step / 1000) for step in range(-8000, 8001)]
    for far in (-1e6, 1e6):
        try:
            values.append(BY_HAND[function](far))
        except OverflowError:  # of exp; by 700 all that is held has arrived
            values.append(BY_HAND[function](math.copysign(700, far)))
    low, high = round(min(values), 3), round(max(values), 3)
    return [-math.inf if low < -100 else low, math.inf if high > 100 else high]


def _bound(found: float) -> float:
    return math.copysign(math.inf, found) if abs(found) > 50 else round(found, 3) + 0.0


_SNIPPET = "import torch\nfrom torch.nn import functional as F\n\ny = {call}\n"


def _call(function: str, x: str) -> str:
    return f"torch.{function}({x})" if function in ("sigmoid", "tanh") else f"F.{function}({x})"
