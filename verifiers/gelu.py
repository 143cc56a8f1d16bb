"""GELU and what stands in for it."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Grid, Result, Text, Tolerance, mistake, verifier
from verifiers.curves import Function, line, real


@verifier("torch")
def value(x: Annotated[float, Grid(-3.0, 3.0, 0.25, often=(-2.0, -1.0, 1.0, 2.0))]) -> Result:
    """The exact GELU of x."""
    at = torch.tensor(x, dtype=real())
    found = F.gelu(at).item()
    below = torch.special.ndtr(at).item()
    return Result(
        found,
        steps=[f"Φ({x:g}) = {below:.4f}", f"{x:g} · {below:.4f} = {found:.4f}"],
        mistakes=[
            mistake(
                F.silu(at).item(), "That is SiLU, x · σ(x); GELU takes Φ.", "这是 SiLU，即 x · σ(x)；GELU 用的是 Φ。"
            ),
            mistake(below, "Φ(x) has yet to be multiplied by x.", "Φ(x) 还要再乘以 x。"),
            mistake(F.relu(at).item(), "That is ReLU.", "这是 ReLU。"),
            mistake(x * (1 - below), "For a negative x, Φ(x) = 1 − Φ(−x).", "x 为负时，Φ(x) = 1 − Φ(−x)。"),
            mistake(-found, "The sign of x stays.", "x 的符号要保留。"),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"print(F.gelu(torch.tensor({x}, dtype=torch.float64)).item())",
        facts={"below": below},
    )


@value.second_way
def _value_by_math(x: float) -> float:
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


_INSTEAD: dict[str, Function] = {
    'F.gelu(x, approximate="tanh")': lambda x: F.gelu(x, approximate="tanh"),
    "x * torch.sigmoid(1.702 * x)": lambda x: x * torch.sigmoid(1.702 * x),
    "F.silu(x)": F.silu,
    "F.relu(x)": F.relu,
    "F.softplus(x)": F.softplus,
}


@verifier("torch")
def gap(
    instead: Annotated[
        str,
        Choice(
            'F.gelu(x, approximate="tanh")',
            "x * torch.sigmoid(1.702 * x)",
            "F.silu(x)",
            "F.relu(x)",
            "F.softplus(x)",
        ),
    ],
) -> Result:
    """How far F.gelu and another expression are apart at most, from −8 to 8: a size in words."""
    x = line(-8, 8, 16001)
    apart = (F.gelu(x) - _INSTEAD[instead](x)).abs()
    most = apart.max().item()
    where = abs(x[apart.argmax()].item())
    return Result(
        _size(most),
        steps=[Text(f"largest at |x| = {where:.2f}: {most:.2g}", f"|x| = {where:.2f} 处相差最大：{most:.2g}")],
        mistakes=[
            mistake(size, f"The largest difference is {most:.2g}.", f"最大相差 {most:.2g}。")
            for size in _SIZES.values()
        ],
        snippet="import torch\nfrom torch.nn import functional as F\n\nx = torch.linspace(-8, 8, 16001)\n"
        f"print((F.gelu(x) - {instead}).abs().max().item())",
        facts={"most": most, "where": where},
    )


@gap.second_way
def _gap_by_math(instead: str) -> str:
    by_hand: dict[str, Callable[[float], float]] = {
        'F.gelu(x, approximate="tanh")': lambda x: (
            x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        ),
        "x * torch.sigmoid(1.702 * x)": lambda x: x / (1 + math.exp(-1.702 * x)),
        "F.silu(x)": lambda x: x / (1 + math.exp(-x)),
        "F.relu(x)": lambda x: max(x, 0.0),
        "F.softplus(x)": lambda x: math.log1p(math.exp(x)),
    }
    return _size(max(abs(_value_by_math(n / 100) - by_hand[instead](n / 100)) for n in range(-800, 801)))


# upper end -> the size in words
_SIZES = {0.001: "below 0.001", 0.05: "about 0.02", 0.3: "about 0.2", math.inf: "about 0.7"}


def _size(most: float) -> str:
    return next(name for end, name in _SIZES.items() if most < end)
