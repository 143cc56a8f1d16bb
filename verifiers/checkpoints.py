"""Loading what was saved: what fits, and what is refused. Files are kept in memory."""

import argparse
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier
from verifiers.execution import execute

# Why it isn't so that a part is loaded without an error.
_IN_PART = {
    "none": ("All names and shapes agree, so all of it is loaded.", "名字和形状都对得上，会全部加载。"),
    "parallel": (
        "With `module.` before them not one of the names agrees.",
        "带上 `module.` 前缀后，没有一个名字对得上。",
    ),
    "raises": (
        "What fits is copied, but then it raises: strict=True wants all names, and no strict forgives a shape.",
        "对得上的会先复制，但随后报错：strict=True 要求名字全部对上，而形状不符时 strict 取什么都不行。",
    ),
}

Change = Annotated[str, Choice("none", "no head", "other head", "parallel")]


@verifier("torch")
def loads(change: Change, strict: Annotated[bool, Choice(True, False)]) -> Result:
    """How much of a state_dict load_state_dict() takes: `all`, `part`, `nothing`, or `RuntimeError`.

    change: how the saved network differs: not at all, it has no head, a head of another size, or sits in DataParallel.
    """
    saved, target = _changed(change), _net(10)
    try:
        told = target.load_state_dict(saved, strict=strict)
    except RuntimeError as error:
        value, said = "RuntimeError", str(error).splitlines()[1].strip().partition(": copying")[0].rstrip(".")
    else:
        taken = [name for name, one in target.state_dict().items() if name in saved and torch.equal(one, saved[name])]
        value = "all" if len(taken) == len(target.state_dict()) else "part" if taken else "nothing"
        said = f"missing {len(told.missing_keys)}, unexpected {len(told.unexpected_keys)}"
    return Result(
        value,
        steps=[f"saved: {', '.join(saved)}", said],
        mistakes=[
            mistake(
                "all",
                f"Not all names and shapes agree: {said}.",
                f"名字和形状并不都对得上：{said}。",
            ),
            mistake("part", *_IN_PART[change if change in ("none", "parallel") else "raises"]),
            mistake("nothing", f"That is not what happened: {said}.", f"实际并非如此：{said}。"),
            mistake(
                "RuntimeError",
                f"strict=False passes over names that are missing or unexpected: {said}."
                if change != "none"
                else "All names and shapes agree.",
                f"strict=False 会跳过缺失和多余的名字：{said}。" if change != "none" else "名字和形状都对得上。",
            ),
        ],
        facts={"said": said, "names": ", ".join(saved)},
    )


@loads.second_way
def _loads_by_names(change: str, strict: bool) -> str:
    saved, target = _changed(change), _net(10).state_dict()
    if any(one.shape != target[name].shape for name, one in saved.items() if name in target):
        return "RuntimeError"
    common = saved.keys() & target.keys()
    if strict and saved.keys() != target.keys():
        return "RuntimeError"
    return "all" if common == target.keys() else "part" if common else "nothing"


@verifier("torch", where="old != new")
def keys(
    old: Annotated[int, Int(1, 50)],
    new: Annotated[int, Int(1, 50)],
) -> Result:
    """How many keys load_state_dict(strict=False) calls missing and unexpected: `fc` became `head`, layers changed.

    old: layers before the last in the saved network; new: in the one that loads.
    """
    names: dict[str, Any] = execute(_KEYS.format(old=old, new=new)).names
    told = names["told"]
    value: list[Value] = [len(told.missing_keys), len(told.unexpected_keys)]
    more, fewer = 2 * max(0, new - old), 2 * max(0, old - new)
    return Result(
        value,
        steps=[
            Text(f"missing: {_some(told.missing_keys)}", f"缺失：{_some(told.missing_keys)}"),
            Text(f"unexpected: {_some(told.unexpected_keys)}", f"多余：{_some(told.unexpected_keys)}"),
        ],
        mistakes=[
            mistake(
                [value[1], value[0]],
                "Missing is what the loading network has and the file hasn't; unexpected is the other way round.",
                "“缺失”是加载的网络有而文件里没有，“多余”则相反。",
            ),
            mistake([more, fewer], "The renamed last layer counts on both sides.", "改了名的最后一层，两边都要算。"),
            mistake(
                [more // 2 + 1, fewer // 2 + 1],
                "Each layer has two keys, its weight and its bias.",
                "每层有两个键：weight 和 bias。",
            ),
        ],
        snippet=_KEYS.format(old=old, new=new),
        facts={"more": more, "fewer": fewer},
    )


@keys.second_way
def _keys_by_sets(old: int, new: int) -> list[int]:
    saved = {f"layer{at}.{one}" for at in range(old) for one in ("w", "b")} | {"fc.w", "fc.b"}
    wanted = {f"layer{at}.{one}" for at in range(new) for one in ("w", "b")} | {"head.w", "head.b"}
    return [len(wanted - saved), len(saved - wanted)]


_CONTENTS: Mapping[str, Callable[[], Any]] = {
    "state_dict": lambda: nn.Linear(2, 2).state_dict(),
    "checkpoint": lambda: {"model": nn.Linear(2, 2).state_dict(), "epoch": 3, "best": 0.91},
    "optimizer": lambda: torch.optim.Adam(nn.Linear(2, 2).parameters()).state_dict(),
    "model": lambda: nn.Linear(2, 2),
    "namespace": lambda: argparse.Namespace(lr=0.1),
    "array": lambda: np.zeros(3),
}


_PLAIN: list[Value] = ["state_dict", "checkpoint", "optimizer"]
_WARY: Sequence[tuple[list[Value], str, str]] = (
    (
        [*_CONTENTS],
        "Without weights_only=False only tensors and plain Python values are read; the rest could run code.",
        "不写 weights_only=False 时，只读张量和普通 Python 值；其余内容可能执行任意代码。",
    ),
    (
        ["state_dict"],
        "Plain dicts, lists, numbers and strings around the tensors are allowed.",
        "张量外面套普通的字典、列表、数字、字符串是允许的。",
    ),
    (
        [*_PLAIN, "model"],
        "A whole model is pickled as an object of its class, not as weights.",
        "整个模型是按类的对象序列化的，不只是权重。",
    ),
    (
        [*_PLAIN, "array"],
        "A numpy array is rebuilt by functions of numpy, and those are not on torch's list of what is safe.",
        "numpy 数组要靠 numpy 自己的函数重建，这些函数不在 torch 的安全名单里。",
    ),
)
_TRUSTING: Sequence[tuple[list[Value], str, str]] = tuple(
    (some, "weights_only=False reads whatever pickle reads.", "weights_only=False 时，pickle 能读的都能读。")
    for some in (_PLAIN, [*_PLAIN, "model"], [*_PLAIN, "array"], _PLAIN[:1])
)


@verifier("torch", limit_s=5.0)
def readable(
    call: Annotated[
        str, Choice("torch.load(file)", "torch.load(file, weights_only=True)", "torch.load(file, weights_only=False)")
    ] = "torch.load(file)",
) -> Result:
    """Which of some saved things torch.load reads back: state_dict, checkpoint, optimizer, model, namespace, array."""
    value: list[Value] = [name for name, make in _CONTENTS.items() if _read(call, make())]
    version = str(torch.__version__).partition("+")[0]
    return Result(
        value,
        steps=[Text(f"torch {version}, {call}: {', '.join(map(str, value))}")],
        mistakes=[mistake(one, en, zh) for one, en, zh in (_TRUSTING if "False" in call else _WARY)],
        facts={"version": version},
    )


@readable.second_way
def _readable_by_globals(call: str = "torch.load(file)") -> list[str]:
    """torch can list the names in a file that weights_only=True doesn't allow."""
    if "False" in call:
        return [*_CONTENTS]
    return [
        name
        for name, make in _CONTENTS.items()
        if not torch.serialization.get_unsafe_globals_in_checkpoint(_file(make()))
    ]


_KEYS = """\
from torch import nn

def net(layers, last):
    made = nn.ModuleDict({{f"layer{{at}}": nn.Linear(4, 4) for at in range(layers)}})
    made[last] = nn.Linear(4, 2)
    return made

saved = net({old}, "fc").state_dict()
told = net({new}, "head").load_state_dict(saved, strict=False)
print([len(told.missing_keys), len(told.unexpected_keys)])"""


def _net(classes: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 4), nn.Linear(4, classes))


def _changed(change: str) -> dict[str, torch.Tensor]:
    net = _net(5 if change == "other head" else 10)
    if change == "parallel":
        return dict(nn.DataParallel(net).state_dict())
    saved = dict(net.state_dict())
    return {name: one for name, one in saved.items() if change != "no head" or name.startswith("0.")}


def _file(content: Any) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return file


def _read(call: str, content: Any) -> bool:
    try:
        eval(call, {"torch": torch, "file": _file(content)})  # noqa: S307  # one of the choices above
    except pickle.UnpicklingError:
        return False
    return True


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
