"""Writing the config file: options set and taken out, its comments kept, all of it or nothing."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from quizapp.config import load, read, text_of
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _
from quizapp.options import APP, SCHEDULE, Option, write_step

_APP = {option.name: option for option in APP}
_SCHEDULE = {option.name: option for option in SCHEDULE}
_STEPS = ("learning_steps", "relearning_steps")


def write(path: Path, name: str, value: str | None, deck: str | None = None) -> None:
    """Sets one option in the config file, or takes it out; see `change`."""
    change(path, [(name, value)], deck)


def change(path: Path, wanted: Sequence[tuple[str, str | None]], deck: str | None = None) -> None:
    """Sets options in the config file, or takes them out: all of them, or none.

    wanted: names with values as they would be written in the file, where quotes may be left out; None takes one out.
    deck:   a folder or deck for which alone they shall hold.
    A file that has faults stays as it is: it is mended by hand first. Raises QuizError for that, for what can't be
    configured, and where the file can't be written.
    """
    import tomllib

    import tomlkit  # brings a parser along that only writing needs
    from tomlkit.exceptions import TOMLKitError

    changes = [(option, None if value is None else _typed(option, value)) for option, value in _known(wanted, deck)]
    load(path)
    text = text_of(path) or ""
    before = tomllib.loads(text)
    try:
        document = tomlkit.parse(text)
        for option, value in changes:
            place = _table(option, deck)
            _put(before, place, option.name, value, lambda _name: {})
            _put(document, place, option.name, value, lambda name: tomlkit.table(is_super_table=name == "decks"))
        result = tomlkit.dumps(document)
        kept = tomllib.loads(result) == before
    except (TOMLKitError, ValueError):
        kept = False
    if not kept:
        raise QuizError(
            _("the config file is written in a way that can't be changed without loss"),
            where=str(path),
            hint=_("change it by hand"),
        )
    read(result, path)
    _replace(path, _lines(result, "\r\n" if "\r\n" in text else "\n"))


def plain(option: Option, value: Any) -> Any:
    """A value as the file has it, for JSON."""
    if option.name in _STEPS:
        return [write_step(step) for step in value]
    return value.key if isinstance(value, ZoneInfo) else value


def written(option: Option, value: Any) -> str:
    """A value as it would be written in the file."""
    return "—" if value is None else json.dumps(plain(option, value), ensure_ascii=False)


def _known(wanted: Sequence[tuple[str, str | None]], deck: str | None) -> list[tuple[Option, str | None]]:
    known = _SCHEDULE if deck is not None else {**_APP, **_SCHEDULE}
    for name, _value in wanted:
        if name not in known and name in _APP:
            message = _("'{name}' can't be set for one deck").format(name=name)
            raise QuizError(message, hint=_("leave the deck out"))
        if name not in known:
            raise QuizError(_("there is no option '{name}'").format(name=name), hint=nearest(name, known))
    return [(known[name], value) for name, value in wanted]


def _table(option: Option, deck: str | None) -> tuple[str, ...]:
    if deck is not None:
        return ("decks", deck.strip("/"))
    return ("schedule",) if option.name in _SCHEDULE else ()


def _typed(option: Option, value: str) -> Any:
    """What was typed, as TOML or as a bare word, as the option takes it. Raises QuizError where it takes neither."""
    import tomllib

    meant: list[Any] = [value]
    with suppress(ValueError, RecursionError):
        meant[:0] = [one for one in [tomllib.loads(f"value = {value}")] if len(one) == 1]
    for one in meant:
        typed = one["value"] if isinstance(one, dict) else one
        with suppress(ValueError, TypeError):
            option.read(typed)
            return typed
    message = _("{name} must be {form}, and is '{value}'")
    raise QuizError(message.format(name=option.name, form=_(option.form), value=value))


def _put(tree: Any, place: Sequence[str], name: str, value: Any, new: Callable[[str], Any]) -> None:
    """Sets an option in a table, which is made where it isn't there; None takes the option out."""
    for part in place:
        if part not in tree:
            if value is None:
                return
            tree[part] = new(part)
        tree = tree[part]
    if value is None:
        tree.pop(name, None)
    elif name in tree:
        tree[name] = value
    else:
        _append(tree, name, value)


def _append(table: Any, name: str, value: Any) -> None:
    """Adds an option behind the last one of a table. What tomlkit counts to a table's end, blank lines and a comment,
    is most often about the table below."""
    from tomlkit.items import Table

    body = table.value.body if isinstance(table, Table) else []
    behind = []
    while body and body[-1][0] is None:
        behind.append(body.pop()[1])
    table[name] = value
    for item in reversed(behind):
        table.value.append(None, item)


def _lines(text: str, end: str) -> str:
    """The text with the same end on every line."""
    return text.replace("\r\n", "\n").replace("\n", end)


def _replace(path: Path, text: str) -> None:
    """Writes the file anew beside the old one, then puts it in its place; through a link, where the link leads."""
    draft = ""
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=target.name)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        Path(draft).replace(target)
        _keep_name(target.parent)
    except OSError as error:
        with suppress(OSError):
            Path(draft).unlink()
        raise QuizError(
            _("the config file can't be written: {why}").format(why=error.strerror),
            where=str(path),
            exit=Exit.ENVIRONMENT,
        ) from None


def _keep_name(folder: Path) -> None:
    """Has the file's new name outlive a power cut too, where a folder can be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
