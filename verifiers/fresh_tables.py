"""What nn.Embedding starts from: a table that knows nothing of its words."""

from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Int, Result, Text, Tolerance, mistake, verifier


@verifier("torch")
def by_chance(
    words: Annotated[int, Int(3, 101, often=(5, 6, 11))], dimension: Annotated[int, Int(8, 300, often=(50, 100))] = 50
) -> Result:
    """In which share of 2000 fresh nn.Embedding tables a given word, "dog", is nearest to another, "cat"."""
    tables = 2000
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = nn.Embedding(tables * words, dimension, device="cpu").weight.detach().view(tables, words, dimension)
    cosines = F.cosine_similarity(fresh[:, :1], fresh[:, 1:], dim=-1)
    value = (cosines.argmax(1) == 0).double().mean().item()
    return Result(
        value,
        steps=[
            Text(
                f"{round(value * tables)} of {tables} tables = {value:.4g}",
                f"{tables} 张表里有 {round(value * tables)} 张，即 {value:.4g}",
            ),
            f"1 / ({words} − 1) = {1 / (words - 1):.4g}",
        ],
        mistakes=[
            mistake(1.0, "A fresh table knows nothing of cats and dogs.", "刚创建的表根本不知道猫和狗是什么。"),
            mistake(0.5, "There are more words than dog and one other.", "除了 dog，候选词不止一个。"),
            mistake(0.0, "By chance it happens now and then.", "碰巧也会发生。"),
        ],
        tolerance=Tolerance(absolute=0.03),
        snippet=_CHANCE.format(words=words, dimension=dimension),
        facts={"tables": tables},
    )


@by_chance.second_way
def _by_numpy(words: int, dimension: int = 50) -> float:
    import numpy as np

    # What nn.Embedding starts from: the standard normal distribution, and nothing else.
    drawn = torch.randn(2000 * words, dimension, generator=torch.Generator("cpu").manual_seed(0), device="cpu")
    fresh = drawn.numpy().astype(np.float64).reshape(2000, words, dimension)
    fresh /= np.sqrt((fresh**2).sum(2, keepdims=True))
    nearest_words = (fresh[:, :1] * fresh[:, 1:]).sum(2).argmax(1)
    return float((nearest_words == 0).mean())


_CHANCE = """\
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
tables = nn.Embedding(2000 * {words}, {dimension}).weight.view(2000, {words}, {dimension})
cosines = F.cosine_similarity(tables[:, :1], tables[:, 1:], dim=-1)
print((cosines.argmax(1) == 0).double().mean().item())"""
