"""Which changes of an image a convolution follows, and which it doesn't: shifts, mirrors, turns, sizes."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier

CHANGES: dict[str, Callable[[Tensor], Tensor]] = {
    "shift": lambda x: x.roll(2, -1),
    "mirror": lambda x: x.flip(-1),
    "upside down": lambda x: x.flip(-2),
    "turn": lambda x: x.rot90(1, (-2, -1)),
    "enlarge": lambda x: F.interpolate(x, scale_factor=2, mode="nearest"),
}
_IN_CHINESE = dict(zip(CHANGES, ("平移", "左右翻转", "上下翻转", "旋转 90°", "放大"), strict=True))


@lru_cache(maxsize=1)
def _digits() -> Any:
    return load_digits().images


def _convolve(image: Tensor, kernel: list[list[int]]) -> Tensor:
    """Round the edges, so that no border disturbs."""
    weight = torch.tensor(kernel, dtype=torch.float32)[None, None]
    return F.conv2d(F.pad(image, (1, 1, 1, 1), mode="circular"), weight)


@verifier("torch")
def followed(
    kernel: Annotated[
        list[list[int]],
        Choice(
            [[1, 2, 0], [0, 3, 0], [0, 0, 0]],
            [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
            [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
            [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
            [[0, 1, 2], [2, 0, 0], [1, 0, 3]],
        ),
    ],
    digit: Annotated[int, Int(0, 1796)] = 0,
) -> Result:
    """Which changes of an image make a convolution's output change in the same way, seen on a real handwritten digit.

    Of a shift, a mirror image, one upside down, a quarter turn, and one of twice the size.
    """
    image = torch.tensor(_digits()[digit], dtype=torch.float32)[None, None]
    gaps = {}
    for name, change in CHANGES.items():
        one, other = _convolve(change(image), kernel), change(_convolve(image, kernel))
        gaps[name] = int((one != other).sum())
    value: list[Value] = [name for name, gap in gaps.items() if not gap]
    pixels = image.numel()
    return Result(
        value,
        steps=[
            Text(f"{name}: {gap} numbers differ", f"{_IN_CHINESE[name]}：{gap} 个数不同") for name, gap in gaps.items()
        ],
        mistakes=[
            mistake(
                list(CHANGES),
                "Only shifts are promised; mirrors and turns depend on the kernel, and no kernel grows with the image.",
                "卷积只保证平移；翻转和旋转要看卷积核自身是否对称，而放大时核不会跟着放大。",
            ),
            mistake(
                ["shift", "enlarge"],
                "In an enlarged image the kernel is small by comparison, and finds other differences.",
                "图像放大后卷积核相对变小，看到的差异就不同了。",
            ),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"w = torch.tensor({kernel}).float()[None, None]\n\n"
        "def conv(x):\n    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='circular'), w)\n\n"
        "x = torch.randint(0, 17, (1, 1, 8, 8)).float()\n"
        "changed = [x.roll(2, -1), x.flip(-1), x.flip(-2), x.rot90(1, (-2, -1))]\n"
        "y = conv(x)\n"
        "wanted = [y.roll(2, -1), y.flip(-1), y.flip(-2), y.rot90(1, (-2, -1))]\n"
        "print([torch.equal(conv(one), other) for one, other in zip(changed, wanted)])",
        facts={"pixels": pixels, "turned": gaps["turn"], "enlarged": gaps["enlarge"]},
    )


@followed.second_way
def _followed_by_symmetry(kernel: list[list[int]], digit: int = 0) -> list[str]:
    """By the kernel alone: whether it is its own mirror image."""
    w = np.array(kernel)
    own = {
        "shift": True,
        "mirror": bool((w == w[:, ::-1]).all()),
        "upside down": bool((w == w[::-1]).all()),
        "turn": bool((w == np.rot90(w)).all()),
        "enlarge": False,
    }
    return [name for name, holds in own.items() if holds]
