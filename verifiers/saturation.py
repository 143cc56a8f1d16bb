"""Units that learn nothing: where a slope is rounded to 0, and where a ReLU is dead."""

import math
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Array, Choice, Result, Text, Tolerance, mistake, verifier
from verifiers.curves import Function, slopes

_DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}


@verifier("torch")
def first_flat(
    activation: Annotated[str, Choice("sigmoid", "tanh")],
    dtype: Annotated[str, Choice("float16", "bfloat16", "float32", "float64")],
) -> Result:
    """The smallest whole x at which autograd's slope of sigmoid or tanh is exactly 0, in a floating-point type."""
    function: Function = torch.sigmoid if activation == "sigmoid" else torch.tanh
    kind = _DTYPES[dtype]
    all_x = torch.arange(100, device="cpu").to(kind)
    found = slopes(function, all_x)
    first = int((found == 0).nonzero()[0].item())
    bits = 1 - round(math.log2(torch.finfo(kind).eps))
    before = function(all_x[first - 1]).double().item()
    return Result(
        first,
        steps=[
            f"{activation}({first - 1}) = {before!r},  x.grad = {found[first - 1].item():.3g}",
            f"{activation}({first}) = {function(all_x[first]).item()!r},  x.grad = {found[first].item():g}",
        ],
        mistakes=[
            mistake(
                _first_one("tanh" if activation == "sigmoid" else "sigmoid", bits),
                "That is the other one's: tanh(x) = 2σ(2x) − 1 is flat about twice as soon.",
                "这是另一个函数的：tanh(x) = 2σ(2x) − 1，大约早一倍就变平了。",
            ),
            mistake(
                _first_one(activation, 24 if dtype != "float32" else 53),
                "That is with the bits of another type.",
                "这是按另一种类型的位数算的。",
            ),
        ],
        tolerance=Tolerance(absolute=1),
        snippet=f"import torch\n\nfor n in range(100):\n"
        f"    x = torch.tensor(float(n), dtype=torch.{dtype}, requires_grad=True)\n"
        f"    torch.{activation}(x).backward()\n    if x.grad == 0:\n        break\nprint(n)",
        facts={"bits": bits},
    )


@first_flat.second_way
def _by_rounding(activation: str, dtype: str) -> int:
    bits = {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}[dtype]
    for x in range(1, 100):
        if activation == "tanh":
            flat = 2 / (math.exp(2 * x) + 1) < 2 ** -(bits + 1)
        elif bits < 24:  # computed in float32 and rounded once
            flat = 1 / (math.exp(x) + 1) < 2 ** -(bits + 1)
        else:  # 1 / (1 + e^(−x)), whose denominator is rounded to 1
            flat = math.exp(-x) <= 2**-bits
        if flat:
            return x
    return 0


def _first_one(activation: str, bits: int) -> int:
    """Where 1 − e^(−x), or 1 − 2·e^(−2x), is nearer to 1 than to the number below it."""
    half = bits * math.log(2)
    return math.ceil(half if activation == "sigmoid" else (half + 2 * math.log(2)) / 2)


@verifier("torch")
def dead_units(
    weights: Annotated[list[list[int]], Array(1, 4, min=-5, max=5)],
    biases: Annotated[list[list[int]], Array(1, 4, min=-5, max=5)],
) -> Result:
    """How many of four units relu(w · x + b) get no gradient from the inputs 0, 0.5 and 1."""
    layer = nn.Linear(1, 4)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights, dtype=torch.float32).T)
        layer.bias.copy_(torch.tensor(biases[0], dtype=torch.float32))
    total = F.relu(layer(torch.tensor([[0.0], [0.5], [1.0]]))).sum()
    of_weight, of_bias = torch.autograd.grad(total, [layer.weight, layer.bias])
    dead = ((of_weight[:, 0] == 0) & (of_bias == 0)).tolist()
    value = sum(dead)
    units = list(zip(weights[0], biases[0], strict=True))
    written = [f"{w} · x {'-' if b < 0 else '+'} {abs(b)}" for w, b in units]
    return Result(
        value,
        steps=[
            Text(
                f"{unit}: {b} at x = 0, {w + b} at x = 1{', dead' if off else ''}",
                f"{unit}：x = 0 时为 {b}，x = 1 时为 {w + b}{'，死亡' if off else ''}",
            )
            for unit, (w, b), off in zip(written, units, dead, strict=True)
        ],
        mistakes=[
            mistake(
                sum(min(b, w + b) <= 0 for w, b in units),
                "Those are silent for some input; dead is silent for all of them.",
                "这些只是对某些输入输出 0；对所有输入都输出 0 才算死亡。",
            ),
            mistake(
                sum(b < 0 for _, b in units),
                "A bias below 0 may be made up for by w · x.",
                "偏置为负，也可能被 w · x 拉回正值。",
            ),
            mistake(
                sum(w < 0 for w, _ in units),
                "A weight below 0 alone doesn't kill a unit, nor does one above 0 keep it alive.",
                "权重为负不一定死亡，为正也不一定存活。",
            ),
            mistake(
                sum(max(b, w + b) < 0 for w, b in units),
                "At exactly 0 a ReLU passes no gradient either.",
                "恰好为 0 时，ReLU 同样不传梯度。",
            ),
            mistake(4 - value, "Those are the ones that live.", "这是还活着的神经元数。"),
        ],
        snippet=_DEAD.format(weights=[[float(w)] for w in weights[0]], biases=[float(b) for b in biases[0]]),
    )


@dead_units.second_way
def _dead_by_ends(weights: list[list[int]], biases: list[list[int]]) -> int:
    # w · x + b is highest at one end of [0, 1].
    return sum(max(b, w + b) <= 0 for w, b in zip(weights[0], biases[0], strict=True))


_DEAD = """\
import torch
from torch import nn

layer = nn.Linear(1, 4)
layer.weight.data = torch.tensor({weights})
layer.bias.data = torch.tensor({biases})
layer(torch.tensor([[0.0], [0.5], [1.0]])).relu().sum().backward()
print(((layer.weight.grad[:, 0] == 0) & (layer.bias.grad == 0)).sum().item())"""
