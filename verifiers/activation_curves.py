"""Activation functions and their slopes as curves, to be recognised."""

from collections.abc import Callable, Mapping
from typing import Annotated

import torch

from quizapp.authoring import Choice, Explored, Grid, Mistake, Result, Text, Value, verifier
from verifiers.activations import BY_HAND, FUNCTIONS
from verifiers.curves import Function, line, slopes
from verifiers.drawing import plot
from verifiers.tangents import at_cursor

# What tells a curve from the others; a wrong answer is told that of its own.
_MARKS = {
    "sigmoid": Text("sigmoid runs from 0 to 1, through 0.5 at x = 0", "sigmoid 从 0 到 1，在 x = 0 处为 0.5"),
    "tanh": Text("tanh runs from −1 to 1, through the origin", "tanh 从 −1 到 1，过原点"),
    "relu": Text("relu is 0 on the left, then the diagonal", "relu 左边恒为 0，右边是对角线"),
    "leaky_relu": Text(
        "leaky_relu is straight on the left, with a slope of 0.01",
        "leaky_relu 左边是斜率 0.01 的直线",
    ),
    "elu": Text("elu bends down to −1 on the left", "elu 左边弯向 −1"),
    "selu": Text("selu bends down to −1.76 on the left", "selu 左边弯向 −1.76"),
    "gelu": Text("gelu dips to −0.17 near x = −0.75", "gelu 在 x ≈ −0.75 处有 −0.17 的低谷"),
    "silu": Text("silu dips to −0.28 near x = −1.28", "silu 在 x ≈ −1.28 处有 −0.28 的低谷"),
    "softplus": Text(
        "softplus is a relu without the corner, 0.69 at x = 0", "softplus 是没有折角的 relu，x = 0 处为 0.69"
    ),
    "hardswish": Text(
        "hardswish is exactly 0 up to x = −3, then a parabola", "hardswish 在 x = −3 之前恒为 0，然后是一段抛物线"
    ),
    "hardsigmoid": Text("hardsigmoid is straight from (−3, 0) to (3, 1)", "hardsigmoid 从 (−3, 0) 到 (3, 1) 是直线"),
    "hardtanh": Text("hardtanh is straight from (−1, −1) to (1, 1)", "hardtanh 从 (−1, −1) 到 (1, 1) 是直线"),
    "softsign": Text(
        "softsign nears −1 and 1 slowly: it is ±0.8 at the picture's edges", "softsign 很慢地接近 ±1，图的两端才 ±0.8"
    ),
}
_SLOPE_MARKS = {
    "sigmoid": Text("sigmoid's slope is a hump of 0.25", "sigmoid 的斜率是高 0.25 的小鼓包"),
    "tanh": Text("tanh's slope is a hump of 1", "tanh 的斜率是高 1 的鼓包"),
    "softsign": Text("softsign's slope has a sharp tip of 1", "softsign 的斜率在 0 处是尖顶，高 1"),
    "relu": Text("relu's slope is 0, then 1", "relu 的斜率是 0，然后是 1"),
    "elu": Text("elu's slope grows to 1 and stays there", "elu 的斜率升到 1 后保持不变"),
    "selu": Text("selu's slope jumps down from 1.76 to 1.05 at 0", "selu 的斜率在 0 处从 1.76 跳到 1.05"),
    "softplus": Text("softplus's slope is the sigmoid", "softplus 的斜率就是 sigmoid"),
    "silu": Text("silu's slope is below 0 on the left and above 1 on the right", "silu 的斜率左边低于 0，右边高于 1"),
    "hardtanh": Text("hardtanh's slope is a box of 1 from −1 to 1", "hardtanh 的斜率是 −1 到 1 之间高 1 的方块"),
    "hardsigmoid": Text(
        "hardsigmoid's slope is a low box of 1/6 from −3 to 3", "hardsigmoid 的斜率是 −3 到 3 之间高 1/6 的矮方块"
    ),
    "hardswish": Text(
        "hardswish's slope is a straight ramp from −0.5 to 1.5, between two jumps",
        "hardswish 的斜率是从 −0.5 到 1.5 的斜线，两端各有一次跳变",
    ),
}
_SHOWN = (-4.0, -1.0, 0.0, 1.0, 4.0)
# Curves that a picture this small can't tell apart are never options together.
_ALIKE = ({"gelu", "silu", "hardswish"}, {"relu", "leaky_relu"})
# Curves that are told apart where they are small.
_CLOSE = ("silu", "gelu", "hardswish", "leaky_relu")
# function -> what it is most easily taken for, first.
_NEAR = {
    "sigmoid": ["hardsigmoid", "tanh", "softplus"],
    "hardsigmoid": ["sigmoid", "hardtanh", "tanh"],
    "tanh": ["softsign", "hardtanh", "sigmoid"],
    "softsign": ["tanh", "sigmoid", "hardtanh"],
    "hardtanh": ["tanh", "hardsigmoid", "softsign"],
    "relu": ["softplus", "silu", "elu"],
    "softplus": ["relu", "silu", "elu"],
    "elu": ["selu", "silu", "softplus"],
    "selu": ["elu", "relu", "silu"],
    "silu": ["relu", "elu", "softplus"],
    "gelu": ["relu", "elu", "softplus"],
}


@verifier("torch")
def curve(
    function: Annotated[
        str,
        Choice(
            "sigmoid",
            "tanh",
            "relu",
            "elu",
            "selu",
            "gelu",
            "silu",
            "softplus",
            "hardsigmoid",
            "hardtanh",
            "softsign",
        ),
    ],
) -> Result:
    """Which activation function a curve from −4 to 4 shows."""
    points = _points(FUNCTIONS[function])
    frame = (-1.25, 1.25) if max(abs(y) for _, y in points) <= 1 else (-2.0, 4.0)
    return Result(
        function,
        steps=[f"f({x:g}) = {FUNCTIONS[function](torch.tensor(x)).item() + 0.0:.3g}" for x in _SHOWN],
        mistakes=[_taken(name, _MARKS) for name in _NEAR[function]],
        distractors=_others(function, list(_MARKS)),
        snippet=_SNIPPET.format(call=_call(function)),
        facts=_mark(function, _MARKS),
        picture=plot({function: points}, x=(-4, 4), y=frame, height=15, names=False),
    )


@curve.second_way
def _curve_by_hand(function: str) -> str:
    points = [(x, y) for x, y in _points(FUNCTIONS[function]) if round(x * 100) % 50 == 0]
    return _nearest(points, BY_HAND)


@curve.explore
def _under_cursor(function: str, *, cursor: Annotated[float, Grid(-4.0, 4.0, 0.1)] = 0.0) -> Explored:
    return at_cursor(function, FUNCTIONS[function], cursor)


@verifier("torch")
def dip(function: Annotated[str, Choice("gelu", "silu", "hardswish", "leaky_relu")]) -> Result:
    """Which of four functions that differ from a ReLU by little a close view from −5 to 1 shows."""
    x = line(-5, 1, 601)
    y = FUNCTIONS[function](x)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    low = y.argmin()
    others = [name for name in _CLOSE if name != function]
    return Result(
        function,
        steps=[
            Text(
                f"lowest point from −5 to 1: ({x[low].item():.2f}, {y[low].item():.3f})",
                f"−5 到 1 之间的最低点：({x[low].item():.2f}, {y[low].item():.3f})",
            ),
            f"f(-4) = {FUNCTIONS[function](torch.tensor(-4.0)).item() + 0.0:.4f}",
        ],
        mistakes=[_taken(name, _MARKS) for name in others],
        snippet=_SNIPPET.format(call=_call(function)),
        facts=_mark(function, _MARKS),
        picture=plot({function: points}, x=(-5, 1), y=(-0.4, 0.1), height=14, names=False),
    )


@dip.second_way
def _dip_by_hand(function: str) -> str:
    y = FUNCTIONS[function](torch.tensor([-4.0, -2.0, -1.0])).tolist()
    return _nearest(list(zip([-4.0, -2.0, -1.0], y, strict=True)), {name: BY_HAND[name] for name in _CLOSE})


@verifier("torch")
def slope(
    function: Annotated[
        str,
        Choice(
            "sigmoid",
            "tanh",
            "softsign",
            "relu",
            "elu",
            "selu",
            "softplus",
            "silu",
            "hardtanh",
            "hardsigmoid",
            "hardswish",
        ),
    ],
) -> Result:
    """Whose slope, as autograd finds it from −4 to 4, a curve shows."""
    x = line(-4, 4, 401)
    found = slopes(FUNCTIONS[function], x)
    points = list(zip(x.tolist(), found.tolist(), strict=True))
    others = _others(function, list(_SLOPE_MARKS))
    return Result(
        function,
        steps=[f"f′({at:g}) = {slopes(FUNCTIONS[function], torch.tensor(at)).item():.3g}" for at in _SHOWN],
        mistakes=[_taken(name, _SLOPE_MARKS) for name in others],
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        "x = torch.linspace(-4, 4, 9, requires_grad=True)\n"
        f"{_call(function)}.sum().backward()\nprint(x.grad.tolist())",
        facts=_mark(function, _SLOPE_MARKS),
        picture=plot({function: points}, x=(-4, 4), y=(-0.6, 1.8), height=14, names=False),
    )


@slope.second_way
def _slope_by_differences(function: str) -> str:
    x = torch.tensor([-3.45, -2.05, -0.65, 0.35, 1.45, 3.35])
    found = slopes(FUNCTIONS[function], x).tolist()

    def apart(name: str) -> float:
        by_hand = BY_HAND[name]
        rises = [(by_hand(at + 1e-5) - by_hand(at - 1e-5)) / 2e-5 for at in x.tolist()]
        return max(abs(float(one) - other) for one, other in zip(found, rises, strict=True))

    return min(BY_HAND, key=apart)


def _points(function: Function) -> list[tuple[float, float]]:
    x = line(-4, 4, 401)
    return list(zip(x.tolist(), function(x).tolist(), strict=True))


def _nearest(points: list[tuple[float, float]], functions: Mapping[str, Callable[[float], float]]) -> str:
    def apart(name: str) -> float:
        return max(abs(functions[name](x) - y) for x, y in points)

    return min(functions, key=apart)


def _taken(name: str, marks: dict[str, Text]) -> Mistake:
    return Mistake(name, Text(f"{marks[name].en}.", f"{marks[name].zh}。"))


def _mark(function: str, marks: dict[str, Text]) -> dict[str, Value]:
    return {"mark": marks[function].en, "mark_zh": marks[function].zh}


def _others(function: str, names: list[str]) -> list[str]:
    """What may be offered beside `function`: the most alike first, and none that looks the same as another."""
    taken = [function]
    for name in [*_NEAR.get(function, []), *names]:
        if name in names and name not in taken and not any({name, one} <= group for one in taken for group in _ALIKE):
            taken.append(name)
    return taken[1:]


def _call(function: str) -> str:
    return f"torch.{function}(x)" if function in ("sigmoid", "tanh") else f"F.{function}(x)"


_SNIPPET = """\
import torch
from torch.nn import functional as F

x = torch.linspace(-4, 4, 9)
print({call}.tolist())"""
