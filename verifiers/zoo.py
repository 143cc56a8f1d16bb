"""Twelve constructors of torchvision.models, built on the meta device: what they count, take and return."""

import warnings
from typing import Annotated, Any

import torch
import torchvision
from torch import Tensor, nn
from torchvision import models

from quizapp.authoring import Choice, Code, Int, Result, Text, Tolerance, Value, mistake, verifier
from verifiers.execution import execute

Model = Annotated[
    str,
    Choice(
        "resnet18",
        "alexnet",
        "vgg16",
        "squeezenet1_0",
        "densenet161",
        "inception_v3",
        "googlenet",
        "shufflenet_v2_x1_0",
        "mobilenet_v2",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "mnasnet1_0",
    ),
]
Classes = Annotated[int, Int(2, 1000, often=(10, 100, 1000))]
Batch = Annotated[int, Int(1, 256, often=(8, 16, 32, 64))]
Flag = Annotated[bool, Choice(True, False)]

VERSION = torchvision.__version__.partition("+")[0]
META = torch.device("meta")  # tensors have shapes there and no values, so that no model costs memory
_START = "import torch\nfrom torchvision import models\n\n"


def build(model: str, **options: Any) -> nn.Module:
    """The model of that name with random weights; what the constructor warns of is not passed on."""
    with META, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: nn.Module = getattr(models, model)(**options)
    return made


def count(module: nn.Module | None) -> int:
    """How many parameters a module has."""
    return sum(one.numel() for one in module.parameters()) if module is not None else 0


def run(network: nn.Module, batch: int, side: int, channels: int = 3) -> Any:
    """What a network returns for `batch` square images."""
    with META, torch.inference_mode():
        return network(torch.zeros(batch, channels, side, side))


@verifier("torchvision", examples=[({"model": "resnet18"}, "works"), ({"model": "mnasnet1_0"}, "works")])
def listed(model: Model) -> Result:
    """Whether torchvision.models has a constructor of that name, and it can be called as it is: `works` or why not."""
    if model not in models.list_models(module=models):
        return Result("not listed")
    ran = execute("import torchvision.models as models\n\nwith device:\n    made = models." + model + "()", device=META)
    return Result("works" if ran.error is None else ran.ending, steps=[f"torchvision {VERSION}"])


@verifier(
    "torchvision",
    examples=[
        ({"code": "from torchvision import models\nmodels.resnet18()"}, "runs"),
        ({"code": "from torchvision import models\nmodels.resnet18(pretrainde=True)"}, "TypeError"),
        ({"code": "from torchvision import models\nmodels.resnet18"}, "runs"),
        ({"code": "from torchvision import models\nmodels.resnet19()"}, "AttributeError"),
    ],
)
def runs(code: Annotated[str, Code()]) -> Result:
    """How a program that builds models ends: `runs`, or the name of its exception. Parameters stay on meta."""
    with META:
        ran = execute(code)
    return Result(
        ran.ending,
        steps=[f"{category}: {said}" for category, said in ran.warned] + ([str(ran.error)] if ran.error else []),
        facts={"warnings": len(ran.warned)},
    )


@verifier("torchvision")
def parameters(model: Model, aux_logits: Flag = True) -> Result:
    """How many million parameters a constructor builds; aux_logits only counts for Inception v3 and GoogLeNet."""
    heads = model in ("inception_v3", "googlenet")
    network = build(model, **({"aux_logits": aux_logits} if heads else {}))
    value = count(network) / 1e6
    parts = sorted(((count(part), name) for name, part in network.named_children()), reverse=True)
    largest = parts[:3]
    rest = count(network) - sum(amount for amount, _ in largest)
    found = [
        mistake(
            4 * value,
            "That is the size in megabytes: each parameter is a float32 of 4 bytes.",
            "这是以 MB 计的大小：每个参数是 4 字节的 float32。",
        )
    ]
    if heads:
        other = count(build(model, aux_logits=not aux_logits)) / 1e6
        said = ("without", "不含") if aux_logits else ("with", "含")
        found.append(
            mistake(
                other, f"That is the count {said[0]} the auxiliary classifiers.", f"这是{said[1]}辅助分类器的参数量。"
            )
        )
    asked = f"aux_logits={aux_logits}, init_weights=False" if heads else ""
    return Result(
        value,
        steps=[
            *(f"{name}: {amount:,}" for amount, name in largest if amount),
            *([Text(f"everything else: {rest:,}", f"其余部分：{rest:,}")] if rest else []),
            Text(f"together {count(network):,}", f"合计 {count(network):,}"),
        ],
        mistakes=found,
        tolerance=Tolerance(relative=0.1),
        snippet=f'{_START}with torch.device("meta"):\n    model = models.{model}({asked})\n'
        "print(sum(one.numel() for one in model.parameters()) / 1e6)",
        facts={
            "count": count(network),
            "largest": largest[0][1],
            "share": round(100 * largest[0][0] / count(network)),
            "metadata": metadata(model)["num_params"],
            "version": VERSION,
        },
    )


@parameters.second_way
def _parameters_by_metadata(model: str, aux_logits: bool = True) -> float:
    # The metadata counts Inception's auxiliary classifier, and leaves out GoogLeNet's two.
    stated = int(metadata(model)["num_params"])
    if model == "googlenet" and aux_logits:
        stated += sum(i * 128 + 2 * 128 + (2048 + 1) * 1024 + (1024 + 1) * 1000 for i in (512, 528))
    if model == "inception_v3" and not aux_logits:
        stated -= 768 * 128 + 2 * 128 + 25 * 128 * 768 + 2 * 768 + (768 + 1) * 1000
    return stated / 1e6


@verifier("torchvision")
def head(model: Model, classes: Classes) -> Result:
    """The shape of the weight of a model's last layer, for a number of classes."""
    network = build(model, num_classes=classes)
    name, layer = [pair for pair in network.named_modules() if isinstance(pair[1], nn.Linear | nn.Conv2d)][-1]
    shape: list[Value] = list(layer.weight.shape)
    kind = type(layer).__name__
    found = [mistake([shape[1], shape[0], *shape[2:]], "Outputs come first in a weight.", "权重的第一维是输出。")]
    if len(shape) == 4:
        found.append(
            mistake(
                shape[:2],
                f"The classifier of {model} is no Linear layer but a 1 × 1 convolution, so its weight has four sides.",
                f"{model} 的分类层不是 Linear，而是 1 × 1 卷积，权重有四维。",
            )
        )
    else:
        found.append(
            mistake(
                [*shape, 1, 1],
                "That is a 1 × 1 convolution's; here it is a Linear.",
                "那是 1 × 1 卷积的；这里是 Linear。",
            )
        )
    found.append(mistake([1000, *shape[1:]], "num_classes replaces the 1000.", "num_classes 会替换掉 1000。"))
    return Result(
        shape,
        steps=[f"{name} = {kind}({shape[1]}, {classes})", f"{name}.weight: {shape}"],
        mistakes=found,
        snippet=f'{_START}with torch.device("meta"):\n    model = models.{model}(num_classes={classes})\n'
        f'print(list(model.get_submodule("{name}").weight.shape))',
        facts={"name": name, "layer": kind, "inputs": shape[1], "amount": count(layer)},
    )


@head.second_way
def _head_by_running(model: str, classes: int) -> list[int]:
    network = build(model, num_classes=classes).eval()
    last: list[tuple[nn.Module, Tensor]] = []
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            layer.register_forward_hook(lambda layer, inputs, _: last.append((layer, inputs[0])))
    run(network, 1, 96)
    layer, came = last[-1]
    return [classes, came.shape[1]] + ([1, 1] if isinstance(layer, nn.Conv2d) else [])


@verifier("torchvision")
def output(
    model: Model,
    batch: Batch,
    side: Annotated[int, Int(75, 1024, often=(224, 256, 299))] = 224,
    classes: Classes = 1000,
) -> Result:
    """The shape that a model in eval mode returns for a batch of square RGB images."""
    network = build(model, num_classes=classes).eval()
    shape: list[Value] = list(run(network, batch, side).shape)
    return Result(
        shape,
        steps=[f"({batch}, 3, {side}, {side}) → ({batch}, {classes})"],
        mistakes=[
            mistake([batch, classes, 1, 1], "The last layer returns no map: it is flat.", "输出不是特征图，已经展平。"),
            mistake(
                [classes], "The batch stays: each image gets its own logits.", "批次维仍在：每张图像各有一组 logits。"
            ),
            mistake([batch, 1000], "num_classes says how many logits there are.", "num_classes 决定 logits 的个数。"),
            mistake([batch, 3, side, side], "That is what goes in.", "这是输入的形状。"),
        ],
        snippet=f'{_START}with torch.device("meta"):\n    model = models.{model}(num_classes={classes}).eval()\n'
        f"    out = model(torch.zeros({batch}, 3, {side}, {side}))\nprint(list(out.shape))",
    )


@output.second_way
def _one_row_an_image(model: str, batch: int, side: int = 224, classes: int = 1000) -> list[int]:
    return [batch, classes]


def first_weights(model: str) -> Any:
    """The oldest of a model's weights, a member of its WeightsEnum."""
    return models.get_model_weights(model)["IMAGENET1K_V1"]


def metadata(model: str) -> dict[str, Any]:
    """What torchvision states about a model's first weights: parameters, smallest input, accuracies."""
    meta: dict[str, Any] = first_weights(model).meta
    return meta
