"""The folds of KFold and of StratifiedKFold, one above the other, with the share of each class in every fold."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from quizapp.authoring import Explored, Impossible, Picture, Run, Text
from verifiers.grids import merged

_SIGNS = "█▒░"
_INKS = ("one", "two", "three")
_LETTERS = "ABC"
_BAR = 10
_LABEL = 10


def compared(counts: Sequence[int], splits: int, order: str, *, fold: int | None = None) -> Explored:
    """What both splitters hold out of rows of up to three classes.

    counts: rows of each class. order: `sorted` by class, or `mixed` in an order that stays the same.
    fold:   the one to be marked.

    Raises Impossible where there are fewer rows than folds.
    """
    y = np.repeat(np.arange(len(counts)), counts)
    if order == "mixed":
        y = np.random.default_rng(0).permutation(y)
    if len(y) < splits:
        raise Impossible(f"{len(y)} rows can't make {splits} folds")
    labels = y.tolist()
    letters = merged(Run(_LETTERS[one], _INKS[one]) for one in labels)
    total = sum(counts)
    rows: list[list[Run | str]] = [[f"{'y':<{_LABEL}}", *letters, "   ", *_bar(counts), *_counted(counts, total)]]
    said: list[str | Text] = []
    for name, splitter in (("KFold", KFold(splits)), ("StratifiedKFold", StratifiedKFold(splits))):
        rows.append([Run(name, "strong")])
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                folds = [held.tolist() for _, held in splitter.split(np.zeros((total, 1)), y)]
        except ValueError as error:
            rows.append([Run("  ValueError", "strong")])
            said.append(f"{name}: ValueError: {error}")
            continue
        rows += [_fold(at, held, labels, len(counts), at == fold) for at, held in enumerate(folds)]
        said += [f"{name}: {one.category.__name__}: {one.message}" for one in caught]
        rare = counts[-1] / total
        worst = max(abs(sum(labels[row] == len(counts) - 1 for row in held) / len(held) - rare) for held in folds)
        letter = _LETTERS[len(counts) - 1]
        said.append(
            Text(
                f"{name}: the share of {letter} is off by up to {worst:.0%} from {rare:.0%}",
                f"{name}：{letter} 的占比与总体 {rare:.0%} 最多相差 {worst:.0%}",
            )
        )
    return Picture.of(rows), said


def _fold(at: int, held: Sequence[int], y: Sequence[int], classes: int, marked: bool) -> list[Run | str]:
    inside = set(held)
    cells = [Run(_SIGNS[one], _INKS[one]) if row in inside else Run("·", "dim") for row, one in enumerate(y)]
    counts = [sum(y[row] == one for row in held) for one in range(classes)]
    label = f"{'▸' if marked else ' '} fold {at}"
    return [
        Run(f"{label:<{_LABEL}}", "strong" if marked else ""),
        *merged(cells),
        "   ",
        *_bar(counts),
        *_counted(counts, len(held)),
    ]


def _bar(counts: Sequence[int]) -> list[Run | str]:
    """The shares of the classes as a bar of ten characters."""
    ends = [round(_BAR * sum(counts[: at + 1]) / sum(counts)) for at in range(len(counts))]
    widths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return [Run(sign * width, ink) for sign, width, ink in zip(_SIGNS, widths, _INKS, strict=False) if width]


def _counted(counts: Sequence[int], total: int) -> list[Run | str]:
    said = "".join(f" {letter} {one:<2}" for letter, one in zip(_LETTERS, counts, strict=False))
    return [f"{said} {counts[-1] / total:>4.0%}"]
