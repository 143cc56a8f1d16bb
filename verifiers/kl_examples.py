"""Distributions that the learner makes up: any that do what was asked are right."""

from collections.abc import Mapping

import torch
from torch.distributions import Categorical, kl_divergence

from quizapp.authoring import Attempt, Result, attempt, verifier

_P, _Q = [0.5, 0.5], [0.02, 0.98]


@verifier("torch")
def either_side_of_one() -> Result:
    """Two distributions with D(p‖q) above 1 nat and D(q‖p) below it, as one example of many."""
    forth, back = _divergence(_P, _Q), _divergence(_Q, _P)
    return Result(
        "p=0.5,0.5 q=0.02,0.98",
        steps=[f"D_KL(p‖q) = {forth:.4f}", f"D_KL(q‖p) = {back:.4f}"],
        snippet="import torch\nfrom torch.distributions import Categorical, kl_divergence\n\n"
        f"p, q = Categorical(torch.tensor({_P})), Categorical(torch.tensor({_Q}))\n"
        "print([round(kl_divergence(p, q).item(), 4), round(kl_divergence(q, p).item(), 4)])",
        facts={"forth": forth, "back": back},
    )


@either_side_of_one.attempt
def lies_either_side(answer: Mapping[str, list[float]]) -> Attempt:
    """Computes both directions."""
    p, q = answer["p"], answer["q"]
    if len(p) != len(q):
        return attempt(False, en="p and q need equally many outcomes.", zh="p 和 q 的取值个数必须相同。")
    forth, back = _divergence(p, q), _divergence(q, p)
    return attempt(
        forth > 1 > back,
        en=f"D_KL(p‖q) = {forth:.4f} and D_KL(q‖p) = {back:.4f}.",
        zh=f"D_KL(p‖q) = {forth:.4f}，D_KL(q‖p) = {back:.4f}。",
    )


def _divergence(p: list[float], q: list[float]) -> float:
    """D_KL(p‖q) in nats."""
    first, second = (Categorical(torch.tensor(one, dtype=torch.float64)) for one in (p, q))
    return float(kl_divergence(first, second).item())
