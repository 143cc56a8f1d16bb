"""The table of an embedding: the row that a lookup takes, and the rows that a gradient lights up one by one."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Explored, Picture, Run, Text

_DIMENSION = 3


def looked_up(table: Sequence[Sequence[int]], index: int) -> Explored:
    """The one-hot vector of `index`, the table with that row lit, and what nn.Embedding returns."""
    layer = nn.Embedding(len(table), len(table[0]), device="cpu")
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(table, device="cpu"))
        at = torch.tensor(index, device="cpu")
        found = [int(one) for one in layer(at).tolist()]
        hot = F.one_hot(at, len(table))
        product = [int(one) for one in (hot.float() @ layer.weight).tolist()]
    width = max(len(str(one)) for line in table for one in line) + 1
    wide = len(table[0]) * width + 2
    rows: list[list[Run | str]] = [[Run(f"     one-hot      {'weight':<{wide}}       emb({index})", "dim")]]
    for row, (line, one) in enumerate(zip(table, hot.tolist(), strict=True)):
        cells = "".join(f"{value:>{width}}" for value in line)
        if one:
            result = "".join(f"{value:>{width}}" for value in found)
            rows.append(
                [
                    Run(f"▸ {row}     1  ──▸   ", "two"),
                    Run(f"[{cells}]", "one"),
                    Run("  ──▸  ", "two"),
                    Run(f"[{result}]", "one"),
                ]
            )
        else:
            rows.append([Run(f"  {row}     0         {cells} ", "dim")])
    return Picture.of(rows), [
        Text(
            f"one-hot @ weight = {product}, and emb({index}) = {found}",
            f"one-hot @ weight = {product}，emb({index}) = {found}",
        )
    ]


def gradients(ids: Sequence[int], words: int, padding: int | None, step: int) -> Explored:
    """What stands in weight.grad once the first `step` + 1 of `ids` were looked up, a row of the table a line."""
    at = min(step, len(ids) - 1)
    layer = nn.Embedding(words, _DIMENSION, padding_idx=padding, device="cpu")
    [found] = torch.autograd.grad(layer(torch.tensor(ids[: at + 1], device="cpu")).sum(), [layer.weight])
    line: list[Run | str] = ["ids    "]
    for nth, one in enumerate(ids):
        line.append(Run(f"[{one}]" if nth == at else f" {one} ", "one" if nth == at else "" if nth < at else "dim"))
    rows: list[list[Run | str]] = [line, [], [Run("row    weight.grad", "dim")]]
    for row, values in enumerate(found.tolist()):
        written = " ".join(f"{value:g}" for value in values)
        now = row == ids[at]
        ink = "one" if now else "two" if any(values) else "dim"
        note = Run("   padding_idx", "strong") if row == padding else ""
        rows.append(
            [Run(f"{'▸' if now else ' '} {row}    [{written}]  {'█' * (3 * int(values[0])) or '·'}", ink), note]
        )
    lit = int((found != 0).any(1).sum())
    return Picture.of(rows), [
        Text(
            f"lookup {at + 1} of {len(ids)}: {lit} of {words} rows have a gradient",
            f"第 {at + 1} 次查表（共 {len(ids)} 次）：{words} 行中有 {lit} 行有梯度",
        )
    ]
