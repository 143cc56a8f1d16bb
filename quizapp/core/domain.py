"""Domains: what a parameter may be, and how a value of it is drawn, read and written.

A domain is data. Verifiers state the domain that they accept, decks narrow it, and both are known without importing
the verifier, so that a question can be drawn before any library is loaded. Every value is plain JSON.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol, TypeAlias, runtime_checkable

Value: TypeAlias = bool | int | float | str | list["Value"]
Params: TypeAlias = Mapping[str, Value]

# Of the draws, this share goes to the corners of a domain: that is where rules break.
_CORNER_SHARE = 0.125
_OFTEN_SHARE = 0.5


@runtime_checkable
class Domain(Protocol):
    """What a parameter may be.

    draw:    a value; the same for the same state of `rng`.
    corners: the values at the edges, each of them admitted.
    admits:  whether a value lies in the domain.
    read:    the value that a user typed; raises ValueError with a sentence.
    size:    how many values there are (a large number where nobody counts).
    data:    the form that decks write and the index keeps; `from_data` reads it back.
    """

    def draw(self, rng: random.Random) -> Value: ...
    def corners(self) -> tuple[Value, ...]: ...
    def admits(self, value: Value) -> bool: ...
    def read(self, typed: str) -> Value: ...
    def size(self) -> int: ...
    def data(self) -> dict[str, Any]: ...
    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A pinned value."""

    value: Value

    def draw(self, rng: random.Random) -> Value:
        return self.value

    def corners(self) -> tuple[Value, ...]:
        return (self.value,)

    def admits(self, value: Value) -> bool:
        return _same(value, self.value)

    def read(self, typed: str) -> Value:
        raise ValueError("this card pins it")

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
            raise ValueError(f"'{typed[:40]}' is not a whole number") from None
        return _admitted(self, value)

    def size(self) -> int:
        return self.max - self.min + 1

    def data(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max} | _often_data(self)

    def __str__(self) -> str:
        return f"a whole number from {self.min} to {self.max}"


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
        return _admitted(self, _number(typed))

    def size(self) -> int:
        return int((Fraction(str(self.max)) - Fraction(str(self.min))) / Fraction(str(self.step))) + 1

    def data(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max, "step": self.step} | _often_data(self)

    def __str__(self) -> str:
        return f"a number from {self.min:g} to {self.max:g}"


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
        return any(_same(value, choice) for choice in self.values)

    def read(self, typed: str) -> Value:
        for value in self.values:
            if write(value).lower() == typed.strip().lower():
                return value
        raise ValueError(f"'{typed[:40]}' is not {self}")

    def size(self) -> int:
        return len(self.values)

    def data(self) -> dict[str, Any]:
        return {"choice": list(self.values)}

    def __str__(self) -> str:
        return "one of " + ", ".join(write(value) for value in self.values)


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
        numbers: list[Value] = [_number(part) for part in typed.strip("[]() ").split(",")]
        return _admitted(self, numbers)

    def size(self) -> int:
        return int(max(1, self._parts() - 1) ** (self.max - 1))

    def data(self) -> dict[str, Any]:
        return {"distribution": [self.min, self.max], "step": self.step} | ({"zeros": True} if self.zeros else {})

    def __str__(self) -> str:
        size = f"{self.min}" if self.min == self.max else f"{self.min} to {self.max}"
        return f"{size} probabilities, {'' if self.zeros else 'all above zero, '}that add up to 1"


@dataclass(frozen=True, slots=True)
class Code:
    """Python source. It is never drawn: a card writes it, in its field `code`."""

    def draw(self, rng: random.Random) -> Value:
        raise ValueError("code is not drawn; give the card a field 'code'")

    def corners(self) -> tuple[Value, ...]:
        return ()

    def admits(self, value: Value) -> bool:
        return isinstance(value, str)

    def read(self, typed: str) -> Value:
        return typed

    def size(self) -> int:
        return 1

    def data(self) -> dict[str, Any]:
        return {"code": True}

    def __str__(self) -> str:
        return "Python source"


# What a verifier's author may write in a signature.
VOCABULARY: Mapping[str, type[Any]] = {
    "Int": Int,
    "Grid": Grid,
    "Choice": Choice,
    "Distribution": Distribution,
    "Code": Code,
}


def from_data(data: Mapping[str, Any]) -> Domain:
    """The domain that `data` describes. Raises ValueError with a sentence where it describes none."""
    fields = set(data)
    try:
        match sorted(fields - {"often", "zeros"}):
            case ["value"]:
                return Fixed(data["value"])
            case ["choice"] if isinstance(data["choice"], list):
                return Choice(*data["choice"])
            case ["max", "min", "step"]:
                return Grid(data["min"], data["max"], data["step"], tuple(data.get("often", ())))
            case ["max", "min"] if isinstance(data["min"], int) and isinstance(data["max"], int):
                return Int(data["min"], data["max"], tuple(data.get("often", ())))
            case ["distribution"] | ["distribution", "step"]:
                low, high = data["distribution"]
                return Distribution(low, high, data.get("step", 0.05), data.get("zeros", False))
            case ["code"]:
                return Code()
    except TypeError as error:
        raise ValueError(str(error)) from None
    raise ValueError(
        "a domain is {choice: […]}, {min: 1, max: 9}, {min: 0.0, max: 1.0, step: 0.1} or "
        "{distribution: [2, 4], step: 0.05}"
    )


def write(value: Value) -> str:
    """`value` as a learner reads and types it: `0.5`, `3`, `0.2, 0.8`."""
    match value:
        case bool() | str():
            return str(value)
        case float():
            return f"{value:.12g}"
        case list():
            return ", ".join(write(item) for item in value)
    return str(value)


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _admitted(domain: Domain, value: Value) -> Value:
    if not domain.admits(value):
        raise ValueError(f"{write(value)[:60]} is not {domain}")
    return value


def _number(typed: str) -> float:
    above, slash, below = typed.partition("/")
    try:
        number = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"'{typed.strip()[:40]}' is not a number")
    return number


def _pick(domain: Int | Grid, rng: random.Random, anywhere: Callable[[], Value]) -> Value:
    share = rng.random()
    if share < _CORNER_SHARE:
        return rng.choice(domain.corners())
    if domain.often and share < _CORNER_SHARE + _OFTEN_SHARE:
        return rng.choice(domain.often)
    return anywhere()


def _check_often(domain: Int | Grid) -> None:
    for value in domain.often:
        if not domain.admits(value):
            raise ValueError(f"'often' names {write(value)}, which is not {domain}")


def _often_data(domain: Int | Grid) -> dict[str, Any]:
    return {"often": list(domain.often)} if domain.often else {}
