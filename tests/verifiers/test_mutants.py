"""A verifier that is disturbed is noticed on every card that uses it, and so is a literal."""

from collections.abc import Iterator

import pytest

from quizapp.packs import builtin
from quizapp.verify.pool import Pool
from quizapp.verify.reading import Material, read
from tests.verifiers.mutants import Recorded, mutants_of_cards, mutants_of_literals

MATERIAL = read(builtin())
SAMPLES = 3


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    with Pool(builtin().root, "cpu", 1) as pool:
        yield Recorded(pool)


@pytest.mark.parametrize("deck", MATERIAL.decks)
def test_every_mutant_of_a_deck_is_caught(deck: str, recorded: Recorded) -> None:
    material = Material({deck: MATERIAL.decks[deck]}, MATERIAL.declarations, ())
    made = [*mutants_of_cards(material, recorded, SAMPLES), *mutants_of_literals(material, recorded)]
    assert len(made) > 20
    assert [f"{one.of}: {one.how}" for one in made if not one.caught] == []
