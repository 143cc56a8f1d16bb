"""Small tables of numbers as characters: cells in brackets, or as squares where there is no room for digits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from quizapp.authoring import Run


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid.

    sign:   what stands there, at most as wide as the grid's cells.
    square: one character that stands for it where there is no room for the sign.
    mark:   what encloses the sign, two characters.
    """

    sign: str
    square: str
    ink: str = ""
    mark: str = "  "


EMPTY = Cell("·", "·", "dim")


def grid(cells: Sequence[Sequence[Cell]], width: int) -> list[list[Run | str]]:
    """Rows of cells, each `width` + 2 characters wide; with a width of 0 as squares of two characters."""
    return [
        merged(
            Run(f"{one.mark[0]}{one.sign:>{width}}{one.mark[1]}" if width else f"{one.square} ", one.ink)
            for one in line
        )
        for line in cells
    ]


def numbers(rows: Sequence[Sequence[int]], ink: str = "") -> list[list[Run | str]]:
    """Rows of whole numbers, right-aligned."""
    width = max(3, *(len(str(one)) + 1 for line in rows for one in line))
    return [[Run("".join(f"{one:>{width}}" for one in line), ink)] for line in rows]


def titled(title: str, rows: list[list[Run | str]]) -> list[list[Run | str]]:
    """`rows` under a dim line that names them."""
    return [[Run(title, "dim")], *rows]


def merged(runs: Iterable[Run]) -> list[Run | str]:
    """The same row in fewer runs: neighbours of one ink become one."""
    return [Run("".join(one.text for one in same), ink) for ink, same in groupby(runs, attrgetter("ink"))]
