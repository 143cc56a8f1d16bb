"""Small batches that make one large one: loops and sizes that the learner makes up, run and compared with it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import torch
import torch._dynamo  # an optimiser loads it at its first use, which takes seconds; loading a module isn't counted
from torch import nn

from quizapp.authoring import Attempt, Choice, Int, Lines, Result, Text, Value, attempt, verifier
from verifiers.execution import execute

_EVERY_TWO: list[Value] = [
    "for i, (x, y) in enumerate(batches):",
    "    loss = criterion(model(x), y) / 2",
    "    loss.backward()",
    "    if (i + 1) % 2 == 0:",
    "        optimizer.step()",
    "        optimizer.zero_grad()",
]


@verifier("torch", limit_s=5.0, examples=[({"lines": _EVERY_TWO, "k": 2}, _EVERY_TWO)])
def loop(lines: Annotated[list[str], Lines()], k: Annotated[int, Int(2, 8)]) -> Result:
    """The lines of a loop that steps after every `k` batches, in an order that works."""
    value: list[Value] = [*lines]
    weight = _looped(lines, k)
    return Result(
        value,
        steps=[
            Text(
                f"2 · {k} batches, the weight becomes {weight:.5g}, as with 2 batches {k} times as large",
                f"共 2 · {k} 个 batch，权重变为 {weight:.5g}，与用 2 个 {k} 倍大小的 batch 相同",
            )
        ],
        snippet=_LOOP.format(k=k, body="\n".join(lines)),
        facts={"weight": round(weight, 6)},
    )


@loop.attempt
def accumulates(answer: list[str], k: int) -> Attempt:
    """Runs the learner's loop over 2·k batches, and compares it with two steps on batches k times as large."""
    try:
        got = _looped(answer, k)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return attempt(False, en=f"In this order it raises {said}", zh=f"按此顺序会抛出 {said}")
    wanted = whole(k)
    return attempt(
        abs(got - wanted) < 1e-4,
        en=f"The weight becomes {got:.4g}; two steps on batches {k} times as large give {wanted:.4g}.",
        zh=f"权重变为 {got:.4g}；用 {k} 倍大小的 batch 走两步得到 {wanted:.4g}。",
    )


def whole(k: int, lr: float = 0.1) -> float:
    """The weight after two steps of plain descent, each on k batches put together, by autograd alone."""
    weight, batches = torch.tensor(1.0), _batches(2 * k)
    for at in (0, k):
        x = torch.cat([one for one, _ in batches[at : at + k]])
        y = torch.cat([one for _, one in batches[at : at + k]])
        leaf = weight.clone().requires_grad_()
        (slope,) = torch.autograd.grad(((leaf * x - y) ** 2).mean(), leaf)
        weight = weight - lr * slope
    return weight.item()


@verifier("torch", limit_s=5.0)
def clearing(
    clears: Annotated[
        str, Choice("before every backward()", "between backward() and step()", "after every step()", "never")
    ],
    k: Annotated[int, Int(1, 8)] = 1,
) -> Result:
    """Whether a loop that clears gradients there trains as with batches `k` times as large: `works` or `doesn't`.

    k: how many batches are added up for one step; with 1 it is the ordinary loop.
    """
    places = ("before every backward()", "between backward() and step()", "after every step()")
    calls = {f"at{nth}": "optimizer.zero_grad()" if clears == place else "pass" for nth, place in enumerate(places)}
    got, wanted = _looped(_CLEARING.format(k=k, **calls).splitlines(), k), whole(k)
    return Result(
        "works" if abs(got - wanted) < 1e-4 else "doesn't",
        steps=[
            Text(
                f"two steps of {k}: the weight becomes {got:.5g}; with large batches {wanted:.5g}",
                f"每 {k} 个 batch 更新一次，共两次：权重变为 {got:.5g}；用大 batch 得到 {wanted:.5g}",
            )
        ],
    )


@clearing.second_way
def _clearing_by_rule(clears: str, k: int = 1) -> str:
    """Gradients have to be gone when the first of k is added, and to be there when the step is taken."""
    gone_after_step = clears == "after every step()"
    return "works" if gone_after_step or (clears == "before every backward()" and k == 1) else "doesn't"


@verifier(
    "torch",
    where="batch > fits",
    limit_s=5.0,
    examples=[({"fits": 10, "batch": 128}, [8, 16]), ({"fits": 24, "batch": 96}, [24, 4])],
)
def micro(
    fits: Annotated[int, Int(1, 256, often=(4, 8, 16, 32))],
    batch: Annotated[int, Int(2, 1024, often=(64, 128, 256))],
) -> Result:
    """A size of small batches and how many of them make the gradient of one large batch, as one example of many."""
    size = next(one for one in range(fits, 0, -1) if batch % one == 0)
    value: list[Value] = [size, batch // size]
    return Result(value, steps=[f"{size} · {batch // size} = {batch}"], facts={"size": size, "times": batch // size})


@micro.attempt
def same_gradient(answer: Mapping[str, int], fits: int, batch: int) -> Attempt:
    """Adds up the learner's small batches, each loss divided by their number, and compares with the large batch."""
    size, times = answer["size"], answer["times"]
    if size > fits:
        return attempt(
            False,
            en=f"Batches of {size} don't fit: at most {fits} images do.",
            zh=f"大小为 {size} 的 batch 放不下，最多 {fits} 张。",
        )
    samples = torch.rand(max(batch, size * times)) + 1
    weight = torch.tensor(2.0, requires_grad=True)
    for part in torch.split(samples[: size * times], size):
        torch.autograd.backward(((weight - part) ** 2).mean() / times)
    seen, got = size * times, weight.grad
    (wanted,) = torch.autograd.grad(((weight - samples[:batch]) ** 2).mean(), weight)
    assert got is not None
    return attempt(
        seen == batch and bool(torch.isclose(got, wanted, rtol=1e-3)),
        en=f"{times} batches of {size} are {seen} images: the gradient is {got:.4f}, that of {batch} is {wanted:.4f}.",
        zh=f"{times} 个 {size} 张的 batch 共 {seen} 张：累积梯度 {got:.4f}，{batch} 张一次得到的是 {wanted:.4f}。",
    )


_LOOP = """\
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
batches = [(torch.rand(4, 1), torch.rand(4, 1)) for _ in range(2 * {k})]
{body}
print(model.weight.item())"""


_CLEARING = """\
for i, (x, y) in enumerate(batches):
    {at0}
    loss = criterion(model(x), y) / {k}
    loss.backward()
    if (i + 1) % {k} == 0:
        {at1}
        optimizer.step()
        {at2}"""


def _looped(lines: Sequence[str], k: int) -> float:
    """The weight after a loop over 2·k batches. Raises what the lines raise."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    names: dict[str, Any] = {
        "model": model,
        "criterion": nn.MSELoss(),
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.1),
        "batches": _batches(2 * k),
    }
    ran = execute("\n".join(lines), **names)
    if ran.error:
        raise ran.error
    return model.weight.item()


def _batches(count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(0)
    return [(torch.rand(4, 1), torch.rand(4, 1)) for _ in range(count)]
