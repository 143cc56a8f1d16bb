"""With which probability albumentations applies what: transforms, a pipeline, OneOf and SomeOf, and two calls."""

import itertools
import random
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from quizapp.authoring import Choice, Grid, Result, Tolerance, mistake, verifier
from verifiers.augment_library import A

Probability = Annotated[float, Grid(0.1, 1.0, 0.1, often=(0.5,))]

_CLOSE = Tolerance(absolute=0.0051)
# An image on which every combination of flips shows.
_CORNERS = np.array([[0, 1], [2, 3]], dtype=np.uint8)
# One chance out of each tenth: a multiple of 0.1 is met by exactly its share of them.
_TENTHS = [step / 10 + 0.05 for step in range(10)]


class _Evenly(random.Random):
    """A source of chance that hands out what it is given, so that a share comes out exactly and not by luck."""

    def __init__(self) -> None:
        super().__init__(0)
        self.next: Iterator[float] = iter(())

    def random(self) -> float:
        return next(self.next)

    def choice(self, count: Any, size: int | None = None, replace: bool = True, p: Any = None) -> Any:
        """As numpy's generator picks an index: where the drawn number falls among the added up weights."""
        weights = np.full(count, 1 / count) if p is None else np.asarray(p)
        at = int(np.searchsorted(weights.cumsum(), self.random(), side="right"))
        return at if size is None else np.array([at])


def _share(block: Any, picks: int, seen: Any, tenths: int) -> float:
    """The share of evenly spread chances under which `block` makes `seen` of the image.

    picks:  into how many equal parts the choice of a transform is cut; 0 where there is none to make.
    tenths: how many further numbers are drawn, each in steps of 0.1.
    """
    chance = _Evenly()
    block.set_random_state(chance, chance)
    first: list[list[float]] = [_TENTHS] + ([[(step + 0.5) / picks for step in range(picks)]] if picks else [])
    outcomes = []
    for drawn in itertools.product(*first, *[_TENTHS] * tenths):
        chance.next = iter(drawn)
        outcomes.append(np.array_equal(block(image=_CORNERS)["image"], seen))
    return sum(outcomes) / len(outcomes)


@verifier("albumentations")
def untouched(a: Probability, b: Probability, p: Probability = 1.0) -> Result:
    """The share of images that A.Compose([A.HorizontalFlip(p=a), A.VerticalFlip(p=b)], p=p) leaves as they are."""
    value = _share(A.Compose([A.HorizontalFlip(p=a), A.VerticalFlip(p=b)], p=p), 0, _CORNERS, 2)
    whole = f"1 − {p:g} + {p:g} · (1 − {a:g}) · (1 − {b:g}) = {value:g}"
    return Result(
        value,
        steps=[f"(1 − {a:g}) · (1 − {b:g}) = {(1 - a) * (1 - b):g}", *([whole] if p < 1 else [])],
        mistakes=[
            mistake(1 - value, "That is the share that is changed.", "这是被改动的比例。"),
            mistake(
                (1 - a) * (1 - b),
                "The images that the pipeline itself skips are untouched as well.",
                "整个流水线被跳过的那些图像同样没有改动。",
            ),
            mistake(
                max(0.0, 1 - a - b),
                "Probabilities of independent events don't add up; their complements are multiplied.",
                "相互独立的事件概率不能相加，要把各自不发生的概率相乘。",
            ),
        ],
        tolerance=_CLOSE,
        snippet=_paste(f"A.Compose([A.HorizontalFlip(p={a}), A.VerticalFlip(p={b})], p={p})", 0, "image", 2),
        facts={"changed": 1 - value},
    )


@untouched.second_way
def _untouched_by_hand(a: float, b: float, p: float = 1.0) -> float:
    return 1 - p + p * (1 - a) * (1 - b)


@verifier("albumentations")
def picked(
    a: Probability,
    b: Probability,
    p: Probability = 1.0,
    block: Annotated[str, Choice("OneOf", "SomeOf")] = "OneOf",
) -> Result:
    """The share of images flipped by the first of A.OneOf([A.HorizontalFlip(p=a), A.VerticalFlip(p=b)], p=p).

    With SomeOf it is A.SomeOf([…], n=1, p=p), whose members keep probabilities of their own.
    """
    members = [A.HorizontalFlip(p=a), A.VerticalFlip(p=b)]
    flipped = np.fliplr(_CORNERS)
    weighed = _share(A.OneOf(members, p=p), round(10 * (a + b)), flipped, 0)
    own = _share(A.SomeOf(members, n=1, p=p), 2, flipped, 1)
    one = block == "OneOf"
    value = weighed if one else own
    source = f"[A.HorizontalFlip(p={a}), A.VerticalFlip(p={b})]"
    return Result(
        value,
        steps=[f"{p:g} · {a:g} / ({a:g} + {b:g}) = {value:.4g}" if one else f"{p:g} · 1 / 2 · {a:g} = {value:.4g}"],
        mistakes=[
            mistake(
                own if one else weighed,
                "In OneOf the members' p are weights for the choice; the chosen one always runs."
                if one
                else "SomeOf chooses evenly, and the chosen one still keeps its own p.",
                "OneOf 里各成员的 p 只是被选中的权重，选中的一定执行。"
                if one
                else "SomeOf 是等概率地选，选中之后还要看它自己的 p。",
            ),
            mistake(p * a, "The other member is sometimes chosen instead.", "有时选中的是另一个变换。"),
            mistake(p / 2, "The members' own p matter too.", "各成员自己的 p 也起作用。"),
            mistake(a, "The block and the choice come before it.", "前面还有整个块的概率和选择的一步。"),
        ],
        tolerance=_CLOSE,
        snippet=_paste(f"A.OneOf({source}, p={p})", round(10 * (a + b)), "np.fliplr(image)", 0)
        if one
        else _paste(f"A.SomeOf({source}, n=1, p={p})", 2, "np.fliplr(image)", 1),
        facts={"share": a / (a + b), "other": own if one else weighed, "version": A.__version__},
    )


@picked.second_way
def _picked_by_hand(a: float, b: float, p: float = 1.0, block: str = "OneOf") -> float:
    return p * a / (a + b) if block == "OneOf" else p * a / 2


@verifier("albumentations")
def matching(p: Probability) -> Result:
    """The share of image and mask that A.HorizontalFlip(p=p) leaves alike, each passed in a call of its own."""
    pipeline, chance = A.Compose([A.HorizontalFlip(p=p)]), _Evenly()
    pipeline.set_random_state(chance, chance)
    came_out = []
    for drawn in _TENTHS:
        chance.next = iter((0.5, drawn))  # the pipeline's own chance, which is sure, and the flip's
        came_out.append(pipeline(image=_CORNERS)["image"])
    fits = [np.array_equal(image, mask) for image, mask in itertools.product(came_out, repeat=2)]
    value = sum(fits) / len(fits)
    return Result(
        value,
        steps=[f"{p:g} · {p:g} + {1 - p:g} · {1 - p:g} = {value:.4g}"],
        mistakes=[
            mistake(
                1.0,
                "That is so in one call; each further call draws anew.",
                "一次调用里才是这样；每多一次调用都重新抽随机数。",
            ),
            mistake(1 - value, "That is the share that doesn't fit.", "这是对不上的比例。"),
            mistake(p * p, "They also fit where neither is flipped.", "两个都没翻转时也对得上。"),
            mistake((1 - p) ** 2, "They also fit where both are flipped.", "两个都翻转时也对得上。"),
        ],
        tolerance=_CLOSE,
        snippet=_PAIRS.format(p=p),
    )


@matching.second_way
def _matching_by_hand(p: float) -> float:
    return p**2 + (1 - p) ** 2


def _paste(block: str, picks: int, seen: str, tenths: int) -> str:
    """A program that counts `block`'s outcomes over chances spread evenly."""
    axes = ["grid", *([f"[(step + 0.5) / {picks} for step in range({picks})]"] if picks else []), *["grid"] * tenths]
    return _PROGRAM.format(block=block, axes=", ".join(axes), seen=seen)


_EVENLY = """\
import itertools
import random

import albumentations as A
import numpy as np


class Evenly(random.Random):  # every chance once, instead of by luck
    def random(self):
        return next(self.drawn)

    def choice(self, count, size=None, replace=True, p=None):
        weights = np.full(count, 1 / count) if p is None else np.asarray(p)
        at = int(np.searchsorted(weights.cumsum(), self.random(), side="right"))
        return at if size is None else np.array([at])


grid = [step / 10 + 0.05 for step in range(10)]
image = np.array([[0, 1], [2, 3]], np.uint8)
chance = Evenly(0)
"""
_PROGRAM = (
    _EVENLY
    + """\
block = {block}
block.set_random_state(chance, chance)
outcomes = []
for drawn in itertools.product({axes}):
    chance.drawn = iter(drawn)
    outcomes.append(np.array_equal(block(image=image)["image"], {seen}))
print(sum(outcomes) / len(outcomes))"""
)
_PAIRS = (
    _EVENLY
    + """\
pipeline = A.Compose([A.HorizontalFlip(p={p})])
pipeline.set_random_state(chance, chance)
came_out = []
for drawn in grid:
    chance.drawn = iter((0.5, drawn))
    came_out.append(pipeline(image=image)["image"])
fits = [np.array_equal(one, other) for one, other in itertools.product(came_out, repeat=2)]
print(sum(fits) / len(fits))"""
)
