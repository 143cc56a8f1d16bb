"""albumentations, imported so that it doesn't look for a newer version of itself on the internet."""

import os

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import albumentations as A  # noqa: N812

__all__ = ["A"]
