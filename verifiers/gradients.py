"""When gradients come into being, and where they are kept."""

from collections.abc import Mapping
from typing import Annotated, Any

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted

from quizapp.authoring import Choice, Result, Value, mistake, verifier
from verifiers.execution import Ran, execute


@verifier(
    "torch",
    where=["weight_learns or bias_learns", "weight_learns or line != 'hidden.retain_grad()'"],
    limit_s=5.0,
)
def holders(
    weight_learns: Annotated[bool, Choice(True, False)] = True,
    bias_learns: Annotated[bool, Choice(True, False)] = True,
    line: Annotated[str, Choice("hidden.retain_grad()", "print(hidden.shape)")] = "print(hidden.shape)",
) -> Result:
    """Which of weight, bias, hidden, loss hold a gradient after loss.backward(); the optimiser is asked too."""
    names = _graph(weight_learns, bias_learns, line)
    held: list[Value] = [name for name in _KEEPERS if _grad(names[name]) is not None]
    return Result(
        held,
        steps=[f"{name}.grad: {_plain(_grad(names[name]))}" for name in _KEEPERS]
        + [f"optimizer.state: {dict(names['optimizer'].state)}"],
        mistakes=[
            mistake(
                [*_KEEPERS],
                "The gradients of what is computed on the way are used and dropped, unless retain_grad() was called.",
                "中间结果的梯度用完就丢，除非调用过 retain_grad()。",
            ),
            mistake(
                [*_learning(weight_learns, bias_learns), "hidden"],
                "hidden is no leaf: without retain_grad() its gradient isn't kept.",
                "hidden 不是叶子张量，没调用 retain_grad() 就不保留梯度。",
            ),
            mistake(
                [*_learning(weight_learns, bias_learns)],
                "retain_grad() has hidden keep its gradient as well.",
                "调用了 retain_grad()，hidden 也会保留梯度。",
            ),
            mistake(
                ["weight", "bias"],
                "A tensor with requires_grad=False gets no gradient.",
                "requires_grad=False 的张量不会得到梯度。",
            ),
        ],
        snippet=_GRAPH.format(weight_learns=weight_learns, bias_learns=bias_learns, line=line),
    )


@holders.second_way
def _holders_by_rule(
    weight_learns: bool = True, bias_learns: bool = True, line: str = "print(hidden.shape)"
) -> list[str]:
    return [*_learning(weight_learns, bias_learns), *(["hidden"] if "retain_grad" in line else [])]


@verifier("torch", limit_s=5.0)
def keeper(
    moment: Annotated[str, Choice("forward", "backward", "step", "next forward", "zero_grad")] = "backward",
) -> Result:
    """Where a weight's gradient is found after a call of a training step: `the parameter`, `the optimiser`, `nowhere`.

    The calls come in the order of the choices; `next forward` is that of the next batch, before anything is cleared.
    """
    weight = torch.tensor(3.0, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    loss = weight**2
    done = _MOMENTS.index(moment)
    for call in (loss.backward, optimizer.step, lambda: weight**2, optimizer.zero_grad)[:done]:
        call()
    places = {
        "the parameter": [weight.grad],
        "the optimiser": [one for state in optimizer.state.values() for one in state.values()],
    }
    found = [
        name
        for name, values in places.items()
        if any(isinstance(one, torch.Tensor) and one.item() == 6.0 for one in values)
    ]
    return Result(", ".join(found) or "nowhere", steps=[f"weight.grad: {_plain(weight.grad)}"])


@keeper.second_way
def _keeper_by_hooks(moment: str = "backward") -> str:
    """torch calls a hook of the parameter when a gradient has been added to it."""
    seen: list[str] = []
    weight = torch.tensor(3.0, requires_grad=True)
    weight.register_post_accumulate_grad_hook(lambda _: seen.append("the parameter"))  # type: ignore[no-untyped-call]
    optimizer = torch.optim.SGD([weight], lr=0.1)
    loss = weight**2
    for call in (loss.backward, optimizer.step, lambda: weight**2)[: _MOMENTS.index(moment)]:
        call()
    return seen[-1] if seen and moment != "zero_grad" else "nowhere"


_MOMENTS = ("forward", "backward", "step", "next forward", "zero_grad")
_KEEPERS = ("weight", "bias", "hidden", "loss")

_GRAPH = """\
import torch

x = torch.ones(2)
weight = torch.tensor(3.0, requires_grad={weight_learns})
bias = torch.tensor(1.0, requires_grad={bias_learns})
optimizer = torch.optim.SGD([weight, bias], lr=0.1)
hidden = weight * x
{line}
loss = (hidden + bias).sum()
loss.backward()"""


def shown(ran: Ran) -> str:
    """What a program printed, and under it the name of the exception that ended it."""
    lines = [ran.printed] if ran.printed else []
    return "\n".join([*lines, type(ran.error).__name__] if ran.error else lines)


def _graph(weight_learns: bool, bias_learns: bool, line: str) -> Mapping[str, Any]:
    ran = execute(_GRAPH.format(weight_learns=weight_learns, bias_learns=bias_learns, line=line))
    assert ran.error is None, ran.error
    return ran.names


def _learning(weight_learns: bool, bias_learns: bool) -> list[str]:
    return [name for name, learns in (("weight", weight_learns), ("bias", bias_learns)) if learns]


def _grad(tensor: torch.Tensor) -> torch.Tensor | None:
    """Its gradient, without torch's warning that only leaves keep theirs."""
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def _plain(tensor: torch.Tensor | None) -> str:
    return "None" if tensor is None else str(tensor.tolist())
