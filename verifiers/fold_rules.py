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


@verifier("scikit-learn", examples=[({}, ["plain", "number"])])
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


@verifier("scikit-learn", examples=[({"shuffle": False}, True), ({"shuffle": True}, False)])
def in_order(shuffle: Annotated[bool, Choice(True, False)] = False) -> Result:
    """Whether each of KFold's validation parts is a run of neighbouring rows; 12 rows, 3 folds."""
    held = [one.tolist() for _, one in KFold(3, shuffle=shuffle, random_state=0 if shuffle else None).split(range(12))]
    return Result(all(one == list(range(one[0], one[0] + len(one))) for one in held), steps=[str(held)])


@verifier(
    "scikit-learn",
    examples=[({"splitter": "StratifiedKFold"}, False), ({"splitter": "StratifiedShuffleSplit"}, True)],
)
def by_lot(
    splitter: Annotated[str, Choice("KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit")],
    shuffle: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """Whether chance decides which rows are held out, seen over 5 passes; the two ShuffleSplits always shuffle."""
    made = getattr(model_selection, splitter)(
        **{"n_splits": 3} | ({} if "Shuffle" in splitter else {"shuffle": shuffle})
    )
    y = [1] * 6 + [2] * 6
    passes = [[held.tolist() for _, held in made.split(y, y)] for _ in range(5)]
    times = np.bincount(np.concatenate(passes[0]), minlength=12)
    return Result(
        any(one != passes[0] for one in passes),
        steps=[str(passes[0]), f"{times.min()} … {times.max()}"],
        facts={"least": int(times.min()), "most": int(times.max())},
    )


@verifier("scikit-learn", examples=[({"name": "KFold"}, "n_splits"), ({"name": "StratifiedKFold"}, "n_splits")])
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
            mistake(
                "k",
                "The K stands in the name alone; the parameter is called otherwise.",
                "K 只出现在类名里，参数名不是 k。",
            ),
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


@verifier(
    "scikit-learn",
    examples=[({"code": "int('a')"}, "ValueError"), ({"code": "`x = 1`"}, "SyntaxError"), ({"code": "x = 1"}, "runs")],
)
def ending(
    code: Annotated[str, Code()],
    splitter: Annotated[str, Choice("KFold", "StratifiedKFold", "GroupKFold")] = "KFold",
    shuffle: Annotated[bool, Choice(True, False)] = False,
    seed: Annotated[str, Choice("None", "0", "42")] = "None",
) -> Result:
    """How a program ends: `runs`, `warns`, or the name of what it raises. What is not `code` only fills it in."""
    ran = execute(code)
    end, said = ran.ending, str(ran.error or "")
    if ran.warned and ran.error is None:
        end, said = "warns", ran.warned[0][1]
    return Result(end, steps=[f"{end}: {said}" if said else end])


@verifier("scikit-learn", examples=[({"code": "print(1)\nprint(2)"}, "2"), ({"code": "x = 1"}, "")])
def last_line(code: Annotated[str, Code()]) -> Result:
    """The last line that a program prints."""
    return Result((execute(code).printed.splitlines() or [""])[-1])
