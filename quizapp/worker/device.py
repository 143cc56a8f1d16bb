"""The device that verifiers run on. Runs in the child: it may import torch."""

import importlib
import re
from types import ModuleType

AUTO = "auto"
CPU = "cpu"
META = "meta"


class DeviceError(Exception):
    """The device that was asked for isn't there; the message is a sentence."""


def choose(asked: str) -> str:
    """`cpu`, `cuda:0` or `mps` for what the user asked: one of these, `cuda`, or `auto` (cuda, else mps, else cpu).

    Imports torch, except for `cpu`. Raises DeviceError where the device isn't there.
    """
    if asked == CPU:
        return CPU
    if not re.fullmatch(r"auto|mps|cuda(?::\d{1,3})?", asked):
        raise DeviceError(f"there is no device '{asked[:40]}'; there are auto, cpu, cuda, cuda:1 and mps")
    torch = _torch(asked)
    if torch is None:
        return CPU
    if asked in {AUTO, "cuda"} and torch.cuda.is_available():
        return f"cuda:{torch.cuda.current_device()}"
    if asked in {AUTO, "mps"} and torch.backends.mps.is_available():
        return "mps"
    if asked == AUTO:
        return CPU
    if asked == "mps":
        raise DeviceError(f"torch {torch.__version__} sees no mps device here; run with --device cpu")
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not there:
        raise DeviceError(f"torch {torch.__version__} sees no cuda device here; run with --device cpu")
    if int(asked.removeprefix("cuda:")) < there:
        return asked
    raise DeviceError(f"there is no {asked}; torch sees cuda:0" + (f" to cuda:{there - 1}" if there > 1 else " only"))


def _torch(asked: str) -> ModuleType | None:
    """torch; None where it is missing or broken and the choice was ours."""
    try:
        return importlib.import_module("torch")
    except ModuleNotFoundError:
        reason = f"torch is not installed, and {asked} needs it; pip install torch"
    except Exception as error:
        reason = f"torch can't be imported, and {asked} needs it: {error}"
    if asked == AUTO:
        return None
    raise DeviceError(reason)
