"""The verifiers behind data/mnist: IDX files against what is known of them, and against ways that share nothing."""

import gzip
import itertools
import socket
import struct
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from torchvision.datasets import MNIST
from torchvision.datasets.mnist import read_image_file

from quizapp.authoring import Result, Verifier
from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import digits, idx, idx_bytes, mnist, mnist_files

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

CORNERS: list[tuple[str, dict[str, Any]]] = [
    ("idx.image_bytes", {"images": 1, "rows": 1, "columns": 64}),
    ("idx.label_count", {"size": 9}),
    ("idx.shape", {"images": 257, "rows": 1, "columns": 28}),
    *[("idx_bytes.little_endian", {"images": 1, "field": field}) for field in range(4)],
    ("idx_bytes.image_offset", {"index": 0}),
    ("idx_bytes.image_offset", {"index": 1999, "side": 4}),
    ("mnist.batch_shape", {"batch": 256}),
    *[("mnist_files.in_units", {"size": s, "base": b}) for s in (1, 999, 1024, 1_023_487) for b in (1000, 1024)],
    ("digits.label", {"index": 1796}),
]


@pytest.mark.parametrize("name", with_second_way("idx", "idx_bytes", "mnist", "mnist_files", "digits"))
def test_the_second_way_agrees_over_all_that_is_accepted(name: str) -> None:
    agree(name, draws(name, 5))


@pytest.mark.parametrize(("name", "params"), CORNERS, ids=itertools.count())
def test_the_second_way_agrees_in_a_corner(name: str, params: dict[str, Any]) -> None:
    agree(name, [params])


# What is known of MNIST and of IDX


@pytest.mark.parametrize(("images", "size"), [(60_000, 47_040_016), (10_000, 7_840_016)])
def test_the_unpacked_images_have_the_size_that_everyone_finds_on_disk(images: int, size: int) -> None:
    assert idx.image_bytes(images=images).value == size


def test_the_magic_numbers_of_mnist_are_2051_and_2049() -> None:
    assert idx.magic(kind="uint8", dimensions=3).value == 2051
    assert idx.magic(kind="uint8", dimensions=1).value == 2049


def test_the_type_codes_are_those_of_the_format() -> None:
    known = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}
    assert known == idx.CODES


def test_a_header_read_the_wrong_way_round_is_the_famous_number() -> None:
    found = idx_bytes.little_endian(images=60_000, field=0)
    assert found.facts["decimal"] == 50_855_936
    assert found.value == "0x3080000"


def test_a_file_with_a_byte_too_few_or_too_many_is_refused() -> None:
    head = idx.header([2, 3, 3])
    with pytest.raises(AssertionError):
        idx.read_back(head, len(head) + 17)
    with pytest.raises(AssertionError):
        idx.read_back(head, len(head) + 19)
    assert idx.read_back(head, len(head) + 18)[1] == 34


@pytest.mark.parametrize(
    ("verifier", "params", "answer", "says"),
    [
        (idx.image_bytes, {"images": 1000}, 784_000, "header is missing"),
        (idx.image_bytes, {"images": 1000}, 784_008, "labels"),
        (idx.label_count, {"size": 60_008}, 59_992, "16 bytes"),
        (idx.label_count, {"size": 60_008}, 60_008, "header"),
        (idx.magic, {"kind": "uint8", "dimensions": 3}, 776, "type code comes first"),
        (idx.shape, {"images": 256, "rows": 28, "columns": 32}, [2051, 256, 28, 32], "magic number"),
        (idx_bytes.little_endian, {"images": 60_000, "field": 1}, "0xea60", "big-endian"),
        (idx_bytes.image_offset, {"index": 10}, 7840, "header comes first"),
        (mnist.to_unit, {"value": 128}, 0.5, "largest byte"),
        (mnist.batch_shape, {"batch": 64}, [64, 28, 28], "channel"),
        (mnist.feeds, {"file": FILES[2]}, "train.data", "ten thousand"),
        (mnist.feeds, {"file": FILES[2]}, "test.targets", "images become data"),
        (
            mnist_files.which_load,
            {"train": True},
            ["a pixel is changed", "a label is 200", "the training images are cut short"],
            "fewer bytes",
        ),
        (mnist_files.which_load, {"train": False}, ["a pixel is changed", "a label is 200"], "nobody opens"),
        (mnist_files.in_units, {"size": 9_912_422}, 9.91, "1000"),
        (mnist_files.in_units, {"size": 4_542}, 4.43, "cut off"),
    ],
)
def test_a_usual_mistake_is_known_by_its_value(
    verifier: Verifier[Any], params: dict[str, Any], answer: object, says: str
) -> None:
    found = verifier(**params)
    told = next(one for one in found.mistakes if one.value == answer)
    assert says in told.text.en
    assert told.text.zh
    assert told.value != found.value


# The learner's header


def reads(function: object, images: int = 1000) -> tuple[bool, str]:
    params = {"images": images, "rows": 28, "columns": 28}
    found = idx_bytes.write_header.try_answer(answer={"header": function}, **params)  # type: ignore[misc]
    assert found.text.zh
    return found.right, found.text.en


def test_the_header_that_is_shown_works() -> None:
    names: dict[str, Any] = {}
    exec(str(idx_bytes.write_header(images=1000).value), names)
    assert reads(names["header"]) == (True, "torchvision reads the images.")


def test_another_way_to_write_the_header_is_right_too() -> None:
    assert reads(lambda *sides: b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in sides))[0]
    assert reads(lambda *sides: bytearray(np.array([2051, *sides], ">u4").tobytes()))[0]


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda *sides: struct.pack("<4I", 2051, *sides), "AssertionError on 03 08 00 00"),
        (lambda *sides: struct.pack(">4I", 2049, *sides), "torchvision raises"),
        (lambda *sides: struct.pack(">4I", 2307, *sides), "torch.int8"),
        (lambda n, r, c: struct.pack(">4I", 2051, 1000, 28, 28), "torchvision raises"),
        (lambda n, r, c: struct.pack(">4I", 2051, n, c, r), "[3, 7, 5]"),
        (lambda *sides: str(sides), "str, not bytes"),
        (lambda *sides: struct.pack(">4I", *sides), "raises error"),
        (None, "no function"),
    ],
)
def test_a_wrong_header_is_told_what_comes_of_it(function: object, says: str) -> None:
    right, text = reads(function)
    assert not right
    assert says in text


# What torchvision returns


def test_each_file_feeds_a_tensor_of_its_own() -> None:
    assert [mnist.feeds(file=file).value for file in FILES] == [
        "train.data",
        "train.targets",
        "test.data",
        "test.targets",
    ]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("data.data.dtype", "torch.uint8"),
        ("data.targets.dtype", "torch.int64"),
        ("type(image).__name__", "Image"),
        ("type(label).__name__", "int"),
        ("*image.size", "28 28"),
        ("image.mode", "L"),
        ("*data.data.shape[1:]", "28 28"),
        ("*ToTensor()(image).shape", "1 28 28"),
        ("ToTensor()(image).dtype", "torch.float32"),
        ("type(image.getpixel((0, 0))).__name__", "int"),
    ],
)
def test_what_indexing_gives(expression: str, shown: str) -> None:
    found = mnist.shows(expression=expression)
    assert found.value == shown
    assert [one.value for one in found.mistakes] != [shown]


# Files, checksums, mirrors


@pytest.mark.parametrize(("missing", "damaged"), [(FILES[0], FILES[3]), (FILES[2], FILES[1])])
def test_a_missing_and_a_damaged_file_come_from_the_second_mirror(missing: str, damaged: str) -> None:
    found = mnist_files.second_mirror(missing=missing, damaged=damaged).value
    assert isinstance(found, list)
    assert {missing, damaged} == set(found)
    assert MNIST.resources[0][1] == "f68b3c2dcbeaaa9fbdd348bbdeb94873", "the class itself is left as it was"


def test_the_mirrors_are_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    to: set[str] = set()
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        to.add(address[0])
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    mnist_files.second_mirror(missing=FILES[0], damaged=FILES[1])
    assert to == {"127.0.0.1"}


def test_packing_again_keeps_the_content_and_not_the_checksum() -> None:
    assert mnist_files.survives(change="packed again").value == "the content"
    assert mnist_files.survives(change="nothing").value == "both"
    assert mnist_files.survives(change="a pixel is changed").value == "neither"


def test_the_note_s_sizes_count_in_1024s() -> None:
    published = {9_912_422: 9.45, 28_881: 28.2, 1_648_877: 1.57, 4_542: 4.44}
    assert {size: mnist_files.in_units(size=size).value for size in published} == published
    assert mnist_files.in_units(size=9_912_422).facts["unit"] == "MB"
    assert mnist_files.in_units(size=28_881).facts["unit"] == "KB"


# The digits


def test_a_digit_is_what_it_looks_like_to_its_neighbours() -> None:
    data, asked = load_digits(), [0, 464, 1365, 869, 22, 316, 660, 32, 65, 94, 40, 149]
    judge = KNeighborsClassifier(4).fit(data.data, data.target)
    for index, near in zip(asked, judge.kneighbors(data.data[asked], return_distance=False), strict=True):
        others = [int(data.target[one]) for one in near if one != index]
        assert len(others) == 3
        assert others.count(int(str(digits.label(index=index).value))) >= 2


def test_the_picture_is_eight_rows_and_lies_where_the_explanation_says() -> None:
    found: Result = digits.label(index=1365)
    assert found.picture is not None
    assert [len("".join(run.text for run in row)) for row in found.picture.rows] == [16] * 8
    files = digits._files()
    labels = files["train-labels-idx1-ubyte"]
    assert labels[int(str(found.facts["byte"]))] == found.value
    image = files["train-images-idx3-ubyte"][int(str(found.facts["first"])) :][:64]
    assert list(image) == [round(one * 255 / 16) for one in load_digits().data[1365]]


def test_a_packed_file_is_read_by_nobody_but_gzip(tmp_path: Any) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(mnist.files()["train-images-idx3-ubyte"]))
    with pytest.raises(AssertionError):
        read_image_file(str(path))
