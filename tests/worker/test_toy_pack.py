"""The toy pack's cards, drawn and computed: what other tests build on."""

import random
from pathlib import Path

import pytest

from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.card import Deck, Kind
from quizapp.core.declaration import Declaration
from quizapp.core.domain import Code, Value
from quizapp.core.drawing import draw
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck
from quizapp.worker.client import Client


def deck(pack: Path, name: str) -> Deck:
    declarations: dict[str, Declaration] = {}
    for path in sorted((pack / "verifiers").glob("*.py")):
        found, faults = read_declarations(path)
        assert not faults
        declarations |= found
    read = read_deck(pack / "cards" / f"{name}.yaml", name, declarations)
    assert isinstance(read, Deck), "\n".join(map(str, read))
    return read


def params(found: Deck, card_id: str, seed: int) -> dict[str, Value]:
    card = next(card for card in found.cards if card.id == card_id)
    drawn = {name: domain for name, domain in card.draw.domains.items() if not isinstance(domain, Code)}
    values = draw(type(card.draw)(drawn, card.draw.where), random.Random(seed))
    # The toy cards' code has no parameters but braces to fold.
    return values | ({"code": card.code.replace("{{", "{").replace("}}", "}")} if card.code else {})


def test_the_sound_deck_has_every_kind(pack: Path) -> None:
    assert {card.kind for card in deck(pack, "toy/arith").cards} == set(Kind)


@pytest.mark.parametrize("seed", range(3))
def test_every_card_of_the_sound_deck_has_a_truth(pack: Path, lasting_client: Client, seed: int) -> None:
    found = deck(pack, "toy/arith")
    for card in found.cards:
        outcome = lasting_client.truth(card.verifier, params(found, card.id, seed), card.limit_s).result(timeout=30)
        assert isinstance(outcome, Truth), (card.id, outcome)
        if card.kind is Kind.CHOICE:
            assert outcome.value in [option.value for option in card.options]


def test_every_card_of_the_bad_deck_fails_but_two(pack: Path, lasting_client: Client) -> None:
    found = deck(pack, "toy/bad")
    sound = set()
    for card in found.cards:
        outcome = lasting_client.truth(card.verifier, params(found, card.id, 1), card.limit_s).result(timeout=30)
        if not isinstance(outcome, Unverifiable):
            sound.add(card.id)
    assert sound == {"toy/bad/infinite", "toy/bad/none-of-these"}
