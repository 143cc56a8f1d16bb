"""Logs that the learner writes: lines in an order that works, numbers with which a run is continued."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any
from unittest import mock

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.summary.writer import event_file_writer
from tensorboard.summary.writer.record_writer import RecordWriter
from torch.utils.tensorboard import SummaryWriter

from quizapp.authoring import Attempt, Int, Lines, Result, Text, Value, attempt, verifier
from verifiers.event_files import log, read

_LINES: list[Value] = [
    "writer = SummaryWriter(folder)",
    'for step in range(5): writer.add_scalar("loss", 1 / (step + 1), step)',
    "writer.close()",
    "reader = EventAccumulator(folder)",
    "reader.Reload()",
    'losses = reader.Scalars("loss")',
]


@verifier("tensorboard", examples=[({"lines": _LINES}, _LINES)])
def write_and_read(lines: Annotated[list[str], Lines()]) -> Result:
    """Lines that log five losses and read them back, in an order that works."""
    value: list[Value] = [*lines]
    return Result(value, facts={"points": _losses(lines)})


@write_and_read.attempt
def reads_all(answer: list[str], lines: list[str]) -> Attempt:
    """Runs the lines in the learner's order, in a fresh folder."""
    wanted = _losses(lines)
    try:
        got = _losses(answer)
    except KeyError:
        return attempt(
            False,
            en="KeyError: loss isn't found. Reload reads it, and only a close before that waits until it is written.",
            zh="KeyError：找不到 loss。数据是 Reload 时读的，只有先写完并 close，才能保证那时已在文件里。",
        )
    except Exception as error:
        said = str(error).strip("'\"")
        name = type(error).__name__
        return attempt(False, en=f"In this order it raises {name}: {said}", zh=f"按这个顺序会抛出 {name}：{said}")
    return attempt(got == wanted, en=f"{got} of {wanted} points are read back.", zh=f"{wanted} 个点中读回了 {got} 个。")


@verifier("tensorboard", examples=[({"last": 99}, [50, 50]), ({"last": 4}, [3, 3])])
def continued(last: Annotated[int, Int(1, 200, often=(49, 99, 199))]) -> Result:
    """A first step and a purge_step with which a run goes on in its folder and each step is read once; an example."""
    first = last // 2 + 1
    steps = _continued(last, first, first)
    return Result(
        [first, first],
        steps=[
            Text(
                f"first=purge_step={first}: {len(steps)} points, {len(set(steps))} steps",
                f"first=purge_step={first}：{len(steps)} 个点，{len(set(steps))} 步",
            ),
        ],
        snippet=_CONTINUED.format(last=last, first=first, purge=first),
    )


@continued.attempt
def reads_each_step_once(answer: Mapping[str, int], last: int) -> Attempt:
    """Logs both runs with the learner's numbers and reads the folder back."""
    first, purge = answer["first"], answer["purge_step"]
    if not 0 < first <= last:
        return attempt(
            False,
            en=f"The second run is to begin at a step from 1 to {last}, not at {first}.",
            zh=f"第二次运行应当从第 1 到 {last} 步之间开始，而不是第 {first} 步。",
        )
    steps = _continued(last, first, purge)
    twice = sorted({step for step in steps if steps.count(step) > 1})
    gone = sorted({*range(last + 11)} - {*steps} - {*range(first + 10, last + 11)})
    if twice:
        return attempt(
            False,
            en=f"Step {twice[0]} is read twice: purge_step={purge} leaves the old point there.",
            zh=f"第 {twice[0]} 步读出了两个点：purge_step={purge} 留下了旧的点。",
        )
    if gone:
        return attempt(
            False,
            en=f"Step {gone[0]} is gone: purge_step={purge} hides it, and the second run begins at {first}.",
            zh=f"第 {gone[0]} 步不见了：purge_step={purge} 把它隐藏了，而第二次运行从第 {first} 步开始。",
        )
    return attempt(
        True, en=f"Each of the {len(steps)} steps is read once.", zh=f"{len(steps)} 步，每步恰好读出一个点。"
    )


def _continued(last: int, first: int, purge: int) -> list[int]:
    """The steps that are read after a run to `last`, and one of ten steps from `first` on with that purge_step."""
    with tempfile.TemporaryDirectory() as folder:
        log(folder, range(last + 1))
        log(folder, range(first, first + 10), purge_step=purge)
        return read(folder)


def _losses(lines: list[str]) -> int:
    with _folder() as names:
        exec("\n".join(lines), names)  # noqa: S102  # a card's lines, and running them is the point
        return len(names["losses"])


class _Held(RecordWriter):  # type: ignore[misc]
    """A record writer whose records reach the file when it is flushed or closed.

    A writer's records are written by a thread of its own, at some time. Whether one that wasn't waited for is there
    already when the file is read is left to chance; here it never is.
    """

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.held: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.held.append(data)

    def flush(self) -> None:
        for data in self.held:
            super().write(data)
        self.held.clear()
        super().flush()

    def close(self) -> None:
        self.flush()
        super().close()


@contextmanager
def _folder() -> Iterator[dict[str, Any]]:
    """Names for a program that logs in a fresh folder; its writer is closed at the end in any case."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(event_file_writer, "RecordWriter", _Held):
        names: dict[str, Any] = {
            "folder": folder,
            "SummaryWriter": SummaryWriter,
            "EventAccumulator": EventAccumulator,
        }
        try:
            yield names
        finally:
            if "writer" in names:
                names["writer"].close()


_CONTINUED = """\
import tempfile
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

folder = tempfile.mkdtemp()
for steps, purge_step in ((range({last} + 1), None), (range({first}, {first} + 10), {purge})):
    writer = SummaryWriter(folder, purge_step=purge_step)
    for step in steps:
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.close()
    time.sleep(1)  # files are read in the order of their names, which hold the second
reader = EventAccumulator(folder)
reader.Reload()
print([point.step for point in reader.Scalars("loss")])"""
