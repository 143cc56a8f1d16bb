"""Short distributions as tensors: what the verifiers of the divergence and of the losses share."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Mistake, Tolerance, mistake

# Three decimals by hand, with room for one that is cut off and not rounded.
DECIMALS = Tolerance(absolute=0.001)

_HEAD = "import torch\nimport torch.nn.functional as F\n"


def real(values: Sequence[float]) -> torch.Tensor:
    """`values` in double precision, or in single where the device (MPS) has no other; shape (len(values),)."""
    dtype = torch.float32 if torch.get_default_device().type == "mps" else torch.float64
    return torch.tensor(values, dtype=dtype)


def nats(p: Sequence[float], q: Sequence[float], *, floor: bool = True) -> float:
    """Σ p ln(p / q) by F.kl_div, over the outcomes that P admits: where both are 0 it would return NaN.

    floor: of whole distributions the sum is never negative; a rounding error below 0 is lifted to it.
    """
    above, below = real(p), real(q)
    seen = above > 0
    value = float(F.kl_div(below[seen].log(), above[seen], reduction="sum"))
    return max(0.0, value) if floor else value


def entropy(p: Sequence[float]) -> float:
    """H(P) in nats."""
    return float(torch.special.entr(real(p)).sum())


def paste(tensors: Mapping[str, Sequence[float]], *lines: str) -> str:
    """A program that makes the named float64 tensors and then runs `lines`, the last of which prints."""
    made = [f"{name} = torch.tensor({list(values)}, dtype=torch.float64)" for name, values in tensors.items()]
    return "\n".join([_HEAD, *made, *lines])


def other_logs(value: float) -> list[Mistake]:
    """`value` nats, had another logarithm been used."""
    return [
        mistake(
            value / math.log(2),
            "That is in bits: with the logarithm to base 2. Nats take the natural one.",
            "这是以 bit 为单位的（用了 log₂）；nat 要用自然对数。",
        ),
        mistake(
            value / math.log(10),
            "That is with log₁₀, the calculator's “log”; nats take ln.",
            "这里用了 log₁₀（计算器上的 log 键）；nat 要用 ln。",
        ),
    ]
