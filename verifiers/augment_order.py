"""Whether albumentations' transforms notice that an image's channels are in OpenCV's order, BGR."""

from typing import Annotated

import numpy as np

from quizapp.authoring import Choice, Result, verifier
from verifiers.augment_four import POSITIONS, SETTINGS, made, those
from verifiers.augment_library import A
from verifiers.photos import photo

# Without those that draw something for each channel: there the order would matter by chance alone.
Steady = Annotated[
    str,
    Choice(
        "HorizontalFlip",
        "VerticalFlip",
        "Transpose",
        "Resize",
        "CenterCrop",
        "RandomCrop",
        "ElasticTransform",
        "RandomBrightnessContrast",
        "RandomGamma",
        "GaussianBlur",
        "InvertImg",
        "Normalize",
        "HueSaturationValue",
        "ColorJitter",
        "CLAHE",
        "ToGray",
        "ToSepia",
        "RandomFog",
        "RandomRain",
        "Affine",
        "Perspective",
        "GridDistortion",
    ),
]


@verifier(
    "albumentations",
    where=[
        "first != second",
        "first != third",
        "first != fourth",
        "second != third",
        "second != fourth",
        "third != fourth",
    ],
    examples=[
        ({"first": "Transpose", "second": "ToGray", "third": "InvertImg", "fourth": "Normalize"}, ["second", "fourth"]),
        ({"first": "Transpose", "second": "RandomGamma", "third": "InvertImg", "fourth": "CenterCrop"}, []),
    ],
)
def care_about_order(first: Steady, second: Steady, third: Steady, fourth: Steady) -> Result:
    """Which of four transforms treat a BGR image otherwise than the same image in RGB, the channels swapped back."""
    rgb = photo(32, 32, "flower")
    bgr = np.ascontiguousarray(rgb[..., ::-1])

    def differs(name: str) -> bool:
        there, back = (made(name)(image=image)["image"] for image in (rgb, bgr))
        return not np.allclose(there, back[..., ::-1])

    return those(
        (first, second, third, fourth), differs, "another picture", "结果不同", "the same picture", "结果相同", _ORDERS
    )


@care_about_order.second_way
def _order_on_floats(first: str, second: str, third: str, fourth: str) -> list[str]:
    """The same with noise from 0 to 1 instead of a photograph, and without a pipeline."""
    noise = np.random.default_rng(0).random((40, 48, 3)).astype(np.float32)
    found = []
    for at, name in zip(POSITIONS, (first, second, third, fourth), strict=True):
        outs = []
        for image in (noise, np.ascontiguousarray(noise[..., ::-1])):
            one = getattr(A, name)(**SETTINGS.get(name, {}), p=1)
            one.set_random_seed(3)
            outs.append(one(image=image)["image"])
        if not np.allclose(outs[0], outs[1][..., ::-1], atol=1e-3):
            found.append(at)
    return found


_ORDERS = """\
for name in names:
    there = made(name, p=1)(image=photo)["image"]
    back = made(name, p=1)(image=photo[..., ::-1].copy())["image"][..., ::-1]
    print(name, not np.allclose(there, back))"""
