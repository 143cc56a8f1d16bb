"""The JSON Schema of decks says what validation says, and travels with quizapp."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from quizapp.deck.draft import plain
from quizapp.deck.schema import json_schema, misfits
from quizapp.deck.tree import read_tree
from quizapp.packs import Pack, builtin
from tests.conftest import PACK
from tests.deck.test_faults import CASES, Case

SHIPPED = Path(__file__).parents[2] / "quizapp" / "deck" / "deck.schema.json"
DECKS = [path for pack in (builtin(), Pack(PACK)) for path in pack.decks().values()]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    written = json_schema()
    Draft202012Validator.check_schema(written)
    return Draft202012Validator(written)


def values(source: str) -> Any:
    """What a deck file holds, without places; None where it is no YAML that can be read."""
    tree, faults = read_tree(source.encode(), "a.yaml")
    return None if tree.root is None or faults else plain(tree.root)


@pytest.mark.parametrize("path", DECKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sound_deck_is_sound_by_both(path: Path, schema: Draft202012Validator) -> None:
    deck = values(path.read_text("utf-8"))
    assert misfits(deck) == []
    assert list(schema.iter_errors(deck)) == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_broken_deck_is_broken_by_both_or_by_what_no_form_can_say(
    case: Case, request: pytest.FixtureRequest, schema: Draft202012Validator
) -> None:
    sound = request.getfixturevalue(case.deck)
    broken = values(sound.replace(case.sound, case.broken).replace("⟦", ""))
    assert bool(list(schema.iter_errors(broken))) == bool(misfits(broken))


def test_what_is_shipped_is_what_the_models_say() -> None:
    assert json.loads(SHIPPED.read_text("utf-8")) == json_schema(), "quiz schema > quizapp/deck/deck.schema.json"


@pytest.mark.parametrize("path", builtin().decks().values(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_deck_tells_editors_where_the_schema_is(path: Path) -> None:
    first = path.read_text("utf-8").partition("\n")[0]
    assert (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve() == SHIPPED
