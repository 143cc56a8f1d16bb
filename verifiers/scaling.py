"""Gradients added up over several batches: what the sum is, and what the loss is to be divided by."""

from typing import Annotated

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted

from quizapp.authoring import Array, Choice, Int, Result, Text, Tolerance, mistake, verifier
from verifiers.execution import execute


@verifier("torch", limit_s=5.0)
def held(
    slopes: Annotated[list[list[int]], Array(1, 4, min=-20, max=20)],
    line: Annotated[str, Choice("loss.backward()", "(loss / 4).backward()")],
) -> Result:
    """What weight.grad holds after four backward() calls without zero_grad(), on losses with these gradients."""
    program = _HELD.format(slopes=slopes[0], line=line)
    value = float(execute(program).printed)
    total, last = sum(slopes[0]), slopes[0][-1]
    joined = " + ".join(str(one) if one >= 0 else f"({one})" for one in slopes[0])
    scaled = "/" in line
    return Result(
        value,
        steps=[f"({joined}) / 4 = {value:g}" if scaled else f"{joined} = {value:g}"],
        mistakes=[
            mistake(
                float(total) if scaled else total / 4,
                "backward() adds up and never averages; that division has to stand in the loss, and there it counts.",
                "backward() 只累加、不取平均；要除以 4 就得写在损失里，写了才算数。",
            ),
            mistake(
                last / 4 if scaled else float(last),
                "That is the last batch alone; the three before are still in .grad.",
                "这只是最后一个 batch 的；前三个的梯度还留在 .grad 里。",
            ),
            *(
                [
                    mistake(
                        total / 16,
                        "Each loss is divided by 4 once; the sum isn't divided again.",
                        "每个损失只除以一次 4，总和不用再除。",
                    )
                ]
                if scaled
                else []
            ),
        ],
        snippet=program,
        facts={"total": total, "mean": total / 4},
    )


@held.second_way
def _held_by_hand(slopes: list[list[int]], line: str) -> float:
    return sum(slopes[0]) / (4 if "/" in line else 1)


@verifier("torch", limit_s=5.0)
def longer(
    k: Annotated[int, Int(2, 64)],
    optimiser: Annotated[str, Choice("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")],
) -> Result:
    """How many times longer an optimiser's first step is when k gradients are added up and the loss isn't divided."""
    program = _LONGER.format(k=k, optimiser=optimiser)
    value = float(execute(program).printed)
    return Result(
        value,
        steps=[
            Text(
                f"torch.optim.{optimiser}: a gradient {k} times as large, a first step {value:g} times as long",
                f"torch.optim.{optimiser}：梯度是 {k} 倍，第一步的步长是 {value:g} 倍",
            )
        ],
        mistakes=[
            mistake(
                float(k) if value == 1 else 1.0,
                "SGD multiplies the gradient by the learning rate; Adam and its kin divide it by its own size first.",
                "SGD 直接用学习率乘梯度；Adam 一类会先把梯度除以它自身的大小。",
            ),
            mistake(
                1 / k,
                "Without the division the gradient is larger, not smaller.",
                "不除以 k，梯度只会更大，不会更小。",
            ),
            mistake(float(k * k), "The factor comes in once, by the gradient.", "这个倍数只通过梯度起作用一次。"),
        ],
        tolerance=Tolerance(absolute=0.01),
        snippet=program,
    )


@longer.second_way
def _longer_by_rule(k: int, optimiser: str) -> float:
    return float(k) if optimiser == "SGD" else 1.0


@verifier("torch", where=["last < size"], limit_s=5.0)
def share(
    size: Annotated[int, Int(2, 256, often=(8, 16, 32))],
    full: Annotated[int, Int(1, 16)],
    last: Annotated[int, Int(1, 255)],
) -> Result:
    """What the mean loss of the smaller last batch is multiplied by, so that all add up to the mean over all samples.

    full: how many batches of `size` come before it.
    """
    torch.manual_seed(0)
    weight = torch.tensor(1.0, dtype=torch.float64, device="cpu", requires_grad=True)
    samples = torch.rand(size * full + last, dtype=torch.float64, device="cpu") + 1
    parts = torch.split(samples, size)

    def slope(part: torch.Tensor) -> float:
        return torch.autograd.grad(((weight - part) ** 2).mean(), weight)[0].item()

    # The factor of the full batches is what makes a mean of one of them; the last takes what is then missing.
    rest = torch.autograd.grad(((weight - samples[: size * full]) ** 2).sum() / len(samples), weight)[0].item()
    value = (slope(samples) - rest) / slope(parts[-1])
    total = size * full + last
    return Result(
        value,
        steps=[f"{size} · {full} + {last} = {total}", f"{last} / {total} = {last / total:.4f}"],
        mistakes=[
            mistake(
                1 / (full + 1),
                "That weighs every batch alike, and so each sample of the last one more than the others.",
                "这样每个 batch 权重相同，最后一个 batch 里的样本就比别的样本更重。",
            ),
            mistake(
                last / size,
                "That is its share of a full batch, not of all samples.",
                "这是占一个整批的比例，不是占全部样本的比例。",
            ),
            mistake(
                last / (size * full),
                "The last batch is itself a part of all samples, so the total counts it too.",
                "全部样本里也包括最后这个 batch，总数要把它算进去。",
            ),
            mistake(size / total, "That is the factor of a full batch.", "这是整批的系数。"),
        ],
        tolerance=Tolerance(relative=0.01),
        snippet=_SHARE.format(size=size, full=full, last=last),
        facts={"total": total, "whole": size / total},
    )


@share.second_way
def _share_by_hand(size: int, full: int, last: int) -> float:
    return last / (size * full + last)


_HELD = """\
import torch

weight = torch.tensor(1.0, requires_grad=True)
for slope in {slopes}:
    loss = slope * weight
    {line}
print(weight.grad.item())"""

_LONGER = """\
import torch

def step(factor):
    weight = torch.tensor(0.0, requires_grad=True)
    optimizer = torch.optim.{optimiser}([weight], lr=0.1)
    for _ in range({k}):
        (3 * weight * factor).backward()
    optimizer.step()
    return weight.item()

print(round(step(1) / step(1 / {k}), 4))"""

_SHARE = """\
import torch

torch.manual_seed(0)
samples = torch.rand({size} * {full} + {last}, dtype=torch.float64) + 1
weight = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)

def slope(loss):
    return torch.autograd.grad(loss, weight)[0].item()

first, rest = samples[: {size} * {full}], samples[{size} * {full} :]
whole = slope(((weight - samples) ** 2).mean())
without = slope(((weight - first) ** 2).sum() / len(samples))
print((whole - without) / slope(((weight - rest) ** 2).mean()))"""
