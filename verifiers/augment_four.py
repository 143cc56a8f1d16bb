"""Four of albumentations' transforms at once: which of them have a property, found by running each."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from quizapp.authoring import Result, Text
from verifiers.augment_library import A

# What a transform is given, where it can't do without.
SETTINGS: dict[str, dict[str, Any]] = {
    "Resize": {"height": 24, "width": 24},
    "RandomCrop": {"height": 16, "width": 16},
    "CenterCrop": {"height": 16, "width": 16},
    "RandomBrightnessContrast": {"brightness_limit": (0.2, 0.2)},
    # These hardly do anything by their defaults.
    "Affine": {"rotate": (30, 30)},
    "ElasticTransform": {"alpha": 80, "sigma": 4},
}

POSITIONS = ("first", "second", "third", "fourth")


def made(name: str) -> Any:
    """A pipeline of one transform that is always applied."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return A.Compose([getattr(A, name)(**SETTINGS.get(name, {}), p=1)], seed=0)


def those(
    names: Sequence[str], holds: Callable[[str], bool], en: str, zh: str, other_en: str, other_zh: str, program: str
) -> Result:
    """The positions of the names for which `holds`, and what was found of each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ToGray of a grey image, hue of a grey image
        found = [holds(name) for name in names]
    those = [name for name, one in zip(names, found, strict=True) if one]
    return Result(
        [at for at, one in zip(POSITIONS, found, strict=True) if one],
        steps=[
            Text(f"A.{name}: {en if one else other_en}", f"A.{name}：{zh if one else other_zh}")
            for name, one in zip(names, found, strict=True)
        ],
        snippet=_HEAD.format(names=list(names), settings={n: SETTINGS[n] for n in names if n in SETTINGS}) + program,
        facts={"those": ", ".join(those) or "none", "zh_those": "、".join(those) or "无"},
    )


_HEAD = """\
import albumentations as A
import numpy as np
from sklearn.datasets import load_sample_image

names = {names}
settings = {settings}
photo = load_sample_image("flower.jpg")[:32, :32].copy()


def made(name, **p):
    return A.Compose([getattr(A, name)(**settings.get(name, {{}}), **p)], seed=0)


"""
