"""What can be configured: every option with its form, its default and what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from quizapp.core.planning import Order
from quizapp.language import LANGUAGES, mark

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STEP = re.compile(r"(\d{1,6})\s*([smhd])", re.ASCII)
_WEIGHT = 1000  # more than any bound of FSRS
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?", re.ASCII)
ORDERS: tuple[Order, ...] = ("due first", "new first", "mixed")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the config file.

    name:    as it is written there. form: what may be written, in words.
    read:    gives the value; raises ValueError (or TypeError) for what isn't of the form.
    default: the value without it, None where there is none.
    effect:  what it does, marked for translation.
    variable: the environment variable that goes before it; empty for none.
    """

    name: str
    form: str
    read: Callable[[Any], Any]
    default: Any
    effect: str
    variable: str = ""


def device(name: Any) -> str:
    """A device's name, as it is. Raises ValueError for none."""
    if not isinstance(name, str) or not _DEVICE.fullmatch(name):
        raise ValueError(name)
    return name


def _one_of(*names: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in names:
            raise ValueError(value)
        return str(value)

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(value)
        return value

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (OSError, KeyError, ValueError):
        raise ValueError(value) from None


def _retention(value: Any) -> float:
    if type(value) not in (int, float) or not 0.7 <= value <= 0.97:
        raise ValueError(value)
    return float(value)


def _steps(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(_step(one) for one in value)


def _step(value: Any) -> int:
    found = _STEP.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= 366 * 86_400:
        raise ValueError(value)
    return seconds


def _weights(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or not all(type(one) in (int, float) for one in value):
        raise ValueError(value)
    from quizapp.core.event import Settings
    from quizapp.core.schedule import check

    if not all(abs(one) <= _WEIGHT for one in value):  # a whole number can be too large for a float
        raise ValueError(value)
    weights = tuple(float(one) for one in value)
    check(Settings(parameters=weights))
    return weights


def write_step(seconds: int) -> str:
    """Seconds as the config file has them: `10m`."""
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


_YES = mark("true or false")
APP = (
    Option("lang", mark("en or zh"), _one_of(*LANGUAGES), "en", mark("the language of cards and app"), "QUIZ_LANG"),
    Option(
        "device", mark("auto, cpu, cuda, cuda:1 or mps"), device, "auto", mark("where verifiers run"), "QUIZ_DEVICE"
    ),
    Option("db", mark("a database URL"), _text, None, mark("the database, for one in the data folder"), "QUIZ_DB"),
    Option(
        "pack", mark("a folder"), _text, None, mark("the decks and verifiers, for those that quiz brings"), "QUIZ_PACK"
    ),
    Option("zone", mark("a time zone like Europe/Berlin"), _zone, None, mark("your time zone, for the system's")),
    Option("rollover", mark("an hour, 0 to 23"), _whole(0, 23), 4, mark("the hour at which a study day begins")),
    Option("leech", mark("a number, 2 to 99"), _whole(2, 99), 8, mark("so many lapses make a card a leech")),
    Option("theme", mark("the name of a theme"), _text, "quiz", mark("the colours of the screens")),
    Option("reduced_motion", _YES, _yes_or_no, False, mark("nothing moves by itself")),
    Option("backups", _YES, _yes_or_no, True, mark("a backup before the first answer of a day")),
)
SCHEDULE = (
    Option("retention", mark("a number, 0.70 to 0.97"), _retention, 0.9, mark("the share of due cards to be known")),
    Option(
        "learning_steps", mark('steps like ["1m", "10m"]'), _steps, (60, 600), mark("when a new card is asked again")
    ),
    Option(
        "relearning_steps", mark('steps like ["10m"]'), _steps, (600,), mark("when a forgotten card is asked again")
    ),
    Option(
        "maximum_interval", mark("days, 1 to 36500"), _whole(1, 36_500), 36_500, mark("no card stays away for longer")
    ),
    Option(
        "new_per_day", mark("a number, 0 to 9999"), _whole(0, 9999), 20, mark("new cards a day, decks here together")
    ),
    Option(
        "reviews_per_day", mark("a number, 0 to 9999"), _whole(0, 9999), 200, mark("reviews a day, decks here together")
    ),
    Option("order", mark("due first, new first or mixed"), _one_of(*ORDERS), "due first", mark("what is asked first")),
    Option(
        "due_order",
        mark("risk or day"),
        _one_of("risk", "day"),
        "risk",
        mark("due cards: the lowest chance of recall first, or the longest overdue"),
    ),
    Option(
        "new_order",
        mark("deck or random"),
        _one_of("deck", "random"),
        "deck",
        mark("new cards: in the order of their deck, or of the day"),
    ),
    Option("fuzz", _YES, _yes_or_no, True, mark("intervals are moved a little, so that days even out")),
    Option("parameters", mark("FSRS-6's 21 weights"), _weights, (), mark("your own weights, for those of FSRS")),
)
LIMITS = ("new_per_day", "reviews_per_day")
