"""Softmax: what may be done to its input, and what large numbers do to it."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Array, Choice, Explored, Grid, Int, Result, Tolerance, mistake, verifier
from verifiers.curves import real
from verifiers.softmax_bars import heated

_CHANGES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "z + 100": lambda z: z + 100,
    "z - z.max()": lambda z: z - z.max(),
    "z - z.mean()": lambda z: z - z.mean(),
    "2 * z": lambda z: 2 * z,
    "10 * z": lambda z: 10 * z,
    "z / 2": lambda z: z / 2,
    "z / 10": lambda z: z / 10,
    "-z": lambda z: -z,
}


@verifier("torch", where="max(z[0][0], z[0][1], z[0][2]) > min(z[0][0], z[0][1], z[0][2])")
def changed(
    z: Annotated[list[list[int]], Array(1, 3, min=-5, max=5)],
    change: Annotated[
        str, Choice("z + 100", "z - z.max()", "z - z.mean()", "2 * z", "10 * z", "z / 2", "z / 10", "-z")
    ],
) -> Result:
    """What changing logits does to their softmax: same, sharper, flatter or turned round."""
    logits = torch.tensor(z[0], dtype=real())
    before, after = F.softmax(logits, 0), F.softmax(_CHANGES[change](logits), 0)
    if torch.allclose(before, after, atol=1e-6):
        found = "same"
    elif before[after.argmax()] < before.max():
        found = "turned round"
    else:
        found = "sharper" if after.max() > before.max() else "flatter"
    written = [", ".join(f"{one:.3f}" for one in p.tolist()) for p in (before, after)]
    said = {
        "same": ("The softmax does change here", "这里的 softmax 会变"),
        "sharper": ("The largest probability doesn't grow", "最大的概率并没有变大"),
        "flatter": ("The largest probability doesn't shrink", "最大的概率并没有变小"),
        "turned round": ("The order of the classes stays", "各类别的大小顺序不变"),
    }
    return Result(
        found,
        steps=[f"softmax(z) = ({written[0]})", f"softmax({change}) = ({written[1]})"],
        mistakes=[
            mistake(name, f"{en}: ({written[0]}) becomes ({written[1]}).", f"{zh}：({written[0]}) → ({written[1]})。")
            for name, (en, zh) in said.items()
        ],
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"z = torch.tensor({z[0]}, dtype=torch.float64)\nprint(F.softmax(z, 0), F.softmax({change}, 0))",
        facts={"before": max(before.tolist()), "after": max(after.tolist())},
    )


@changed.second_way
def _changed_by_scipy(z: list[list[int]], change: str) -> str:
    import numpy as np
    from scipy import special

    logits = np.array(z[0], dtype=float)
    rates = {"2 * z": 2.0, "10 * z": 10.0, "z / 2": 0.5, "z / 10": 0.1, "-z": -1.0}
    if change not in rates:
        return "same"
    before, after = special.softmax(logits), special.softmax(logits * rates[change])
    if rates[change] < 0:
        return "turned round"
    return "sharper" if after.max() > before.max() else "flatter"


@changed.explore(change=Choice("2 * z", "z + 100", "z - z.max()", "z - z.mean()", "10 * z", "z / 2", "z / 10", "-z"))
def _heated(
    z: list[list[int]],
    change: str,
    *,
    temperature: Annotated[float, Grid(0.1, 5.0, 0.1)] = 1.0,
    label: Annotated[int, Int(0, 2)] = 0,
) -> Explored:
    return heated(z[0], _CHANGES[change], change, temperature, label)


@verifier("torch")
def first_of_two(
    base: Annotated[int, Int(-1000, 1000, often=(0, 100, 1000))],
    gap: Annotated[int, Int(-5, 5)],
) -> Result:
    """The first of the two probabilities that F.softmax makes of the logits base and base + gap."""
    logits = torch.tensor([float(base), float(base + gap)])
    first, second = F.softmax(logits, 0).tolist()
    naive = torch.exp(logits)
    return Result(
        first,
        steps=[
            f"1 / (1 + exp({gap})) = σ({-gap}) = {first:.4f}",
            f"exp({base}) = {naive[0].item():g} (float32)",
        ],
        mistakes=[
            mistake(second, "That is the other one.", "这是另一个类别的概率。"),
            mistake(
                base / (2 * base + gap) if 2 * base + gap else 0.0,
                "Logits aren't shared out in proportion; their exponentials are.",
                "不是按 logits 的比例分，而是按它们的指数分。",
            ),
            mistake(
                0.5, "How far the two are apart counts, not how large they are.", "起作用的是两者之差，不是各自的大小。"
            ),
            mistake(
                0.0,
                "exp overflows, but softmax takes the largest logit off first.",
                "exp 会溢出，但 softmax 会先减去最大值。",
            ),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet=f"import torch\n\nprint(torch.softmax(torch.tensor([{base}.0, {base + gap}.0]), 0)[0].item())",
        facts={"exponential": naive[0].item()},
    )


@first_of_two.second_way
def _sigmoid_of_the_gap(base: int, gap: int) -> float:
    return 1 / (1 + math.exp(gap))
