"""What tqdm can go through and what it can't, and whether it hands on what it gets."""

import contextlib
import io
import itertools
import math
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.progress import bar_over, loader_of

_THINGS: dict[str, Callable[[], Any]] = {
    "[1, 2, 3]": lambda: [1, 2, 3],
    '"abc"': lambda: "abc",
    '{"a": 1}': lambda: {"a": 1},
    "{1, 2}": lambda: {1, 2},
    "range(10)": lambda: range(10),
    "(x for x in range(3))": lambda: (x for x in range(3)),
    "itertools.count()": itertools.count,
    "np.zeros(3)": lambda: np.zeros(3),
    "torch.zeros(3)": lambda: torch.zeros(3, device="cpu"),
    "loader": lambda: loader_of(10, 4),
    "10": lambda: 10,
    "3.5": lambda: 3.5,
    "None": lambda: None,
    "len": lambda: len,
    "range(10**20)": lambda: range(10**20),
}
Thing = Annotated[
    str,
    Choice(
        "[1, 2, 3]",
        '"abc"',
        '{"a": 1}',
        "{1, 2}",
        "range(10)",
        "(x for x in range(3))",
        "itertools.count()",
        "np.zeros(3)",
        "torch.zeros(3)",
        "loader",
        "10",
        "3.5",
        "None",
        "len",
        "range(10**20)",
    ),
]
_POSITIONS = ("first", "second", "third", "fourth")


@verifier("tqdm")
def wrapped(thing: Thing) -> Result:
    """What becomes of three steps through tqdm(thing): works, or the exception that it raises."""
    how = _tried(thing)
    return Result(how, steps=[f"tqdm({thing}): {how}"])


@wrapped.second_way
def _asked(thing: str) -> str:
    """tqdm asks for two things: that iter() works, and that len(), where there is one, does."""
    made = _THINGS[thing]()
    try:
        iter(made)
        with contextlib.suppress(TypeError):
            len(made)
    except (TypeError, OverflowError) as error:
        return f"raises {type(error).__name__}"
    return "works"


@verifier(
    "tqdm",
    where=[
        "first != second",
        "first != third",
        "first != fourth",
        "second != third",
        "second != fourth",
        "third != fourth",
    ],
)
def refused(first: Thing, second: Thing, third: Thing, fourth: Thing) -> Result:
    """Which of four things tqdm can't go through."""
    names = (first, second, third, fourth)
    how = [_tried(name) for name in names]
    bad = [name for name, one in zip(names, how, strict=True) if one != "works"]
    return Result(
        [at for at, one in zip(_POSITIONS, how, strict=True) if one != "works"],
        steps=[f"tqdm({name}): {one}" for name, one in zip(names, how, strict=True)],
        facts={"those": ", ".join(bad) or "none", "zh_those": "、".join(bad) or "无"},
    )


@refused.second_way
def _refused_by_asking(first: str, second: str, third: str, fourth: str) -> list[str]:
    names = (first, second, third, fourth)
    return [at for at, name in zip(_POSITIONS, names, strict=True) if _asked(name) != "works"]


@verifier("tqdm", examples=[({"samples": 100, "batch": 16}, True)])
def handed_on(samples: Annotated[int, Int(1, 2000)] = 100, batch: Annotated[int, Int(1, 64)] = 16) -> Result:
    """Whether tqdm hands on the very objects of what it wraps, in their order."""
    batches = list(loader_of(samples, batch))
    through = list(bar_over(batches, io.StringIO()))
    same = len(batches) == len(through) and all(one is other for one, other in zip(batches, through, strict=True))
    return Result(
        same, steps=[Text(f"{len(through)} of {len(batches)} batches", f"{len(batches)} 批中的 {len(through)} 批")]
    )


@verifier("tqdm", where="batch <= samples")
def last_shape(
    samples: Annotated[int, Int(1, 5000, often=(100, 1000, 1024))],
    batch: Annotated[int, Int(1, 512, often=(16, 32, 64))],
    side: Annotated[int, Choice(28, 32, 64)] = 28,
) -> Result:
    """The shape of the last `data` of `for data, target in tqdm(loader)`, of images of 3 × side × side."""
    images = torch.zeros(1, device="cpu").expand(samples, 3, side, side)
    loader = DataLoader(TensorDataset(images, torch.zeros(samples, device="cpu")), batch_size=batch)
    shape: Any = []
    for data, _target in bar_over(loader, io.StringIO()):
        shape = list(data.shape)
    return Result(
        shape,
        steps=[f"{samples} = {samples // batch} · {batch} + {samples % batch}"],
        mistakes=[
            mistake([batch, 3, side, side], "The last batch takes what is left.", "最后一批只有剩下的样本。"),
            mistake(shape[1:], "tqdm takes nothing apart; it hands on whole batches.", "tqdm 不会拆开批次，原样给出。"),
        ],
        snippet="import torch\nfrom torch.utils.data import DataLoader, TensorDataset\nfrom tqdm import tqdm\n\n"
        f"images = torch.zeros(1).expand({samples}, 3, {side}, {side})\n"
        f"loader = DataLoader(TensorDataset(images, torch.zeros({samples})), batch_size={batch})\n"
        "for data, target in tqdm(loader):\n    pass\nprint(list(data.shape))",
        facts={"left": samples % batch, "batches": math.ceil(samples / batch)},
    )


@last_shape.second_way
def _shape_by_remainder(samples: int, batch: int, side: int = 28) -> list[int]:
    return [samples % batch or batch, 3, side, side]


def _tried(thing: str) -> str:
    try:
        for _ in itertools.islice(bar_over(_THINGS[thing](), io.StringIO()), 3):
            pass
    except Exception as error:  # its name is the answer
        return f"raises {type(error).__name__}"
    return "works"
