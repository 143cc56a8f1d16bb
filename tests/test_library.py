"""The library over its index: what is read again and what isn't, what a fault costs, and what a name stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from quizapp import packs
from quizapp.core.day import Clock
from quizapp.deck import reader
from quizapp.errors import Exit, QuizError
from quizapp.library import Library
from quizapp.store import Store, open_store
from tests.command_line import card, deck, make_pack, write
from tests.store.examples import DAY, START, reviewed

MULTIPLY = '''\
"""Another module."""

from typing import Annotated

from quizapp.authoring import Int, Result, verifier


@verifier("python")
def times(a: Annotated[int, Int(0, 9)], b: Annotated[int, Int(0, 9)]) -> Result:
    """The product."""
    return Result(a * b)
'''


@dataclass(frozen=True)
class House:
    """A pack that can be changed, and what was read of it since one last asked."""

    root: Path
    store: Store
    reads: list[str]

    def open(self) -> Library:
        self.reads.clear()
        return Library(packs.at(self.root), self.store)

    def change(self, file: str, source: str) -> None:
        write(self.root / file, source)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Two decks on one module of verifiers, and one on another."""
    root = make_pack(
        tmp_path / "pack",
        conv__size=deck(card("conv/size/a"), card("conv/size/b")),
        theory__kl=deck(card("theory/kl/a", more="params: {a: 1, b: 2}\n    tags: [sum]")),
        python__loops=deck(card("python/loops/a", "more.times")),
    )
    write(root / "verifiers" / "more.py", MULTIPLY)
    reads: list[str] = []
    read_deck = reader.read_deck

    def noticed(path: Path, name: str, *rest: object) -> object:
        reads.append(name)
        return read_deck(path, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read_deck", noticed)
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        yield House(root, store, reads)


def test_every_deck_is_read_once(house: House) -> None:
    library = house.open()
    assert house.reads == ["conv/size", "python/loops", "theory/kl"]
    assert library.decks([]) == house.reads
    assert library.faults == ()


def test_what_has_not_changed_is_not_read_again(house: House) -> None:
    house.open()
    assert house.open().decks([]) == ["conv/size", "python/loops", "theory/kl"]
    assert house.reads == []


def test_only_the_deck_that_changed_is_read_again(house: House) -> None:
    house.open()
    house.change("cards/theory/kl.yaml", deck(card("theory/kl/b")))
    library = house.open()
    assert house.reads == ["theory/kl"]
    assert library.plan(["theory/kl"], (), clock()) == ["theory/kl/b"]


def test_a_deck_is_noticed_that_changed_without_growing(house: House) -> None:
    house.open()
    house.change("cards/theory/kl.yaml", (house.root / "cards/theory/kl.yaml").read_text().replace("kl/a", "kl/z"))
    assert house.open().card("theory/kl/z").id == "theory/kl/z"


def test_a_new_deck_is_read_alone(house: House) -> None:
    house.open()
    house.change("cards/conv/pool.yaml", deck(card("conv/pool/a")))
    assert "conv/pool" in house.open().decks([])
    assert house.reads == ["conv/pool"]


def test_a_changed_verifier_has_only_its_own_decks_read_again(house: House) -> None:
    house.open()
    house.change("verifiers/more.py", MULTIPLY.replace("Int(0, 9)]) ->", "Int(5, 9)]) ->"))
    house.open()
    assert house.reads == ["python/loops"]


def test_a_verifier_that_no_longer_admits_a_card_makes_its_deck_faulty(house: House) -> None:
    house.change("cards/python/loops.yaml", deck(card("python/loops/a", "more.times", more="params: {a: 2, b: 3}")))
    assert house.open().faults == ()
    house.change("verifiers/more.py", MULTIPLY.replace("Int(0, 9)]) ->", "Int(5, 9)]) ->"))
    [fault] = house.open().faults
    assert fault.startswith("cards/python/loops.yaml:9:")
    assert "5" in fault


def test_the_limit_of_a_verifier_that_changed_is_its_cards_limit(house: House) -> None:
    house.open()
    house.change("verifiers/more.py", MULTIPLY.replace('("python")', '("python", limit_s=0.25)'))
    assert house.open().card("python/loops/a").limit_s == 0.25


def test_a_new_module_of_verifiers_has_nothing_read_again(house: House) -> None:
    house.open()
    house.change("verifiers/third.py", MULTIPLY)
    library = house.open()
    assert house.reads == []
    assert "third.times" in library.declarations()


def test_a_deck_that_is_gone_is_forgotten_but_not_its_reviews(house: House) -> None:
    house.open()
    house.store.append(reviewed(1, "theory/kl/a"))
    (house.root / "cards/theory/kl.yaml").unlink()
    library = house.open()
    assert library.decks([]) == ["conv/size", "python/loops"]
    with pytest.raises(QuizError, match="no card 'theory/kl/a'"):
        library.card("theory/kl/a")
    assert len(house.store.history("theory/kl/a")) == 1


def test_a_card_keeps_its_schedule_when_it_moves_to_another_file(house: House) -> None:
    house.open()
    house.store.append(reviewed(1, "conv/size/a"))
    house.change("cards/conv/size.yaml", deck(card("conv/size/b")))
    house.change("cards/theory/kl.yaml", deck(card("theory/kl/a"), card("conv/size/a")))
    library = house.open()
    assert library.faults == ()
    assert library.card("conv/size/a").deck == "theory/kl"
    assert library.plan([], (), clock(START + DAY))[0] == "conv/size/a"


def test_a_card_may_move_to_a_file_that_is_read_before_the_one_it_leaves(house: House) -> None:
    house.open()
    house.change("cards/conv/size.yaml", deck(card("conv/size/a"), card("theory/kl/a")))
    (house.root / "cards/theory/kl.yaml").unlink()
    library = house.open()
    assert library.faults == ()
    assert library.card("theory/kl/a").deck == "conv/size"


def test_a_deck_that_moves_with_all_its_cards_is_the_same_cards_elsewhere(house: House) -> None:
    house.open()
    (house.root / "cards/theory/kl.yaml").rename(house.root / "cards/theory/divergence.yaml")
    library = house.open()
    assert library.faults == ()
    assert library.card("theory/kl/a").deck == "theory/divergence"


class TestFaults:
    def test_a_broken_deck_stands_beside_good_ones(self, house: House) -> None:
        house.change("cards/conv/size.yaml", deck(card("conv/size/a", "toy.ad"), card("conv/size/b", kind="numbr")))
        library = house.open()
        assert library.decks([]) == ["python/loops", "theory/kl"]
        assert [fault.split(": ")[0] for fault in library.faults] == [
            "cards/conv/size.yaml:6:15",
            "cards/conv/size.yaml:11:11",
        ]

    def test_a_deck_that_breaks_is_out_until_it_is_mended(self, house: House) -> None:
        house.open()
        house.change("cards/theory/kl.yaml", "title: [")
        assert "theory/kl" not in house.open().decks([])
        house.change("cards/theory/kl.yaml", deck(card("theory/kl/a")))
        library = house.open()
        assert "theory/kl" in library.decks([])
        assert library.faults == ()

    def test_faults_are_told_at_every_start_while_good_decks_rest(self, house: House) -> None:
        house.change("cards/theory/kl.yaml", "title: [")
        first = house.open().faults
        assert first
        assert house.open().faults == first
        assert house.reads == ["theory/kl"]

    def test_the_cure_may_lie_in_another_file(self, house: House) -> None:
        house.change("cards/conv/pool.yaml", deck(card("conv/pool/a", "pool.times", more="params: {a: 1, b: 2}")))
        [fault] = house.open().faults
        assert fault.startswith("cards/conv/pool.yaml:6:15: there is no verifier 'pool.times'")
        house.change("verifiers/pool.py", MULTIPLY)
        library = house.open()
        assert library.faults == ()
        assert library.card("conv/pool/a").verifier == "pool.times"

    def test_an_id_that_two_files_have_names_both_and_leaves_the_first(self, house: House) -> None:
        house.change("cards/theory/kl.yaml", deck(card("theory/kl/a"), card("conv/size/b")))
        library = house.open()
        [fault] = library.faults
        assert fault.startswith("cards/theory/kl.yaml:10:5: the card id 'conv/size/b' is taken")
        assert "cards/conv/size.yaml:10:5 has it already" in fault
        assert library.card("conv/size/b").deck == "conv/size"
        assert library.decks([]) == ["conv/size", "python/loops"]

    def test_a_warm_index_knows_the_ids_of_the_files_that_it_does_not_read(self, house: House) -> None:
        house.open()
        house.change("cards/conv/pool.yaml", deck(card("theory/kl/a")))
        for _ in range(2):
            library = house.open()
            assert house.reads == ["conv/pool"]
            [fault] = library.faults
            assert fault.startswith("cards/conv/pool.yaml:4:5: the card id 'theory/kl/a' is taken")
            assert "cards/theory/kl.yaml:4:5" in fault

    def test_taking_the_id_from_one_of_two_files_cures_the_other(self, house: House) -> None:
        house.change("cards/theory/kl.yaml", deck(card("conv/size/b")))
        assert house.open().faults
        house.change("cards/conv/size.yaml", deck(card("conv/size/a")))
        library = house.open()
        assert library.faults == ()
        assert library.card("conv/size/b").deck == "theory/kl"

    def test_a_module_that_breaks_takes_its_decks_with_it_and_names_its_own_line(self, house: House) -> None:
        house.open()
        house.change("verifiers/more.py", MULTIPLY.replace("def times(", "def times((("))
        library = house.open()
        assert library.decks([]) == ["conv/size", "theory/kl"]
        assert any(fault.startswith("verifiers/more.py:9:") for fault in library.faults)
        house.change("verifiers/more.py", MULTIPLY)
        library = house.open()
        assert library.faults == ()
        assert library.decks([]) == ["conv/size", "python/loops", "theory/kl"]

    @pytest.mark.parametrize("kind", ["link", "folder"])
    def test_what_cannot_be_read_is_a_fault_of_its_own(self, house: House, kind: str) -> None:
        path = house.root / "cards" / "conv" / "lost.yaml"
        path.mkdir() if kind == "folder" else path.symlink_to("nowhere")
        for _ in range(2):
            library = house.open()
            [fault] = library.faults
            assert fault.startswith("cards/conv/lost.yaml:1:1: the file can't be read")
            assert "conv/size" in library.decks([])

    def test_a_module_that_cannot_be_read_is_a_fault_too(self, house: House) -> None:
        (house.root / "verifiers" / "lost.py").symlink_to("nowhere")
        library = house.open()
        assert [fault.partition(" ")[0] for fault in library.faults] == ["verifiers/lost.py:1:1:"]
        assert len(library.decks([])) == 3


class TestNames:
    @pytest.fixture
    def library(self, house: House) -> Library:
        house.change("cards/vision/size.yaml", deck(card("vision/size/a")))
        house.change("cards/theory/bad.yaml", "title: 3\ncards: 4\n")
        return house.open()

    @pytest.mark.parametrize(
        ("name", "decks"),
        [
            ("conv", ["conv/size"]),
            ("conv/", ["conv/size"]),
            ("conv/size", ["conv/size"]),
            ("conv/size.yaml", ["conv/size"]),
            ("loops", ["python/loops"]),
            ("theory", ["theory/kl"]),
        ],
    )
    def test_a_name_is_a_folder_a_deck_or_its_last_part(self, library: Library, name: str, decks: list[str]) -> None:
        assert library.decks([name]) == decks

    def test_several_names_are_all_their_decks_each_once(self, library: Library) -> None:
        assert library.decks(["kl", "conv", "theory"]) == ["theory/kl", "conv/size"]

    def test_no_name_is_all_decks(self, library: Library) -> None:
        assert library.decks([]) == ["conv/size", "python/loops", "theory/kl", "vision/size"]

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("size", "'size' is the last part of several decks; write one of conv/size, vision/size"),
            ("lops", "there is no deck 'lops'; did you mean 'loops'?"),
            ("covn", "there is no deck 'covn'; did you mean 'conv'"),
            ("con", "there is no deck 'con'; did you mean 'conv'"),
            ("", "there is no deck ''; there are conv, "),
        ],
    )
    def test_a_name_that_is_none_or_several_says_what_there_is(self, library: Library, name: str, said: str) -> None:
        with pytest.raises(QuizError) as raised:
            library.decks([name])
        assert str(raised.value).startswith(said)
        assert raised.value.exit is Exit.BAD_INPUT

    @pytest.mark.parametrize("name", ["bad", "theory/bad", "theory/bad.yaml"])
    def test_the_name_of_a_broken_deck_says_what_is_wrong_with_it(self, library: Library, name: str) -> None:
        with pytest.raises(QuizError) as raised:
            library.decks([name])
        told = str(raised.value).splitlines()
        assert tuple(told) == library.faults
        assert len(told) > 1

    def test_a_folder_with_a_broken_deck_is_its_good_ones(self, library: Library) -> None:
        assert library.decks(["theory"]) == ["theory/kl"]

    def test_a_card_that_is_not_there_names_the_nearest(self, library: Library) -> None:
        with pytest.raises(QuizError, match="there is no card 'conv/size/aa'; did you mean 'conv/size/a'"):
            library.card("conv/size/aa")

    def test_a_tag_has_to_be_one_of_some_card(self, library: Library) -> None:
        assert library.tags(["sum"]) == ("sum",)
        assert library.tags([]) == ()
        with pytest.raises(QuizError, match="no card has the tag 'sums'; did you mean 'sum'"):
            library.tags(["sum", "sums"])

    def test_a_tag_admits_only_its_cards(self, library: Library) -> None:
        assert library.plan([], ("sum",), clock()) == ["theory/kl/a"]
        assert library.ahead(["conv/size"], ("sum",), clock()) == []


def test_what_is_due_comes_before_what_is_new(house: House) -> None:
    library = house.open()
    house.store.append(reviewed(1, "theory/kl/a"))
    planned = library.plan([], (), clock(START + DAY))
    assert planned == ["theory/kl/a", "conv/size/a", "python/loops/a", "conv/size/b"]
    assert set(library.ahead([], (), clock())) == set(planned)
    [row] = [row for row in library.counts(clock(START + DAY)) if row.deck == "theory/kl"]
    assert (row.cards, row.new, row.due) == (1, 0, 1)


def test_a_folder_that_is_no_pack_says_what_one_is(tmp_path: Path) -> None:
    with pytest.raises(QuizError, match="this folder is no pack; a pack has the folders 'cards' and 'verifiers'"):
        packs.at(tmp_path)


def clock(now: int = START) -> Clock:
    return Clock(now=lambda: now, zone=UTC)
