"""Word vectors learnt from a few sentences by skip-gram on nn.Embedding, and what they call near."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Result, Text, mistake, verifier

Noun = Annotated[str, Choice("dax", "wug", "toma", "fep", "zorp", "blick")]

_WINDOW = 2
_DIMENSION = 8
_STEPS = 150
_RUNS = 8  # side by side, so that no answer hangs on one start


@verifier("torch", where="a != b and a != c and a != d and b != c and b != d and c != d")
def nearest(a: Noun, b: Noun, c: Noun, d: Noun) -> Result:
    """The word nearest to a after skip-gram: a and b are drunk and poured, c and d are driven and parked."""
    sentences = drinks_and_cars(a, b, c, d)
    close = closeness(sentences, a)
    value = max(close, key=lambda word: close[word])
    return Result(
        value,
        steps=[f"cos({a}, {word}) = {close[word]:.2f}" for word in sorted(close, key=lambda one: -close[one])],
        mistakes=[
            mistake(word, en=en, zh=zh)
            for word, en, zh in (
                (
                    "drink",
                    f"It stands beside {a}, but it isn't used like {a}: its own neighbours are others.",
                    f"它常出现在 {a} 旁边，但用法与 {a} 不同：它自己的上下文是另一些词。",
                ),
                (
                    "pour",
                    f"It stands beside {a}; near is what stands in the same places.",
                    f"它出现在 {a} 旁边；相近的是能出现在相同位置上的词。",
                ),
                (c, "It never stands beside the same words.", "它从不与相同的词一起出现。"),
                (d, "It never stands beside the same words.", "它从不与相同的词一起出现。"),
                (
                    "we",
                    "It stands beside every noun, so it tells none from another.",
                    "它与每个名词都一起出现，分不出彼此。",
                ),
            )
        ],
        snippet=_program(sentences, a),
        facts={"cosine": close[value], "other": close[c]},
    )


@nearest.second_way
def _by_counts(a: str, b: str, c: str, d: str) -> str:
    return _nearest_by_counts(drinks_and_cars(a, b, c, d), a)


@verifier("torch")
def nearest_opposite(
    words: Annotated[
        list[str],
        Choice(
            ["hot", "cold", "scalding"],
            ["big", "small", "huge"],
            ["good", "bad", "excellent"],
            ["cheap", "expensive", "inexpensive"],
            ["quiet", "loud", "silent"],
            ["bright", "dark", "luminous"],
            ["clean", "dirty", "spotless"],
            ["new", "old", "modern"],
        ),
    ],
) -> Result:
    """The word nearest to a first one: its opposite, in the same sentences, or its synonym, in others."""
    first, opposite, synonym = words
    sentences = opposites(first, opposite, synonym)
    close = closeness(sentences, first)
    value = max(close, key=lambda word: close[word])
    return Result(
        value,
        steps=[f"cos({first}, {word}) = {close[word]:.2f}" for word in sorted(close, key=lambda one: -close[one])],
        mistakes=[
            mistake(
                synonym,
                "It means the same, but skip-gram sees contexts, not meanings, and its contexts are others.",
                "意思相同，但 skip-gram 看到的是上下文而不是词义，它们的上下文并不相同。",
            ),
            mistake(
                "seems",
                "It stands beside the word; near is what stands in the same places.",
                "它出现在这个词旁边；相近的是能出现在相同位置上的词。",
            ),
            mistake(
                "looks",
                "It stands beside the word; near is what stands in the same places.",
                "它出现在这个词旁边；相近的是能出现在相同位置上的词。",
            ),
            mistake("it", "It stands beside every other word.", "它在所有词旁边都出现。"),
        ],
        snippet=_program(sentences, first),
        facts={"cosine": close[opposite], "other": close[synonym]},
    )


@nearest_opposite.second_way
def _opposite_by_counts(words: list[str]) -> str:
    return _nearest_by_counts(opposites(words[0], words[1], words[2]), words[0])


@verifier(
    "torch",
    examples=[
        ({"relation": "same contexts"}, "near"),
        ({"relation": "opposites"}, "near"),
        ({"relation": "synonyms"}, "apart"),
        ({"relation": "same contexts", "training": "none"}, "apart"),
    ],
)
def relation_found(
    relation: Annotated[str, Choice("same contexts", "opposites", "synonyms")],
    training: Annotated[str, Choice("skip-gram", "none")] = "skip-gram",
) -> Result:
    """Whether words come out near: used alike, opposites, synonyms in other contexts; after skip-gram or untrained."""
    if relation == "same contexts":
        sentences, word, other = drinks_and_cars("tea", "juice", "car", "truck"), "tea", "juice"
    else:
        sentences, word = opposites("hot", "cold", "scalding"), "hot"
        other = "cold" if relation == "opposites" else "scalding"
    words = vocabulary(sentences)
    cosines = _cosines(tuple(sentences), word, 0 if training == "none" else _STEPS).clone()
    cosines[:, words.index(word)] = -1.0
    times = int((cosines.argmax(1) == words.index(other)).sum())
    return Result(
        "near" if times > _RUNS / 2 else "apart",
        steps=[
            Text(
                f"{other} is nearest to {word} in {times} of {_RUNS} runs",
                f"{_RUNS} 次中有 {times} 次 {other} 离 {word} 最近",
            )
        ],
    )


def drinks_and_cars(a: str, b: str, c: str, d: str) -> list[str]:
    """Eight sentences in which a and b share their contexts, and c and d theirs."""
    return [
        *(f"we {verb} {noun}" for noun in (a, b) for verb in ("drink", "pour")),
        *(f"we {verb} {noun}" for noun in (c, d) for verb in ("drive", "park")),
    ]


def opposites(first: str, opposite: str, synonym: str) -> list[str]:
    """Six sentences in which a word and its opposite share their contexts, and its synonym has others."""
    return [
        *(f"it {verb} {word}" for word in (first, opposite) for verb in ("seems", "looks")),
        *(f"it {verb} {synonym}" for verb in ("sounds", "becomes")),
    ]


def closeness(sentences: list[str], word: str, steps: int = _STEPS) -> dict[str, float]:
    """The cosine between the vectors of `word` and of every other word after skip-gram: its mean over the runs."""
    words = vocabulary(sentences)
    means = _cosines(tuple(sentences), word, steps).mean(0).tolist()
    return {one: value for one, value in zip(words, means, strict=True) if one != word}


def vocabulary(sentences: Sequence[str]) -> list[str]:
    """The words, by first appearance."""
    return list(dict.fromkeys(" ".join(sentences).split()))


@lru_cache(maxsize=64)
def _cosines(sentences: tuple[str, ...], word: str, steps: int) -> torch.Tensor:
    """Cosines with `word`, a row for each run from a start of its own; shape (runs, words)."""
    words = vocabulary(sentences)
    size = (_RUNS, len(words), _DIMENSION)
    pairs = torch.tensor(_pairs(sentences, words), device="cpu")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        centre, context = (nn.Embedding(_RUNS * len(words), _DIMENSION, device="cpu") for _ in range(2))
    optimiser = torch.optim.Adam([centre.weight, context.weight], lr=0.1)
    wanted = pairs[:, 1].repeat(_RUNS)
    for _ in range(steps):
        vectors, others = centre.weight.view(size), context.weight.view(size)
        scores = vectors[:, pairs[:, 0]] @ others.transpose(1, 2)
        loss = F.cross_entropy(scores.flatten(0, 1), wanted, reduction="sum") / len(pairs)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    vectors = centre.weight.detach().view(size)
    at = words.index(word)
    return F.cosine_similarity(vectors[:, at : at + 1], vectors, dim=2)


def _pairs(sentences: tuple[str, ...], words: list[str]) -> list[list[int]]:
    """Each word with each of its neighbours, as indices."""
    found = []
    for sentence in sentences:
        ids = [words.index(word) for word in sentence.split()]
        for at, one in enumerate(ids):
            near = ids[max(0, at - _WINDOW) : at] + ids[at + 1 : at + 1 + _WINDOW]
            found += [[one, other] for other in near]
    return found


def _nearest_by_counts(sentences: list[str], word: str) -> str:
    """The same without training: counts of neighbours, decomposed by scikit-learn's PCA."""
    import numpy as np
    from sklearn.decomposition import PCA

    words = vocabulary(sentences)
    counts = np.zeros((len(words), len(words)))
    for one, other in _pairs(tuple(sentences), words):
        counts[one, other] += 1
    vectors = PCA(n_components=4, svd_solver="full").fit_transform(counts / counts.sum(1, keepdims=True))
    at = words.index(word)
    apart = np.linalg.norm(vectors - vectors[at], axis=1)
    apart[at] = np.inf
    return words[int(apart.argmin())]


def _program(sentences: list[str], word: str) -> str:
    return _SNIPPET.format(sentences=sentences, word=word, window=_WINDOW, dimension=_DIMENSION, steps=_STEPS)


_SNIPPET = """\
import torch
from torch import nn
from torch.nn import functional as F

sentences = {sentences}
words = list(dict.fromkeys(" ".join(sentences).split()))
pairs = []
for sentence in sentences:
    ids = [words.index(word) for word in sentence.split()]
    for at, one in enumerate(ids):
        pairs += [[one, other] for i, other in enumerate(ids) if 0 < abs(i - at) <= {window}]
pairs = torch.tensor(pairs)
torch.manual_seed(0)
centre, context = nn.Embedding(len(words), {dimension}), nn.Embedding(len(words), {dimension})
optimiser = torch.optim.Adam([centre.weight, context.weight], lr=0.1)
for _ in range({steps}):
    loss = F.cross_entropy(centre(pairs[:, 0]) @ context.weight.T, pairs[:, 1])
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
at = words.index("{word}")
cosines = F.cosine_similarity(centre.weight[at : at + 1], centre.weight)
cosines[at] = -1
print(words[cosines.argmax()])"""
