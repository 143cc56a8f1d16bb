"""The config file: what a learner would otherwise type each time.

Options of the app stand at the top, those of the schedule under `[schedule]`, and what holds for a folder or a deck
alone under `[decks."conv"]`, inherited down the folders. A flag goes before the environment, the environment before the
file. A limit a day holds where it is set: at the top for all decks together, at a folder for its decks together.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.core.event import Settings
from quizapp.core.planning import Limit, Rules
from quizapp.errors import QuizError, nearest
from quizapp.language import _
from quizapp.options import APP, LIMITS, SCHEDULE, Option

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_APP = {option.name: option for option in APP}
_SCHEDULE = {option.name: option for option in SCHEDULE}
_TABLES = ("schedule", "decks", "keys")
_HEADER = re.compile(r"\s*\[([^\[].*)\]\s*(#.*)?")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w.-])+)\s*=""")


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds, and where it comes from.

    source: `default`, a variable of the environment, or `file:line` with the table that says so.
    """

    value: Any
    source: str = "default"


@dataclass(frozen=True)
class Config:
    """A config file that was read, or the defaults where there is none.

    app, schedule: the options that it sets. decks: those it sets for folders and decks. keys: action -> key.
    environment: what variables say in their place.
    """

    path: Path | None = None
    app: Mapping[str, Rule] = field(default_factory=dict)
    schedule: Mapping[str, Rule] = field(default_factory=dict)
    decks: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, Rule] = field(default_factory=dict)

    def option(self, name: str) -> Any:
        """The value of an option of the app."""
        return self.rule(name).value

    def rule(self, name: str, deck: str = "") -> Rule:
        """What holds of an option: for the decks in a folder, one deck, or all."""
        if name in _APP:
            return self.environment.get(name) or self.app.get(name) or Rule(_APP[name].default)
        for folder in (*_path(deck), None):
            table = self.schedule if folder is None else self.decks.get(folder, {})
            if name in table:
                return table[name]
        return Rule(_SCHEDULE[name].default)

    def settings(self, deck: str) -> Settings:
        """What the scheduler is told of a deck's cards."""
        return self._settings[deck] if deck in self._settings else self._settings.setdefault(deck, self._told(deck))

    def rules(self, decks: Sequence[str] = ()) -> Rules:
        """How a day is planned: the limits of all folders, and the orders that hold for `decks` together."""
        folder = _common(decks)
        return Rules(
            limits=tuple(self._limits()),
            order=self.rule("order", folder).value,
            by_risk=self.rule("due_order", folder).value == "risk",
            at_random=self.rule("new_order", folder).value == "random",
        )

    @property
    def zone(self) -> "ZoneInfo | None":
        """The learner's time zone; None for the system's."""
        found: ZoneInfo | None = self.option("zone")
        return found

    @cached_property
    def _settings(self) -> dict[str, Settings]:
        return {}

    def _told(self, deck: str) -> Settings:
        names = ("retention", "learning_steps", "relearning_steps", "maximum_interval", "parameters", "fuzz")
        return Settings(**{name: self.rule(name, deck).value for name in names})

    def _limits(self) -> Iterator[Limit]:
        yield Limit("", *(self.rule(name).value for name in LIMITS))
        for folder, table in self.decks.items():
            new, reviews = (table[name].value if name in table else None for name in LIMITS)
            if new is not None or reviews is not None:
                yield Limit(folder, new, reviews)


def load(path: Path) -> Config:
    """The config of a file, the defaults where there is none, and what the environment says in its place. Raises
    QuizError naming every fault with its place."""
    try:
        found = read(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError:
        found = Config(path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not text in UTF-8")
        raise QuizError(_("the config file can't be read: {why}").format(why=why), where=str(path)) from None
    return replace(found, environment=from_environment())


def from_environment() -> dict[str, Rule]:
    """What variables of the environment say. Raises QuizError for one that says nothing sensible."""
    return dict(_variables())


def _variables() -> Iterator[tuple[str, Rule]]:
    for option in APP:
        if option.variable and (value := os.environ.get(option.variable)):
            try:
                yield option.name, Rule(option.read(value), option.variable)
            except ValueError:
                message = _("{name} must be {form}, and is '{value}'")
                raise QuizError(message.format(name=option.variable, form=_(option.form), value=value)) from None


def read(written: str, path: Path) -> Config:
    """The config that a text gives. path: for messages. Raises QuizError naming every fault with its place."""
    import tomllib  # without a config file nobody needs it

    try:
        data = tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        lines = written.rstrip().split("\n")  # without a place, the end is meant
        where = f"{path}:{place[1]}:{place[2]}" if place else f"{path}:{len(lines)}:{len(lines[-1]) + 1}"
        why = str(error).partition(" (at ")[0]
        raise QuizError(_("this is no TOML: {why}").format(why=why), where=where) from None
    return _Reading(written, path).config(data)


class _Reading:
    """Reads the tables of one file, gathering what is wrong."""

    def __init__(self, written: str, path: Path) -> None:
        self.path = path
        self.places = _places(written)
        self.faults: list[str] = []

    def config(self, data: Mapping[str, Any]) -> Config:
        app = {name: value for name, value in data.items() if name not in _TABLES}
        decks = self._table(data, "decks")
        found = Config(
            self.path,
            self._options((), app, _APP),
            self._options(("schedule",), self._table(data, "schedule"), _SCHEDULE),
            {
                folder.strip("/"): self._options(("decks", folder), table, _SCHEDULE)
                for folder, table in decks.items()
                if self._is_table(("decks", folder), table)
            },
            {action: key for action, key in self._table(data, "keys").items() if self._is_key(action, key)},
        )
        if self.faults:
            raise QuizError("\n".join(self.faults))
        return found

    def _table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = data.get(name, {})
        return table if self._is_table((name,), table) else {}

    def _is_table(self, place: tuple[str, ...], value: object) -> bool:
        if not isinstance(value, dict):
            message = _("'{name}' is a table").format(name=place[-1])
            self._fault(place, message, _("write [{name}] above its lines").format(name=".".join(place)))
            return False
        return True

    def _is_key(self, action: str, key: object) -> bool:
        if not isinstance(key, str) or not key.strip():
            message = _("'{name}' must be a key").format(name=action)
            self._fault(("keys", action), message, _('write it like "ctrl+z"'))
            return False
        return True

    def _options(self, table: tuple[str, ...], data: Mapping[str, Any], known: Mapping[str, Option]) -> dict[str, Rule]:
        found: dict[str, Rule] = {}
        for name, value in data.items():
            place = (*table, name)
            if name not in known:
                self._fault(place, *_unknown(name, known))
                continue
            try:
                read = known[name].read(value)
            except (ValueError, TypeError):
                self._fault(place, _("'{name}' must be {form}").format(name=name, form=_(known[name].form)), "")
                continue
            where = f"[{'.'.join(table)}]" if table else ""
            found[name] = Rule(read, " ".join(filter(None, (self._place(place, column=False), where))))
        return found

    def _fault(self, place: tuple[str, ...], message: str, hint: str) -> None:
        self.faults.append(str(QuizError(message, where=self._place(place), hint=hint)))

    def _place(self, place: tuple[str, ...], *, column: bool = True) -> str:
        line, start = self.places.get(place, (1, 1))
        return f"{self.path}:{line}:{start}" if column else f"{self.path}:{line}"


def _unknown(name: str, known: Mapping[str, Option]) -> tuple[str, str]:
    """What is said about an option that isn't known here: the message and the hint."""
    if name in _SCHEDULE or name in _APP:
        hint = _("it stands in [schedule]") if name in _SCHEDULE else _("it stands at the top")
        return _("there is no option '{name}' here").format(name=name), hint
    return _("there is no option '{name}'").format(name=name), nearest(name, known)


def _places(written: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Line and column of every table and key that stands on a line of its own."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(written.split("\n"), 1):
        if header := _HEADER.fullmatch(line.rstrip("\r")):
            table = _names(header[1])
            found.setdefault(table, (number, line.index("[") + 1))
        elif key := _KEY.match(line):
            found.setdefault((*table, *_names(key[1])), (number, key.start(1) + 1))
    return found


def _names(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted key."""
    return tuple(part[1] or part[2] or part[3] for part in re.finditer(r""""([^"]*)"|'([^']*)'|([\w-]+)""", dotted))


def _path(deck: str) -> Iterator[str]:
    """A deck and the folders above it, from within: `conv/size`, `conv`."""
    while deck:
        yield deck
        deck = deck.rpartition("/")[0]


def _common(decks: Sequence[str]) -> str:
    """The folder or deck that holds all of `decks`; empty for the top."""
    if not decks:
        return ""
    return next((folder for folder in _path(decks[0]) if all(_is_in(deck, folder) for deck in decks)), "")


def _is_in(deck: str, folder: str) -> bool:
    return deck == folder or deck.startswith(f"{folder}/")
