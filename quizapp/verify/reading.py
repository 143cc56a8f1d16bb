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
    """The decks that `names` stand for (each a folder, a deck or the last part of one), else all; with their faults.

    The faults of verifiers' declarations are told where all decks are read, and where one that was named can't be.
    Raises QuizError for a name that stands for nothing.
    """
    declarations, broken = declared(pack)
    files = pack.decks()
    chosen = {
        deck for name in names for deck in resolve(name.strip("/").removeprefix("cards/").removesuffix(".yaml"), files)
    }
    found = {name: read_deck(path, name, declarations, pack.shown(path)) for name, path in files.items()}
    wanted = {name: one for name, one in found.items() if name in chosen or not names}
    decks = {name: one for name, one in wanted.items() if isinstance(one, Deck)}
    # An id may be taken by a deck that wasn't named.
    doubles = duplicate_ids(one for one in found.values() if isinstance(one, Deck))
    faults = [
        *(fault for one in wanted.values() if not isinstance(one, Deck) for fault in one),
        *(fault for fault in doubles if fault.path in {pack.shown(files[name]) for name in wanted}),
    ]
    if faults or not names:
        faults = [*(fault for one in broken.values() for fault in one), *faults]
    return Material(decks, declarations, tuple(map(str, faults)))
