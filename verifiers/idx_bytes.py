"""The bytes of an IDX file: their order, where an image begins, and headers that the learner writes."""

import math
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from torchvision.datasets.mnist import read_image_file

from quizapp.authoring import Attempt, Int, Result, Text, attempt, mistake, verifier
from verifiers.idx import header, read_back, spaced, written

Images = Annotated[int, Int(1, 70_000, often=(10_000, 60_000))]
Side = Annotated[int, Int(1, 64, often=(28,))]

_SOURCE = """\
import struct

def header(images, rows, columns):
    return struct.pack(">4I", 0x0803, images, rows, columns)"""


@verifier("numpy")
def little_endian(
    images: Images,
    field: Annotated[int, Int(0, 3)],
    side: Side = 28,
) -> Result:
    """What hex() shows of a number of the header where it is read as a little-endian uint32."""
    head = header([images, side, side])
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "idx", head, len(head))
        value, meant = (int(np.fromfile(path, dtype=order, count=4)[field]) for order in ("<u4", ">u4"))
    there = head[4 * field : 4 * field + 4]
    halves = bytes([there[1], there[0], there[3], there[2]])
    return Result(
        hex(value),
        steps=[
            Text(f"in the file: {there.hex(' ')}", f"文件里：{there.hex(' ')}"),
            Text(f"the other way round: {there[::-1].hex(' ')}", f"反过来：{there[::-1].hex(' ')}"),
            f"{hex(value)} = {value}",
        ],
        mistakes=[
            mistake(
                hex(meant),
                "That is what is meant, big-endian; the native order of a PC is little-endian.",
                "这是按大端读到的本意；PC 的本机字节序是小端。",
            ),
            mistake(
                hex(int(there.hex()[::-1], 16)),
                "The bytes change places; the two digits of a byte keep theirs.",
                "交换的是字节的位置，一个字节内的两位十六进制数不动。",
            ),
            mistake(
                hex(int.from_bytes(halves, "big")),
                "All four bytes are turned round, not each pair.",
                "是四个字节整体反过来，不是两个两个地交换。",
            ),
        ],
        snippet=f"import numpy as np\n\nhead = bytes.fromhex({head.hex()!r})\n"
        f'print(hex(np.frombuffer(head, dtype="<u4")[{field}]))',
        facts={"meant": meant, "decimal": value, "there": there.hex(" ")},
    )


@little_endian.second_way
def _turned_round(images: int, field: int, side: int = 28) -> str:
    there = header([images, side, side])[4 * field : 4 * field + 4]
    return hex(struct.unpack("<I", there)[0])


@verifier("torchvision")
def image_offset(
    index: Annotated[int, Int(0, 1_999, often=(1, 10, 100, 1000))],
    side: Annotated[int, Int(4, 64, often=(28,))] = 28,
) -> Result:
    """The byte of the unpacked file at which the image `index` begins, found by looking for what torchvision reads."""
    head = header([index + 2, side, side])
    pixels = np.random.default_rng(0).bytes((index + 2) * side * side)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "idx"
        path.write_bytes(head + pixels)
        there = read_image_file(str(path))[index:].numpy().tobytes()
        offset = path.read_bytes().index(there)
    step = side * side
    return Result(
        offset,
        steps=[
            Text(f"header: {len(head)} bytes", f"文件头：{len(head)} 字节"),
            Text(
                f"{index} images before it: {index} · {step} = {index * step}",
                f"前面有 {index} 张图：{index} · {step} = {index * step}",
            ),
            f"{len(head)} + {index * step} = {offset}",
        ],
        mistakes=[
            mistake(index * step, "The header comes first.", "前面还有文件头。"),
            mistake(8 + index * step, "A header of 8 bytes is that of the labels.", "8 字节是标签文件的文件头。"),
            mistake(
                len(head) + (index - 1) * step,
                "Images are counted from 0: so many stand before it as its number says.",
                "图像从 0 数起：编号是几，前面就有几张。",
            ),
            mistake(len(head) + (index + 1) * step, "That is where it ends.", "那是它结束的位置。"),
        ],
        snippet="import struct, tempfile\nimport numpy as np\n"
        "from torchvision.datasets.mnist import read_image_file\n\n"
        f"pixels = np.random.default_rng(0).bytes({(index + 2) * step})\n"
        f'data = struct.pack(">4I", 2051, {index + 2}, {side}, {side}) + pixels\n'
        "with tempfile.NamedTemporaryFile() as file:\n    file.write(data)\n    file.flush()\n"
        f"    print(data.index(read_image_file(file.name)[{index}:].numpy().tobytes()))",
        facts={"head": len(head), "step": step, "before": index * step},
    )


@image_offset.second_way
def _offset_by_strides(index: int, side: int = 28) -> int:
    view = np.frombuffer(bytes(16 + (index + 1) * side * side), np.uint8, offset=16).reshape(index + 1, side, side)
    return 16 + index * view.strides[0]


@verifier(
    "torchvision",
    limit_s=5.0,
    examples=[
        (
            {"images": 60_000},
            "import struct\n\ndef header(images, rows, columns):\n"
            '    return struct.pack(">4I", 0x0803, images, rows, columns)',
        )
    ],
)
def write_header(images: Images, rows: Side = 28, columns: Side = 28) -> Result:
    """One way to write a function header(images, rows, columns) that gives the bytes in front of a file of images."""
    dump = spaced(header([images, rows, columns]))
    return Result(_SOURCE, steps=[dump], facts={"dump": dump})


@write_header.attempt
def _torchvision_reads(answer: Mapping[str, Any], images: int, rows: int, columns: int) -> Attempt:
    function = answer.get("header")
    if not callable(function):
        return attempt(False, en="There is no function header.", zh="没有定义函数 header。")
    for sides in ([images, rows, columns], [3, 5, 7]):
        try:
            head = function(*sides)
        except Exception as error:
            name = type(error).__name__
            return attempt(False, en=f"header{tuple(sides)} raises {name}.", zh=f"header{tuple(sides)} 抛出 {name}。")
        if not isinstance(head, bytes | bytearray):
            name = type(head).__name__
            return attempt(False, en=f"It returns {name}, not bytes.", zh=f"返回的是 {name}，不是 bytes。")
        dump = spaced(bytes(head[:16]))
        try:
            read, _ = read_back(bytes(head), len(head) + math.prod(sides))
        except Exception as error:
            name = type(error).__name__
            return attempt(False, en=f"torchvision raises {name} on {dump}", zh=f"torchvision 读 {dump} 时抛出 {name}")
        if list(read.shape) != sides or read.dtype is not torch.uint8:
            got = f"{read.dtype} {list(read.shape)}"
            return attempt(
                False,
                en=f"torchvision reads {got}, not torch.uint8 {sides}.",
                zh=f"torchvision 读到 {got}，应为 torch.uint8 {sides}。",
            )
    return attempt(True, en="torchvision reads the images.", zh="torchvision 能读出图像。")
