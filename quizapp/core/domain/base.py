"""What every domain is: a set of values that can be drawn, read and written. Every value is plain JSON."""

import math
import random
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

from quizapp.language import _

Value: TypeAlias = bool | int | float | str | list["Value"]
Params: TypeAlias = Mapping[str, Value]

# Of the draws, this share goes to the corners of a domain: that is where rules break.
CORNER_SHARE = 0.125


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


def write(value: Value) -> str:
    """`value` as a learner reads and types it: `0.5`, `3`, `0.2, 0.8`, `[1, 2], [3, 4]`."""
    match value:
        case bool() | str():
            return str(value)
        case float():
            return f"{value:.12g}"
        case list():
            return ", ".join(f"[{write(item)}]" if isinstance(item, list) else write(item) for item in value)
    return str(value)


def same(left: Value, right: Value) -> bool:
    """Whether two values are the same; True is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def admitted(domain: Domain, value: Value) -> Value:
    """`value`, which lies in `domain`. Raises ValueError with a sentence where it doesn't."""
    if not domain.admits(value):
        raise ValueError(_("{value} is not {domain}").format(value=write(value)[:60], domain=domain))
    return value


def number(typed: str) -> float:
    """The finite number that was typed, a fraction too. Raises ValueError with a sentence."""
    above, slash, below = typed.partition("/")
    try:
        number = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(_("'{typed}' is not a number").format(typed=typed.strip()[:40]))
    return number
