"""Curves, bars and images as pictures of characters, for verifiers that draw what they computed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from plotille import Canvas

from quizapp.authoring import Picture, Run

INKS = ("one", "two", "three", "four", "five")

# From dark to light; a terminal without colours, and line mode, tell pixels apart by these alone.
_SHADES = " ░▒▓█"
_EMPTY = "\u2800"  # braille without a dot


def plot(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    width: int = 56,
    height: int = 12,
    names: bool = True,
) -> Picture:
    """Curves through points (x, y) in braille dots, each in an ink of its own, over dim axes where 0 is in view.

    curves:        name -> points from left to right; what lies outside the ranges is not drawn.
    x, y:          the ranges that the picture covers.
    width, height: of the plot in characters, without the numbers at its edges.
    names:         whether the last row names the curves; off where the name is what is asked.
    """
    inked: list[tuple[str, list[str]]] = []
    axes = _canvas(x, y, width, height)
    if x[0] <= 0 <= x[1]:
        axes.line(0, y[0], 0, y[1])
    if y[0] <= 0 <= y[1]:
        axes.line(x[0], 0, x[1], 0)
    inked.append(("dim", axes.plot().split("\n")))
    for ink, points in zip(INKS, curves.values(), strict=False):
        canvas = _canvas(x, y, width, height)
        for start, end in pairwise(points):
            if all(y[0] <= one[1] <= y[1] and x[0] <= one[0] <= x[1] for one in (start, end)):
                canvas.line(*start, *end)
        inked.append((ink, canvas.plot().split("\n")))
    labels = [f"{y[1]:g}", *[""] * (height - 2), f"{y[0]:g}"]
    edge = max(map(len, labels))
    rows: list[list[Run | str]] = [
        [Run(f"{label:>{edge}} ", "dim"), *_overlaid([(ink, lines[at]) for ink, lines in inked])]
        for at, label in enumerate(labels)
    ]
    left, right = f"{x[0]:g}", f"{x[1]:g}"
    rows.append([Run(" " * (edge + 1) + left + right.rjust(width - len(left)), "dim")])
    if names:
        rows.append(legend(dict(zip(curves, INKS, strict=False)), indent=edge + 1))
    return Picture.of(rows)


def legend(names: Mapping[str, str], *, sign: str = "━", indent: int = 0) -> list[Run | str]:
    """A row that says which name has which ink."""
    row: list[Run | str] = [" " * indent]
    for name, ink in names.items():
        row += [Run(sign * 2, ink), f" {name}   "]
    return row


def image(pixels: Sequence[Sequence[Any]], *, marks: Mapping[tuple[int, int], str] | None = None) -> list[list[Run]]:
    """Rows of an image, two characters a pixel in its own colour; without colours its brightness still shows.

    pixels: rows of grey values or of [red, green, blue], each from 0 to 255; at most 200 rows of 200.
    marks:  (row, column) -> ink, of pixels to be drawn in that ink instead: an outline, a point.
    """
    rows = []
    for r, line in enumerate(pixels):
        row = []
        for c, pixel in enumerate(line):
            if marks and (r, c) in marks:
                row.append(Run("██", marks[r, c]))
                continue
            red, green, blue = [int(pixel)] * 3 if isinstance(pixel, int | float) else map(int, pixel)
            light = 0.299 * red + 0.587 * green + 0.114 * blue
            colour = f"#{red:02x}{green:02x}{blue:02x}"
            row.append(Run(_SHADES[min(4, int(light / 51.2))] * 2, f"{colour} on {colour}"))
        rows.append(row)
    return rows


def beside(*pictures: Sequence[Sequence[Run | str]], gap: int = 3) -> list[list[Run | str]]:
    """Pictures from left to right, as rows; shorter ones are filled up with blanks."""
    widths = [max((_width(row) for row in rows), default=0) for rows in pictures]
    joined: list[list[Run | str]] = []
    for at in range(max(map(len, pictures), default=0)):
        row: list[Run | str] = []
        for rows, width in zip(pictures, widths, strict=True):
            here = list(rows[at]) if at < len(rows) else []
            row += [*here, " " * (width - _width(here) + gap)]
        joined.append(row)
    return joined


def _width(row: Sequence[Run | str]) -> int:
    return sum(len(part.text if isinstance(part, Run) else part) for part in row)


def _canvas(x: tuple[float, float], y: tuple[float, float], width: int, height: int) -> Canvas:
    return Canvas(width, height, xmin=x[0], ymin=y[0], xmax=x[1], ymax=y[1])


def _overlaid(layers: Sequence[tuple[str, str]]) -> list[Run | str]:
    """One row of braille from several: dots are added up, and the last layer with a dot gives the ink."""
    cells: list[Run | str] = []
    for column in zip(*(line for _, line in layers), strict=True):
        dots, ink = 0, ""
        for (name, _), sign in zip(layers, column, strict=True):
            if sign != _EMPTY:
                dots, ink = dots | (ord(sign) - 0x2800), name
        cells.append(Run(chr(0x2800 + dots), ink) if dots else " ")
    return cells
