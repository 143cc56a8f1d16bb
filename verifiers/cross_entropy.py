"""F.cross_entropy: what it adds up, how low it can go, and what it makes of logits and of a batch."""

import math
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Distribution, Grid, Impossible, Int, Result, Text, mistake, verifier
from verifiers.distributions import DECIMALS, other_logs, paste, real


@verifier(
    "torch", where=["len(p) == len(q)", "p != q"], examples=[({"p": [0.7, 0.3], "q": [0.4, 0.6]}, "-sum p log q")]
)
def in_sums(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """Which of the sums that make up D_KL(P‖Q), with which sign, is what F.cross_entropy returns."""
    above, below = real(p), real(q)
    value = F.cross_entropy(below.log(), above)
    first, second = torch.xlogy(above, above).sum(), torch.xlogy(above, below).sum()
    sums = {"sum p log p": first, "sum p log q": second, "-sum p log p": -first, "-sum p log q": -second}
    names = [name for name, one in sums.items() if torch.isclose(one, value)]
    if len(names) != 1:
        raise Impossible("P and Q are so close that two of the sums agree")
    return Result(
        names[0],
        steps=[f"F.cross_entropy = {value:.4f}", f"Σ P ln P = {first:.4f}", f"Σ P ln Q = {second:.4f}"],
        mistakes=[
            mistake(
                "sum p log q",
                f"That sum is {second:.4f}; the minus in front of it belongs to the cross entropy, {value:.4f}.",
                f"这个和等于 {second:.4f}；前面的负号属于交叉熵，交叉熵是 {value:.4f}。",
            ),
            mistake("-sum p log p", "That is H(P), the entropy of P alone.", "这是 H(P)，只是 P 自己的熵。"),
        ],
        snippet=paste(
            {"p": p, "q": q},
            "sums = {",
            '    "sum p log p": torch.xlogy(p, p).sum(),',
            '    "sum p log q": torch.xlogy(p, q).sum(),',
            '    "-sum p log p": -torch.xlogy(p, p).sum(),',
            '    "-sum p log q": -torch.xlogy(p, q).sum(),',
            "}",
            "value = F.cross_entropy(q.log(), p)",
            "print(next(name for name, one in sums.items() if torch.isclose(one, value)))",
        ),
        facts={"sum": second.item(), "cross": value.item()},
    )


@verifier("torch")
def lowest(p: Annotated[list[float], Distribution(2, 10, 0.05)]) -> Result:
    """The lowest F.cross_entropy that any logits reach for the soft target P, in nats: found by minimising it."""
    target = real(p)
    logits = torch.zeros_like(target).requires_grad_()
    for _ in range(20_000):
        loss = F.cross_entropy(logits, target)
        (slope,) = torch.autograd.grad(loss, logits)
        if slope.abs().max() < 1e-6:
            break
        logits.data -= 2 * slope  # the curvature is at most 1/2
    value = loss.item()
    best = ", ".join(f"{part:.4f}" for part in logits.detach().softmax(-1).tolist())
    return Result(
        value,
        steps=[
            Text(f"Gradient descent ends at softmax = ({best}).", f"梯度下降收敛到 softmax = ({best})。"),
            f"H(P, Q) = {value:.4f}",
        ],
        mistakes=[
            mistake(
                0.0, "D_KL can reach 0; the cross entropy keeps H(P).", "能降到 0 的是 D_KL；交叉熵里还留着 H(P)。"
            ),
            *other_logs(value),
        ],
        tolerance=DECIMALS,
        snippet=paste(
            {"p": p},
            "logits = torch.zeros_like(p, requires_grad=True)",
            "for _ in range(20_000):",
            "    (slope,) = torch.autograd.grad(F.cross_entropy(logits, p), logits)",
            "    if slope.abs().max() < 1e-6:",
            "        break",
            "    logits.data -= 2 * slope",
            "print(F.cross_entropy(logits, p).item())",
        ),
    )


@lowest.second_way
def _entropy_by_scipy(p: list[float]) -> float:
    from scipy import stats

    return float(stats.entropy(p))


@verifier("torch")
def untrained(classes: Annotated[int, Int(2, 100_000, often=(2, 10, 100, 1000))]) -> Result:
    """F.cross_entropy, in nats, where all logits of a row are equal: a classifier that knows nothing yet."""
    value = F.cross_entropy(real([0.0] * classes).expand(8, -1), torch.arange(8) % classes).item()
    return Result(
        value,
        steps=[f"softmax = 1 / {classes}", f"−ln(1 / {classes}) = ln {classes} = {value:.4f}"],
        mistakes=[
            *other_logs(value),
            mistake(1 / classes, "That is the probability, not its −ln.", "这是概率本身，还没有取 −ln。"),
            mistake(
                1 - 1 / classes, "That is the error rate by chance, not the loss.", "这是随机猜测的错误率，不是损失。"
            ),
            mistake(
                0.0,
                "Equal logits are not a right answer: each class gets 1 / C.",
                "logits 全相等不等于答对：每一类只分到 1 / C。",
            ),
        ],
        tolerance=DECIMALS,
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"logits = torch.zeros(8, {classes}, dtype=torch.float64)\n"
        f"print(F.cross_entropy(logits, torch.arange(8) % {classes}).item())",
    )


@untrained.second_way
def _log_of_classes(classes: int) -> float:
    from scipy import special

    return float(special.entr([1 / classes] * classes).sum())


@verifier("torch")
def softmax_twice(classes: Annotated[int, Int(2, 10_000, often=(2, 3, 10, 100, 1000))]) -> Result:
    """F.cross_entropy of a perfect softmax output, 1 for the right class and 0 elsewhere, taken for logits; in nats."""
    perfect = real([1.0] + [0.0] * (classes - 1))
    value = F.cross_entropy(perfect[None], torch.tensor([0])).item()
    share = math.exp(-value)
    return Result(
        value,
        steps=[
            f"softmax of (1, 0, …, 0): e / (e + {classes - 1}) = {share:.4f}",
            f"−ln {share:.4f} = {value:.4f}",
        ],
        mistakes=[
            mistake(
                0.0,
                "It would be 0 if the function took probabilities; it takes logits, and applies softmax again.",
                "如果它接收的是概率，才会是 0；它接收的是 logits，会再做一次 softmax。",
            ),
            mistake(math.log(classes), "That is for equal outputs.", "那是输出全相等时的损失。"),
            mistake(-1.0, "That is F.nll_loss, which takes no log.", "这是 F.nll_loss 的结果，它不取对数。"),
        ],
        tolerance=DECIMALS,
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"output = F.one_hot(torch.tensor([0]), {classes}).double()\n"
        "print(F.cross_entropy(output, torch.tensor([0])).item())",
        facts={"share": share},
    )


@softmax_twice.second_way
def _twice_by_scipy(classes: int) -> float:
    from scipy import special

    return float(-special.log_softmax([1.0] + [0.0] * (classes - 1))[0])


@verifier("torch")
def batch(
    first: Annotated[float, Grid(0.01, 1.0, 0.01)],
    second: Annotated[float, Grid(0.01, 1.0, 0.01)],
) -> Result:
    """F.cross_entropy, in nats, of two examples whose right classes get the probabilities `first` and `second`."""
    rows = real([first, (1 - first) / 2, (1 - first) / 2]), real([second, (1 - second) / 2, (1 - second) / 2])
    value = F.cross_entropy(torch.stack(rows).log(), torch.tensor([0, 0])).item()
    mean = (first + second) / 2
    return Result(
        value,
        steps=[
            f"−ln {first:g} = {-math.log(first):.4f}",
            f"−ln {second:g} = {-math.log(second):.4f}",
            f"mean = {value:.4f}",
        ],
        mistakes=[
            mistake(
                2 * value, "That is the sum; the default is the mean over the batch.", "这是总和；默认对 batch 取平均。"
            ),
            mistake(
                -math.log(mean),
                f"That is −ln {mean:g}, of the mean probability; the losses are averaged, not the probabilities.",
                f"这是平均概率的 −ln {mean:g}；取平均的是损失，不是概率。",
            ),
            *other_logs(value),
        ],
        tolerance=DECIMALS,
        snippet=paste(
            {
                "first": [first, (1 - first) / 2, (1 - first) / 2],
                "second": [second, (1 - second) / 2, (1 - second) / 2],
            },
            "print(F.cross_entropy(torch.stack([first, second]).log(), torch.tensor([0, 0])).item())",
        ),
    )


@batch.second_way
def _batch_by_scipy(first: float, second: float) -> float:
    from scipy import special

    return float(-special.xlogy(1, [first, second]).mean())
