"""Rows of an embedding: which get a gradient, and what becomes of the padding's."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Array, Choice, Explored, Grid, Int, Result, Text, Tolerance, mistake, verifier
from verifiers.lit_rows import gradients

_PADDING = {"None": None, "0": 0, "1": 1}
Padding = Annotated[str, Choice("None", "0", "1")]
Ids = Annotated[list[list[int]], Array(1, 6, min=0, max=7)]


@verifier("torch")
def gradient(ids: Ids, row: Annotated[int, Int(0, 7)], padding: Padding = "None") -> Result:
    """The gradient of one entry of a row after the sum of all rows that were looked up."""
    layer = nn.Embedding(8, 3, padding_idx=_PADDING[padding])
    [found] = torch.autograd.grad(layer(torch.tensor(ids[0])).sum(), [layer.weight])
    value = found[row, 0].item()
    times = ids[0].count(row)
    return Result(
        value,
        steps=[
            Text(f"row {row} is looked up {times} times", f"第 {row} 行被查了 {times} 次"),
            f"weight.grad[:, 0] = {found[:, 0].tolist()}",
        ],
        mistakes=[
            mistake(
                times,
                "The padding's row gets no gradient, however often it is looked up.",
                "padding 行不管被查多少次都没有梯度。",
            ),
            mistake(1.0 if times else 0.0, "Looked up twice, its gradients add up.", "被查多次时，梯度会累加。"),
            mistake(times / len(ids[0]), "The loss is a sum, not a mean.", "损失是求和，不是平均。"),
            mistake(1.0, "A row that isn't looked up gets 0.", "没被查到的行梯度为 0。"),
        ],
        tolerance=Tolerance(absolute=0.01),
        snippet="import torch\nfrom torch import nn\n\n"
        f"emb = nn.Embedding(8, 3, padding_idx={padding})\n"
        f"emb(torch.tensor({ids[0]})).sum().backward()\nprint(emb.weight.grad[{row}, 0].item())",
        facts={"times": times},
    )


@gradient.second_way
def _counted(ids: list[list[int]], row: int, padding: str = "None") -> float:
    return 0.0 if padding == str(row) else float(ids[0].count(row))


@gradient.explore
def _lit(ids: list[list[int]], padding: str, *, step: Annotated[int, Int(0, 5)]) -> Explored:
    return gradients(ids[0], 8, _PADDING[padding], step)


@verifier("torch")
def sparse_rows(
    ids: Ids,
    words: Annotated[int, Int(8, 60_000, often=(10_000, 30_522))],
    dimension: Annotated[int, Int(1, 768, often=(64, 300))],
    padding: Padding = "None",
) -> Result:
    """The shape (rows, dimension) of the values of the gradient of nn.Embedding(…, sparse=True), coalesced."""
    table = torch.zeros(words, dimension)
    layer: nn.Embedding = nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
        table, freeze=False, padding_idx=_PADDING[padding], sparse=True
    )
    [found] = torch.autograd.grad(layer(torch.tensor(ids[0])).sum(), [layer.weight])
    gathered = found.coalesce()
    rows = gathered.indices()[0].tolist()
    return Result(
        list(gathered.values().shape),
        steps=[
            Text(f"rows {rows}", f"第 {rows} 行"),
            Text(
                f"a dense gradient: {words} · {dimension} = {words * dimension} numbers",
                f"稠密梯度：{words} · {dimension} = {words * dimension} 个数",
            ),
        ],
        mistakes=[
            mistake(
                [len(ids[0]), dimension],
                "coalesce() adds up the rows of an index that comes more than once.",
                "coalesce() 会把重复索引的梯度合并成一行。",
            ),
            mistake(
                [len(set(ids[0])), dimension],
                "The padding's row gets no gradient.",
                "padding 行没有梯度。",
            ),
            mistake(
                [words, dimension],
                "That is the dense gradient; a sparse one keeps only rows that were looked up.",
                "这是稠密梯度的形状；稀疏梯度只存查到的行。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"emb = nn.Embedding({words}, {dimension}, padding_idx={padding}, sparse=True)\n"
        f"emb(torch.tensor({ids[0]})).sum().backward()\nprint(emb.weight.grad.coalesce().values().shape)",
        facts={"rows": len(rows)},
    )


@sparse_rows.second_way
def _distinct(ids: list[list[int]], words: int, dimension: int, padding: str = "None") -> list[int]:
    return [len({one for one in ids[0] if str(one) != padding}), dimension]


@verifier("torch")
def padding_row(
    start: Annotated[str, Choice("fresh", "constant_", "from_pretrained", "zeroed again")],
    fill: Annotated[float, Grid(-4.0, 4.0, 0.25, often=(0.5, 1.0))],
) -> Result:
    """What the padding's row of nn.Embedding holds after one way or another to fill the table, as print shows it."""
    if start == "from_pretrained":
        layer: nn.Embedding = nn.Embedding.from_pretrained(torch.full((4, 2), fill), padding_idx=0)  # type: ignore[no-untyped-call]
    else:
        layer = nn.Embedding(4, 2, padding_idx=0)
        if start != "fresh":
            nn.init.constant_(layer.weight, fill)
        if start == "zeroed again":
            with torch.no_grad():
                layer.weight[layer.padding_idx or 0].fill_(0)
    value = str(layer(torch.tensor(0)).tolist())
    other = str([0.0, 0.0] if value != "[0.0, 0.0]" else [fill, fill])
    if value != "[0.0, 0.0]":
        en = "padding_idx zeroes its row once, when the layer makes its table; later it only holds back the gradient."
        zh = "padding_idx 只在该层自己创建表时把这一行清零一次，之后只是不给它梯度。"
    else:
        en, zh = "The row was set to 0 after that.", "在那之后这一行又被清零了。"
    return Result(
        value,
        steps=[
            Text(*_HISTORY[start]),
            f"emb(torch.tensor(0)).tolist() = {value}",
        ],
        mistakes=[
            mistake(other, en=en, zh=zh),
            mistake(
                str([[0.0, 0.0]]), "One index without a list gives one row.", "索引是标量，得到的是一行，没有外层列表。"
            ),
        ],
        snippet=_CODE[start].format(fill=fill),
    )


@padding_row.second_way
def _zero_or_not(start: str, fill: float) -> str:
    return str([0.0, 0.0] if start in ("fresh", "zeroed again") else [fill, fill])


_HISTORY = {
    "fresh": ("row 0: zeroed when the table is made", "第 0 行：创建表时清零"),
    "constant_": ("row 0: zeroed when the table is made, then filled", "第 0 行：创建表时清零，随后被填上"),
    "from_pretrained": ("row 0: as in the table that is brought along", "第 0 行：与传入的表相同"),
    "zeroed again": (
        "row 0: zeroed when the table is made, then filled, then zeroed by hand",
        "第 0 行：创建表时清零，随后被填上，最后又手动清零",
    ),
}
_HEAD = "import torch\nfrom torch import nn\n\n"
_SHOW = "print(emb(torch.tensor(0)).tolist())"
_MADE = "emb = nn.Embedding(4, 2, padding_idx=0)\n"
_CODE = {
    "fresh": _HEAD + _MADE + _SHOW,
    "constant_": _HEAD + _MADE + "nn.init.constant_(emb.weight, {fill})\n" + _SHOW,
    "from_pretrained": _HEAD
    + "emb = nn.Embedding.from_pretrained(torch.full((4, 2), {fill}), padding_idx=0)\n"
    + _SHOW,
    "zeroed again": _HEAD + _MADE + "nn.init.constant_(emb.weight, {fill})\nemb.weight.data[0] = 0\n" + _SHOW,
}
