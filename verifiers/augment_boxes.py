"""Boxes and keypoints that albumentations takes along with an image: flipped, turned and cropped."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from quizapp.authoring import Choice, Explored, Impossible, Int, Result, Text, mistake, verifier
from verifiers.augment_followed import followed
from verifiers.augment_library import A
from verifiers.photos import photo

Width = Annotated[int, Int(16, 1920, often=(224, 640))]
Height = Annotated[int, Int(16, 1080, often=(224, 480))]
At = Annotated[int, Int(0, 1900)]
Extent = Annotated[int, Int(1, 1900, often=(64, 100))]
Tilt = Annotated[int, Int(-45, 45)]


@verifier("albumentations", where=["x + w <= width", "y + h <= height"])
def flipped(
    width: Width,
    height: Height,
    x: At,
    y: At,
    w: Extent,
    h: Extent,
    transform: Annotated[str, Choice("HorizontalFlip", "VerticalFlip")] = "HorizontalFlip",
) -> Result:
    """A COCO box [x, y, w, h] after its image was flipped."""
    box: list[Any] = [x, y, w, h]
    value = _through(getattr(A, transform)(p=1), "coco", box, width, height)
    level = transform == "HorizontalFlip"
    other = _through(getattr(A, "VerticalFlip" if level else "HorizontalFlip")(p=1), "coco", box, width, height)
    corner: list[Any] = [width - x, y, w, h] if level else [x, height - y, w, h]
    return Result(
        value,
        steps=[f"{width} − {x} − {w} = {value[0]}" if level else f"{height} − {y} − {h} = {value[1]}", str(value)],
        mistakes=[
            mistake(
                corner,
                f"That is where the {'left' if level else 'upper'} edge lands; after the flip it is the opposite edge.",
                f"这是{'左' if level else '上'}边翻转后的位置，它成了对面的边，还要减去框的{'宽' if level else '高'}。",
            ),
            mistake(box, "The box moves with the image.", "框会跟着图像一起动。"),
            mistake(other, "That is the other flip.", "这是另一个方向的翻转。"),
        ],
        snippet=_paste(f"A.{transform}(p=1)", "coco", box, width, height),
        facts={"left": value[0], "top": value[1]},
    )


@flipped.second_way
def _flipped_by_painting(
    width: int, height: int, x: int, y: int, w: int, h: int, transform: str = "HorizontalFlip"
) -> list[int]:
    painted = np.flip(_painted(width, height, x, y, x + w, y + h), 1 if transform == "HorizontalFlip" else 0)
    left, top, right, bottom = _extent(painted)
    return [left, top, right - left, bottom - top]


@flipped.explore(
    width=Int(16, 320, often=(160,)), height=Int(16, 240, often=(120,)), x=Int(0, 240, often=(24,)),
    y=Int(0, 180, often=(40,)), w=Int(4, 240, often=(64,)), h=Int(4, 180, often=(60,)),
)  # fmt: skip
def _flip_followed(
    width: int, height: int, x: int, y: int, w: int, h: int, transform: str, *, tilt: Tilt = 0
) -> Explored:
    transforms = [getattr(A, transform)(p=1), *_tilted(tilt)]
    return followed(transforms, width, height, {"cat": [x, y, x + w, y + h]})


@verifier("albumentations", where=["x + w <= side", "y + h <= side"])
def turned(
    side: Annotated[int, Int(16, 1024, often=(224, 416, 640))],
    x: At,
    y: At,
    w: Extent,
    h: Extent,
    degrees: Annotated[int, Choice(90, -90, 180)] = 90,
) -> Result:
    """A box [x_min, y_min, x_max, y_max] after A.Rotate((degrees, degrees), p=1) turned its square image."""
    box: list[Any] = [x, y, x + w, y + h]
    turn = {angle: _through(A.Rotate((angle, angle), p=1), "pascal_voc", box, side, side) for angle in (90, -90, 180)}
    value = turn[degrees]
    swapped: list[Any] = [box[1], box[0], box[3], box[2]]
    return Result(
        value,
        steps=[
            Text(
                f"x_min = {value[0]}, x_max = {value[2]}: from the old y",
                f"x_min = {value[0]}，x_max = {value[2]}：来自原来的 y",
            ),
            Text(
                f"y_min = {value[1]}, y_max = {value[3]}: from the old x",
                f"y_min = {value[1]}，y_max = {value[3]}：来自原来的 x",
            ),
        ]
        if degrees != 180
        else [f"{side} − {box[2]} = {value[0]}", f"{side} − {box[3]} = {value[1]}"],
        mistakes=[
            mistake(
                turn[-degrees] if degrees != 180 else turn[90],
                "That is turned the other way: positive angles are counter-clockwise.",
                "转反了：正角度是逆时针。",
            ),
            mistake(
                swapped,
                "x and y are only exchanged there; that is a transposition, and it mirrors.",
                "这里只是把 x 和 y 对调了，那是转置，相当于镜像。",
            ),
            mistake(box, "The box turns with the image.", "框会跟着图像一起转。"),
        ],
        snippet=_paste(f"A.Rotate(({degrees}, {degrees}), p=1)", "pascal_voc", box, side, side),
    )


@turned.second_way
def _turned_by_painting(side: int, x: int, y: int, w: int, h: int, degrees: int = 90) -> list[int]:
    return _extent(np.rot90(_painted(side, side, x, y, x + w, y + h), degrees // 90))


@turned.explore(
    side=Int(16, 256, often=(128,)), x=Int(0, 240, often=(16,)), y=Int(0, 240, often=(40,)),
    w=Int(4, 240, often=(40,)), h=Int(4, 240, often=(72,)),
)  # fmt: skip
def _turn_followed(side: int, x: int, y: int, w: int, h: int, degrees: int, *, tilt: Tilt = 0) -> Explored:
    transforms = [A.Rotate((degrees, degrees), p=1), *_tilted(tilt)]
    return followed(transforms, side, side, {"cat": [x, y, x + w, y + h]})


@verifier("albumentations", where=["left + side <= 640", "top + side <= 480", "x + w <= 640", "y + h <= 480"])
def cropped(
    left: Annotated[int, Int(0, 600)],
    top: Annotated[int, Int(0, 440)],
    side: Annotated[int, Int(16, 480, often=(224, 256, 320))],
    x: At,
    y: At,
    w: Extent,
    h: Extent,
) -> Result:
    """A box [x_min, y_min, x_max, y_max] of a 640 × 480 image after a square of it was cut out."""
    box: list[Any] = [x, y, x + w, y + h]
    crop = A.Crop(left, top, left + side, top + side, p=1)
    value = _through(crop, "pascal_voc", box, 640, 480)
    if not value:
        raise Impossible("that box lies outside the crop")
    moved: list[Any] = [x - left, y - top, x + w - left, y + h - top]
    return Result(
        value,
        steps=[f"{box} − ({left}, {top}) = {moved}", f"0 … {side}: {value}"],
        mistakes=[
            mistake(moved, "Cut the box off where the crop ends.", "超出裁剪区域的部分要截掉。"),
            mistake(
                [max(x, left), max(y, top), min(x + w, left + side), min(y + h, top + side)],
                "These are still the old image's coordinates; the crop's corner is the new origin.",
                "这还是原图的坐标；裁剪区域的左上角才是新的原点。",
            ),
            mistake(box, "The box is counted from the crop's corner.", "框的坐标要从裁剪区域的左上角算起。"),
        ],
        snippet=_paste(f"A.Crop({left}, {top}, {left + side}, {top + side}, p=1)", "pascal_voc", box, 640, 480),
        facts={"moved": moved},
    )


@cropped.second_way
def _cropped_by_painting(left: int, top: int, side: int, x: int, y: int, w: int, h: int) -> list[int]:
    return _extent(_painted(640, 480, x, y, x + w, y + h)[top : top + side, left : left + side])


@cropped.explore(
    left=Int(0, 600, often=(120,)), top=Int(0, 440, often=(80,)), side=Int(16, 480, often=(320,)),
    x=Int(0, 600, often=(60,)), y=Int(0, 440, often=(140,)), w=Int(4, 400, often=(200,)), h=Int(4, 400, often=(160,)),
)  # fmt: skip
def _crop_followed(left: int, top: int, side: int, x: int, y: int, w: int, h: int) -> Explored:
    crop = A.Crop(left, top, left + side, top + side, p=1)
    return followed([crop], 640, 480, {"cat": [x, y, x + w, y + h]})


@verifier("albumentations", where=["x < width", "y < height"])
def keypoint(
    width: Width,
    height: Height,
    x: At,
    y: At,
    transform: Annotated[str, Choice("HorizontalFlip", "VerticalFlip", "Transpose")] = "HorizontalFlip",
) -> Result:
    """A keypoint [x, y] after its image was flipped."""
    pipeline = A.Compose([getattr(A, transform)(p=1)], keypoint_params=A.KeypointParams(format="xy"))
    value = [round(one) for one in pipeline(image=photo(width, height), keypoints=[[x, y]])["keypoints"][0]]
    return Result(
        value,
        steps=[
            *([f"x: {width} − 1 − {x} = {width - 1 - x}"] if transform == "HorizontalFlip" else []),
            *([f"y: {height} − 1 − {y} = {height - 1 - y}"] if transform == "VerticalFlip" else []),
            f"{[x, y]} → {value}",
        ],
        mistakes=[
            mistake(
                [width - x, y] if transform == "HorizontalFlip" else [x, height - y],
                "That is how an edge of a box moves. A keypoint names a pixel, and pixels are counted from 0 "
                "to the side less 1.",
                "框的边才是这样移动的。关键点指的是一个像素，而像素编号从 0 到边长减 1。",
            ),
            mistake([x, y], "The keypoint moves with the image.", "关键点会跟着图像一起动。"),
        ],
        snippet="import numpy as np\nimport albumentations as A\n\n"
        f"pipeline = A.Compose([A.{transform}(p=1)], "
        'keypoint_params=A.KeypointParams(format="xy"))\n'
        f"out = pipeline(image=np.zeros(({height}, {width}, 3), np.uint8), keypoints=[[{x}, {y}]])\n"
        'print([round(v) for v in out["keypoints"][0]])',
    )


@keypoint.second_way
def _keypoint_by_a_lit_pixel(width: int, height: int, x: int, y: int, transform: str = "HorizontalFlip") -> list[int]:
    lit = np.zeros((height, width))
    lit[y, x] = 1
    turn: dict[str, Any] = {"HorizontalFlip": np.fliplr, "VerticalFlip": np.flipud, "Transpose": np.transpose}
    row, column = np.argwhere(turn[transform](lit))[0].tolist()
    return [column, row]


def _through(transform: Any, form: Any, box: Sequence[int], width: int, height: int) -> list[Any]:
    """`box` after `transform`; empty where it was dropped."""
    found = through(transform, form, {"box": box}, width, height)
    return found["box"] if found else []


def through(
    transform: Any, form: Any, boxes: Mapping[str, Sequence[int]], width: int, height: int, **limits: float
) -> dict[str, list[Any]]:
    """What is left of labelled boxes after `transform`, with BboxParams' `limits`."""
    pipeline = A.Compose([transform], bbox_params=A.BboxParams(format=form, label_fields=["labels"], **limits))
    out = pipeline(image=photo(width, height), bboxes=[list(box) for box in boxes.values()], labels=list(boxes))
    return {
        str(label): [round(float(one)) for one in box] for label, box in zip(out["labels"], out["bboxes"], strict=True)
    }


def _tilted(degrees: int) -> list[Any]:
    """A further turn about the middle, where there is one."""
    return [A.Rotate((degrees, degrees), p=1)] if degrees else []


def _painted(width: int, height: int, left: int, top: int, right: int, bottom: int) -> Any:
    mask = np.zeros((height, width), dtype=bool)
    mask[top:bottom, left:right] = True
    return mask


def _extent(mask: Any) -> list[int]:
    """The corners of what is true in a mask, the right and lower ones just beyond it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


def _paste(transform: str, form: str, box: Sequence[int], width: int, height: int) -> str:
    return (
        "import numpy as np\nimport albumentations as A\n\n"
        f'params = A.BboxParams(format="{form}", label_fields=["labels"])\n'
        f"pipeline = A.Compose([{transform}], bbox_params=params)\n"
        f"image = np.zeros(({height}, {width}, 3), np.uint8)\n"
        f'out = pipeline(image=image, bboxes=[{list(box)}], labels=["cat"])\n'
        'print([round(float(v)) for v in out["bboxes"][0]])'
    )
