"""Checking cards: each kind of fault is found and named, and a sound card has none."""

from dataclasses import replace

import pytest

from quizapp.core.answer import Attempt, Mistake, Right, Unverifiable
from quizapp.core.card import Card, Kind, Option
from quizapp.core.declaration import Declaration, Draw, Example, Parameter
from quizapp.core.domain import Fixed, Int, Params
from quizapp.core.question import ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.text import Text
from quizapp.packs import Pack
from quizapp.verify.cache import Cache
from quizapp.verify.cards import CardCheck
from quizapp.verify.engine import Settings, verify
from quizapp.verify.fault import Checked
from quizapp.verify.pool import Pool
from quizapp.verify.reading import read
from quizapp.verify.typing import changed, typed
from tests.conftest import PACK
from tests.verify.stand_in import VERSIONS, Verifiers, truth

CARD = Card(
    id="toy/sum",
    deck="toy",
    kind=Kind.NUMBER,
    prompt=Text("{a} and 4?", "{a} 加 4？"),
    verifier="toy.add",
    draw=Draw({"a": Int(1, 9)}),
    explain=Text("They make {truth}.", "得 {truth}。"),
    place="cards/toy.yaml:4:5",
    limit_s=1,
    source="Sums, page 3",
)
PLAIN = Declaration("toy.add", "", "toy", {"a": Parameter("a", Int(0, 99))})
TWICE = replace(PLAIN, second=True)
MULTIPLIED = Text("That multiplies.", "这是乘法。")


def add(params: Params) -> int:
    a = params["a"]
    assert isinstance(a, int)
    return a + 4


def checked(card: Card, verifiers: Verifiers, declaration: Declaration = PLAIN, samples: int = 8) -> Checked:
    return CardCheck(card, declaration, verifiers, samples, seed=5).result()


def messages(card: Card, verifiers: Verifiers, declaration: Declaration = PLAIN) -> set[str]:
    return {fault.message for fault in checked(card, verifiers, declaration).faults}


def test_a_sound_card_is_asked_as_often_as_it_draws_and_has_no_fault() -> None:
    found = checked(CARD, verifiers := Verifiers(add, add), TWICE)
    assert (found.faults, len(verifiers.asked), found.versions) == ((), 8, VERSIONS)
    assert found.checks >= 8 * 5
    checked(replace(CARD, draw=Draw({"a": Fixed(3)})), verifiers := Verifiers(add))
    assert len(verifiers.asked) == 1


def test_a_fault_names_the_place_the_numbers_and_the_command_that_shows_it_again() -> None:
    found = checked(CARD, Verifiers(lambda params: Unverifiable("toy broke")), samples=1)
    assert (found.place, found.id) == ("cards/toy.yaml:4:5", "toy/sum")
    assert {fault.message for fault in found.faults} == {"toy broke"}
    assert [fault.repeat for fault in found.faults] == [
        "quiz show toy/sum a=1 --seed 5", "quiz show toy/sum a=9 --seed 5", "quiz show toy/sum --seed 5",
    ]  # fmt: skip
    assert found.faults[-1].params == ask(CARD, rng_for(5, CARD.id)).params


def test_a_truth_that_does_not_fit_its_kind_is_a_fault() -> None:
    assert any("which is no number" in one for one in messages(CARD, Verifiers(lambda params: "seven")))


def test_an_explanation_that_can_not_be_written_is_a_fault_in_either_language() -> None:
    english = replace(CARD, explain=Text("They make {sum}.", "得 {truth}。"))
    assert any("explanation" in one for one in messages(english, Verifiers(add)))
    chinese = replace(CARD, explain=Text("They make {truth}.", "得 {sum}。"))
    assert any(one.startswith("in Chinese: ") for one in messages(chinese, Verifiers(add)))


def test_two_ways_that_differ_are_a_fault_and_two_that_differ_by_rounding_are_none() -> None:
    off = Verifiers(add, lambda params: add(params) + 1)
    fault = checked(CARD, off, TWICE).faults[0]
    assert fault.message == "the verifier and its second way differ"
    assert (fault.deck, fault.library) == ("6, by the second way", "5, by toy 1.0")
    rounded = Verifiers(add, lambda params: add(params) * (1 + 1e-7))
    assert messages(CARD, rounded, TWICE) == set()
    counted = Verifiers(lambda params: 10**9 + add(params), lambda params: 10**9 + add(params) + 1)
    assert any("second way differ" in one for one in messages(CARD, counted, TWICE)), "whole numbers aren't rounded"
    failing = Verifiers(add, lambda params: Unverifiable("it raised"))
    assert messages(CARD, failing, TWICE) == {"the second way: it raised"}


def test_a_mistake_that_would_be_judged_right_is_found() -> None:
    near = Mistake(7.05, MULTIPLIED)
    pinned = replace(CARD, draw=Draw({"a": Fixed(3)}))
    assert messages(pinned, Verifiers(lambda params: truth(add(params), near))) == set()
    lax = replace(pinned, kind=Kind.TEXT, aliases=("7.05",))
    assert messages(lax, Verifiers(lambda params: truth("7", near))) == {
        "the mistake 'That multiplies.', typed as '7.05', is judged right"
    }


def test_a_truth_that_nobody_could_type_is_a_fault() -> None:
    cloze = replace(CARD, kind=Kind.CLOZE, gaps=("text", "text"))
    found = messages(cloze, Verifiers(lambda params: ["a; b", "c"]))
    assert any("can't be read" in one for one in found)


def test_an_example_that_its_own_attempt_refuses_is_a_fault() -> None:
    written = replace(CARD, kind=Kind.CODE)
    refusing = Verifiers(lambda params: "print(1)", attempts=lambda answer: Attempt(False, Text("It prints 1.")))
    assert any("is judged wrong (It prints 1.)" in one for one in messages(written, refusing))
    broken = Verifiers(lambda params: "print(1)", attempts=lambda answer: Unverifiable("the zygote died"))
    assert any("can't be tried: the zygote died" in one for one in messages(written, broken))


OPTIONS = tuple(Option(name, Text(name)) for name in ("up", "down", "left", "right"))


@pytest.mark.parametrize(
    ("card", "value"),
    [
        (CARD, 7),
        (CARD, 0.3333333),
        (CARD, float("inf")),
        (replace(CARD, kind=Kind.SHAPE), [1, 64, 112]),
        (replace(CARD, kind=Kind.SHAPE), []),
        (replace(CARD, kind=Kind.CHOICE, options=OPTIONS), "left"),
        (replace(CARD, kind=Kind.SEVERAL, options=OPTIONS), ["up", "left"]),
        (replace(CARD, kind=Kind.SEVERAL, options=OPTIONS), []),
        (replace(CARD, kind=Kind.SEVERAL, options=OPTIONS), ["up", "down", "left", "right"]),
        (replace(CARD, kind=Kind.TEXT), "TypeError"),
        (replace(CARD, kind=Kind.OUTPUT), "1\n 2"),
        (replace(CARD, kind=Kind.CLOZE, gaps=("number", "text")), [3, "below"]),
    ],
)
def test_the_truth_typed_is_right_and_something_else_typed_is_wrong(card: Card, value: object) -> None:
    question = ask(card, rng_for(0, card.id))
    settled = truth(value)  # type: ignore[arg-type]
    for answer, right in ((typed(question, value), True), (changed(question, settled), False)):  # type: ignore[arg-type]
        reading = question.read(answer)
        assert isinstance(reading, Reading), answer
        assert isinstance(question.judge(reading, settled), Right) is right


def test_a_truth_that_another_process_does_not_give_again_is_a_fault() -> None:
    wavering = Verifiers(add, other=lambda params: add(params) + 0.5)
    assert messages(CARD, wavering) == {"the same numbers give another truth in another process"}


def test_the_ends_of_a_domain_are_asked_and_no_numbers_twice() -> None:
    checked(replace(CARD, draw=Draw({"a": Int(1, 3)})), verifiers := Verifiers(add))
    assert sorted(params["a"] for params in verifiers.asked) == [1, 2, 3]
    checked(replace(CARD, draw=Draw({"a": Int(1, 900)})), verifiers := Verifiers(add))
    assert {1, 900} <= {params["a"] for params in verifiers.asked}
    checked(replace(CARD, draw=Draw({"a": Int(1, 900)}, ("a > 1",))), verifiers := Verifiers(add))
    assert 1 not in {params["a"] for params in verifiers.asked}


def test_numbers_that_never_change_the_truth_are_a_fault_unless_the_card_says_why() -> None:
    same = Verifiers(lambda params: 7)
    assert any("its numbers don't matter" in one for one in messages(CARD, same))
    assert messages(replace(CARD, steady="It is a question of principle."), same) == set()
    assert any("take it out" in one for one in messages(replace(CARD, steady="Always."), Verifiers(add)))


def test_a_worked_example_that_the_library_does_not_give_is_a_fault() -> None:
    right = replace(PLAIN, examples=(Example({"a": 3}, 7),))
    assert messages(CARD, Verifiers(add), right) == set()
    [fault] = checked(CARD, Verifiers(add), replace(PLAIN, examples=(Example({"a": 3}, 8),))).faults
    assert fault.message == "toy.add does not give what its worked example says"
    assert (dict(fault.params), fault.deck, fault.library) == ({"a": 3}, "8", "7, by toy 1.0")
    assert fault.repeat == "quiz compute toy.add a=3"


def test_a_card_without_a_source_a_mistake_without_a_sentence_and_a_distractor_that_is_the_truth_are_faults() -> None:
    assert any("names no source" in one for one in messages(replace(CARD, source=""), Verifiers(add)))
    mute = Verifiers(lambda params: truth(add(params), Mistake(99, Text("Only in English."))))
    assert "the mistake 99 has no sentence in both languages" in messages(CARD, mute)
    double = Verifiers(lambda params: replace(truth(add(params)), distractors=(1, add(params))))
    assert any("is the truth or another distractor" in one for one in messages(CARD, double))


def test_the_sound_decks_of_the_toy_pack_have_no_fault_and_the_bad_ones_do() -> None:
    material = read(Pack(PACK))
    assert material.faults == ()
    cards = [card for deck in material.decks.values() for card in deck.cards if deck.name != "toy/bad"]
    bad = [card for card in material.decks["toy/bad"].cards if card.verifier != "bad.hangs"]
    forgetful = Cache(None, Pack(PACK), ())
    with Pool(PACK, "cpu", 1) as pool:
        found = list(verify(cards, material, pool, Settings(samples=3), forgetful))
        broken = list(verify(bad, material, pool, Settings(samples=1), forgetful))
    assert [fault for one in found for fault in one.faults] == []
    sound = {one.id for one in broken if not one.faults}
    assert sound == {"toy/bad/infinite", "toy/bad/none-of-these"}  # which are there to be so among the others
