"""One-hot vectors: how large they are, how far apart, and what an embedding makes of their length."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Int, Result, Text, Tolerance, mistake, verifier
from verifiers.embedding import shapes_of

Words = Annotated[int, Int(2, 300_000, often=(10_000, 30_522, 50_257))]


@verifier("torch")
def megabytes(tokens: Annotated[int, Int(1, 4096, often=(128, 512))], words: Words) -> Result:
    """How many MB (10⁶ bytes) F.one_hot takes for some tokens of a vocabulary."""
    made = F.one_hot(torch.zeros(tokens, dtype=torch.long, device="meta"), words)
    size = made.element_size()
    value = made.nelement() * size / 1e6
    return Result(
        value,
        steps=[
            f"{tokens} · {words} = {made.nelement()}",
            f"{made.dtype}: {size} bytes".replace("torch.", ""),
            f"{made.nelement()} · {size} / 10⁶ = {value:.4g}",
        ],
        mistakes=[
            mistake(
                value / 2,
                "That is with 4 bytes a number, float32; F.one_hot makes int64.",
                "这是按每个数 4 字节（float32）算的；F.one_hot 得到的是 int64。",
            ),
            mistake(
                value / 8,
                "That is with one byte a number; F.one_hot makes int64, of 8.",
                "这是按每个数 1 字节算的；F.one_hot 得到的是 int64，占 8 字节。",
            ),
            mistake(tokens * size / 1e6, "That is the indices alone.", "这只是索引本身的大小。"),
            mistake(value / tokens, "That is one token's vector.", "这只是一个词的向量。"),
        ],
        tolerance=Tolerance(relative=0.03),
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f'with torch.device("meta"):\n    one = F.one_hot(torch.zeros({tokens}, dtype=torch.long), {words})\n'
        "print(one.nelement() * one.element_size() / 1e6)",
        facts={"numbers": made.nelement(), "indices": tokens * size},
    )


@megabytes.second_way
def _megabytes_by_numpy(tokens: int, words: int) -> float:
    import numpy as np

    return np.broadcast_to(np.int64(0), (tokens, words)).size * np.dtype(np.int64).itemsize / 1e6


_MEASURES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "euclidean": lambda a, b: torch.dist(a, b, 2),
    "manhattan": lambda a, b: torch.dist(a, b, 1),
    "largest difference": lambda a, b: torch.dist(a, b, float("inf")),
    "cosine": lambda a, b: F.cosine_similarity(a, b, dim=0),
    "dot product": lambda a, b: a @ b,
}


# measure -> what is answered instead, and what that is.
_TAKEN = {
    "euclidean": (
        (2.0, "That is before the root.", "还没有开平方。"),
        (1.0, "They differ in two places, not in one.", "两个向量有两处不同，不是一处。"),
        (0.0, "Their dot product is 0, not their distance.", "为 0 的是点积，不是距离。"),
    ),
    "manhattan": (
        (math.sqrt(2), "That is the Euclidean distance; here nothing is squared.", "这是欧氏距离；这里不平方。"),
        (1.0, "They differ in two places, not in one.", "两个向量有两处不同，不是一处。"),
        (0.0, "Their dot product is 0, not their distance.", "为 0 的是点积，不是距离。"),
    ),
    "largest difference": (
        (2.0, "That adds up both places; the larger one alone counts.", "这是两处相加；只取较大的一处。"),
        (math.sqrt(2), "That is the Euclidean distance.", "这是欧氏距离。"),
        (0.0, "Their dot product is 0, not their distance.", "为 0 的是点积，不是距离。"),
    ),
    "cosine": (
        (1.0, "That is the cosine of a vector with itself.", "这是向量与自己的余弦。"),
        (math.sqrt(2), "That is the Euclidean distance.", "这是欧氏距离。"),
        (-1.0, "They are at right angles, not opposite.", "两个向量垂直，不是反向。"),
    ),
    "dot product": (
        (1.0, "That is a vector's product with itself.", "这是向量与自己的点积。"),
        (2.0, "The two ones stand in different places.", "两个 1 不在同一维。"),
        (math.sqrt(2), "That is the Euclidean distance.", "这是欧氏距离。"),
    ),
}


@verifier("torch", where="first != second and first < words and second < words")
def distance(
    words: Annotated[int, Int(3, 5000, often=(1000, 5000))],
    first: Annotated[int, Int(0, 4999)],
    second: Annotated[int, Int(0, 4999)],
    measure: Annotated[str, Choice("euclidean", "manhattan", "largest difference", "cosine", "dot product")],
) -> Result:
    """The distance or similarity of two different words' one-hot vectors."""
    a, b = F.one_hot(torch.tensor([first, second]), words).float()
    call = {
        "euclidean": "torch.dist(a, b, 2)",
        "manhattan": "torch.dist(a, b, 1)",
        "largest difference": 'torch.dist(a, b, float("inf"))',
        "cosine": "F.cosine_similarity(a, b, dim=0)",
        "dot product": "(a @ b)",
    }[measure]
    found = _MEASURES[measure](a, b).item()
    places = torch.nonzero(a != b).flatten().tolist()
    return Result(
        found,
        steps=[
            Text(f"they differ in places {places} alone, by 1 in each", f"只在第 {places} 维不同，各差 1"),
            f"{call} = {found:.4g}",
        ],
        mistakes=[
            mistake(
                abs(first - second),
                "The indices are names; how far apart they are means nothing.",
                "索引只是编号，相差多少没有意义。",
            ),
            *(mistake(value, en=en, zh=zh) for value, en, zh in _TAKEN[measure]),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet="import torch\nfrom torch.nn import functional as F\n\n"
        f"a, b = F.one_hot(torch.tensor([{first}, {second}]), {words}).float()\nprint({call}.item())",
    )


@distance.second_way
def _distance_by_scipy(words: int, first: int, second: int, measure: str) -> float:
    import numpy as np
    from scipy.spatial import distance as by

    a, b = np.eye(1, words, first)[0], np.eye(1, words, second)[0]
    match measure:
        case "euclidean":
            return float(by.euclidean(a, b))
        case "manhattan":
            return float(by.cityblock(a, b))
        case "largest difference":
            return float(by.chebyshev(a, b))
        case "cosine":
            return float(1 - by.cosine(a, b))
    return float(np.dot(a, b))


@verifier("torch")
def space(words: Words, dimension: Annotated[int, Int(1, 4096, often=(50, 300, 768))]) -> Result:
    """Whether nn.Embedding leads to a space of lower, higher or equal dimension, beside the one-hot vectors'."""
    ids = torch.zeros(1, dtype=torch.long, device="meta")
    long, short = F.one_hot(ids, words).shape[-1], shapes_of(words, dimension)(ids).shape[-1]
    value = "lower" if short < long else "higher" if short > long else "equal"
    return Result(
        value,
        steps=[f"F.one_hot: {long},  nn.Embedding: {short}"],
        mistakes=[
            mistake(
                "raises",
                "torch compares the two nowhere, and makes the table as it is asked to.",
                "torch 不会比较这两个数，要多少维就建多少维。",
            ),
            *(
                mistake(one, f"{long} numbers become {short}.", f"{long} 个数变成 {short} 个。")
                for one in ("lower", "higher", "equal")
            ),
        ],
        snippet="import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n"
        f'with torch.device("meta"):\n    ids, layer = torch.tensor([0]), nn.Embedding({words}, {dimension})\n'
        f"    print(F.one_hot(ids, {words}).shape[-1], layer(ids).shape[-1])",
    )


@space.second_way
def _compared(words: int, dimension: int) -> str:
    return "lower" if dimension < words else "higher" if dimension > words else "equal"


@verifier("torch", examples=[({"name": "one_hot"}, "works"), ({"name": "ont_hot"}, "raises ImportError")])
def imported(name: Annotated[str, Choice("one_hot", "ont_hot", "onehot")]) -> Result:
    """Whether a name can be imported from torch.nn.functional."""
    found = hasattr(F, name)
    return Result("works" if found else "raises ImportError", snippet=f"from torch.nn.functional import {name}")


@verifier("torch", examples=[({}, "int64")])
def dtype() -> Result:
    """The dtype of what F.one_hot returns."""
    made = F.one_hot(torch.tensor(2), 4)
    value = str(made.dtype).removeprefix("torch.")
    entries = made.tolist()
    return Result(
        value,
        steps=[f"F.one_hot(torch.tensor(2), 4) = {entries}, {made.dtype}"],
        mistakes=[
            mistake(one, en=f"{en}: the entries print as {entries}.", zh=f"{zh}：打印出来的元素是 {entries}。")
            for one, en, zh in (
                ("float32", "No entry has a decimal point", "元素都没有小数点"),
                ("float", "No entry has a decimal point", "元素都没有小数点"),
                ("torch.float32", "No entry has a decimal point", "元素都没有小数点"),
                ("bool", "They are numbers, not True and False", "元素是数，不是 True 和 False"),
                ("torch.bool", "They are numbers, not True and False", "元素是数，不是 True 和 False"),
                ("int32", "Whole numbers have 64 bits in torch by default", "torch 的整数默认是 64 位"),
            )
        ],
        snippet="import torch\nfrom torch.nn import functional as F\n\nprint(F.one_hot(torch.tensor(2), 4).dtype)",
    )
