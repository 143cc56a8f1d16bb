"""Reading decks: the cards of a sound file, all the faults of another, and nothing is ever run."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.core.answer import Tolerance
from quizapp.core.card import Card, Deck, Kind, Option
from quizapp.core.codec import card_from_json, card_to_json
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Array, Choice, Distribution, Fixed, Grid, Int, Shape, Stack
from quizapp.core.text import Text
from quizapp.deck.draft import plain
from quizapp.deck.fault import Fault
from quizapp.deck.reader import duplicate_ids, read_deck, read_source
from quizapp.deck.schema import CardFields, DeckFields, KindName
from quizapp.deck.tree import read_tree

Read: TypeAlias = Callable[[str], Deck | tuple[Fault, ...]]


@pytest.fixture
def deck(sound_deck: str, read: Read) -> Deck:
    found = read(sound_deck)
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return found


def test_a_deck_has_its_name_and_words(deck: Deck) -> None:
    assert deck.name == "a/b"
    assert deck.title == Text("Convolutions", "卷积")
    assert deck.description == Text("Their sizes.", "尺寸。")
    assert [card.id for card in deck.cards] == [
        "conv/size/stem",
        "python/self/print",
        "theory/kl/direction",
        "theory/kl/name",
    ]


def test_a_card_has_all_that_its_author_wrote(deck: Deck) -> None:
    assert deck.cards[0] == Card(
        id="conv/size/stem",
        deck="a/b",
        kind=Kind.NUMBER,
        prompt=Text(
            "A {width} px wide image goes through a kernel of {kernel}.\n\n"
            "The stride is {stride}; how wide is the output?",
            "{width} 像素，核 {kernel}，步幅 {stride}：输出多宽？",
        ),
        verifier="toy.output_size",
        draw=Draw(
            {"width": Choice(224, 256), "kernel": Fixed(7), "stride": Int(1, 3, often=(2,)), "padding": Fixed(0)},
            ("kernel <= width + 2 * padding", "kernel > stride"),
        ),
        explain=Text("({width} - {kernel}) // {stride} + 1 = {truth}", "{truth:.0f}，{fact}"),
        place="cards/a/b.yaml:5:5",
        limit_s=3.0,
        tolerance=Tolerance(absolute=0.5),
        source="别的笔记",
        tags=("shape", "stem"),
        group="stem",
    )


def test_a_parameter_that_no_card_names_is_its_default_or_drawn(deck: Deck) -> None:
    assert deck.cards[0].draw.domains["padding"] == Fixed(0)
    assert deck.cards[1].draw.domains == {"number": Int(0, 9), "rate": Fixed(0.5)}


def test_source_is_a_template_and_no_parameter_of_the_draw(deck: Deck) -> None:
    assert deck.cards[1].code == "print({{1: {number}}})"
    assert "code" not in deck.cards[1].draw.domains


def test_a_choice_has_options_of_any_value(deck: Deck) -> None:
    assert deck.cards[2].options == (
        Option(1, Text("one", "一")),
        Option(2, Text("two", "二")),
        Option("three", Text("three", "三")),
        Option([4, 5], Text("four", "四")),
    )
    assert deck.cards[2].draw.domains["p"] == Distribution(2, 3, step=0.1)


def test_a_card_without_a_source_has_the_decks(deck: Deck) -> None:
    assert deck.cards[1].source == "卷积操作后的尺寸怎样计算？"


def test_a_card_whose_numbers_are_pinned_is_not_drawn(deck: Deck) -> None:
    assert [card.drawn for card in deck.cards] == [True, True, True, False]
    assert deck.cards[3].aliases == ("relative entropy", "相对熵")


@pytest.fixture
def kinds(kinds_deck: str, read: Read) -> dict[str, Card]:
    found = read(kinds_deck)
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return {card.id.removeprefix("kinds/"): card for card in found.cards}


def test_there_is_a_sound_card_of_every_kind(deck: Deck, kinds: dict[str, Card]) -> None:
    assert {card.kind for card in (*deck.cards, *kinds.values())} | {Kind.SHAPE} == set(Kind)


def test_domains_with_parts_narrow_those_of_the_verifier(kinds: dict[str, Card]) -> None:
    assert kinds["several/broadcast"].draw.domains == {"left": Shape(2, 3, 1, 4, (1,)), "right": Fixed([3])}
    assert kinds["cloze/sentence"].draw.domains == {"matrix": Array(2, 3, 1, 4)}
    assert kinds["picture/depth"].draw.domains == {"layers": Stack(2, 3)}


def test_a_gap_is_exactly_four_underscores_in_prompt_or_source(kinds: dict[str, Card]) -> None:
    assert kinds["cloze/sentence"].gaps == ("text", "number")
    assert kinds["cloze/sentence"].tolerance == Tolerance(absolute=0.1)
    assert kinds["cloze/code"].gaps == ("text",)
    assert kinds["cloze/code"].code == "____ = {number}"


def test_lines_are_templates_and_no_parameter_of_the_draw(kinds: dict[str, Card]) -> None:
    card = kinds["order/step"]
    assert card.lines == ("optimizer.zero_grad()", "loss.backward()", "    step({rate}, {{}})")
    assert card.draw.domains == {"rate": Choice(0.1, 0.2)}


def test_the_starter_keeps_its_indentation_and_may_show_a_number(kinds: dict[str, Card]) -> None:
    assert kinds["code/double"].starter == "def times(x):\n    # x times {factor}"


def test_the_fields_of_an_open_question_are_domains(kinds: dict[str, Card]) -> None:
    assert kinds["open/halve"].fields == {
        "kernel": Int(1, 64),
        "mode": Choice("same", "valid"),
        "rate": Grid(0.0, 1.0, 0.1),
        "p": Distribution(2, 3),
        "side": Shape(1, 2, 1, 9),
        "net": Stack(1, 2, channels=1),
    }


def test_a_choice_and_a_picture_need_no_options(kinds_deck: str, read: Read, kinds: dict[str, Card]) -> None:
    assert kinds["picture/depth"].options == ()
    shown = kinds_deck.replace(
        "How deep is this net?, zh: 这个网络有多深？", '"How deep is {layers}?", zh: "{layers} 有多深？"'
    )
    found = read(shown.replace("kind: picture", "kind: choice"))
    assert isinstance(found, Deck)
    assert found.cards[6].kind is Kind.CHOICE
    assert found.cards[6].options == ()


def test_a_picture_may_show_what_its_words_keep_back(kinds_deck: str, read: Read, kinds: dict[str, Card]) -> None:
    assert kinds["picture/depth"].drawn
    assert "{" not in kinds["picture/depth"].prompt.en
    assert [fault.message for fault in faults_in(read(kinds_deck.replace("kind: picture", "kind: choice")))] == [
        "the learner never sees the drawn 'layers' in English",
        "the learner never sees the drawn 'layers' in Chinese",
    ]


def test_a_card_to_recall_has_a_back_and_nothing_computed(kinds: dict[str, Card]) -> None:
    assert kinds["recall/name"] == Card(
        id="kinds/recall/name",
        deck="a/b",
        kind=Kind.RECALL,
        prompt=Text("Who named {{dropout}}?", "谁命名了 dropout？"),
        verifier="",
        draw=Draw(),
        explain=Text(""),
        place="cards/a/b.yaml:77:5",
        limit_s=0.0,
        back=Text("Hinton {and others}", "Hinton 等人"),
        source="Dropout 的历史",
    )


def test_the_deck_may_say_where_a_card_to_recall_comes_from(kinds_deck: str, read: Read) -> None:
    found = read("source: 笔记\n" + kinds_deck.replace("    source: Dropout 的历史\n", ""))
    assert isinstance(found, Deck)
    assert found.cards[-1].source == "笔记"


def test_a_deck_is_read_from_its_file(deck_file: Path, declarations: Mapping[str, Declaration]) -> None:
    found = read_deck(deck_file, "conv/size", declarations)
    assert isinstance(found, Deck)
    assert found.name == "conv/size"
    assert found.cards[0].place == f"{deck_file}:5:5"


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_a_fault(name: str, tmp_path: Path) -> None:
    (fault,) = faults_in(read_deck(tmp_path / name, "x", {}))
    assert str(fault).startswith(f"{tmp_path / name}:1:1: the file can't be read: ")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_a_fault(text: str, read: Read) -> None:
    (fault,) = faults_in(read(text))
    assert str(fault) == "cards/a/b.yaml:1:1: the file holds no deck; begin it with 'title: {en: …, zh: …}'"


def test_a_file_that_is_no_deck_at_all_has_an_end_of_faults(read: Read) -> None:
    assert len(faults_in(read("cards:\n" + "  - {}\n" * 5_000))) == 2_000


def test_all_faults_of_a_file_are_reported_in_its_order(sound_deck: str, read: Read) -> None:
    broken = (
        sound_deck.replace("title: {en", "titel: {en")
        .replace("kernel: 7", "kernel: seven")
        .replace("kernel > stride", "kernel >")
        .replace("tags: [shape, stem]", "tags: [a b, c d]")
        .replace("verifier: toy.output\n", "verifier: toy.print\n")
        .replace("{value: 2, en: two", "{value: 1, en: one")
        .replace("aliases: [relative entropy, 相对熵]", "aliases: &x [3]\n    aliases: []")
        .replace("So it is called.", '"{"')
    )
    found = faults_in(read(broken))
    assert list(found) == sorted(found)
    assert [(fault.line, fault.message) for fault in found] == [
        (1, "the deck has no 'title'"),
        (1, "the deck has no field 'titel'"),
        (10, "'kernel' can't be seven"),
        (12, "'kernel >' is not an expression"),
        (21, "'a b' contains blanks"),
        (21, "'c d' contains blanks"),
        (26, "there is no verifier 'toy.print'"),
        (41, "another option has the same 'value'"),
        (41, "another option has the same 'en'"),
        (50, "the anchor '&x' is not read here"),
        (50, "item 1 of 'aliases' must be text, not the number '3'"),
        (51, "the field 'aliases' is given twice; line 50 has it already"),
        (52, "'{' is never closed on its line; a brace that is meant is written '{{'"),
    ]


def test_all_faults_over_the_other_kinds_are_reported_together(kinds_deck: str, read: Read) -> None:
    broken = (
        kinds_deck.replace("shape: [2, 3], min: 1", "shape: [2, 3], min: 0")
        .replace("gaps: [text, number]", "gaps: [text]")
        .replace("verifier: toy.order", "verifier: toy.halving")
        .replace("- loss.backward()", "- optimizer.zero_grad()")
        .replace("kernel: {min: 1, max: 64}", "kernel-size: {min: 9, max: 4}")
        .replace("back: {en:", "lines: [a, b]\n    back: {em:")
    )
    assert [(fault.line, fault.message) for fault in faults_in(read(broken))] == [
        (7, "'left' can't be [0, 0]"),
        (20, "'gaps' lists 1, and prompt and code mark 2"),
        (21, "'tolerance' is for numbers, and no gap is one"),
        (33, "toy.halving takes no lines, so it can't try their order"),
        (34, "toy.halving has no parameter 'rate'"),
        (38, "item 2 of 'lines' is the same as item 1"),
        (39, "'rate' is no parameter of the verifier"),
        (54, "a learner can't type the name 'kernel-size'"),
        (54, "'kernel-size' can't be given: no whole number lies between 9 and 4"),
        (80, "'lines' is for cards of kind order, and this one is recall"),
        (81, "'back' has no 'en'"),
        (81, "'back' has no field 'em'"),
    ]


def test_few_options_pass_with_a_reason(sound_deck: str, read: Read) -> None:
    text = sound_deck.replace("      - {value: 1, en: one, zh: 一}\n", "")
    assert faults_in(read(text))
    found = read(text.replace("    options:\n", "    few: only three outcomes exist\n    options:\n"))
    assert isinstance(found, Deck)
    assert len(found.cards[2].options) == 3


def test_one_id_in_two_files_names_both_places(sound_deck: str, declarations: Mapping[str, Declaration]) -> None:
    decks = []
    for name in ("a", "b"):
        found = read_source(
            sound_deck.replace("size/stem", f"{name}/stem").encode(), f"{name}.yaml", name, declarations
        )
        assert isinstance(found, Deck)
        decks.append(found)
    faults = duplicate_ids(decks)
    assert [fault.message for fault in faults] == [
        "the card id 'python/self/print' is taken; a.yaml:24:5 has it already",
        "the card id 'theory/kl/direction' is taken; a.yaml:31:5 has it already",
        "the card id 'theory/kl/name' is taken; a.yaml:45:5 has it already",
    ]
    assert faults[0].place == "b.yaml:24:5"
    assert duplicate_ids(decks[:1]) == ()


def test_text_is_clean_when_it_is_read(sound_deck: str, read: Read) -> None:
    text = sound_deck.replace('{en: "A dict.", zh', '{en: "A \\e]52;c;aGk=\\a dict\\u202e.", zh')
    found = read(text.replace("aliases: [relative entropy,", 'aliases: ["\\e[2J",'))
    assert isinstance(found, Deck)
    assert found.cards[1].explain.en == "A ]52;c;aGk= dict⟨RLO⟩."
    assert found.cards[3].aliases[0] == "[2J"


def test_the_form_knows_the_kinds_of_the_core() -> None:
    assert get_args(KindName) == tuple(Kind)


def test_every_field_of_the_form_is_described() -> None:
    form = json.loads(json.dumps(DeckFields.model_json_schema()))
    described = [form, *form["$defs"].values()]
    assert len(described) >= 8
    for one in described:
        for name, field in one["properties"].items():
            assert field.get("description"), f"'{name}' of {one['title']} has no description"


EXECUTES = """
import sys
from pathlib import Path
from quizapp.core.declaration import Declaration
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck

module, sound, hostile = map(Path, sys.argv[1:])
declarations, faults = read_declarations(module)
assert not faults, faults
read_deck(sound, "b", declarations)          # whatever is imported on the way is imported now

def watch(event, arguments):
    if event in {"exec", "import", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect"}:
        raise SystemExit(f"reading did {event} {arguments}")
    if event == "open" and "r" not in str(arguments[1]):
        raise SystemExit(f"reading wrote {arguments}")

sys.addaudithook(watch)
again, _ = read_declarations(module)
print("toy.output_size" in again, again["toy.order"].attempts, len(read_deck(hostile, "b", again)))
"""


def test_reading_never_runs_anything(deck_file: Path, sound_deck: str, tmp_path: Path) -> None:
    module = tmp_path / "toy.py"
    module.write_text(conftest_module() + "\n__import__('os').system('touch ran')\n", encoding="utf-8")
    hostile = tmp_path / "hostile.yaml"
    hostile.write_text(
        sound_deck.replace("group: stem", 'group: !!python/object/apply:os.system ["touch ran"]')
        .replace("A {width}", "A {__import__('os').system('touch ran')}")
        .replace("kernel > stride", "open('ran', 'w')")
        .replace("kernel: 7", "kernel: !!python/name:os.system"),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", EXECUTES, module, deck_file, hostile], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True True 5\n"
    assert not list(tmp_path.rglob("ran"))


def conftest_module() -> str:
    source = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    return source.split("MODULE = '''\n")[1].split("'''\n")[0]


def test_the_reader_loads_neither_pydantic_nor_yaml_before_it_reads() -> None:
    code = "import sys, quizapp.deck.reader; print({'pydantic', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def faults_in(found: Deck | tuple[Fault, ...]) -> tuple[Fault, ...]:
    assert not isinstance(found, Deck), "the deck was taken for sound"
    assert found
    return found


WORDS = [*DeckFields.model_fields, *CardFields.model_fields, "en", "zh", "min", "max", "choice", "shape", "stack", "p"]
NAMES = st.sampled_from(WORDS)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


def collections(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=4)


TREES = st.recursive(VALUES, collections, max_leaves=20)


@given(TREES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_tree_does_more_than_return_faults(read: Read, tree: object) -> None:
    faults_in(read(json.dumps(tree, ensure_ascii=False)))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_edit_of_a_sound_deck_does_more_than_return_faults(
    sound_deck: str, kinds_deck: str, read: Read, data: st.DataObject
) -> None:
    sound = data.draw(st.sampled_from((sound_deck, kinds_deck)))
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(len(sound), start + 30)))
    text = sound[:start] + data.draw(st.text(max_size=10)) + sound[end:]
    found = read(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for fault in found if not isinstance(found, Deck) else ():
        assert 1 <= fault.line <= len(lines)
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 2


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_mixture_of_sound_fields_does_more_than_return_faults(
    sound_deck: str, kinds_deck: str, read: Read, data: st.DataObject
) -> None:
    cards = [card for text in (sound_deck, kinds_deck) for card in written_cards(text)]
    names = data.draw(st.lists(st.sampled_from(sorted(CardFields.model_fields)), max_size=12))
    card = {
        name: data.draw(st.sampled_from([one[name] for one in cards if name in one]))
        for name in ("id", "prompt", "explain", *names)
    }
    card["kind"] = data.draw(st.sampled_from(Kind))
    words = {"en": "a", "zh": "b"}
    found = read(json.dumps({"title": words, "description": words, "cards": [card]}, ensure_ascii=False))
    if isinstance(found, Deck):
        assert card_from_json(card_to_json(found.cards[0])) == found.cards[0]


def written_cards(text: str) -> list[dict[str, object]]:
    tree, faults = read_tree(text.encode(), "f.yaml")
    assert not faults
    assert tree.root is not None
    cards: list[dict[str, object]] = plain(tree.root)["cards"]
    return cards


@given(st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_does_more_than_return_faults(read: Read, text: str) -> None:
    faults_in(read(text))
