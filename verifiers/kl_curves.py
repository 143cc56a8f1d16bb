"""The two directions of the divergence as Q slides past P, drawn, and whether they agree."""

from typing import Annotated

import torch
from torch.distributions import Categorical, kl_divergence

from quizapp.authoring import Choice, Distribution, Grid, Picture, Result, Text, mistake, verifier
from verifiers.distributions import nats
from verifiers.drawing import plot

FORWARD, BACKWARD = "D_KL(P‖Q)", "D_KL(Q‖P)"
_HIGHEST = 2.5


@verifier("torch", where="abs(first - 0.5) >= 0.05")
def slide(first: Annotated[float, Grid(0.05, 0.95, 0.05)]) -> Result:
    """The a of P = (a, 1 − a), read off the curves of both divergences while Q = (b, 1 − b) slides from 0 to 1."""
    b, forward, backward = _slid(first)
    value = round(b[forward.argmin()].item(), 2)
    mirrored = round(1 - value, 2)
    return Result(
        value,
        steps=[
            Text(f"both curves touch 0 at b = {value:g}", f"两条曲线都在 b = {value:g} 处碰到 0"),
            f"b = {value:g}: {FORWARD} = {forward.min().item():.4f}, {BACKWARD} = {backward.min().item():.4f}",
        ],
        mistakes=[
            mistake(
                mirrored,
                f"At b = {mirrored:g} the two curves cross, but above 0: that is P with its outcomes exchanged.",
                f"b = {mirrored:g} 处两条曲线相交，但不在 0 上：那是把 P 的两个结果对调。",
            )
        ],
        distractors=[round(one, 2) for one in (value / 2, (1 + value) / 2, 0.5)],
        snippet="import torch\nfrom torch.distributions import Categorical, kl_divergence\n\n"
        "b = torch.linspace(0.01, 0.99, 99)\n"
        f"p, q = Categorical(torch.tensor([{first}, {1 - first:g}])), Categorical(torch.stack([b, 1 - b], 1))\n"
        "print(round(b[kl_divergence(p, q).argmin()].item(), 2))",
        facts={"mirrored": mirrored, "there": nats([first, 1 - first], [mirrored, 1 - mirrored])},
        picture=both_ways(first),
    )


@slide.second_way
def _where_nothing_is_lost(first: float) -> float:
    from scipy import special

    grid = [step / 100 for step in range(1, 100)]
    return min(grid, key=lambda b: float(special.rel_entr([first, 1 - first], [b, 1 - b]).sum()))


@verifier("torch", where="len(p) == len(q)")
def directions(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """Whether D_KL(P‖Q) and D_KL(Q‖P) are the same number, to six digits: `differ` or `agree`."""
    forward, backward = nats(p, q), nats(q, p)
    return Result(
        "agree" if abs(forward - backward) < 1e-6 else "differ",
        steps=[f"{FORWARD} = {forward:.4f}", f"{BACKWARD} = {backward:.4f}"],
        picture=both_ways(p[0]) if len(p) == 2 else None,
    )


@directions.second_way
def _by_scipy(p: list[float], q: list[float]) -> str:
    from scipy import special

    gap = special.rel_entr(p, q).sum() - special.rel_entr(q, p).sum()
    return "agree" if abs(gap) < 1e-6 else "differ"


@verifier("torch", examples=[({"side": "first"}, "model"), ({"side": "second"}, "data")])
def argument(side: Annotated[str, Choice("first", "second")]) -> Result:
    """Which distribution is the first or the second argument of F.kl_div(input, target): `data` or `model`.

    Told by what trains: the model is the one that descent on F.kl_div moves to the other.
    """
    logits = torch.zeros(3, device="cpu", requires_grad=True)
    data = torch.tensor([0.7, 0.2, 0.1], device="cpu")
    optimizer = torch.optim.SGD([logits], lr=1.0)
    for _ in range(200):
        loss = torch.nn.functional.kl_div(logits.log_softmax(0), data, reduction="sum")
        (logits.grad,) = torch.autograd.grad(loss, logits)
        optimizer.step()
    arrived = bool((logits.softmax(0) - data).abs().max() < 1e-2)
    roles = ("model", "data") if arrived else ("data", "model")
    return Result(
        roles[side == "second"],
        steps=[Text(f"softmax(input) after training: {[round(one, 2) for one in logits.softmax(0).tolist()]}")],
    )


def both_ways(first: float) -> Picture:
    """Both divergences of P = (first, 1 − first) and Q = (b, 1 − b) over b from 0 to 1, in nats."""
    b, *found = (one.tolist() for one in _slid(first))
    curves = {name: list(zip(b, one, strict=True)) for name, one in zip((FORWARD, BACKWARD), found, strict=True)}
    return plot(curves, x=(0, 1), y=(0, _HIGHEST))


def _slid(first: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """b = 0.01, 0.02 … 0.99 and there D_KL(P‖Q) and D_KL(Q‖P), in nats; each of shape (99,)."""
    b = torch.linspace(0.01, 0.99, 99, dtype=torch.float64, device="cpu")
    p = Categorical(torch.tensor([first, 1 - first], dtype=torch.float64, device="cpu"))
    q = Categorical(torch.stack([b, 1 - b], dim=1))
    return b, kl_divergence(p, q), kl_divergence(q, p)
