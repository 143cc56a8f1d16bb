"""YOLOv3's three scales: its predictions, what is joined where, and what its layers are, run on the meta device."""

from collections.abc import Mapping
from typing import Annotated

from quizapp.authoring import Attempt, Int, Result, Value, attempt, mistake, verifier
from verifiers.darknet_layers import YoloV3, image, on_meta

Side = Annotated[int, Int(32, 1024, often=(320, 416, 608))]
Classes = Annotated[int, Int(1, 1000, often=(1, 20, 80))]
Scale = Annotated[int, Int(1, 3)]


@verifier("torch", where="size % 32 == 0", shapes_only=True)
def prediction(scale: Scale, classes: Classes = 80, size: Side = 416) -> Result:
    """The shape of one of YOLOv3's three predictions for one square image; scale 1 is the coarsest."""
    found = on_meta(lambda: YoloV3(classes))(image(size))
    shape: list[Value] = list(found[scale - 1].shape)
    channels, side = int(found[scale - 1].shape[1]), int(found[scale - 1].shape[-1])
    stride = size // side
    return Result(
        shape,
        steps=[f"3·(4 + 1 + {classes}) = {channels}", f"{size} / {stride} = {side}"],
        mistakes=[
            mistake(
                [1, classes + 5, side, side],
                "Every cell predicts three boxes, one for each anchor of this scale.",
                "每个格子预测三个框，对应该尺度的三个锚框。",
            ),
            mistake(
                [1, 3 * (classes + 4), side, side],
                "Besides four coordinates and the classes, each box has a score for an object being there.",
                "除了 4 个坐标和各类别，每个框还有一个目标置信度。",
            ),
            mistake(
                [1, 3 * classes, side, side],
                "The box itself is missing: four coordinates and a score for an object.",
                "漏了框本身：4 个坐标和 1 个目标置信度。",
            ),
            mistake(
                [1, 9 * (classes + 5), side, side],
                "The nine anchors are shared out: three for each scale.",
                "九个锚框分给三个尺度，每个尺度三个。",
            ),
            *(
                mistake(
                    [1, channels, int(one.shape[-1]), int(one.shape[-1])],
                    f"A side of {int(one.shape[-1])} is that of stride {size // int(one.shape[-1])}.",
                    f"边长 {int(one.shape[-1])} 对应步长 {size // int(one.shape[-1])}。",
                )
                for one in found
            ),
        ],
        snippet="import timm\nimport torch\n\n"
        'with torch.device("meta"):\n'
        '    net = timm.create_model("darknet53", features_only=True, out_indices=(3, 4, 5))\n'
        f"    x = net(torch.empty(1, 3, {size}, {size}))[{3 - scale}]\n"
        f"    head = torch.nn.Conv2d(x.shape[1], 3 * (4 + 1 + {classes}), 1)\n"
        "    print(list(head(x).shape))",
        facts={"channels": channels, "side": side, "stride": stride},
    )


@prediction.second_way
def _prediction_by_hand(scale: int, classes: int = 80, size: int = 416) -> list[int]:
    side = size // (32, 16, 8)[scale - 1]
    return [1, 3 * (5 + classes), side, side]


@verifier("torch", where="size % 32 == 0", shapes_only=True)
def boxes(size: Side) -> Result:
    """How many boxes YOLOv3 predicts for one square image, all scales together."""
    classes = 80
    found = on_meta(lambda: YoloV3(classes))(image(size))
    total = sum(one.numel() for one in found) // (classes + 5)
    sides = [int(one.shape[-1]) for one in found]
    cells = sum(one**2 for one in sides)
    return Result(
        total,
        steps=[f"{' + '.join(f'{one}²' for one in sides)} = {cells}", f"3·{cells} = {total}"],
        mistakes=[
            mistake(cells, "Those are the cells; each predicts three boxes.", "这是格子数；每个格子预测三个框。"),
            mistake(
                9 * cells,
                "Nine anchors in all, three for each scale.",
                "九个锚框是总数，每个尺度只有三个。",
            ),
            mistake(
                3 * sides[0] ** 2,
                f"That is the coarsest scale alone; two finer ones follow, {sides[1]} and {sides[2]} a side.",
                f"这只是最粗的尺度；还有边长 {sides[1]} 和 {sides[2]} 的两个。",
            ),
            mistake(
                3 * sum(sides),
                "A map of side n has n² cells.",
                "边长为 n 的特征图有 n² 个格子。",
            ),
        ],
        snippet="import timm\nimport torch\n\n"
        'with torch.device("meta"):\n'
        '    net = timm.create_model("darknet53", features_only=True, out_indices=(3, 4, 5))\n'
        f"    print(sum(3 * one[0, 0].numel() for one in net(torch.empty(1, 3, {size}, {size}))))",
        facts={"coarse": sides[0], "middle": sides[1], "fine": sides[2], "cells": cells},
    )


@boxes.second_way
def _boxes_by_hand(size: int) -> int:
    return 3 * 21 * (size // 32) ** 2


@verifier("torch", where="size % 32 == 0", shapes_only=True)
def joined(scale: Annotated[int, Int(2, 3)], size: Side = 416) -> Result:
    """The shape right after the concatenation of one of YOLOv3's finer scales, for one square image."""
    raised, kept, both = on_meta(YoloV3).walk(image(size))[1][scale - 2]
    up, side_map, channels = int(raised.shape[1]), int(kept.shape[1]), int(both.shape[1])
    side = int(both.shape[-1])
    stage = {256: 3, 512: 4}[side_map]
    return Result(
        list(both.shape),
        steps=[
            f"upsample: {list(raised.shape)}",
            f"stage {stage}: {list(kept.shape)}",
            f"{up} + {side_map} = {channels}",
        ],
        mistakes=[
            mistake(
                [1, side_map, side, side],
                f"The {up} channels that were upsampled are joined to it, not added into it.",
                f"上采样来的 {up} 个通道是拼接上去的，不是相加。",
            ),
            mistake(
                [1, up, side, side],
                f"That is the upsampled map alone; the backbone's {side_map} channels come after it.",
                f"这只是上采样的特征图；后面还要接上骨干网络的 {side_map} 个通道。",
            ),
            mistake(
                [1, 2 * side_map, side, side],
                f"Before it is upsampled, a 1 × 1 brings the coarser map down to {up} channels.",
                f"上采样之前有一个 1 × 1 卷积，把较粗的特征图降到 {up} 个通道。",
            ),
            mistake(
                [1, channels, side // 2, side // 2],
                "Upsampling comes first: only maps of one side can be joined.",
                "先上采样：边长相同才能拼接。",
            ),
        ],
        snippet="import timm\nimport torch\nfrom torch import nn\n\n"
        'with torch.device("meta"):\n'
        '    net = timm.create_model("darknet53", features_only=True)\n'
        f"    maps = net(torch.empty(1, 3, {size}, {size}))\n"
        f"    up = nn.Sequential(nn.Conv2d({4 * up}, {up}, 1), nn.Upsample(scale_factor=2))\n"
        f"    print(list(torch.cat([up(maps[{stage + 1}]), maps[{stage}]], dim=1).shape))",
        facts={"up": up, "kept": side_map, "side": side, "stage": stage, "channels": channels},
    )


@joined.second_way
def _joined_by_hand(scale: int, size: int = 416) -> list[int]:
    channels = {2: 256 + 512, 3: 128 + 256}[scale]
    return [1, channels, size // (32, 16, 8)[scale - 1], size // (32, 16, 8)[scale - 1]]


@verifier("torch", shapes_only=True, examples=[({}, 3)])
def scales() -> Result:
    """How many prediction layers YOLOv3 has, and so how many scales."""
    found = on_meta(YoloV3)(image(416))
    return Result(len(found), steps=[str([int(one.shape[-1]) for one in found])])


@verifier("torch", shapes_only=True, examples=[({"grid": 13}, "side=416"), ({"grid": 19}, "side=608")])
def input_for(grid: Annotated[int, Int(2, 32, often=(10, 13, 19))]) -> Result:
    """A side of a square image for which YOLOv3 runs and its coarsest map is grid × grid, as one example of many."""
    side = 32 * grid
    coarse = _coarsest(side)
    return Result(f"side={side}", steps=[f"32·{grid} = {side}"], facts={"coarse": coarse, "side": side})


@input_for.attempt
def runs(answer: Mapping[str, int], grid: int) -> Attempt:
    """Runs YOLOv3 on an image of the learner's side."""
    side = answer["side"]
    try:
        coarse = _coarsest(side)
    except RuntimeError:
        return attempt(
            False,
            en=f"With {side} the maps don't fit together: upsampled, a side that was rounded up is too long.",
            zh=f"边长 {side} 时拼接失败：向上取整过的边长再上采样，比骨干网络的特征图多 1。",
        )
    return attempt(
        coarse == grid,
        en=f"{side} gives a coarsest map of {coarse}.",
        zh=f"边长 {side} 时，最粗的特征图边长是 {coarse}。",
    )


def _coarsest(side: int) -> int:
    return int(on_meta(YoloV3)(image(side))[0].shape[-1])
