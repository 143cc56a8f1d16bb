"""`quiz new` and `quiz edit`: a deck or a card begun from a template, and opened at its line; both read again at once."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp import editing, opening, packs
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Declaration
from quizapp.core.text import on_a_line
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _, ngettext, speaking
from quizapp.packs import Pack

if TYPE_CHECKING:
    from quizapp.cli import Common
    from quizapp.library import Library

_PART = re.compile(r"[a-z0-9][a-z0-9-]*")
_SCHEMA = "deck.schema.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `quiz new` was asked for: a deck, or with `card` a card of it; the rest is optional."""

    deck: str
    card: str = ""
    verifier: str = ""
    kind: str = ""
    title: str = ""


def new(wanted: Wanted, common: "Common", as_json: bool) -> None:
    """Writes a deck with one card, or adds a card to a deck that is there, and says what is still to be written.

    Nothing is overwritten. Raises QuizError for what can't be: a name or an id that is taken or is none, a verifier or
    a kind that isn't there, a card that nothing could answer, a pack that can't be written.
    """
    from quizapp.sketching import Begun, begin

    name = _deck_name(wanted.deck)
    pack = _pack(common)
    path = pack.decks().get(name, pack.root / "cards" / f"{name}.yaml")
    shown = pack.shown(path)
    there = path.exists()
    if there and not wanted.card:
        hint = _("--card NAME adds a card to it, and quiz edit {deck} opens it").format(deck=name)
        raise QuizError(_("the deck {deck} is there already").format(deck=name), where=shown, hint=hint)
    if there and wanted.title:
        raise QuizError(_("the deck {deck} has a title already").format(deck=name), where=shown)
    if wanted.kind and wanted.kind not in list(Kind):
        raise QuizError(_("there is no kind '{name}'").format(name=wanted.kind), hint=nearest(wanted.kind, Kind))
    if not wanted.verifier and wanted.kind not in ("", Kind.RECALL):
        hint = _("--verifier NAME says which; quiz compute --list shows them")
        raise QuizError(_("a card of kind {kind} has a verifier").format(kind=wanted.kind), hint=hint)
    with opening.library(replace(common, pack=str(pack.root))) as library:
        if faults := [one for one in library.faults if there and one.startswith(f"{shown}:")]:
            raise QuizError("\n".join(faults), hint=_("mend that first: quiz edit {deck}").format(deck=name))
        declaration = library.declaration(wanted.verifier) if wanted.verifier else None
        card = _card_id(wanted, name, declaration, library)
    
