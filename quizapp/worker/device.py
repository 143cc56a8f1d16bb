"""The device that verifiers run on. Runs in the child: it may import torch."""

import importlib
import re
from types import ModuleType

from quizapp.language import _

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
        words = _("there is no device '{name}'; there are auto, cpu, cuda, cuda:1 and mps")
        raise DeviceError(words.format(name=asked[:40]))
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
        raise DeviceError(_unseen(torch, "mps"))
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not there:
        raise DeviceError(_unseen(torch, "cuda"))
    if int(asked.removeprefix("cuda:")) < there:
        return asked
    if there > 1:
        words = _("there is no {device}; torch sees cuda:0 to cuda:{last}")
        raise DeviceError(words.format(device=asked, last=there - 1))
    raise DeviceError(_("there is no {device}; torch sees cuda:0 only").format(device=asked))


def _unseen(torch: ModuleType, kind: str) -> str:
    words = _("torch {version} sees no {kind} device here; run with --device cpu")
    return words.format(version=torch.__version__, kind=kind)


def _torch(asked: str) -> ModuleType | None:
    """torch; None where it is missing or broken and the choice was ours."""
    try:
        return importlib.import_module("torch")
    except ModuleNotFoundError:
        reason = _("torch is not installed, and {device} needs it; pip install torch").format(device=asked)
    except Exception as error:
        reason = _("torch can't be imported, and {device} needs it: {why}").format(device=asked, why=error)
    if asked == AUTO:
        return None
    raise DeviceError(reason)
