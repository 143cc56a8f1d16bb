"""Logits, their softmax and the softmax of changed logits at a temperature, as bars."""

from collections.abc import Callable, Sequence

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Explored, Picture, Run, Text
from verifiers.curves import real

_BAR = 24


def heated(
    z: Sequence[float], change: Callable[[torch.Tensor], torch.Tensor], name: str, temperature: float, label: int
) -> Explored:
    """softmax(z) beside softmax(change(z) / temperature), a class a row; the cross entropy with `label` as target."""
    logits = torch.tensor(z, dtype=real())
    changed = change(logits) / temperature
    before, after = F.softmax(logits, 0), F.softmax(changed, 0)
    target = torch.tensor(label)
    losses = [F.cross_entropy(one, target).item() + 0.0 for one in (logits, changed)]
    entropies = [torch.special.entr(one).sum().item() + 0.0 for one in (before, after)]
    other = f"softmax(({name}) / {temperature:g})" if temperature != 1 else f"softmax({name})"
    rows: list[list[Run | str]] = [[Run(f"{'':4}{'z':>5}   {'softmax(z)':<{_BAR + 8}}{other}", "dim")]]
    for at, (logit, first, second) in enumerate(zip(z, before.tolist(), after.tolist(), strict=True)):
        mark = Run("▸", "strong") if at == label else " "
        rows.append([mark, f"{at:<3}{logit:>5g}   ", *_bar(first, "█", "one"), "   ", *_bar(second, "▒", "two")])
    return Picture.of(rows), [
        Text(
            f"cross entropy where ▸ is right: {losses[0]:.4f} → {losses[1]:.4f}",
            f"▸ 为正确类别时的交叉熵：{losses[0]:.4f} → {losses[1]:.4f}",
        ),
        Text(
            f"entropy, at most ln {len(z)}: {entropies[0]:.4f} → {entropies[1]:.4f}",
            f"熵，最大为 ln {len(z)}：{entropies[0]:.4f} → {entropies[1]:.4f}",
        ),
    ]


def _bar(value: float, sign: str, ink: str) -> list[Run | str]:
    full = round(value * _BAR)
    return [Run(sign * full, ink), Run("·" * (_BAR - full), "dim"), f" {value:.2f}"]
