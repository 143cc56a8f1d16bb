"""A question: what the learner sees, how an answer is read, and which truths it can stand by."""

from dataclasses import replace

import pytest

from quizapp.core.answer import Origin, Right, Tolerance, Truth, Unreadable, Unverifiable
from quizapp.core.card import Card, Kind, Option
from quizapp.core.declaration import Draw
from quizapp.core.domain import Int, Value
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.template import plain
from quizapp.core.text import Text

CARD = Card(
    id="toy/sum",
    deck="toy",
    kind=Kind.NUMBER,
    prompt=Text("What is {a} + 1?", "{a} + 1 等于多少？"),
    verifier="toy.add",
    draw=Draw({"a": Int(1, 9)}),
    explain=Text("{a} and one make {truth}, {nearly} nearly."),
    place="cards/toy.yaml:3:5",
    limit_s=1,
)
CHOICE = replace(
    CARD,
    kind=Kind.CHOICE,
    options=(
        Option(1, Text("one of {a}", "{a} 之一")),
        Option("two", Text("two", "二")),
        Option(True, Text("yes", "是")),
    ),
)


def truth(value: Value, **facts: Value) -> Truth:
    return Truth(value, Origin("toy.add", {"python": "3"}, "cpu", 0.1), facts={"nearly": 7} | facts)


def question(card: Card = CARD, seed: int = 1) -> Question:
    return ask(card, rng_for(seed, card.id))


def test_the_drawn_numbers_are_in_the_prompt_and_marked() -> None:
    asked = question()
    assert plain(asked.prompt) == f"What is {asked.params['a']} + 1?"
    assert [span.text for span in asked.prompt if span.drawn] == [str(asked.params["a"])]


def test_the_language_changes_the_words_and_never_the_numbers() -> None:
    chinese = ask(CARD, rng_for(1, CARD.id), "zh")
    assert chinese.params == question().params
    assert plain(chinese.prompt).endswith("等于多少？")


def test_the_explanation_puts_in_parameters_truth_and_facts() -> None:
    asked = question()
    assert plain(asked.explanation(truth(5))) == f"{asked.params['a']} and one make 5, 7 nearly."


@pytest.mark.parametrize("typed", ["{letter}", "({letter})", "{LETTER}.", "two", "TWO", "二"])
def test_an_option_is_picked_by_letter_or_words(typed: str) -> None:
    asked = question(CHOICE)
    letter = asked.letters[[option.value for option in asked.options].index("two")]
    assert asked.read(typed.format(letter=letter, LETTER=letter.upper())) == Reading("two")


@pytest.mark.parametrize("typed", ["", "z", "a b", "three", "[/]", "1" * 5000])
def test_what_is_no_option_is_unreadable(typed: str) -> None:
    assert isinstance(question(CHOICE).read(typed), Unreadable)


def test_options_are_shuffled_by_the_seed_and_have_their_numbers_put_in() -> None:
    orders = {tuple(str(option.value) for option in question(CHOICE, seed).options) for seed in range(30)}
    assert len(orders) > 3
    assert question(CHOICE, 3) == question(CHOICE, 3)
    asked = question(CHOICE)
    assert f"one of {asked.params['a']}" in [option.text.en for option in asked.options]


def test_the_cards_tolerance_goes_before_the_verifiers() -> None:
    asked = question(replace(CARD, tolerance=Tolerance(absolute=0.5)))
    settled = asked.settle(truth(2))
    assert isinstance(settled, Truth)
    reading = asked.read("2.4")
    assert isinstance(reading, Reading)
    assert isinstance(asked.judge(reading, settled), Right)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Kind.NUMBER, "two", "no number"),
        (Kind.NUMBER, True, "no number"),
        (Kind.SHAPE, 3, "no shape"),
        (Kind.SHAPE, [1.5], "no shape"),
        (Kind.CHOICE, 4, "none of the options"),
        (Kind.TEXT, 4, "no text"),
        (Kind.OUTPUT, [1], "no text"),
    ],
)
def test_a_truth_that_no_answer_could_match_is_unverifiable(kind: Kind, value: Value, says: str) -> None:
    settled = question(replace(CHOICE, kind=kind)).settle(truth(value))
    assert isinstance(settled, Unverifiable)
    assert says in settled.error


def test_an_explanation_that_names_nothing_is_found_before_anything_is_recorded() -> None:
    settled = question(replace(CARD, explain=Text("{mispelt} is {truth}."))).settle(truth(2))
    assert isinstance(settled, Unverifiable)
    assert "mispelt" in settled.error


def test_what_could_not_be_verified_stays_so() -> None:
    fault = Unverifiable("toy.add raised ValueError")
    assert question().settle(fault) is fault
