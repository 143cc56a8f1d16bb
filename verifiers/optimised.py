"""What an optimiser may be given, and which weights it then moves."""

from typing import Annotated

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.execution import execute


@verifier("torch", limit_s=5.0)
def given(
    what: Annotated[
        str,
        Choice(
            "model.parameters()",
            "list(model.parameters())",
            "model.named_parameters()",
            "model.state_dict()",
            "model.state_dict().values()",
            "model.buffers()",
        ),
    ],
) -> Result:
    """What comes of a model whose optimiser is given this: `trains`, `stays`, or the name of what is raised."""
    model = nn.Linear(2, 1)
    before = [one.clone() for one in model.parameters()]
    ran = execute(_GIVEN.format(what=what), model=model, nn=nn, torch=torch)
    moved = any(not torch.equal(one, other) for one, other in zip(model.parameters(), before, strict=True))
    value = type(ran.error).__name__ if ran.error else "trains" if moved else "stays"
    said = str(ran.error).partition("\n")[0] if ran.error else ""
    return Result(
        value,
        steps=[
            Text(f"{value}: {said}")
            if ran.error
            else Text(
                "after a step the weights " + ("have changed" if moved else "are as before"),
                "更新一步后，权重" + ("变了" if moved else "没有变"),
            )
        ],
        mistakes=[
            mistake(
                "trains",
                f"SGD(…) itself raises {value}."
                if ran.error
                else "After backward() and step() the weights are as before.",
                f"SGD(…) 这一行就抛出 {value}。" if ran.error else "实际跑了 backward() 和 step()：权重原封不动。",
            ),
            mistake(
                "stays",
                "The optimiser refuses that at once."
                if ran.error
                else "These are the Parameters, and the weights did move.",
                "优化器一开始就拒绝这种输入。" if ran.error else "给的就是 Parameter 对象，权重确实变了。",
            ),
            mistake(
                "TypeError",
                "Nothing of a wrong type is in it: it is empty, which is a ValueError."
                if ran.error
                else "The optimiser takes that without complaint.",
                "里面没有类型不对的东西：它是空的，抛出的是 ValueError。"
                if ran.error
                else "优化器照单全收，并不报错。",
            ),
            mistake(
                "ValueError", "There is something in it, so it isn't refused as empty.", "它不是空的，不会因此被拒绝。"
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\nmodel = nn.Linear(2, 1)\n" + _GIVEN.format(what=what),
        facts={"said": said},
    )


@given.second_way
def _given_by_kind(what: str) -> str:
    """A dict gives its names, an empty list is refused, and what has no gradient isn't moved."""
    found = eval(what, {"model": nn.Linear(2, 1)})  # noqa: S307  # one of the choices above
    first = next(iter(found), None)
    if first is None:
        return "ValueError"
    if isinstance(first, str):
        return "TypeError"
    tensor = first[1] if isinstance(first, tuple) else first
    return "trains" if tensor.requires_grad else "stays"


@verifier("torch", where="frozen < layers", limit_s=5.0)
def moved(layers: Annotated[int, Int(1, 20)], frozen: Annotated[int, Int(0, 19)]) -> Result:
    """How many entries of the state_dict a step changes, where the first layers are frozen and all are given to SGD."""
    program = _MOVED.format(layers=layers, frozen=frozen)
    value = int(execute(program).printed)
    total = 2 * layers
    return Result(
        value,
        steps=[
            Text(f"parameters() and state_dict(): {total} each", f"parameters() 和 state_dict() 各有 {total} 项"),
            f"2 · ({layers} − {frozen}) = {value}",
        ],
        mistakes=[
            mistake(
                total,
                "The optimiser has the frozen ones too, but they get no gradient, and it passes over them.",
                "冻结的参数虽然也交给了优化器，但没有梯度，更新时会跳过。",
            ),
            mistake(layers - frozen, "Each layer has a weight and a bias.", "每层有 weight 和 bias 两项。"),
            mistake(2 * frozen, "Those are the frozen ones.", "这是冻结的那些。"),
        ],
        snippet=program,
        facts={"total": total},
    )


@moved.second_way
def _moved_by_flags(layers: int, frozen: int) -> int:
    return 2 * (layers - frozen)


_GIVEN = """\
optimizer = torch.optim.SGD({what}, lr=0.1)
model(torch.ones(1, 2)).sum().backward()
optimizer.step()"""

_MOVED = """\
import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(*[nn.Linear(8, 8) for _ in range({layers})])
for layer in net[:{frozen}]:
    layer.requires_grad_(False)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
before = {{name: one.clone() for name, one in net.state_dict().items()}}
net(torch.randn(4, 8)).sum().backward()
optimizer.step()
print(sum(not torch.equal(one, before[name]) for name, one in net.state_dict().items()))"""
