"""`quiz config`: what is configured, where it comes from, and changing it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quizapp import opening, paths, setting, surroundings
from quizapp.core.text import on_a_line
from quizapp.document import print_json
from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.options import APP, SCHEDULE
from quizapp.packs import resolve

if TYPE_CHECKING:
    from quizapp.common import Common


def show(name: str | None, common: "Common", as_json: bool) -> None:
    """`quiz config [DECK]`: every option with what holds, where that comes from and what it does; for a deck or folder,
    those of its schedule. No database is opened: it may be what is to be configured."""
    config = common.config
    folder = _folder(name, common)
    rows = [(option, config.rule(option.name, folder or "")) for option in (*(() if folder else APP), *SCHEDULE)]
    strange = list(surroundings.config(common, None))
    if as_json:
        print_json({
            "file": str(config.path),
            "deck": folder or "",
            "options": {
                option.name: {
                    "value": setting.plain(option, rule.value),
                    "source": rule.source,
                    "default": setting.plain(option, option.default),
                    "form": option.form,
                    "effect": option.effect,
                }
                for option, rule in rows
            },
            "keys": dict(config.keys),
            "warnings": [{"message": one.message, "hint": one.hint, "items": one.items} for one in strange],
        })  # fmt: skip
        return
    print(_("config file: {path}").format(path=config.path), "", sep="\n")
    for option, rule in rows:
        source = _(rule.source) if rule.source == "default" else rule.source
        print(f"{option.name:18} {setting.written(option, rule.value)}")
        print(f"{'':18} {_(option.effect)} · {source}")
    if config.keys and not folder:
        print("", *(on_a_line(f"{action:18} {key}") for action, key in config.keys.items()), sep="\n")
    for one in strange:
        print("", f"{one.message} {on_a_line(', '.join(one.items))}", f"  {one.hint}", sep="\n")


def change(changes: Sequence[str], unset: Sequence[str], deck: str | None, common: "Common") -> None:
    """`quiz config --set NAME=VALUE --unset NAME [DECK]`: writes the config file, comments kept.

    Raises QuizError for what can't be configured, leaving the file as it is.
    """
    wanted: list[tuple[str, str | None]] = []
    for pair in changes:
        name, equals, value = pair.partition("=")
        if not equals:
            raise QuizError(_("'{pair}' sets nothing").format(pair=pair), hint=_("write NAME=VALUE"))
        wanted.append((name.strip(), value.strip()))
    wanted += [(name.strip(), None) for name in unset]
    folder = deck if deck in common.config.decks else _folder(deck, common)  # what is no deck can still be taken out
    path = paths.config()
    setting.change(path, wanted, folder)
    print(path)


def _folder(name: str | None, common: "Common") -> str | None:
    """The folder or deck that a name stands for, whole; None for none. Raises QuizError where it stands for nothing."""
    if name is None:
        return None
    name = name.strip("/")
    decks = resolve(name, opening.pack(common).decks())
    return decks[0] if len(decks) == 1 and not decks[0].startswith(f"{name}/") else name
