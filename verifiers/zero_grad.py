"""What zero_grad() leaves behind, and what that changes for a parameter that the next batch doesn't use."""

import inspect
from typing import Annotated

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.execution import execute
from verifiers.gradients import shown


@verifier("torch", limit_s=5.0)
def left(
    before: Annotated[str, Choice("loss.backward()", "loss.item()")] = "loss.backward()",
    call: Annotated[
        str,
        Choice(
            "optimizer.zero_grad()",
            "optimizer.zero_grad(set_to_none=False)",
            "weight.grad.zero_()",
            "optimizer.step()",
        ),
    ] = "optimizer.zero_grad()",
) -> Result:
    """What weight.grad is after a call, with or without a backward() before: `None`, `0`, `6`, or an error's name."""
    code = _LEFT.format(before=before, call=call)
    value = shown(execute(code))
    default = inspect.signature(torch.optim.Optimizer.zero_grad).parameters["set_to_none"].default
    return Result(
        value,
        steps=[
            Text(
                f"zero_grad(set_to_none={default}) is the default of torch {_version()}",
                f"torch {_version()} 的默认值是 zero_grad(set_to_none={default})",
            )
        ],
        mistakes=[
            mistake(
                "6",
                "Something has to have put a gradient there, and nothing to have cleared it.",
                "得先有人把梯度放进去，而且之后没有清掉，才会是这样。",
            ),
            *(mistake(one, *_LEFT_THOUGHT[value]) for one in ("0", "None")),
            mistake(
                "AttributeError",
                "backward() has put a gradient there, so the call finds a tensor."
                if before == "loss.backward()"
                else "zero_grad() passes over a parameter without a gradient; nothing is called on None.",
                "backward() 已经放入梯度，调用时那里是张量。"
                if before == "loss.backward()"
                else "没有梯度的参数会被 zero_grad() 跳过，并不会在 None 上调用方法。",
            ),
        ],
        snippet=code,
        facts={"default": default, "version": _version()},
    )


@left.second_way
def _left_by_rule(before: str = "loss.backward()", call: str = "optimizer.zero_grad()") -> str:
    grad = 2 * 3 if before == "loss.backward()" else None
    if "step" in call:
        return str(grad)
    if "grad.zero_" in call:
        return "AttributeError" if grad is None else "0"
    to_none = "False" not in call and bool(
        inspect.signature(torch.nn.Module.zero_grad).parameters["set_to_none"].default
    )
    return "None" if grad is None or to_none else "0"


_TWO_THINGS = (
    "None and a tensor of zeros are two things: no gradient, and one that is 0.",
    "None 与全零张量是两回事：一个是没有梯度，一个是梯度为 0。",
)
_LEFT_THOUGHT = {
    "None": _TWO_THINGS,
    "0": _TWO_THINGS,
    "6": ("step() uses the gradient and leaves it as it is.", "step() 只用梯度，用完原样留着。"),
    "AttributeError": (
        "Before the first backward() weight.grad is None, and None has no method zero_().",
        "第一次 backward() 之前 weight.grad 是 None，而 None 没有 zero_() 方法。",
    ),
}


@verifier("torch", limit_s=5.0)
def coasting(
    slope: Annotated[int, Int(1, 100)],
    lr: Annotated[float, Choice(0.001, 0.01, 0.1, 0.5, 1.0)],
    momentum: Annotated[float, Choice(0.5, 0.8, 0.9, 0.99)],
    set_to_none: Annotated[bool, Choice(True, False)],
) -> Result:
    """How far the second step of SGD moves a weight that only the first batch used, zero_grad() in between."""
    program = _COASTING.format(slope=slope, lr=lr, momentum=momentum, set_to_none=set_to_none)
    ran = execute(program)
    value = float(ran.printed)
    first = lr * slope
    return Result(
        value,
        steps=[
            Text(f"first step: buffer {slope}, moves by {first:g}", f"第一步：动量缓冲 {slope}，移动 {first:g}"),
            Text("second step: .grad is None, skipped", "第二步：.grad 为 None，跳过")
            if set_to_none
            else Text(
                f"second step: buffer {momentum:g} · {slope} + 0, moves by {value:g}",
                f"第二步：动量缓冲 {momentum:g} · {slope} + 0，移动 {value:g}",
            ),
        ],
        mistakes=[
            mistake(
                lr * momentum * slope if set_to_none else 0.0,
                "That is so with set_to_none the other way round: zeros keep the momentum going, None skips it.",
                "这是 set_to_none 取另一个值时的结果：梯度为零时动量照样推动权重，为 None 时整个跳过。",
            ),
            mistake(first, "The gradient was cleared; it is not used again.", "梯度已经清掉，不会再用一次。"),
            mistake(
                lr * (1 + momentum) * slope,
                "The second batch has brought no gradient of its own.",
                "第二个 batch 没有给这个权重带来新的梯度。",
            ),
        ],
        snippet=program,
        facts={"first": round(first, 6), "other": round(lr * momentum * slope, 6)},
    )


@coasting.second_way
def _coasting_by_hand(slope: int, lr: float, momentum: float, set_to_none: bool) -> float:
    return 0.0 if set_to_none else lr * momentum * slope


@verifier("torch", limit_s=5.0)
def decayed(
    start: Annotated[int, Int(1, 100)],
    lr: Annotated[float, Choice(0.01, 0.1, 0.5, 1.0)],
    weight_decay: Annotated[float, Choice(0.001, 0.01, 0.1)],
    set_to_none: Annotated[bool, Choice(True, False)],
) -> Result:
    """The weight after a step of SGD with weight decay that follows right after either kind of zero_grad()."""
    program = _DECAYED.format(start=start, lr=lr, weight_decay=weight_decay, set_to_none=set_to_none)
    value = float(execute(program).printed)
    shrunk = start - lr * weight_decay * start
    return Result(
        value,
        steps=[
            Text(f".grad is None: skipped, {start} stays", f".grad 为 None：跳过，{start} 不变")
            if set_to_none
            else f"{start} − {lr:g} · (0 + {weight_decay:g} · {start}) = {value:g}"
        ],
        mistakes=[
            mistake(
                shrunk if set_to_none else float(start),
                "That is so with set_to_none the other way round: a step skips None, and decays where it finds 0.",
                "这是 set_to_none 取另一个值时的结果：遇到 None 会跳过，遇到零梯度照样做权重衰减。",
            ),
            mistake(
                start - weight_decay * start,
                "The decay is part of the gradient, so the learning rate scales it too.",
                "SGD 的权重衰减是加进梯度里的，所以也要乘学习率。",
            ),
            mistake(
                start - lr * (3 + weight_decay * start),
                "The gradient 3 was cleared before the step.",
                "梯度 3 在更新之前已经清掉了。",
            ),
        ],
        snippet=program,
        facts={"shrunk": round(shrunk, 8)},
    )


@decayed.second_way
def _decayed_by_hand(start: int, lr: float, weight_decay: float, set_to_none: bool) -> float:
    return float(start) if set_to_none else start * (1 - lr * weight_decay)


_LEFT = """\
import torch

weight = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.1)
loss = weight ** 2
{before}
{call}
print(None if weight.grad is None else int(weight.grad))"""

_COASTING = """\
import torch

weight = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr={lr:g}, momentum={momentum:g})
({slope} * weight).backward()
optimizer.step()
optimizer.zero_grad(set_to_none={set_to_none})
before = weight.item()
optimizer.step()
print(round(before - weight.item(), 5))"""

_DECAYED = """\
import torch

weight = torch.tensor({start}.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr={lr:g}, weight_decay={weight_decay:g})
(3 * weight).backward()
optimizer.zero_grad(set_to_none={set_to_none})
optimizer.step()
print(round(weight.item(), 5))"""


def _version() -> str:
    return str(torch.__version__).partition("+")[0]
