"""The index of decks: what was read from files is kept, replaced and forgotten by file."""

import pytest

from quizapp.core.text import Text
from quizapp.errors import QuizError
from quizapp.store import DeckCounts, Store, open_store
from tests.store.examples import PACK, START, TODAY, card, entry, entry_of, faulty, reviewed


@pytest.fixture
def filled(store: Store) -> Store:
    store.replace_decks(
        PACK,
        [
            entry_of("theory/kl", "kl/b", "kl/a"),
            entry_of("conv/size", "conv/size/stem", "conv/size/pool"),
            faulty("python/self", "cards/python/self.yaml:1:1: no title", "cards/python/self.yaml:9:2: no id"),
        ],
        [],
    )
    return store


def test_decks_are_listed_by_name_without_the_faulty_ones(filled: Store) -> None:
    assert filled.deck_names(PACK) == ["conv/size", "theory/kl"]
    assert filled.card_ids(PACK) == ["conv/size/pool", "conv/size/stem", "kl/a", "kl/b"]
    assert filled.faults(PACK) == ["cards/python/self.yaml:1:1: no title", "cards/python/self.yaml:9:2: no id"]


def test_a_card_comes_back_as_it_went_in(filled: Store) -> None:
    assert filled.card(PACK, "kl/a") == card("kl/a", "theory/kl")
    assert filled.card(PACK, "kl/none") is None
    assert filled.card("/packs/other", "kl/a") is None


def test_every_file_has_its_signature_and_every_card_its_place(filled: Store) -> None:
    assert filled.signatures(PACK) == {
        "cards/theory/kl.yaml": "1",
        "cards/conv/size.yaml": "1",
        "cards/python/self.yaml": "1",
    }
    assert filled.places(PACK)["kl/a"] == "cards/theory/kl.yaml:3:5"
    assert len(filled.places(PACK)) == 4


def test_a_changed_file_takes_the_place_of_what_it_held(filled: Store) -> None:
    changed = entry("theory/kl", card("kl/c", "theory/kl"), card("kl/a", "theory/kl"), signature="2")
    filled.replace_decks(PACK, [changed], [])
    assert [one.card for one in filled.fresh(PACK, ["theory/kl"], (), day=TODAY)] == ["kl/c", "kl/a"]
    assert filled.card(PACK, "kl/b") is None
    assert filled.signatures(PACK)["cards/theory/kl.yaml"] == "2"
    assert "conv/size/stem" in filled.card_ids(PACK)


def test_a_file_that_breaks_loses_its_cards_and_one_that_is_mended_gains_them(filled: Store) -> None:
    filled.replace_decks(PACK, [faulty("theory/kl", "broken"), entry_of("python/self", "self/a")], [])
    assert filled.deck_names(PACK) == ["conv/size", "python/self"]
    assert filled.faults(PACK) == ["broken"]
    assert filled.card(PACK, "kl/a") is None


def test_a_file_that_is_gone_is_forgotten(filled: Store) -> None:
    filled.replace_decks(PACK, [], ["cards/theory/kl.yaml", "cards/python/self.yaml", "cards/never/there.yaml"])
    assert list(filled.signatures(PACK)) == ["cards/conv/size.yaml"]
    assert filled.faults(PACK) == []
    assert filled.card_ids(PACK) == ["conv/size/pool", "conv/size/stem"]


def test_a_card_may_move_to_another_file(filled: Store) -> None:
    moved = [entry_of("theory/kl", "kl/b"), entry_of("theory/js", "kl/a")]
    filled.replace_decks(PACK, moved, ["cards/python/self.yaml"])
    found = filled.card(PACK, "kl/a")
    assert found is not None
    assert found.deck == "theory/js"


def test_packs_know_nothing_of_each_other(filled: Store) -> None:
    filled.replace_decks("/packs/other", [entry_of("theory/kl", "kl/a")], [])
    filled.replace_decks("/packs/other", [], ["cards/theory/kl.yaml"])
    assert filled.deck_names("/packs/other") == []
    assert filled.card(PACK, "kl/a") is not None


def test_replacing_is_all_or_nothing(filled: Store) -> None:
    twice = entry_of("python/loops", "loops/a", "loops/a")
    with pytest.raises(QuizError):
        filled.replace_decks(PACK, [entry_of("theory/kl", "kl/z"), twice], ["cards/conv/size.yaml"])
    assert filled.card_ids(PACK) == ["conv/size/pool", "conv/size/stem", "kl/a", "kl/b"]


def test_the_index_is_there_when_the_store_is_opened_again(filled: Store, url: str) -> None:
    with open_store(url) as again:
        assert again.deck_names(PACK) == filled.deck_names(PACK)
        assert again.card(PACK, "kl/a") == filled.card(PACK, "kl/a")


def test_decks_are_counted(store: Store) -> None:
    cards = [card("a/fresh"), card("a/pinned", drawn=False), card("a/seen")]
    store.replace_decks(PACK, [entry("conv/size", *cards), entry_of("conv/pad", "p/a"), faulty("x/y", "no")], [])
    store.append(reviewed(1, "a/seen"))
    empty = DeckCounts("conv/pad", Text("Title of conv/pad", "标题"), Text("Described.", "描述"), 1, 1, 1, 1, 0)
    counted = DeckCounts("conv/size", Text("Title of conv/size", "标题"), Text("Described.", "描述"), 3, 3, 2, 2, 0)
    due = DeckCounts("conv/size", counted.title, counted.description, 3, 3, 2, 2, 1)
    assert store.counts(PACK, now=START, day=TODAY) == [empty, counted]
    assert store.counts(PACK, now=START + 600_000, day=TODAY) == [empty, due]
    assert store.counts("/packs/other", now=START, day=TODAY) == []
