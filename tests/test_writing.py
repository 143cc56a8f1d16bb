"""`quiz new` and `quiz edit`: what is begun can be asked at once, nothing is lost, and what can't be is refused."""

import json
from pathlib import Path

import pytest

from quizapp import packs
from quizapp.core.card import Deck, Kind
from quizapp.deck.reader import read_deck
from quizapp.index import declared
from quizapp.packs import Pack
from tests.command_line import PACK, card, deck, make_pack, quiz, write

# Each kind with a verifier of the toy pack that it fits.
FITTING = {
    Kind.NUMBER: "toy.divide",
    Kind.SHAPE: "toy.shape",
    Kind.CHOICE: "toy.greater",
    Kind.SEVERAL: "toy.divisors",
    Kind.TEXT: "toy.word",
    Kind.CLOZE: "toy.gaps",
    Kind.ORDER: "toy.sequence",
    Kind.OUTPUT: "toy.prints",
    Kind.CODE: "toy.double",
    Kind.OPEN: "toy.two_summing",
    Kind.PICTURE: "toy.bars",
    Kind.RECALL: "",
}
COMMENTED = f"""\
# A deck that somebody has laid out.
title: {{en: A deck, zh: 一叠}}   # aligned
description: {{en: A few cards., zh: 几张卡。}}
cards:
{card("mine/laid/first")}    # behind the first

{card("mine/laid/second")}
# about the claims
claims:
  - id: mine/laid/claim
    claim: {{en: It adds., zh: 相加。}}
    verifier: toy.add
    cases: [{{params: {{a: 3, b: 4}}, note: 7}}]
    outcome: holds
    reason: {{en: It does., zh: 是的。}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "pack", mine__laid=COMMENTED)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that notes what it was given, and then runs the script that is returned."""
    script = tmp_path / "vim"
    write(
        script, f'#!/bin/sh\necho "$@" >> {tmp_path}/given\n[ -e {tmp_path}/change ] && . {tmp_path}/change || true\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    return tmp_path / "change"


def read(root: Path, name: str) -> Deck:
    path = root / "cards" / f"{name}.yaml"
    found = read_deck(path, name, declared(Pack(root))[0], Pack(root).shown(path))
    assert isinstance(found, Deck), found
    return found


def test_every_kind_has_a_verifier_here() -> None:
    assert set(FITTING) == set(Kind)


@pytest.mark.parametrize("kind", FITTING)
def test_a_new_card_of_every_kind_reads_without_a_fault_and_can_be_shown(root: Path, kind: Kind) -> None:
    options = ("--verifier", FITTING[kind]) if FITTING[kind] else ()
    told = quiz("new", f"mine/{kind}", "--kind", kind, *options, pack=root)
    assert (told.code, told.err) == (0, "")
    [made] = read(root, f"mine/{kind}").cards
    assert (made.kind, made.verifier, made.deck) == (kind, FITTING[kind], f"mine/{kind}")
    assert told.out.startswith(f"{made.place.rpartition(':')[0]}: {made.id}")
    for seed in "0", "1", "2":
        shown = quiz("show", made.id, "--seed", seed, "--json", pack=root)
        assert (shown.code, shown.document["id"]) == (0, made.id)
    assert quiz("decks", pack=root).err == ""


@pytest.mark.parametrize("kind", [kind for kind in FITTING if FITTING[kind]])
def test_a_card_is_of_the_kind_that_fits_its_verifier_where_none_is_named(root: Path, kind: Kind) -> None:
    told = quiz("new", "mine/some", "--verifier", FITTING[kind], "--json", pack=root).document
    assert (told["kind"], told["verifier"]) != (Kind.RECALL, "")
    assert quiz("show", told["card"], pack=root).code == 0


def test_a_card_begins_as_another_of_the_same_verifier_does(tmp_path: Path) -> None:
    like = card("one/first", more="params: {a: {choice: [2, 3, 9]}}\n    where: a + b < 9")
    root = make_pack(tmp_path / "pack", one=deck(like.replace("Question one", "{a}").replace("问题 one", "{a}")))
    quiz("new", "two", "--verifier", "toy.add", pack=root)
    [made] = read(root, "two").cards
    [model] = read(root, "one").cards
    assert made.draw == model.draw
    assert made.id == "two/add"


def test_what_is_still_to_be_written_is_told_line_by_line(root: Path) -> None:
    told = quiz("new", "mine/sums", "--verifier", "toy.add", "--title", "Sums: {all}", "--json", pack=root).document
    lines = (root / "cards/mine/sums.yaml").read_text(encoding="utf-8").splitlines()
    assert [one["line"] for one in told["todo"]] == [at for at, line in enumerate(lines, 1) if "# TODO: " in line]
    assert all(lines[one["line"] - 1].endswith(one["what"]) for one in told["todo"])
    assert lines[told["line"] - 1].strip().startswith("- id: mine/sums/add")
    assert told["made"] == ["deck.schema.json", "cards/mine/sums.yaml"]
    assert lines[0].endswith("$schema=../../deck.schema.json")
    assert json.loads((root / "deck.schema.json").read_text(encoding="utf-8")) == quiz("schema").document
    assert read(root, "mine/sums").title.en == "Sums: {all}"


def test_each_parameter_stands_there_with_what_it_may_be(root: Path) -> None:
    (root / "cards/mine/laid.yaml").unlink()  # a card of the same verifier would be taken as the model
    quiz("new", "mine/sums", "--verifier", "toy.add", pack=root)
    source = (root / "cards/mine/sums.yaml").read_text(encoding="utf-8")
    assert "      a: {min: 0, max: 99, often: [1, 10]}  # a whole number from 0 to 99\n" in source
    assert "      # b: 1  # a whole number from 0 to 99; this is the default\n" in source


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_card_is_added_and_nothing_else_of_the_deck_changes(root: Path, end: str) -> None:
    path = root / "cards/mine/laid.yaml"
    path.write_bytes(COMMENTED.replace("\n", end).encode())
    before = read(root, "mine/laid")
    assert quiz("new", "mine/laid", "--card", "third", "--verifier", "toy.add", pack=root).code == 0
    after, source = read(root, "mine/laid"), path.read_bytes().decode()
    assert [one.id for one in after.cards] == ["mine/laid/first", "mine/laid/second", "mine/laid/third"]
    assert after.cards[:2] == before.cards
    head, added = source.split(f"{end}  - id: mine/laid/third")
    rest = added[added.index(f"{end}{end}# about the claims") + len(end) :]
    assert head + rest == COMMENTED.replace("\n", end)
    assert source.count("\n") == source.count(end)


@pytest.mark.parametrize("ending", ["", "\n\n\n", "\n# more to come\n"])
def test_a_deck_that_ends_with_its_cards_takes_one_more(root: Path, ending: str) -> None:
    source = deck(card("mine/short/one")).rstrip("\n") + ending
    write(root / "cards/mine/short.yaml", source)
    assert quiz("new", "mine/short", "--card", "mine/short/two", pack=root).code == 0
    assert [one.id for one in read(root, "mine/short").cards] == ["mine/short/one", "mine/short/two"]
    assert (root / "cards/mine/short.yaml").read_text(encoding="utf-8").startswith(source.rstrip("\n"))


def test_an_empty_folder_becomes_a_pack(tmp_path: Path) -> None:
    root = tmp_path / "not" / "there"
    told = quiz("new", "history/people", "--json", pack=root).document
    assert told["made"] == ["cards/", "verifiers/", "deck.schema.json", "cards/history/people.yaml"]
    assert quiz("show", "history/people/first", "--json", pack=root).document["truth"] == "The answer."
    assert quiz("verify", str(root), "--static", pack=None).code == 0


def test_a_folder_that_holds_something_else_is_no_pack(tmp_path: Path) -> None:
    write(tmp_path / "other" / "notes.txt", "mine")
    refused = quiz("new", "one", pack=tmp_path / "other")
    assert (refused.code, "this folder is no pack" in refused.error) == (2, True)
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["notes.txt"]


REFUSED = {
    "a deck that is there": (("mine/laid",), "the deck mine/laid is there already; --card NAME adds a card to it"),
    "a card that is there": (("mine/laid", "--card", "first"), "the card id 'mine/laid/first' is taken; give another"),
    "another deck's card": (("mine/two", "--card", "mine/laid/second"), "the card id 'mine/laid/second' is taken"),
    "a second title": (("mine/laid", "--card", "third", "--title", "A"), "the deck mine/laid has a title already"),
    "an unknown verifier": (
        ("mine/two", "--verifier", "toy.ad"),
        "there is no verifier 'toy.ad'; did you mean 'toy.add'",
    ),
    "an unknown kind": (("mine/two", "--verifier", "toy.add", "--kind", "numbr"), "did you mean 'number'?"),
    "a kind and no verifier": (("mine/two", "--kind", "shape"), "a card of kind shape needs a verifier"),
    "a verifier for recall": (
        ("two", "--kind", "recall", "--verifier", "toy.add"),
        "nothing computes a card to recall",
    ),
    "a kind that doesn't fit": (("two", "--kind", "shape", "--verifier", "toy.add"), "which is no shape"),
    "what can't be tried": (("two", "--kind", "code", "--verifier", "toy.add"), "toy.add can't run an answer"),
    "a name of another folder": (("../two",), "'../two' is no name for a deck; write a-z, 0-9 and '-'"),
    "a name in capitals": (("Two",), "'Two' is no name for a deck"),
    "an id in capitals": (("two", "--card", "A b"), "'two/A b' is no id for a card"),
    "a list in brackets": (("flow", "--card", "second"), "written in a way that can't be added to without loss"),
    "a faulty deck": (("faulty", "--card", "second"), "cards/faulty.yaml:5:11: there is no kind 'numbr'"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(root: Path, why: str) -> None:
    line = "{id: flow/first, kind: recall, prompt: {en: A, zh: 甲}, back: {en: B, zh: 乙}, source: C}"
    write(root / "cards/flow.yaml", deck().replace("cards:\n", f"cards: [{line}]\n"))
    write(root / "cards/faulty.yaml", deck(card("faulty/first", kind="numbr")))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    arguments, sentence = REFUSED[why]
    refused = quiz("new", *arguments, pack=root)
    assert (refused.code, refused.out) == (2, "")
    assert sentence in refused.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_verifier_that_cannot_be_run_is_written_down_and_said(root: Path) -> None:
    source = PACK.joinpath("verifiers/bad_import.py").read_text(encoding="utf-8")
    name = declared_name(source)
    write(root / "verifiers/bad_import.py", source)
    told = quiz("new", "mine/two", "--verifier", f"bad_import.{name}", "--kind", "number", pack=root)
    assert told.code == 0
    assert told.err.startswith("not tried: ")
    assert read(root, "mine/two").cards[0].verifier == f"bad_import.{name}"


def test_the_pack_of_an_installed_quiz_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_pack(tmp_path / "_pack")
    monkeypatch.setattr(packs, "_HERE", tmp_path)
    refused = quiz("new", "mine", pack=None)
    assert (refused.code, refused.error.endswith("--pack DIR writes into a folder of your own")) == (2, True)
    assert not list((root / "cards").iterdir())


def test_a_folder_that_cannot_be_written_is_said_with_what_to_do(root: Path) -> None:
    write(root / "cards/taken", "a file where a folder would have to be")
    refused = quiz("new", "taken/one", pack=root)
    assert (refused.code, "this can't be written" in refused.error, "--pack DIR" in refused.error) == (3, True, True)


def test_a_card_is_opened_at_its_line_and_the_deck_read_again(root: Path, editor: Path) -> None:
    told = quiz("edit", "mine/laid/second", pack=root)
    assert (told.code, told.out, told.err) == (0, "cards/mine/laid.yaml: 2 cards, no fault\n", "")
    line = next(at for at, text in enumerate(COMMENTED.splitlines(), 1) if "mine/laid/second" in text)
    assert given(editor) == f"+{line} {root}/cards/mine/laid.yaml"


def test_faults_made_while_editing_are_told_at_their_places(root: Path, editor: Path) -> None:
    write(editor, f"sed -i s/toy.add/toy.ad/ {root}/cards/mine/laid.yaml")
    told = quiz("edit", "mine/laid/first", pack=root)
    assert (told.code, told.out) == (2, "")
    assert "cards/mine/laid.yaml:7:15: there is no verifier 'toy.ad'; did you mean 'toy.add'" in told.err


def test_a_card_of_a_faulty_deck_and_a_deck_can_be_opened_too(root: Path, editor: Path) -> None:
    write(root / "cards/faulty.yaml", deck(card("faulty/first"), card("faulty/second", kind="numbr")))
    lines = (root / "cards/faulty.yaml").read_text(encoding="utf-8").splitlines()
    assert quiz("edit", "faulty/second", pack=root).code == 2
    assert given(editor) == f"+{lines.index('  - id: faulty/second') + 1} {root}/cards/faulty.yaml"
    assert quiz("edit", "faulty", pack=root).code == 2
    assert given(editor) == f"+{lines.index('    kind: numbr') + 1} {root}/cards/faulty.yaml"
    assert quiz("edit", "mine/laid", pack=root).code == 0
    assert given(editor) == f"+1 {root}/cards/mine/laid.yaml"


def test_what_is_no_card_cannot_be_opened(root: Path, editor: Path) -> None:
    assert (
        "there is no card 'mine/laid/frist'; did you mean 'mine/laid/first'"
        in quiz("edit", "mine/laid/frist", pack=root).error
    )


def test_where_there_is_no_editor_it_is_said_which(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    refused = quiz("edit", "mine/laid/first", pack=root)
    assert (refused.code, "the editor 'no-such-editor --wait' can't be found" in refused.error) == (3, True)


def given(editor: Path) -> str:
    """What the editor was given last."""
    return (editor.parent / "given").read_text(encoding="utf-8").splitlines()[-1]


def declared_name(source: str) -> str:
    """The first verifier of a module."""
    return source.partition("@verifier")[2].partition("def ")[2].partition("(")[0]
