"""The Kullback-Leibler divergence and the cross entropy of short distributions, as torch computes them."""

import math
from collections.abc import Sequence
from typing import Annotated

from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Distribution, Explored, Grid, Mistake, Result, Text, mistake, verifier
from verifiers.distributions import DECIMALS, entropy, nats, other_logs, paste, real
from verifiers.kl_bars import both_directions
from verifiers.kl_curves import both_ways


@verifier("torch", where="len(p) == len(q)")
def divergence(
    p: Annotated[list[float], Distribution(2, 10, 0.05, zeros=True)],
    q: Annotated[list[float], Distribution(2, 10, 0.05, zeros=True)],
) -> Result:
    """D_KL(P‖Q) in nats: what Q costs beyond P for outcomes drawn from P; infinite where Q rules one of them out."""
    value = nats(p, q)
    masked = ["seen = p > 0  # 0 · log 0 counts as 0", "p, q = p[seen], q[seen]"] if 0 in p else []
    return Result(
        value,
        steps=[*_terms(p, q), f"D_KL(P‖Q) = {_written(value)}"],
        mistakes=[
            mistake(nats(q, p), "That is D_KL(Q‖P): the two are swapped.", "这是 D_KL(Q‖P)：两个分布写反了。"),
            *other_logs(value),
            *_unfinished(p, q, value),
        ],
        tolerance=DECIMALS,
        snippet=paste({"p": p, "q": q}, *masked, 'print(F.kl_div(q.log(), p, reduction="sum").item())'),
        facts={"entropy": entropy(p), "bits": value / math.log(2)},
    )


@divergence.second_way
def _divergence_by_scipy(p: list[float], q: list[float]) -> float:
    from scipy import special

    return float(special.rel_entr(p, q).sum())


@divergence.explore(p=Distribution(2, 5, 0.05, zeros=True), q=Distribution(2, 5, 0.05, zeros=True))
def _dragged(p: list[float], q: list[float]) -> Explored:
    return both_directions(p, q)


@verifier("torch", where="len(p) == len(q)")
def divergence_in_bits(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """D_KL(P‖Q) in bits: with logarithms to base 2."""
    natural = nats(p, q)
    value = natural / math.log(2)
    back = nats(q, p) / math.log(2)
    return Result(
        value,
        steps=[*_terms(p, q, "log₂", math.log(2)), f"D_KL(P‖Q) = {value:.4f} bit = {natural:.4f} nat"],
        mistakes=[
            mistake(
                natural,
                "That is in nats: the logarithm here is to base 2.",
                "这是以 nat 为单位的：这里要用以 2 为底的对数。",
            ),
            mistake(back, "That is D_KL(Q‖P): the two are swapped.", "这是 D_KL(Q‖P)：两个分布写反了。"),
            mistake(-value, "The fraction is upside down: it is P over Q.", "分数上下颠倒了：应当是 P 除以 Q。"),
        ],
        tolerance=DECIMALS,
        snippet=paste({"p": p, "q": q}, 'print(F.kl_div(q.log(), p, reduction="sum").item() / 0.6931471805599453)'),
        facts={"nats": natural},
    )


@divergence_in_bits.second_way
def _bits_by_scipy(p: list[float], q: list[float]) -> float:
    from scipy import stats

    return float(stats.entropy(p, q, base=2))


@verifier("torch", where="len(p) == len(q)")
def cross_entropy(
    p: Annotated[list[float], Distribution(2, 10, 0.05, zeros=True)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """H(P, Q) = −Σ P ln Q in nats: F.cross_entropy of the target P where the softmax gives Q."""
    value = F.cross_entropy(real(q).log(), real(p)).item()
    return Result(
        value,
        steps=[
            *(f"−{a:g} · ln {b:g} = {-a * math.log(b):.4f}" for a, b in zip(p, q, strict=True)),
            f"H(P, Q) = {value:.4f}",
        ],
        mistakes=[
            mistake(
                -value, "The minus sign is missing: Σ P ln Q is never positive.", "少了负号：Σ P ln Q 不会是正数。"
            ),
            mistake(nats(p, q), "That is D_KL(P‖Q): H(P) has yet to be added.", "这是 D_KL(P‖Q)，还要加上 H(P)。"),
            mistake(
                nats(q, p) + entropy(q), "That is H(Q, P): P is to weigh ln Q.", "这是 H(Q, P)：应当用 P 给 ln Q 加权。"
            ),
            *other_logs(value),
        ],
        tolerance=DECIMALS,
        snippet=paste({"p": p, "q": q}, "print(F.cross_entropy(q.log(), p).item())"),
        facts={"entropy": entropy(p), "divergence": nats(p, q)},
    )


@cross_entropy.second_way
def _cross_entropy_by_scipy(p: list[float], q: list[float]) -> float:
    from scipy import special, stats

    return float(stats.entropy(p) + special.rel_entr(p, q).sum())


@verifier("torch", where="len(p) == len(q)")
def larger_direction(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """Which is larger, D_KL(P‖Q) ("forward") or D_KL(Q‖P) ("backward"); "equal" where they agree to six digits."""
    forward, backward = nats(p, q), nats(q, p)
    same = math.isclose(forward, backward, rel_tol=1e-6, abs_tol=1e-12)
    apart = f"D_KL(P‖Q) = {forward:.4f}, D_KL(Q‖P) = {backward:.4f}"
    return Result(
        "equal" if same else "forward" if forward > backward else "backward",
        steps=[apart],
        mistakes=[
            mistake(name, f"Computed both ways: {apart}.", f"两个方向都算一遍：{apart}。")
            for name in ("forward", "backward", "equal")
        ],
        snippet=paste(
            {"p": p, "q": q},
            'forward = F.kl_div(q.log(), p, reduction="sum")',
            'backward = F.kl_div(p.log(), q, reduction="sum")',
            "same = torch.isclose(forward, backward, rtol=1e-6, atol=1e-12)",
            'print("equal" if same else "forward" if forward > backward else "backward")',
        ),
        facts={"forward": forward, "backward": backward},
        picture=both_ways(p[0]) if len(p) == 2 else None,
    )


@larger_direction.second_way
def _larger_by_scipy(p: list[float], q: list[float]) -> str:
    from scipy import special

    gap = float(special.rel_entr(p, q).sum() - special.rel_entr(q, p).sum())
    return "equal" if abs(gap) < 1e-9 else "forward" if gap > 0 else "backward"


@larger_direction.explore(p=Distribution(2, 6, 0.05), q=Distribution(2, 6, 0.05))
def _compared(p: list[float], q: list[float]) -> Explored:
    return both_directions(p, q)


@verifier("torch", examples=[({"first": 0.3}, 1), ({"first": 0.5}, 1)])
def zeros_on_grid(first: Annotated[float, Grid(0.05, 0.95, 0.05)]) -> Result:
    """How many b of 0.05, 0.10 … 0.95 make D_KL(P‖Q) zero for P = (a, 1 − a) and Q = (b, 1 − b)."""
    values = {b / 20: nats([first, 1 - first], [b / 20, 1 - b / 20]) for b in range(1, 20)}
    zero = [b for b, value in values.items() if value < 1e-9]
    mirrored = round(1 - first, 2)
    return Result(
        len(zero),
        steps=[f"b = {b:g}: D_KL(P‖Q) = {value:.4f}" for b, value in values.items() if b in (*zero, mirrored)],
        mistakes=[
            mistake(
                2,
                f"At the mirrored b = {mirrored:g} the two directions agree, but they aren't zero.",
                f"取对称的 b = {mirrored:g} 时，两个方向的值相等，但不为零。",
            ),
            mistake(0, "Where Q equals P every ln(P / Q) is 0.", "Q 与 P 相同时，每一项 ln(P / Q) 都是 0。"),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        "b = torch.arange(1, 20, dtype=torch.float64) / 20\n"
        f"p = torch.tensor([[{first}], [{1 - first}]], dtype=torch.float64)\n"
        'values = F.kl_div(torch.stack([b, 1 - b]).log(), p.expand(2, 19), reduction="none").sum(0)\n'
        "print((values < 1e-9).sum().item())",
        facts={"mirrored": mirrored, "there": nats([first, 1 - first], [mirrored, 1 - mirrored])},
    )


@verifier("torch", where="abs(first - 0.5) >= 0.05")
def symmetric_partner(first: Annotated[float, Grid(0.05, 0.95, 0.05)]) -> Result:
    """The b other than a at which P = (a, 1 − a) and Q = (b, 1 − b) give D_KL(P‖Q) = D_KL(Q‖P); by bisection."""
    # The difference changes its sign once on this side of one half.
    flat, sharp = 0.5, 1 - 1e-6 if first < 0.5 else 1e-6
    while abs(sharp - flat) > 1e-9:
        b = (flat + sharp) / 2
        forward, backward = _both_ways(first, b)
        flat, sharp = (b, sharp) if forward < backward else (flat, b)
    value = round(flat, 6)
    forward, backward = _both_ways(first, value)
    half = "b = 0.5: D_KL(P‖Q) = {:.4f}, D_KL(Q‖P) = {:.4f}".format(*_both_ways(first, 0.5))
    return Result(
        value,
        steps=[half, f"b = {value:g}: D_KL(P‖Q) = {forward:.4f}, D_KL(Q‖P) = {backward:.4f}"],
        mistakes=[
            mistake(
                first,
                "That makes Q equal to P, and both are 0; there is another.",
                "这样 Q 就等于 P，两边都是 0；还有另一个。",
            ),
            mistake(0.5, f"There they differ: {half}.", f"这时两者不相等：{half}。"),
        ],
        tolerance=DECIMALS,
        snippet=_PARTNER.format(first=first),
        facts={"forward": forward, "backward": backward},
    )


@symmetric_partner.second_way
def _partner_by_scipy(first: float) -> float:
    from scipy import optimize, special

    def gap(b: float) -> float:
        p, q = [first, 1 - first], [b, 1 - b]
        return float(special.rel_entr(p, q).sum() - special.rel_entr(q, p).sum())

    return float(optimize.brentq(gap, 0.5, 1 - 1e-6 if first < 0.5 else 1e-6))


_PARTNER = """\
import torch
import torch.nn.functional as F

a = {first}
b = torch.arange(1, 1000, dtype=torch.float64) / 1000
p, q = torch.stack([torch.full_like(b, a), torch.full_like(b, 1 - a)]), torch.stack([b, 1 - b])
forward = F.kl_div(q.log(), p, reduction="none").sum(0)
backward = F.kl_div(p.log(), q, reduction="none").sum(0)
equal = (forward - backward).abs() < 1e-12
print(b[equal & ((b - a).abs() > 1e-6)].item())"""


def _both_ways(a: float, b: float) -> tuple[float, float]:
    p, q = [a, 1 - a], [b, 1 - b]
    return nats(p, q), nats(q, p)


def _terms(p: Sequence[float], q: Sequence[float], log: str = "ln", unit: float = 1.0) -> list[str | Text]:
    """A line for each outcome's share of the divergence."""
    lines: list[str | Text] = []
    for above, below in zip(p, q, strict=True):
        if above == 0:
            lines.append(Text(f"0 · {log}(0 / {below:g}) counts as 0", f"0 · {log}(0 / {below:g}) 规定为 0"))
        else:
            lines.append(
                f"{above:g} · {log}({above:g} / {below:g}) = {_written(nats([above], [below], floor=False) / unit)}"
            )
    return lines


def _written(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.4f}"


def _unfinished(p: Sequence[float], q: Sequence[float], value: float) -> list[Mistake]:
    """What comes out of the sum when a part of it is taken wrongly."""
    if math.isinf(value):
        kept = [(above, below) for above, below in zip(p, q, strict=True) if below > 0]
        rest = nats([above for above, _ in kept], [below for _, below in kept], floor=False)
        return [
            mistake(
                rest,
                "The outcome that Q rules out was skipped; it alone makes the sum infinite.",
                "跳过了 Q 给 0 概率的那一项；仅这一项就让总和变成无穷大。",
            )
        ]
    return [
        mistake(
            value + entropy(p),
            "That is the cross entropy H(P, Q): H(P) has yet to be subtracted.",
            "这是交叉熵 H(P, Q)，还要减去 H(P)。",
        ),
        mistake(
            -value,
            "The fraction is upside down: it is P over Q, and the sum is never negative.",
            "分数上下颠倒了：应当是 P 除以 Q，而且总和不会是负数。",
        ),
    ]
