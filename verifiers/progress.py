"""What tqdm's bars count and show. Real bars are run over real loaders, and what they write is read back."""

import io
import math
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset
from tqdm import tqdm

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier

# The thread that wakes up sleepy bars isn't needed here.
tqdm.monitor_interval = 0

Samples = Annotated[int, Int(1, 5000, often=(100, 1000, 1024))]
Batch = Annotated[int, Int(1, 512, often=(16, 32, 64))]

_COUNTER = re.compile(r"\d+/\d+|(?<![\d.])\d+it\b(?!/)")


def loader_of(samples: int, batch: int, drop_last: bool = False) -> DataLoader[Any]:
    """A loader of `samples` small images and their labels."""
    data = TensorDataset(torch.zeros(1, device="cpu").expand(samples, 3), torch.arange(samples, device="cpu"))
    return DataLoader(data, batch_size=batch, drop_last=drop_last)


def bar_over(iterable: Any, out: io.StringIO, **settings: Any) -> Any:
    """A bar that draws every step into `out`, whatever the clock says."""
    return tqdm(iterable, file=out, mininterval=0, miniters=1, ncols=70, ascii=True, **settings)


def counter(written: str) -> str:
    """The last count that a bar wrote: `7/7` or `7it`."""
    found = _COUNTER.findall(written)
    return found[-1] if found else ""


@verifier("tqdm", where="batch <= samples")
def total(samples: Samples, batch: Batch, drop_last: Annotated[bool, Choice(True, False)] = False) -> Result:
    """The total of a bar around a DataLoader: what stands behind the slash."""
    out = io.StringIO()
    bar = bar_over(loader_of(samples, batch, drop_last), out)
    steps = sum(1 for _ in bar)
    value = int(counter(out.getvalue()).split("/")[1])
    full, left = divmod(samples, batch)
    return Result(
        value,
        steps=[
            f"{samples} = {full} · {batch} + {left}",
            Text(f"len(loader) = {value}, batches seen: {steps}", f"len(loader) = {value}，实际批次：{steps}"),
        ],
        mistakes=[
            mistake(samples, "Those are the samples; the bar counts batches.", "这是样本数；进度条数的是批次。"),
            *(
                [
                    mistake(
                        full + 1 if drop_last else full,
                        f"drop_last leaves out the last {left}." if drop_last else f"The last {left} make a batch too.",
                        f"drop_last 会丢掉最后 {left} 个。" if drop_last else f"最后 {left} 个也算一批。",
                    )
                ]
                if left
                else []
            ),
            mistake(batch, "That is the size of a batch.", "这是每批的大小。"),
        ],
        snippet=_LOADER.format(samples=samples, batch=batch, more=f", drop_last={drop_last}")
        + "print(tqdm(loader).total)",
        facts={"full": full, "left": left},
    )


@total.second_way
def _total_by_division(samples: int, batch: int, drop_last: bool = False) -> int:
    return samples // batch if drop_last else math.ceil(samples / batch)


@verifier("tqdm", where="batch <= samples")
def streamed(samples: Samples, batch: Batch, sized: Annotated[bool, Choice(True, False)] = False) -> Result:
    """The total of a bar around a DataLoader of an IterableDataset, as Python prints it; `sized`: it has a __len__."""
    value = str(
        bar_over(DataLoader(_Sized(samples) if sized else _Stream(samples), batch_size=batch), io.StringIO()).total
    )
    batches = math.ceil(samples / batch)
    return Result(
        value,
        steps=["len(dataset) → TypeError" if not sized else f"len(loader) = ⌈{samples} / {batch}⌉ = {value}"],
        mistakes=[
            mistake(
                str(batches),
                "A stream without __len__ doesn't know how much is to come, and nor does its loader.",
                "没有 __len__ 的数据流不知道后面还有多少，DataLoader 也不知道。",
            ),
            mistake(
                "None",
                "This stream says how long it is, and the loader takes its word.",
                "这个数据流定义了 __len__，DataLoader 据此算出总数。",
            ),
            mistake(str(samples), "The bar counts batches.", "进度条数的是批次。"),
            mistake("0", "No total is None, not 0.", "没有总数是 None，不是 0。"),
        ],
        facts={"batches": batches},
    )


@streamed.second_way
def _streamed_by_asking(samples: int, batch: int, sized: bool = False) -> str:
    try:
        return str(len(DataLoader(_Sized(samples) if sized else _Stream(samples), batch_size=batch)))
    except TypeError:
        return "None"


@verifier("tqdm", where="batch <= samples")
def percentage(samples: Samples, batch: Batch) -> Result:
    """The percentage at which tqdm(loader, total=len(dataset)) ends."""
    out = io.StringIO()
    for _ in bar_over(loader_of(samples, batch), out, total=samples):
        pass
    value = int(re.findall(r"(\d+)%", out.getvalue())[-1])
    batches = math.ceil(samples / batch)
    return Result(
        value,
        steps=[f"{counter(out.getvalue())} = {100 * batches / samples:.3g} %"],
        mistakes=[
            mistake(
                100,
                "The bar believes the total that it is given, and the loader gives fewer steps.",
                "进度条只认你给的 total，而 loader 没有那么多步。",
            ),
            mistake(batches, "That is the number of batches.", "这是批次数。"),
            mistake(batch, "That is the size of a batch.", "这是每批的大小。"),
        ],
        snippet="import io\nimport re\n\n"
        + _LOADER.format(samples=samples, batch=batch, more="")
        + "out = io.StringIO()\n"
        f"for _ in tqdm(loader, total={samples}, file=out):\n    pass\n"
        'print(re.findall(r"(\\d+)%", out.getvalue())[-1])',
        facts={"batches": batches},
    )


@percentage.second_way
def _percentage_by_division(samples: int, batch: int) -> int:
    return round(100 * math.ceil(samples / batch) / samples)


@verifier("tqdm")
def estimated(items: Annotated[int, Int(1, 200)], guess: Annotated[int, Int(1, 200)]) -> Result:
    """The last count of a bar around a generator of `items`, with a total given by hand."""
    out = io.StringIO()
    for _ in bar_over((one for one in range(items)), out, total=guess):
        pass
    value = counter(out.getvalue())
    return Result(
        value,
        steps=[Text(f"{min(items, guess)}/{guess} is reached", f"走到 {min(items, guess)}/{guess}"), value],
        mistakes=[
            mistake(
                f"{items}/{items}",
                "The bar doesn't learn the true number; it keeps to the total that it was given.",
                "进度条不会知道真实的个数，只认给它的 total。",
            ),
            mistake(
                f"{items}it",
                "Only a bar without a total, or one that has passed it, counts like this.",
                "没有总数、或者已经超过总数时才会这样显示。",
            ),
            mistake(
                f"{guess}/{guess}",
                "The loop ends before that, and the bar doesn't fill up by itself."
                if items < guess
                else "It passes this, and the loop goes on.",
                "循环在那之前就结束了，进度条不会自己走满。" if items < guess else "中途会到这里，但循环还在继续。",
            ),
            mistake(
                f"{items}/{guess}",
                "Once the count passes the total, tqdm takes the total for wrong and drops it.",
                "一旦超过 total，tqdm 就认为它不可信，不再显示。",
            ),
        ],
        facts={"short": items < guess},
    )


@estimated.second_way
def _estimated_by_rule(items: int, guess: int) -> str:
    return f"{items}/{guess}" if items <= guess else f"{items}it"


@verifier("tqdm", where=["batch < samples", "at * batch < samples"])
def broken_off(samples: Samples, batch: Batch, at: Annotated[int, Int(0, 100)]) -> Result:
    """What a bar has counted when its loop is left at index `at`."""
    bar = bar_over(loader_of(samples, batch), io.StringIO())
    for i, _ in enumerate(bar):
        if i == at:
            break
    return Result(
        int(bar.n),
        steps=[Text(f"bodies ended: {bar.n}, bodies begun: {at + 1}", f"执行完的循环体：{bar.n}，开始过的：{at + 1}")],
        mistakes=[
            mistake(at + 1, "The body that was broken off isn't counted.", "被 break 打断的那一次不算。"),
            mistake(bar.total, "That is the total.", "这是总数。"),
            mistake(at * batch, "The bar counts batches, not samples.", "进度条数的是批次，不是样本。"),
        ],
        snippet=_LOADER.format(samples=samples, batch=batch, more="")
        + f"bar = tqdm(loader)\nfor i, batch in enumerate(bar):\n    if i == {at}:\n        break\nprint(bar.n)",
        facts={"total": bar.total},
    )


@broken_off.second_way
def _broken_off_by_counting(samples: int, batch: int, at: int) -> int:
    done = 0
    for i, _ in enumerate(range(0, samples, batch)):
        if i == at:
            break
        done += 1
    return done


@verifier("tqdm", where="batch <= samples")
def by_hand(
    samples: Samples, batch: Batch, step: Annotated[str, Choice("len(data)", "", "batch_size")] = "len(data)"
) -> Result:
    """The last count of tqdm(total=len(dataset)) after bar.update(step) for each batch of the loader."""
    sizes: dict[str, Callable[[Any], int]] = {"len(data)": len, "": lambda _: 1, "batch_size": lambda _: batch}
    found = {}
    for name, size in sizes.items():
        out = io.StringIO()
        with bar_over(None, out, total=samples) as bar:
            for data, _ in loader_of(samples, batch):
                bar.update(size(data))
        found[name] = counter(out.getvalue())
    batches = math.ceil(samples / batch)
    return Result(
        found[step],
        steps=[f"update({name}): {value}" for name, value in found.items()],
        mistakes=[
            mistake(
                found["len(data)"],
                "Without a number, update() adds 1 for a batch."
                if not step
                else "The last batch is smaller than that.",
                "不带参数的 update() 每个批次只加 1。" if not step else "最后一批没有那么多。",
            ),
            mistake(found[""], "update(n) adds n, not 1.", "update(n) 加的是 n，不是 1。"),
            mistake(f"{batches}/{batches}", "The total was given: the samples.", "总数已经给定，是样本数。"),
            mistake(
                f"{batches * batch}/{samples}",
                "The last batch is smaller."
                if step == "len(data)"
                else "Once the count passes the total, tqdm takes the total for wrong and drops it.",
                "最后一批不满。" if step == "len(data)" else "一旦超过 total，tqdm 就认为它不可信，不再显示。",
            ),
        ],
        facts={"batches": batches, "last": samples - (batches - 1) * batch},
    )


@by_hand.second_way
def _by_adding(samples: int, batch: int, step: str = "len(data)") -> str:
    batches = math.ceil(samples / batch)
    done = {"len(data)": samples, "": batches, "batch_size": batches * batch}[step]
    return f"{done}/{samples}" if done <= samples else f"{done}it"


class _Stream(IterableDataset[int]):
    def __init__(self, samples: int) -> None:
        self.samples = samples

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.samples))


class _Sized(_Stream):
    def __len__(self) -> int:
        return self.samples


_LOADER = """\
import torch
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

loader = DataLoader(TensorDataset(torch.zeros({samples})), batch_size={batch}{more})
"""
