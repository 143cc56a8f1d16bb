"""`quiz config`: what is configured, where it comes from, and changing it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quizapp import opening, paths
from quizapp.document import print_json
from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.options import APP, SCHEDULE
from quizapp.setting import plain, write, written

if TYPE_CHECKING:
    from quizapp.cli import Common


def show(name: str | None, common: "Common", as_json: bool) -> None:
    """`quiz config [DECK]`: every option with what holds, where that comes from and what it does."""
    config = common.config
    with opening.library(common) as library:
        decks = library.decks([name]) if name else []
        known = library.store.deck_names(library.key)
    folder = (name or "").strip("/") if len(decks) > 1 else "".join(decks)
    rows = [(option, config.rule(option.name, folder)) for option in (*(() if folder else APP), *SCHEDULE)]
    if as_json:
        print_json({
            "file": str(config.path),
            "deck": folder,
            "options": {option.name: {"value": plain(rule.value), "source": rule.source} for option, rule in rows},
        })  # fmt: skip
        return
    print(_("config file: {path}").format(path=config.path), "", sep="\n")
    for option, rule in rows:
        print(f"{option.name:18} {written(option, rule.value)}")
        print(f"{'':18} {_(option.effect)} · {rule.source}")
    if strange := [one for one in config.decks if not any(f"{deck}/".startswith(f"{one}/") for deck in known)]:
        print("", _("the file speaks of decks that there are not: {decks}").format(decks=", ".join(strange)), sep="\n")


def change(settings: Sequence[str], unset: Sequence[str], deck: str | None) -> None:
    """`quiz config --set NAME=VALUE --unset NAME [DECK]`: writes the config file, comments kept.

    Raises QuizError for what can't be configured, leaving the file as it is.
    """
    path = paths.config()
    for pair in settings:
        name, equals, value = pair.partition("=")
        if not equals:
            raise QuizError(_("'{pair}' sets nothing").format(pair=pair), hint=_("write NAME=VALUE"))
        write(path, name.strip(), value.strip(), deck)
    for name in unset:
        write(path, name, None, deck)
    print(path)
