"""Groups and folds: rows that belong together, and which of scikit-learn's splitters keep them together."""

from typing import Annotated

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from quizapp.authoring import Choice, Int, Result, Shape, Text, Value, mistake, verifier
from verifiers.folds import shown

Splits = Annotated[int, Int(2, 10, often=(3, 5))]


@verifier("scikit-learn", where="splits <= len(sizes)")
def validation_sizes(sizes: Annotated[list[int], Shape(2, 8, min=1, max=30)], splits: Splits) -> Result:
    """The sizes of GroupKFold's validation parts, as print(*sizes) shows them, for groups of these sizes."""
    groups = np.repeat(range(len(sizes)), sizes)
    rows = np.zeros((len(groups), 2))
    folds = [groups[held] for _, held in GroupKFold(splits).split(rows, groups=groups)]
    held = [len(one) for one in folds]
    plain = [len(one) for _, one in KFold(splits).split(rows)]
    return Result(
        shown(held),
        steps=[
            Text(
                f"fold {at}: groups of {' + '.join(str(sizes[g]) for g in sorted(set(one.tolist())))} = {len(one)}",
                f"第 {at} 折：各组 {' + '.join(str(sizes[g]) for g in sorted(set(one.tolist())))} = {len(one)}",
            )
            for at, one in enumerate(folds)
        ],
        mistakes=[
            mistake(
                shown(plain),
                "Groups aren't cut, so the sizes are only as even as the groups allow.",
                "组不能拆开，所以各折大小只能尽量接近。",
            ),
            mistake(
                shown([sum(sizes[at::splits]) for at in range(splits)]),
                "Groups aren't dealt out in turn: the largest comes first, and each goes to the smallest fold so far.",
                "组不是轮流分配的：从最大的开始，每次放进当前最小的折。",
            ),
            mistake(shown(sorted(held)), "The first fold gets the largest group.", "第一折拿到最大的组。"),
            mistake(shown([len(groups) - one for one in held]), "Those are the training parts.", "这是训练集的大小。"),
        ],
        snippet="import numpy as np\nfrom sklearn.model_selection import GroupKFold\n\n"
        f"groups = np.repeat(range({len(sizes)}), {sizes})\n"
        f"folds = GroupKFold(n_splits={splits}).split(groups, groups=groups)\n"
        "print(*[len(held) for _, held in folds])",
        facts={"plain": shown(plain), "largest": max(sizes)},
    )


@validation_sizes.second_way
def _into_the_smallest(sizes: list[int], splits: int) -> str:
    held = [0] * splits
    for size in sorted(sizes, reverse=True):
        held[held.index(min(held))] += size
    return shown(held)


@verifier("scikit-learn", where=["rows % group == 0", "group < rows // splits", "splits <= rows"])
def cut_groups(
    rows: Annotated[int, Int(8, 400, often=(60, 120))], group: Annotated[int, Int(2, 40)], splits: Splits
) -> Result:
    """How many groups of so many neighbouring rows KFold without shuffling cuts in two."""
    groups = np.arange(rows) // group
    cut = _cut(KFold(splits), groups)
    edges = [int(held[0]) for _, held in KFold(splits).split(groups)][1:]
    off = [edge for edge in edges if edge % group]
    return Result(
        cut,
        steps=[
            Text(f"folds begin at {edges}", f"第 1 折起，各折的起点：{edges}"),
            Text(f"not at a multiple of {group}: {off}", f"不是 {group} 的倍数的：{off}"),
        ],
        mistakes=[
            mistake(
                0,
                "KFold knows nothing of groups, and cuts where the count says.",
                "KFold 不知道有分组，只按行数切。",
            ),
            mistake(
                splits - 1,
                "Where a fold begins with a group nothing is cut.",
                "折的起点恰好也是组的起点时，没有组被切开。",
            ),
            mistake(
                rows // group,
                "Those are all groups; most lie within one fold.",
                "这是全部的组数，大多数组都在同一折里。",
            ),
            mistake(
                splits - 1 - cut, "Those are the edges that fall between two groups.", "这是恰好落在两组之间的分界数。"
            ),
        ],
        snippet="import numpy as np\nfrom sklearn.model_selection import KFold\n\n"
        f"groups = np.arange({rows}) // {group}\n"
        f"folds = [set(groups[held]) for _, held in KFold(n_splits={splits}).split(groups)]\n"
        "print(sum(sum(one in fold for fold in folds) > 1 for one in set(groups)))",
        facts={
            "edges": str(edges),
            "groups": rows // group,
            "shuffled": _cut(KFold(splits, shuffle=True, random_state=0), groups),
        },
    )


@cut_groups.second_way
def _by_the_edges(rows: int, group: int, splits: int) -> int:
    edges = np.cumsum([len(one) for one in np.array_split(np.zeros(rows), splits)])[:-1]
    return len({int(edge) // group for edge in edges if edge % group})


def _cut(splitter: KFold, groups: np.ndarray) -> int:
    """How many groups have rows in the validation parts of more than one fold."""
    folds = [{*groups[held].tolist()} for _, held in splitter.split(groups)]
    return sum(sum(one in fold for fold in folds) > 1 for one in {*groups.tolist()})


@verifier(
    "scikit-learn",
    examples=[
        ({"need": "groups whole"}, ["GroupKFold", "StratifiedGroupKFold"]),
        ({"need": "equal shares"}, ["StratifiedKFold", "StratifiedGroupKFold"]),
        ({"need": "neighbours"}, ["KFold"]),
    ],
)
def keeps(
    need: Annotated[str, Choice("groups whole", "equal shares", "both", "once", "neighbours")],
) -> Result:
    """Which splitters meet a need on 24 rows of 12 groups, 3 of them positive, in three folds, over 10 orders."""
    made = {
        "KFold": KFold(3), "StratifiedKFold": StratifiedKFold(3), "GroupKFold": GroupKFold(3),
        "StratifiedGroupKFold": StratifiedGroupKFold(3),
    }  # fmt: skip
    rng = np.random.default_rng(1)
    orders = [rng.permutation(np.repeat(range(12), 2)) for _ in range(10)]
    met = {name: [_met(splitter, groups)[need] for groups in orders] for name, splitter in made.items()}
    value: list[Value] = [name for name, always in met.items() if all(always)]
    return Result(
        value,
        steps=[
            Text(
                f"{name}: in {sum(always)} of {len(orders)} orders",
                f"{name}：{len(orders)} 种次序中有 {sum(always)} 种满足",
            )
            for name, always in met.items()
        ],
        mistakes=[mistake(*one) for one in _USUAL_MISTAKES.get(need, ())],
    )


_USUAL_MISTAKES: dict[str, list[tuple[list[Value], str, str]]] = {
    "groups whole": [
        (["GroupKFold"], "StratifiedGroupKFold keeps groups whole as well.", "StratifiedGroupKFold 同样不拆组。")
    ],
    "equal shares": [
        (
            ["StratifiedKFold"],
            "StratifiedGroupKFold evens the classes out as well.",
            "StratifiedGroupKFold 同样会均衡类别。",
        )
    ],
    "both": [
        (
            ["StratifiedKFold", "GroupKFold"],
            "Each of the two sees to one thing alone; StratifiedGroupKFold sees to both.",
            "这两个各管一件事；StratifiedGroupKFold 两样都管。",
        )
    ],
    "once": [
        (
            ["KFold"],
            "Looking at classes or groups only changes which rows go together; each is still held out once.",
            "考虑类别或分组只改变哪些行在一起，每一行仍然恰好被留出一次。",
        )
    ],
    "neighbours": [
        (
            ["KFold", "StratifiedKFold"],
            "StratifiedKFold cuts each class in its own right, and their rows lie mixed.",
            "StratifiedKFold 对每个类别分别切分，而各类别的行是混着的。",
        )
    ],
}


def _met(splitter: KFold | StratifiedKFold | GroupKFold | StratifiedGroupKFold, groups: np.ndarray) -> dict[str, bool]:
    """For each need whether the splitter's folds of these rows meet it; groups 0, 3 and 6 are positive."""
    y = np.isin(groups, (0, 3, 6)).astype(int)
    # Only the two that read groups are given them; the others would warn that they don't.
    read = groups if isinstance(splitter, GroupKFold | StratifiedGroupKFold) else None
    folds = [(train, np.asarray(held)) for train, held in splitter.split(y, y, read)]
    whole = not any({*groups[train].tolist()} & {*groups[held].tolist()} for train, held in folds)
    even = len({float(y[held].mean()) for _, held in folds}) == 1
    return {
        "groups whole": whole,
        "equal shares": even,
        "both": whole and even,
        "once": sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(len(groups))),
        "neighbours": all((np.diff(held) == 1).all() for _, held in folds),
    }
