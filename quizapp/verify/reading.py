"""Reading a pack for checking: every deck from its file, past the index, and every fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizapp.core.card import Deck
from quizapp.core.declaration import Declaration
from quizapp.deck.reader import duplicate_ids, read_deck
from quizapp.index import declared
from quizapp.packs import Pack, resolve


@dataclass(frozen=True, slots=True)
class Material:
    """What a pack holds.

    decks:        those without a fault, by name and in its order.
    declarations: of its verifiers.
    faults:       of decks and of declarations, each as a line with its place.
    """

    decks: Mapping[str, Deck]
    declarations: Mapping[str, Declaration]
    faults: tuple[str, ...]


def read(pack: Pack, names: Sequence[str] = ()) -> Material:
    """The decks that `names` stand for (each a folder, a deck or the last part of one), else all.

    Faults are told of all files: a card id may be taken by a deck that wasn't named.
    Raises QuizError for a name that stands for nothing.
    """
    declarations, broken = declared(pack)
    read = {
        name: read_deck(path, name, declarations, pack.shown(path))
        for name, path in pack.decks().items()
    }  # fmt: skip
    decks = {name: deck for name, deck in read.items() if isinstance(deck, Deck)}
    faults = [
        *(fault for found in broken.values() for fault in found),
        *(fault for found in read.values() if not isinstance(found, Deck) for fault in found),
        *duplicate_ids(decks.values()),
    ]
    wanted = {
        deck for name in names for deck in resolve(name.strip("/").removeprefix("cards/").removesuffix(".yaml"), read)
    }
    return Material(
        {name: deck for name, deck in decks.items() if name in wanted or not names},
        declarations,
        tuple(map(str, faults)),
    )
