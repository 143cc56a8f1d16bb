"""Rows of an embedding in training: which get a gradient, which move, and what becomes of the padding's."""

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import nn, optim

from quizapp.authoring import Array, Choice, Grid, Int, Result, Text, Tolerance, Value, mistake, verifier

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


@verifier("torch")
def touched(ids: Ids, padding: Padding = "None") -> Result:
    """How many rows of nn.Embedding(8, 3) have a gradient other than 0 after a lookup."""
    layer = nn.Embedding(8, 3, padding_idx=_PADDING[padding])
    [found] = torch.autograd.grad(layer(torch.tensor(ids[0])).sum(), [layer.weight])
    rows = found.abs().sum(1).nonzero().flatten().tolist()
    return Result(
        len(rows),
        steps=[f"weight.grad[:, 0] = {found[:, 0].tolist()}", Text(f"rows {rows}", f"第 {rows} 行")],
        mistakes=[
            mistake(len(ids[0]), "A row that comes twice is one row.", "重复出现的索引是同一行。"),
            mistake(len(set(ids[0])), "The padding's row gets no gradient.", "padding 行没有梯度。"),
            mistake(8, "Rows that aren't looked up get 0.", "没被查到的行梯度为 0。"),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"emb = nn.Embedding(8, 3, padding_idx={padding})\n"
        f"emb(torch.tensor({ids[0]})).sum().backward()\nprint((emb.weight.grad != 0).any(1).sum().item())",
    )


@touched.second_way
def _distinct(ids: list[list[int]], padding: str = "None") -> int:
    return len({one for one in ids[0] if str(one) != padding})


_OPTIMISERS: dict[str, Callable[[Any], optim.Optimizer]] = {
    "SGD(lr=0.1)": lambda p: optim.SGD(p, lr=0.1),
    "SGD(lr=0.1, momentum=0.9)": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "SGD(lr=0.1, weight_decay=0.01)": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01),
    "Adagrad(lr=0.1)": lambda p: optim.Adagrad(p, lr=0.1),
    "Adam(lr=0.1)": lambda p: optim.Adam(p, lr=0.1),
    "AdamW(lr=0.1)": lambda p: optim.AdamW(p, lr=0.1),
    "SparseAdam(lr=0.1)": lambda p: optim.SparseAdam(p, lr=0.1),
}
_DENSE = [name for name in _OPTIMISERS if not name.startswith("Sparse")]


@verifier("torch")
def movers(before: Annotated[str, Choice("never", "in the step before")]) -> Result:
    """Which optimisers move a row that this step doesn't look up: never looked up so far, or in the step before."""
    moved: list[Value] = []
    steps: list[str | Text] = []
    for name in _DENSE:
        layer = nn.Embedding(4, 2)
        with torch.no_grad():
            layer.weight.fill_(1.0)
        optimiser = _OPTIMISERS[name](layer.parameters())
        by = 0.0
        for ids in ([1] if before == "never" else [0, 1], [1]):
            kept = layer.weight[0].detach().clone()
            _step(layer, optimiser, ids)
            by = (layer.weight[0] - kept).abs().max().item()
        steps.append(f"{name}: {by:.2g}")
        if by > 0:
            moved.append(name)
    decays: list[Value] = ["SGD(lr=0.1, weight_decay=0.01)", "AdamW(lr=0.1)"]
    return Result(
        moved,
        steps=steps,
        mistakes=[
            mistake([], "A gradient of 0 isn't yet a step of 0.", "梯度为 0 不等于更新量为 0。"),
            mistake(
                decays,
                "Momentum and Adam's averages still carry the gradient of the step before.",
                "动量和 Adam 的滑动平均里还留着上一步的梯度。",
            ),
            mistake([*_DENSE], "Plain SGD adds lr · 0, and nothing.", "普通 SGD 只会加上 lr · 0，什么也不变。"),
        ],
        snippet=_MOVERS.format(first=[1] if before == "never" else [0, 1]),
    )


@movers.second_way
def _by_state(before: str) -> list[str]:
    decays = ["SGD(lr=0.1, weight_decay=0.01)", "AdamW(lr=0.1)"]
    remembers = ["SGD(lr=0.1, momentum=0.9)", "Adam(lr=0.1)"] if before != "never" else []
    return [name for name in _DENSE if name in decays + remembers]


@verifier(
    "torch",
    examples=[
        (
            {},
            [
                "SGD(lr=0.1)",
                "SGD(lr=0.1, momentum=0.9)",
                "Adagrad(lr=0.1)",
                "SparseAdam(lr=0.1)",
            ],
        )
    ],
)
def takes_sparse() -> Result:
    """Which optimisers can step with the gradient of nn.Embedding(…, sparse=True)."""
    taken: list[Value] = []
    steps: list[str | Text] = []
    for name, make in _OPTIMISERS.items():
        layer = nn.Embedding(4, 2, sparse=True)
        try:
            with torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
                _step(layer, make(layer.parameters()), [1])
            taken.append(name)
            steps.append(Text(f"{name}: steps", f"{name}：可以"))
        except RuntimeError as error:
            steps.append(f"{name}: RuntimeError: {str(error).splitlines()[0][:60]}")
    return Result(
        taken,
        steps=steps,
        mistakes=[
            mistake(["SparseAdam(lr=0.1)"], "SGD and Adagrad take it as well.", "SGD 和 Adagrad 也支持。"),
            mistake(
                [*(name for name in _OPTIMISERS if not name.startswith("Adam"))],
                "Weight decay adds a share of every row to the gradient, and that is no longer sparse.",
                "权重衰减要把每一行的一部分加到梯度上，结果就不再稀疏了。",
            ),
            mistake([*_OPTIMISERS], "Some of them refuse a sparse gradient.", "其中有些会拒绝稀疏梯度。"),
        ],
        snippet=_SPARSE,
    )


def _step(layer: nn.Embedding, optimiser: optim.Optimizer, ids: list[int]) -> None:
    optimiser.zero_grad()
    torch.autograd.backward(layer(torch.tensor(ids)).pow(2).sum())
    optimiser.step()


_MOVERS = """\
import torch
from torch import nn, optim

moved = []
for make in (
    "SGD(lr=0.1)",
    "SGD(lr=0.1, momentum=0.9)",
    "SGD(lr=0.1, weight_decay=0.01)",
    "Adagrad(lr=0.1)",
    "Adam(lr=0.1)",
    "AdamW(lr=0.1)",
):
    emb = nn.Embedding(4, 2)
    name, settings = make[:-1].split("(")
    optimiser = getattr(optim, name)(emb.parameters(), **eval(f"dict({{settings}})"))
    for ids in ({first}, [1]):
        kept = emb.weight[0].clone()
        optimiser.zero_grad()
        emb(torch.tensor(ids)).pow(2).sum().backward()
        optimiser.step()
    if not kept.equal(emb.weight[0]):
        moved.append(make)
print(moved)"""

_SPARSE = """\
import torch
from torch import nn, optim

taken = []
for make in (
    "SGD(lr=0.1)",
    "SGD(lr=0.1, momentum=0.9)",
    "SGD(lr=0.1, weight_decay=0.01)",
    "Adagrad(lr=0.1)",
    "Adam(lr=0.1)",
    "AdamW(lr=0.1)",
    "SparseAdam(lr=0.1)",
):
    emb = nn.Embedding(4, 2, sparse=True)
    name, settings = make[:-1].split("(")
    optimiser = getattr(optim, name)(emb.parameters(), **eval(f"dict({settings})"))
    emb(torch.tensor([1])).pow(2).sum().backward()
    try:
        with torch.sparse.check_sparse_tensor_invariants(True):
            optimiser.step()
        taken.append(make)
    except RuntimeError as error:
        print(make, error)
print(taken)"""


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
    return Result(
        value,
        steps=[
            Text(
                "nn.Embedding(4, 2, padding_idx=0): row 0 is set to 0 once",
                "nn.Embedding(4, 2, padding_idx=0)：第 0 行只在创建时清零一次",
            ),
            f"emb(torch.tensor(0)).tolist() = {value}",
        ],
        mistakes=[
            mistake(
                other,
                "padding_idx zeroes its row once, when the layer is made; later it only holds back the gradient.",
                "padding_idx 只在该层自己创建表时把这一行清零一次，之后只是不给它梯度。",
            ),
            mistake(
                str([[0.0, 0.0]]), "One index without a list gives one row.", "索引是标量，得到的是一行，没有外层列表。"
            ),
        ],
        snippet=_CODE[start].format(fill=fill),
    )


@padding_row.second_way
def _zero_or_not(start: str, fill: float) -> str:
    return str([0.0, 0.0] if start in ("fresh", "zeroed again") else [fill, fill])


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
