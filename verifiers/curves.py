"""Functions of one number as torch runs them: the numbers that they are looked at, and the slopes there."""

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def slopes(function: Function, x: torch.Tensor) -> torch.Tensor:
    """What autograd finds at each of `x`; the same shape."""
    at = x.detach().clone().requires_grad_()
    return torch.autograd.grad(function(at).sum(), at)[0]


def line(start: float, stop: float, points: int) -> torch.Tensor:
    """`points` numbers from `start` to `stop`, both included."""
    return torch.linspace(start, stop, points, dtype=real())


def real() -> torch.dtype:
    """Double precision, or single where the device (MPS) has no other."""
    return torch.float32 if torch.get_default_device().type == "mps" else torch.float64
