"""Which boxes albumentations keeps when a crop cuts into them, and crops that the learner makes up."""

from collections.abc import Mapping
from typing import Annotated

from quizapp.authoring import Attempt, Explored, Grid, Int, Result, Text, Tolerance, attempt, mistake, verifier
from verifiers.augment_boxes import through
from verifiers.augment_followed import followed
from verifiers.augment_library import A

Left = Annotated[int, Int(0, 560)]
# A crop that is lower than this would cut the boxes from below too.
Side = Annotated[int, Int(180, 480, often=(224, 256, 320))]

# Every box of these questions is a square of this side, this far below the upper edge of a 640 × 480 image.
_BOX, _TOP = 80, 100


# A box that begins on the verge itself may stay, with no width, by the library's 32-bit arithmetic.
@verifier("albumentations", where=["a != side", "b != side", "c != side", "min(a, b, c) < side"])
def labels(a: Left, b: Left, c: Left, side: Side) -> Result:
    """The labels left after A.Crop(0, 0, side, side), of the boxes [a|b|c, 100, 80, 80], with blanks between."""
    boxes = {"cat": a, "dog": b, "bird": c}
    kept = _kept(list(boxes.values()), side)
    left = [name for at, name in enumerate(boxes) if at in kept]
    whole = [name for name, x in boxes.items() if x + _BOX <= side]
    middle = [name for name, x in boxes.items() if x + _BOX / 2 <= side]
    return Result(
        " ".join(left),
        steps=[_step(name, x, side) for name, x in boxes.items()],
        mistakes=[
            mistake(
                " ".join(boxes),
                "A box that lies wholly outside is dropped, and its label goes with it.",
                "完全落在外面的框会被丢弃，它的标签也一起去掉。",
            ),
            mistake(
                " ".join(whole),
                "A box that is only cut stays: min_visibility is 0 unless given.",
                "只被截掉一部分的框会留下：min_visibility 默认为 0。",
            ),
            mistake(" ".join(middle), "Where the middle of a box lies doesn't matter.", "框的中心落在哪里并不重要。"),
        ],
        snippet=_paste(boxes, f"A.Crop(0, 0, {side}, {side})", "", 'print(*out["labels"])'),
        facts={"kept": len(left)},
    )


@labels.second_way
def _labels_by_hand(a: int, b: int, c: int, side: int) -> str:
    return " ".join(name for name, x in (("cat", a), ("dog", b), ("bird", c)) if x < side)


# On the verge itself the library's 32-bit arithmetic decides here too.
@verifier(
    "albumentations",
    where=[
        "a < b and b < c and c < d",
        "abs(side - a - 80 * min_visibility) > 0.5",
        "abs(side - b - 80 * min_visibility) > 0.5",
        "abs(side - c - 80 * min_visibility) > 0.5",
        "abs(side - d - 80 * min_visibility) > 0.5",
    ],
)
def visible(
    a: Left,
    b: Left,
    c: Left,
    d: Left,
    side: Side,
    min_visibility: Annotated[float, Grid(0.0, 0.95, 0.05, often=(0.1, 0.3, 0.5))] = 0.0,
) -> Result:
    """How many of four boxes [a|b|c|d, 100, 80, 80] survive A.Crop(0, 0, side, side) with this min_visibility."""
    starts = [a, b, c, d]
    kept = _kept(starts, side, min_visibility=min_visibility)
    touched = sum(x < side for x in starts)
    whole = sum(x + _BOX <= side for x in starts)
    hidden = sum(x < side and (side - x) / _BOX >= 1 - min_visibility for x in starts)
    return Result(
        len(kept),
        steps=[_step(f"x = {x}", x, side) for x in starts],
        mistakes=[
            mistake(
                touched,
                f"Those are all that reach into the crop; less than {min_visibility:g} of one is not enough.",
                f"这是所有与裁剪区域相交的框；露出的部分不足 {min_visibility:g} 的还要去掉。",
            ),
            mistake(
                whole,
                "Those are the ones that lie wholly inside; a cut box stays if enough of it is left.",
                "这是完全在里面的框；被截掉一部分但剩得够多的框也会保留。",
            ),
            mistake(
                hidden,
                "The share is what stays visible, not what is cut off.",
                "比例指的是留下的部分，不是截掉的部分。",
            ),
        ],
        snippet=_paste(
            dict(enumerate(starts)),
            f"A.Crop(0, 0, {side}, {side})",
            f", min_visibility={min_visibility}",
            'print(len(out["bboxes"]))',
        ),
        facts={"touched": touched, "whole": whole},
    )


@visible.second_way
def _visible_by_share(a: int, b: int, c: int, d: int, side: int, min_visibility: float = 0.0) -> int:
    shares = [max(0, min(x + _BOX, side) - x) / _BOX for x in (a, b, c, d)]
    return sum(share > 0 and share >= min_visibility for share in shares)


@visible.explore(
    a=Int(0, 200, often=(20,)), b=Int(80, 300, often=(140,)), c=Int(160, 400, often=(220,)),
    d=Int(240, 560, often=(330,)), side=Int(180, 480, often=(256,)),
)  # fmt: skip
def _visible_followed(a: int, b: int, c: int, d: int, side: int, min_visibility: float) -> Explored:
    boxes = {name: [x, _TOP, x + _BOX, _TOP + _BOX] for name, x in zip("abcd", (a, b, c, d), strict=True)}
    return followed([A.Crop(0, 0, side, side, p=1)], 640, 480, boxes, min_visibility=min_visibility)


# The library's 32-bit arithmetic takes a pixel off some of these areas.
@verifier("albumentations", where="x < side")
def largest_min_area(x: Left, side: Side) -> Result:
    """The largest min_area, in pixels, with which a box [x, 100, 80, 80] survives A.Crop(0, 0, side, side)."""
    kept, dropped = 0, _BOX * _BOX + 1
    while dropped - kept > 1:
        middle = (kept + dropped) // 2
        kept, dropped = (middle, dropped) if _kept([x], side, min_area=middle) else (kept, middle)
    seen = min(x + _BOX, side) - x
    return Result(
        kept,
        steps=[f"{min(x + _BOX, side)} − {x} = {seen}", f"{seen} · {_BOX} = {seen * _BOX}"],
        mistakes=[
            mistake(_BOX * _BOX, "That is the area before the crop.", "这是裁剪之前的面积。"),
            mistake(seen, "That is the width that is left, not the area.", "这是剩下的宽度，不是面积。"),
            mistake(
                round(seen / _BOX, 3),
                "That is the share; min_visibility wants it.",
                "这是比例，min_visibility 才用它。",
            ),
            mistake(_BOX * _BOX - seen * _BOX, "That is what is cut off.", "这是被截掉的面积。"),
        ],
        tolerance=Tolerance(absolute=1.0),
        snippet=_paste({"cat": x}, f"A.Crop(0, 0, {side}, {side})", "", "").rstrip()
        + '\nx, y, w, h = out["bboxes"][0]\nprint(int(w * h))',
        facts={"seen": seen},
    )


@largest_min_area.second_way
def _area_by_hand(x: int, side: int) -> int:
    return (min(x + _BOX, side) - x) * _BOX


@verifier(
    "albumentations",
    where="cat + 160 <= dog or dog + 160 <= cat",
    examples=[
        ({"cat": 40, "dog": 260}, "x_min=30 y_min=90 x_max=130 y_max=190"),
        ({"cat": 560, "dog": 0}, "x_min=550 y_min=90 x_max=640 y_max=190"),
    ],
)
def keeping(cat: Left, dog: Left) -> Result:
    """A crop that keeps the box [cat, 100, 80, 80] and drops [dog, 100, 80, 80], as one example of many."""
    example = {"x_min": max(0, cat - 10), "y_min": 90, "x_max": min(640, cat + 90), "y_max": 190}
    value = " ".join(f"{name}={one}" for name, one in example.items())
    return Result(
        value,
        steps=[
            Text(
                f"kept after it: {', '.join(_left_by(example, cat, dog))}",
                f"裁剪后留下：{'、'.join(_left_by(example, cat, dog))}",
            )
        ],
        snippet=_paste(
            {"cat": cat, "dog": dog},
            f"A.Crop({', '.join(str(one) for one in example.values())})",
            ", min_visibility=0.5",
            'print(out["labels"])',
        ),
        facts={"cat_right": cat + _BOX, "dog_right": dog + _BOX},
    )


@keeping.attempt
def keeps_the_cat(answer: Mapping[str, int], cat: int, dog: int) -> Attempt:
    """Crops as the learner says, and looks which labels are left."""
    try:
        left = _left_by(answer, cat, dog)
    except ValueError as error:
        said = str(error).splitlines()[-1] if "validation" not in str(error) else "x_min < x_max, y_min < y_max"
        return attempt(False, en=f"albumentations refuses that crop: {said}", zh=f"albumentations 拒绝这个裁剪：{said}")
    return attempt(
        left == ["cat"],
        en=f"That crop leaves {' and '.join(left) or 'no box'}.",
        zh=f"这样裁剪后留下：{'、'.join(left) or '一个也没有'}。",
    )


def _left_by(crop: Mapping[str, int], cat: int, dog: int) -> list[str]:
    cut = A.Crop(crop["x_min"], crop["y_min"], crop["x_max"], crop["y_max"], p=1)
    boxes = {"cat": [cat, _TOP, _BOX, _BOX], "dog": [dog, _TOP, _BOX, _BOX]}
    return list(through(cut, "coco", boxes, 640, 480, min_visibility=0.5))


def _kept(starts: list[int], side: int, **limits: float) -> list[int]:
    boxes = {str(at): [x, _TOP, _BOX, _BOX] for at, x in enumerate(starts)}
    return [int(label) for label in through(A.Crop(0, 0, side, side, p=1), "coco", boxes, 640, 480, **limits)]


def _step(name: str, x: int, side: int) -> Text:
    seen = max(0, min(x + _BOX, side) - x)
    share = f"{seen} / {_BOX} = {seen / _BOX:g}"
    return Text(f"{name}: {share} visible", f"{name}：露出 {share}")


def _paste(boxes: Mapping[str, int] | dict[int, int], crop: str, limits: str, shown: str) -> str:
    return (
        "import numpy as np\nimport albumentations as A\n\n"
        f'params = A.BboxParams(format="coco", label_fields=["labels"]{limits})\n'
        f"pipeline = A.Compose([{crop}], bbox_params=params)\n"
        f"boxes = {[[x, _TOP, _BOX, _BOX] for x in boxes.values()]}\n"
        "out = pipeline(image=np.zeros((480, 640, 3), np.uint8), "
        f"bboxes=boxes, labels={list(boxes)})\n{shown}"
    )
