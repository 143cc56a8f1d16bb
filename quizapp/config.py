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
from urllib.parse import quote

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
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds, and where it comes from.

    source: `default`, a variable of the environment, a flag, or `file:line` with the table that says so.
    """

    value: Any
    source: str = "default"


@dataclass(frozen=True)
class Config:
    """A config file that was read, or the defaults where there is none.

    app, schedule: the options that it sets. decks: those it sets for folders and decks. keys: action -> key.
    given: what flags and variables say in their place.
    """

    path: Path | None = None
    app: Mapping[str, Rule] = field(default_factory=dict)
    schedule: Mapping[str, Rule] = field(default_factory=dict)
    decks: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Rule] = field(default_factory=dict)

    def option(self, name: str) -> Any:
        """The value of an option of the app."""
        return self.rule(name).value

    def rule(self, name: str, deck: str = "") -> Rule:
        """What holds of an option: for the decks in a folder, one deck, or all."""
        if name in _APP:
            return self.given.get(name) or self.app.get(name) or Rule(_APP[name].default)
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

    def again(self) -> "Config":
        """The same file as it is now, with the same flags and variables. Raises QuizError as `load` does."""
        return self if self.path is None else replace(load(self.path), given=self.given)

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
    text = text_of(path)
    return replace(Config(path) if text is None else read(text, path), given=from_environment())


def text_of(path: Path) -> str | None:
    """What the file says, its line ends as they are; None where there is none. Raises QuizError where it can't be
    read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not text in UTF-8")
        raise QuizError(_("the config file can't be read: {why}").format(why=why), where=str(path)) from None


def from_environment() -> dict[str, Rule]:
    """What variables of the environment say. Raises QuizError for one that says nothing sensible."""
    return dict(_variables())


def _variables() -> Iterator[tuple[str, Rule]]:
    for option in APP:
        if option.variable and (value := os.environ.get(option.variable)):
            try:
                yield option.name, Rule(option.read(value), option.variable)
            except (ValueError, TypeError):
                message = _("{name} must be {form}, and is '{value}'")
                raise QuizError(message.format(name=option.variable, form=_(option.form), value=value)) from None


def read(written: str, path: Path) -> Config:
    """The config that a text gives. Raises QuizError naming every fault with its place.

    path: for messages; the folder that relative paths in the text begin at.
    """
    import tomllib  # without a config file nobody needs it

    from quizapp.core.toml import places

    try:
        data = tomllib.loads(written)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        lines = written.rstrip().split("\n")  # without a place, the end is meant
        where = f"{path}:{place[1]}:{place[2]}" if place else f"{path}:{len(lines)}:{len(lines[-1]) + 1}"
        why = str(error).partition(" (at ")[0]
        raise QuizError(_("this is no TOML: {why}").format(why=why), where=where) from None
    return _Reading(path, places(written)).config(data)


class _Reading:
    """Reads the tables of one file, gathering what is wrong."""

    def __init__(self, path: Path, places: Mapping[tuple[str, ...], tuple[int, int]]) -> None:
        self.path = path
        self.places = places
        self.faults: list[tuple[tuple[int, int], str]] = []

    def config(self, data: Mapping[str, Any]) -> Config:
        app = {name: value for name, value in data.items() if name not in _TABLES}
        found = Config(
            self.path,
            self._options((), app, _APP),
            self._options(("schedule",), self._table(data, "schedule"), _SCHEDULE),
            {
                folder: self._options(("decks", folder), table, _SCHEDULE)
                for folder, table in self._table(data, "decks").items()
                if self._is_folder(folder) and self._is_table(("decks", folder), table)
            },
            dict(self._keys((), self._table(data, "keys"))),
        )
        if self.faults:
            raise QuizError("\n".join(fault for _, fault in sorted(self.faults)))
        return found

    def _table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = data.get(name, {})
        return table if self._is_table((name,), table) else {}

    def _is_table(self, place: tuple[str, ...], value: object) -> bool:
        if not isinstance(value, dict):
            message = _("'{name}' is a table").format(name=place[-1])
            self._fault(place, message, _("write [{name}] above its lines").format(name=_header(*place)))
            return False
        return True

    def _is_folder(self, name: str) -> bool:
        proper = "/".join(filter(None, name.split("/")))
        if proper != name or not proper:
            message = _("'{name}' is no folder or deck").format(name=name)
            self._fault(("decks", name), message, _("write [{name}]").format(name=_header("decks", proper or "conv")))
        return proper == name != ""

    def _keys(self, above: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Actions with their keys; `drill.undo` without quotes is the same to the learner, and a table to TOML."""
        for name, key in table.items():
            place = (*above, name)
            if isinstance(key, dict):
                yield from self._keys(place, key)
            elif isinstance(key, str) and key.strip():
                yield ".".join(place), key
            else:
                message = _("'{name}' must be a key").format(name=".".join(place))
                self._fault(("keys", *place), message, _('write it like "ctrl+z"'))

    def _options(self, table: tuple[str, ...], data: Mapping[str, Any], known: Mapping[str, Option]) -> dict[str, Rule]:
        found: dict[str, Rule] = {}
        for name, value in data.items():
            place = (*table, name)
            if name not in known:
                self._fault(place, *_unknown(place, value, known))
                continue
            try:
                read = known[name].read(value)
            except (ValueError, TypeError):
                message = _("'{name}' must be {form}").format(name=name, form=_(known[name].form))
                self._fault(place, message, "")
                continue
            where = f" [{_header(*table)}]" if table else ""
            source = f"{self.path}:{self._place(place)[0]}{where}"
            found[name] = Rule(_from(self.path.parent, name, read), source)
        return found

    def _fault(self, place: tuple[str, ...], message: str, hint: str) -> None:
        line, column = self._place(place)
        where = f"{self.path}:{line}:{column}"
        self.faults.append(((line, column), str(QuizError(message, where=where, hint=hint))))

    def _place(self, place: tuple[str, ...]) -> tuple[int, int]:
        return self.places.get(place, (1, 1))


def _unknown(place: tuple[str, ...], value: object, known: Mapping[str, Option]) -> tuple[str, str]:
    """What is said about an option that isn't known here: the message and the hint."""
    *table, name = place
    if isinstance(value, dict) and table[:1] == ["decks"]:
        message = _("'{name}' is a table in a table").format(name=name)
        return message, _("write [{name}]").format(name=_header("decks", "/".join(place[1:])))
    if name in _SCHEDULE or name in _APP:
        hint = _("it stands in [schedule]") if name in _SCHEDULE else _("it stands at the top")
        return _("there is no option '{name}' here").format(name=name), hint
    return _("there is no option '{name}'").format(name=name), nearest(name, known)


def _header(*names: str) -> str:
    """A table's name as its header has it: `decks."conv/size"`."""
    return ".".join(name if re.fullmatch(r"[\w-]+", name, re.ASCII) else f'"{name}"' for name in names)


def _from(folder: Path, name: str, value: Any) -> Any:
    """A value as it is, a path from the config file's own folder on: quiz is called from anywhere."""
    match name:
        case "pack":
            return str(folder / Path(value).expanduser())
        case "db" if value.startswith(_SQLITE) and re.match(r"(?!/|:|[A-Za-z]:[/\\]).", value[len(_SQLITE) :]):
            return f"{_SQLITE}{quote(str(folder.absolute()))}/{value[len(_SQLITE) :]}"
    return value


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
