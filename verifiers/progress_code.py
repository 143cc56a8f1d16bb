"""Programs that wrap something in tqdm: how they end, and what their bars count."""

import ast
import contextlib
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from unittest.mock import patch

import torch

from quizapp.authoring import Attempt, Choice, Code, Impossible, Int, Result, Text, attempt, mistake, verifier
from verifiers.execution import Ran, execute
from verifiers.progress import counter, loader_of

Source = Annotated[str, Code()]
Samples = Annotated[int, Int(1, 5000, often=(100, 1000, 1024))]
Batch = Annotated[int, Int(1, 512, often=(16, 32, 64))]

Wrap = Annotated[
    str,
    Choice(
        "tqdm(loader)",
        "tqdm(list(loader))",
        "tqdm(enumerate(loader))",
        "tqdm(zip(loader, loader))",
        "tqdm(b for b in loader)",
        "enumerate(tqdm(loader))",
        "tqdm(enumerate(loader), total=len(loader))",
    ),
]


@verifier("tqdm", where="batch <= samples")
def last_count(code: Source, samples: Samples, batch: Batch, wrap: Wrap = "tqdm(loader)") -> Result:
    """The last count that a program's bar shows, `7/7` or `7it`; wrap only fills in the source."""
    ran, written = _run(code, loader=loader_of(samples, batch))
    value = counter(written)
    if ran.error or not value:
        raise Impossible("that program shows no bar that ends")
    batches = len(loader_of(samples, batch))
    given = "total=" in wrap
    return Result(
        value,
        steps=[f"len(loader) = {batches}", Text(f"the last count: {value}", f"最后的计数：{value}")],
        mistakes=[
            mistake(
                f"{batches}it",
                "The total is given." if given else "What was wrapped has a len(), so there is a total.",
                "总数已经给出。" if given else "被包装的对象有 len()，所以知道总数。",
            ),
            mistake(
                f"{batches}/{batches}",
                "What was wrapped has no len(), so the total isn't known.",
                "被包装的对象没有 len()，所以不知道总数。",
            ),
            mistake(f"{samples}/{samples}", "The bar counts batches, not samples.", "进度条数的是批次，不是样本。"),
            mistake(f"{samples}it", "The bar counts batches, not samples.", "进度条数的是批次，不是样本。"),
        ],
        snippet=f"{_LOADER.format(samples=samples, batch=batch)}{code.rstrip()}",
        facts={"batches": batches, "known": "/" in value},
    )


@last_count.second_way
def _count_by_length(code: str, samples: int, batch: int, wrap: str = "tqdm(loader)") -> str:
    """Whether what stands in tqdm's brackets has a length, or a total beside it; and how many batches there are."""
    batches = -(-samples // batch)
    call = next(
        one
        for one in ast.walk(ast.parse(wrap, mode="eval"))
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "tqdm"
    )
    inside = eval(ast.unparse(call.args[0]), {"loader": loader_of(samples, batch)})  # noqa: S307
    return f"{batches}/{batches}" if call.keywords or hasattr(inside, "__len__") else f"{batches}it"


@verifier("tqdm")
def ending(
    code: Source,
    head: Annotated[
        str,
        Choice(
            "import tqdm",
            "from tqdm import tqdm",
            "import tqdm as tq",
            "from tqdm import trange",
            "from tqdm.auto import tqdm",
        ),
    ] = "import tqdm",
    call: Annotated[
        str, Choice("tqdm(train_loader)", "tqdm.tqdm(train_loader)", "tq.tqdm(train_loader)")
    ] = "tqdm(train_loader)",
) -> Result:
    """How a program ends, `runs` or the exception's name; `train_loader` is there, head and call fill in the source."""
    ran, _ = _run(code, train_loader=loader_of(100, 16))
    said = str(ran.error).splitlines()[0] if ran.error else ""
    return Result(
        ran.ending,
        steps=[f"{ran.ending}: {said}" if said else Text("it runs to its end", "一直运行到结束")],
        mistakes=[
            mistake(name, *(_UNREADABLE if ran.ending == "SyntaxError" else words)) for name, words in _ENDINGS.items()
        ],
        snippet=_LOADER.format(samples=100, batch=16).replace("loader =", "train_loader =") + code.rstrip(),
        facts={"said": said},
    )


@ending.second_way
def _ending_by_names(code: str, head: str = "import tqdm", call: str = "tqdm(train_loader)") -> str:
    """Looks up what stands before the bracket of the loop's call, dot by dot, and asks whether it can be called."""
    try:
        imports, loop = ast.parse(code).body
    except SyntaxError:
        return "SyntaxError"
    assert isinstance(loop, ast.For)
    assert isinstance(loop.iter, ast.Call)
    known: dict[str, Any] = {}
    exec(compile(ast.Module([imports], []), "<imports>", "exec"), known)  # noqa: S102
    name, *rest = ast.unparse(loop.iter.func).split(".")
    if name not in known:
        return "NameError"
    found = known[name]
    for part in rest:
        if not hasattr(found, part):
            return "AttributeError"
        found = getattr(found, part)
    return "runs" if callable(found) else "TypeError"


_UNREADABLE = (
    "Python reads the whole program before it runs a line of it, and a backtick can't stand there.",
    "Python 先把整段程序读完才开始执行，而那个位置不能出现反引号。",
)
_ENDINGS = {
    "runs": (
        "Look at what kind of thing the name before the bracket is: the module, the class, or nothing at all.",
        "看看括号前的名字是什么：模块、类，还是根本没有定义。",
    ),
    "TypeError": (
        "That is what calling the module itself gives; here it isn't the module that is called.",
        "调用模块本身才是 TypeError，这里调用的不是模块。",
    ),
    "NameError": ("The name is there; the question is what it stands for.", "名字是有的，问题在于它指的是什么。"),
    "AttributeError": (
        "That is for a name that the thing before the dot doesn't have.",
        "点号前的对象没有那个属性时才是 AttributeError。",
    ),
    "SyntaxError": ("Python can read this program.", "这段程序的语法没有问题。"),
}


@verifier("tqdm", where="batch <= samples")
def numbered(samples: Samples, batch: Batch) -> Result:
    """One way to number a loader's batches and show a bar that knows its total."""
    batches = len(loader_of(samples, batch))
    return Result(
        "from tqdm import tqdm\n\n\ndef numbered(loader):\n    return enumerate(tqdm(loader))",
        steps=[f"{batches}/{batches}"],
        facts={"batches": batches},
    )


@numbered.attempt
def numbers_with_a_total(answer: Mapping[str, Any], samples: int, batch: int) -> Attempt:
    """Goes through what the learner's function returns, and reads the bar."""
    function = answer.get("numbered")
    if not callable(function):
        return attempt(False, en="There is no function numbered.", zh="没有定义函数 numbered。")
    loader = loader_of(samples, batch)
    seconds = itertools.count()
    with (
        patch("tqdm.std.time", lambda: float(next(seconds))),  # so much goes by that a bar draws every step
        contextlib.redirect_stderr(io.StringIO()) as err,
        contextlib.redirect_stdout(io.StringIO()) as out,
    ):
        try:
            steps = list(function(loader))
        except Exception as error:
            name = type(error).__name__
            return attempt(False, en=f"Going through it raises {name}.", zh=f"遍历它会抛出 {name}。")
    if not _numbered_from_0(steps, len(loader)):
        return attempt(
            False,
            en="It doesn't give pairs of a number from 0 on and a batch.",
            zh="它给出的不是（从 0 开始的序号，批次）这样的二元组。",
        )
    if not all(_same(got, wanted) for (_, got), wanted in zip(steps, loader, strict=True)):
        return attempt(False, en="Its batches are not those of the loader.", zh="它给出的批次和 loader 的不一致。")
    shown = counter(err.getvalue() + out.getvalue())
    return attempt(
        shown == f"{len(loader)}/{len(loader)}",
        en=f"The bar ends with {shown}." if shown else "It shows no bar.",
        zh=f"进度条最后显示 {shown}。" if shown else "没有显示进度条。",
    )


def _numbered_from_0(steps: Sequence[Any], count: int) -> bool:
    pairs = [step for step in steps if isinstance(step, tuple | list) and len(step) == 2]
    numbers = [number for number, _ in pairs if isinstance(number, int)]
    return len(steps) == count and numbers == list(range(count))


def _same(got: Any, wanted: Sequence[torch.Tensor]) -> bool:
    return (
        isinstance(got, tuple | list)
        and len(got) == len(wanted)
        and all(
            isinstance(one, torch.Tensor) and torch.equal(one, other) for one, other in zip(got, wanted, strict=True)
        )
    )


def _run(code: str, **names: Any) -> tuple[Ran, str]:
    """What a program did, and what it wrote to standard error, as tqdm does."""
    with contextlib.redirect_stderr(io.StringIO()) as err:
        ran = execute(code, **names)
    return ran, err.getvalue()


_LOADER = """\
import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.zeros({samples}, 3), torch.arange({samples})), batch_size={batch})
"""
