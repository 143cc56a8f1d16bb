"""scikit-learn's handwritten digits, 8 × 8 pixels, as an MNIST of their own: written as IDX files and loaded again."""

import functools
from typing import Annotated

import numpy as np
from sklearn.datasets import load_digits as _load_digits
from torchvision.datasets import MNIST

from quizapp.authoring import Int, Picture, Result, Text, mistake, verifier
from verifiers.drawing import image
from verifiers.idx import header
from verifiers.mnist import laid_out

load_digits = functools.cache(_load_digits)


@verifier("torchvision", limit_s=20.0)
def label(index: Annotated[int, Int(0, 1796)]) -> Result:
    """The label of one of scikit-learn's digits, after a round through IDX files; the picture is the digit."""
    with laid_out(_files()) as root:
        picture, found = MNIST(root, train=True)[index]
    other = _nearest(index, found)
    article = "an" if other == 8 else "a"
    return Result(
        found,
        steps=[
            Text(
                f"byte {8 + index} of the labels (8 bytes of header, {index} labels before it): {found}",
                f"标签文件的第 {8 + index} 个字节（文件头 8 字节，前面 {index} 个标签）：{found}",
            )
        ],
        mistakes=[
            mistake(
                other,
                f"Of the digits of other classes {article} {other} looks most like it, but the labels don't say so.",
                f"其他类别里与它最像的是一个 {other}，但标签文件里写的不是它。",
            )
        ],
        facts={"count": len(load_digits().target), "byte": 8 + index, "first": 16 + 64 * index},
        picture=Picture.of(image(np.asarray(picture).tolist())),
    )


@label.second_way
def _as_scikit_learn_has_it(index: int) -> int:
    return int(load_digits().target[index])


@functools.cache
def _files() -> dict[str, bytes]:
    digits = load_digits()
    pixels = np.round(digits.images * 255 / 16).astype(np.uint8)
    images = header(pixels.shape) + pixels.tobytes()
    labels = header(digits.target.shape) + digits.target.astype(np.uint8).tobytes()
    return {
        f"{half}-{part}-ubyte": data
        for half in ("train", "t10k")
        for part, data in (("images-idx3", images), ("labels-idx1", labels))
    }


def _nearest(index: int, label: int) -> int:
    """The class of the nearest digit of another class."""
    digits = load_digits()
    others = np.flatnonzero(digits.target != label)
    distances = ((digits.data[others] - digits.data[index]) ** 2).sum(1)
    return int(digits.target[others[distances.argmin()]])
