"""What albumentations does with an image that is given in one way or another, and what it returns."""

from collections.abc import Callable
from typing import Annotated, Any

import cv2
import numpy as np
import torch
from PIL import Image
from torch import nn

from quizapp.authoring import Choice, Code, Result, Text, mistake, verifier
from verifiers.augment_library import A
from verifiers.execution import execute
from verifiers.photos import photo


@verifier("albumentations")
def given(
    code: Annotated[str, Code()],
    argument: Annotated[
        str,
        Choice(
            "image=photo",
            "photo",
            "image=torch.from_numpy(photo)",
            "image=Image.fromarray(photo)",
            "image=photo.tolist()",
            "image=np.stack([photo] * 4)",
            "images=np.stack([photo] * 4)",
        ),
    ] = "image=photo",
) -> Result:
    """How a program ends, `runs` or the exception's name. `argument` only fills in the source."""
    ran = execute(code, photo=photo(48, 32))
    said = str(ran.error).strip().splitlines()[0] if ran.error else ""
    ways = ("runs", "TypeError", "KeyError", "error")
    return Result(
        ran.ending,
        steps=[f"{ran.ending}: {said}" if said else Text("it runs", "可以运行")],
        mistakes=[mistake(way, _WORDS[way][0], _WORDS[way][1]) for way in ways],
        facts={"said": said, "printed": ran.printed},
    )


@given.second_way
def _given_by_kind(code: str, argument: str = "image=photo") -> str:
    name, named, value = argument.rpartition("=")
    if not named:
        return "KeyError"
    made = eval(value, {"photo": photo(48, 32), "np": np, "torch": torch, "Image": Image})  # noqa: S307
    return "runs" if name == "images" else _flipped_by_opencv(made).removeprefix("raises ").replace("works", "runs")


@verifier("albumentations")
def accepts(data: Annotated[str, Choice("array", "PIL image", "torch tensor", "list", "batch")]) -> Result:
    """What A.Compose([A.HorizontalFlip(p=1)]) makes of data passed as its image: works, or the exception it raises."""
    how = "works"
    try:
        A.Compose([A.HorizontalFlip(p=1)])(image=_data(data))
    except Exception as error:  # its name is the answer
        how = f"raises {type(error).__name__}"
    return Result(how, steps=[f"image={data}: {how}"])


@accepts.second_way
def _accepts_by_kind(data: str) -> str:
    return _flipped_by_opencv(_data(data))


@verifier("albumentations", examples=[({"last": "HorizontalFlip"}, "ndarray"), ({"last": "ToTensorV2"}, "Tensor")])
def returns(last: Annotated[str, Choice("HorizontalFlip", "Normalize", "ToTensorV2")]) -> Result:
    """The type of the image that a pipeline gives back whose last transform is this one."""
    made = A.ToTensorV2() if last == "ToTensorV2" else getattr(A, last)(p=1)
    image = A.Compose([made])(image=photo(48, 32))["image"]
    return Result(type(image).__name__, steps=[f"{type(image).__module__}.{type(image).__name__}, {image.dtype}"])


@verifier("albumentations")
def into_a_layer(normalized: Annotated[bool, Choice(True, False)] = True) -> Result:
    """What nn.Conv2d makes of an image that went through ToTensorV2: works, or the exception that it raises."""
    image = A.Compose([*([A.Normalize()] if normalized else []), A.ToTensorV2()])(image=photo(48, 32))["image"]
    how = "works"
    try:
        nn.Conv2d(3, 8, 3, device="cpu")(image[None])
    except RuntimeError as error:
        how = f"raises {type(error).__name__}"
    return Result(how, steps=[f"{image.dtype}, {tuple(image.shape)}: {how}"])


@into_a_layer.second_way
def _fits_by_dtype(normalized: bool = True) -> str:
    """A layer takes numbers of the kind that its weight has."""
    image = A.Normalize()(image=photo(48, 32))["image"] if normalized else photo(48, 32)
    weight = nn.Conv2d(3, 8, 3, device="cpu").weight.detach().numpy()
    return "works" if image.dtype == weight.dtype else "raises RuntimeError"


def _data(name: str) -> Any:
    array = photo(48, 32)
    made: dict[str, Callable[[], Any]] = {
        "array": lambda: array,
        "PIL image": lambda: Image.fromarray(array),
        "torch tensor": lambda: torch.from_numpy(array),
        "list": array.tolist,
        "batch": lambda: np.stack([array] * 4),
    }
    return made[name]()


def _flipped_by_opencv(image: Any) -> str:
    """What becomes of an image that must be an array, and is then flipped by OpenCV itself."""
    if not isinstance(image, np.ndarray):
        return "raises TypeError"
    try:
        cv2.flip(image, 1)
    except cv2.error as error:
        return f"raises {type(error).__name__}"
    return "works"


_WORDS = {
    "runs": (
        "The image must come by its name, image=, and be one numpy array of height × width × channels.",
        "图像必须以 image= 传入，而且是一个 高 × 宽 × 通道 的 numpy 数组。",
    ),
    "TypeError": (
        "That is for an image that is no numpy array.",
        "图像不是 numpy 数组时才会抛出 TypeError。",
    ),
    "KeyError": ("That is for an image passed without its name.", "没有按参数名传入时才会抛出 KeyError。"),
    "error": (
        "OpenCV refuses arrays of more than three dimensions; this isn't one.",
        "数组超过三维时 OpenCV 才会拒绝，这里不是。",
    ),
}
