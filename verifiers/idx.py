"""IDX files, the form of MNIST: written byte by byte, and read back with torchvision's own reader."""

import itertools
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from torchvision.datasets.mnist import (
    SN3_PASCALVINCENT_TYPEMAP,
    read_label_file,
    read_sn3_pascalvincent_tensor,
)

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier

# What torchvision makes of each type code, turned round.
CODES = {str(dtype).removeprefix("torch."): code for code, dtype in SN3_PASCALVINCENT_TYPEMAP.items()}

Images = Annotated[int, Int(1, 70_000, often=(10_000, 60_000))]
Side = Annotated[int, Int(1, 64, often=(28,))]

_HEADER = """\
import struct, tempfile
from torchvision.datasets.mnist import read_sn3_pascalvincent_tensor as read

header = struct.pack({packed})
with tempfile.NamedTemporaryFile() as file:
    file.write(header)
    file.truncate({size})
    file.flush()
    print({shown})"""


def header(sides: Sequence[int], code: int = CODES["uint8"]) -> bytes:
    """What stands in front of the data: the magic number and the length of each dimension, 4 bytes each."""
    return struct.pack(f">{1 + len(sides)}I", code * 256 + len(sides), *sides)


def spaced(data: bytes) -> str:
    """Bytes as a dump shows them, in groups of four: `00 00 08 03  00 00 ea 60`."""
    return "  ".join(data[at : at + 4].hex(" ") for at in range(0, len(data), 4))


def read_back(head: bytes, size: int) -> tuple[torch.Tensor, int]:
    """What torchvision reads, strictly, from a file of `head` and zeros behind it, and the file's size on disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "idx", head, size)
        return read_sn3_pascalvincent_tensor(str(path), strict=True), path.stat().st_size


@verifier("torchvision", where="images * rows * columns <= 64_000_000")
def image_bytes(images: Images, rows: Side = 28, columns: Side = 28) -> Result:
    """The size in bytes of an unpacked file of images, which torchvision then reads without a byte left over."""
    pixels = images * rows * columns
    head = header([images, rows, columns])
    read, size = read_back(head, len(head) + pixels)
    assert list(read.shape) == [images, rows, columns]
    return Result(
        size,
        steps=[
            Text(f"header: 4 numbers of 4 bytes = {len(head)}", f"文件头：4 个数，每个 4 字节 = {len(head)}"),
            f"{images} · {rows} · {columns} = {pixels}",
            f"{len(head)} + {pixels} = {size}",
        ],
        mistakes=[
            mistake(pixels, "Those are the pixels alone; the header is missing.", "这只是像素，漏了文件头。"),
            mistake(
                pixels + len(header([images])),
                "A header of 8 bytes is that of the labels; images have two more numbers, rows and columns.",
                "8 字节的文件头是标签文件的；图像文件还多了行数和列数两个数。",
            ),
            mistake(
                len(head) + 4 * pixels,
                "A pixel is one byte here, and no float32 of four.",
                "这里一个像素占一个字节，不是 float32。",
            ),
            mistake(
                images * (len(head) + rows * columns),
                "The header stands once in front of the file, not in front of each image.",
                "文件头整个文件只有一个，并不是每张图前面都有。",
            ),
        ],
        snippet=_HEADER.format(
            packed=f'">4I", {head[2] * 256 + head[3]}, {images}, {rows}, {columns}',
            size=size,
            shown="len(header) + read(file.name).numel()",
        ),
        facts={"pixels": pixels, "head": len(head), "side": rows * columns},
    )


@image_bytes.second_way
def _bytes_in_memory(images: int, rows: int = 28, columns: int = 28) -> int:
    return struct.calcsize(">4I") + np.empty((images, rows, columns), np.uint8).nbytes


@verifier("torchvision")
def label_count(size: Annotated[int, Int(9, 70_008, often=(10_008, 60_008))]) -> Result:
    """How many labels a header must announce, so that torchvision reads a file of `size` bytes as labels."""
    count = next(size - ahead for ahead in range(size) if _reads_labels(size - ahead, size))
    ahead = size - count
    return Result(
        count,
        steps=[
            Text("header: the magic number and the count, 4 bytes each", "文件头：魔数和个数，各 4 字节"),
            f"{size} − {ahead} = {count}",
        ],
        mistakes=[
            mistake(size, "The header takes some of these bytes.", "其中有几个字节是文件头。"),
            mistake(
                size - len(header([1, 1, 1])),
                "16 bytes are the header of images; labels have one dimension, and so 8.",
                "16 字节是图像文件的文件头；标签只有一维，文件头是 8 字节。",
            ),
            mistake(size - 4, "Behind the magic number stands the count.", "魔数后面还有 4 字节的个数。"),
            mistake(
                count // 4,
                "A label is one byte in the file, and no int32 of four.",
                "文件里一个标签占一个字节，不是 int32。",
            ),
        ],
        snippet=_HEADER.format(packed=f'">2I", 2049, {count}', size=size, shown="len(read(file.name))"),
        facts={"ahead": ahead},
    )


@label_count.second_way
def _labels_by_numpy(size: int) -> int:
    return len(np.frombuffer(bytes(size), np.uint8, offset=struct.calcsize(">2I")))


@verifier("torchvision")
def magic(
    kind: Annotated[str, Choice("uint8", "int8", "int16", "int32", "float32", "float64")],
    dimensions: Annotated[int, Int(1, 3)],
) -> Result:
    """The magic number, as a whole number, of an IDX file of this type and so many dimensions."""
    head = header([2] * dimensions, CODES[kind])
    read, _ = read_back(head, len(head) + 2**dimensions * getattr(torch, kind).itemsize)
    assert (str(read.dtype), read.ndim) == (f"torch.{kind}", dimensions)
    number, code = int.from_bytes(head[:4], "big"), CODES[kind]
    return Result(
        number,
        steps=[
            Text(
                f"bytes {head[:4].hex(' ')}: two zeros, the type code {code}, {dimensions} as the number of dimensions",
                f"四个字节 {head[:4].hex(' ')}：两个零、类型码 {code}、维数 {dimensions}",
            ),
            f"{code} · 256 + {dimensions} = {number}",
        ],
        mistakes=[
            mistake(
                dimensions * 256 + code,
                "The type code comes first, the number of dimensions last.",
                "类型码在前，维数在最后。",
            ),
            mistake(
                int(f"{code}{dimensions:02}"),
                "The two bytes are digits to base 256, not to base 100.",
                "两个字节是 256 进制的两位，不是十进制拼起来的。",
            ),
            mistake(
                code * 16 + dimensions,
                "A byte counts up to 255: the place is worth 256.",
                "一个字节一位，位值是 256，不是 16。",
            ),
            mistake(
                int.from_bytes(head[:4], "little"),
                "That is the little-endian reading; IDX is big-endian.",
                "这是按小端读的；IDX 是大端。",
            ),
        ],
        snippet=f"from torchvision.datasets.mnist import SN3_PASCALVINCENT_TYPEMAP as types\n\n"
        f'code = next(code for code, dtype in types.items() if str(dtype) == "torch.{kind}")\n'
        f'print(int.from_bytes(bytes([0, 0, code, {dimensions}]), "big"))',
        facts={"code": code, "dump": head[:4].hex(" ")},
    )


@magic.second_way
def _magic_by_search(kind: str, dimensions: int) -> int:
    """The one number with which torchvision reads zeros as such a tensor."""
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        for code, sides, width in itertools.product(range(7, 16), range(1, 4), (1, 2, 4, 8)):
            head = struct.pack(f">{1 + sides}I", 256 * code + sides, *[2] * sides)
            path = written(Path(folder) / "idx", head, len(head) + width * 2**sides)
            try:
                read = read_sn3_pascalvincent_tensor(str(path), strict=True)
            except (AssertionError, KeyError, ValueError):
                continue
            if (str(read.dtype), read.ndim) == (f"torch.{kind}", dimensions):
                found.add(256 * code + sides)
    (only,) = found
    return only


@verifier("torchvision", where="images * rows * columns <= 64_000_000")
def shape(images: Images, rows: Side = 28, columns: Side = 28) -> Result:
    """The shape that torchvision reads out of the 16 bytes in front of a file of images."""
    head = header([images, rows, columns])
    read, size = read_back(head, len(head) + images * rows * columns)
    swapped: list[Value] = [int.from_bytes(head[at : at + 4], "little") for at in (4, 8, 12)]
    return Result(
        list(read.shape),
        steps=[
            Text(
                f"{head[:4].hex(' ')}: type code {head[2]}, {head[3]} dimensions",
                f"{head[:4].hex(' ')}：类型码 {head[2]}，{head[3]} 维",
            ),
            *(f"{head[at : at + 4].hex(' ')} → {int.from_bytes(head[at : at + 4], 'big')}" for at in (4, 8, 12)),
        ],
        mistakes=[
            mistake(
                [int.from_bytes(head[:4], "big"), images, rows, columns],
                "The first four bytes are the magic number and no dimension.",
                "前四个字节是魔数，不是某一维的长度。",
            ),
            mistake([images, columns, rows], "Rows come before columns.", "先行数，后列数。"),
            mistake(swapped, "That reads the bytes in the wrong order.", "字节顺序读反了。"),
            mistake(
                [images, rows * columns],
                "The last byte of the magic number says three dimensions.",
                "魔数的最后一个字节说明是三维。",
            ),
            mistake(
                [images, 1, rows, columns],
                "There is no dimension of channels in the file.",
                "文件里没有通道这一维。",
            ),
        ],
        snippet=_HEADER.format(
            packed=f'">4I", 0x0803, {images}, {rows}, {columns}', size=size, shown="list(read(file.name).shape)"
        ),
    )


@shape.second_way
def _shape_by_numpy(images: int, rows: int = 28, columns: int = 28) -> list[int]:
    return [int(side) for side in np.frombuffer(header([images, rows, columns]), ">u4")[1:]]


def written(path: Path, head: bytes, size: int) -> Path:
    """A file of `size` bytes that begins with `head`; the rest is zeros."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def _reads_labels(count: int, size: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "idx", header([count]), size)
        try:
            return len(read_label_file(str(path))) == count
        except (AssertionError, RuntimeError):
            return False
