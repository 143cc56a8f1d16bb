"""What usual activation functions have in common, which formula is whose, and what their layers do by default."""

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Grid, Result, Tolerance, Value, mistake, verifier
from verifiers.activations import BY_HAND, FUNCTIONS
from verifiers.curves import Function, line, real, slopes

_ASKED = ("sigmoid", "tanh", "relu", "leaky_relu", "relu6", "elu", "gelu", "silu")
# property -> what is usually answered, and what is overlooked.
_OVERLOOKED: dict[str, list[tuple[list[Value], str, str]]] = {
    "bounded": [
        (["sigmoid", "tanh"], "ReLU6 stops as well, at 6.", "ReLU6 也有上界，在 6 处截断。"),
        (["sigmoid", "tanh", "relu6", "elu"], "ELU stops below only.", "ELU 只有下界。"),
    ],
    "negative": [
        (["tanh", "leaky_relu", "elu"], "GELU and SiLU dip below 0 too.", "GELU 和 SiLU 也有一小段低于 0。"),
    ],
    "silent at -3": [
        (["relu"], "ReLU6 has the same flat left side.", "ReLU6 的左半边同样是平的。"),
        (
            ["relu", "relu6", "gelu", "silu"],
            "GELU and SiLU are nearly flat at −3, but not quite.",
            "GELU、SiLU 在 −3 处虽然接近 0，斜率却不是 0。",
        ),
        (
            ["sigmoid", "relu", "relu6"],
            "Sigmoid is nearly flat at −3, and its slope of 0.045 still counts.",
            "sigmoid 在 −3 处已很平，但斜率还有 0.045。",
        ),
    ],
    "never falls": [
        (list(_ASKED), "GELU and SiLU fall on the left of their dip.", "GELU 和 SiLU 在低谷左侧是下降的。"),
        (
            ["sigmoid", "tanh", "leaky_relu", "elu"],
            "Flat is not falling: ReLU and ReLU6 belong to them.",
            "水平不算下降：ReLU 和 ReLU6 也符合。",
        ),
    ],
    "kink": [
        (["relu", "leaky_relu"], "ReLU6 has two, at 0 and at 6.", "ReLU6 有两个折点：0 和 6。"),
        (
            ["relu", "leaky_relu", "relu6", "elu"],
            "With alpha = 1 the two halves of ELU meet at 0 with the same slope, 1.",
            "alpha = 1 时 ELU 的两半在 0 处斜率都是 1，没有折点。",
        ),
    ],
    "0.5 at 0": [],
    "odd": [
        (
            ["sigmoid", "tanh"],
            "Sigmoid is symmetric about (0, 0.5), not about the origin.",
            "sigmoid 关于 (0, 0.5) 对称，不是关于原点。",
        ),
    ],
    "steeper than 1": [
        ([], "GELU and SiLU overshoot 1 on the right of 0.", "GELU 和 SiLU 在 0 的右侧斜率会略超过 1。"),
        (["elu", "gelu", "silu"], "ELU reaches 1 and doesn't pass it.", "ELU 的斜率最多到 1，不会超过。"),
    ],
}
# property -> the same test for a learner's own session: x from −20 to 20, y and slope there, far at ±10⁴.
_TESTS = {
    "bounded": "f(torch.tensor([-1e4, 1e4])).abs().max() < 10",
    "negative": "y.min() < 0",
    "silent at -3": "slope[x == -3].item() == 0",
    "never falls": "slope.min() >= 0",
    "kink": "slope.diff().abs().max() > 0.5",
    "0.5 at 0": "f(torch.tensor(0.0)) == 0.5",
    "odd": "(y + y.flip(0)).abs().max() < 1e-6",
    "steeper than 1": "slope.max() > 1 + 1e-6",
}
_SNIPPET = """\
import torch
from torch.nn import functional as F

x = torch.arange(-2000, 2001, dtype=torch.float64).div(100).requires_grad_()
have = []
for name in {names}:
    f = getattr(torch if name in ("sigmoid", "tanh") else F, name)
    y = f(x)
    slope = torch.autograd.grad(y.sum(), x)[0]
    if {test}:
        have.append(name)
print(have)"""


@verifier("torch")
def with_property(
    wanted: Annotated[
        str,
        Choice("bounded", "negative", "silent at -3", "never falls", "kink", "0.5 at 0", "odd", "steeper than 1"),
    ],
) -> Result:
    """Which of eight usual activation functions have a property, found from their values and slopes on a grid."""
    seen = {name: _measured(name) for name in _ASKED}
    have = [name for name in _ASKED if seen[name][wanted][0]]
    return Result(
        list(have),
        steps=[f"{name}: {seen[name][wanted][1]}" for name in _ASKED],
        mistakes=[mistake(names, en=en, zh=zh) for names, en, zh in _OVERLOOKED[wanted]],
        snippet=_SNIPPET.format(names=_ASKED, test=_TESTS[wanted]),
    )


@with_property.second_way
def _property_by_hand(wanted: str) -> list[str]:
    grid = [step / 100 for step in range(-2000, 2001)]

    def holds(name: str) -> bool:
        function = BY_HAND[name]
        rises = [(function(x + 1e-3) - function(x)) * 1e3 for x in grid]
        match wanted:
            case "bounded":
                return max(abs(function(x)) for x in (-600.0, 600.0)) < 10
            case "negative":
                return min(map(function, grid)) < 0
            case "silent at -3":
                return function(-3.1) == function(-2.9)
            case "never falls":
                return all(rise > -1e-9 for rise in rises)
            case "kink":
                return any(abs(b - a) > 0.5 for a, b in itertools.pairwise(rises))
            case "0.5 at 0":
                return function(0.0) == 0.5
            case "odd":
                return all(math.isclose(function(-x), -function(x), abs_tol=1e-9) for x in grid)
        return max(rises) > 1 + 1e-6

    return [name for name in _ASKED if holds(name)]


FORMULAS: dict[str, Callable[[float], float]] = {
    "x · Φ(x)": BY_HAND["gelu"],
    "½x · (1 + tanh(√(2/π) · (x + 0.044715x³)))": lambda x: (
        x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    ),
    "x · σ(x)": BY_HAND["silu"],
    "x · tanh(ln(1 + eˣ))": BY_HAND["mish"],
    "x · min(6, max(0, x + 3)) / 6": BY_HAND["hardswish"],
    "ln(1 + eˣ)": BY_HAND["softplus"],
    "x / (1 + |x|)": BY_HAND["softsign"],
    "−ln(1 + e⁻ˣ)": lambda x: -math.log1p(math.exp(-x)),
}
_CALLS: dict[str, Function] = {
    "F.gelu(x)": F.gelu,
    'F.gelu(x, approximate="tanh")': lambda x: F.gelu(x, approximate="tanh"),
    "F.silu(x)": F.silu,
    "F.mish(x)": F.mish,
    "F.hardswish(x)": F.hardswish,
    "F.softplus(x)": F.softplus,
    "F.softsign(x)": F.softsign,
    "F.logsigmoid(x)": F.logsigmoid,
}


@verifier(
    "torch",
    # As torch's documentation states them.
    examples=[
        ({"call": "F.gelu(x)"}, "x · Φ(x)"),
        ({"call": 'F.gelu(x, approximate="tanh")'}, "½x · (1 + tanh(√(2/π) · (x + 0.044715x³)))"),
        ({"call": "F.silu(x)"}, "x · σ(x)"),
        ({"call": "F.mish(x)"}, "x · tanh(ln(1 + eˣ))"),
        ({"call": "F.hardswish(x)"}, "x · min(6, max(0, x + 3)) / 6"),
        ({"call": "F.softplus(x)"}, "ln(1 + eˣ)"),
        ({"call": "F.softsign(x)"}, "x / (1 + |x|)"),
        ({"call": "F.logsigmoid(x)"}, "−ln(1 + e⁻ˣ)"),
    ],
)
def formula(
    call: Annotated[
        str,
        Choice(
            "F.gelu(x)",
            'F.gelu(x, approximate="tanh")',
            "F.silu(x)",
            "F.mish(x)",
            "F.hardswish(x)",
            "F.softplus(x)",
            "F.softsign(x)",
            "F.logsigmoid(x)",
        ),
    ],
) -> Result:
    """Which formula a call of torch.nn.functional computes: the one nearest to its values from −6 to 6."""
    x = line(-6, 6, 121)
    values = _CALLS[call](x).tolist()
    apart = {
        one: max(abs(by_hand(at) - y) for at, y in zip(x.tolist(), values, strict=True))
        for one, by_hand in FORMULAS.items()
    }
    ordered = sorted(apart, key=lambda one: apart[one])
    return Result(
        ordered[0],
        steps=[f"{one}: max |Δ| = {apart[one]:.2g}" for one in ordered[:3]],
        mistakes=[
            mistake(
                one, f"That differs from {call} by up to {apart[one]:.2g}.", f"它与 {call} 最多相差 {apart[one]:.2g}。"
            )
            for one in ordered[1:]
        ],
        distractors=ordered[1:],
    )


# Slopes below zero that are taken for a layer's own, and whose they are.
_RATES = (
    (0.1, "0.1 is Darknet's slope, not torch's default.", "0.1 是 Darknet 用的斜率，不是 torch 的默认值。"),
    (0.0, "That is ReLU; this one lets a part through.", "这是 ReLU；这一层会放过一部分。"),
    (0.01, "0.01 is LeakyReLU's default slope.", "0.01 是 LeakyReLU 的默认斜率。"),
    (0.25, "0.25 is where PReLU starts to learn.", "0.25 是 PReLU 开始学习时的斜率。"),
    (0.2, "0.2 is often chosen for GANs; it is no default.", "0.2 是 GAN 里常取的值，不是默认值。"),
)


@verifier("torch")
def below_zero(
    layer: Annotated[str, Choice("nn.LeakyReLU()", "nn.PReLU()", "nn.ReLU()", "nn.RReLU().eval()")],
    x: Annotated[float, Grid(-1000.0, -0.5, 0.5, often=(-100.0, -10.0, -1.0))],
) -> Result:
    """What a rectifying layer with its defaults returns below zero."""
    made: dict[str, Callable[[], nn.Module]] = {
        "nn.LeakyReLU()": nn.LeakyReLU,
        "nn.PReLU()": nn.PReLU,
        "nn.ReLU()": nn.ReLU,
        "nn.RReLU().eval()": lambda: nn.RReLU().eval(),
    }
    with torch.no_grad():
        found = made[layer]()(torch.tensor([x])).item() + 0.0
    rate = found / x + 0.0
    return Result(
        found,
        steps=[f"{rate:.4g} · ({x:g}) = {found:.6g}"],
        mistakes=[
            mistake(other * x + 0.0, en=en, zh=zh)
            for other, en, zh in _RATES
            if not math.isclose(other, rate, abs_tol=1e-6)
        ],
        tolerance=Tolerance(relative=0.01),
        snippet=f"import torch\nfrom torch import nn\n\nprint({layer}(torch.tensor([{x}])).item())",
        facts={"rate": rate},
    )


@below_zero.second_way
def _rate_from_signature(layer: str, x: float) -> float:
    def default(of: type[nn.Module], name: str) -> float:
        return float(inspect.signature(of).parameters[name].default)

    rates = {
        "nn.LeakyReLU()": default(nn.LeakyReLU, "negative_slope"),
        "nn.PReLU()": default(nn.PReLU, "init"),
        "nn.ReLU()": 0.0,
        "nn.RReLU().eval()": (default(nn.RReLU, "lower") + default(nn.RReLU, "upper")) / 2,
    }
    return rates[layer] * x + 0.0


def _measured(name: str) -> dict[str, tuple[bool, str]]:
    """Of each property whether `name` has it, and the figure that says so."""
    x = line(-20, 20, 4001)
    y, slope = FUNCTIONS[name](x), slopes(FUNCTIONS[name], x)
    ends = FUNCTIONS[name](torch.tensor([-1e4, 1e4], dtype=real()))
    at_minus_3 = slopes(FUNCTIONS[name], torch.tensor(-3.0)).item()
    jump = slope.diff().abs().max().item()
    middle = FUNCTIONS[name](torch.tensor(0.0)).item()
    mirrored = (y + y.flip(0)).abs().max().item()
    return {
        "bounded": (ends.abs().max().item() < 10, f"f(−10⁴) = {ends[0].item():g}, f(10⁴) = {ends[1].item():g}"),
        "negative": (y.min().item() < 0, f"min f = {y.min().item():.3g}"),
        "silent at -3": (at_minus_3 == 0, f"f′(−3) = {at_minus_3:.3g}"),
        "never falls": (slope.min().item() >= 0, f"min f′ = {slope.min().item():.3g}"),
        "kink": (jump > 0.5, f"max |f′(x + 0.01) − f′(x)| = {jump:.2g}"),
        "0.5 at 0": (middle == 0.5, f"f(0) = {middle:g}"),
        "odd": (mirrored < 1e-6, f"max |f(x) + f(−x)| = {mirrored:.2g}"),
        "steeper than 1": (slope.max().item() > 1 + 1e-6, f"max f′ = {slope.max().item():.4g}"),
    }
