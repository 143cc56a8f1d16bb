"""Sizes after several layers: blocks of convolutions and pooling, and what reaches the first linear layer."""

from itertools import pairwise
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Impossible, Int, Result, mistake, verifier


@verifier("torch")
def pooled_blocks(
    width: Annotated[int, Int(8, 640, often=(32, 224, 256, 572))],
    convs: Annotated[int, Int(1, 4, often=(2,))],
    padding: Annotated[int, Int(0, 1)],
    blocks: Annotated[int, Int(1, 6, often=(3, 4, 5))],
) -> Result:
    """The side after `blocks` times (`convs` 3 × 3 convolutions, then 2 × 2 max pooling)."""
    net = nn.Sequential(
        *(
            nn.Sequential(*(nn.Conv2d(1, 1, 3, padding=padding) for _ in range(convs)), nn.MaxPool2d(2))
            for _ in range(blocks)
        )
    )
    sides = [width]
    x = torch.zeros(1, 1, width, width)
    try:
        for block in net:
            x = block(x)
            sides.append(int(x.shape[-1]))
    except RuntimeError:
        raise Impossible(f"a side of {width} is used up before block {blocks} is done") from None
    loss = 0 if padding else 2 * convs
    found = [
        mistake(
            sides[-2] if blocks > 1 else width,
            f"That is before block {blocks}'s pooling has halved it once more."
            if padding
            else "That is one block short.",
            f"少了第 {blocks} 个模块的减半。" if padding else "少算了一个模块。",
        )
    ]
    if padding:
        found.append(
            mistake(
                _sides(width, 2 * convs, blocks)[-1],
                "That lets every convolution take 2 off; padding=1 gives them back, only the pooling shrinks.",
                "这是让每个卷积都减 2；padding=1 已经补回来了，只有池化会缩小。",
            )
        )
        found.append(
            mistake(
                width // 2 ** (blocks + 1),
                f"That is one halving too many: {blocks} poolings halve {blocks} times.",
                f"多减半了一次：{blocks} 个池化只减半 {blocks} 次。",
            )
        )
    else:
        found.append(
            mistake(
                width // 2**blocks,
                f"That is the pooling alone; unpadded, each 3 × 3 takes 2 off, so {loss} in every block.",
                f"这只算了池化；不填充时每个 3 × 3 卷积减 2，每个模块共减 {loss}。",
            )
        )
        found.append(
            mistake(
                _sides(width, convs, blocks)[-1],
                "A 3 × 3 kernel without padding takes one column off on each side, so 2, not 1.",
                "不填充的 3 × 3 卷积左右各减一列，一共减 2，而不是 1。",
            )
        )
    return Result(
        sides[-1],
        steps=[f"{before} → {before - loss} → {after}" for before, after in pairwise(sides)],
        mistakes=[one for one in found if isinstance(one.value, int) and one.value > 0],
        snippet="import torch\nfrom torch import nn\n\n"
        f"x = torch.zeros(1, 1, {width}, {width})\n"
        f"for _ in range({blocks}):\n"
        f"    for _ in range({convs}):\n"
        f"        x = nn.Conv2d(1, 1, 3, padding={padding})(x)\n"
        "    x = nn.MaxPool2d(2)(x)\n"
        "print(x.shape[-1])",
        facts={"loss": loss, "first": width - loss, "pooled": sides[1], "halvings": 2**blocks},
    )


@pooled_blocks.second_way
def _pooled_blocks_by_hand(width: int, convs: int, padding: int, blocks: int) -> int:
    return _sides(width, 0 if padding else 2 * convs, blocks)[-1]


def _sides(width: int, loss: int, blocks: int) -> list[int]:
    """The sides block by block, in plain arithmetic, when each block takes `loss` off and then halves."""
    sides = [width]
    for _ in range(blocks):
        sides.append((sides[-1] - loss) // 2)
    return sides


@verifier("torch", where="(width - kernel + 1) // 2 >= kernel + 1")
def flat_features(
    width: Annotated[int, Int(8, 256, often=(28, 32, 64, 96))],
    kernel: Annotated[int, Int(1, 7, often=(3, 5))],
    filters: Annotated[int, Int(1, 256, often=(16, 32, 64))],
) -> Result:
    """How many features reach nn.Linear after two rounds of (unpadded convolution, 2 × 2 max pooling) and a flatten.

    The second convolution has `filters` output channels.
    """
    net = nn.Sequential(
        nn.Conv2d(1, 6, kernel), nn.MaxPool2d(2), nn.Conv2d(6, filters, kernel), nn.MaxPool2d(2), nn.Flatten()
    )
    features = int(net(torch.zeros(1, 1, width, width)).shape[-1])
    half = (width - kernel + 1) // 2
    side = (half - kernel + 1) // 2
    return Result(
        features,
        steps=[
            f"{width} → {width - kernel + 1} → {half}",
            f"{half} → {half - kernel + 1} → {side}",
            f"{filters}·{side}·{side} = {features}",
        ],
        mistakes=[
            mistake(
                side * side,
                f"That is one map; all {filters} of them are laid end to end.",
                f"这只是一张特征图；{filters} 张要首尾相接地展开。",
            ),
            mistake(
                filters * (width // 4) ** 2,
                f"That is the pooling alone; each unpadded convolution takes {kernel - 1} off the side.",
                f"这只算了池化；每个不填充的卷积使边长减 {kernel - 1}。",
            ),
            mistake(
                filters * side,
                f"Maps are {side} high and {side} wide; both count.",
                f"特征图高 {side}、宽 {side}，两个都要乘。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"net = nn.Sequential(nn.Conv2d(1, 6, {kernel}), nn.MaxPool2d(2),\n"
        f"                    nn.Conv2d(6, {filters}, {kernel}), nn.MaxPool2d(2), nn.Flatten())\n"
        f"print(net(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"half": half, "side": side, "loss": kernel - 1},
    )


@flat_features.second_way
def _flat_features_by_hand(width: int, kernel: int, filters: int) -> int:
    return filters * _sides(width, kernel - 1, 2)[-1] ** 2
