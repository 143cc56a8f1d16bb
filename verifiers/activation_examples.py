"""Activation functions to be written, and points to be found on them: whatever does what was asked is right."""

import math
import random
from collections.abc import Mapping
from typing import Annotated, Any

import torch

from quizapp.authoring import Attempt, Choice, Result, attempt, verifier
from verifiers.activations import FUNCTIONS
from verifiers.curves import real, slopes

_SOURCES = {
    "hardswish": "def f(x):\n    return x * min(6, max(0, x + 3)) / 6",
    "hardsigmoid": "def f(x):\n    return min(6, max(0, x + 3)) / 6",
    "relu6": "def f(x):\n    return min(6, max(0, x))",
    "elu": "import math\n\n\ndef f(x):\n    return x if x > 0 else math.exp(x) - 1",
    "softsign": "def f(x):\n    return x / (1 + abs(x))",
    "leaky_relu": "def f(x):\n    return x if x > 0 else 0.01 * x",
    "hardtanh": "def f(x):\n    return min(1, max(-1, x))",
}


@verifier(
    "torch",
    examples=[
        ({"function": "relu6"}, "def f(x):\n    return min(6, max(0, x))"),
        ({"function": "hardswish"}, "def f(x):\n    return x * min(6, max(0, x + 3)) / 6"),
    ],
)
def to_write(
    function: Annotated[str, Choice("hardswish", "hardsigmoid", "relu6", "elu", "softsign", "leaky_relu", "hardtanh")],
) -> Result:
    """One way to write an activation function of one number in plain Python, with torch's defaults."""
    source = _SOURCES[function]
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102  # the source stands above
    return Result(
        source,
        steps=[
            f"f({x:g}) = {names['f'](x) + 0.0:.4f},  F.{function} = {_torch(function, x) + 0.0:.4f}"
            for x in (-4.0, -1.0, 1.0, 7.0)
        ],
        snippet=source,
    )


@to_write.attempt
def as_torch(answer: Mapping[str, Any], function: str) -> Attempt:
    """Calls the learner's f where torch's function bends, and at some points between."""
    f = answer.get("f")
    if not callable(f):
        return attempt(False, en="There is no function f.", zh="没有定义函数 f。")
    chance = random.Random(0)
    for x in (-1.0, 0.0, 1.0, 3.0, -3.0, 6.0, 7.5, -200.0, 800.0, *(chance.uniform(-8, 8) for _ in range(8))):
        try:
            got = f(x)
        except Exception as error:
            name = type(error).__name__
            return attempt(False, en=f"f({x:g}) raises {name}.", zh=f"f({x:g}) 抛出 {name}。")
        wanted = _torch(function, x)
        if not isinstance(got, int | float) or not math.isclose(got, wanted, rel_tol=1e-4, abs_tol=1e-5):
            return attempt(
                False,
                en=f"f({x:g}) gives {got}; torch gives {wanted:.4g}.",
                zh=f"f({x:g}) 得到 {got}，torch 得到 {wanted:.4g}。",
            )
    return attempt(True, en=f"It agrees with F.{function}.", zh=f"与 F.{function} 一致。")


# The slope of hardswish, x / 3 + 1 / 2, is lowest just above −3. SiLU's second derivative is 0 at −2.3994.
@verifier("torch", examples=[({"function": "hardswish"}, "x=-2.9"), ({"function": "silu"}, "x=-2.4")])
def falling(function: Annotated[str, Choice("silu", "gelu", "mish", "hardswish")]) -> Result:
    """An x at which a function that isn't monotone falls, as one example of many."""
    x = torch.arange(-60, 60, dtype=real()) / 10
    found = slopes(FUNCTIONS[function], x)
    steepest = x[found.argmin()].item()
    last = round(x[found < 0].max().item(), 1)
    after = round(last + 0.1, 1)
    return Result(
        f"x={steepest:g}",
        steps=[
            f"f′({steepest:g}) = {found.min().item():.4f}",
            f"f′({last:g}) = {found[x == last].item():.2g},  f′({after:g}) = {found[x == after].item():.2g}",
        ],
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"x = torch.tensor({steepest:g}, requires_grad=True)\nF.{function}(x).backward()\nprint(x.grad.item())",
        facts={"last": last, "slope": found.min().item()},
    )


@falling.attempt
def falls(answer: Mapping[str, float], function: str) -> Attempt:
    """Takes the slope where the learner says."""
    x = answer["x"]
    found = slopes(FUNCTIONS[function], torch.tensor(float(x), dtype=real())).item()
    return attempt(
        found < 0,
        en=f"At x = {x:g} the slope of {function} is {found:.3g}.",
        zh=f"x = {x:g} 处 {function} 的斜率是 {found:.3g}。",
    )


def _torch(function: str, x: float) -> float:
    return FUNCTIONS[function](torch.tensor(x, dtype=real())).item()
