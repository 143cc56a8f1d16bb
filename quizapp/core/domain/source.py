"""Python source as a parameter: written by a card, never drawn."""

import random
from dataclasses import dataclass
from typing import Any

from quizapp.core.domain.base import Value
from quizapp.language import _


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
        return _("Python source")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of Python, to be put in order. They are never drawn: a card writes them, in its field `lines`."""

    def draw(self, rng: random.Random) -> Value:
        raise ValueError("lines are not drawn; give the card a field 'lines'")

    def corners(self) -> tuple[Value, ...]:
        return ()

    def admits(self, value: Value) -> bool:
        return isinstance(value, list) and all(isinstance(line, str) for line in value)

    def read(self, typed: str) -> Value:
        return list(typed.splitlines())

    def size(self) -> int:
        return 1

    def data(self) -> dict[str, Any]:
        return {"lines": True}

    def __str__(self) -> str:
        return _("lines of Python")
