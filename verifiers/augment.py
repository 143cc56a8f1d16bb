"""What albumentations does to one image: to its pixel values, and in which layout it returns them."""

from typing import Annotated

import cv2
import numpy as np
from torchvision.transforms.functional import to_tensor

from quizapp.authoring import Choice, Int, Mistake, Result, Tolerance, mistake, verifier
from verifiers.augment_library import A

Byte = Annotated[int, Int(0, 255, often=(64, 128, 200))]


@verifier("albumentations")
def grey(red: Byte, green: Byte, blue: Byte, order: Annotated[str, Choice("BGR", "RGB")] = "BGR") -> Result:
    """The grey value that A.ToGray gives a pixel as cv2.imdecode reads it (BGR), or after cvtColor (RGB)."""
    stored = cv2.imencode(".png", np.full((2, 2, 3), (blue, green, red), dtype=np.uint8))[1]
    read = cv2.imdecode(stored, cv2.IMREAD_COLOR)
    assert read is not None
    found = {
        name: int(A.ToGray(p=1)(image=image)["image"][0, 0, 0])
        for name, image in (("BGR", read), ("RGB", cv2.cvtColor(read, cv2.COLOR_BGR2RGB)))
    }
    first, last = (blue, red) if order == "BGR" else (red, blue)
    value = found[order]
    return Result(
        value,
        steps=[f"0.299 · {first} + 0.587 · {green} + 0.114 · {last} ≈ {value}"],
        mistakes=[
            mistake(
                found["RGB" if order == "BGR" else "BGR"],
                "That is what the other order of the channels gives.",
                "这是另一种通道顺序的结果。",
            ),
            mistake(
                round((red + green + blue) / 3),
                "The channels don't weigh the same: the eye sees green as brightest.",
                "三个通道的权重不同：人眼觉得绿色最亮。",
            ),
        ],
        tolerance=Tolerance(absolute=1.0),
        snippet="import cv2\nimport numpy as np\nimport albumentations as A\n\n"
        f"image = np.full((2, 2, 3), ({blue}, {green}, {red}), np.uint8)  # as cv2.imread gives it\n"
        + ("" if order == "BGR" else "image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)\n")
        + 'print(A.ToGray(p=1)(image=image)["image"][0, 0, 0].item())',
        facts={"right": found["RGB"], "gap": abs(found["RGB"] - found["BGR"])},
    )


@grey.second_way
def _grey_by_weights(red: int, green: int, blue: int, order: str = "BGR") -> float:
    first, last = (blue, red) if order == "BGR" else (red, blue)
    return round(0.299 * first + 0.587 * green + 0.114 * last)


@verifier("albumentations")
def normalized(
    value: Byte,
    channel: Annotated[int, Int(0, 2)] = 0,
    divided: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """What A.Normalize with its defaults makes of a byte in one channel, or of value / 255 where it is `divided`."""
    transform = A.Normalize(p=1)
    image = np.full((1, 1, 3), value, dtype=np.uint8)
    found, other = (
        float(transform(image=one)["image"][0, 0, channel])
        for one in (
            (image / 255).astype(np.float32) if divided else image,
            image if divided else image / np.float32(255),
        )
    )
    mean, std = float(transform.mean[channel]), float(transform.std[channel])
    given = value / 255 if divided else value
    return Result(
        found,
        steps=[f"({given:g} / 255 − {mean:g}) / {std:g} = {found:.4f}"],
        mistakes=[
            mistake(
                other,
                "That would be right for bytes; here 255 is divided by twice."
                if divided
                else "That is what becomes of an image that was divided by 255 before.",
                "字节图像才是这个结果；这里除了两次 255。" if divided else "图像事先除过 255 才是这个结果。",
            ),
            mistake(
                (given - mean) / std,
                "The pixel is divided by max_pixel_value, 255, first.",
                "要先除以 max_pixel_value，也就是 255。",
            ),
            mistake(given / 255, "Mean and standard deviation are still missing.", "还没有减均值、除以标准差。"),
            mistake(given / 255 - mean, "It is divided by the standard deviation as well.", "还要除以标准差。"),
        ],
        tolerance=Tolerance(absolute=0.0051),
        snippet="import numpy as np\nimport albumentations as A\n\n"
        f"image = np.full((1, 1, 3), {value}, np.uint8){' / np.float32(255)' if divided else ''}\n"
        f'print(A.Normalize()(image=image)["image"][0, 0, {channel}].item())',
        facts={"mean": mean, "std": std, "black": -mean / std, "proper": other if divided else found},
    )


@normalized.second_way
def _normalized_by_torchvision(value: int, channel: int = 0, divided: bool = False) -> float:
    import torch
    from torchvision.models import ResNet18_Weights

    steps = ResNet18_Weights.IMAGENET1K_V1.transforms()
    share = torch.tensor(value / 255 / (255 if divided else 1))
    return float(share.sub(steps.mean[channel]).div(steps.std[channel]))


@verifier("albumentations")
def tensor_shape(
    height: Annotated[int, Int(1, 1080, often=(224, 480))],
    width: Annotated[int, Int(1, 1920, often=(224, 640))],
    depth: Annotated[int, Int(1, 6, often=(3,))] = 3,
    target: Annotated[str, Choice("image", "mask")] = "image",
) -> Result:
    """The shape in which ToTensorV2 gives back an image, or the mask beside it, of height × width × depth."""
    given = np.zeros((height, width, depth), dtype=np.uint8)
    out = A.ToTensorV2()(image=given, mask=given)
    return Result(
        list(out[target].shape),
        steps=[f"(H, W, C) = ({height}, {width}, {depth}) → {tuple(out[target].shape)}"],
        mistakes=[
            mistake(
                list(out["mask" if target == "image" else "image"].shape),
                "That is what becomes of the mask." if target == "image" else "That is what becomes of the image.",
                "这是掩码的结果。" if target == "image" else "这是图像的结果。",
            ),
            mistake([depth, width, height], "The rows come before the columns.", "行（高）在列（宽）之前。"),
            mistake(
                [1, depth, height, width],
                "There is no batch yet; the loader adds it.",
                "这里还没有批次维，由 DataLoader 加上。",
            ),
        ],
        snippet="import numpy as np\nimport albumentations as A\nfrom albumentations.pytorch import ToTensorV2\n\n"
        f"given = np.zeros(({height}, {width}, {depth}), np.uint8)\n"
        f'print(list(ToTensorV2()(image=given, mask=given)["{target}"].shape))',
    )


@tensor_shape.second_way
def _shape_by_rule(height: int, width: int, depth: int = 3, target: str = "image") -> list[int]:
    return [depth, height, width] if target == "image" else [height, width, depth]


@verifier("albumentations")
def tensor_value(value: Annotated[int, Int(2, 255, often=(51, 102, 255))]) -> Result:
    """What ToTensorV2 makes of the byte `value` of an image."""
    image = np.full((2, 2, 3), value, dtype=np.uint8)
    found = A.ToTensorV2()(image=image)["image"]
    scaled = to_tensor(image).max().item()
    return Result(
        found.max().item(),
        steps=[
            f"ToTensorV2: {found.dtype}, {found.max().item():g}",
            f"torchvision ToTensor: {to_tensor(image).dtype}, {scaled:.4f}",
        ],
        mistakes=[
            mistake(
                scaled,
                "torchvision's ToTensor divides by 255; ToTensorV2 doesn't.",
                "会除以 255 的是 torchvision 的 ToTensor，ToTensorV2 不会。",
            ),
            *_normalized_too(value),
        ],
        tolerance=Tolerance(absolute=0.001),
        snippet="import numpy as np\nfrom albumentations.pytorch import ToTensorV2\n\n"
        f'print(ToTensorV2()(image=np.full((2, 2, 3), {value}, np.uint8))["image"].max().item())',
        facts={"dtype": str(found.dtype), "scaled": scaled},
    )


@tensor_value.second_way
def _value_by_torch(value: int) -> float:
    import torch

    return torch.from_numpy(np.full((1, 1, 3), value, dtype=np.uint8)).permute(2, 0, 1).max().item()


def _normalized_too(value: int) -> list[Mistake]:
    return [
        mistake(
            normalized(value=value).value,
            "Only Normalize subtracts a mean.",
            "减均值是 Normalize 的事。",
        )
    ]
