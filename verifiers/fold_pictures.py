"""The folds of scikit-learn's splitters as coloured rows, beside the labels and groups that they were made from."""

from typing import Annotated

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from quizapp.authoring import Choice, Impossible, Int, Picture, Result, Run, Text, mistake, verifier

NAMES = ("KFold", "KFold shuffled", "StratifiedKFold", "StratifiedKFold shuffled", "GroupKFold")

Folds = list[list[int]]


@verifier("scikit-learn")
def splitter(
    name: Annotated[
        str, Choice("KFold", "KFold shuffled", "StratifiedKFold", "StratifiedKFold shuffled", "GroupKFold")
    ],
    labels: Annotated[str, Choice("sorted", "mixed")],
    seed: Annotated[int, Int(0, 200)],
) -> Result:
    """Which splitter made the folds of a picture: 18 rows, two classes, six groups, three folds."""
    y, groups = _rows(labels, seed)
    folds = _folds(name, y, groups, seed)
    if _fits(folds, y, groups) != name:
        raise Impossible("by chance these folds look like those of another splitter")
    return Result(
        name,
        steps=[
            Text(f"fold {at}: {''.join(y[row] for row in rows)}", f"第 {at} 折：{''.join(y[row] for row in rows)}")
            for at, rows in enumerate(folds)
        ],
        mistakes=[mistake(one, *_MARKS[one]) for one in NAMES],
        facts={"counts": ", ".join(str(sum(y[row] == "B" for row in rows)) for rows in folds)},
        picture=Picture.of(_drawn(folds, y, groups)),
    )


@splitter.second_way
def _by_trying_each(name: str, labels: str, seed: int) -> str:
    """The one splitter that makes these folds of these rows."""
    y, groups = _rows(labels, seed)
    wanted = _folds(name, y, groups, seed)
    (only,) = [one for one in NAMES if _folds(one, y, groups, seed) == wanted]
    return only


# What tells a splitter's folds from those of the others.
_MARKS = {
    "KFold": ("KFold's folds are blocks of neighbouring rows.", "KFold 的每一折是相邻的一整块。"),
    "KFold shuffled": (
        "Shuffled, KFold scatters the rows and leaves the classes to chance.",
        "打乱的 KFold 把行打散，各类别的多少全凭运气。",
    ),
    "StratifiedKFold": (
        "StratifiedKFold has as many rows of a class in each fold, and takes them in order.",
        "StratifiedKFold 每折中各类别数量相同，而且按顺序取。",
    ),
    "StratifiedKFold shuffled": (
        "Shuffled, StratifiedKFold has as many rows of a class in each fold, but in no order.",
        "打乱的 StratifiedKFold 每折中各类别数量相同，但没有顺序。",
    ),
    "GroupKFold": ("GroupKFold never cuts a group.", "GroupKFold 从不拆开一个组。"),
}


def _rows(labels: str, seed: int) -> tuple[list[str], list[int]]:
    rng = np.random.default_rng(seed)
    y = ["A"] * 12 + ["B"] * 6
    groups = np.repeat(range(6), rng.permutation([5, 4, 3, 3, 2, 1]))
    return (y if labels == "sorted" else [str(one) for one in rng.permutation(y)]), groups.tolist()


def _folds(name: str, y: list[str], groups: list[int], seed: int) -> Folds:
    shuffled = {"shuffle": True, "random_state": seed} if name.endswith("shuffled") else {}
    made = {"KFold": KFold, "StratifiedKFold": StratifiedKFold, "GroupKFold": GroupKFold}[
        name.removesuffix(" shuffled")
    ]
    splits = made(3, **shuffled).split(y, y, groups if name == "GroupKFold" else None)
    return [held.tolist() for _, held in splits]


def _fits(folds: Folds, y: list[str], groups: list[int]) -> str:
    """The splitter whose marks these folds bear; empty where it is not one alone."""
    where = {row: fold for fold, rows in enumerate(folds) for row in rows}
    blocks = all(rows == list(range(rows[0], rows[0] + len(rows))) for rows in folds)
    even = len({sum(y[row] == "B" for row in rows) for rows in folds}) == 1
    ordered = all(
        own == sorted(own) for own in ([where[row] for row in range(len(y)) if y[row] == one] for one in "AB")
    )
    whole = all(len({where[row] for row in range(len(y)) if groups[row] == one}) == 1 for one in set(groups))
    found = {
        "KFold": blocks and not even,
        "GroupKFold": whole and not blocks and not even,
        "StratifiedKFold": even and ordered and not whole and not blocks,
        "StratifiedKFold shuffled": even and not ordered and not whole,
        "KFold shuffled": not even and not blocks and not whole,
    }
    names = [name for name, fits in found.items() if fits]
    return names[0] if len(names) == 1 else ""


def _drawn(folds: Folds, y: list[str], groups: list[int]) -> list[list[Run | str]]:
    # Each row of the data is a column of the picture, so that folds lie one below the other.
    inks = ("one", "two", "three")
    lines: list[list[Run | str]] = []
    for at, rows in enumerate(folds):
        cells = [Run("██", inks[at]) if row in rows else Run("··", "dim") for row in range(len(y))]
        lines += [[f"fold {at}   ", *cells], []]
    labels = [Run(f"{one} ", "four" if one == "A" else "five") for one in y]
    marks = [Run(f"{one} ", "strong" if one % 2 else "dim") for one in groups]
    return [
        *lines,
        ["y        ", *labels],
        ["groups   ", *marks],
        [],
        ["         ", *(Run("██", ink) for ink in inks), " validation   ", Run("··", "dim"), " training"],
    ]
