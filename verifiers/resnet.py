"""Sizes inside torchvision's ResNet-50: its real modules, walked one after the other on the meta device."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torchvision.models import resnet50

from quizapp.authoring import Choice, Int, Result, Value, mistake, verifier

# Output channels, and how often the side has been halved, after each part; for the second way and the mistakes.
_PARTS = {
    "conv1": (64, 1),
    "maxpool": (64, 2),
    "layer1": (256, 2),
    "layer2": (512, 3),
    "layer3": (1024, 4),
    "layer4": (2048, 5),
}


def _model() -> nn.Module:
    model: nn.Module = resnet50(weights=None).eval()
    return model


def _walk(width: int, until: str) -> Tensor:
    """What leaves the part `until` of a ResNet-50 that got one square image."""
    x: Tensor = torch.zeros(1, 3, width, width)
    for name, module in _model().named_children():
        x = module(x)
        if name == until:
            return x
    raise ValueError(f"ResNet-50 has no part {until}")


def _snippet(tail: str) -> str:
    return f'import torch\nfrom torchvision.models import resnet50\n\nwith torch.device("meta"):\n{tail}'


@verifier("torchvision", shapes_only=True)
def stage_shape(
    stage: Annotated[str, Choice("conv1", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool")],
    width: Annotated[int, Int(32, 1024, often=(224, 256, 640))] = 224,
) -> Result:
    """The shape that leaves a part of ResNet-50 for one square RGB image."""
    shape: list[Value] = list(_walk(width, stage).shape)
    channels, side = int(shape[1]), int(shape[-1])  # type: ignore[arg-type]
    if stage == "avgpool":
        before = -(-width // 32)
        found = [
            mistake(
                [1, 2048, before, before],
                f"That is what goes in; the adaptive pooling averages each {before} × {before} map to one number.",
                f"这是它的输入；自适应平均池化把每张 {before} × {before} 的特征图平均成一个数。",
            ),
            mistake(
                [1, 2048],
                "The pooling keeps two dimensions of size 1; torch.flatten takes them away in the next step.",
                "池化后仍保留两个大小为 1 的维度；下一步 torch.flatten 才把它们去掉。",
            ),
            mistake([1, 1000, 1, 1], "The 1000 classes come out of fc, further on.", "1000 类是后面 fc 的输出。"),
        ]
        steps = ["AdaptiveAvgPool2d(1)", f"{before} → 1"]
    else:
        halvings = _PARTS[stage][1]
        found = [
            mistake(
                [1, channels, 2 * side, 2 * side],
                f"One halving is missing: down to {stage} there are {halvings}, "
                + ("conv1's own stride among them." if stage == "conv1" else "conv1 and the max pooling among them."),
                f"少了一次减半：到 {stage} 为止共有 {halvings} 次，"
                + ("就是 conv1 自己的步长。" if stage == "conv1" else "其中包括 conv1 和最大池化。"),
            ),
            mistake(
                [1, channels, side // 2, side // 2],
                f"One halving too many: down to {stage} there are {halvings}; layer1 has none of its own.",
                f"多了一次减半：到 {stage} 为止共有 {halvings} 次；layer1 自己并不减半。",
            ),
        ]
        if stage.startswith("layer"):
            found.append(
                mistake(
                    [1, channels // 4, side, side],
                    f"The blocks are {channels // 4} channels wide inside; their last 1 × 1 makes it four times that.",
                    f"{channels // 4} 是模块内部的通道数；最后的 1 × 1 卷积把它扩大到 4 倍。",
                )
            )
        elif stage == "conv1":
            found.append(
                mistake(
                    [1, 3, side, side],
                    "The 3 channels go in; 64 filters make 64 maps.",
                    "输入是 3 个通道；64 个卷积核输出 64 张特征图。",
                )
            )
        steps = [" → ".join(str(_halved(width, times)) for times in range(halvings + 1)), f"C = {channels}"]
    return Result(
        shape,
        steps=[*steps, f"(1, {channels}, {side}, {side})"],
        mistakes=found,
        snippet=_snippet(
            f"    x = torch.zeros(1, 3, {width}, {width})\n"
            "    for name, module in resnet50().named_children():\n"
            "        x = module(x)\n"
            f'        if name == "{stage}":\n'
            "            break\n"
            "print(list(x.shape))"
        ),
        facts={"channels": channels, "side": side},
    )


@stage_shape.second_way
def _stage_shape_by_hand(stage: str, width: int = 224) -> list[int]:
    if stage == "avgpool":
        return [1, 2048, 1, 1]
    channels, halvings = _PARTS[stage]
    return [1, channels, *[_halved(width, halvings)] * 2]


def _halved(side: int, times: int) -> int:
    """`side` halved and rounded up, again and again: what 7/2/3, 3/2/1 and 1/2/0 all do to it."""
    for _ in range(times):
        side = (side + 1) // 2
    return side


@verifier("torchvision", shapes_only=True)
def last_map(width: Annotated[int, Int(1, 2048, often=(224, 299, 512, 640, 800))]) -> Result:
    """The side of ResNet-50's last feature map, what leaves layer4, for a square image."""
    side = int(_walk(width, "layer4").shape[-1])
    found = [
        mistake(
            width // 32,
            f"{width} / 32 = {width / 32:g}; each of the five halvings rounds up, so it isn't cut to {width // 32}.",
            f"{width} / 32 = {width / 32:g}；五次减半每次都向上取整，所以不会截成 {width // 32}。",
        ),
        mistake(
            _halved(width, 4),
            "That is layer3's map, 1/16 of the image; layer4 halves once more.",
            "这是 layer3 的特征图，为原图的 1/16；layer4 还要减半一次。",
        ),
        mistake(
            7,
            "7 × 7 belongs to an image of 224; only what follows the average pooling is the same for every image.",
            "7 × 7 对应 224 的图像；只有平均池化之后的尺寸才与输入无关。",
        ),
    ]
    return Result(
        side,
        steps=[
            "N = ⌈W / 2⌉, five times",
            " → ".join(str(_halved(width, times)) for times in range(6)),
        ],
        mistakes=found,
        snippet=_snippet(
            f"    x = torch.zeros(1, 3, {width}, {width})\n"
            "    for name, module in resnet50().eval().named_children():\n"
            "        x = module(x)\n"
            '        if name == "layer4":\n'
            "            break\n"
            "print(x.shape[-1])"
        ),
        facts={
            "first": _halved(width, 1),
            "second": _halved(width, 2),
            "third": _halved(width, 3),
            "fourth": _halved(width, 4),
        },
    )


@last_map.second_way
def _last_map_by_hand(width: int) -> int:
    return -(-width // 32)


@verifier("torchvision", shapes_only=True)
def halving_conv(stage: Annotated[str, Choice("layer1", "layer2", "layer3", "layer4")]) -> Result:
    """Which of conv1, conv2 and conv3 halves the side in the first block of a stage of ResNet-50, or `none`."""
    x: Tensor = torch.zeros(1, 3, 224, 224)
    for name, module in _model().named_children():
        if name == stage:
            break
        x = module(x)
    block = next(module.children())
    sides, value = [int(x.shape[-1])], "none"
    for name in ("conv1", "conv2", "conv3"):
        x = getattr(block, name)(x)
        sides.append(int(x.shape[-1]))
        if sides[-1] < sides[-2]:
            value = name
    return Result(
        value,
        steps=[f"{stage}[0]: conv1, conv2, conv3", " → ".join(map(str, sides))],
        mistakes=[
            mistake(
                "conv1",
                "This stage begins with the size that it keeps; stride 2 comes with layer2 only."
                if stage == "layer1"
                else f"So the paper had it; in torchvision {sides[0]} goes into conv1 and {sides[1]} comes out.",
                "这个 stage 从头到尾尺寸不变；从 layer2 起才有步长 2。"
                if stage == "layer1"
                else f"论文是这样；而在 torchvision 里，conv1 的输入是 {sides[0]}，输出是 {sides[1]}。",
            ),
            mistake(
                "conv2",
                f"Here the 3 × 3 has stride 1: {sides[1]} goes in, {sides[2]} comes out.",
                f"这里的 3 × 3 步长为 1：输入 {sides[1]}，输出 {sides[2]}。",
            ),
            mistake(
                "conv3",
                f"The last 1 × 1 widens the channels only: {sides[2]} goes in, {sides[3]} comes out.",
                f"最后的 1 × 1 只扩展通道：输入 {sides[2]}，输出 {sides[3]}。",
            ),
            mistake(
                "none",
                f"From {sides[0]} to {sides[-1]}: something halved it.",
                f"从 {sides[0]} 到 {sides[-1]}：总有一层做了减半。",
            ),
        ],
        snippet="from torchvision.models import resnet50\n\n"
        f"block = resnet50().{stage}[0]\n"
        'halving = [name for name in ("conv1", "conv2", "conv3") if getattr(block, name).stride == (2, 2)]\n'
        'print(*halving or ["none"])',
        facts={"before": sides[0], "after": sides[-1]},
    )


@halving_conv.second_way
def _halving_conv_by_hand(stage: str) -> str:
    block = getattr(_model(), stage)[0]
    strides = {name: getattr(block, name).stride for name in ("conv1", "conv2", "conv3")}
    return next((name for name, stride in strides.items() if stride == (2, 2)), "none")
