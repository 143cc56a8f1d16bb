"""Knobs: a parameter taken apart into numbers and choices, each to be turned by itself.

A number or a choice is one knob. A distribution has one for each mass, a shape one for each side, a matrix one for each
cell, a stack of layers one for each thing that its layers say. Source has none: it is typed.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from quizapp.core.domain import Array, Choice, Distribution, Domain, Fixed, Grid, Int, Shape, Stack, Value, write
from quizapp.core.domain.base import same

Scale: TypeAlias = Int | Grid | Choice


@dataclass(frozen=True, slots=True)
class Knob:
    """A part of a parameter that has one value.

    label: `kernel`, `p[1]`, `len(p)`, `layers[0]`, `[0].stride`.
    scale: what it can be turned to.
    typed: what may be typed besides, where that is more.
    put:   the parameter's whole value with this part at another, which lies on its scale or was read.
    """

    label: str
    scale: Scale
    value: Value
    put: Callable[[Any], Value]
    typed: Domain | None = None

    @property
    def share(self) -> float:
        """How far along its scale the value lies, from 0 to 1; beyond an end, that end."""
        last = self.scale.size() - 1
        return min(1.0, max(0.0, self._index / last)) if last else 0.0

    @property
    def _index(self) -> float:
        """The value's place on the scale, counted from 0; between two places for a value that was typed."""
        match self.scale:
            case Int(min=low):
                return float(self.value) - low  # type: ignore[arg-type]
            case Grid(min=low, step=step):
                return (float(self.value) - low) / step  # type: ignore[arg-type]
            case Choice(values=values):
                return next((at for at, one in enumerate(values) if same(one, self.value)), 0)

    def turned(self, by: int) -> Value:
        """The value `by` places further along, at most at the end."""
        index = self._index
        # From between two places, the next one in that direction is one turn away.
        start = round(index) if abs(index - round(index)) < 1e-6 else math.floor(index) if by > 0 else math.ceil(index)
        return self._at(start + by)

    def at(self, share: float) -> Value:
        """The value that lies nearest to a share of the scale."""
        return self._at(round(share * (self.scale.size() - 1)))

    def _at(self, index: int) -> Value:
        index = min(max(index, 0), self.scale.size() - 1)
        match self.scale:
            case Int(min=low):
                return low + index
            case Grid(min=low, step=step):
                return float(Fraction(str(low)) + index * Fraction(str(step)))
            case Choice(values=values):
                return values[index]

    def read(self, text: str) -> Value:
        """The value that was typed. Raises ValueError with a sentence."""
        return (self.typed or self.scale).read(text)

    def __str__(self) -> str:
        return write(self.value)


def knobs(name: str, domain: Domain, value: Value, typed: Domain | None = None) -> tuple[Knob, ...]:
    """The knobs of the parameter `name`, which is `value`, in `domain`. `typed` is a wider domain for what is typed."""
    match domain:
        case Int() | Grid() | Choice():
            return (Knob(name, domain, value, lambda new: new, typed),)
        case Fixed():
            return (Knob(name, Choice(domain.value), value, lambda new: new),)
        case Distribution() if isinstance(value, list):
            return tuple(_masses(name, domain, value))
        case Shape() if isinstance(value, list):
            return tuple(_sides(name, domain, value))
        case Array() if isinstance(value, list):
            return tuple(_cells(name, domain, value))
        case Stack() if isinstance(value, list):
            return tuple(_layers(name, domain, [str(layer) for layer in value]))
    return ()


def resized(domain: Domain, value: Value, size: int) -> Value:
    """A distribution or a shape with `size` parts; other values as they are."""
    match domain:
        case Distribution() if isinstance(value, list):
            parts = [*_parts(domain, value)[:size], *[0] * (size - len(value))]
            return _masses_of(domain, _apportioned(domain, parts, round(1 / domain.step)))
        case Shape() if isinstance(value, list):
            return [*value[:size], *[domain.min] * (size - len(value))]
    return value


def _masses(name: str, domain: Distribution, value: list[Value]) -> Iterator[Knob]:
    if domain.min < domain.max:
        sizes = Int(domain.min, domain.max)
        yield Knob(f"len({name})", sizes, len(value), lambda new: resized(domain, value, new))
    if len(value) > 1:
        least = 0 if domain.zeros else 1
        low, high = _masses_of(domain, [least, round(1 / domain.step) - least * (len(value) - 1)])
        scale = Grid(low, high, domain.step)
        for at, mass in enumerate(value):
            yield Knob(f"{name}[{at}]", scale, mass, partial(_shifted, domain, value, at))


def _shifted(domain: Distribution, value: list[Value], at: int, mass: float) -> Value:
    """The distribution with `mass` at one place; the others keep their proportions as well as the step allows."""
    total, least, parts = round(1 / domain.step), 0 if domain.zeros else 1, _parts(domain, value)
    here = min(max(round(mass / domain.step), least), total - least * (len(parts) - 1))
    others = _apportioned(domain, [*parts[:at], *parts[at + 1 :]], total - here)
    return _masses_of(domain, [*others[:at], here, *others[at:]])


def _parts(domain: Distribution, value: Sequence[Value]) -> list[int]:
    """The masses in steps, adding up to 1, whatever was typed."""
    rounded = [round(mass / domain.step) for mass in value if isinstance(mass, int | float)]
    return _apportioned(domain, rounded, round(1 / domain.step))


def _masses_of(domain: Distribution, parts: Sequence[int]) -> list[Any]:
    return [float(part * Fraction(str(domain.step))) for part in parts]


def _apportioned(domain: Distribution, parts: Sequence[int], total: int) -> list[int]:
    """`total` steps shared out like `parts`, by largest remainders, so that each gets what it must have."""
    least = 0 if domain.zeros else 1
    weights = [max(0, part - least) for part in parts]
    if not any(weights):
        weights = [1] * len(parts)
    spare = total - least * len(parts)
    ideal = [Fraction(spare * weight, sum(weights)) for weight in weights]
    shares = [math.floor(one) for one in ideal]
    for at in sorted(range(len(parts)), key=lambda one: shares[one] - ideal[one])[: spare - sum(shares)]:
        shares[at] += 1
    return [least + share for share in shares]


def _sides(name: str, domain: Shape, value: list[Value]) -> Iterator[Knob]:
    if domain.min_dims < domain.max_dims:
        scale = Int(domain.min_dims, domain.max_dims)
        yield Knob(f"len({name})", scale, len(value), lambda new: resized(domain, value, new))
    for at, side in enumerate(value):
        yield Knob(f"{name}[{at}]", Int(domain.min, domain.max), side, partial(_with, value, at))


def _cells(name: str, domain: Array, value: list[Value]) -> Iterator[Knob]:
    for at, row in enumerate(value):
        assert isinstance(row, list)
        for column, cell in enumerate(row):

            def put(new: Value, at: int = at, column: int = column, row: list[Value] = row) -> Value:
                return _with(value, at, _with(row, column, new))

            yield Knob(f"{name}[{at}][{column}]", Int(domain.min, domain.max), cell, put)


def _with(values: list[Value], at: int, new: Value) -> list[Value]:
    return [*values[:at], new, *values[at + 1 :]]


_KINDS = ("Conv2d", "ReLU", "MaxPool2d", "AvgPool2d")
_CHANNELS = (8, 16, 32, 64)
# What a convolution says after the channels that go in, and how far each can be turned.
_SAYS: dict[str, Scale] = {"out": Choice(*_CHANNELS), "kernel": Int(1, 11), "stride": Int(1, 4), "padding": Int(0, 5)}
_NEW = {"Conv2d": [8, 3, 1, 1], "ReLU": [], "MaxPool2d": [2], "AvgPool2d": [2]}
_Layer: TypeAlias = tuple[str, list[int]]


def _layers(name: str, domain: Stack, value: list[str]) -> Iterator[Knob]:
    layers = [_layer(one) for one in value]

    def put(at: int, kind: str, numbers: list[int]) -> Value:
        return _written([*layers[:at], (kind, numbers), *layers[at + 1 :]], domain)

    def anew(at: int, kind: str) -> Value:
        return put(at, kind, _NEW[kind])

    def counted(count: int) -> Value:
        more: list[_Layer] = [("Conv2d", _NEW["Conv2d"])] * domain.max
        return _written([*layers, *more][:count], domain)

    if domain.min < domain.max:
        yield Knob(f"len({name})", Int(domain.min, domain.max), len(layers), counted)
    for at, (kind, numbers) in enumerate(layers):
        yield Knob(f"{name}[{at}]", Choice(*_KINDS), kind, partial(anew, at))
        says = _SAYS if kind == "Conv2d" else {"size": Int(1, 9)} if numbers else {}
        for place, (word, scale) in enumerate(says.items()):
            given = numbers[place]
            known = scale if scale.admits(given) else Choice(*_CHANNELS, given) if word == "out" else Int(0, 64)

            def turned(
                new: int, at: int = at, kind: str = kind, numbers: list[int] = numbers, place: int = place
            ) -> Value:
                return put(at, kind, [*numbers[:place], new, *numbers[place + 1 :]])

            yield Knob(f"[{at}].{word}", known, given, turned)


def _layer(written: str) -> _Layer:
    """The kind of a layer and what it says, without the channels that go in."""
    kind, _bracket, inside = written.removeprefix("nn.").partition("(")
    numbers = [int(one) for one in re.findall(r"\d+", inside)]
    return kind, numbers[1:] if kind == "Conv2d" else numbers


def _written(layers: Sequence[_Layer], domain: Stack) -> Value:
    """The layers as torch writes them, each taking the channels that the one before gives."""
    written: list[Value] = []
    channels = domain.channels
    for kind, numbers in layers:
        if kind == "Conv2d":
            out, kernel, stride, padding = numbers
            written.append(f"nn.Conv2d({channels}, {out}, kernel_size={kernel}, stride={stride}, padding={padding})")
            channels = out
        else:
            written.append(f"nn.{kind}({', '.join(map(str, numbers))})")
    return written
