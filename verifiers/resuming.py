"""What has to be saved for a network to give the same outputs again, and for its training to go on as before."""

from typing import Annotated

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier
from verifiers.execution import execute


@verifier("torch", limit_s=5.0)
def resumed(
    slope: Annotated[int, Int(1, 100)],
    lr: Annotated[float, Choice(0.001, 0.01, 0.1, 0.5, 1.0)],
    momentum: Annotated[float, Choice(0.5, 0.8, 0.9)],
    both: Annotated[bool, Choice(True, False)],
) -> Result:
    """How far SGD with momentum moves a weight in its first step after a checkpoint was loaded.

    both: whether the optimiser's state_dict was loaded too, or the model's alone.
    """
    line = 'optimizer.load_state_dict(saved["optimizer"])' if both else ""
    program = _RESUMED.format(slope=slope, lr=lr, momentum=momentum, line=line)
    value = float(execute(program).printed)
    alone, going = lr * slope, lr * (1 + momentum) * slope
    return Result(
        value,
        steps=[
            f"{lr:g} · ({momentum:g} · {slope} + {slope}) = {value:g}"
            if both
            else Text(f"no buffer yet: {lr:g} · {slope} = {value:g}", f"还没有动量缓冲：{lr:g} · {slope} = {value:g}")
        ],
        mistakes=[
            mistake(
                alone if both else going,
                "The momentum lives in the optimiser's state_dict, not in the model's.",
                "动量存在优化器的 state_dict 里，不在模型的里面。",
            ),
            mistake(
                lr * momentum * slope,
                "The new gradient is added to what is left of the old one.",
                "旧动量衰减之后还要加上新的梯度。",
            ),
            mistake(2 * alone, "The old gradient counts only by its share, the momentum.", "旧梯度要先乘动量系数。"),
        ],
        snippet=program,
        facts={"alone": round(alone, 6), "going": round(going, 6)},
    )


@resumed.second_way
def _resumed_by_hand(slope: int, lr: float, momentum: float, both: bool) -> float:
    return lr * slope * (1 + momentum) if both else lr * slope


Norm = Annotated[str, Choice("nn.BatchNorm1d(4)", "nn.LayerNorm(4)", "nn.ReLU()")]


@verifier("torch")
def restoring(norm: Norm) -> Result:
    """What is enough to have a trained network give the same outputs again: its parameters, its state_dict, …

    parameters: the values of list(net.parameters()); buffers: those of list(net.buffers()).
    """
    trained = _three(norm)
    for _ in range(3):
        trained(torch.randn(16, 4) * 3 + 1)
    wanted = trained.eval()(torch.ones(1, 4))
    value: list[Value] = []
    for what in ("parameters", "buffers", "state_dict"):
        fresh = _three(norm)
        with torch.no_grad():
            if what == "state_dict":
                fresh.load_state_dict(trained.state_dict())
            else:
                for one, other in zip(getattr(fresh, what)(), getattr(trained, what)(), strict=True):
                    one.copy_(other)
        if torch.allclose(fresh.eval()(torch.ones(1, 4)), wanted):
            value.append(what)
    return Result(
        value,
        steps=[
            Text(
                f"buffers of {norm}: {', '.join(dict(trained[1].named_buffers())) or 'none'}",
                f"{norm} 的缓冲区：{'、'.join(dict(trained[1].named_buffers())) or '无'}",
            )
        ],
        mistakes=[
            mistake(
                ["parameters", "state_dict"],
                "BatchNorm uses its running statistics after eval(), and these are no parameters.",
                "eval() 之后 BatchNorm 用的是滑动统计量，它们不是参数。",
            ),
            mistake(
                ["state_dict"],
                "This network has no buffers, so its parameters are all there is.",
                "这个网络没有缓冲区，参数就是全部。",
            ),
        ],
        facts={"buffers": len(list(trained.buffers()))},
    )


@restoring.second_way
def _restoring_by_names(norm: str) -> list[str]:
    """Enough is what holds every entry of the state_dict."""
    net = _three(norm)
    names = set(net.state_dict())
    held = {"parameters": set(dict(net.named_parameters())), "buffers": set(dict(net.named_buffers()))}
    return [*(what for what, some in held.items() if some == names), "state_dict"]


_RESUMED = """\
import io
import torch
from torch import nn

def start():
    model = nn.Linear(1, 1, bias=False)
    return model, torch.optim.SGD(model.parameters(), lr={lr:g}, momentum={momentum:g})

def step(model, optimizer):
    optimizer.zero_grad()
    ({slope} * model.weight).sum().backward()
    optimizer.step()

model, optimizer = start()
nn.init.zeros_(model.weight)
step(model, optimizer)
file = io.BytesIO()
torch.save({{"model": model.state_dict(), "optimizer": optimizer.state_dict()}}, file)

file.seek(0)
saved = torch.load(file)
model, optimizer = start()
model.load_state_dict(saved["model"])
{line}
before = model.weight.item()
step(model, optimizer)
print(round(before - model.weight.item(), 4))"""


def _three(norm: str) -> nn.Sequential:
    middle = eval(norm, {"nn": nn})  # noqa: S307  # one of the choices above
    return nn.Sequential(nn.Linear(4, 4), middle, nn.Linear(4, 2))
