"""Checking cards: each kind of fault is found and named, and a sound card has none."""

from dataclasses import replace

import pytest

from quizapp.core.answer import Attempt, Mistake, Right, Unverifiable
from quizapp.core.card import Card, Kind, Option
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Fixed, Int, Params
from quizapp.core.question import ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.text import Text
from quizapp.packs import Pack
from quizapp.verify.cards import Checked, check
from quizapp.verify.reading import read
from quizapp.verify.typing import changed, typed
from quizapp.worker.client import Client
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
)
PLAIN = {"toy.add": Declaration("toy.add", "", "toy", {})}
TWICE = {"toy.add": replace(PLAIN["toy.add"], second=True)}
MULTIPLIED = Text("That multiplies.")


def add(params: Params) -> int:
    a = params["a"]
    assert isinstance(a, int)
    return a + 4


def checked(card: Card, verifiers: Verifiers, declarations: dict[str, Declaration] = PLAIN) -> Checked:
    [found] = check([card], declarations, verifiers)
    return found


def messages(card: Card, verifiers: Verifiers, declarations: dict[str, Declaration] = PLAIN) -> set[str]:
    return {fault.message for fault in checked(card, verifiers, declarations).faults}


def test_a_sound_card_is_asked_as_often_as_it_draws_and_has_no_fault() -> None:
    found = checked(CARD, verifiers := Verifiers(add, add), TWICE)
    assert (found.faults, len(verifiers.asked), found.versions) == ((), 8, VERSIONS)
    assert found.checks >= 8 * 5
    checked(replace(CARD, draw=Draw({"a": Fixed(3)})), verifiers := Verifiers(add))
    assert len(verifiers.asked) == 1


def test_a_fault_names_the_place_the_numbers_and_the_command_that_shows_it_again() -> None:
    [found] = check([CARD], PLAIN, Verifiers(lambda params: Unverifiable("toy broke")), samples=1, seed=5)
    [fault] = found.faults
    params = ask(CARD, rng_for(5, CARD.id)).params
    assert (fault.place, fault.id, fault.message) == ("cards/toy.yaml:4:5", "toy/sum", "toy broke")
    assert (fault.params, fault.repeat) == (params, "quiz show toy/sum --seed 5")


def test_a_truth_that_does_not_fit_its_kind_is_a_fault() -> None:
    assert any("which is no number" in one for one in messages(CARD, Verifiers(lambda params: "seven")))


def test_an_explanation_that_can_not_be_written_is_a_fault_in_either_language() -> None:
    english = replace(CARD, explain=Text("They make {sum}.", "得 {truth}。"))
    assert any("explanation" in one for one in messages(english, Verifiers(add)))
    chinese = replace(CARD, explain=Text("They make {truth}.", "得 {sum}。"))
    assert any(one.startswith("in Chinese: ") for one in messages(chinese, Verifiers(add)))


def test_two_ways_that_differ_are_a_fault_and_two_that_differ_by_rounding_are_none() -> None:
    off = Verifiers(add, lambda params: add(params) + 1)
    assert any("its second way" in one for one in messages(CARD, off, TWICE))
    rounded = Verifiers(add, lambda params: add(params) * (1 + 1e-7))
    assert messages(CARD, rounded, TWICE) == set()
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


def test_the_sound_decks_of_the_toy_pack_have_no_fault_and_the_bad_ones_do() -> None:
    material = read(Pack(PACK))
    assert material.faults == ()
    cards = [card for deck in material.decks.values() for card in deck.cards if deck.name != "toy/bad"]
    with Client(PACK, "cpu") as client:
        found = list(check(cards, material.declarations, client, samples=3))
        bad = [card for card in material.decks["toy/bad"].cards if card.verifier != "bad.hangs"]
        broken = list(check(bad, material.declarations, client, samples=1))
    assert [fault for one in found for fault in one.faults] == []
    sound = {one.card.id for one in broken if not one.faults}
    assert sound == {"toy/bad/infinite", "toy/bad/none-of-these"}  # which are there to be so among the others
