"""Domains of single values: whole numbers, numbers on a grid, choices, and what is pinned."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizapp.core.domain.base import CORNER_SHARE, Value, admitted, number, same, write
from quizapp.language import _

_OFTEN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Fixed:
    """A pinned value."""

    value: Value

    def draw(self, rng: random.Random) -> Value:
        return self.value

    def corners(self) -> tuple[Value, ...]:
        return (self.value,)

    def admits(self, value: Value) -> bool:
        return same(value, self.value)

    def read(self, typed: str) -> Value:
        raise ValueError(_("this card pins it"))

    def size(self) -> int:
        return 1

    def data(self) -> dict[str, Any]:
        return {"value": self.value}

    def __str__(self) -> str:
        return write(self.value)


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number from `min` to `max`, both included; `often` are the numbers met in practice."""

    min: int
    max: int
    often: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError(f"no whole number lies between {self.min} and {self.max}")
        _check_often(self)

    def draw(self, rng: random.Random) -> Value:
        return _pick(self, rng, lambda: rng.randint(self.min, self.max))

    def corners(self) -> tuple[Value, ...]:
        return tuple(dict.fromkeys((self.min, self.max)))

    def admits(self, value: Value) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.min <= value <= self.max

    def read(self, typed: str) -> Value:
        try:
            value = int(typed)
        except ValueError:
            raise ValueError(_("'{typed}' is not a whole number").format(typed=typed[:40])) from None
        return admitted(self, value)

    def size(self) -> int:
        return self.max - self.min + 1

    def data(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max} | _often_data(self)

    def __str__(self) -> str:
        return _("a whole number from {min} to {max}").format(min=self.min, max=self.max)


@dataclass(frozen=True, slots=True)
class Grid:
    """A number `min + i·step` up to `max`, computed in decimal: steps of 0.1 give 0.3 and not 0.30000000000000004."""

    min: float
    max: float
    step: float
    often: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.step <= 0 or self.min > self.max:
            raise ValueError(f"no number lies between {self.min} and {self.max} in steps of {self.step}")
        _check_often(self)

    def _at(self, index: int) -> float:
        return float(Fraction(str(self.min)) + index * Fraction(str(self.step)))

    def draw(self, rng: random.Random) -> Value:
        return _pick(self, rng, lambda: self._at(rng.randrange(self.size())))

    def corners(self) -> tuple[Value, ...]:
        return tuple(dict.fromkeys((self._at(0), self._at(self.size() - 1))))

    def admits(self, value: Value) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and self.min <= value <= self.max

    def read(self, typed: str) -> Value:
        return admitted(self, number(typed))

    def size(self) -> int:
        return int((Fraction(str(self.max)) - Fraction(str(self.min))) / Fraction(str(self.step))) + 1

    def data(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max, "step": self.step} | _often_data(self)

    def __str__(self) -> str:
        return _("a number from {min:g} to {max:g}").format(min=self.min, max=self.max)


@dataclass(frozen=True, slots=True, init=False)
class Choice:
    """One of the values listed."""

    values: tuple[Value, ...]

    def __init__(self, *values: Value) -> None:
        if not values:
            raise ValueError("a choice needs at least one value")
        object.__setattr__(self, "values", values)

    def draw(self, rng: random.Random) -> Value:
        return rng.choice(self.values)

    def corners(self) -> tuple[Value, ...]:
        return self.values

    def admits(self, value: Value) -> bool:
        return any(same(value, choice) for choice in self.values)

    def read(self, typed: str) -> Value:
        for value in self.values:
            if write(value).lower() == typed.strip().lower():
                return value
        with suppress(ValueError):  # 0.0 and 1e-3 for 0 and 0.001
            meant = number(typed)
            for value in self.values:
                if isinstance(value, int | float) and not isinstance(value, bool) and value == meant:
                    return value
        raise ValueError(_("'{typed}' is not {domain}").format(typed=typed[:40], domain=self))

    def size(self) -> int:
        return len(self.values)

    def data(self) -> dict[str, Any]:
        return {"choice": list(self.values)}

    def __str__(self) -> str:
        return _("one of {values}").format(values=", ".join(write(value) for value in self.values))


def _pick(domain: Int | Grid, rng: random.Random, anywhere: Callable[[], Value]) -> Value:
    share = rng.random()
    if share < CORNER_SHARE:
        return rng.choice(domain.corners())
    if domain.often and share < CORNER_SHARE + _OFTEN_SHARE:
        return rng.choice(domain.often)
    return anywhere()


def _check_often(domain: Int | Grid) -> None:
    for value in domain.often:
        if not domain.admits(value):
            raise ValueError(f"'often' names {write(value)}, which is not {domain}")


def _often_data(domain: Int | Grid) -> dict[str, Any]:
    return {"often": list(domain.often)} if domain.often else {}
