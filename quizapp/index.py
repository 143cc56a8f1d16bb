"""Bringing the store's index of decks up to date: only what has changed since is read."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from quizapp import __version__
from quizapp.core.card import Deck
from quizapp.core.declaration import Declaration
from quizapp.deck.fault import Fault
from quizapp.language import speaking
from quizapp.packs import Pack
from quizapp.store import DeckEntry, Store

# Part of every signature: another version of quizapp may see other faults. Raise the number when the index keeps a deck
# in another form within one version.
_FORMAT = f"{__version__}/3"
# No file's signature: what has faults is read at every start, since the cure may lie in another file.
_FAULTY = ""


def refresh(pack: Pack, store: Store) -> None:
    """Reads the decks whose file, or whose verifiers' files, changed since they were read, and forgets those gone."""
    known = store.signatures(pack.key)
    files = {pack.shown(path): (name, path) for name, path in pack.decks().items()}
    stamps = {name: _stamp(path) for name, path in pack.modules().items()}
    changed = [
        shown
        for shown, (_, path) in files.items()
        if known.get(shown, _FAULTY) != _sign(path, _modules_of(known.get(shown, _FAULTY)), stamps)
    ]
    gone = [shown for shown in known if shown not in files]
    if changed or gone:
        # What stands in a file that changes or goes is no reason to refuse an id in another.
        stale = {*changed, *gone}
        places = store.places(pack.key)
        kept = {card: place for card, place in places.items() if place.rsplit(":", 2)[0] not in stale}
        with speaking("en"):  # faults are kept, and somebody may want to search for their words
            entries = list(_read(pack, {shown: files[shown] for shown in changed}, stamps, kept))
        store.replace_decks(pack.key, entries, gone)


def declared(pack: Pack) -> tuple[dict[str, Declaration], dict[str, tuple[Fault, ...]]]:
    """What the pack's verifiers declare, by name, and the faults of those declarations, by file."""
    from quizapp.deck.declared import read_declarations

    found: dict[str, Declaration] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    for path in pack.modules().values():
        declarations, faults[pack.shown(path)] = read_declarations(path, pack.shown(path))
        found |= declarations
    return found, faults


def _read(
    pack: Pack, changed: Mapping[str, tuple[str, Path]], stamps: Mapping[str, str], kept: Mapping[str, str]
) -> Iterator[DeckEntry]:
    """The entries of `changed` files; `kept` is card id -> place, of the cards in all others."""
    # pydantic and yaml are imported only here: a warm index pays for neither.
    from quizapp.deck.reader import duplicate_ids, read_deck

    declarations, broken = declared(pack)
    for shown, faults in broken.items():
        if faults:
            yield DeckEntry(shown, _FAULTY, shown, None, tuple(map(str, faults)))
    read = {shown: read_deck(path, name, declarations, shown) for shown, (name, path) in changed.items()}
    decks = [deck for deck in read.values() if isinstance(deck, Deck)]
    doubles = duplicate_ids(decks, kept)
    for shown, (name, path) in changed.items():
        result = read[shown]
        faults = tuple(one for one in doubles if one.path == shown) if isinstance(result, Deck) else result
        if faults or not isinstance(result, Deck):
            yield DeckEntry(shown, _FAULTY, name, None, tuple(map(str, faults)))
        else:
            used = sorted({card.verifier.partition(".")[0] for card in result.cards if card.verifier})
            yield DeckEntry(shown, _sign(path, used, stamps), name, result)


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:  # a link that leads nowhere; reading it says so
        return _FAULTY
    return f"{found.st_mtime_ns:x}.{found.st_size:x}"


def _sign(path: Path, used: Iterable[str], stamps: Mapping[str, str]) -> str:
    return "|".join([_FORMAT, _stamp(path), *(f"{name}={stamps.get(name, '')}" for name in used)])


def _modules_of(signature: str) -> list[str]:
    return [part.partition("=")[0] for part in signature.split("|")[2:]]
