"""What is read of a pack for checking: the decks that were named, and their faults alone."""

import shutil
from pathlib import Path

import pytest

from quizapp.errors import QuizError
from quizapp.packs import Pack
from quizapp.verify.reading import read
from tests.verify.test_planted import SOUND

DECK = "title: {en: More, zh: 更多}\ndescription: {en: More., zh: 更多。}\ncards: 3\n"


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    shutil.copytree(SOUND, tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pack" / "cards" / "more.yaml").write_text(DECK, "utf-8")
    return Pack(tmp_path / "pack")


def test_all_decks_are_read_with_the_faults_of_all(pack: Pack) -> None:
    material = read(pack)
    assert list(material.decks) == ["shop/prices"]
    assert [fault.partition(": ")[0] for fault in material.faults] == ["cards/more.yaml:3:8"]


def test_a_deck_that_was_named_answers_for_itself_alone(pack: Pack) -> None:
    for name in ("shop/prices", "prices", "shop", "cards/shop/prices.yaml"):
        material = read(pack, [name])
        assert (list(material.decks), material.faults) == (["shop/prices"], ())
    assert read(pack, ["more"]).faults


def test_a_verifier_that_is_not_declared_well_is_told_with_the_deck_that_needs_it(pack: Pack) -> None:
    shop = pack.root / "verifiers" / "shop.py"
    (pack.root / "verifiers" / "other.py").write_text(
        shop.read_text("utf-8").replace('"""A part of a whole', 'f"""A'), "utf-8"
    )
    assert read(pack, ["prices"]).faults == ()
    shop.write_text(shop.read_text("utf-8").replace('"""The shape of a box."""', ""), "utf-8")
    faults = read(pack, ["prices"]).faults
    assert any(fault.startswith("verifiers/shop.py:") and "has no docstring" in fault for fault in faults)
    assert any("there is no verifier 'shop.box'" in fault for fault in faults)


def test_an_id_that_a_deck_not_named_has_is_taken(pack: Pack) -> None:
    deck = pack.decks()["shop/prices"]
    (pack.root / "cards" / "zebra.yaml").write_text(deck.read_text("utf-8").partition("claims:")[0], "utf-8")
    assert all("is taken" in fault for fault in read(pack, ["zebra"]).faults)
    assert read(pack, ["zebra"]).faults


def test_a_name_for_nothing_is_refused(pack: Pack) -> None:
    with pytest.raises(QuizError, match="there is no deck 'shap'; did you mean 'shop'"):
        read(pack, ["shap"])
