"""Writing the config file: one option at a time, its comments kept, all of it or nothing."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from quizapp.config import load, read
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _
from quizapp.options import APP, SCHEDULE, Option, write_step

_STEPS = ("learning_steps", "relearning_steps")


def write(path: Path, name: str, value: str | None, deck: str | None = None) -> None:
    """Sets an option in the config file, or takes it out; `value` as it would be written there, quotes may be left out.

    deck: a folder or deck for which alone it shall hold. The file is replaced as a whole, and stays as it is where the
    result would not be valid. Raises QuizError for that, and for a file that can't be written.
    """
    import tomlkit  # brings a parser along that only writing needs

    _known(name, deck)
    load(path)  # a file with faults is mended by hand first: nothing in it may get lost
    document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    table: Any = document
    for part in _table(name, deck):
        if part not in table:
            table[part] = tomlkit.table(is_super_table=part == "decks")
        table = table[part]
    if value is None:
        table.pop(name, None)
    else:
        table[name] = _typed(value)
    text = tomlkit.dumps(document)
    read(text, path)
    _replace(path, text)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.key if isinstance(value, ZoneInfo) else value


def written(option: Option, value: Any) -> str:
    """A value as it would be written in the file."""
    if value is None:
        return "—"
    if option.name in _STEPS:
        value = [write_step(step) for step in value]
    return json.dumps(plain(value), ensure_ascii=False)


def _known(name: str, deck: str | None) -> None:
    names = {option.name for option in SCHEDULE} | ({option.name for option in APP} if deck is None else set())
    if name not in names:
        raise QuizError(_("there is no option '{name}'").format(name=name), hint=nearest(name, names))


def _table(name: str, deck: str | None) -> tuple[str, ...]:
    if deck is not None:
        return ("decks", deck.strip("/"))
    return ("schedule",) if any(option.name == name for option in SCHEDULE) else ()


def _typed(value: str) -> Any:
    """What was typed as a value of TOML: a number, a list; a word is a text."""
    import tomllib

    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value


def _replace(path: Path, text: str) -> None:
    """Writes the file anew beside the old one, then puts it in its place."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError as error:
        raise QuizError(
            _("the config file can't be written: {why}").format(why=error.strerror),
            where=str(path),
            exit=Exit.ENVIRONMENT,
        ) from None
