"""nn.Embedding: its table, what a lookup is, and the dense layer that does the same."""

import math
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Array, Choice, Explored, Grid, Int, Result, Shape, Text, Tolerance, mistake, verifier
from verifiers.lit_rows import looked_up

Words = Annotated[int, Int(2, 300_000, often=(10_000, 30_522, 50_257))]
Dimension = Annotated[int, Int(1, 4096, often=(50, 100, 300, 768))]

# The first time, torch imports hundreds of modules for this: here it counts as importing, not as a verifier's time.
torch.empty(1, device="meta").normal_()


def shapes_of(words: int, dimension: int) -> nn.Embedding:
    """An embedding of any size, on the meta device: it has shapes and no values."""
    return nn.Embedding(words, dimension, device="meta")


@verifier("torch")
def parameters(words: Words, dimension: Dimension) -> Result:
    """How many numbers nn.Embedding learns."""
    layer = shapes_of(words, dimension)
    value = sum(one.numel() for one in layer.parameters())
    return Result(
        value,
        steps=[f"weight: {words} × {dimension} = {value}"],
        mistakes=[
            mistake(value + dimension, "An embedding has no bias.", "Embedding 没有偏置。"),
            mistake(value + words, "An embedding has no bias.", "Embedding 没有偏置。"),
            mistake(
                words * words, "That would be a one-hot vector for every word.", "那是每个词一个 one-hot 向量的规模。"
            ),
            mistake(words + dimension, "Every word has a row of its own: multiply.", "每个词各占一行，要相乘。"),
        ],
        tolerance=Tolerance(relative=0.02),
        snippet="import torch\nfrom torch import nn\n\n"
        f'with torch.device("meta"):\n    layer = nn.Embedding({words}, {dimension})\nprint(layer.weight.numel())',
        facts={"megabytes": value * 4 / 1e6},
    )


@parameters.second_way
def _rows_by_columns(words: int, dimension: int) -> int:
    return words * dimension


@verifier("torch")
def lookup(table: Annotated[list[list[int]], Array(4, 2, min=-9, max=9)], index: Annotated[int, Int(0, 3)]) -> Result:
    """The row that nn.Embedding looks up, which is the product of a one-hot vector and the table."""
    layer = nn.Embedding(4, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(table))
    row = layer(torch.tensor(index)).tolist()
    value = [int(one) for one in row]
    hot = F.one_hot(torch.tensor(index), 4)
    columns = list(zip(*table, strict=True))
    before = mistake(
        [*table[index - 1]], "Indices begin with 0: that is the row before.", "索引从 0 开始，这是前一行。"
    )
    off_by_one = [before] if index else []
    return Result(
        list(value),
        steps=[
            *(
                f"{' + '.join(f'{h}·({t})' for h, t in zip(hot.tolist(), column, strict=True))} = {sum_}"
                for column, sum_ in zip(columns, value, strict=True)
            ),
            f"emb(torch.tensor({index})) = {value}",
        ],
        mistakes=[
            *off_by_one,
            mistake(
                [sum(column) for column in columns], "Only one entry of the vector is 1.", "向量里只有一个元素是 1。"
            ),
            mistake([0, 0], "The one 1 keeps a row alive.", "那个 1 会保留一行。"),
        ],
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"table = torch.tensor({table})\nprint((F.one_hot(torch.tensor({index}), 4) @ table).tolist())",
    )


@lookup.second_way
def _lookup_as_product(table: list[list[int]], index: int) -> list[int]:
    product = F.one_hot(torch.tensor([index]), 4).double() @ torch.tensor(table).double()
    return [int(one) for one in product[0].tolist()]


@lookup.explore
def _lit(table: list[list[int]], index: int) -> Explored:
    return looked_up(table, index)


@verifier("torch")
def output_shape(
    ids: Annotated[list[int], Shape(1, 4, min=1, max=1024, often=(16, 32, 64, 128))], words: Words, dimension: Dimension
) -> Result:
    """The shape that nn.Embedding makes of indices of some shape."""
    shape = shapes_of(words, dimension)(torch.zeros(ids, dtype=torch.long, device="meta")).shape
    return Result(
        list(shape),
        steps=[f"({', '.join(map(str, ids))}) + ({dimension},) = ({', '.join(map(str, shape))})"],
        mistakes=[
            mistake([*ids, words], "That is what F.one_hot makes of them.", "这是 F.one_hot 得到的形状。"),
            mistake(
                [*ids, words, dimension],
                "The table doesn't come along, only a row of it.",
                "每个索引只取一行，不会带上整张表。",
            ),
            mistake([*ids[:-1], dimension], "Every single index becomes a row.", "每一个索引都会变成一行。"),
            mistake([dimension, *ids], "The new side comes last.", "新的一维在最后。"),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f'with torch.device("meta"):\n    layer = nn.Embedding({words}, {dimension})\n'
        f"    out = layer(torch.zeros({ids}, dtype=torch.long))\nprint(out.shape)",
    )


@output_shape.second_way
def _appended(ids: list[int], words: int, dimension: int) -> list[int]:
    return [*ids, dimension]


@verifier("torch", where="words != dimension")
def linear_weight(
    words: Annotated[int, Int(2, 50_000, often=(1000, 10_000))],
    dimension: Annotated[int, Int(1, 512, often=(32, 50, 64))],
) -> Result:
    """The shape of the weight of nn.Linear that does with one-hot vectors what nn.Embedding does with indices."""
    dense = nn.Linear(words, dimension, bias=False, device="meta")
    # The same on a vocabulary small enough to be trained at once: both start alike and take three steps.
    table = nn.Embedding(5, 3)
    layer = nn.Linear(5, 3, bias=False)
    with torch.no_grad():
        layer.weight.copy_(table.weight.T)
    for ids in ([0, 3, 3], [1, 3, 0], [4, 4, 1]):
        at = torch.tensor(ids)
        for out, of in ((table(at), table), (layer(F.one_hot(at, 5).float()), layer)):
            [slope] = torch.autograd.grad((out - 1).pow(2).sum(), [of.weight])
            with torch.no_grad():
                of.weight.sub_(0.1 * slope)
    apart = (table.weight - layer.weight.T).abs().max().item()
    return Result(
        list(dense.weight.shape),
        steps=[
            f"nn.Linear({words}, {dimension}): (out, in) = ({dimension}, {words})",
            f"nn.Embedding({words}, {dimension}): ({words}, {dimension})",
            Text(
                f"5 words, 3 steps of SGD each: the two tables differ by {apart:.1g}",
                f"5 个词，各做 3 步 SGD：两张表相差 {apart:.1g}",
            ),
        ],
        mistakes=[
            mistake(
                [words, dimension],
                "That is the embedding's; nn.Linear keeps (out, in).",
                "这是 Embedding 的；nn.Linear 存的是（输出, 输入）。",
            ),
            mistake(
                [1, words],
                "One one-hot vector has that shape, not the weight.",
                "这是一个 one-hot 向量的形状，不是权重的。",
            ),
        ],
        snippet="from torch import nn\n\n"
        f'print(nn.Linear({words}, {dimension}, bias=False, device="meta").weight.shape)',
        facts={"apart": round(apart, 6)},
    )


@linear_weight.second_way
def _transposed(words: int, dimension: int) -> list[int]:
    return list(shapes_of(words, dimension).weight.T.shape)


@verifier(
    "torch",
    examples=[({"against": "nn.Embedding"}, "the same"), ({"against": "vectors of meaning"}, "worse")],
)
def learns(against: Annotated[str, Choice("nn.Embedding", "vectors of meaning")]) -> Result:
    """How a model on one-hots learns: beside nn.Embedding, and beside given vectors on a word never trained on."""
    if against == "nn.Embedding":
        apart = linear_weight.function(1000, 50).facts["apart"]
        return Result("the same" if apart == 0 else "worse", steps=[f"max |Δ| = {apart:g}"])
    hot = F.one_hot(torch.arange(4), 4).float()
    given = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])  # the last two mean nearly the same
    wrong = []
    for vectors in (hot, given):
        weight = torch.zeros(vectors.shape[1], requires_grad=True)
        for _ in range(100):
            loss = (vectors[:3] @ weight - torch.tensor([1.0, 1.0, -1.0])).pow(2).sum()
            with torch.no_grad():
                weight -= 0.1 * torch.autograd.grad(loss, weight)[0]
        wrong.append(abs((vectors[3] @ weight).item() + 1))
    return Result(
        "worse" if wrong[0] > wrong[1] else "the same",
        steps=[f"|error|: one-hot {wrong[0]:.3g}, given vectors {wrong[1]:.3g}"],
    )


@verifier("torch", where="first ** 2 + second ** 2 > 0")
def renormed(
    first: Annotated[int, Int(-24, 24)],
    second: Annotated[int, Int(-24, 24)],
    limit: Annotated[float, Grid(0.5, 20.0, 0.5, often=(1.0, 2.0))],
) -> Result:
    """The first entry of a row of two numbers after nn.Embedding with max_norm has looked it up."""
    layer = nn.Embedding(3, 2, max_norm=limit)
    with torch.no_grad():
        layer.weight[1] = torch.tensor([float(first), float(second)])
        before = layer.weight[1].norm().item()
        layer(torch.tensor([1]))
        value = layer.weight[1, 0].item()
    return Result(
        value,
        steps=[
            f"√(({first})² + ({second})²) = {before:.4g}",
            f"{first} · min(1, {limit:g} / {before:.4g}) = {value:.4g}",
        ],
        mistakes=[
            mistake(
                float(first),
                "Its norm is above max_norm, so the lookup shortens the row, in the table itself.",
                "范数超过了 max_norm，查表时会缩短这一行，而且改的是表本身。",
            ),
            mistake(
                max(-limit, min(float(first), limit)),
                "The whole row is shortened, not each entry clipped.",
                "是整行等比缩短，不是逐个截断。",
            ),
            mistake(first / before, "That is with a norm of 1.", "这是缩到范数 1 的结果。"),
        ],
        tolerance=Tolerance(absolute=0.01),
        snippet="import torch\nfrom torch import nn\n\n"
        f"layer = nn.Embedding(3, 2, max_norm={limit})\n"
        f"layer.weight.data[1] = torch.tensor([{first}.0, {second}.0])\nlayer(torch.tensor([1]))\n"
        "print(layer.weight[1, 0].item())",
        facts={"before": before},
    )


@renormed.second_way
def _shortened(first: int, second: int, limit: float) -> float:
    norm = math.hypot(first, second)
    return first * min(1.0, limit / norm)
