"""Every number and shape card of the real decks shows its derivation, and a snippet that prints the same value."""

import ast
import contextlib
import importlib
import io
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from quizapp.authoring import Result, Verifier
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.question import ask, rng_for
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack

PACK = Pack(Path(__file__).parent.parent.parent)


def computed_cards() -> list[Card]:
    declarations, _ = declared(PACK)
    decks = [read_deck(path, name, declarations) for name, path in PACK.decks().items()]
    assert all(isinstance(deck, Deck) for deck in decks)
    cards = [card for deck in decks if isinstance(deck, Deck) for card in deck.cards]
    return [card for card in cards if card.kind in (Kind.NUMBER, Kind.SHAPE)]


def result(card: Card, seed: int) -> Result:
    module, _, name = card.verifier.partition(".")
    verifier = getattr(importlib.import_module(f"verifiers.{module}"), name)
    assert isinstance(verifier, Verifier)
    with torch.device("meta") if verifier.shapes_only else contextlib.nullcontext():  # as the worker runs it
        found = verifier(**ask(card, rng_for(seed, card.id)).arguments)
    assert isinstance(found, Result)
    return found


@pytest.mark.parametrize("card", computed_cards(), ids=lambda card: card.id)
def test_the_snippet_prints_what_the_verifier_computed(card: Card) -> None:
    for seed in range(2):
        computed = result(card, seed)
        assert computed.steps
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, about defaults that it is going to change
            exec(computed.snippet, {"__name__": "__main__"})
        last = printed.getvalue().strip().splitlines()[-1].replace("torch.Size", "")
        value: Any = float("inf") if last == "inf" else ast.literal_eval(last)
        expected = computed.value
        if isinstance(expected, list):
            assert list(value) == expected
        else:
            assert value == pytest.approx(expected, rel=1e-6, abs=1e-6)
