"""A step of training, with its calls in every order: a tiny model is trained with each, and its weight tells."""

from collections.abc import Sequence
from typing import Annotated, Any

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Attempt, Choice, Explored, Int, Lines, Result, Text, Value, attempt, mistake, verifier
from verifiers.execution import execute
from verifiers.traced_loop import traced

Batch = tuple[float, float]

_BATCHES: tuple[Batch, ...] = ((1.0, 3.0), (2.0, 2.0), (0.5, 4.0))
# Gradients whose sums can be told apart, and what the steps move by with each of the effects.
_APART = (1, 10, 100)
_EFFECTS = {"own": [1.0, 10.0, 100.0], "sum": [1.0, 11.0, 111.0], "before": [0.0, 1.0, 10.0], "nothing": [0.0] * 3}


_NOTE: list[Value] = [
    "prediction = model(x)",
    "loss = criterion(prediction, y)",
    "optimizer.zero_grad()",
    "loss.backward()",
    "optimizer.step()",
]


@verifier("torch", limit_s=5.0, examples=[({"lines": _NOTE}, _NOTE)])
def step(lines: Annotated[list[str], Lines()]) -> Result:
    """The lines of one step of training, in an order that works for batch after batch."""
    value: list[Value] = [*lines]
    weights = _weights(lines)
    return Result(
        value,
        steps=[
            Text(
                f"batch {nth}: the weight becomes {weight:.4g}",
                f"第 {nth} 个 batch 之后，权重为 {weight:.4g}",
            )
            for nth, weight in enumerate(weights, 1)
        ],
        snippet=_LOOP.format(body="\n    ".join(lines)),
        facts={"first": weights[0], "last": weights[-1]},
    )


@step.attempt
def trains(answer: list[str]) -> Attempt:
    """Trains with the learner's order, and compares the weight after each batch with plain gradient descent."""
    try:
        got = _weights(answer)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return attempt(False, en=f"In this order it raises {said}", zh=f"按此顺序会抛出 {said}")
    wanted = descent()
    walked = " → ".join(f"{weight:.4g}" for weight in got)
    if all(abs(one - other) < 1e-4 for one, other in zip(got, wanted, strict=True)):
        return attempt(
            True,
            en=f"The weight goes 1 → {walked}, each step by its own batch's gradient.",
            zh=f"权重 1 → {walked}，每一步用的都是本 batch 的梯度。",
        )
    right = " → ".join(f"{weight:.4g}" for weight in wanted)
    return attempt(
        False,
        en=f"It runs, but the weight goes 1 → {walked}; with each batch's own gradient it goes 1 → {right}.",
        zh=f"能运行，但权重是 1 → {walked}；每步都用本 batch 的梯度时应为 1 → {right}。",
    )


def descent(lr: float = 0.1) -> list[float]:
    """The weight after each batch, by autograd alone: no optimiser, and nothing that could add up."""
    weight, found = torch.tensor(1.0), []
    for x, y in _BATCHES:
        leaf = weight.clone().requires_grad_()
        (slope,) = torch.autograd.grad((leaf * x - y) ** 2, leaf)
        weight = weight - lr * slope
        found.append(weight.item())
    return found


Line = Annotated[
    list[str],
    Choice(
        ["optimizer.zero_grad()", "loss.backward()", "optimizer.step()"],
        ["loss.backward()", "optimizer.step()", "optimizer.zero_grad()"],
        ["optimizer.step()", "optimizer.zero_grad()", "loss.backward()"],
        ["loss.backward()", "optimizer.zero_grad()", "optimizer.step()"],
        ["optimizer.zero_grad()", "optimizer.step()", "loss.backward()"],
        ["optimizer.step()", "loss.backward()", "optimizer.zero_grad()"],
        ["loss.backward()", "optimizer.step()", "print(weight.item())"],
        ["loss.backward()", "print(weight.grad)", "optimizer.step()"],
    ),
]


@verifier("torch", limit_s=5.0)
def effect(order: Line) -> Result:
    """What a loop's steps move the weight by: its own gradient, all so far, the one before, or nothing.

    The value is `own`, `sum`, `before` or `nothing`.
    """
    moved: list[Value] = [*_moves(order)]
    value = _named(moved)
    told = {
        name: (", ".join(f"{one:g}" for one in moves), "、".join(f"{one:g}" for one in moves))
        for name, moves in _EFFECTS.items()
    }
    ran = (", ".join(f"{one:g}" for one in moved), "、".join(f"{one:g}" for one in moved))
    return Result(
        value,
        steps=[Text(f"gradients 1, 10, 100: the steps move by {ran[0]}", f"梯度 1、10、100：各步移动 {ran[1]}")],
        mistakes=[
            mistake(
                name,
                f"With the gradients 1, 10, 100 the steps would move by {en}; they move by {ran[0]}.",
                f"梯度依次为 1、10、100 时，各步移动的应是 {zh}；实际是 {ran[1]}。",
            )
            for name, (en, zh) in told.items()
        ],
        snippet=_MOVES.format(body="\n    ".join(order)),
        facts={"moved": moved},
    )


@effect.second_way
def _effect_by_hand(order: list[str]) -> str:
    """A gradient that is a number or nothing, a pile that backward() adds to."""
    pile: int | None = None
    moved: list[int] = []
    for gradient in _APART:
        before = len(moved)
        for line in order:
            if "zero_grad" in line:
                pile = None
            elif "backward" in line:
                pile = (pile or 0) + gradient
            elif "step" in line:
                moved.append(pile or 0)
        assert len(moved) == before + 1
    for name, moves in _EFFECTS.items():
        if moves == moved:
            return name
    raise AssertionError(moved)


Slope = Annotated[int, Int(1, 50)]


@verifier("torch", where=["a != b", "b != c"], limit_s=5.0)
def ended(
    order: Line,
    start: Annotated[int, Int(-10, 10)],
    lr: Annotated[float, Choice(0.001, 0.01, 0.1, 0.5, 1.0)],
    a: Slope,
    b: Slope,
    c: Slope,
) -> Result:
    """The weight after three batches with the calls in this order, on losses whose own gradients are a, b and c."""
    program = _ENDED.format(body="\n    ".join(order), start=start, lr=lr, a=a, b=b, c=c)
    value = float(execute(program).printed.splitlines()[-1])
    effect = _named(_moves(order))
    used = {"own": [a, b, c], "sum": [a, a + b, a + b + c], "before": [0, a, b], "nothing": [0, 0, 0]}
    told = {
        "own": (
            "That is what the right order gives, each step with its own batch's gradient.",
            "这是顺序正确、每步用本 batch 的梯度时的结果。",
        ),
        "sum": (
            "That is without any clearing, where each step uses the sum of all gradients so far.",
            "这是从不清零的结果：每步用的是之前所有梯度之和。",
        ),
        "before": (
            "That is with step() before the clearing and backward(), each step a batch late.",
            "这是 step() 排在清零和 backward() 之前的结果：每步都慢一个 batch。",
        ),
        "nothing": (
            "The weight does move: a gradient is there when step() runs.",
            "权重是会动的：step() 运行时有梯度。",
        ),
    }
    return Result(
        value,
        steps=[
            Text(
                f"the steps use {', '.join(map(str, used[effect]))}",
                f"各步用到的梯度：{'、'.join(map(str, used[effect]))}",
            ),
            f"{start} − {lr:g} · ({' + '.join(map(str, used[effect]))}) = {value:g}",
        ],
        mistakes=[
            *(mistake(start - lr * sum(used[name]), en, zh) for name, (en, zh) in told.items()),
            mistake(2 * start - value, "A step goes against the gradient.", "更新方向与梯度相反。"),
        ],
        snippet=program,
        facts={"right": round(start - lr * (a + b + c), 4), "used": [*used[effect]]},
    )


@ended.second_way
def _ended_by_hand(order: list[str], start: int, lr: float, a: int, b: int, c: int) -> float:
    pile, weight = 0, float(start)
    for gradient in (a, b, c):
        for line in order:
            if "zero_grad" in line:
                pile = 0
            elif "backward" in line:
                pile += gradient
            elif "step" in line:
                weight -= lr * pile
    return weight


@ended.explore(
    start=Int(-10, 10, often=(5,)), lr=Choice(0.1, 0.001, 0.01, 0.5, 1.0),
    a=Int(1, 50, often=(3,)), b=Int(1, 50, often=(7,)), c=Int(1, 50, often=(2,)),
)  # fmt: skip
def _traced(
    order: list[str], start: int, lr: float, a: int, b: int, c: int, *, step: Annotated[int, Int(0, 8)]
) -> Explored:
    return traced(order, start, lr, (a, b, c), step)


_LOOP = """\
import torch
from torch import nn

model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in ((1.0, 3.0), (2.0, 2.0), (0.5, 4.0)):
    x, y = torch.tensor([[x]]), torch.tensor([[y]])
    {body}
    print(model.weight.item())"""

_MOVES = """\
import torch

weight = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=1)
for x in (1, 10, 100):
    loss = x * weight
    before = weight.item()
    {body}
    print("moved by", before - weight.item())"""

_ENDED = """\
import torch

weight = torch.tensor({start}.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr={lr:g})
for x in ({a}, {b}, {c}):
    loss = x * weight
    {body}
print(round(weight.item(), 4))"""


def _weights(lines: Sequence[str]) -> list[float]:
    """The weight after each batch, the lines run for one after the other as in a loop. Raises what they raise."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    names: dict[str, Any] = {
        "model": model,
        "criterion": nn.MSELoss(),
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.1),
    }
    found = []
    for x, y in _BATCHES:
        names |= {"x": torch.tensor([[x]]), "y": torch.tensor([[y]])}
        ran = execute("\n".join(lines), **names)
        if ran.error:
            raise ran.error
        names = ran.names
        found.append(model.weight.item())
    return found


def _moves(order: Sequence[str]) -> list[float]:
    """By how much each step of the loop in `_MOVES` takes the weight down."""
    weight = torch.tensor(0.0, requires_grad=True)
    names: dict[str, Any] = {"weight": weight, "optimizer": torch.optim.SGD([weight], lr=1)}
    moved = []
    for x in _APART:
        before = weight.item()
        ran = execute("\n".join([f"loss = {x} * weight", *order]), **names)
        assert ran.error is None
        names = ran.names
        moved.append(before - weight.item())
    return moved


def _named(moved: Sequence[Value]) -> str:
    return next(name for name, moves in _EFFECTS.items() if moves == list(moved))
