"""What parameters() and state_dict() return, and what of a module each of them leaves out."""

import copy
import inspect
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import torch
from torch import nn

from quizapp.authoring import Choice, Int, Mistake, Result, Text, Value, mistake, verifier
from verifiers.execution import execute

Call = Annotated[
    str, Choice("parameters", "named_parameters", "state_dict", "buffers", "named_buffers", "children", "modules")
]


@verifier("torch")
def returns(call: Call) -> Result:
    """What a method of nn.Module returns, by its type and that of its first item: `generator of Parameter`."""
    found = getattr(nn.BatchNorm1d(3) if call != "children" else nn.Sequential(nn.ReLU()), call)()
    items = iter(found.items() if isinstance(found, dict) else found)
    first = next(items)
    held = f"({', '.join(type(one).__name__ for one in first)})" if isinstance(first, tuple) else type(first).__name__
    value = f"{type(found).__name__} of {held}"
    tensor = first[-1] if isinstance(first, tuple) else first
    learns = getattr(tensor, "requires_grad", False)
    wrong = (
        ("generator of Parameter", "That is what parameters() gives, without names.", "那是 parameters()，不带名字。"),
        (
            "generator of (str, Parameter)",
            "That is what named_parameters() gives: each Parameter with its name.",
            "那是 named_parameters()：参数和名字成对给出。",
        ),
        (
            "OrderedDict of (str, Tensor)",
            "That is what state_dict() gives, with the names as its keys.",
            "那是 state_dict()，以名字为键。",
        ),
        (
            "generator of Tensor",
            "That is what buffers() gives: tensors that aren't learnt, without names.",
            "那是 buffers()：不学习的张量，不带名字。",
        ),
        (
            "list of Parameter",
            "No method of a module lists them: parameters() gives one at a time, and once only.",
            "模块没有返回列表的方法：parameters() 一次给一个，而且只能遍历一遍。",
        ),
    )
    return Result(
        value,
        steps=[
            f"{call}() → {type(found).__name__}",
            Text(f"its first item: {held}, requires_grad={learns}", f"第一项：{held}，requires_grad={learns}"),
        ],
        mistakes=[mistake(one, en, zh) for one, en, zh in wrong],
        snippet=f"from torch import nn\n\nprint(type(nn.BatchNorm1d(3).{call}()).__name__)",
        facts={"learns": learns},
    )


@returns.second_way
def _returns_by_checks(call: str) -> str:
    method = getattr(nn.Module, call)
    item = "Module" if call in ("children", "modules") else "Parameter" if "parameters" in call else "Tensor"
    if call == "children":
        item = "ReLU"
    if call == "modules":
        item = "BatchNorm1d"
    pair = f"(str, {item})" if call.startswith(("named", "state")) else item
    return f"{'generator' if inspect.isgeneratorfunction(method) else 'OrderedDict'} of {pair}"


Where = Annotated[str, Choice("parameters()", "buffers()", "state_dict()")]
_LEARNT = ("weight", "bias")
_COUNTED = ("running_mean", "running_var", "num_batches_tracked")


@verifier("torch", where=["affine or where != 'parameters()'", "track or where != 'buffers()'", "affine or track"])
def held(
    where: Where,
    affine: Annotated[bool, Choice(True, False)] = True,
    track: Annotated[bool, Choice(True, False)] = True,
) -> Result:
    """Which tensors of an nn.BatchNorm2d its parameters(), its buffers() or its state_dict() hold, by name."""
    layer = nn.BatchNorm2d(4, affine=affine, track_running_stats=track)
    named: dict[str, Any] = dict(layer.named_parameters()) | dict(layer.named_buffers())
    if where == "state_dict()":
        value: list[Value] = [*layer.state_dict()]
    else:
        found = [*(layer.parameters() if where == "parameters()" else layer.buffers())]
        value = [name for name, one in named.items() if any(one is other for other in found)]
    return Result(
        value,
        steps=[f"{where}: {', '.join(map(str, value))}"],
        mistakes=_confused(where, affine, track),
        snippet=f"from torch import nn\n\nlayer = nn.BatchNorm2d(4, affine={affine}, track_running_stats={track})\n"
        f"print(list(layer.{where if where == 'state_dict()' else 'named_' + where}))",
    )


@held.second_way
def _held_by_rule(where: str, affine: bool = True, track: bool = True) -> list[str]:
    learnt, counted = _LEARNT if affine else (), _COUNTED if track else ()
    return [*(learnt if where != "buffers()" else ()), *(counted if where != "parameters()" else ())]


def _confused(where: str, affine: bool, track: bool) -> list[Mistake]:
    statistics = mistake(
        [*_LEARNT, *_COUNTED],
        "affine=False takes weight and bias away, track_running_stats=False the three statistics."
        if where == "state_dict()"
        else "The statistics are updated, not learnt: they are buffers, and weight and bias are parameters.",
        "affine=False 就没有 weight 和 bias，track_running_stats=False 就没有那三个统计量。"
        if where == "state_dict()"
        else "统计量是更新出来的，不是学出来的，属于缓冲区；weight 和 bias 才是参数。",
    )
    count = mistake(
        [*(_LEARNT if affine and where == "state_dict()" else ()), *_COUNTED[:2]],
        "num_batches_tracked, the count of batches, is a buffer as well.",
        "num_batches_tracked（batch 计数）也是缓冲区。",
    )
    learnt = mistake(
        [*_LEARNT],
        "Those are the learnt ones; the running statistics are buffers, and a state_dict holds them too.",
        "这些是要学习的；滑动统计量是缓冲区，state_dict 里也有。",
    )
    turned = mistake(
        [*_COUNTED],
        "Those are the buffers; weight and bias are the parameters.",
        "这些是缓冲区；weight 和 bias 才是参数。",
    )
    if where == "parameters()":
        return [statistics, turned]
    return [statistics, *([count] if track else []), *([learnt] if affine and where == "state_dict()" else [])]


_NET = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.fixed = nn.Parameter(torch.ones(2), requires_grad=False)
        self.register_buffer("mean", torch.zeros(2))
        self.register_buffer("mask", torch.ones(2), persistent=False)
        self.cache = torch.zeros(2)

net = Net()"""
_MADE = ("scale", "fixed", "mean", "mask", "cache")


_PLAIN: tuple[list[Value], str, str] = (
    [*_MADE],
    "A plain tensor attribute isn't registered anywhere.",
    "普通张量属性没有登记在任何地方。",
)
_THOUGHT: Mapping[str, Sequence[tuple[list[Value], str, str]]] = {
    "parameters()": (
        (
            ["scale"],
            "requires_grad=False stops the learning; it stays a Parameter, and parameters() gives it.",
            "requires_grad=False 只是不学习，它仍是 Parameter，parameters() 照样给出。",
        ),
        ([*_MADE[:4]], "Buffers are no parameters.", "缓冲区不是参数。"),
        _PLAIN,
    ),
    "buffers()": (
        (["mean"], "persistent=False matters to the state_dict alone.", "persistent=False 只影响 state_dict。"),
        (["mean", "mask", "cache"], _PLAIN[1], _PLAIN[2]),
        (["fixed", "mean", "mask"], "A frozen Parameter is still a Parameter.", "冻结的 Parameter 仍是 Parameter。"),
    ),
    "state_dict()": (
        (
            [*_MADE[:4]],
            "persistent=False keeps a buffer out of the state_dict.",
            "persistent=False 的缓冲区不进 state_dict。",
        ),
        (["scale", "fixed"], "The persistent buffers are saved too.", "持久的缓冲区也会保存。"),
        (
            ["scale", "mean"],
            "What isn't trained is saved all the same: fixed is a Parameter.",
            "不训练也照样保存：fixed 也是 Parameter。",
        ),
        _PLAIN,
    ),
    "half()": (
        (
            ["scale", "fixed", "mean"],
            "A buffer that isn't saved is still the module's own, and converted with it.",
            "不保存的缓冲区仍属于模块，会一起转换。",
        ),
        (["scale", "fixed"], "Buffers are converted with the parameters.", "缓冲区会和参数一起转换。"),
        _PLAIN,
    ),
}


@verifier("torch")
def registered(where: Annotated[str, Choice("parameters()", "buffers()", "state_dict()", "half()")]) -> Result:
    """Which attributes of a small module parameters(), buffers() and state_dict() hold, and half() converts."""
    net = execute(_NET).names["net"]
    if where == "half()":
        net.half()
        value: list[Value] = [name for name in _MADE if getattr(net, name).dtype == torch.float16]
    else:
        found = net.state_dict() if where == "state_dict()" else getattr(net, f"named_{where[:-2]}")()
        value = [*dict(found)]
    return Result(
        value,
        steps=[f"{where}: {', '.join(map(str, value))}"],
        mistakes=[mistake(thought, en, zh) for thought, en, zh in _THOUGHT[where]],
        snippet=f"{_NET}\nprint(list(net.{where if where == 'state_dict()' else 'named_' + where}))"
        if where != "half()"
        else f"{_NET}\nnet.half()\nprint([name for name in {_MADE} if getattr(net, name).dtype == torch.float16])",
    )


@registered.second_way
def _registered_by_registers(where: str) -> list[str]:
    net = execute(_NET).names["net"]
    learnt, kept = list(net._parameters), list(net._buffers)
    saved = [name for name in kept if name not in net._non_persistent_buffers_set]
    return {
        "parameters()": learnt,
        "buffers()": kept,
        "state_dict()": [*learnt, *saved],
        "half()": [*learnt, *kept],
    }[where]


_LATER = """\
import copy
import torch
from torch import nn

model = nn.Linear(1, 1, bias=False)
nn.init.constant_(model.weight, {start})
saved = {how}
with torch.no_grad():
    model.weight -= {lr:g} * {slope}  # a step of training
print(round(saved["weight"].item(), 4))"""


@verifier("torch")
def later(
    how: Annotated[
        str,
        Choice(
            "model.state_dict()",
            "dict(model.state_dict())",
            "copy.copy(model.state_dict())",
            "copy.deepcopy(model.state_dict())",
            "{name: one.clone() for name, one in model.state_dict().items()}",
        ),
    ],
    start: Annotated[int, Int(1, 100)],
    slope: Annotated[int, Int(1, 20)],
    lr: Annotated[float, Choice(0.01, 0.1, 0.5, 1.0)] = 0.1,
) -> Result:
    """What a state_dict that was kept says of a weight after the model has been trained on."""
    program = _LATER.format(how=how, start=start, slope=slope, lr=lr)
    value = float(execute(program).printed)
    moved = round(start - lr * slope, 4)
    return Result(
        value,
        steps=[
            Text(f"the weight goes from {start} to {moved:g}", f"权重从 {start} 变为 {moved:g}"),
            Text(
                "saved shares its storage" if value == moved else "saved has a storage of its own",
                "saved 与模型共用存储" if value == moved else "saved 有自己的存储",
            ),
        ],
        mistakes=[
            mistake(
                float(start) if value == moved else moved,
                "A state_dict holds the model's own storage, and so does a shallow copy; only clone() or deepcopy() "
                "keeps the numbers.",
                "state_dict 里是模型自己的存储，浅拷贝也一样；只有 clone() 或 deepcopy() 才把数值留下来。",
            ),
            mistake(start + lr * slope, "The step goes against the gradient.", "更新方向与梯度相反。"),
        ],
        snippet=program,
        facts={"moved": moved},
    )


@later.second_way
def _later_by_pointer(how: str, start: int, slope: int, lr: float = 0.1) -> float:
    """Whether the kept tensor lies where the weight does."""
    model = nn.Linear(1, 1, bias=False)
    kept = eval(how, {"model": model, "copy": copy})["weight"]  # noqa: S307  # one of the choices above
    return round(start - lr * slope, 4) if kept.data_ptr() == model.weight.data_ptr() else float(start)
