"""The arguments of scikit-learn's splitters: what they are called, what is refused, what shuffling and seeds do."""

import inspect
from typing import Annotated

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import KFold, StratifiedKFold

from quizapp.authoring import Choice, Code, Int, Result, Value, mistake, verifier
from verifiers.execution import execute

Rows = Annotated[int, Int(2, 200, often=(10, 12, 100))]
Splits = Annotated[int, Int(2, 20, often=(3, 5, 10))]


@verifier("scikit-learn")
def repeats(splits: Splits = 3, rows: Rows = 30) -> Result:
    """Which ways to make a KFold give the same folds when its split is gone through twice."""
    made: dict[str, KFold] = {
        "plain": KFold(splits),
        "number": KFold(splits, shuffle=True, random_state=0),
        "none": KFold(splits, shuffle=True),
        "state": KFold(splits, shuffle=True, random_state=np.random.RandomState(0)),
    }
    passes = {
        name: [[held.tolist() for _, held in splitter.split(range(rows))] for _ in range(2)]
        for name, splitter in made.items()
    }
    value: list[Value] = [name for name, (one, other) in passes.items() if one == other]
    return Result(
        value,
        steps=[f"{name}: {one[0][:6]}… {other[0][:6]}…" for name, (one, other) in passes.items()],
        mistakes=[
            mistake(
                ["plain", "number", "state"],
                "A RandomState goes on where the first pass left it; only a number begins anew.",
                "RandomState 会接着上一次的状态走；只有整数每次都从头开始。",
            ),
            mistake(
                ["number"],
                "Without shuffling there is no chance in it at all.",
                "不打乱时根本没有随机性。",
            ),
            mistake(
                ["plain"],
                "With a whole number each pass is shuffled in the same way.",
                "给了整数，每次打乱的方式都一样。",
            ),
        ],
    )


@verifier("scikit-learn")
def in_order(shuffle: Annotated[bool, Choice(True, False)] = False) -> Result:
    """Whether each of KFold's validation parts is a run of neighbouring rows; 12 rows, 3 folds."""
    held = [one.tolist() for _, one in KFold(3, shuffle=shuffle, random_state=0 if shuffle else None).split(range(12))]
    return Result(all(one == list(range(one[0], one[0] + len(one))) for one in held), steps=[str(held)])


@verifier("scikit-learn")
def held_out(
    splitter: Annotated[str, Choice("KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit")],
    shuffle: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """How often rows come into a validation part: `each row once`, or `some rows never`, as in sampling."""
    made = {"n_splits": 3, "random_state": 0 if shuffle or "Shuffle" in splitter else None}
    if "Shuffle" not in splitter:
        made["shuffle"] = shuffle
    splits = getattr(model_selection, splitter)(**made).split(np.zeros((12, 2)), [1] * 6 + [2] * 6)
    times = np.bincount(np.concatenate([held for _, held in splits]), minlength=12)
    return Result("each row once" if (times == 1).all() else "some rows never", steps=[str(times.tolist())])


@verifier("scikit-learn")
def parameter(name: Annotated[str, Choice("KFold", "StratifiedKFold")] = "KFold") -> Result:
    """The parameter of a splitter that says how many folds there are, found by trying each with 7."""
    made = {"KFold": KFold, "StratifiedKFold": StratifiedKFold}[name]
    names = list(inspect.signature(made).parameters)
    found = []
    for one in names:
        try:
            if made(**{one: 7}).get_n_splits() == 7:
                found.append(one)
        except (TypeError, ValueError):
            continue
    (only,) = found
    ended = execute(f"from sklearn.model_selection import {name}\n{name}(n_split=3)").error
    return Result(
        only,
        steps=[f"{name}({', '.join(names)})", f"{name}(n_split=3): {type(ended).__name__}: {ended}"],
        mistakes=[
            mistake(
                "n_split", "That is what the note says; there is an s at the end.", "这是笔记里的写法，末尾还有一个 s。"
            ),
            mistake("k", "The letter of the name is not that of the parameter.", "方法名里有 K，参数名却不是 k。"),
            mistake(
                "n_folds",
                "So it was called in sklearn.cross_validation, which is gone.",
                "这是早已删除的 sklearn.cross_validation 里的叫法。",
            ),
            mistake(
                "cv",
                "That is the parameter of cross_val_score, which takes the splitter.",
                "这是 cross_val_score 的参数，splitter 就传给它。",
            ),
        ],
        facts={"ending": type(ended).__name__, "default": inspect.signature(made).parameters[only].default},
    )


@verifier("scikit-learn")
def ending(
    code: Annotated[str, Code()], splitter: Annotated[str, Choice("KFold", "StratifiedKFold", "GroupKFold")] = "KFold"
) -> Result:
    """How a program ends: `runs`, or the name of what it raises. splitter only fills in the source."""
    ran = execute(code)
    end, said = ran.ending, str(ran.error or "")
    return Result(end, steps=[f"{end}: {said}" if said else end], facts={"said": said.partition(",")[0]})


@verifier("scikit-learn")
def last_line(code: Annotated[str, Code()]) -> Result:
    """The last line that a program prints."""
    return Result((execute(code).printed.splitlines() or [""])[-1])
