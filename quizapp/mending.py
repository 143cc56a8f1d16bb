"""`quiz edit`: a deck opened in the learner's editor at its line, and read again until it has no fault."""

import re
import sys
from typing import TYPE_CHECKING

import click

from quizapp import editing, opening
from quizapp.errors import Exit
from quizapp.language import _, ngettext

if TYPE_CHECKING:
    from quizapp.common import Common
    from quizapp.library import Library


def edit(name: str, common: "Common") -> Exit:
    """Opens a card's line, or a deck, in the learner's editor, and reads the deck again when that is closed.

    Faults are told, with exit code 2; on a terminal the file can be edited again. Raises QuizError for a name that is
    no card and no deck, and where there is no editor.
    """
    with opening.library(common) as library:
        place = _place(name.strip("/"), library)
        file, _line = editing.split(place)
        while True:
            editing.edit(library.pack.root, place)
            library.reread()
            faults = faults_of(file, library)
            for fault in faults:
                click.echo(fault, err=True)
            if not faults:
                break
            place = faults[0].partition(": ")[0]
            if not (sys.stdin.isatty() and sys.stdout.isatty()) or not click.confirm(_("Edit it again?"), default=True):
                return Exit.BAD_INPUT
        cards = [place for place in library.store.places(library.key).values() if place.startswith(f"{file}:")]
    said = ngettext("{file}: {n} card, no fault", "{file}: {n} cards, no fault", len(cards))
    click.echo(said.format(file=file, n=len(cards)))
    return Exit.OK


def faults_of(file: str, library: "Library") -> list[str]:
    """The faults of one file, by place."""
    return [fault for fault in library.faults if fault.startswith(f"{file}:")]


def _place(name: str, library: "Library") -> str:
    """Where a card, or a deck, stands; also one that has faults and so is in no index."""
    if (card := library.store.card(library.key, name)) is not None:
        return card.place
    files = {deck: library.pack.shown(path) for deck, path in library.pack.decks().items()}
    deck = name.removeprefix("cards/").removesuffix(".yaml")
    if deck in files:
        faults = faults_of(files[deck], library)
        return faults[0].partition(": ")[0] if faults else f"{files[deck]}:1:1"
    for file in files.values():
        if faults_of(file, library):
            lines = (library.pack.root / file).read_text(encoding="utf-8", errors="replace").splitlines()
            for number, line in enumerate(lines, 1):
                if re.search(rf"\bid:\s*[\"']?{re.escape(name)}[\"']?\s*(#|,|\}}|$)", line):
                    return f"{file}:{number}:1"
    return library.card(name).place
