"""A training loop followed line by line: after each the weight and its gradient, as torch leaves them."""

from collections.abc import Sequence
from typing import Any

import torch

from quizapp.authoring import Explored, Picture, Run, Text
from verifiers.execution import execute


def traced(order: Sequence[str], start: float, lr: float, gradients: Sequence[int], step: int) -> Explored:
    """Batches with losses of these slopes, each followed by the calls of `order`, up to call number `step`."""
    weight = torch.tensor(float(start), requires_grad=True, device="cpu")
    names: dict[str, Any] = {"weight": weight, "optimizer": torch.optim.SGD([weight], lr=lr)}
    last = min(step, len(order) * len(gradients) - 1)
    rows: list[list[Run | str]] = [[Run(f"{'':31}{'weight.grad':>11}{'weight':>12}", "dim")]]
    for nth, slope in enumerate(gradients):
        rows.append([Run(f"batch {nth}", "strong"), Run(f"   loss = {slope} · weight", "dim")])
        if nth * len(order) <= last:
            names = execute(f"loss = {slope} * weight", **names).names
        for at, call in enumerate(order, nth * len(order)):
            if at > last:
                rows.append([Run(f"    {call}", "dim")])
                continue
            before = weight.item()
            ran = execute(call, **names)
            names = ran.names
            slope_now = "None" if weight.grad is None else f"{weight.grad.item():g}"
            moved = weight.item() != before
            told = f"{slope_now:>11}{weight.item():>12.4g}{'  ◀' if moved else ''}"
            rows.append(
                [
                    Run(f"  {'▸' if at == last else ' '} {call:<27}", "one" if at == last else ""),
                    Run(told, "two" if moved else ""),
                ]
            )
    total = len(order) * len(gradients)
    return Picture.of(rows), [
        Text(
            f"call {last + 1} of {total}: the weight is {weight.item():.4g}",
            f"第 {last + 1} / {total} 次调用：权重为 {weight.item():.4g}",
        )
    ]
