"""TensorBoard's event files: written by torch's SummaryWriter into a temporary folder, and read back by tensorboard."""

import io
import os
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.summary.writer import event_file_writer
from tensorboard.summary.writer.record_writer import RecordWriter
from torch.utils.tensorboard import SummaryWriter

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier

Count = Annotated[int, Int(1, 200, often=(10, 50, 100))]

_FIRST_SECOND = 1_700_000_000


def log(folder: str | Path, steps: Iterable[int], tags: Iterable[str] = ("loss",), **options: Any) -> Path:
    """The event file of a run that adds a scalar of each tag at each of `steps` in `folder`.

    Files of one folder are read in the order of their names, and these hold the second and a running number: the file
    is renamed so that those that were written later come later, also within a second and past number 9.
    """
    here = Path(folder)
    before = set(here.glob("*")) if here.is_dir() else set()
    writer = SummaryWriter(str(here), **options)
    for step in steps:
        for tag in tags:
            writer.add_scalar(tag, 1 / (step + 1), step)
    writer.close()
    (made,) = set(here.glob("events.out.tfevents.*")) - before
    return made.rename(here / f"events.out.tfevents.{_FIRST_SECOND + len(before)}.host.1.0")


@verifier("tensorboard")
def records(points: Count, tags: Annotated[int, Int(1, 8)] = 1) -> Result:
    """How many records an event file holds after add_scalar with each of some tags at each of some steps."""
    names = [f"tag{at}" for at in range(tags)]
    with tempfile.TemporaryDirectory() as folder:
        found = [event.WhichOneof("what") for event in EventFileLoader(str(log(folder, range(points), names))).Load()]
    return Result(
        len(found),
        steps=[
            Text(f"the first record: {found[0]}", f"第一条记录：{found[0]}"),
            f"{points} · {tags} = {found.count('summary')} × summary",
            f"1 + {found.count('summary')} = {len(found)}",
        ],
        mistakes=[
            mistake(
                points * tags,
                "Before the first value the writer records the version of the file's format.",
                "在第一个值之前，还有一条记录文件格式版本的记录。",
            ),
            mistake(
                points + 1,
                "Each add_scalar is a record of its own, also at the same step.",
                "每次 add_scalar 都单独成为一条记录，同一步里的也一样。",
            ),
            mistake(
                points,
                "Each add_scalar is a record of its own, and the version of the format comes before them.",
                "每次 add_scalar 都单独成为一条记录，前面还有一条格式版本。",
            ),
        ],
        snippet=_RECORDS.format(points=points, tags=tags),
        facts={"scalars": found.count("summary")},
    )


@records.second_way
def _records_by_lengths(points: int, tags: int = 1) -> int:
    with tempfile.TemporaryDirectory() as folder:
        raw = log(folder, range(points), [f"tag{at}" for at in range(tags)]).read_bytes()
    count = at = 0
    while at < len(raw):
        (length,) = struct.unpack_from("<Q", raw, at)
        at += 8 + 4 + length + 4
        count += 1
    return count


@verifier("tensorboard")
def record_bytes(length: Annotated[int, Int(1, 4096, often=(24, 40, 57, 64))]) -> Result:
    """How many bytes a record of an event file takes whose event has `length` bytes."""
    out = io.BytesIO()
    RecordWriter(out).write(bytes(length))
    size = len(out.getvalue())
    return Result(
        size,
        steps=[
            Text(
                f"length 8 + its checksum 4 + event {length} + its checksum 4 = {size}",
                f"长度 8 + 长度的校验和 4 + 事件 {length} + 事件的校验和 4 = {size}",
            )
        ],
        mistakes=[
            mistake(length, "An event is framed: its length goes before it.", "事件有外框：前面要先写长度。"),
            mistake(
                length + 8,
                "That is the length and the event; each of the two has a checksum as well.",
                "这只有长度和事件本身，两者各自还有校验和。",
            ),
            mistake(
                length + 12,
                "There are two checksums, one for the length and one for the event.",
                "校验和有两个，长度一个，事件一个。",
            ),
        ],
        snippet="import io\n\nfrom tensorboard.summary.writer.record_writer import RecordWriter\n\n"
        f"out = io.BytesIO()\nRecordWriter(out).write(bytes({length}))\nprint(len(out.getvalue()))",
    )


@record_bytes.second_way
def _bytes_by_format(length: int) -> int:
    return struct.calcsize(f"<QI{length}sI")


@verifier("tensorboard")
def written_by(
    host: Annotated[str, Choice("gpu01", "lab-server", "node7.cluster", "dgx.lab.local")],
    process: Annotated[int, Int(2, 99_999)],
    number: Annotated[int, Int(0, 20)],
    second: Annotated[int, Int(1_500_000_000, 1_999_999_999)] = 1_750_000_000,
) -> Result:
    """What an event file's name tells: the id of the process that wrote it, and how many it had opened before."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("socket.gethostname", return_value=host),
        mock.patch("os.getpid", return_value=process),
        mock.patch("time.time", return_value=float(second)),
        mock.patch.object(event_file_writer, "_global_uid", event_file_writer.AtomicCounter(number)),
    ):
        SummaryWriter(folder).close()
        (name,) = os.listdir(folder)
    *_, by, nth = name.split(".")
    return Result(
        [int(by), int(nth)],
        steps=[
            name,
            Text(f"seconds since 1970: {second}", f"自 1970 年起的秒数：{second}"),
            Text(f"machine: {host}", f"主机名：{host}"),
            Text(f"process: {by}", f"进程号：{by}"),
            Text(f"writers that it had opened before: {nth}", f"此前已打开的 writer 数：{nth}"),
        ],
        mistakes=[
            mistake(
                [second, int(nth)],
                "The first number is the time, in seconds since 1970.",
                "第一个数是时间，即自 1970 年起的秒数。",
            ),
            mistake(
                [int(nth), int(by)],
                "The process comes before the running number.",
                "进程号在前，序号在后。",
            ),
            mistake(
                [int(by), int(nth) + 1],
                "The running number begins at 0.",
                "序号从 0 开始。",
            ),
        ],
        snippet=f'name = "{name}"\nprint([int(part) for part in name.split(".")[-2:]])',
    )


@written_by.second_way
def _from_the_end(host: str, process: int, number: int, second: int = 1_750_000_000) -> list[int]:
    return [process, number]


def read(folder: str | Path, tag: str = "loss", **guidance: int) -> list[int]:
    """The steps at which EventAccumulator finds a value of `tag` in `folder`."""
    accumulator = EventAccumulator(str(folder), size_guidance=guidance or None)
    accumulator.Reload()
    return [event.step for event in accumulator.Scalars(tag)]


_RECORDS = """\
import glob
import tempfile

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from torch.utils.tensorboard import SummaryWriter

folder = tempfile.mkdtemp()
writer = SummaryWriter(folder)
for step in range({points}):
    for tag in range({tags}):
        writer.add_scalar(f"tag{{tag}}", 0.5, step)
writer.close()
(path,) = glob.glob(folder + "/*")
print(len(list(EventFileLoader(path).Load())))"""
