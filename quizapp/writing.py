"""`quiz new`: a deck or a card begun from a template, which reads without a fault and says what is to be written."""

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp import opening, packs
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.text import on_a_line
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _, speaking
from quizapp.mending import faults_of
from quizapp.packs import Pack

if TYPE_CHECKING:
    from quizapp.common import Common
    from quizapp.deck.fault import Fault
    from quizapp.deck.sketch import Sketch
    from quizapp.library import Library
    from quizapp.sketching import Begun

_PART = re.compile(r"[a-z0-9][a-z0-9-]*")
_SCHEMA = "deck.schema.json"
_OURS = "quizapp/deck"
_LONGEST_ID = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `quiz new` was asked for: a deck, or with `card` a card of it. What is empty is chosen."""

    deck: str
    card: str = ""
    verifier: str = ""
    kind: str = ""
    title: str = ""


def new(wanted: Wanted, common: "Common", as_json: bool) -> None:
    """Writes a deck with one card, or adds a card to a deck that is there, and says what is still to be written.

    Nothing is overwritten. Raises QuizError for what can't be: a name or an id that is none or is taken, a verifier or
    a kind that isn't there, a card that nothing could answer, a pack that can't be written.
    """
    from quizapp.library import Library

    deck, pack = _deck_name(wanted.deck), _own_pack(common)
    path = pack.decks().get(deck, pack.root / "cards" / f"{deck}.yaml")
    shown, there = pack.shown(path), os.path.lexists(path)
    _refuse(wanted, deck, shown, there)
    with opening.store(common) as store:
        library = Library(pack, store)
        if there and (faults := faults_of(shown, library)):
            hint = _("mend that first: quiz edit {deck}").format(deck=deck)
            raise QuizError("\n".join(faults), hint=hint)
        begun = _begun(wanted, deck, path, library, common)
    made = [] if there else _make(pack)
    _write(path, begun.source, anew=not there)
    if not there:
        made.append(shown)
    named = common.config.given.get("pack")
    _tell(deck, begun, made, as_json, common.pack if named is not None and named.source == "--pack" else None)


def _deck_name(given: str) -> str:
    name = given.strip("/").removeprefix("cards/").removesuffix(".yaml")
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        message = _("'{name}' is no name for a deck").format(name=on_a_line(given)[:60])
        raise QuizError(message, hint=_("write a-z, 0-9 and '-', with '/' between folders: conv/size"))
    return name


def _own_pack(common: "Common") -> Pack:
    """The pack to be written to; one in a folder that isn't there or is empty will be made.

    Raises QuizError for the pack that an installed quiz brings.
    """
    if not common.pack:
        pack = packs.builtin()
        if pack.root.name == "_pack":
            message = _("the cards that quiz brings are replaced when it is updated")
            raise QuizError(message, where=str(pack.root), hint=_("--pack DIR writes into a folder of your own"))
        return pack
    root = Path(common.pack).expanduser().resolve()
    try:
        empty = not root.exists() or not any(root.iterdir())
    except OSError:
        empty = False
    return Pack(root) if empty else packs.at(root)


def _refuse(wanted: Wanted, deck: str, shown: str, there: bool) -> None:
    if there and not wanted.card:
        hint = _("--card NAME adds a card to it, and quiz edit {deck} opens it").format(deck=deck)
        raise QuizError(_("the deck {deck} is there already").format(deck=deck), where=shown, hint=hint)
    if there and wanted.title:
        raise QuizError(_("the deck {deck} has a title already").format(deck=deck), where=shown)
    kinds = [str(kind) for kind in Kind]
    if wanted.kind and wanted.kind not in kinds:
        raise QuizError(_("there is no kind '{name}'").format(name=wanted.kind), hint=nearest(wanted.kind, kinds))
    if wanted.kind == Kind.RECALL and wanted.verifier:
        raise QuizError(_("nothing computes a card to recall"), hint=_("leave --verifier out"))
    if wanted.kind not in ("", Kind.RECALL) and not wanted.verifier:
        message = _("a card of kind {kind} needs a verifier").format(kind=wanted.kind)
        raise QuizError(message, hint=_("--verifier NAME says which; quiz compute --list shows them"))


def _begun(wanted: Wanted, deck: str, path: Path, library: "Library", common: "Common") -> "Begun":
    """The deck's source as it is to be, with a card that reads without a fault and can be answered."""
    from quizapp.deck.insertion import kept
    from quizapp.deck.reader import read_source
    from quizapp.deck.sketch import Sketch
    from quizapp.sketching import begin, sketches

    declaration = library.declaration(wanted.verifier) if wanted.verifier else None
    name = _card_id(wanted, deck, library)
    declarations, shown = library.declarations(), library.pack.shown(path)
    before = path.read_bytes() if os.path.lexists(path) else b""

    def read(source: str) -> "Deck | tuple[Fault, ...]":
        return read_source(source.encode(), shown, deck, declarations)

    def write(sketch: "Sketch") -> str:
        return _source(sketch, before, deck, wanted.title, path, library.pack)

    kind = Kind(wanted.kind) if wanted.kind else None
    with opening.worker(library.pack, common) as client, speaking("en"):
        if declaration is None:
            found = iter([Sketch(name, Kind.RECALL, source=bool(before))])
        else:
            found = sketches(name, kind, declaration, _model(wanted, library), client)
        begun = begin(found, write, read, client)
    if before and not kept(read(before.decode()), read(begun.source)):
        raise _by_hand(shown)
    return begun


def _source(sketch: "Sketch", before: bytes, deck: str, title: str, path: Path, pack: Pack) -> str:
    """The deck with the card that was sketched."""
    from quizapp.deck.insertion import with_card
    from quizapp.deck.sketch import card_source, deck_source
    from quizapp.deck.tree import read_tree

    if not before:
        words = on_a_line(title) or deck.rpartition("/")[2].replace("-", " ").capitalize()
        home = pack.root / _OURS if (pack.root / _OURS / _SCHEMA).exists() else pack.root
        schema = os.path.relpath(home / _SCHEMA, path.parent).replace(os.sep, "/")
        return deck_source(words, schema, card_source(sketch))
    shown = pack.shown(path)
    added = with_card(before.decode("utf-8"), read_tree(before, shown)[0], card_source(sketch))
    if added is None:
        raise _by_hand(shown)
    return added


def _by_hand(shown: str) -> QuizError:
    message = _("this deck is written in a way that can't be added to without loss")
    return QuizError(message, where=shown, hint=_("add the card by hand"))


def _card_id(wanted: Wanted, deck: str, library: "Library") -> str:
    """The id of the card: as it was given, with the deck's name if it had none; or made of the verifier's name."""
    from quizapp.deck.misfit import ID

    taken = library.store.places(library.key)
    if wanted.card:
        name = wanted.card if "/" in wanted.card else f"{deck}/{wanted.card}"
        if not re.fullmatch(ID, name) or len(name) > _LONGEST_ID:
            message = _("'{name}' is no id for a card").format(name=on_a_line(name)[:60])
            raise QuizError(message, hint=_("write a-z, 0-9 and '-', with '/' between parts: conv/size/stem"))
        if name in taken:
            message = _("the card id '{card}' is taken").format(card=name)
            raise QuizError(message, where=taken[name], hint=_("give another"))
        return name
    last = wanted.verifier.rpartition(".")[2].lower().replace("_", "-").strip("-") or "first"
    several = (f"{deck}/{last}", *(f"{deck}/{last}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in several if one not in taken)


def _model(wanted: Wanted, library: "Library") -> Card | None:
    """A card of the same verifier, and of the same kind where there is one."""
    names = [
        card for card, verifier in library.store.verifiers_of_cards(library.key).items() if verifier == wanted.verifier
    ]
    cards = [library.card(name) for name in names]
    return next((card for card in cards if card.kind == wanted.kind), cards[0] if cards else None)


def _make(pack: Pack) -> list[str]:
    """Makes what a pack has and this one lacks; returns the files and folders made."""
    import json

    from quizapp.deck.schema import json_schema

    made = []
    for name in ("cards", "verifiers"):
        if not (pack.root / name).exists():
            with _said(pack.root / name):
                (pack.root / name).mkdir(parents=True)
            made.append(f"{name}/")
    if not any((pack.root / folder / _SCHEMA).exists() for folder in (_OURS, "")):
        _write(pack.root / _SCHEMA, json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", anew=True)
        made.append(_SCHEMA)
    return made


def _write(path: Path, source: str, *, anew: bool) -> None:
    """Writes a file beside the place where it belongs, then puts it there. anew: only where nothing is yet."""
    draft = ""
    with _said(path):
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}")
        try:
            with open(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(source)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o666 & ~_umask() if anew else target.stat().st_mode)
            if anew:
                os.link(draft, target)  # which, unlike a replacement, refuses a name that somebody took meanwhile
            else:
                Path(draft).replace(target)
        finally:
            with suppress(OSError):
                Path(draft).unlink()


def _umask() -> int:
    """What a new file's mode leaves out. It can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Says in a sentence what keeps a file from being written."""
    try:
        yield
    except OSError as error:
        message = _("this can't be written: {why}").format(why=error.strerror)
        hint = _("--pack DIR writes into a folder of your own")
        raise QuizError(message, where=str(path), hint=hint, exit=Exit.ENVIRONMENT) from None


def _tell(deck: str, begun: "Begun", made: list[str], as_json: bool, pack: str | None) -> None:
    """What was written, what is still to be, and what to do next. pack: as it was named on the command line."""
    from quizapp.deck.sketch import TODO

    card = begun.card
    file, line, _column = card.place.rsplit(":", 2)
    lines = begun.source.splitlines()
    begins = 1 if made else int(line)
    todo = [(at, lines[at - 1].partition(TODO)[2]) for at in range(begins, len(lines) + 1) if TODO in lines[at - 1]]
    if begun.untried:
        click.echo(_("not tried: {why}").format(why=begun.untried), err=True)
    if as_json:
        print_json({
            "card": card.id,
            "deck": deck,
            "kind": card.kind,
            "verifier": card.verifier,
            "file": file,
            "line": int(line),
            "made": made,
            "todo": [{"line": at, "what": what} for at, what in todo],
        })  # fmt: skip
        return
    print(f"{file}:{line}: {card.id} · {card.kind}" + (f" · {card.verifier}" if card.verifier else ""))
    print(_("Still to be written:"))
    for at, what in todo:
        print(f"  {file}:{at}: {what}")
    quiz = f"  quiz --pack {shlex.quote(pack)}" if pack else "  quiz"
    print(_("Then:"))
    for command in (("edit", card.id), ("show", card.id), ("verify", deck)):
        print(quiz, *command)
