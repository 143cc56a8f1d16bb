"""The stages of Darknet-53 and the shapes inside, found by running it on the meta device."""

from collections import Counter
from typing import Annotated, Any

from quizapp.authoring import Int, Mistake, Picture, Result, Run, Text, Value, mistake, verifier
from verifiers.darknet_layers import BLOCKS, Darknet53, Residual, image, on_meta
from verifiers.darknet_program import built

Side = Annotated[int, Int(32, 1024, often=(256, 416, 608))]


@verifier("torch", shapes_only=True)
def blocks_at(stage: Annotated[int, Int(1, 5)], size: Side = 416) -> Result:
    """How many of Darknet-53's residual blocks work on the maps of a stage, found by running it on a square image."""
    model = on_meta(Darknet53)
    seen: list[tuple[int, int]] = []
    for one in model.modules():
        if isinstance(one, Residual):
            one.register_forward_hook(lambda _, __, out: seen.append((int(out.shape[1]), int(out.shape[-1]))))
    channels, side = model.maps(image(size))[stage].shape[1:3]
    found = Counter(seen)
    count = found[channels, side]
    return Result(
        count,
        steps=[f"{shape[0]} × {shape[1]} × {shape[1]}: {blocks} ×" for shape, blocks in found.items()],
        mistakes=[
            mistake(
                2 * count + 1,
                f"Those are the convolutions of this stage: {count} blocks of two, and one that halves the side.",
                f"这是该 stage 的卷积数：{count} 个残差块各两个，加一个下采样卷积。",
            ),
            mistake(
                2 * count,
                "Those are the convolutions inside the blocks, two in each.",
                "这是残差块里的卷积数，每块两个。",
            ),
            *_other_stages(found, count),
        ],
        snippet=built(
            f"    x, seen = torch.empty(1, 3, {size}, {size}), []\n"
            "    for layer in layers:\n"
            "        x = layer(x)\n"
            "        if isinstance(layer, Residual):\n"
            "            seen.append(x.shape[1])\n"
            f"print(seen.count({channels}))"
        ),
        facts={"channels": channels, "side": side},
    )


@blocks_at.second_way
def _blocks_by_timm(stage: int, size: int = 416) -> int:
    import timm

    stages: Any = on_meta(lambda: timm.create_model("darknet53")).stages
    return len(stages[stage - 1].blocks)


def _other_stages(found: Counter[tuple[int, int]], count: int) -> list[Mistake]:
    return [
        mistake(
            blocks,
            f"{blocks} is the number at {shape[0]} channels, side {shape[1]}.",
            f"{blocks} 个是在 {shape[0]} 通道、边长 {shape[1]} 那一级。",
        )
        for shape, blocks in found.items()
        if blocks != count
    ]


@verifier("torch", shapes_only=True)
def stage_shape(stage: Annotated[int, Int(0, 5)], size: Side = 416) -> Result:
    """What leaves the stem (0) or a stage (1 to 5) of Darknet-53 for one square RGB image."""
    maps = on_meta(Darknet53).maps(image(size))
    shape: list[Value] = list(maps[stage].shape)
    channels, side = int(maps[stage].shape[1]), int(maps[stage].shape[-1])
    return Result(
        shape,
        steps=[
            Text(
                " → ".join(str(int(one.shape[-1])) for one in maps[: stage + 1]) + f", {stage} times stride 2",
                " → ".join(str(int(one.shape[-1])) for one in maps[: stage + 1]) + f"，步长 2 共 {stage} 次",
            ),
            " → ".join(str(int(one.shape[1])) for one in maps[: stage + 1]),
        ],
        mistakes=[
            mistake(
                [1, channels, 2 * side, 2 * side],
                f"One halving is missing; down to here there are {stage}.",
                f"少了一次减半；到这里一共 {stage} 次。",
            ),
            mistake(
                [1, channels, -(-side // 2), -(-side // 2)],
                "One halving too many; the very first convolution keeps the size.",
                "多了一次减半；最开头的卷积不改变尺寸。",
            ),
            mistake(
                [1, channels // 2, side, side],
                "That is the width inside a block; its 3 × 3 brings the channels back before the addition.",
                "这是残差块内部的通道数；相加之前 3 × 3 卷积已把它扩回来。",
            ),
            mistake(
                [1, 2 * channels, side, side],
                "That doubles the channels once too often; they begin with 32.",
                "通道数多翻了一倍；起点是 32。",
            ),
        ],
        snippet="import timm\nimport torch\n\n"
        'with torch.device("meta"):\n'
        '    net = timm.create_model("darknet53", features_only=True)\n'
        f"    print(list(net(torch.empty(1, 3, {size}, {size}))[{stage}].shape))",
        facts={"channels": channels, "side": side, "times": 2**stage},
        picture=_drawn([(int(one.shape[1]), int(one.shape[-1])) for one in maps], stage),
    )


@stage_shape.second_way
def _stage_shape_by_timm(stage: int, size: int = 416) -> list[int]:
    import timm

    found = on_meta(lambda: timm.create_model("darknet53", features_only=True))(image(size))
    return list(found[stage].shape)


def _drawn(maps: list[tuple[int, int]], marked: int) -> Picture:
    """A row for the stem and each stage: how many maps as one bar, how large as another, the asked one in colour."""
    rows: list[list[Run | str]] = [[Run(f"{'':5}{'C':>6}{'':23}{'H = W':>7}", "dim")]]
    for stage, (channels, side) in enumerate(maps):
        ink = "one" if stage == marked else "dim"
        blocks = f"{BLOCKS[stage - 1]}×" if stage else ""
        here = " ←" if stage == marked else ""
        wide, high = "█" * max(1, channels * 20 // 1024), "▒" * max(1, side * 24 // maps[0][1])
        rows.append([f"{blocks:>4} {channels:>6} ", Run(f"{wide:<21}", ink), f"{side:>7} ", Run(high + here, ink)])
    return Picture.of(rows)
