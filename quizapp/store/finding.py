"""What a look at something found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_NAMED = 10


class Level(StrEnum):
    """How bad a finding is. Only a fault is something wrong."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one thing gave.

    check:   what was looked at: `file`, `keys`, `events`, `schedules`, `orphans`, `clock`, `torch`, …
    message: a sentence. hint: what to do. items: the cards, events or rows that it is about, some of them.
    """

    check: str
    level: Level
    message: str
    hint: str = ""
    items: tuple[str, ...] = ()


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, message)


def note(check: str, message: str, hint: str = "", items: Iterable[str] = ()) -> Finding:
    """Something to know."""
    return Finding(check, Level.NOTE, message, hint, tuple(items)[:_NAMED])


def warning(check: str, message: str, hint: str, items: Iterable[str] = ()) -> Finding:
    """Something that may go wrong."""
    return Finding(check, Level.WARNING, message, hint, tuple(items)[:_NAMED])


def fault(check: str, message: str, hint: str, items: Iterable[str] = ()) -> Finding:
    """Something wrong."""
    return Finding(check, Level.FAULT, message, hint, tuple(items)[:_NAMED])
