"""Pretrained weights as timm names, prepares and adapts them; none are fetched."""

from typing import Annotated, Any
from unittest import mock

import timm
import torch
from PIL import Image
from timm.data.transforms_factory import create_transform
from timm.models import _builder
from torch import nn

from quizapp.authoring import Choice, Grid, Result, Tolerance, mistake, verifier


@verifier("timm")
def adapted(
    channels: Annotated[int, Choice(1, 2, 4, 5, 6)],
    red: Annotated[float, Grid(-1.0, 1.0, 0.1)],
    green: Annotated[float, Grid(-1.0, 1.0, 0.1)],
    blue: Annotated[float, Grid(-1.0, 1.0, 0.1)],
) -> Result:
    """What timm makes of one pretrained weight for red, green and blue where in_chans is `channels`: the first one."""
    colours = torch.tensor([red, green, blue], device="cpu").view(1, 3, 1, 1)
    weight = timm.models.adapt_input_conv(channels, colours)
    new = [round(one, 6) for one in weight.flatten().tolist()]
    total = red + green + blue
    return Result(
        new[0],
        steps=[f"({red:g}, {green:g}, {blue:g}) → ({', '.join(f'{one:.4g}' for one in new)})"],
        mistakes=[
            mistake(
                total / 3,
                "That is the mean; with three equal channels it would see a third of what it was trained on."
                if channels == 1
                else "The colours aren't mixed here; they are repeated and scaled.",
                "这是均值；三个通道相等时，响应只剩训练时的三分之一。"
                if channels == 1
                else "这里不混合颜色，而是重复再缩放。",
            ),
            mistake(
                red,
                "Red alone would drop what the filter knows of green and blue."
                if channels == 1
                else f"It is scaled by 3/{channels} too, so that {channels} channels add up to as much as three did.",
                "只取红色会丢掉卷积核在绿、蓝上学到的东西。"
                if channels == 1
                else f"还要乘以 3/{channels}，让 {channels} 个通道加起来与三个时相当。",
            ),
            mistake(
                0.299 * red + 0.587 * green + 0.114 * blue,
                "Those are the weights of brightness; timm doesn't use them.",
                "这是灰度换算的权重；timm 不用它。",
            ),
            mistake(
                total,
                "The sum belongs to in_chans=1.",
                "求和是 in_chans=1 时的做法。",
            ),
        ],
        tolerance=Tolerance(absolute=0.006),
        snippet="import timm\nimport torch\n\n"
        f"weight = torch.tensor([{red}, {green}, {blue}]).view(1, 3, 1, 1)\n"
        f"print(timm.models.adapt_input_conv({channels}, weight)[0, 0].item())",
        facts={"total": total},
    )


@adapted.second_way
def _adapted_by_hand(channels: int, red: float, green: float, blue: float) -> float:
    return red + green + blue if channels == 1 else red * 3 / channels


@verifier("timm", shapes_only=True)
def outputs(
    weights: Annotated[
        str,
        Choice(
            "resnet50.a1_in1k",
            "resnet50.tv_in1k",
            "vit_base_patch16_224.augreg_in21k",
            "vit_base_patch16_224.augreg_in21k_ft_in1k",
            "convnext_base.fb_in22k",
            "convnext_base.fb_in22k_ft_in1k",
            "vit_base_patch16_siglip_224.webli",
            "vit_small_patch14_dinov2.lvd142m",
            "convnext_nano.in12k",
            "convnext_nano.in12k_ft_in1k",
            "eva02_base_patch14_224.mim_in22k",
            "mobilenetv3_large_100.miil_in21k",
        ),
    ],
) -> Result:
    """How many classes a set of weights of timm tells apart; 0 where it has no classifier."""
    with torch.device("meta"):
        model: Any = timm.create_model(weights)
    classifier = model.get_classifier()
    count = int(classifier.out_features) if isinstance(classifier, nn.Linear) else 0
    tag = weights.partition(".")[2]
    return Result(
        count,
        steps=[
            f"tag = {tag}",
            f"get_classifier() = {f'Linear(…, {count})' if count else f'{classifier}'}",
        ],
        mistakes=[
            mistake(
                1000,
                "1000 are the classes of ImageNet-1k; this tag doesn't end with in1k.",
                "1000 类是 ImageNet-1k；这个标签不是以 in1k 结尾的。",
            ),
            *(mistake(other, *_last_trained(tag)) for other in (21841, 21843, 11821)),
            mistake(
                0,
                "Without a classifier are weights that were trained without labels, or on texts; these had classes.",
                "没有分类层的，是不用标签训练或用文本训练的权重；这一套是按类别训练的。",
            ),
        ],
        facts={"tag": tag},
    )


def _last_trained(tag: str) -> tuple[str, str]:
    """What a tag says about the last training, in English and in Chinese."""
    if "ft_in1k" in tag:
        return (
            "What comes last in the tag decides: ft_in1k is fine-tuned on the 1000 classes.",
            "标签里最后一项说了算：ft_in1k 表示又在 1000 类上微调过。",
        )
    if "mim" in tag:
        return (
            "The images are those of in22k, but mim is masked image modelling: the labels weren't used.",
            "图像来自 in22k，但 mim 是掩码图像建模，没有用到标签。",
        )
    return (
        "The tag says on which data the weights were trained last.",
        "标签说明权重最后是在哪个数据集上训练的。",
    )


@outputs.second_way
def _outputs_by_configuration(weights: str) -> int:
    configuration = timm.get_pretrained_cfg(weights)
    assert configuration is not None
    return int(configuration.num_classes)


@verifier("timm", shapes_only=True)
def purpose(
    weights: Annotated[
        str,
        Choice(
            "resnet50.a1_in1k",
            "convnext_base.fb_in22k",
            "vit_small_patch14_dinov2.lvd142m",
            "eva02_base_patch14_224.mim_in22k",
        ),
    ],
) -> Result:
    """Whether a set of weights of timm comes with a classifier."""
    with torch.device("meta"):
        model: Any = timm.create_model(weights)
    trained = isinstance(model.get_classifier(), nn.Linear)
    return Result("classifies images" if trained else "gives features", steps=[repr(model.get_classifier())])


@purpose.second_way
def _purpose_by_configuration(weights: str) -> str:
    return "classifies images" if _outputs_by_configuration(weights) else "gives features"


# Through which timm reaches for weights.
_DOORS = ("load_state_dict_from_hf", "load_state_dict_from_url", "load_custom_from_hf", "download_cached_file")


class _Fetched(BaseException):  # no error: it ends the call where timm would fetch weights
    """timm has come to where it fetches weights."""


def _fetch(where: str, *_: Any, **__: Any) -> None:
    raise _Fetched(where)


@verifier("timm", shapes_only=True)
def happens(
    call: Annotated[
        str,
        Choice(
            '"resnet50"',
            '"resnet50.tv_in1k"',
            '"resnet50", pretrained=True',
            '"resnet50.tv_in1k", pretrained=True',
            '"resnet50x"',
            '"resnet50.imagenet"',
            '"darknet17", pretrained=True',
            '"ResNet50"',
            '"torchvision/resnet50"',
            '"resnet50", pretrainde=True',
            '"resnet50", pretrained=True, num_classes=10',
        ),
    ],
) -> Result:
    """What timm.create_model does when called so; where it would fetch weights, that step is only noted."""
    said = ""
    with mock.patch.dict(vars(_builder), dict.fromkeys(_DOORS, _fetch)), torch.device("meta"):
        try:
            model = eval(f"timm.create_model({call})", {"timm": timm})  # noqa: S307  # one of the calls above
            value, said = "random", f"{type(model).__name__}"
        except _Fetched as fetched:
            value, said = "loads", str(fetched)
        except Exception as error:
            value, said = type(error).__name__, f"{type(error).__name__}: {error}".rstrip(".")
    return Result(
        value,
        steps=[said],
        mistakes=[
            mistake(
                "loads",
                "Weights come with pretrained=True alone, whatever tag the name has."
                if value == "random"
                else f"It doesn't get that far: {said}",
                "只有 pretrained=True 才会加载权重，名字里带标签也一样。"
                if value == "random"
                else f"还没走到那一步：{said}",
            ),
            mistake(
                "random",
                "With pretrained=True timm goes for weights, and fills in what it finds."
                if value == "loads"
                else f"timm refuses it: {said}",
                "有 pretrained=True，timm 就会去取权重。" if value == "loads" else f"timm 会直接报错：{said}",
            ),
            mistake(
                "RuntimeError",
                "The name, its tag and the weights exist, so nothing is wrong with them.",
                "名称、标签和权重都存在，这方面没有问题。",
            ),
            mistake(
                "TypeError",
                "The arguments are ones that timm knows.",
                "这里的参数 timm 都认识。",
            ),
        ],
        facts={"said": said},
    )


@happens.second_way
def _happens_by_registry(call: str) -> str:
    """What the registry says of the name, its tag and its weights."""
    name, options = eval(f"(lambda name, **options: (name, options))({call})")  # noqa: S307  # one of the calls above
    architecture, _, tag = name.partition(".")
    if "/" in name:
        return "ValueError"
    if not timm.is_model(architecture) or (tag and name not in timm.list_pretrained()):
        return "RuntimeError"
    if not {*options} <= {"pretrained", "num_classes"}:
        return "TypeError"
    if not options.get("pretrained"):
        return "random"
    return "loads" if timm.is_model_pretrained(architecture) else "RuntimeError"


@verifier("timm")
def resized(
    size: Annotated[int, Choice(160, 192, 224, 240, 256, 288, 299, 384)],
    crop: Annotated[float, Choice(0.875, 0.9, 0.95, 1.0)],
) -> Result:
    """To how many pixels timm's transform for evaluation brings an image's shorter side before it crops the centre."""
    transform = create_transform(input_size=(3, size, size), crop_pct=crop, is_training=False)
    first = transform.transforms[0](Image.new("RGB", (1000, 750)))
    side = min(first.size)
    return Result(
        side,
        steps=[f"⌊{size} / {crop}⌋ = {side}", f"750 × 1000 → {first.size[1]} × {first.size[0]} → {size} × {size}"],
        mistakes=[
            mistake(size, "That is what is left after the crop.", "这是裁剪之后的边长。"),
            mistake(
                int(size * crop),
                "The crop is that share of the resized image, so divide.",
                "裁剪区域占缩放后图像的这个比例，所以应当用除法。",
            ),
            mistake(256, "256 belongs to 224 at 0.875.", "256 是 224、0.875 时的值。"),
        ],
        tolerance=Tolerance(absolute=1),
        snippet="import timm\nfrom PIL import Image\n\n"
        f"transform = timm.data.create_transform(input_size=(3, {size}, {size}), crop_pct={crop})\n"
        'print(min(transform.transforms[0](Image.new("RGB", (1000, 750))).size))',
    )


@resized.second_way
def _resized_by_hand(size: int, crop: float) -> int:
    return int(size / crop)
