"""Which indices nn.Embedding takes, and how it refuses the others."""

from collections.abc import Callable
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Choice, Int, Mistake, Result, Text, mistake, verifier

_INDICES: dict[str, Callable[[int], object]] = {
    "n - 1": lambda n: torch.tensor(n - 1, device="cpu"),
    "n": lambda n: torch.tensor(n, device="cpu"),
    "-1": lambda n: torch.tensor(-1, device="cpu"),
    "float": lambda n: torch.tensor(float(n - 1), device="cpu"),
    "int": lambda n: n - 1,
    "int32": lambda n: torch.tensor(n - 1, dtype=torch.int32, device="cpu"),
}


@verifier("torch")
def accepts(
    words: Annotated[int, Int(2, 100_000, often=(10, 100, 1000))],
    index: Annotated[str, Choice("n - 1", "n", "-1", "float", "int", "int32")],
) -> Result:
    """What comes of an index that nn.Embedding is called with on the CPU: a row, or the exception that it raises."""
    said = ""
    try:
        nn.Embedding(words, 2, device="cpu")(_INDICES[index](words))
        value = "works"
    except (IndexError, RuntimeError, TypeError) as error:
        value, said = f"raises {type(error).__name__}", str(error).split(";")[0]
    return Result(
        value,
        steps=[said or Text("a row of the table", "表中的一行")],
        mistakes=[
            _refuted(one, said) for one in ("works", "raises IndexError", "raises RuntimeError", "raises TypeError")
        ],
        snippet=f"import torch\nfrom torch import nn\n\nprint(nn.Embedding({words}, 2)({_written(index, words)}))",
    )


@accepts.second_way
def _by_rules(words: int, index: str) -> str:
    if index == "int":
        return "raises TypeError"
    if index == "float":
        return "raises RuntimeError"
    return "raises IndexError" if index in ("n", "-1") else "works"


def _refuted(answer: str, said: str) -> Mistake:
    if not said:
        en, zh = "The index is in range, and int64 and int32 are both allowed.", "索引没有越界，int64 和 int32 都可以。"
    elif answer == "works":
        en, zh = f"torch refuses it: {said}.", f"torch 会拒绝：{said}。"
    else:
        en, zh = f"It raises another one: {said}.", f"抛出的是另一种异常：{said}。"
    return mistake(answer, en=en, zh=zh)


def _written(index: str, words: int) -> str:
    return {
        "n - 1": f"torch.tensor({words - 1})",
        "n": f"torch.tensor({words})",
        "-1": "torch.tensor(-1)",
        "float": f"torch.tensor({words - 1}.0)",
        "int": f"{words - 1}",
        "int32": f"torch.tensor({words - 1}, dtype=torch.int32)",
    }[index]
