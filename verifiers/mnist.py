"""torchvision's MNIST: a tiny one laid out on disk and loaded."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import torch
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from quizapp.authoring import Choice, Int, Result, Text, Tolerance, mistake, verifier
from verifiers.execution import execute
from verifiers.idx import header

SIDE = 28
# Of the tiny sets; different, so that what was loaded tells where it came from.
TRAINING, TEST = 5, 3

Name = Annotated[
    str,
    Choice("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
]

# What is often taken for the answer, and why it is not.
_BELIEVED = {
    "data.data.dtype": (
        "torch.float32",
        "Nothing is scaled or converted yet: the bytes stay bytes.",
        "这时还没有缩放或转换，字节还是字节。",
    ),
    "data.targets.dtype": (
        "torch.uint8",
        "They are bytes in the file; torchvision makes them int64, which a loss wants.",
        "文件里是字节，但 torchvision 转成了 int64，损失函数要的就是它。",
    ),
    "type(image).__name__": (
        "Tensor",
        "A tensor comes out only with transform=ToTensor().",
        "要写 transform=ToTensor() 才会得到张量。",
    ),
    "type(label).__name__": (
        "Tensor",
        "The label is taken out of its tensor with int().",
        "标签已经用 int() 从张量里取出来了。",
    ),
    "*image.size": (
        "1 28 28",
        "A PIL image knows width and height alone.",
        "PIL 图像的 size 只有宽和高。",
    ),
    "image.mode": (
        "RGB",
        "There is one channel, of greys.",
        "只有一个灰度通道。",
    ),
    "*data.data.shape[1:]": (
        "1 28 28",
        "There is no dimension of channels before ToTensor adds one.",
        "没有通道维，要到 ToTensor 才加上。",
    ),
    "*ToTensor()(image).shape": (
        "28 28",
        "ToTensor puts the channels in front, also a single one.",
        "ToTensor 会在最前面加通道维，只有一个通道也一样。",
    ),
    "ToTensor()(image).dtype": (
        "torch.uint8",
        "ToTensor makes bytes into floats from 0 to 1.",
        "ToTensor 把字节变成 0 到 1 的浮点数。",
    ),
    "type(image.getpixel((0, 0))).__name__": (
        "float",
        "The PIL image holds whole numbers from 0 to 255.",
        "PIL 图像里是 0 到 255 的整数。",
    ),
}


def files(training: int = TRAINING, test: int = TEST) -> dict[str, bytes]:
    """A tiny MNIST by its files' names: image i is of one grey value, (i + 1) % 256, and its label is i % 10."""
    found = {}
    for begin, count in (("train", training), ("t10k", test)):
        pixels = b"".join(bytes([(i + 1) % 256]) * SIDE**2 for i in range(count))
        found[f"{begin}-images-idx3-ubyte"] = header([count, SIDE, SIDE]) + pixels
        found[f"{begin}-labels-idx1-ubyte"] = header([count]) + bytes(i % 10 for i in range(count))
    return found


@contextlib.contextmanager
def laid_out(content: Mapping[str, bytes], dataset: str = "MNIST") -> Iterator[Path]:
    """A folder with these files where torchvision looks for them, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / dataset / "raw"
        raw.mkdir(parents=True)
        for name, data in content.items():
            (raw / name).write_bytes(data)
        yield Path(folder)


@verifier("torchvision")
def feeds(file: Name) -> Result:
    """Which tensor of which half of MNIST a file ends up in: `train.data`, `test.targets` and so on."""
    here, content = _tensors(files()), files()
    # The file is exchanged for another one, and what becomes different is what it feeds.
    content[file] = content[file][:-1] + b"\xff"
    after = _tensors(content)
    (changed,) = [name for name, tensor in here.items() if not torch.equal(tensor, after[name])]
    return Result(
        changed,
        steps=[f"{file} → {changed}: {list(here[changed].shape)}, {here[changed].dtype}"],
        mistakes=[
            mistake(
                name,
                "train is the training set, t10k the test set of ten thousand.",
                "train 是训练集，t10k 是一万个样本的测试集。",
            )
            if name.partition(".")[0] != changed.partition(".")[0]
            else mistake(
                name,
                "The images become data, the labels targets.",
                "images 读进 data，labels 读进 targets。",
            )
            for name in here
        ],
    )


@feeds.second_way
def _by_the_name(file: str) -> str:
    return ("train" if file.startswith("train") else "test") + (".data" if "idx3" in file else ".targets")


@verifier(
    "torchvision",
    examples=[
        ({"expression": "data.targets.dtype"}, "torch.int64"),
        ({"expression": "image.mode"}, "L"),
        ({"expression": "*ToTensor()(image).shape"}, "1 28 28"),
    ],
)
def shows(
    expression: Annotated[
        str,
        Choice(
            "data.data.dtype", "data.targets.dtype", "type(image).__name__", "type(label).__name__", "*image.size",
            "image.mode", "*data.data.shape[1:]", "*ToTensor()(image).shape", "ToTensor()(image).dtype",
            "type(image.getpixel((0, 0))).__name__",
        ),
    ],
) -> Result:  # fmt: skip
    """What print shows of the training half of MNIST, its first image and that image's label."""
    printed = {}
    with laid_out(files()) as root:
        data = MNIST(root, train=True)
        image, label = data[0]
        for one in (
            expression,
            "data.data.dtype",
            "data.targets.dtype",
            "type(image).__name__",
            "type(label).__name__",
        ):
            printed[one] = execute(f"print({one})", data=data, image=image, label=label, ToTensor=ToTensor).printed
    value, en, zh = _BELIEVED[expression]
    return Result(
        printed[expression],
        steps=[f"{one}: {shown}" for one, shown in printed.items()],
        mistakes=[mistake(value, en, zh)],
        facts={"images": printed["data.data.dtype"], "labels": printed["data.targets.dtype"]},
    )


@verifier("torchvision")
def to_unit(value: Annotated[int, Int(0, 255, often=(51, 102, 128, 153, 204))]) -> Result:
    """What ToTensor makes of a pixel of MNIST with this grey value."""
    content = files()
    name = "train-images-idx3-ubyte"
    head = header([TRAINING, SIDE, SIDE])
    content[name] = head + bytes([value]) + content[name][len(head) + 1 :]
    with laid_out(content) as root:
        image, _ = MNIST(root, train=True, transform=ToTensor())[0]
    scaled = image[0, 0, 0].item()
    return Result(
        scaled,
        steps=[f"{value} / 255 = {scaled:.4f}"],
        mistakes=[
            mistake(value / 256, "The largest byte is 255, and that becomes 1.", "字节的最大值是 255，它对应 1。"),
            mistake(float(value), "ToTensor scales bytes to 0 … 1.", "ToTensor 会把字节缩放到 0～1。"),
            mistake(
                value / 127.5 - 1,
                "The range is 0 to 1; −1 to 1 takes Normalize((0.5,), (0.5,)).",
                "范围是 0～1；要变成 −1～1 得再加 Normalize((0.5,), (0.5,))。",
            ),
            mistake(1 - value / 255, "Nothing is inverted: 0 stays 0, black.", "没有反色：0 还是 0，也就是黑。"),
        ],
        tolerance=Tolerance(absolute=0.0006),
        snippet="import numpy as np\nfrom PIL import Image\nfrom torchvision.transforms import ToTensor\n\n"
        f"print(ToTensor()(Image.fromarray(np.full((28, 28), {value}, np.uint8)))[0, 0, 0].item())",
    )


@to_unit.second_way
def _by_division(value: int) -> float:
    return value / 255


@verifier("torchvision", where="batch <= images")
def batch_shape(
    batch: Annotated[int, Int(1, 256, often=(32, 64, 128))], images: Annotated[int, Int(1, 1000)] = 256
) -> Result:
    """The shape of the first batch that a DataLoader makes of MNIST with ToTensor."""
    with laid_out(files(training=images)) as root:
        pixels, _ = next(iter(DataLoader(MNIST(root, transform=ToTensor()), batch_size=batch)))
    return Result(
        list(pixels.shape),
        steps=[
            Text("a PIL image: 28 × 28", "PIL 图像：28 × 28"),
            "ToTensor: (1, 28, 28)",
            f"DataLoader: {tuple(pixels.shape)}",
        ],
        mistakes=[
            mistake([batch, 28, 28], "ToTensor adds the dimension of the channel.", "ToTensor 会加上通道维。"),
            mistake(
                [batch, 28, 28, 1], "torch puts the channel before rows and columns.", "torch 把通道维放在行、列之前。"
            ),
            mistake([batch, 3, 28, 28], "The images are grey: one channel.", "图像是灰度的，只有一个通道。"),
            mistake(
                [batch, 784], "Nothing is flattened; that takes nn.Flatten.", "这里没有展平，展平要靠 nn.Flatten。"
            ),
            mistake([1, batch, 28, 28], "The batch comes first.", "批次维在最前面。"),
        ],
        snippet="import torch\nfrom PIL import Image\nfrom torch.utils.data import DataLoader\n"
        "from torchvision.transforms import ToTensor\n\n"
        f'data = [(ToTensor()(Image.new("L", (28, 28))), 0) for _ in range({images})]\n'
        f"print(list(next(iter(DataLoader(data, batch_size={batch})))[0].shape))",
    )


@batch_shape.second_way
def _stacked(batch: int, images: int = 256) -> list[int]:
    return list(torch.zeros(images, 28, 28, device="cpu")[:batch].unsqueeze(1).shape)


def _tensors(content: Mapping[str, bytes]) -> dict[str, torch.Tensor]:
    with laid_out(content) as root:
        return {
            f"{half}.{part}": getattr(MNIST(root, train=half == "train"), part)
            for half in ("train", "test")
            for part in ("data", "targets")
        }
