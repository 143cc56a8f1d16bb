"""The verifiers behind python/self against Python itself, and the beliefs against programs that show them."""

import contextlib
import importlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from quizapp.authoring import Impossible, Result, Verifier
from quizapp.core.answer import Origin, Truth
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Declaration
from quizapp.core.judge import telling
from quizapp.core.question import Question, ask, rng_for
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck
from verifiers import python

ROOT = Path(__file__).parents[2]
DECLARATIONS: dict[str, Declaration] = read_declarations(ROOT / "verifiers" / "python.py")[0]

BOX = """\
class Box:
    def __init__(self, n):
        self.n = n

    def show(self):
        return self.n

"""


@pytest.fixture(scope="module")
def deck() -> Deck:
    found = read_deck(ROOT / "cards" / "python" / "self.yaml", "python/self", DECLARATIONS)
    assert isinstance(found, Deck), "\n".join(map(str, found))
    return found


def computed(card: Card, nth: int) -> tuple[Question, Result]:
    question = ask(card, rng_for(1, card.id, nth))
    module, _, function = card.verifier.partition(".")
    verifier: Verifier[Any] = getattr(importlib.import_module(f"verifiers.{module}"), function)
    return question, verifier(**question.arguments)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


def believed(code: str) -> set[object]:
    return {one.value for one in python.prints(code=code).mistakes}


# What is known


def test_bound_methods_are_equal_but_not_identical() -> None:
    assert python.prints(code=BOX + "a = Box(1)\nprint(a.show is a.show, a.show == a.show)").value == "False True"


def test_an_error_counts_as_a_line_with_the_name_of_its_type() -> None:
    assert python.prints(code="print(1)\nprint(1 / 0)").value == "1\nZeroDivisionError"
    assert python.prints(code="print(").value == "SyntaxError"


def test_a_program_leaves_nothing_behind_for_the_next() -> None:
    python.prints(code="leftover = 1")
    assert python.prints(code="print(leftover)").value == "NameError"


def test_the_object_that_was_passed_by_hand_is_self() -> None:
    found = python.prints(code=BOX + "red = Box(1)\nblue = Box(2)\nprint(Box.show(blue))")
    assert found.value == "2"
    assert [str(getattr(step, "en", step)) for step in found.steps][-1] == "Box.show: self is blue"


def test_an_object_without_a_name_is_counted() -> None:
    steps = python.prints(code=BOX + "show = Box(1).show\nprint(show())").steps
    assert [getattr(step, "zh", step) for step in steps] == [
        "Box.__init__：self 是第 1 个 Box",
        "Box.show：self 是第 1 个 Box",
    ]


def test_the_parameter_that_is_missing_is_not_self() -> None:
    code = "class Layer:\n    def load(self, bias):\n        pass\n\nLayer.load(3)"
    assert python.missing_argument(code=code).value == "bias"


def test_the_object_counts_among_the_arguments_given() -> None:
    code = "class Layer:\n    def forward(x):\n        pass\n\nx = 1\nLayer().forward(x)"
    found = python.arguments_given(code=code)
    assert (found.value, found.facts["takes"]) == (2, 1)


def test_a_program_that_does_not_ask_the_question_is_impossible() -> None:
    for verifier in (python.missing_argument, python.arguments_given, python.attribute_that_is, python.same_call):
        with pytest.raises(Impossible):
            verifier(code="print(1)")


def test_tracing_is_put_back_even_after_an_error() -> None:
    before = sys.gettrace()
    python.prints(code="raise ValueError")
    assert sys.gettrace() is before


# What is believed


@pytest.mark.parametrize(
    ("code", "belief"),
    [
        ("class A:\n    n = 1\n    def up(self):\n        self.n = 2\na = A()\na.up()\nprint(A.n)", "2"),
        ("class A:\n    n = []\na, b = A(), A()\na.n.append(1)\nprint(len(b.n))", "0"),
        ("n = 1\n" + BOX.replace("return self.n", "return n") + "print(Box(2).show())", "2"),
        ("class A:\n    n = 1\n    def f(self):\n        return self.n\nclass B(A):\n    n = 2\nprint(B().f())", "1"),
        (BOX + "    def new(self):\n        self = Box(2)\nb = Box(1)\nb.new()\nprint(b.n)", "2"),
        (BOX + "    def set(self):\n        self.n = 2\nb = Box(1)\nb.set()\nprint(b.n)", "1"),
        (BOX + "b = Box(1)\nf = b.show\nb = Box(2)\nprint(f())", "2"),
        (BOX + "b = Box(1)\nf = b.show\nb.n = 2\nprint(f())", "1"),
        (BOX + "def two(self):\n    return 2\nb = Box(1)\nb.two = two\nprint(b.two())", "2"),
        (BOX + "def two(self):\n    return 2\nb = Box(1)\nBox.two = two\nprint(b.two())", "TypeError"),
        (BOX + "print(Box.show(Box(1)))", "TypeError"),
        (BOX.replace("self", "me") + "print(Box(1).show())", "TypeError"),
        (BOX + "b = Box(1)\nprint(len(set([b.show, b.show])))", "2"),
        (BOX + "print(len(set([Box(1).show, Box(2).show])))", "1"),
        (BOX + "b = Box(1)\nprint(b.show is b.show)", "True"),
    ],
)
def test_each_belief_predicts_what_its_holder_would_answer(code: str, belief: str) -> None:
    assert python.prints(code=code).value != belief
    assert belief in believed(code)


def test_a_belief_that_breaks_the_program_is_not_offered() -> None:
    assert believed("class A:\n    def up(self):\n        self.n = 2\na = A()\na.up()\nprint(a.n)") <= {"TypeError"}


def test_a_program_without_methods_has_no_mistakes() -> None:
    assert believed("print(sum(range(4)))") == set()


# The deck


def test_every_truth_is_what_a_fresh_interpreter_says(deck: Deck) -> None:
    for card in deck.cards:
        if card.verifier != "python.prints":
            continue
        question, result = computed(card, 0)
        done = subprocess.run(
            [sys.executable, "-I", "-c", question.code], capture_output=True, text=True, timeout=60, check=False
        )
        error = done.stderr.strip().splitlines()[-1].partition(":")[0] if done.returncode else ""
        assert (done.stdout + error).strip() == result.value, card.id


def test_the_second_way_agrees(deck: Deck) -> None:
    checked = set()
    for card in deck.cards:
        verifier = getattr(python, card.verifier.partition(".")[2])
        for nth in range(8) if verifier.second else ():
            question, result = computed(card, nth)
            assert verifier.second(**question.arguments) == result.value
            checked.add(card.verifier)
    assert checked == {"python.missing_argument", "python.arguments_given"}


def test_every_snippet_prints_the_value(deck: Deck) -> None:
    for card in deck.cards:
        for nth in range(4):
            _, result = computed(card, nth)
            assert printed(result.snippet) == str(result.value), (card.id, result.snippet)


def test_mistakes_are_of_the_type_of_the_truth_and_show(deck: Deck) -> None:
    for card in deck.cards:
        for nth in range(4):
            _, result = computed(card, nth)
            assert all(type(one.value) is type(result.value) for one in result.mistakes)
            assert all(one.text.en and one.text.zh for one in result.mistakes)
            origin = Origin(card.verifier, {"python": "3"}, "cpu", 0.0)
            truth = Truth(result.value, origin, mistakes=tuple(result.mistakes), facts=result.facts)
            assert telling(card.kind, truth), f"{card.id} knows no mistake"
            if card.kind is Kind.CHOICE:
                offered = [option.value for option in card.options]
                assert result.value in offered
                assert all(one.value in offered for one in result.mistakes)


def test_the_explanations_render_in_both_languages(deck: Deck) -> None:
    for card in deck.cards:
        question, result = computed(card, 3)
        truth = Truth(result.value, Origin(card.verifier, {"python": "3"}, "cpu", 0.0), facts=result.facts)
        texts = {
            "".join(span.text for span in ask(card, rng_for(1, card.id, 3), lang).explanation(truth))
            for lang in ("en", "zh")
        }
        assert len(texts) == 2
        assert question.params == ask(card, rng_for(1, card.id, 3), "zh").params


def test_many_cards_have_fresh_numbers(deck: Deck) -> None:
    fresh = [card for card in deck.cards if len({computed(card, nth)[1].value for nth in range(32)}) >= 4]
    assert len(deck.cards) >= 9
    assert len(fresh) >= 5
