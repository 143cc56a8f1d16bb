"""What each call of a training step changes: a model and its optimiser are looked at before and after."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Choice, Result, Text, Value, mistake, verifier


@verifier("torch", limit_s=5.0)
def changes(
    call: Annotated[
        str,
        Choice(
            "model(x)",
            "model.eval()(x)",
            "criterion(output, y)",
            "loss.backward()",
            "optimizer.step()",
            "optimizer.zero_grad()",
        ),
    ],
) -> Result:
    """What one call of a training loop changes: `weights`, `gradients`, `buffers`, `state` (the optimiser's)."""
    names = _ready(call)
    before = _looked(names)
    exec(call, names)  # noqa: S102  # one of the calls above
    after = _looked(names)
    value: list[Value] = [name for name in before if before[name] != after[name]]
    return Result(
        value,
        steps=[Text(f"{name}: {before[name][0]} → {after[name][0]} …") for name in value if isinstance(name, str)]
        or [Text("nothing differs afterwards", "前后没有任何变化")],
        mistakes=[mistake(changed, en, zh) for changed, en, zh in _THOUGHT.get(call, ())],
    )


@changes.second_way
def _changes_by_versions(call: str) -> list[str]:
    """torch counts by itself how often a tensor was written to; a gradient that is gone or new is another object."""
    names = _ready(call)

    def counts() -> dict[str, list[Any]]:
        model, optimizer = names["model"], names["optimizer"]
        grads = [one.grad for one in model.parameters()]
        return {
            "weights": [one._version for one in model.parameters()],
            "gradients": [None if one is None else (id(one), one._version) for one in grads],
            "buffers": [one._version for one in model.buffers()],
            "state": [one["momentum_buffer"]._version for one in optimizer.state.values()],
        }

    before = counts()
    exec(call, names)  # noqa: S102
    after = counts()
    return [name for name in before if before[name] != after[name]]


@verifier("torch", limit_s=5.0, examples=[({}, ["zero_grad", "backward", "step"])])
def calls() -> Result:
    """The methods of a training step, by what each is seen to do: clears, computes and updates, in this order."""
    methods = ("loss.backward", "optimizer.step", "optimizer.zero_grad")
    found: dict[str, str] = {}
    for method in methods:
        names = _ready(f"{method}()")
        before = _looked(names)
        exec(f"{method}()", names)  # noqa: S102
        after = _looked(names)
        cleared = before["gradients"] != after["gradients"] and set(after["gradients"]) == {None}
        kind = "clears" if cleared else "updates" if before["weights"] != after["weights"] else "computes"
        found[kind] = method.partition(".")[2]
    value: list[Value] = [found["clears"], found["computes"], found["updates"]]
    return Result(
        value,
        steps=[
            Text(f"no gradient is left after {value[0]}()", f"{value[0]}() 之后没有梯度了"),
            Text(
                f"after {value[1]}() there is one, and the weights are as before",
                f"{value[1]}() 之后有了梯度，权重没变",
            ),
            Text(f"after {value[2]}() the weights have changed", f"{value[2]}() 之后权重变了"),
        ],
    )


_THOUGHT: Mapping[str, Sequence[tuple[list[Value], str, str]]] = {
    "model(x)": (
        (
            ["gradients"],
            "A forward pass only notes how to compute gradients; in training mode it does update the statistics.",
            "前向传播只记下怎样求梯度，并不产生梯度；训练模式下它更新的是统计量。",
        ),
        (
            ["gradients", "buffers"],
            "The statistics, yes; but the gradients come with backward().",
            "统计量会更新；但梯度要等 backward() 才有。",
        ),
        ([], "In training mode BatchNorm updates its running statistics.", "训练模式下 BatchNorm 会更新滑动统计量。"),
    ),
    "model.eval()(x)": (
        (["buffers"], "After eval() the statistics are used and not updated.", "eval() 之后只使用统计量，不再更新。"),
    ),
    "loss.backward()": (
        (
            ["weights", "gradients"],
            "backward() computes; it is step() that moves the weights.",
            "backward() 只求梯度，改权重的是 step()。",
        ),
        (["weights"], "That is step(); backward() fills .grad.", "那是 step()；backward() 填的是 .grad。"),
    ),
    "optimizer.step()": (
        (
            ["weights"],
            "With momentum the optimiser keeps an average of its own, and step() updates that too.",
            "带动量时，优化器自己还存着动量缓冲，step() 也会更新它。",
        ),
        (
            ["weights", "gradients", "state"],
            "step() reads the gradients and leaves them as they are; that is why they have to be cleared.",
            "step() 只读取梯度，用完原样留着，所以才要清零。",
        ),
        (["weights", "gradients"], "step() reads the gradients, and leaves them.", "step() 只读取梯度，不改也不清。"),
    ),
    "optimizer.zero_grad()": (
        (
            ["gradients", "state"],
            "The momentum stays: zero_grad() clears .grad and nothing else.",
            "动量不受影响：zero_grad() 只清 .grad。",
        ),
    ),
}


def _ready(call: str) -> dict[str, Any]:
    """A model, its optimiser and a batch, one step of training behind them, and whatever `call` needs done."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    optimizer, criterion = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), nn.MSELoss()
    x, y = torch.randn(8, 3), torch.randn(8, 1)
    criterion(model(x), y).backward()
    optimizer.step()
    names: dict[str, Any] = {"model": model, "optimizer": optimizer, "criterion": criterion, "x": x, "y": y}
    names["output"] = model(x)
    names["loss"] = criterion(names["output"], y)
    if call == "optimizer.step()":
        names["loss"].backward()
    return names


def _looked(names: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What can change in a step of training, as plain numbers, rounded for reading."""
    model, optimizer = names["model"], names["optimizer"]
    return {
        "weights": [_mean(one) for one in model.parameters()],
        "gradients": [_mean(one.grad) for one in model.parameters()],
        "buffers": [_mean(one) for one in model.buffers()],
        "state": [_mean(one["momentum_buffer"]) for one in optimizer.state.values()],
    }


def _mean(tensor: torch.Tensor | None) -> float | None:
    return None if tensor is None else round(tensor.float().abs().mean().item(), 4)
