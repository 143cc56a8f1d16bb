"""Pictures made of characters: what a verifier draws from live data, as rows of inked runs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from quizapp.core.text import Text, clean

# Inks are roles, not colours: a screen gives each a colour and a terminal without colours still tells the runs apart
# by their characters.
INKS = ("", "one", "two", "three", "four", "five", "dim", "strong")

# An image brings its own colours, of a pixel's character and of what lies behind it: `#ffcc00 on #ffcc00`.
_COLOURS = re.compile(r"#[0-9a-f]{6}( on #[0-9a-f]{6})?", re.ASCII)

Row: TypeAlias = "Sequence[Run | str]"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in one ink: one of INKS, or the colours of an image as `#rrggbb` or `#rrggbb on #rrggbb`."""

    text: str
    ink: str = ""

    def __post_init__(self) -> None:
        if self.ink not in INKS and not _COLOURS.fullmatch(self.ink):
            there = ", ".join(ink for ink in INKS if ink)
            raise ValueError(f"'{self.ink}' is no ink; there are {there}, and colours like #ffcc00")
        object.__setattr__(self, "text", clean(self.text).replace("\n", " "))


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows from top to bottom, each of runs from left to right."""

    rows: tuple[tuple[Run, ...], ...]

    @classmethod
    def of(cls, rows: Iterable["Row | str"]) -> "Picture":
        """A picture from rows of runs and plain strings; a row may be one string."""
        return cls(
            tuple(
                tuple(one if isinstance(one, Run) else Run(one) for one in ([row] if isinstance(row, str) else row))
                for row in rows
            )
        )

    def __str__(self) -> str:
        return "\n".join("".join(run.text for run in row).rstrip() for row in self.rows)


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture, and the lines of text below it."""

    picture: Picture
    caption: tuple[Text, ...] = ()
