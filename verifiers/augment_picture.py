"""An image and its box before and after an augmentation, drawn."""

from typing import Annotated, Any

import numpy as np

from quizapp.authoring import Choice, Explored, Grid, Int, Picture, Result, mistake, verifier
from verifiers.augment_followed import followed
from verifiers.augment_library import A
from verifiers.drawing import beside, image
from verifiers.photos import photo

_SIDE = 16
# Turned by degrees, a box and its mask want finer pixels than the picture has.
_CLOSE = 8
_MADE: dict[str, Any] = {
    "HorizontalFlip": lambda: A.HorizontalFlip(p=1),
    "VerticalFlip": lambda: A.VerticalFlip(p=1),
    "Transpose": lambda: A.Transpose(p=1),
    "Rotate((90, 90))": lambda: A.Rotate((90, 90), p=1),
    "Rotate((-90, -90))": lambda: A.Rotate((-90, -90), p=1),
    "Rotate((180, 180))": lambda: A.Rotate((180, 180), p=1),
}
_EYES = {
    "HorizontalFlip": ("Left and right are exchanged, up and down are not.", "左右互换，上下不变。"),
    "VerticalFlip": ("Up and down are exchanged, left and right are not.", "上下互换，左右不变。"),
    "Transpose": (
        "The upper right corner goes to the lower left; the upper left stays.",
        "右上角换到左下角，左上角不动。",
    ),
    "Rotate((90, 90))": ("The upper right corner goes to the upper left.", "右上角转到左上角。"),
    "Rotate((-90, -90))": ("The upper left corner goes to the upper right.", "左上角转到右上角。"),
    "Rotate((180, 180))": ("Both pairs of sides are exchanged.", "上下、左右都互换。"),
}


@verifier("albumentations")
def which(
    transform: Annotated[
        str,
        Choice(
            "HorizontalFlip",
            "VerticalFlip",
            "Transpose",
            "Rotate((90, 90))",
            "Rotate((-90, -90))",
            "Rotate((180, 180))",
        ),
    ],
    name: Annotated[str, Choice("china", "flower")] = "china",
    left: Annotated[int, Choice(1, 2, 3)] = 2,
) -> Result:
    """Which transform made the right image, with its box, of the left one."""
    before = photo(_SIDE, _SIDE, name)
    box: list[Any] = [left, 10, left + 8, 14]
    pipeline = A.Compose([_MADE[transform]()], bbox_params=A.BboxParams(format="pascal_voc", label_fields=["labels"]))
    out = pipeline(image=before, bboxes=[box], labels=["cat"])
    moved: list[Any] = [round(float(one)) for one in out["bboxes"][0]]
    rows = beside(image(before.tolist(), marks=_outline(box)), image(out["image"].tolist(), marks=_outline(moved)))
    return Result(
        transform,
        steps=[f"{box} → {moved}"],
        mistakes=[mistake(one, *_EYES[one]) for one in _MADE if one != transform],
        distractors=[one for one in _MADE if one != transform],
        snippet="import numpy as np\nimport albumentations as A\n\n"
        'params = A.BboxParams(format="pascal_voc", label_fields=["labels"])\n'
        f"pipeline = A.Compose([A.{_call(transform)}], bbox_params=params)\n"
        f'out = pipeline(image=np.zeros((16, 16, 3), np.uint8), bboxes=[{box}], labels=["cat"])\n'
        'print([round(float(v)) for v in out["bboxes"][0]])',
        picture=Picture.of(rows),
        facts={"before": box, "after": moved, "sign_en": _EYES[transform][0], "sign_zh": _EYES[transform][1]},
    )


@which.second_way
def _which_by_numpy(transform: str, name: str = "china", left: int = 2) -> str:
    """Which of numpy's ways to turn an array gives the image that albumentations made."""
    before = photo(_SIDE, _SIDE, name)
    after = _MADE[transform]()(image=before)["image"]
    ways = {
        "HorizontalFlip": before[:, ::-1],
        "VerticalFlip": before[::-1],
        "Transpose": before.transpose(1, 0, 2),
        "Rotate((90, 90))": np.rot90(before),
        "Rotate((-90, -90))": np.rot90(before, -1),
        "Rotate((180, 180))": np.rot90(before, 2),
    }
    return next(way for way, made in ways.items() if np.array_equal(made, after))


@which.explore
def _followed(
    transform: str,
    name: str,
    left: int,
    *,
    angle: Annotated[int, Int(-90, 90)] = 0,
    zoom: Annotated[float, Grid(0.5, 2.0, 0.1)] = 1.0,
    shift: Annotated[float, Grid(-0.5, 0.5, 0.05)] = 0.0,
    brightness: Annotated[float, Grid(-0.6, 0.6, 0.1)] = 0.0,
) -> Explored:
    moved = A.Affine(rotate=(angle, angle), scale=(zoom, zoom), translate_percent={"x": (shift, shift), "y": 0}, p=1)
    lit = A.RandomBrightnessContrast((brightness, brightness), (0, 0), p=1)
    box = [_CLOSE * one for one in (left, 10, left + 8, 14)]
    return followed([_MADE[transform](), moved, lit], _CLOSE * _SIDE, _CLOSE * _SIDE, {"cat": box}, name=name)


def _outline(box: list[int]) -> dict[tuple[int, int], str]:
    left, top, right, bottom = box
    return {
        (row, column): "two"
        for row in range(top, bottom)
        for column in range(left, right)
        if row in (top, bottom - 1) or column in (left, right - 1)
    }


def _call(transform: str) -> str:
    return transform[:-1] + ", p=1)" if transform.endswith(")") else f"{transform}(p=1)"
