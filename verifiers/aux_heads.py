"""What Inception v3 and GoogLeNet return: one tensor, or with their auxiliary classifiers a tuple."""

from typing import Annotated

from torch import Tensor

from quizapp.authoring import Choice, Code, Int, Result, Text, Value, mistake, verifier
from verifiers.execution import execute
from verifiers.zoo import META, build, run

Mode = Annotated[str, Choice("train", "eval")]
Name = Annotated[str, Choice("inception_v3", "googlenet")]
Batch = Annotated[int, Int(1, 256, often=(8, 16, 32, 64))]
Several = Annotated[int, Int(2, 256, often=(8, 16, 32, 64))]  # batch norm needs two images in training
Classes = Annotated[int, Int(2, 1000, often=(10, 100, 1000))]
Flag = Annotated[bool, Choice(True, False)]

_HEADS = {"inception_v3": 2, "googlenet": 3}
_SIDE = 299


@verifier("torchvision")
def returned(
    mode: Mode,
    side: Annotated[int, Int(75, 512, often=(224, 256, 298, 299))],
    batch: Batch = 32,
    aux_logits: Flag = True,
) -> Result:
    """What Inception v3 returns for a batch of square images: the type's name, or that of the exception."""
    network = build("inception_v3", aux_logits=aux_logits, init_weights=False).train(mode == "train")
    try:
        value = type(run(network, batch, side)).__name__
        steps = [Text(f"{mode}(), ({batch}, 3, {side}, {side}): {value}")]
    except (RuntimeError, ValueError) as error:
        value = type(error).__name__
        steps = [Text(f"{value}: {str(error).splitlines()[0]}")]
    return Result(
        value,
        steps=steps,
        mistakes=[
            mistake("Tensor", "That is what eval() returns.", "那是 eval() 时的返回值。"),
            mistake(
                "InceptionOutputs",
                "That takes training mode, the auxiliary classifier, enough pixels for it and more than one image.",
                "要返回它，得在训练模式、带辅助分类器、图像够大而且一批不止一张。",
            ),
            mistake(
                "RuntimeError",
                "The main path takes images from 75 pixels, and the auxiliary classifier in training from 299.",
                "主干接受 75 像素以上的图像，训练时辅助分类器需要 299 以上。",
            ),
            mistake(
                "ValueError",
                "Batch norm complains only in training, about a single image whose map has shrunk to 1 × 1.",
                "只有训练模式下、一批仅一张图且特征图缩到 1 × 1 时，批归一化才会报这个错。",
            ),
        ],
        facts={"map": _map(side)},
    )


@returned.second_way
def _returned_by_sides(mode: str, side: int, batch: int = 32, aux_logits: bool = True) -> str:
    if mode == "eval":
        return "Tensor"
    if aux_logits:
        if _aux(side) < 1:
            return "RuntimeError"
        if batch * _aux(side) ** 2 == 1:
            return "ValueError"
        return "InceptionOutputs"
    last = (_map(side) - 3) // 2 + 1
    return "ValueError" if batch * last**2 == 1 else "Tensor"


@verifier("torchvision")
def logits(model: Name, mode: Mode, batch: Several, classes: Classes = 1000, aux_logits: Flag = True) -> Result:
    """How many logits a model returns for a batch, those of its auxiliary classifiers among them."""
    network = build(model, num_classes=classes, aux_logits=aux_logits, init_weights=False).train(mode == "train")
    out = run(network, batch, _SIDE)
    tensors = {"logits": out} if isinstance(out, Tensor) else {name: getattr(out, name) for name in out._fields}
    value = sum(one.numel() for one in tensors.values())
    return Result(
        value,
        steps=[*(f"{name}: {batch} · {one.shape[1]}" for name, one in tensors.items()), f"= {value:,}"],
        mistakes=[
            mistake(
                batch * classes,
                "That is the main classifier alone; the auxiliary ones return as many each.",
                "这只是主分类器的；每个辅助分类器都返回同样多。",
            ),
            mistake(
                _HEADS[model] * batch * classes,
                "The auxiliary classifiers return something only in train() and where they were built.",
                "辅助分类器只有在 train() 模式、而且确实建了的时候才有输出。",
            ),
            mistake(
                (5 - _HEADS[model]) * batch * classes,
                "GoogLeNet has two auxiliary classifiers, Inception v3 one.",
                "GoogLeNet 有两个辅助分类器，Inception v3 只有一个。",
            ),
            mistake(len(tensors), "That counts the tensors, not the logits.", "这是张量的个数，不是 logits 的个数。"),
        ],
        snippet=_LOGITS.format(model=model, mode=mode, batch=batch, classes=classes, aux_logits=aux_logits, side=_SIDE),
        facts={"tensors": len(tensors), "names": ", ".join(tensors), "names_zh": "、".join(tensors)},
    )


_LOGITS = """\
import torch
from torchvision import models

with torch.device("meta"), torch.no_grad():
    model = models.{model}(num_classes={classes}, aux_logits={aux_logits}, init_weights=False).{mode}()
    out = model(torch.zeros({batch}, 3, {side}, {side}))
print(sum(one.numel() for one in ([out] if isinstance(out, torch.Tensor) else out)))"""


@logits.second_way
def _logits_by_heads(model: str, mode: str, batch: int, classes: int = 1000, aux_logits: bool = True) -> int:
    return batch * classes * (_HEADS[model] if mode == "train" and aux_logits else 1)


@verifier("torchvision")
def prints(
    code: Annotated[str, Code()],
    model: Name = "googlenet",
    mode: Mode = "eval",
    batch: Several = 8,
    aux_logits: Flag = True,
) -> Result:
    """What a program with one of the two models prints, on the meta device; the rest only fills in the source."""
    with META:
        ran = execute(code)
    value = ran.printed if ran.error is None else ran.ending
    names = {"inception_v3": "InceptionOutputs", "googlenet": "GoogLeNetOutputs"}
    found: list[Value] = [f"{names[model]} {_HEADS[model]}", f"Tensor {batch}", "Tensor 1", f"{names[model]} {batch}"]
    said = [
        (
            "The tuple comes only from train(), and with auxiliary classifiers.",
            "只有 train() 且带辅助分类器才返回这个元组。",
        ),
        ("In train() the auxiliary classifiers' logits come as well.", "train() 模式下还会返回辅助分类器的 logits。"),
        ("The length of a tensor is its first side, the batch.", "张量的 len 是第一维，也就是批次大小。"),
        ("The length of a tuple is the number of its fields.", "元组的 len 是字段的个数。"),
    ]
    return Result(
        value,
        steps=[Text(f"prints {value}", f"打印 {value}")],
        mistakes=[mistake(one, en, zh) for one, (en, zh) in zip(found, said, strict=True)],
        snippet=code.rstrip(),
    )


@prints.second_way
def _prints_by_heads(
    code: str, model: str = "googlenet", mode: str = "eval", batch: int = 8, aux_logits: bool = True
) -> str:
    if mode == "eval" or not aux_logits:
        return f"Tensor {batch}"
    return "GoogLeNetOutputs 3" if model == "googlenet" else "InceptionOutputs 2"


def _map(side: int) -> int:
    """The side of the map in Inception v3 from which the auxiliary classifier starts, by the layers' arithmetic."""
    side = (side - 3) // 2 + 1 - 2
    side = (side - 3) // 2 + 1 - 2
    side = (side - 3) // 2 + 1
    return (side - 3) // 2 + 1


def _aux(side: int) -> int:
    """The side of the map that leaves the auxiliary classifier's last convolution; below 1 there is none."""
    return (_map(side) - 5) // 3 + 1 - 4
