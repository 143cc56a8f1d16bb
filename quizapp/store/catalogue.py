"""The index of decks: what was read from their files, so that starting up reads none of them."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from quizapp.core.card import Card, Deck
from quizapp.core.codec import card_from_json, card_to_json, write_json
from quizapp.store.entries import DeckEntry
from quizapp.store.tables import cards, decks, meta, schedules, tags

_SELECT_CARD = select(cards.c.body).where(cards.c.pack == bindparam("pack"), cards.c.id == bindparam("id"))


def replace_decks(connection: Connection, pack: str, changed: Sequence[DeckEntry], gone: Sequence[str]) -> None:
    """Puts the entries of `changed` in the place of what their paths held, and removes the paths `gone`."""
    paths = [{"of_path": path} for path in (*(entry.path for entry in changed), *gone)]
    if paths:  # the cards go with their deck, and the tags with their card
        connection.execute(delete(decks).where(decks.c.pack == pack, decks.c.path == bindparam("of_path")), paths)
    for entry in changed:
        connection.execute(insert(decks), _row(pack, entry))
        if entry.deck is not None and entry.deck.cards:
            _insert_cards(connection, pack, entry.deck)


def signatures(connection: Connection, pack: str) -> dict[str, str]:
    """Path -> signature, of every file that was read."""
    found = select(decks.c.path, decks.c.signature).where(decks.c.pack == pack)
    return dict(connection.execute(found).all())


def faults(connection: Connection, pack: str) -> list[str]:
    """What is wrong with the decks, in the order of their paths."""
    found = select(decks.c.faults).where(decks.c.pack == pack, decks.c.faults != "[]").order_by(decks.c.path)
    return [fault for written in connection.execute(found).scalars() for fault in json.loads(written)]


def deck_names(connection: Connection, pack: str) -> list[str]:
    """The decks that can be studied, in order."""
    found = select(decks.c.name).where(decks.c.pack == pack, decks.c.title_en.is_not(None)).order_by(decks.c.name)
    return list(connection.execute(found).scalars())


def card(connection: Connection, pack: str, card_id: str) -> Card | None:
    """One card, read back."""
    written = connection.execute(_SELECT_CARD, {"pack": pack, "id": card_id}).scalar_one_or_none()
    return None if written is None else card_from_json(written)


def card_ids(connection: Connection, pack: str) -> list[str]:
    """The ids of all cards, in order."""
    found = select(cards.c.id).where(cards.c.pack == pack).order_by(cards.c.id)
    return list(connection.execute(found).scalars())


def decks_of_cards(connection: Connection, pack: str) -> dict[str, str]:
    """Card id -> deck, of all cards."""
    found = select(cards.c.id, cards.c.deck).where(cards.c.pack == pack)
    return dict(connection.execute(found).all())


def verifiers_of_cards(connection: Connection, pack: str) -> dict[str, str]:
    """Card id -> verifier, of all cards that have one."""
    found = select(cards.c.id, cards.c.verifier).where(cards.c.pack == pack, cards.c.verifier != "")
    return dict(connection.execute(found).all())


def tag_names(connection: Connection, pack: str) -> list[str]:
    """The tags that cards have, in order."""
    found = select(tags.c.tag).where(tags.c.pack == pack).distinct().order_by(tags.c.tag)
    return list(connection.execute(found).scalars())


def places(connection: Connection, pack: str) -> dict[str, str]:
    """Card id -> `file:line:column`, of all cards."""
    found = select(cards.c.id, cards.c.place).where(cards.c.pack == pack)
    return dict(connection.execute(found).all())


def noted(connection: Connection, name: str) -> str | None:
    """A fact about the database."""
    return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()


def note(connection: Connection, name: str, value: str) -> None:
    """Writes a fact about the database."""
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta), {"name": name, "value": value})


def _row(pack: str, entry: DeckEntry) -> dict[str, Any]:
    deck = entry.deck
    inside = deck.cards if deck else ()
    return {
        "pack": pack,
        "path": entry.path,
        "signature": entry.signature,
        "name": entry.name,
        "title_en": deck and deck.title.en,
        "title_zh": deck and deck.title.zh,
        "description_en": deck and deck.description.en,
        "description_zh": deck and deck.description.zh,
        "faults": write_json(entry.faults),
        "cards": len(inside),
        "computed": sum(bool(card.verifier) for card in inside),
        "drawn": sum(card.drawn for card in inside),
    }


def _words(card: Card) -> str:
    """All that a learner may remember of a card."""
    texts = [card.prompt, card.explain, card.back, *(option.text for option in card.options)]
    parts = [part for text in texts for part in (text.en, text.zh or "")]
    return "\n".join([card.id, *parts, card.code, *card.lines, card.source, *card.tags]).casefold()


def _insert_cards(connection: Connection, pack: str, deck: Deck) -> None:
    connection.execute(
        insert(cards),
        [
            {
                "id": card.id,
                "pack": pack,
                "deck": deck.name,
                "position": position,
                "place": card.place,
                "kind": str(card.kind),
                "sibling": card.group or None,
                "verifier": card.verifier,
                "drawn": int(card.drawn),
                "words": _words(card),
                "body": card_to_json(card),
            }
            for position, card in enumerate(deck.cards)
        ],
    )
    tagged = [{"card": card.id, "pack": pack, "tag": tag} for card in deck.cards for tag in dict.fromkeys(card.tags)]
    if tagged:
        connection.execute(insert(tags), tagged)
    seen = exists().where(schedules.c.card == cards.c.id)
    connection.execute(update(cards).where(cards.c.pack == pack, cards.c.deck == deck.name, seen).values(reviewed=1))
