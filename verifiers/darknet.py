"""The stages of Darknet-53 and the shapes inside, found by running it on the meta device."""

from collections import Counter
from typing import Annotated, Any

from torch import Tensor

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
                f"Those are the convolutions of this stage, 2·{count} in its blocks and one that halves the side.",
                f"这是该 stage 的卷积数：残差块里 2·{count} 个，加一个下采样卷积。",
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
    sides: dict[int, list[int]] = {}
    for (_, side), blocks in found.items():
        if blocks not in (count, 2 * count):
            sides.setdefault(blocks, []).append(side)
    return [
        mistake(
            blocks,
            f"{blocks} is the number at a side of {' and of '.join(map(str, at))}.",
            f"{blocks} 个是边长 {'、'.join(map(str, at))} 的 stage。",
        )
        for blocks, at in sides.items()
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
                " → ".join(str(int(one.shape[-1])) for one in maps[: stage + 1]) + f" (stride 2: {stage} ×)",
                " → ".join(str(int(one.shape[-1])) for one in maps[: stage + 1]) + f"（步长 2 共 {stage} 次）",
            ),
            " → ".join(str(int(one.shape[1])) for one in maps[: stage + 1]),
        ],
        mistakes=[
            mistake(
                [1, channels, 2 * side, 2 * side],
                f"One halving is missing; what leaves stage {stage} has 1/{2**stage} of the image's side.",
                f"少了一次减半；第 {stage} 个 stage 的输出边长是原图的 1/{2**stage}。",
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
        picture=_drawn(_sizes(maps), stage),
    )


@stage_shape.second_way
def _stage_shape_by_timm(stage: int, size: int = 416) -> list[int]:
    import timm

    found = on_meta(lambda: timm.create_model("darknet53", features_only=True))(image(size))
    return list(found[stage].shape)


@verifier(
    "torch",
    where="size % 32 == 0",
    shapes_only=True,
    examples=[
        ({"stage": 3, "size": 416}, "8× · C = 256 · H = W = 52"),
        ({"stage": 5, "size": 256}, "4× · C = 1024 · H = W = 8"),
    ],
)
def missing_row(stage: Annotated[int, Int(1, 5)], size: Side = 416) -> Result:
    """The row that is left out of a picture of Darknet-53's stages: residual blocks, channels, side."""
    model = on_meta(Darknet53)
    maps = _sizes(model.maps(image(size)))
    channels, side = maps[stage]
    blocks = sum(isinstance(one, Residual) for one in model.stages[stage - 1].modules())
    if blocks == max(BLOCKS):
        other = BLOCKS[-1]
        said = ("So many blocks has the last stage.", "这是最后一个 stage 的残差块数。")
    else:
        other = 2 * blocks
        said = ("That counts the convolutions inside the blocks, two in each.", "这是残差块里的卷积数，每块两个。")
    return Result(
        _row(blocks, channels, side),
        steps=[f"{maps[stage - 1][0]}·2 = {channels}", f"{maps[stage - 1][1]} / 2 = {side}"],
        mistakes=[
            mistake(_row(other, channels, side), *said),
            *(
                mistake(_row(count, *wrong), en, zh)
                for wrong, en, zh in (
                    (
                        (channels // 2, side),
                        "Where the side is halved, the channels double.",
                        "边长减半的同时，通道翻倍。",
                    ),
                    (
                        (channels, 2 * side),
                        "Each stage begins with a stride of 2, so its side is half of the one above.",
                        "每个 stage 以步长 2 的卷积开头，边长是上一行的一半。",
                    ),
                )
                for count in (blocks, other)
            ),
        ],
        facts={"blocks": blocks, "channels": channels, "side": side, "before": maps[stage - 1][1]},
        picture=_drawn(maps, stage, hidden=True),
    )


def _row(blocks: int, channels: int, side: int) -> str:
    return f"{blocks}× · C = {channels} · H = W = {side}"


def _sizes(maps: list[Tensor]) -> list[tuple[int, int]]:
    """Channels and side of each map."""
    return [(int(one.shape[1]), int(one.shape[-1])) for one in maps]


def _drawn(maps: list[tuple[int, int]], marked: int, *, hidden: bool = False) -> Picture:
    """A row for the stem and each stage: its residual blocks, its channels as a bar, its side as another.

    maps:   channels and side, the stem's first.
    marked: the row in colour.
    hidden: whether that row shows question marks instead.
    """
    rows: list[list[Run | str]] = [[Run(f"{'Residual':>8} {'C':>6} {'':21}{'H = W':>7}", "dim")]]
    for stage, (channels, side) in enumerate(maps):
        if hidden and stage == marked:
            rows.append([Run(f"{'?×':>8} {'?':>6} {'':21}{'?':>7} ←", "one")])
            continue
        ink = "one" if stage == marked else "dim"
        blocks = f"{BLOCKS[stage - 1]}×" if stage else ""
        wide, high = _bar(channels / maps[-1][0], 20), _bar(side / maps[0][1], 24)
        here = " ←" if stage == marked else ""
        rows.append([f"{blocks:>8} {channels:>6} ", Run(f"{wide:<21}", ink), f"{side:>7} ", Run(high + here, ink)])
    return Picture.of(rows)


def _bar(share: float, width: int) -> str:
    """A bar as long as `share` of `width` characters, to an eighth of one, and never empty."""
    whole, eighths = divmod(max(1, round(share * width * 8)), 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[eighths].strip()
