"""Photographs that scikit-learn brings along, at any size, for verifiers that need a real image."""

from functools import cache
from typing import Any

import cv2
from numpy import concatenate, uint8
from numpy.typing import NDArray
from sklearn.datasets import load_sample_image

Pixels = NDArray[Any]


@cache
def _whole(name: str) -> Pixels:
    return load_sample_image(f"{name}.jpg")  # type: ignore[no-any-return]


# Reading a JPEG for the first time takes long, so it is done while the module is imported.
_whole("china")
_whole("flower")


def photo(width: int, height: int, name: str = "china") -> Pixels:
    """`china` or `flower`, RGB in bytes, shrunk or stretched to height × width × 3."""
    return cv2.resize(_whole(name), (width, height), interpolation=cv2.INTER_AREA)


def channels(count: int, side: int = 32) -> Pixels:
    """A square image of one to six channels: the photographs' own, one after the other."""
    return concatenate([photo(side, side), photo(side, side, "flower")], axis=2)[..., :count].astype(uint8)
