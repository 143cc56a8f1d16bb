"""The formats in which albumentations takes boxes, and what it makes of a box in the wrong one."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from quizapp.authoring import Choice, Int, Result, Tolerance, mistake, verifier
from verifiers.augment_boxes import through
from verifiers.augment_library import A

Width = Annotated[int, Int(16, 1920, often=(224, 640))]
Height = Annotated[int, Int(16, 1080, often=(224, 480))]
At = Annotated[int, Int(0, 1900)]
Extent = Annotated[int, Int(1, 1900, often=(64, 100))]


@verifier("albumentations", where=["x + w <= width", "y + h <= height"])
def converted(
    width: Width,
    height: Height,
    x: At,
    y: At,
    w: Extent,
    h: Extent,
    to: Annotated[str, Choice("yolo", "pascal_voc", "albumentations")] = "yolo",
) -> Result:
    """A COCO box [x, y, w, h] in another format, by albumentations' own conversion."""
    forms = {one: _converted([x, y, w, h], one, width, height) for one in ("yolo", "pascal_voc", "albumentations")}
    size: list[Any] = [x / width, y / height, w / width, h / height]
    return Result(
        forms[to],
        steps=[f"coco: {[x, y, w, h]}", *(f"{name}: {_shown(value)}" for name, value in forms.items())],
        mistakes=[
            mistake(
                [*(round(one, 6) for one in size)],
                "Only divided by the image's sides; this format doesn't hold corner, width and height.",
                "只除以了图像的宽高；这种格式存的不是“左上角加宽高”。",
            ),
            *(mistake(value, f"That is the format {name}.", f"这是 {name} 格式。") for name, value in forms.items()),
        ],
        tolerance=Tolerance(absolute=0.0011),
        snippet="import numpy as np\nfrom albumentations.core.bbox_utils import (\n"
        "    convert_bboxes_from_albumentations,\n    convert_bboxes_to_albumentations,\n)\n\n"
        f"shape = ({height}, {width})\nbox = np.array([[{x}, {y}, {w}, {h}]], dtype=float)\n"
        'own = convert_bboxes_to_albumentations(box, "coco", shape)\n'
        + ("" if to == "albumentations" else f'own = convert_bboxes_from_albumentations(own, "{to}", shape)\n')
        + "print([round(v, 3) for v in own[0].tolist()])",
        facts={"shown": _shown(forms[to])},
    )


@converted.second_way
def _converted_by_hand(width: int, height: int, x: int, y: int, w: int, h: int, to: str = "yolo") -> list[float]:
    right, bottom = x + w, y + h
    if to == "pascal_voc":
        return [x, y, right, bottom]
    if to == "albumentations":
        return [x / width, y / height, right / width, bottom / height]
    return [(x + right) / 2 / width, (y + bottom) / 2 / height, w / width, h / height]


@verifier("albumentations")
def mislabelled(
    x: Annotated[int, Int(0, 300)],
    y: Annotated[int, Int(0, 200)],
    w: Annotated[int, Int(1, 300)],
    h: Annotated[int, Int(1, 200)],
) -> Result:
    """What happens to a COCO box [x, y, w, h] that is declared as pascal_voc: accepted, ValueError, or dropped."""
    said = ""
    try:
        got = through(A.NoOp(p=1), "pascal_voc", {"cat": [x, y, w, h]}, 640, 480)
        value = "accepted" if got else "dropped"
    except ValueError as error:
        value, said = "ValueError", str(error).split(" for bbox")[0]
    return Result(
        value,
        steps=[f"x_min = {x}, x_max = {w}; y_min = {y}, y_max = {h}", *([f"ValueError: {said}"] if said else [])],
        mistakes=[
            mistake(
                "accepted",
                f"Read as corners, the second corner ({w}, {h}) doesn't lie beyond ({x}, {y}).",
                f"按两个角点来读，第二个角 ({w}, {h}) 并不在 ({x}, {y}) 的右下方。",
            ),
            mistake(
                "ValueError",
                f"Read as corners, ({x}, {y}) and ({w}, {h}) make a box, only the wrong one.",
                f"按角点来读，({x}, {y}) 和 ({w}, {h}) 也能组成一个框，只是框错了。",
            ),
            mistake(
                "dropped", "Only what a transform leaves outside is dropped.", "只有变换之后落在图外的框才会被丢弃。"
            ),
        ],
        snippet="import numpy as np\nimport albumentations as A\n\n"
        'pipeline = A.Compose([A.NoOp()], bbox_params=A.BboxParams(format="pascal_voc", label_fields=["labels"]))\n'
        "try:\n    out = pipeline(image=np.zeros((480, 640, 3), np.uint8), "
        f'bboxes=[[{x}, {y}, {w}, {h}]], labels=["cat"])\n'
        '    print("accepted" if len(out["bboxes"]) else "dropped")\n'
        'except ValueError:\n    print("ValueError")',
    )


@mislabelled.second_way
def _mislabelled_by_order(x: int, y: int, w: int, h: int) -> str:
    return "accepted" if w > x and h > y else "ValueError"


def _converted(box: Sequence[int], to: Any, width: int, height: int) -> list[Any]:
    own = A.core.bbox_utils.convert_bboxes_to_albumentations(np.array([box], dtype=float), "coco", (height, width))
    found = (
        own
        if to == "albumentations"
        else A.core.bbox_utils.convert_bboxes_from_albumentations(own, to, (height, width))
    )
    digits = 3 if to == "pascal_voc" else 6  # pixels, but for 32-bit rounding
    return [round(one, digits) for one in found[0].tolist()]


def _shown(box: Sequence[float]) -> str:
    return "[" + ", ".join(f"{round(one, 4):g}" for one in box) + "]"
