"""What albumentations' transforms accept and what they change: masks, channels, kinds of data. Each is run."""

import warnings
from typing import Annotated, Any

import numpy as np

from quizapp.authoring import Choice, Int, Result, verifier
from verifiers.augment_four import POSITIONS, SETTINGS, made, those
from verifiers.augment_library import A
from verifiers.photos import channels, photo

Name = Annotated[
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
        "GaussNoise",
        "GaussianBlur",
        "InvertImg",
        "Normalize",
        "HueSaturationValue",
        "ColorJitter",
        "CLAHE",
        "ToGray",
        "ToSepia",
        "ChannelShuffle",
        "ChannelDropout",
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
)
def move_mask(first: Name, second: Name, third: Name, fourth: Name) -> Result:
    """Which of four transforms change the mask that is passed beside the image, found by applying each."""
    image, mask = photo(32, 32), _mask()

    def changes(name: str) -> bool:
        out = made(name)(image=image, mask=mask)["mask"]
        return out.shape != mask.shape or not np.array_equal(out, mask)

    return those(
        (first, second, third, fourth), changes, "mask changed", "掩码变了", "mask as it was", "掩码不变", _MASKS
    )


@move_mask.second_way
def _mask_by_class(first: str, second: str, third: str, fourth: str) -> list[str]:
    names = (first, second, third, fourth)
    dual = [issubclass(getattr(A, name), A.DualTransform) for name in names]
    return [at for at, one in zip(POSITIONS, dual, strict=True) if one]


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
        (
            {
                "first": "HorizontalFlip",
                "second": "RandomFog",
                "third": "CLAHE",
                "fourth": "ChannelDropout",
                "depth": 1,
            },
            ["second", "fourth"],
        ),
        (
            {
                "first": "HorizontalFlip",
                "second": "RandomFog",
                "third": "CLAHE",
                "fourth": "ChannelDropout",
                "depth": 3,
            },
            [],
        ),
        (
            {
                "first": "HorizontalFlip",
                "second": "RandomFog",
                "third": "CLAHE",
                "fourth": "ChannelDropout",
                "depth": 5,
            },
            ["second", "third"],
        ),
    ],
)
def refuse(
    first: Name, second: Name, third: Name, fourth: Name, depth: Annotated[int, Int(1, 6, often=(1, 3, 5))] = 5
) -> Result:
    """Which of four transforms raise an exception for an image of `depth` channels."""
    image = channels(depth)

    def raises(name: str) -> bool:
        try:
            made(name)(image=image)
        except Exception:  # whatever it is, the transform doesn't take such an image
            return True
        return False

    return those(
        (first, second, third, fourth),
        raises,
        "raises",
        "抛出异常",
        "works",
        "可以用",
        _REFUSALS.replace("DEPTH", str(depth)),
    )


@refuse.second_way
def _refuse_on_floats(first: str, second: str, third: str, fourth: str, depth: int = 5) -> list[str]:
    """The same with numbers from 0 to 1 instead of bytes, and without a pipeline."""
    noise = np.random.default_rng(0).random((40, 48, depth)).astype(np.float32)
    found = []
    for at, name in zip(POSITIONS, (first, second, third, fourth), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                getattr(A, name)(**SETTINGS.get(name, {}), p=1)(image=noise)
            except Exception:
                found.append(at)
    return found


@verifier(
    "albumentations",
    examples=[
        ({"transform": "HorizontalFlip", "depth": 5}, "works"),
        ({"transform": "ChannelDropout", "depth": 1}, "raises NotImplementedError"),
        ({"transform": "RandomFog", "depth": 1}, "raises ValueError"),
    ],
)
def takes(transform: Name, depth: Annotated[int, Int(1, 6, often=(1, 3, 5))] = 3) -> Result:
    """What becomes of an image of `depth` channels in a transform: works, or the exception that it raises."""
    how = "works"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ToGray of a grey image
            made(transform)(image=channels(depth))
    except Exception as error:  # its name is the answer
        how = f"raises {type(error).__name__}"
    return Result(how, steps=[f"A.{transform}, (32, 32, {depth}): {how}"])


@takes.second_way
def _takes_floats(transform: str, depth: int = 3) -> str:
    """The same with numbers from 0 to 1 instead of bytes, and without a pipeline."""
    noise = np.random.default_rng(0).random((40, 48, depth)).astype(np.float32)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(A, transform)(**SETTINGS.get(transform, {}), p=1)(image=noise)
    except Exception as error:
        return f"raises {type(error).__name__}"
    return "works"


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
)
def always(first: Name, second: Name, third: Name, fourth: Name) -> Result:
    """Which of four transforms, made without `p`, are applied to each of 20 images."""

    def applied(name: str) -> bool:
        one = getattr(A, name)(**SETTINGS.get(name, {}))
        pipeline = A.Compose([one], seed=0, save_applied_params=True)
        return all(pipeline(image=photo(32, 32))["applied_transforms"] for _ in range(20))

    return those(
        (first, second, third, fourth), applied, "always applied", "每次都执行", "now and then", "有时执行", _DEFAULTS
    )


@always.second_way
def _always_by_default(first: str, second: str, third: str, fourth: str) -> list[str]:
    import inspect

    names = (first, second, third, fourth)
    defaults = [inspect.signature(getattr(A, name)).parameters["p"].default for name in names]
    return [at for at, p in zip(POSITIONS, defaults, strict=True) if p == 1]


def _mask() -> Any:
    mask = np.zeros((32, 32), dtype=np.uint8)
    mask[4:14, 6:26] = 1
    mask[10:30, 6:11] = 2
    return mask


_MASKS = """\
mask = np.zeros((32, 32), np.uint8)
mask[4:14, 6:26] = 1
mask[10:30, 6:11] = 2
for name in names:
    out = made(name, p=1)(image=photo, mask=mask)["mask"]
    print(name, not np.array_equal(out, mask))"""
_REFUSALS = """\
image = np.concatenate([photo, photo], axis=2)[..., :DEPTH].copy()
for name in names:
    try:
        made(name, p=1)(image=image)
        print(name, "works")
    except Exception as error:
        print(name, type(error).__name__)"""
_DEFAULTS = """\
for name in names:
    print(name, getattr(A, name)(**settings.get(name, {})).p)"""
