"""Copying weights from one network to another by the names in their state_dicts: a function that the learner writes."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from quizapp.authoring import Attempt, Result, Text, attempt, verifier

_EXAMPLE = """\
def copy_matching(source, target):
    ours = target.state_dict()
    same = {
        name: value
        for name, value in source.state_dict().items()
        if name in ours and value.shape == ours[name].shape
    }
    target.load_state_dict(same, strict=False)"""


@verifier("torch", examples=[({}, _EXAMPLE)])
def matching() -> Result:
    """One way to write a function that copies into a network what another has under the same name and shape."""
    names: dict[str, Any] = {}
    exec(_EXAMPLE, names)  # noqa: S102  # the source above
    source, target = _net(), _net(classes=5)
    names["copy_matching"](source, target)
    mine = target.state_dict()
    copied = [name for name, one in source.state_dict().items() if torch.equal(one, mine[name])]
    return Result(
        _EXAMPLE,
        steps=[
            Text(
                f"a head of 10 into one of 5: {len(copied)} of {len(mine)} entries are copied",
                f"10 类的网络复制到 5 类的网络：{len(mine)} 项中复制了 {len(copied)} 项",
            )
        ],
        facts={"copied": len(copied), "entries": len(mine)},
    )


@matching.attempt
def copies(answer: Mapping[str, Any]) -> Attempt:
    """Tries the learner's function on several pairs of networks."""
    copy_matching = answer["copy_matching"]
    for source, target, what in (
        (_net(), _net(), ("two networks that are alike", "两个结构相同的网络")),
        (_net(), _net(classes=5), ("a head of another size", "输出层大小不同")),
        (_net(), _net(extra=True), ("a layer that only the target has", "目标网络多一层")),
        (_net(extra=True), _net(), ("a layer that only the source has", "源网络多一层")),
    ):
        if found := _fault(copy_matching, source, target):
            return attempt(False, en=f"With {what[0]}: {found[0]}", zh=f"{what[1]}：{found[1]}")
    return attempt(
        True,
        en="Four pairs of networks were tried; whatever matched was copied, and nothing else.",
        zh="试了四对网络：对得上的都复制了，其余没有动。",
    )


def _fault(
    copy: Callable[[nn.Module, nn.Module], object], source: nn.Module, target: nn.Module
) -> tuple[str, str] | None:
    """What is wrong with what `copy` does to `target`, in both languages; None where nothing is."""
    theirs, before = _snapshot(source), _snapshot(target)
    objects = [id(one) for one in target.parameters()]
    copy(source, target)
    after = _snapshot(target)
    if list(after) != list(before):
        return "the target's names are others now.", "目标网络的名字变了。"
    for name, one in after.items():
        match = name in theirs and theirs[name].shape == before[name].shape
        if match and not torch.equal(one, theirs[name]):
            return f"'{name}' has the same name and shape and wasn't copied.", f"“{name}”名字和形状都相同，却没有复制。"
        if not match and not torch.equal(one, before[name]):
            return f"'{name}' doesn't match and was changed.", f"“{name}”对不上，却被改了。"
    if any(not torch.equal(one, theirs[name]) for name, one in source.state_dict().items()):
        return "the source was changed.", "源网络被改了。"
    if [id(one) for one in target.parameters()] != objects:
        return (
            "the target got other Parameter objects, which an optimiser made before doesn't know.",
            "目标网络的 Parameter 换成了别的对象，之前建好的优化器管不到它们。",
        )
    for tensor in source.state_dict().values():
        tensor.add_(1)
    if any(not torch.equal(one, after[name]) for name, one in target.state_dict().items()):
        return (
            "the two networks share storage now: training one changes the other.",
            "两个网络共用了存储：训练一个，另一个也跟着变。",
        )
    return None


def _snapshot(net: nn.Module) -> dict[str, torch.Tensor]:
    return {name: one.clone() for name, one in net.state_dict().items()}


def _net(classes: int = 10, *, extra: bool = False) -> nn.Module:
    """A small network with a BatchNorm, its numbers random, buffers included."""
    net = nn.Sequential()
    net.add_module("conv", nn.Conv2d(3, 4, 3))
    net.add_module("norm", nn.BatchNorm2d(4))
    if extra:
        net.add_module("more", nn.Conv2d(4, 4, 1))
    net.add_module("head", nn.Linear(4, classes))
    for one in net.state_dict().values():
        one.copy_(torch.randint(1, 100, one.shape) if one.dtype == torch.long else torch.rand(one.shape) + 0.1)
    return net
