"""The toy pack's cards, drawn and computed: what other tests build on."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.card import Deck, Kind
from quizapp.core.declaration import Declaration
from quizapp.core.question import ask
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


SOUND = ("toy/arith", "toy/kinds")


def test_the_sound_decks_have_every_kind(pack: Path) -> None:
    assert {card.kind for name in SOUND for card in deck(pack, name).cards} == set(Kind)


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("seed", range(3))
def test_every_card_of_the_sound_decks_has_a_truth(pack: Path, lasting_client: Client, name: str, seed: int) -> None:
    for card in deck(pack, name).cards:
        if card.kind is Kind.RECALL:
            continue
        question = ask(card, random.Random(seed))
        outcome = lasting_client.truth(card.verifier, question.arguments, card.limit_s).result(timeout=30)
        assert isinstance(outcome, Truth), (card.id, outcome)
        assert isinstance(question.exhibit(outcome).settle(outcome), Truth), card.id


ANSWERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.ORDER: lambda truth: list(truth.value),
    Kind.OPEN: lambda truth: {"a": truth.value[0], "b": truth.value[1]},
    Kind.CODE: lambda truth: str(truth.value),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_truth_of_what_is_judged_by_running_runs(pack: Path, lasting_client: Client, kind: Kind) -> None:
    cards = [card for card in deck(pack, "toy/kinds").cards if card.kind is kind]
    assert cards
    for card in cards:
        arguments = ask(card, random.Random(1)).arguments
        truth = lasting_client.truth(card.verifier, arguments, card.limit_s).result(timeout=30)
        answer = ANSWERS[kind](truth)
        if kind is Kind.CODE:
            future = lasting_client.run_code(card.verifier, arguments, answer)
        else:
            future = lasting_client.attempt(card.verifier, arguments, answer, card.limit_s)
        outcome = future.result(timeout=30)
        assert isinstance(outcome, Attempt), (card.id, outcome)
        assert outcome.right, outcome


def test_every_card_of_the_bad_deck_fails_but_two(pack: Path, lasting_client: Client) -> None:
    found = deck(pack, "toy/bad")
    sound = set()
    for card in found.cards:
        outcome = lasting_client.truth(card.verifier, ask(card, random.Random(1)).arguments, card.limit_s).result(
            timeout=30
        )
        if not isinstance(outcome, Unverifiable):
            sound.add(card.id)
    assert sound == {"toy/bad/infinite", "toy/bad/none-of-these"}
