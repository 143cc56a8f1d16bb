"""An image before and after transforms of albumentations, with its box as lines and its mask hatched."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from quizapp.authoring import Explored, Picture, Run, Text
from verifiers.augment_library import A
from verifiers.drawing import beside, image
from verifiers.grids import merged, titled
from verifiers.photos import Pixels, photo

# Characters that one of the two images may take; a pixel is two wide.
_WIDE, _HIGH = 18, 15
_BOX, _MASK = "#ffe000", "#ff60ff"

Box = Sequence[float]


def followed(
    transforms: Sequence[Any],
    width: int,
    height: int,
    boxes: Mapping[str, Box],
    *,
    name: str = "china",
    **limits: float,
) -> Explored:
    """A photograph of width × height pixels, and what becomes of it, its boxes and the ellipses in them.

    boxes:  label -> [x_min, y_min, x_max, y_max] in pixels. The mask is the ellipse that fills each box.
    limits: min_visibility and the like, as BboxParams takes them.
    """
    before, mask = _photo(width, height, name), ellipses(width, height, boxes.values())
    params = A.BboxParams(format="pascal_voc", label_fields=["labels"], **limits)
    pipeline = A.Compose(list(transforms), bbox_params=params)
    out = pipeline(image=before, mask=mask, bboxes=[list(box) for box in boxes.values()], labels=list(boxes))
    left = {str(one): [float(side) for side in box] for one, box in zip(out["labels"], out["bboxes"], strict=True)}
    pictures = [
        titled(title, view(pixels, masked, list(kept.values())))
        for title, pixels, masked, kept in (
            (f"{width} × {height}", before, mask, boxes),
            (f"→ {out['image'].shape[1]} × {out['image'].shape[0]}", out["image"], out["mask"], left),
        )
    ]
    said: list[str | Text] = [
        f"{one}: {_written(box)} → {_written(left[one])}"
        if one in left
        else Text(f"{one}: {_written(box)} is dropped", f"{one}：{_written(box)} 被丢弃")
        for one, box in boxes.items()
    ]
    count, rest = int((mask > 0).sum()), int((out["mask"] > 0).sum())
    return Picture.of(beside(*pictures, gap=3)), [
        *said,
        Text(f"mask (hatched): {count} → {rest} pixels", f"掩码（斜线）：{count} → {rest} 像素"),
    ]


@lru_cache(maxsize=4)
def _photo(width: int, height: int, name: str) -> Pixels:
    """The photograph, kept while only the transforms change; albumentations returns new pixels and leaves these."""
    return photo(width, height, name)


def ellipses(width: int, height: int, boxes: Any) -> Pixels:
    """A mask of height × width that is 1 in the ellipse that fills each box, and 0 elsewhere."""
    rows, columns = np.arange(height)[:, None] + 0.5, np.arange(width) + 0.5
    mask = np.zeros((height, width), dtype=np.uint8)
    for x1, y1, x2, y2 in boxes:
        across, down = (columns - (x1 + x2) / 2) / (x2 - x1), (rows - (y1 + y2) / 2) / (y2 - y1)
        mask |= across**2 + down**2 <= 0.25
    return mask


def view(pixels: Pixels, mask: Pixels, boxes: Sequence[Box]) -> list[list[Run | str]]:
    """An image as rows of at most 18 × 15 pixels of two characters, hatched where the mask is, boxes as lines."""
    height, width = pixels.shape[:2]
    scale = min(_WIDE / width, _HIGH / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, (across, down), interpolation=cv2.INTER_AREA)
    covered = cv2.resize(255 * mask, (across, down), interpolation=cv2.INTER_AREA) >= 128
    lines: dict[tuple[int, int], str] = {}
    for x1, y1, x2, y2 in boxes:
        left, right = _span(x1 * across / width, x2 * across / width, across)
        top, bottom = _span(y1 * down / height, y2 * down / height, down)
        lines |= _outline(left, top, right, bottom)
    rows = []
    for r, line in enumerate(image(small.tolist())):
        cells = []
        for c, cell in enumerate(line):
            behind = cell.ink.partition(" ")[0]
            if (r, c) in lines:
                cells.append(Run(lines[r, c], f"{_BOX} on {behind}"))
            elif covered[r, c]:
                cells.append(Run("//", f"{_MASK} on {behind}"))
            else:
                cells.append(cell)
        rows.append(merged(cells))
    return rows


def _span(start: float, end: float, most: int) -> tuple[int, int]:
    """The first and the last of the cells that lie between two edges; one at least."""
    first = min(round(start), most - 1)
    return first, min(max(first, round(end) - 1), most - 1)


def _outline(left: int, top: int, right: int, bottom: int) -> dict[tuple[int, int], str]:
    """The pixels on the edge of a box, as two characters each."""
    if left == right or top == bottom:
        return {(row, column): "[]" for row in range(top, bottom + 1) for column in range(left, right + 1)}
    edge = {(row, column): "──" for row in (top, bottom) for column in range(left, right + 1)}
    edge |= {(row, left): "│ " for row in range(top, bottom + 1)} | {
        (row, right): " │" for row in range(top, bottom + 1)
    }
    return edge | {(top, left): "┌─", (top, right): "─┐", (bottom, left): "└─", (bottom, right): "─┘"}


def _written(box: Box) -> str:
    return f"[{', '.join(f'{round(side, 1):g}' for side in box)}]"
