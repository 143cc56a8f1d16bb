"""What scikit-learn's KFold makes of rows: which fold holds which, how large the folds are, how often a row is in."""

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier

Rows = Annotated[int, Int(2, 200, often=(10, 12, 100))]
Splits = Annotated[int, Int(2, 20, often=(3, 5, 10))]


def shown(numbers: Iterable[int]) -> str:
    """Numbers as print(*numbers) shows them."""
    return " ".join(map(str, numbers))


@verifier("scikit-learn", where=["splits <= rows", "fold < splits"])
def validation_rows(rows: Rows, splits: Splits, fold: Annotated[int, Int(0, 19)]) -> Result:
    """The rows, as print(*rows) shows them, that KFold without shuffling puts into one fold's validation part."""
    folds = [(train.tolist(), held.tolist()) for train, held in KFold(splits).split(np.zeros((rows, 2)))]
    train, held = folds[fold]
    size, more = divmod(rows, splits)
    begin = fold * size
    return Result(
        shown(held),
        steps=[
            f"{rows} = {splits} · {size} + {more}",
            *(
                Text(
                    f"fold {at}: {one[0]} to {one[-1]}, {len(one)} rows",
                    f"第 {at} 折：{one[0]} 到 {one[-1]}，{len(one)} 行",
                )
                for at, (_, one) in enumerate(folds)
                if at <= fold
            ),
        ],
        mistakes=[
            mistake(
                shown(list(range(begin, begin + size))),
                "What is left over isn't dropped: the first folds get one row more, which moves the later ones.",
                "余下的行不会丢掉：前几折各多一行，后面的折也跟着后移。",
            ),
            mistake(
                shown(list(range(fold, rows, splits))),
                "Rows aren't dealt out in turn; without shuffling a fold is a run of neighbours.",
                "不是像发牌那样轮流分配；不打乱时，一折就是连续的一段。",
            ),
            mistake(shown(train), "Those are the rows to train on.", "这是训练集的行。"),
            mistake(shown([one + 1 for one in held]), "Rows are counted from 0.", "行号从 0 数起。"),
            *(
                [mistake(shown(folds[fold - 1][1]), "Folds are counted from 0 as well.", "折的编号也从 0 数起。")]
                if fold
                else []
            ),
        ],
        snippet=f"import numpy as np\nfrom sklearn.model_selection import KFold\n\n"
        f"folds = list(KFold(n_splits={splits}).split(np.zeros(({rows}, 2))))\n"
        f"print(*folds[{fold}][1])",
        facts={"first": held[0], "last": held[-1], "more": more},
    )


@validation_rows.second_way
def _by_numpy(rows: int, splits: int, fold: int) -> str:
    return shown(np.array_split(np.arange(rows), splits)[fold].tolist())


@verifier("scikit-learn", where="splits <= rows")
def sizes(rows: Rows, splits: Splits) -> Result:
    """The sizes of KFold's validation parts, as print(*sizes) shows them."""
    held = [len(one) for _, one in KFold(splits).split(range(rows))]
    size, more = divmod(rows, splits)
    return Result(
        shown(held),
        steps=[
            f"{rows} = {splits} · {size} + {more}",
            Text(
                f"{'the first fold' if more == 1 else f'the first {more} folds'}: {size + 1}, the others: {size}",
                f"{'第一折' if more == 1 else f'前 {more} 折'}：{size + 1} 行，其余：{size} 行",
            )
            if more
            else Text(f"each fold: {size}", f"每折：{size} 行"),
        ],
        mistakes=[
            mistake(
                shown(held[::-1]),
                "The first folds get the rows left over, not the last.",
                "多出来的行分给前几折，不是后几折。",
            ),
            mistake(
                shown([size] * (splits - 1) + [size + more]),
                "They are spread, one each, and not all given to the last fold.",
                "多出来的行一折一个地分，不会全塞给最后一折。",
            ),
            mistake(
                shown([size + 1] * (splits - 1) + [rows - (size + 1) * (splits - 1)]),
                "The folds differ by one row at most.",
                "各折最多只差一行。",
            ),
            mistake(
                shown([size] * splits),
                "No row is dropped; the sizes add up to all of them.",
                "没有行被丢掉，各折加起来就是全部行。",
            ),
            mistake(shown([rows - one for one in held]), "Those are the training parts.", "这是训练集的大小。"),
        ],
        snippet=f"from sklearn.model_selection import KFold\n\n"
        f"print(*[len(held) for _, held in KFold(n_splits={splits}).split(range({rows}))])",
        facts={"least": size, "more": more},
    )


@sizes.second_way
def _by_array_split(rows: int, splits: int) -> str:
    return shown([len(one) for one in np.array_split(np.zeros(rows), splits)])


@verifier("scikit-learn", where=["splits <= rows", "row < rows"])
def times_trained(splits: Splits, rows: Rows = 12, row: Annotated[int, Int(0, 199)] = 7) -> Result:
    """In how many of KFold's training parts one row is, shuffled or not."""
    counts = {
        shuffle: sum(row in train for train, _ in KFold(splits, shuffle=shuffle).split(range(rows)))
        for shuffle in (False, True)
    }
    count = counts[False]
    assert counts[True] == count
    return Result(
        count,
        steps=[
            Text(f"in validation: {splits - count} time", f"在验证集中：{splits - count} 次"),
            Text(
                f"in training: {splits} − {splits - count} = {count} times",
                f"在训练集中：{splits} − {splits - count} = {count} 次",
            ),
        ],
        mistakes=[
            mistake(splits, "Once it is held out.", "其中有一次它在验证集里。"),
            mistake(1, "That is how often it is held out.", "这是它进验证集的次数。"),
        ],
        snippet=f"from sklearn.model_selection import KFold\n\n"
        f"print(sum({row} in train for train, _ in KFold(n_splits={splits}).split(range({rows}))))",
    )


@times_trained.second_way
def _all_but_once(splits: int, rows: int = 12, row: int = 7) -> int:
    held = [row in one for one in np.array_split(np.arange(rows), splits)]
    return held.count(False)


@verifier("scikit-learn")
def lengths(
    splits: Annotated[int, Choice(2, 3, 4, 6)], splitter: Annotated[str, Choice("KFold", "StratifiedKFold")] = "KFold"
) -> Result:
    """How many rows each fold of the note's example has for training and for validation: 12 rows, two even classes."""
    found = {
        name: {(len(train), len(held)) for train, held in made(splits).split(np.zeros((12, 2)), [1] * 6 + [2] * 6)}
        for name, made in {"KFold": KFold, "StratifiedKFold": StratifiedKFold}.items()
    }
    ((trained, held),) = found[splitter]
    return Result(
        [trained, held],
        steps=[
            Text(f"validation: 12 / {splits} = {held}", f"验证集：12 / {splits} = {held}"),
            Text(f"training: 12 − {held} = {12 - held}", f"训练集：12 − {held} = {12 - held}"),
        ],
        mistakes=[
            mistake(
                [held, trained],
                "split gives the training rows first, then those to validate on.",
                "split 先给训练集，再给验证集。",
            ),
            mistake([12, held], "What is held out is not trained on.", "留出来的行不参与训练。"),
            mistake(
                [12 - splits, splits],
                "n_splits is the number of folds, not of rows in one.",
                "n_splits 是折数，不是每折的行数。",
            ),
        ],
    )


@lengths.second_way
def _twelfths(splits: int, splitter: str = "KFold") -> list[int]:
    return [12 - 12 // splits, 12 // splits]
