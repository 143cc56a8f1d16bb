"""A verifier that is disturbed is noticed on every card that uses it, and so is a literal."""

import pytest

from quizapp.packs import builtin
from quizapp.verify.pool import Pool
from quizapp.verify.reading import read
from tests.verifiers.mutants import Recorded, mutants_of_cards, mutants_of_literals

SAMPLES = 4


@pytest.mark.parametrize("deck", builtin().decks())
def test_every_mutant_of_a_deck_is_caught(deck: str) -> None:
    material = read(builtin(), [deck])
    with Pool(builtin().root, "cpu", 1) as pool:
        recorded = Recorded(pool)
        made = [*mutants_of_cards(material, recorded, SAMPLES), *mutants_of_literals(material, recorded)]
    assert len(made) > 20
    assert [f"{one.of}: {one.how}" for one in made if not one.caught] == []
