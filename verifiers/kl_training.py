"""What training on a cross entropy does to a divergence: what falls, what stays, and where the gradient points."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Distribution, Impossible, Result, Text, Tolerance, mistake, verifier
from verifiers.distributions import DECIMALS, entropy, nats, paste, real

Objective = Callable[[torch.Tensor], torch.Tensor]


@verifier("torch", where=["len(p) == len(before)", "len(p) == len(after)"])
def fall(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    before: Annotated[list[float], Distribution(2, 10, 0.05)],
    after: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """By how many nats D_KL(P‖Q) falls as training moves Q from `before` to `after` while P stays."""
    first, last = nats(p, before), nats(p, after)
    crosses = [F.cross_entropy(real(q).log(), real(p)).item() for q in (before, after)]
    value = first - last
    return Result(
        value,
        steps=[
            f"D_KL(P‖Q): {first:.4f} − {last:.4f} = {value:.4f}",
            f"H(P, Q): {crosses[0]:.4f} − {crosses[1]:.4f} = {crosses[0] - crosses[1]:.4f}",
        ],
        mistakes=[
            mistake(
                value - entropy(p),
                "H(P) is in both cross entropies, so it cancels; it isn't taken off once more.",
                "两个交叉熵里都有 H(P)，相减时已经抵消，不必再减一次。",
            ),
            mistake(-value, "A fall is counted positive: before minus after.", "问的是下降了多少：用训练前减训练后。"),
            mistake(
                0.0, "P is fixed, but Q is not, and D_KL depends on both.", "不变的只是 P；Q 变了，D_KL 也跟着变。"
            ),
        ],
        tolerance=Tolerance(absolute=0.002),
        snippet=paste(
            {"p": p, "before": before, "after": after},
            'first, last = (F.kl_div(q.log(), p, reduction="sum") for q in (before, after))',
            "print((first - last).item())",
        ),
        facts={"first": first, "last": last, "entropy": entropy(p)},
    )


@fall.second_way
def _fall_by_scipy(p: list[float], before: list[float], after: list[float]) -> float:
    from scipy import special

    return float(special.rel_entr(p, before).sum() - special.rel_entr(p, after).sum())


@verifier(
    "torch",
    where=["len(p) == len(q)", "max(p) - min(p) > 0.01", "max(q) - min(q) > 0.01"],
    examples=[
        ({"p": [0.7, 0.3], "q": [0.4, 0.6]}, "first"),
        ({"p": [0.7, 0.3], "q": [0.4, 0.6], "trained": "P"}, "neither"),
    ],
)
def constant_half(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
    trained: Annotated[str, Choice("P", "Q")] = "Q",
) -> Result:
    """Which half of Σ P ln P − Σ P ln Q has no gradient where training moves P, or Q: first, second, both, neither."""
    fixed_p, fixed_q = real(p), real(q)
    if trained == "Q":
        start = fixed_q
        halves: list[Objective] = [
            lambda _: torch.xlogy(fixed_p, fixed_p).sum(),
            lambda q: torch.xlogy(fixed_p, q).sum(),
        ]
    else:
        start = fixed_p
        halves = [lambda p: torch.xlogy(p, p).sum(), lambda p: torch.xlogy(p, fixed_q).sum()]
    slopes = [_slope(half, start) for half in halves]
    still = [bool(slope.abs().max() < 1e-6) for slope in slopes]
    names = {(True, False): "first", (False, True): "second", (True, True): "both", (False, False): "neither"}
    written = [", ".join(f"{part:.4f}" for part in slope.tolist()) for slope in slopes]
    return Result(
        names[still[0], still[1]],
        steps=[
            Text(
                f"gradient of {half} with respect to the logits of {trained}: ({slope})",
                f"{half} 对 {trained} 的 logits 的梯度：({slope})",
            )
            for half, slope in zip(("Σ P ln P", "Σ P ln Q"), written, strict=True)
        ],
        mistakes=[
            mistake("both", "Then there would be nothing to train.", "那就没有可训练的东西了。"),
            mistake("second", f"Σ P ln Q has the gradient ({written[1]}).", f"Σ P ln Q 的梯度是 ({written[1]})。"),
            mistake("first", f"Σ P ln P has the gradient ({written[0]}).", f"Σ P ln P 的梯度是 ({written[0]})。"),
            mistake("neither", "Σ P ln P doesn't contain Q.", "Σ P ln P 里根本没有 Q。"),
        ],
        snippet=paste(
            {"p": p, "q": q},
            f"logits = {trained.lower()}.log().requires_grad_()",
            f"{trained.lower()} = logits.softmax(-1)",
            "halves = [torch.xlogy(p, p).sum(), torch.xlogy(p, q).sum()]",
            "",
            "def still(half):",
            "    if not half.requires_grad:",
            "        return True",
            "    return bool(torch.autograd.grad(half, logits, retain_graph=True)[0].abs().max() < 1e-6)",
            "",
            "first, second = map(still, halves)",
            'print("both" if first and second else "first" if first else "second" if second else "neither")',
        ),
    )


@verifier("torch", where=["len(p) == len(q)", "p != q"], examples=[({"p": [0.7, 0.3], "q": [0.4, 0.6]}, "D(P‖Q)")])
def cross_entropy_follows(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """Which objective has the gradient of F.cross_entropy in the logits of Q: D(P‖Q), D(Q‖P), H(Q) or -H(Q)."""
    target, start = real(p), real(q)
    wanted = _slope(lambda q: F.cross_entropy(q.log(), target), start)
    objectives: dict[str, Objective] = {
        "D(P‖Q)": lambda q: F.kl_div(q.log(), target, reduction="sum"),
        "D(Q‖P)": lambda q: F.kl_div(target.log(), q, reduction="sum"),
        "H(Q)": lambda q: torch.special.entr(q).sum(),
        "-H(Q)": lambda q: -torch.special.entr(q).sum(),
    }
    slopes = {name: _slope(objective, start) for name, objective in objectives.items()}
    same = [name for name, slope in slopes.items() if torch.allclose(slope, wanted, atol=1e-6)]
    if len(same) != 1:
        raise Impossible("P and Q are so close that more than one of the gradients agrees")
    rows = {"F.cross_entropy": wanted, **slopes}
    return Result(
        same[0],
        steps=[f"{name}: ({', '.join(f'{part:.4f}' for part in slope.tolist())})" for name, slope in rows.items()],
        mistakes=[
            mistake(
                "D(Q‖P)",
                "There the logs are weighed by the model's Q; the labels P weigh them in a cross entropy.",
                "那里给对数加权的是模型的 Q；交叉熵里加权的是标签分布 P。",
            ),
            mistake("H(Q)", "H(Q) doesn't contain the labels.", "H(Q) 里没有标签分布 P。"),
            mistake("-H(Q)", "H(Q) doesn't contain the labels.", "H(Q) 里没有标签分布 P。"),
        ],
        snippet=paste(
            {"p": p, "q": q},
            "logits = q.log().requires_grad_()",
            "log_q = logits.log_softmax(-1)",
            "objectives = {",
            '    "D(P‖Q)": F.kl_div(log_q, p, reduction="sum"),',
            '    "D(Q‖P)": F.kl_div(p.log(), log_q.exp(), reduction="sum"),',
            '    "H(Q)": torch.special.entr(log_q.exp()).sum(),',
            '    "-H(Q)": -torch.special.entr(log_q.exp()).sum(),',
            "}",
            "",
            "def slope(value):",
            "    return torch.autograd.grad(value, logits, retain_graph=True)[0]",
            "",
            "wanted = slope(F.cross_entropy(logits, p))",
            "print(next(name for name, value in objectives.items() if torch.allclose(slope(value), wanted)))",
        ),
    )


@verifier("torch", where="len(p) == len(q)")
def logit_gradient(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """The derivative of D_KL(P‖Q) with respect to the first logit of the softmax that gives Q; by autograd."""
    target, start = real(p), real(q)
    slope = _slope(lambda q: F.kl_div(q.log(), target, reduction="sum"), start)
    cross = _slope(lambda q: F.cross_entropy(q.log(), target), start)
    value = slope[0].item()
    return Result(
        value,
        steps=[
            f"∂D_KL/∂z₁ = q₁ − p₁ = {q[0]:g} − {p[0]:g}",
            f"∂H(P, Q)/∂z₁ = {cross[0].item():.4f}",
        ],
        mistakes=[
            mistake(
                -value,
                "The sign is the wrong way round: it is q₁ − p₁, so that descent moves q₁ towards p₁.",
                "符号反了：应当是 q₁ − p₁，这样梯度下降才会让 q₁ 靠近 p₁。",
            ),
            mistake(
                -p[0] / q[0],
                "That is the derivative with respect to the probability q₁; the softmax lies between it and the logit.",
                "这是对概率 q₁ 的导数；它和 logit 之间还隔着 softmax。",
            ),
            mistake(
                math.log(q[0] / p[0]), "That is ln(q₁ / p₁), a difference of logs.", "这是 ln(q₁ / p₁)，是对数之差。"
            ),
        ],
        tolerance=DECIMALS,
        snippet=paste(
            {"p": p, "q": q},
            "z = q.log().requires_grad_()",
            'F.kl_div(z.log_softmax(-1), p, reduction="sum").backward()',
            "print(z.grad[0].item())",
        ),
        facts={"cross": cross[0].item()},
    )


@logit_gradient.second_way
def _gradient_by_differences(p: list[float], q: list[float]) -> float:
    from scipy import special

    def loss(shift: float) -> float:
        logits = special.xlogy(1.0, q)
        logits[0] += shift
        return float(special.rel_entr(p, special.softmax(logits)).sum())

    return (loss(1e-5) - loss(-1e-5)) / 2e-5


def _slope(objective: Objective, start: torch.Tensor) -> torch.Tensor:
    """The gradient of `objective` in the logits of the softmax that gives `start`; of the shape of `start`."""
    logits = start.log().requires_grad_()
    value = objective(logits.softmax(-1))
    if not value.requires_grad:  # the distribution does not occur in it
        return torch.zeros_like(start)
    return torch.autograd.grad(value, logits)[0]
