"""Faults: what is wrong in a file, where, and what to write instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file. Faults sort by place; `line` and `column` count from 1.

    message: what is wrong, without a full stop.
    hint:    what to write instead; empty where the message says it already.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}; {self.hint}" if self.hint else f"{self.place}: {self.message}"


def shown(text: str) -> str:
    """`text` as a message quotes it: on one line, and short."""
    text = " ".join(text.split())
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"
