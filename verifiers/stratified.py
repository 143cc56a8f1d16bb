"""Classes and folds: what KFold leaves to the order of the rows, and what StratifiedKFold sees to."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from quizapp.authoring import Attempt, Choice, Explored, Int, Result, Text, attempt, mistake, verifier
from verifiers.fold_shares import compared
from verifiers.folds import shown

Count = Annotated[int, Int(1, 500, often=(6, 10, 30, 90))]
Splits = Annotated[int, Int(2, 20, often=(3, 5, 10))]
Fold = Annotated[int, Int(0, 19)]
Order = Annotated[str, Choice("sorted", "mixed")]


@verifier("scikit-learn", where=["splits <= first", "splits <= second", "fold < splits"])
def validation_rows(first: Count, second: Count, splits: Splits, fold: Fold) -> Result:
    """The rows, as print(*rows) shows them, that StratifiedKFold holds out in one fold where y is sorted by class."""
    y = [1] * first + [2] * second
    folds = _held(StratifiedKFold(splits), y)
    plain = _held(KFold(splits), y)[fold]
    rows = folds[fold]
    ones, twos = [row for row in rows if row < first], [row for row in rows if row >= first]
    return Result(
        shown(rows),
        steps=[
            Text(f"of class 1: {ones}", f"类别 1：{ones}"),
            Text(f"of class 2: {twos}", f"类别 2：{twos}"),
        ],
        mistakes=[
            mistake(
                shown(plain),
                "That is KFold, which doesn't look at y; here each class is cut in its own right.",
                "这是 KFold 的结果，它不看 y；这里是每个类别各自切分。",
            ),
            mistake(
                shown(list(range(fold, first + second, splits))),
                "Within a class the rows aren't dealt out in turn: each fold gets neighbours.",
                "类别内部不是轮流分配，每一折拿到的是相邻的几行。",
            ),
            *(
                mistake(shown(own), "Those are the rows of one class alone.", "这只是其中一个类别的行。")
                for own in (ones, twos)
            ),
            mistake(
                shown([row for row in range(first + second) if row not in rows]),
                "Those are the rows to train on.",
                "这是训练集的行。",
            ),
        ],
        snippet="from sklearn.model_selection import StratifiedKFold\n\n"
        f"y = [1] * {first} + [2] * {second}\n"
        f"folds = list(StratifiedKFold(n_splits={splits}).split(y, y))\n"
        f"print(*folds[{fold}][1])",
        facts={"plain": shown(plain)},
    )


@validation_rows.second_way
def _by_blocks(first: int, second: int, splits: int, fold: int) -> str:
    y = [1] * first + [2] * second
    rows = []
    for which in (1, 2):
        own = [row for row, label in enumerate(y) if label == which]
        shares = [y[at::splits].count(which) for at in range(splits)]
        begin = sum(shares[:fold])
        rows += own[begin : begin + shares[fold]]
    return shown(rows)


@verifier("scikit-learn", where=["splits <= common + rare", "fold < splits"])
def rare_by_kfold(common: Count, rare: Count, splits: Splits, fold: Fold) -> Result:
    """How many rows of the rare class KFold holds out in a fold where y is sorted, the common class first."""
    y = [0] * common + [1] * rare
    held = _held(KFold(splits), y)
    counts = [sum(y[row] for row in rows) for rows in held]
    rows = held[fold]
    return Result(
        counts[fold],
        steps=[
            Text(f"fold {fold}: rows {rows[0]} to {rows[-1]}", f"第 {fold} 折：第 {rows[0]} 到 {rows[-1]} 行"),
            Text(f"class 1: rows {common} to {common + rare - 1}", f"类别 1：第 {common} 到 {common + rare - 1} 行"),
            Text(f"all folds: {counts}", f"各折：{counts}"),
        ],
        mistakes=[
            mistake(
                _counts(StratifiedKFold(splits), y)[fold] if rare >= splits and common >= splits else rare // splits,
                "That is an even share; KFold cuts the rows as they lie, and they are sorted.",
                "这是平均分的结果；KFold 按原有顺序切，而这里的行是排好序的。",
            ),
            mistake(len(rows), "That is the whole fold.", "这是整个折的行数。"),
            mistake(rare, "That is the class, over all folds.", "这是该类别在所有折中的总数。"),
            mistake(
                len(rows) - counts[fold], "Those are the rows of class 0.", "这是类别 0 的行数。"
            ),
        ],
        snippet="from sklearn.model_selection import KFold\n\n"
        f"y = [0] * {common} + [1] * {rare}\n"
        f"folds = list(KFold(n_splits={splits}).split(y))\n"
        f"print(sum(y[row] for row in folds[{fold}][1]))",
        facts={
            "begin": rows[0], "end": rows[-1], "size": len(rows), "empty": counts.count(0),
        },
    )  # fmt: skip


@rare_by_kfold.second_way
def _by_array_split(common: int, rare: int, splits: int, fold: int) -> int:
    return int(np.array_split([0] * common + [1] * rare, splits)[fold].sum())


@rare_by_kfold.explore(
    common=Int(1, 24, often=(12,)),
    rare=Int(1, 12, often=(6,)),
    splits=Int(2, 6, often=(3,)),
    fold=Int(0, 5, often=(0,)),
)
def _skewed(common: int, rare: int, splits: int, fold: int, *, order: Order = "sorted") -> Explored:
    return compared([common, rare], splits, order, fold=fold)


@verifier("scikit-learn", where=["splits <= common", "splits <= rare"])
def bounds(
    common: Count,
    rare: Count,
    splits: Splits,
    part: Annotated[str, Choice("validation", "training")] = "validation",
) -> Result:
    """The fewest and the most rows of the rare class that StratifiedKFold puts into a part, over its folds."""
    held = _counts(StratifiedKFold(splits), [0] * common + [1] * rare)
    counts = held if part == "validation" else [rare - one for one in held]
    even = rare / splits if part == "validation" else rare - rare / splits
    return Result(
        [min(counts), max(counts)],
        steps=[
            f"{rare} / {splits} = {even:g}" if part == "validation" else f"{rare} − {rare} / {splits} = {even:g}",
            Text(f"folds: {counts}", f"各折：{counts}"),
        ],
        mistakes=[
            mistake(
                [int(even), int(even)],
                "Where it doesn't divide, some folds get one more.",
                "除不尽时，有些折会多一行。",
            ),
            mistake(
                [0, (common + rare) // splits],
                "That is what may happen to KFold; here each class is spread evenly.",
                "那是 KFold 可能出现的情况；这里每个类别都均匀分布。",
            ),
        ],
        snippet="from sklearn.model_selection import StratifiedKFold\n\n"
        f"y = [0] * {common} + [1] * {rare}\n"
        "counts = [\n    sum(y[row] for row in rows)\n"
        f"    for rows in list(zip(*StratifiedKFold(n_splits={splits}).split(y, y)))[{int(part == 'validation')}]\n]\n"
        "print([min(counts), max(counts)])",
        facts={"folds": str(counts)},
    )


@bounds.second_way
def _floor_and_ceiling(common: int, rare: int, splits: int, part: str = "validation") -> list[int]:
    least, most = rare // splits, -(-rare // splits)
    return [least, most] if part == "validation" else [rare - most, rare - least]


@bounds.explore(common=Int(2, 24, often=(12,)), rare=Int(2, 12, often=(6,)), splits=Int(2, 6, often=(3,)))
def _balanced(common: int, rare: int, splits: int, *, order: Order = "sorted") -> Explored:
    return compared([common, rare], splits, order)


@verifier("scikit-learn", where=["rare < splits", "splits <= common"])
def folds_without(common: Count, rare: Count, splits: Splits) -> Result:
    """How many validation parts of StratifiedKFold have no row of a class that is rarer than there are folds."""
    counts = _counts(StratifiedKFold(splits), [0] * common + [1] * rare)
    said = _outcome([common, rare], splits)[1]
    return Result(
        counts.count(0),
        steps=[Text(f"folds: {counts}", f"各折：{counts}"), said],
        mistakes=[
            mistake(0, "A row can't be in two validation parts.", "一行不可能同时出现在两个验证集里。"),
            mistake(rare, "Those are the folds that have one.", "这是有该类别的折数。"),
            mistake(splits, "Each of the rare rows is held out once.", "每个稀有样本都会在某一折里被留出。"),
            mistake(
                splits - 1,
                "They are spread, one a fold, and not put into one.",
                "它们一折一个地分散，不会挤在同一折里。",
            ),
        ],
        snippet="import warnings\nfrom sklearn.model_selection import StratifiedKFold\n\n"
        'warnings.simplefilter("ignore")\n'
        f"y = [0] * {common} + [1] * {rare}\n"
        f"folds = StratifiedKFold(n_splits={splits}).split(y, y)\n"
        "print(sum(all(y[row] == 0 for row in held) for _, held in folds))",
        facts={"said": said},
    )


@folds_without.second_way
def _the_others(common: int, rare: int, splits: int) -> int:
    return splits - rare


@verifier("scikit-learn", where="splits <= a + b + c")
def outcome(a: Count, b: Count, c: Count, splits: Splits) -> Result:
    """How StratifiedKFold takes three classes of these sizes: `runs`, `warns` or `raises ValueError`."""
    ending, said = _outcome([a, b, c], splits)
    return Result(
        ending,
        steps=[said or Text("no warning, no error", "没有警告，也没有报错")],
        mistakes=[
            mistake(
                "raises ValueError",
                "An error comes only where every class is smaller than n_splits.",
                "只有每个类别都少于 n_splits 时才报错。",
            )
            if ending == "warns"
            else mistake(
                "warns",
                "A warning comes where the smallest class, but not every class, is below n_splits.",
                "最小的类别少于 n_splits，但并非每个类别都如此，才会警告。",
            ),
            mistake("runs", "It looks at the smallest class before it splits.", "切分之前它会检查最小的类别。"),
        ],
        facts={"least": min(a, b, c), "most": max(a, b, c), "said": said},
    )


@outcome.second_way
def _by_comparing(a: int, b: int, c: int, splits: int) -> str:
    return "raises ValueError" if max(a, b, c) < splits else "warns" if min(a, b, c) < splits else "runs"


@outcome.explore(a=Int(1, 14), b=Int(1, 12), c=Int(1, 7), splits=Int(2, 6, often=(3,)))
def _scarce(a: int, b: int, c: int, splits: int, *, order: Order = "sorted") -> Explored:
    return compared([a, b, c], splits, order)


@verifier("scikit-learn", examples=[({"splitter": "KFold"}, False), ({"splitter": "StratifiedKFold"}, True)])
def minds_labels(splitter: Annotated[str, Choice("KFold", "StratifiedKFold")]) -> Result:
    """Whether other labels for the same rows make other folds."""
    made = {"KFold": KFold, "StratifiedKFold": StratifiedKFold}[splitter]
    one, other = [1] * 6 + [2] * 6, [1, 2] * 6
    return Result(_held(made(3), one) != _held(made(3), other), steps=[str(_held(made(3), y)) for y in (one, other)])


@verifier("scikit-learn", examples=[({"splits": 3}, "y=[0, 1, 0, 1, 0, 1]"), ({"splits": 2}, "y=[0, 1, 0, 1, 0, 0]")])
def same_folds(splits: Annotated[int, Choice(2, 3)]) -> Result:
    """Labels of six rows, each class with enough of them, with which KFold and StratifiedKFold make the same folds."""
    y = [0, 1] * 3 if splits == 3 else [0, 1, 0, 1, 0, 0]
    assert _held(KFold(splits), y) == _held(StratifiedKFold(splits), y)
    return Result(f"y=[{', '.join(map(str, y))}]", steps=[str(_held(KFold(splits), y))])


@same_folds.attempt
def both_ways(answer: Mapping[str, list[list[int]]], splits: int) -> Attempt:
    """Splits the learner's labels with both."""
    (y,) = answer["y"]
    sizes = [y.count(label) for label in sorted(set(y))]
    if len(sizes) < 2 or min(sizes) < splits:
        return attempt(
            False,
            en=f"The classes have {sizes} rows; two or more are wanted, each with at least {splits}.",
            zh=f"各类别的行数是 {sizes}；至少要有两个类别，每个至少 {splits} 行。",
        )
    plain, strict = _held(KFold(splits), y), _held(StratifiedKFold(splits), y)
    return attempt(
        plain == strict,
        en=f"KFold holds out {plain}, StratifiedKFold {strict}.",
        zh=f"KFold 留出 {plain}，StratifiedKFold 留出 {strict}。",
    )


def _held(splitter: KFold | StratifiedKFold, y: Sequence[int]) -> list[list[int]]:
    """The rows of each validation part; a warning about rare classes is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return [held.tolist() for _, held in splitter.split(np.zeros((len(y), 2)), y)]


def _counts(splitter: KFold | StratifiedKFold, y: Sequence[int]) -> list[int]:
    """How many rows of class 1 each validation part has."""
    return [sum(y[row] for row in rows) for rows in _held(splitter, y)]


def _outcome(classes: Sequence[int], splits: int) -> tuple[str, str]:
    """What StratifiedKFold does with classes of these sizes, and what it says."""
    y = np.repeat(range(len(classes)), classes)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            list(StratifiedKFold(splits).split(y, y))
        except ValueError as error:
            return "raises ValueError", str(error)
    return ("warns", str(caught[0].message)) if caught else ("runs", "")
