"""Domains of values with parts: distributions, shapes, arrays, stacks of layers."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from quizapp.core.domain.base import CORNER_SHARE, Value, admitted, number
from quizapp.core.domain.scalars import Int
from quizapp.language import _


@dataclass(frozen=True, slots=True)
class Distribution:
    """`min` to `max` probabilities that add up to 1, each a positive multiple of `step` (of zero too, with `zeros`)."""

    min: int
    max: int
    step: float = 0.05
    zeros: bool = False

    def __post_init__(self) -> None:
        sound = 1 <= self.min <= self.max and 0 < self.step <= 1
        if not sound or self._parts() < self.max or abs(self._parts() * self.step - 1) > 1e-9:
            raise ValueError(f"no {self.max} probabilities in steps of {self.step:g} add up to 1")

    def _parts(self) -> int:
        return round(1 / self.step)

    def _scaled(self, parts: Sequence[int]) -> Value:
        return [float(Fraction(part, self._parts())) for part in parts]

    def draw(self, rng: random.Random) -> Value:
        if rng.random() < CORNER_SHARE:
            return rng.choice(self.corners())
        size, total = rng.randint(self.min, self.max), self._parts()
        if self.zeros:  # stars and bars, with empty places allowed
            bars = sorted(rng.randint(0, total) for _ in range(size - 1))
        else:
            bars = sorted(rng.sample(range(1, total), size - 1))
        edges = [0, *bars, total]
        return self._scaled([right - left for left, right in pairwise(edges)])

    def corners(self) -> tuple[Value, ...]:
        least = 0 if self.zeros else 1
        found: list[Value] = []
        for size in dict.fromkeys((self.min, self.max)):
            rest = [least] * (size - 1)
            found.append(self._scaled([self._parts() - sum(rest), *rest]))
        return tuple(found)

    def admits(self, value: Value) -> bool:
        if not isinstance(value, list) or not self.min <= len(value) <= self.max:
            return False
        numbers = [item for item in value if isinstance(item, int | float) and not isinstance(item, bool)]
        if len(numbers) != len(value) or abs(sum(numbers) - 1) > 1e-6:
            return False
        return all(number >= 0 if self.zeros else number > 0 for number in numbers)

    def read(self, typed: str) -> Value:
        numbers: list[Value] = [number(part) for part in typed.strip("[]() ").split(",")]
        return admitted(self, numbers)

    def size(self) -> int:
        return int(max(1, self._parts() - 1) ** (self.max - 1))

    def data(self) -> dict[str, Any]:
        return {"distribution": [self.min, self.max], "step": self.step} | ({"zeros": True} if self.zeros else {})

    def __str__(self) -> str:
        if self.zeros:
            return _("{span} probabilities that add up to 1").format(span=_span(self.min, self.max))
        return _("{span} probabilities, all above zero, that add up to 1").format(span=_span(self.min, self.max))


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a tensor: `min_dims` to `max_dims` whole numbers, each from `min` to `max`."""

    min_dims: int
    max_dims: int
    min: int = 1
    max: int = 8
    often: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.min_dims <= self.max_dims <= 8:
            raise ValueError("a shape has 1 to 8 dimensions")
        self._side()

    def _side(self) -> Int:
        return Int(self.min, self.max, self.often)

    def draw(self, rng: random.Random) -> Value:
        if rng.random() < CORNER_SHARE:
            return rng.choice(self.corners())
        return [self._side().draw(rng) for _ in range(rng.randint(self.min_dims, self.max_dims))]

    def corners(self) -> tuple[Value, ...]:
        return tuple(
            [side] * dims for dims in dict.fromkeys((self.min_dims, self.max_dims)) for side in self._side().corners()
        )

    def admits(self, value: Value) -> bool:
        if not isinstance(value, list) or not self.min_dims <= len(value) <= self.max_dims:
            return False
        return all(self._side().admits(side) for side in value)

    def read(self, typed: str) -> Value:
        return admitted(self, [int(number(part)) for part in typed.strip("[]() ").split(",")])

    def size(self) -> int:
        return sum(self._side().size() ** dims for dims in range(self.min_dims, self.max_dims + 1))

    def data(self) -> dict[str, Any]:
        often = {"often": list(self.often)} if self.often else {}
        return {"shape": [self.min_dims, self.max_dims], "min": self.min, "max": self.max} | often

    def __str__(self) -> str:
        span = _span(self.min_dims, self.max_dims)
        return _("a shape of {span} numbers from {min} to {max}").format(span=span, min=self.min, max=self.max)


@dataclass(frozen=True, slots=True)
class Array:
    """A matrix of `rows` by `columns` whole numbers from `min` to `max`, row by row."""

    rows: int
    columns: int
    min: int = 0
    max: int = 9

    def __post_init__(self) -> None:
        if not (1 <= self.rows <= 16 and 1 <= self.columns <= 16 and self.min <= self.max):
            raise ValueError("an array has 1 to 16 rows and columns, and a smallest and a largest number")

    def draw(self, rng: random.Random) -> Value:
        if rng.random() < CORNER_SHARE:
            return rng.choice(self.corners())
        return [[rng.randint(self.min, self.max) for _ in range(self.columns)] for _ in range(self.rows)]

    def corners(self) -> tuple[Value, ...]:
        return tuple([[edge] * self.columns for _ in range(self.rows)] for edge in dict.fromkeys((self.min, self.max)))

    def admits(self, value: Value) -> bool:
        inside = Int(self.min, self.max)
        if not isinstance(value, list) or len(value) != self.rows:
            return False
        return all(isinstance(row, list) and len(row) == self.columns and all(map(inside.admits, row)) for row in value)

    def read(self, typed: str) -> Value:
        rows = [part for part in re.split(r"[\[\];]", typed) if part.strip(" ,")]
        return admitted(self, [[int(number(one)) for one in row.strip(" ,").split(",")] for row in rows])

    def size(self) -> int:
        return int((self.max - self.min + 1) ** (self.rows * self.columns))

    def data(self) -> dict[str, Any]:
        return {"array": [self.rows, self.columns], "min": self.min, "max": self.max}

    def __str__(self) -> str:
        words = _("{rows} rows of {columns} whole numbers from {min} to {max}, like [1, 2], [3, 4]")
        return words.format(rows=self.rows, columns=self.columns, min=self.min, max=self.max)


# What a stack is made of: the layer as torch writes it, with the channels that go in.
_CONV = re.compile(r"nn\.Conv2d\((\d+), (\d+), kernel_size=(\d+), stride=(\d+), padding=(\d+)\)")
_OTHERS = re.compile(r"nn\.(ReLU\(\)|(?:Max|Avg)Pool2d\([1-9]\))")


@dataclass(frozen=True, slots=True)
class Stack:
    """`min` to `max` layers of a small convolutional network, as torch writes them; the first takes `channels`."""

    min: int
    max: int
    channels: int = 3

    def __post_init__(self) -> None:
        if not (1 <= self.min <= self.max <= 12 and self.channels >= 1):
            raise ValueError("a stack has 1 to 12 layers")

    def draw(self, rng: random.Random) -> Value:
        if rng.random() < CORNER_SHARE:
            return rng.choice(self.corners())
        layers: list[Value] = []
        channels = self.channels
        for _layer in range(rng.randint(self.min, self.max)):
            if not layers or rng.random() < 0.6:
                out, kernel = rng.choice((8, 16, 32, 64)), rng.choice((1, 3, 3, 5, 7))
                padding = rng.choice((0, kernel // 2))
                layers.append(_conv(channels, out, kernel, rng.choice((1, 1, 2)), padding))
                channels = out
            else:
                layers.append(rng.choice(("nn.ReLU()", "nn.MaxPool2d(2)", "nn.AvgPool2d(2)")))
        return layers

    def corners(self) -> tuple[Value, ...]:
        least = [_conv(self.channels if at == 0 else 8, 8, 1, 1, 0) for at in range(self.min)]
        most = [_conv(self.channels if at == 0 else 64, 64, 7, 1, 3) for at in range(self.max)]
        return (list(least), list(most))

    def admits(self, value: Value) -> bool:
        if not isinstance(value, list) or not self.min <= len(value) <= self.max:
            return False
        channels = self.channels
        for layer in value:
            if not isinstance(layer, str):
                return False
            if conv := _CONV.fullmatch(layer):
                taken, out, kernel, stride, padding = map(int, conv.groups())
                if taken != channels or not (
                    0 < out <= 1024 and 0 < kernel <= 64 and 0 < stride <= 64 and padding <= 64
                ):
                    return False
                channels = out
            elif not _OTHERS.fullmatch(layer):
                return False
        return True

    def read(self, typed: str) -> Value:
        return admitted(self, [part.strip() for part in re.split(r";|,\s*(?=nn\.)", typed)])

    def size(self) -> int:
        return sum(int(90**count) for count in range(self.min, self.max + 1))  # layers that may stand in one place

    def data(self) -> dict[str, Any]:
        return {"stack": [self.min, self.max]} | ({"channels": self.channels} if self.channels != 3 else {})

    def __str__(self) -> str:
        first = _conv(self.channels, 8, 3, 1, 1)
        words = _("{span} layers; the first takes {channels} channels: {first}")
        return words.format(span=_span(self.min, self.max), channels=self.channels, first=first)


def _conv(channels: int, out: int, kernel: int, stride: int, padding: int) -> str:
    return f"nn.Conv2d({channels}, {out}, kernel_size={kernel}, stride={stride}, padding={padding})"


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else _("{low} to {high}").format(low=low, high=high)
