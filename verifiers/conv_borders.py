"""What a convolution reads beyond the edge: the padding modes of the module, and the order in which F.pad is told."""

from itertools import product
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Array, Choice, Impossible, Int, Result, mistake, verifier

MODES = ("zeros", "reflect", "replicate", "circular")
_SAYS = {
    "zeros": ("zeros: there is a 0 beyond the edge.", "zeros：边缘外是 0。"),
    "reflect": (
        "reflect: the row is mirrored at its first number, which isn't repeated.",
        "reflect：以第一个数为轴镜像，轴上的数不重复。",
    ),
    "replicate": ("replicate: the first number is repeated.", "replicate：重复第一个数。"),
    "circular": ("circular: beyond the left edge comes the right end.", "circular：左边缘外接着右端的数。"),
}


@verifier("torch", where=("row[0][0] != row[0][1]", "row[0][4] != row[0][1]", "row[0][4] != row[0][0]"))
def first_output(
    mode: Annotated[str, Choice("zeros", "reflect", "replicate", "circular")],
    row: Annotated[list[list[int]], Array(1, 5, 1, 9)],
) -> Result:
    """The first number that nn.Conv2d(1, 1, (1, 3), padding=(0, 1)), its weights 1, makes of a row in a mode."""
    found = {}
    for name in MODES:
        conv = nn.Conv2d(1, 1, (1, 3), padding=(0, 1), padding_mode=name, bias=False)  # type: ignore[arg-type]
        nn.init.ones_(conv.weight)
        found[name] = int(conv(torch.tensor(row).float()[None, None])[0, 0, 0, 0].item())
    value, here = found[mode], row[0]
    return Result(
        value,
        steps=[f"{value - here[0] - here[1]} + {here[0]} + {here[1]} = {value}"],
        mistakes=[mistake(found[name], f"That is {en}", f"这是 {zh}") for name, (en, zh) in _SAYS.items()]
        + [
            mistake(
                sum(here[:3]),
                "That window lies inside the row; the first one hangs over the edge by one.",
                "这个窗口完全在行内；第一个窗口会伸出左边缘一格。",
            )
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, (1, 3), padding=(0, 1), padding_mode={mode!r}, bias=False)\n"
        "nn.init.ones_(conv.weight)\n"
        f"print(conv(torch.tensor({row}).float()[None, None])[0, 0, 0, 0].int().item())",
        facts={"beyond": value - here[0] - here[1]},
    )


@first_output.second_way
def _first_by_numpy(mode: str, row: list[list[int]]) -> int:
    import numpy as np

    name = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[mode]
    padded = np.pad(np.array(row[0]), 1, mode=name)  # type: ignore[call-overload]
    return int(padded[:3].sum())


@verifier("torch", where="pad_height != pad_width")
def pad_order(
    pad_height: Annotated[int, Int(0, 8, often=(0, 1, 2))],
    pad_width: Annotated[int, Int(0, 8, often=(1, 2, 3))],
) -> Result:
    """The four numbers with which F.pad pads as padding=(pad_height, pad_width) of F.conv2d does, found by trying."""
    image, weight = (torch.randint(1, 99, (1, 1, side, side)).float() for side in (5, 3))
    wanted = F.conv2d(image, weight, padding=(pad_height, pad_width))
    found = []
    for four in product((pad_height, pad_width), repeat=4):
        output = F.conv2d(F.pad(image, four), weight)
        if output.shape == wanted.shape and torch.equal(output, wanted):
            found.append(four)
    if len(found) != 1:
        raise Impossible(f"{len(found)} ways to pad give the same")
    return Result(
        list(found[0]),
        steps=["F.pad: (left, right, top, bottom)", "padding: (height, width)"],
        mistakes=[
            mistake(
                [pad_height, pad_height, pad_width, pad_width],
                "F.pad begins with the last dimension: left and right come before top and bottom.",
                "F.pad 从最后一维开始：左右在前，上下在后。",
            ),
            mistake(
                [pad_width, pad_height, pad_width, pad_height],
                "F.pad takes the two ends of a dimension together: left, right, then top, bottom.",
                "F.pad 把同一维的两端写在一起：先左、右，再上、下。",
            ),
            mistake(
                [pad_height, pad_width, pad_height, pad_width],
                "F.pad takes the two ends of a dimension together, the last dimension first.",
                "F.pad 把同一维的两端写在一起，而且从最后一维开始。",
            ),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        "x, w = torch.rand(1, 1, 5, 5), torch.rand(1, 1, 3, 3)\n"
        f"print(torch.allclose(F.conv2d(x, w, padding={(pad_height, pad_width)}), F.conv2d(F.pad(x, {found[0]}), w)))",
    )


@pad_order.second_way
def _order_by_hand(pad_height: int, pad_width: int) -> list[int]:
    return [one for pad in (pad_width, pad_height) for one in (pad, pad)]
