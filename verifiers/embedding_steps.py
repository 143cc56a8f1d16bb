"""Steps of optimisers on an embedding: which rows they move, and which of them take a sparse gradient."""

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import torch
from torch import nn, optim

from quizapp.authoring import Choice, Result, Text, Value, mistake, verifier

_OPTIMISERS: dict[str, Callable[[Any], optim.Optimizer]] = {
    "SGD(lr=0.1)": lambda p: optim.SGD(p, lr=0.1),
    "SGD(lr=0.1, momentum=0.9)": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "SGD(lr=0.1, weight_decay=0.01)": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01),
    "Adagrad(lr=0.1)": lambda p: optim.Adagrad(p, lr=0.1),
    "Adam(lr=0.1)": lambda p: optim.Adam(p, lr=0.1),
    "AdamW(lr=0.1)": lambda p: optim.AdamW(p, lr=0.1),
    "SparseAdam(lr=0.1)": lambda p: optim.SparseAdam(p, lr=0.1),
}
_DENSE = [name for name in _OPTIMISERS if not name.startswith("Sparse")]


@verifier("torch")
def movers(before: Annotated[str, Choice("never", "in the step before")]) -> Result:
    """Which optimisers move a row that this step doesn't look up: never looked up so far, or in the step before."""
    moved: list[Value] = []
    steps: list[str | Text] = []
    for name in _DENSE:
        layer = nn.Embedding(4, 2)
        with torch.no_grad():
            layer.weight.fill_(1.0)
        optimiser = _OPTIMISERS[name](layer.parameters())
        by = 0.0
        for ids in ([1] if before == "never" else [0, 1], [1]):
            kept = layer.weight[0].detach().clone()
            _step(layer, optimiser, ids)
            by = (layer.weight[0] - kept).abs().max().item()
        steps.append(f"{name}: {by:.2g}")
        if by > 0:
            moved.append(name)
    decays: list[Value] = ["SGD(lr=0.1, weight_decay=0.01)", "AdamW(lr=0.1)"]
    return Result(
        moved,
        steps=steps,
        mistakes=[
            mistake([], "A gradient of 0 isn't yet a step of 0.", "梯度为 0 不等于更新量为 0。"),
            mistake(
                decays,
                "Momentum and Adam's averages still carry the gradient of the step before.",
                "动量和 Adam 的滑动平均里还留着上一步的梯度。",
            ),
            mistake([*_DENSE], "Plain SGD adds lr · 0, and nothing.", "普通 SGD 只会加上 lr · 0，什么也不变。"),
        ],
        snippet=_MOVERS.format(first=[1] if before == "never" else [0, 1]),
    )


@movers.second_way
def _by_update_rules(before: str) -> list[str]:
    gradients = (0.0 if before == "never" else 2.0, 0.0)  # of the row's entries, all 1 at first, in both steps
    return [name for name, rule in _RULES.items() if rule(gradients)]


def _sgd(gradients: Sequence[float], momentum: float = 0.0, decay: float = 0.0) -> bool:
    """Whether the last step changes a weight of 1, by the rule in torch's documentation; so of the others below."""
    weight, velocity, step = 1.0, 0.0, 0.0
    for gradient in gradients:
        velocity = momentum * velocity + gradient + decay * weight
        step = 0.1 * velocity
        weight -= step
    return step != 0


def _adagrad(gradients: Sequence[float]) -> bool:
    squares, step = 0.0, 0.0
    for gradient in gradients:
        squares += gradient**2
        step = 0.1 * gradient / (math.sqrt(squares) + 1e-10)
    return step != 0


def _adam(gradients: Sequence[float], decay: float = 0.0) -> bool:
    weight, mean, square, step = 1.0, 0.0, 0.0, 0.0
    for t, gradient in enumerate(gradients, 1):
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        step = 0.1 * decay * weight + 0.1 * (mean / (1 - 0.9**t)) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
        weight -= step
    return step != 0


_RULES: dict[str, Callable[[Sequence[float]], bool]] = {
    "SGD(lr=0.1)": _sgd,
    "SGD(lr=0.1, momentum=0.9)": lambda gradients: _sgd(gradients, momentum=0.9),
    "SGD(lr=0.1, weight_decay=0.01)": lambda gradients: _sgd(gradients, decay=0.01),
    "Adagrad(lr=0.1)": _adagrad,
    "Adam(lr=0.1)": _adam,
    "AdamW(lr=0.1)": lambda gradients: _adam(gradients, decay=0.01),
}


@verifier(
    "torch",
    examples=[
        (
            {},
            [
                "SGD(lr=0.1)",
                "SGD(lr=0.1, momentum=0.9)",
                "Adagrad(lr=0.1)",
                "SparseAdam(lr=0.1)",
            ],
        )
    ],
)
def takes_sparse() -> Result:
    """Which optimisers can step with the gradient of nn.Embedding(…, sparse=True)."""
    taken: list[Value] = []
    steps: list[str | Text] = []
    for name, make in _OPTIMISERS.items():
        layer = nn.Embedding(4, 2, sparse=True)
        try:
            with torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
                _step(layer, make(layer.parameters()), [1])
            taken.append(name)
            steps.append(Text(f"{name}: steps", f"{name}：可以"))
        except RuntimeError as error:
            steps.append(f"{name}: RuntimeError: {str(error).splitlines()[0][:60]}")
    return Result(
        taken,
        steps=steps,
        mistakes=[
            mistake(["SparseAdam(lr=0.1)"], "SGD and Adagrad take it as well.", "SGD 和 Adagrad 也支持。"),
            mistake(
                [*(name for name in _OPTIMISERS if not name.startswith("Adam"))],
                "Weight decay adds a share of every row to the gradient, and that is no longer sparse.",
                "权重衰减要把每一行的一部分加到梯度上，结果就不再稀疏了。",
            ),
            mistake([*_OPTIMISERS], "Some of them refuse a sparse gradient.", "其中有些会拒绝稀疏梯度。"),
        ],
        snippet=_SPARSE,
    )


def _step(layer: nn.Embedding, optimiser: optim.Optimizer, ids: list[int]) -> None:
    optimiser.zero_grad()
    torch.autograd.backward(layer(torch.tensor(ids)).pow(2).sum())
    optimiser.step()


_MOVERS = """\
import torch
from torch import nn, optim

moved = []
for make in (
    "SGD(lr=0.1)",
    "SGD(lr=0.1, momentum=0.9)",
    "SGD(lr=0.1, weight_decay=0.01)",
    "Adagrad(lr=0.1)",
    "Adam(lr=0.1)",
    "AdamW(lr=0.1)",
):
    emb = nn.Embedding(4, 2)
    name, settings = make[:-1].split("(")
    optimiser = getattr(optim, name)(emb.parameters(), **eval(f"dict({{settings}})"))
    for ids in ({first}, [1]):
        kept = emb.weight[0].clone()
        optimiser.zero_grad()
        emb(torch.tensor(ids)).pow(2).sum().backward()
        optimiser.step()
    if not kept.equal(emb.weight[0]):
        moved.append(make)
print(moved)"""

_SPARSE = """\
import torch
from torch import nn, optim

taken = []
for make in (
    "SGD(lr=0.1)",
    "SGD(lr=0.1, momentum=0.9)",
    "SGD(lr=0.1, weight_decay=0.01)",
    "Adagrad(lr=0.1)",
    "Adam(lr=0.1)",
    "AdamW(lr=0.1)",
    "SparseAdam(lr=0.1)",
):
    emb = nn.Embedding(4, 2, sparse=True)
    name, settings = make[:-1].split("(")
    optimiser = getattr(optim, name)(emb.parameters(), **eval(f"dict({settings})"))
    emb(torch.tensor([1])).pow(2).sum().backward()
    try:
        with torch.sparse.check_sparse_tensor_invariants(True):
            optimiser.step()
        taken.append(make)
    except RuntimeError as error:
        print(make, error)
print(taken)"""
