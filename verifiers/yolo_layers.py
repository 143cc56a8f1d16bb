"""What YOLOv3's layers are: how many convolutions, which with batch norm, and what makes the predictions."""

from typing import Annotated

from torch import nn

from quizapp.authoring import Choice, Int, Mistake, Result, mistake, verifier
from verifiers.darknet_layers import Convolutional, YoloV3, on_meta

Classes = Annotated[int, Int(1, 1000, often=(1, 20, 80))]


@verifier("torch", shapes_only=True)
def convolutions(part: Annotated[str, Choice("backbone", "scale", "after", "whole", "plain")]) -> Result:
    """How many nn.Conv2d YOLOv3 has: taken from Darknet-53, in one scale's branch, after it, in all, without norm."""
    model = on_meta(YoloV3)
    after = [*model.necks, *model.heads, *model.upward]
    chosen: list[nn.Module] = {
        "backbone": [model.stem, model.stages],
        "scale": [model.necks[0], model.heads[0]],
        "after": after,
        "whole": [model],
        "plain": [model],
    }[part]
    normed = {one for block in model.modules() if isinstance(block, Convolutional) for one in block}
    found = [one for block in chosen for one in block.modules() if isinstance(one, nn.Conv2d)]
    value = sum(one not in normed for one in found) if part == "plain" else len(found)
    backbone = sum(isinstance(one, nn.Conv2d) for one in [*model.stem.modules(), *model.stages.modules()])
    whole = sum(isinstance(one, nn.Conv2d) for one in model.modules())
    return Result(
        value,
        steps=[
            f"Darknet-53: {backbone}",
            f"3·(5 + 2) + 2 = {whole - backbone}",
            f"{backbone} + {whole - backbone} = {whole}",
        ],
        mistakes=_miscounted(part, value),
        snippet=_COUNT.format(
            shown={
                "backbone": "backbone",
                "scale": "branch",
                "after": "3 * branch + 2",
                "whole": "backbone + 3 * branch + 2",
                "plain": "3 * last",
            }[part]
        ),
        facts={"backbone": backbone, "whole": whole, "after": whole - backbone},
    )


def _miscounted(part: str, value: int) -> list[Mistake]:
    """What is easily left out of a part, or put into it."""
    last = mistake(
        value + 1,
        "Darknet-53's last layer is left out: a detector needs the maps, not the classes.",
        "Darknet-53 的最后一层不用：检测需要的是特征图，不是类别。",
    )
    upward = mistake(
        value - 2, "The two 1 × 1 before the upsamplings are missing.", "漏了两次上采样之前的两个 1 × 1 卷积。"
    )
    plain = mistake(value - 3, "The three that make the predictions are missing.", "漏了生成预测的三个卷积。")
    return {
        "backbone": [last],
        "scale": [
            mistake(value - 1, "The 1 × 1 that makes the prediction is missing.", "漏了生成预测的 1 × 1 卷积。"),
            mistake(value - 2, "A 3 × 3 and the prediction follow those five.", "这五个之后还有一个 3 × 3 和预测层。"),
        ],
        "after": [upward, plain],
        "whole": [last, upward, plain],
        "plain": [
            mistake(1, "There is one for each of the three scales.", "三个尺度各有一个。"),
            mistake(9, "One layer predicts for all three anchors of its scale.", "同一尺度的三个锚框由同一层预测。"),
        ],
    }[part]


@convolutions.second_way
def _convolutions_by_timm(part: str) -> int:
    import timm

    net = on_meta(lambda: timm.create_model("darknet53", features_only=True))
    backbone = sum(isinstance(one, nn.Conv2d) for one in net.modules())
    return {"backbone": backbone, "scale": 7, "after": 23, "whole": backbone + 23, "plain": 3}[part]


_COUNT = """\
import timm
import torch
from torch import nn

with torch.device("meta"):
    net = timm.create_model("darknet53", features_only=True)
backbone = sum(isinstance(one, nn.Conv2d) for one in net.modules())
last = 1  # the plain 1 × 1 convolution
branch = 6 + last  # 1 × 1 and 3 × 3 in turn, three times, and the last
print({shown})"""


@verifier("torch", shapes_only=True)
def prediction_parameters(inputs: Annotated[int, Choice(256, 512, 1024)], classes: Classes = 80) -> Result:
    """How many parameters the layer has that makes the predictions from `inputs` channels."""
    model = on_meta(lambda: YoloV3(classes))
    lasts = [[one for one in head.modules() if isinstance(one, nn.Conv2d)][-1] for head in model.heads]
    layer = next(one for one in lasts if one.in_channels == inputs)
    total, outputs = sum(one.numel() for one in layer.parameters()), layer.out_channels
    return Result(
        total,
        steps=[f"3·(5 + {classes}) = {outputs}", f"{inputs}·{outputs} + {outputs} = {total}"],
        mistakes=[
            mistake(
                inputs * outputs,
                "The bias is missing; without batch norm behind it, a convolution keeps its own.",
                "漏了偏置；后面没有批归一化，卷积就保留自己的偏置。",
            ),
            mistake(
                inputs * outputs + 2 * outputs,
                "That is a Convolutional with batch norm; this layer is a plain Conv2d with a bias.",
                "这是带批归一化的 Convolutional；这一层是带偏置的普通 Conv2d。",
            ),
            mistake(
                9 * inputs * outputs + outputs,
                "Its kernel is 1 × 1; the 3 × 3 stands before it.",
                "它的核是 1 × 1；3 × 3 在它前面。",
            ),
            mistake(
                inputs * (classes + 5) + classes + 5,
                "Each cell predicts three boxes.",
                "每个格子预测三个框。",
            ),
        ],
        snippet="from torch import nn\n\n"
        f"layer = nn.Conv2d({inputs}, 3 * (5 + {classes}), 1)\n"
        "print(sum(one.numel() for one in layer.parameters()))",
        facts={"outputs": outputs},
    )


@prediction_parameters.second_way
def _prediction_parameters_by_hand(inputs: int, classes: int = 80) -> int:
    return (inputs + 1) * 3 * (5 + classes)


@verifier("torch", shapes_only=True)
def parts(where: Annotated[str, Choice("backbone", "neck", "prediction")] = "backbone") -> Result:
    """The layers of a Convolutional of the backbone or a neck, or of what makes YOLOv3's predictions, as they run."""
    model = on_meta(YoloV3)
    found = [one for one in model.heads[0].modules() if isinstance(one, nn.Conv2d)][-1]
    neck = next(one for one in model.necks[0].modules() if isinstance(one, Convolutional))
    layer = {"backbone": [*model.stem], "neck": [*neck], "prediction": [found]}[where]
    return Result(
        " + ".join(type(one).__name__ for one in layer),
        steps=[repr(one) for one in layer],
    )


@parts.second_way
def _parts_by_timm(where: str = "backbone") -> str:
    """The same of timm's block; for the prediction what the configuration says, neither norm nor activation."""
    import timm

    if where == "prediction":
        return "Conv2d"
    kinds = (nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU)
    layers = [
        one for name, one in on_meta(lambda: timm.create_model("darknet53")).named_modules() if name.startswith("stem.")
    ]
    return " + ".join(kind.__name__ for one in layers for kind in kinds if isinstance(one, kind))
