"""Models that timm.create_model builds, run on the meta device: their features, their maps, their parameters."""

from typing import Annotated, Any

import timm
import torch
import torch._dynamo  # the first layer on the meta device loads it, for a second; loading isn't counted
from torch import Tensor, nn

from quizapp.authoring import Choice, Impossible, Int, Result, Value, mistake, verifier

Batch = Annotated[int, Int(1, 256, often=(1, 8, 32))]
Side = Annotated[int, Int(32, 1024, often=(224, 256, 384))]


def _built(name: str, **options: Any) -> nn.Module:
    with torch.device("meta"):
        model: nn.Module = timm.create_model(name, **options)
    return model.eval()


def _images(side: int, batch: int = 1) -> Tensor:
    return torch.empty(batch, 3, side, side, device="meta")


def _program(tail: str) -> str:
    return f'import timm\nimport torch\n\nwith torch.device("meta"):\n{tail}'


@verifier("timm", shapes_only=True)
def features(
    name: Annotated[
        str,
        Choice(
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet101",
            "vgg16",
            "densenet121",
            "vit_base_patch16_224",
            "vit_small_patch16_224",
            "convnext_tiny",
            "mobilenetv3_large_100",
            "efficientnet_b0",
            "darknet53",
        ),
    ],
    batch: Batch = 1,
) -> Result:
    """The shape that a model of timm returns for a batch of images of 224 × 224 when it has num_classes=0."""
    x = _images(224, batch)
    model = _built(name, num_classes=0)
    pooled, whole = model(x), model.forward_features(x)  # type: ignore[operator]
    width = int(pooled.shape[1])
    return Result(
        list(pooled.shape),
        steps=[
            f"forward_features: {list(whole.shape)}",
            f"forward_head: {list(pooled.shape)}",
        ],
        mistakes=[
            mistake(
                [batch, 1000],
                "That is the model with its classes; num_classes=0 takes the last layer away.",
                "这是带分类层的输出；num_classes=0 会去掉最后一层。",
            ),
            mistake(
                [batch, 0],
                "The last layer is replaced by nothing at all, not by one with 0 outputs.",
                "最后一层是被换成恒等映射，而不是换成 0 个输出的层。",
            ),
            mistake(
                [int(one) for one in whole.shape],
                "That is what the body gives before pooling; forward_features returns it, or global_pool=''.",
                "这是主干在池化之前的输出；要它就用 forward_features，或加上 global_pool=''。",
            ),
            mistake([batch, width, 1, 1], "timm flattens what the pooling gives.", "池化之后 timm 会展平。"),
        ],
        snippet=_program(
            f'    model = timm.create_model("{name}", num_classes=0).eval()\n'
            f"    print(list(model(torch.empty({batch}, 3, 224, 224)).shape))"
        ),
        facts={"width": width, "before": [int(one) for one in whole.shape]},
    )


@features.second_way
def _features_by_classifier(name: str, batch: int = 1) -> list[int]:
    """As many as the classifier of the whole model takes in."""
    classifier = _built(name).get_classifier()  # type: ignore[operator]
    return [batch, classifier.in_features]


# ConvNeXt's patches don't reach over the edge, so it rounds down where the others round up.
@verifier("timm", where="size % 32 == 0 or name != 'convnext_tiny'", shapes_only=True)
def feature_map(
    name: Annotated[str, Choice("resnet18", "resnet34", "resnet50", "resnet101", "convnext_tiny", "darknet53")],
    index: Annotated[int, Int(0, 5)],
    size: Side = 224,
) -> Result:
    """The shape of one of the maps that a model with features_only=True returns for one square image."""
    model = _built(name, features_only=True)
    maps = model(_images(size))
    if index >= len(maps):
        raise Impossible(f"{name} gives {len(maps)} maps")
    shapes = [[int(one) for one in item.shape] for item in maps]
    value: list[Value] = [*shapes[index]]
    channels, side = shapes[index][1], shapes[index][-1]
    bottlenecks = any(type(one).__name__ == "Bottleneck" for one in model.modules())
    return Result(
        value,
        steps=[f"[{at}]: {shape}" for at, shape in enumerate(shapes)],
        mistakes=[
            *(
                mistake(
                    [1, *shape[1:]],
                    f"That is maps[{at}]; count from maps[0], whose side is {shapes[0][-1]}.",
                    f"这是 maps[{at}]；要从 maps[0] 数起，它的边长是 {shapes[0][-1]}。",
                )
                for at, shape in enumerate(shapes)
                if at != index
            ),
            mistake(
                [1, channels // 4, side, side],
                "That is the width inside a bottleneck; what leaves it has four times as many channels.",
                "这是瓶颈块内部的通道数；输出是它的四倍。",
            )
            if bottlenecks and index
            else mistake(
                [1, 4 * channels, side, side],
                "Four times as many channels leave a bottleneck block, as from ResNet-50 on; here is none.",
                "输出扩大到 4 倍的是 ResNet-50 及更深网络的瓶颈块；这里没有。",
            ),
            mistake([1, channels], "The maps aren't pooled.", "特征图没有经过全局池化。"),
        ],
        snippet=_program(
            f'    model = timm.create_model("{name}", features_only=True).eval()\n'
            f"    print(list(model(torch.empty(1, 3, {size}, {size}))[{index}].shape))"
        ),
        facts={"channels": channels, "side": side, "stride": round(size / side), "maps": len(shapes)},
    )


@feature_map.second_way
def _feature_map_by_information(name: str, index: int, size: int = 224) -> list[int]:
    """What the model's own feature_info says of channels and reduction."""
    information: Any = _built(name, features_only=True).feature_info
    side = -(-size // information.reduction()[index])
    return [1, information.channels()[index], side, side]


@verifier("timm", where="first < second", shapes_only=True)
def reductions(
    name: Annotated[
        str,
        Choice("resnet18", "resnet50", "convnext_tiny", "swin_tiny_patch4_window7_224", "darknet53", "efficientnet_b0"),
    ],
    first: Annotated[int, Int(0, 4)],
    second: Annotated[int, Int(1, 5)],
) -> Result:
    """By how much two maps are smaller than the image, chosen with out_indices."""
    size = 224
    try:
        model = _built(name, features_only=True, out_indices=(first, second))
    except (IndexError, AssertionError):
        raise Impossible(f"{name} has no map {second}") from None
    maps = model(_images(size))
    # swin puts the channels last
    sides = [int(one.shape[1 if one.shape[1] == one.shape[2] else -1]) for one in maps]
    value: list[Value] = [size // side for side in sides]
    information: Any = model.feature_info
    every = [one["reduction"] for one in information.info]
    return Result(
        value,
        steps=[f"feature_info.reduction() = {every}", *(f"{size} / {side} = {size // side}" for side in sides)],
        mistakes=[
            mistake(
                [2**first, 2**second],
                f"That begins with the whole image; {name}'s first map is reduced by {every[0]}.",
                f"这是从原图算起；{name} 的第一张特征图已经缩小到 1/{every[0]}。",
            ),
            mistake(
                [2 ** (first + 1), 2 ** (second + 1)],
                f"{name}'s first map is reduced by {every[0]}, not by 2.",
                f"{name} 的第一张特征图缩小到 1/{every[0]}，而不是 1/2。",
            ),
            mistake(
                [2 ** (first + 2), 2 ** (second + 2)],
                f"{name}'s first map is reduced by {every[0]}, not by 4.",
                f"{name} 的第一张特征图缩小到 1/{every[0]}，而不是 1/4。",
            ),
        ],
        facts={"start": every[0], "maps": len(every)},
    )


@reductions.second_way
def _reductions_by_information(name: str, first: int, second: int) -> list[int]:
    information: Any = _built(name, features_only=True).feature_info
    return [information.reduction()[first], information.reduction()[second]]


@verifier("timm", shapes_only=True)
def same_as_torchvision(
    name: Annotated[
        str, Choice("resnet18", "resnet34", "resnet50", "resnet101", "resnext50_32x4d", "vgg16", "densenet121")
    ],
) -> Result:
    """How many parameters a model of timm has more than torchvision's of the same name."""
    from torchvision import models

    ours = sum(one.numel() for one in _built(name).parameters())
    with torch.device("meta"):
        theirs = sum(one.numel() for one in models.get_model(name).parameters())
    return Result(ours - theirs, steps=[f"timm {ours:,}, torchvision {theirs:,}"])


@same_as_torchvision.second_way
def _same_by_metadata(name: str) -> int:
    """Against what torchvision's weights say of themselves."""
    from torchvision import models

    stated = models.get_model_weights(name).DEFAULT.meta["num_params"]
    return sum(one.numel() for one in _built(name).parameters()) - int(stated)
