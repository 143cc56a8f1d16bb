"""A curve with a cursor on it: the value there, and the slope that autograd finds, as a tangent and as a curve."""

import math

import torch

from quizapp.authoring import Explored, Picture, Run, Text
from verifiers.curves import Function, line, real, slopes
from verifiers.drawing import INKS, plot

_WIDTH, _HEIGHT = 58, 14
# From −4 to 4 as long as the cursor is there, else as far as the verifiers' domains reach.
_NEAR, _FAR = 4.0, 10.0
_POINTS = 121
_TALLEST = 4.5

Points = list[tuple[float, float]]


def at_cursor(name: str, function: Function, x: float) -> Explored:
    """`function` and its slope around 0, solid and dotted, and at `x` the point and the tangent, dashed."""
    at = torch.tensor(x, dtype=real())
    y, slope = function(at).item() + 0.0, slopes(function, at).item() + 0.0
    edge = _NEAR if abs(x) <= _NEAR else _FAR
    xs = line(-edge, edge, _POINTS)
    values, steepness = function(xs), slopes(function, xs)
    low = max(-_TALLEST, min(values.min().item(), steepness.min().item()))
    high = min(_TALLEST if edge == _NEAR else _FAR, max(values.max().item(), steepness.max().item()))
    frame = (-edge, edge), (round(low - 0.25, 2), round(high + 0.25, 2))
    curves = {
        name: list(zip(xs.tolist(), values.tolist(), strict=True)),
        "f′": _broken(list(zip(xs.tolist(), steepness.tolist(), strict=True)), 1, 4),
        "tangent": _broken(_tangent(x, y, slope, edge), 3, 5),
    }
    drawn = plot(curves, x=frame[0], y=frame[1], width=_WIDTH, height=_HEIGHT, names=False)
    rows = [*_pointed(drawn, x, y, *frame), _legend(name)]
    return Picture.of(rows), [f"f({x:g}) = {y:.4f}", f"f′({x:g}) = {slope:.4f}", *_sides(function, x, slope)]


def _tangent(x: float, y: float, slope: float, edge: float) -> Points:
    reach = 0.4 * edge / math.hypot(1, slope)
    return [(x + reach * part / 20, y + slope * reach * part / 20) for part in range(-20, 21)]


def _broken(points: Points, drawn: int, period: int) -> Points:
    """The line with gaps: of every `period` pieces `drawn` are there."""
    return [one if at % period <= drawn else (one[0], math.nan) for at, one in enumerate(points)]


def _pointed(
    drawn: Picture, x: float, y: float, across: tuple[float, float], up: tuple[float, float]
) -> list[list[Run | str]]:
    """The rows of a plot with ● where the point is; without it where that lies beyond the frame."""
    rows: list[list[Run | str]] = [list(row) for row in drawn.rows]
    column = round((x - across[0]) / (across[1] - across[0]) * (2 * _WIDTH - 1)) // 2
    row = _HEIGHT - 1 - round((y - up[0]) / (up[1] - up[0]) * (4 * _HEIGHT - 1)) // 4
    if 0 <= row < _HEIGHT and 0 <= column < _WIDTH:
        rows[row][1 + column] = Run("●", "strong")  # behind the label each run is one character
    return rows


def _legend(name: str) -> list[Run | str]:
    signs = ((f"⣀⣀ {name}", INKS[0]), ("⡀⡀ f′", INKS[1]), ("╌╌ f(x) + f′(x)·Δ", INKS[2]), ("● x", "strong"))
    return ["      ", *(Run(f"{text}    ", ink) for text, ink in signs)]


def _sides(function: Function, x: float, slope: float) -> list[str | Text]:
    """Where the curve has a kink at `x`: its slopes on both sides, as short chords find them."""
    at = torch.tensor([x - 1e-3, x, x + 1e-3], dtype=real())
    left, right = ((one / 1e-3).item() for one in function(at).diff())
    if abs(left - right) < 0.02:
        return []
    return [
        Text(
            f"a kink: {left:.2f} on its left, {right:.2f} on its right; autograd says {slope:g}",
            f"折角：左侧斜率 {left:.2f}，右侧 {right:.2f}；autograd 给出 {slope:g}",
        )
    ]
