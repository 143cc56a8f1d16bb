"""What the weights' own transforms do to an image: sizes, range, mean and standard deviation."""

from typing import Annotated, Any

import torch
from torchvision.models import get_weight
from torchvision.transforms import functional

from quizapp.authoring import Choice, Grid, Int, Result, Text, Tolerance, Value, mistake, verifier

Weights = Annotated[
    str,
    Choice(
        "ResNet18_Weights.IMAGENET1K_V1",
        "ResNet50_Weights.IMAGENET1K_V1",
        "ResNet50_Weights.IMAGENET1K_V2",
        "AlexNet_Weights.IMAGENET1K_V1",
        "VGG16_Weights.IMAGENET1K_V1",
        "VGG16_Weights.IMAGENET1K_FEATURES",
        "SqueezeNet1_0_Weights.IMAGENET1K_V1",
        "DenseNet161_Weights.IMAGENET1K_V1",
        "Inception_V3_Weights.IMAGENET1K_V1",
        "GoogLeNet_Weights.IMAGENET1K_V1",
        "ShuffleNet_V2_X1_0_Weights.IMAGENET1K_V1",
        "MobileNet_V2_Weights.IMAGENET1K_V1",
        "MobileNet_V2_Weights.IMAGENET1K_V2",
        "ResNeXt50_32X4D_Weights.IMAGENET1K_V1",
        "ResNeXt50_32X4D_Weights.IMAGENET1K_V2",
        "Wide_ResNet50_2_Weights.IMAGENET1K_V1",
        "Wide_ResNet50_2_Weights.IMAGENET1K_V2",
        "MNASNet1_0_Weights.IMAGENET1K_V1",
        "EfficientNet_B3_Weights.IMAGENET1K_V1",
        "EfficientNet_V2_S_Weights.IMAGENET1K_V1",
        "EfficientNet_V2_L_Weights.IMAGENET1K_V1",
        "ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1",
    ),
]
Channel = Annotated[str, Choice("red", "green", "blue")]
Kind = Annotated[str, Choice("uint8", "float32")]
Side = Annotated[int, Int(8, 4000, often=(32, 224, 480, 640, 1080, 1920))]

_CHANNELS = ("red", "green", "blue")
_START = "import torch\nfrom torchvision.models import get_weight\n\n"


def _transforms(weights: str, **changed: Any) -> Any:
    return get_weight(weights).transforms(**changed)


def _through(transforms: Any, value: float, kind: str, channel: str) -> float:
    """What becomes of one channel of an image that is `value` everywhere."""
    image = torch.full((3, 40, 40), value, dtype=getattr(torch, kind), device="cpu")
    return float(transforms(image)[_CHANNELS.index(channel), 0, 0])


@verifier("torchvision")
def sizes(weights: Weights) -> Result:
    """To what a set of weights resizes the shorter side, and what it cuts out: `256 → 224`."""
    image = torch.zeros(3, 400, 500, device="cpu")
    transforms = _transforms(weights)
    crop = int(transforms(image).shape[-1])
    resize = int(transforms.resize_size[0])
    usual = [
        f"{one} → {other}" for one, other in ((256, 224), (224, 224), (232, 224), (299, 299), (342, 299), (320, 300))
    ]
    value = f"{resize} → {crop}"
    return Result(
        value,
        steps=[Text(f"resize {resize}, centre crop {crop}", f"缩放 {resize}，中心裁剪 {crop}")],
        mistakes=[
            mistake("256 → 224", "That is the preprocessing of most older weights.", "那是大多数较早权重的预处理。"),
            mistake(
                f"{crop} → {crop}",
                f"{crop} is what is cut out; the shorter side is first resized to something larger.",
                f"{crop} 是裁剪的尺寸；短边会先缩放到更大的值。",
            ),
            mistake(
                "232 → 224",
                "That is the preprocessing of IMAGENET1K_V2 sets, such as ResNet-50's.",
                "那是 IMAGENET1K_V2 一类权重的预处理，例如 ResNet-50 的。",
            ),
        ],
        distractors=[one for one in usual if one != value],
        facts={"resize": resize, "crop": crop, "share": round(100 * crop / resize, 1)},
    )


@sizes.second_way
def _sizes_by_keywords(weights: str) -> str:
    given = get_weight(weights).transforms.keywords
    return f"{given.get('resize_size', 256)} → {given['crop_size']}"


@verifier("torchvision", where="max(height, width) <= 4 * min(height, width)")
def resized(weights: Weights, height: Side, width: Side) -> Result:
    """Height and width after the first step of a set of weights' transforms, before the crop."""
    transforms = _transforms(weights)
    side = int(transforms.resize_size[0])
    image = torch.zeros(3, height, width, device="cpu")
    whole = functional.resize(image, transforms.resize_size, interpolation=transforms.interpolation)
    rows, columns = whole.shape[-2:]
    value: list[Value] = [rows, columns]
    square: list[Value] = [side, side]
    left = int(transforms.crop_size[0])
    return Result(
        value,
        steps=[
            Text(f"the shorter side: {min(height, width)} → {side}", f"短边：{min(height, width)} → {side}"),
            Text(
                f"the longer one: ⌊{side} · {max(height, width)} / {min(height, width)}⌋ = {max(rows, columns)}",
                f"长边：⌊{side} · {max(height, width)} / {min(height, width)}⌋ = {max(rows, columns)}",
            ),
        ],
        mistakes=[
            mistake(
                square,
                "One number sets the shorter side; the longer keeps the proportions.",
                "只给一个数时缩放的是短边，长边按比例变化。",
            ),
            mistake([left, left], "That is after the crop.", "这是裁剪之后的尺寸。"),
            mistake(
                [side * height // max(height, width), side * width // max(height, width)],
                "That fits the longer side to the number; it is the shorter one.",
                "这是把长边缩放到该值；实际缩放的是短边。",
            ),
            mistake([columns, rows], "Height and width are swapped.", "高和宽写反了。"),
        ],
        facts={"side": side, "left": left, "larger": max(rows, columns)},
    )


@resized.second_way
def _resized_by_hand(weights: str, height: int, width: int) -> list[int]:
    side = int(get_weight(weights).transforms.keywords.get("resize_size", 256))
    short = min(height, width)
    return [side * height // short, side * width // short]


@verifier("torchvision")
def pixel(
    weights: Weights,
    channel: Channel,
    value: Annotated[int, Int(0, 255, often=(0, 64, 128, 255))],
    kind: Kind = "uint8",
) -> Result:
    """What a set of weights' transforms make of one channel of an image that has the same value everywhere."""
    transforms = _transforms(weights)
    found = _through(transforms, value, kind, channel)
    at = _CHANNELS.index(channel)
    mean, std = transforms.mean[at], transforms.std[at]
    scaled = value / 255 if kind == "uint8" else value
    other = value if kind == "uint8" else value / 255
    return Result(
        found,
        steps=[
            *(
                [f"{value} / 255 = {scaled:.4f}"]
                if kind == "uint8"
                else [Text("float32: not divided", "float32：不除以 255")]
            ),
            f"({scaled:.4f} − {mean:g}) / {std:g} = {found:.4f}",
        ],
        mistakes=[
            mistake(scaled, "That is before mean and std.", "这还没有减均值、除以标准差。"),
            mistake(
                (other - mean) / std,
                "A uint8 image is divided by 255 first." if kind == "uint8" else "Only integers are divided by 255.",
                "uint8 图像要先除以 255。" if kind == "uint8" else "只有整数类型才会除以 255。",
            ),
            mistake(scaled - mean, "The difference is still to be divided by std.", "还要再除以标准差。"),
        ],
        tolerance=Tolerance(absolute=0.012, relative=0.005),
        snippet=f'{_START}transforms = get_weight("{weights}").transforms()\n'
        f"image = torch.full((3, 300, 300), {value}, dtype=torch.{kind})\n"
        f"print(transforms(image)[{at}, 0, 0].item())",
        facts={"mean": mean, "std": std, "scaled": scaled},
    )


@pixel.second_way
def _pixel_by_hand(weights: str, channel: str, value: int, kind: str = "uint8") -> float:
    given = get_weight(weights).transforms.keywords
    at = _CHANNELS.index(channel)
    mean = given.get("mean", (0.485, 0.456, 0.406))[at]
    std = given.get("std", (0.229, 0.224, 0.225))[at]
    return float(((value / 255 if kind == "uint8" else value) - mean) / std)


@verifier("torchvision")
def statistics(weights: Weights, channel: Channel) -> Result:
    """Mean and standard deviation that a set of weights normalises a channel with, read off two images."""
    transforms = _transforms(weights)
    black, white = (_through(transforms, value, "uint8", channel) for value in (0, 255))
    std = 1 / (white - black)
    mean = -black * std
    usual, at_channel = _transforms("ResNet18_Weights.IMAGENET1K_V1"), _CHANNELS.index(channel)
    value: list[Value] = [round(mean, 3), round(std, 3)]
    return Result(
        value,
        steps=[
            f"0 → {black:.4f}, 255 → {white:.4f}",
            f"std = 1 / ({white:.4f} − {black:.4f}) = {std:.4f}",
            f"mean = {mean:.4f}",
        ],
        mistakes=[
            mistake(
                [0.5, 0.5],
                "That would map 0..1 to -1..1, as few sets of weights do it; this one has other figures.",
                "那样是把 0 到 1 映射到 -1 到 1，只有少数权重这么做；这一套用的不是这组数。",
            ),
            mistake(
                [usual.mean[at_channel], usual.std[at_channel]],
                "Those are the figures that nearly all sets share; this one has its own.",
                "那是绝大多数权重共用的数值；这一套另有自己的。",
            ),
            mistake([round(std, 3), round(mean, 3)], "Mean and std are swapped.", "均值和标准差写反了。"),
            *(
                mistake([transforms.mean[at], transforms.std[at]], f"That is {name}.", f"那是{'红绿蓝'[at]}色通道的。")
                for at, name in enumerate(_CHANNELS)
                if name != channel
            ),
        ],
        tolerance=Tolerance(absolute=0.002),
        facts={"black": black, "white": white},
    )


@statistics.second_way
def _statistics_by_attribute(weights: str, channel: str) -> list[float]:
    transforms, at = _transforms(weights), _CHANNELS.index(channel)
    return [round(transforms.mean[at], 3), round(transforms.std[at], 3)]


@verifier("torchvision")
def scaled(
    weights: Weights, value: Annotated[float, Grid(0.0, 255.0, 0.5, often=(0.0, 1.0, 255.0))], kind: Kind
) -> Result:
    """What a pixel's value is right before it is normalised: the transforms run with mean 0 and std 1."""
    plain = _transforms(weights, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    return Result(_through(plain, value, kind, "red"), tolerance=Tolerance(absolute=1e-4))


@scaled.second_way
def _scaled_by_hand(weights: str, value: float, kind: str) -> float:
    return int(value) / 255 if kind == "uint8" else value


@verifier("torchvision")
def reaches(weights: Weights, side: Annotated[int, Int(1, 600, often=(224, 225, 299))] = 224) -> Result:
    """Whether a set of weights' transforms leave at least `side` × `side` pixels, of small images and of large ones."""
    transforms = _transforms(weights)
    left = [transforms(torch.zeros(3, high, wide, device="cpu")).shape[-2:] for high, wide in ((32, 48), (600, 480))]
    return Result(all(min(shape) >= side for shape in left), steps=[f"{tuple(shape)}" for shape in left])


@reaches.second_way
def _reaches_by_keyword(weights: str, side: int = 224) -> bool:
    return int(get_weight(weights).transforms.keywords["crop_size"]) >= side


@verifier(
    "torchvision",
    examples=[
        ({"weights": "ResNet18_Weights.IMAGENET1K_V1"}, True),
        ({"weights": "VGG16_Weights.IMAGENET1K_FEATURES"}, True),
    ],
)
def normalises(weights: Weights) -> Result:
    """Whether a set of weights' transforms normalise after scaling to 0..1."""
    plain = _transforms(weights, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    found = _through(_transforms(weights), 255, "uint8", "red")
    return Result(abs(found - _through(plain, 255, "uint8", "red")) > 1e-3)
