"""Domains: what a parameter may be, and how a value of it is drawn, read and written.

A domain is data. Verifiers state the domain that they accept, decks narrow it, and both are known without importing
the verifier, so that a question can be drawn before any library is loaded.
"""

from collections.abc import Mapping
from typing import Any

from quizapp.core.domain.base import Domain, Params, Value, write
from quizapp.core.domain.scalars import Choice, Fixed, Grid, Int
from quizapp.core.domain.source import Code, Lines
from quizapp.core.domain.structures import Array, Distribution, Shape, Stack

__all__ = [
    "VOCABULARY", "Array", "Choice", "Code", "Distribution", "Domain", "Fixed", "Grid", "Int", "Lines", "Params",
    "Shape", "Stack", "Value", "from_data", "write",
]  # fmt: skip

# What a verifier's author may write in a signature.
VOCABULARY: Mapping[str, type[Any]] = {
    one.__name__: one for one in (Int, Grid, Choice, Distribution, Shape, Array, Stack, Code, Lines)
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
            case ["max", "min", "shape"]:
                least, most = data["shape"]
                return Shape(least, most, data["min"], data["max"], tuple(data.get("often", ())))
            case ["array", "max", "min"]:
                rows, columns = data["array"]
                return Array(rows, columns, data["min"], data["max"])
            case ["stack"] | ["channels", "stack"]:
                least, most = data["stack"]
                return Stack(least, most, data.get("channels", 3))
            case ["code"]:
                return Code()
            case ["lines"]:
                return Lines()
    except TypeError as error:
        raise ValueError(str(error)) from None
    raise ValueError(
        "a domain is {choice: […]}, {min: 1, max: 9}, {min: 0.0, max: 1.0, step: 0.1} or "
        "{distribution: [2, 4], step: 0.05}, {shape: [1, 4], min: 1, max: 8}, {array: [2, 3], min: 0, max: 9} or "
        "{stack: [2, 4]}"
    )
