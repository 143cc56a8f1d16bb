"""Reading what was typed, kind by kind: what is read, what is unreadable, and that nothing breaks it."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import reading
from quizapp.core.answer import Unreadable
from quizapp.core.card import Option
from quizapp.core.domain import Distribution, Domain, Int
from quizapp.core.reading import Reading
from quizapp.core.text import Text

OPTIONS = (
    Option("grow", Text("It grows.", "变大。")),
    Option("shrink", Text("It shrinks.", "变小。")),
    Option(0, Text("b", "b")),  # words that are another option's letter
    Option(True, Text("True", "真")),
)
LINES = ("zero_grad()", "backward()", "step()")
CONV: Mapping[str, Domain] = {"kernel": Int(1, 9), "stride": Int(1, 9)}
PAIR: Mapping[str, Domain] = {"p": Distribution(2, 3), "q": Distribution(2, 3)}

Read = Callable[[str], Reading | Unreadable]
READERS: dict[str, Read] = {
    "number": reading.number,
    "shape": reading.shape,
    "text": reading.text,
    "one": lambda typed: reading.one_of(typed, OPTIONS),
    "several": lambda typed: reading.some_of(typed, OPTIONS),
    "order": lambda typed: reading.in_order(typed, LINES),
    "cloze": lambda typed: reading.gaps(typed, ("number", "text")),
    "open": lambda typed: reading.fields(typed, CONV),
    "pair": lambda typed: reading.fields(typed, PAIR),
    "known": reading.known,
}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("one", "a", "grow"), ("one", "B", "shrink"), ("one", "(c)", 0), ("one", "it shrinks.", "shrink"),
        ("one", "变大。", "grow"), ("one", "grow", "grow"), ("one", "ａ", "grow"), ("one", "d.", True),
        ("several", "a c", ["grow", 0]), ("several", "ca", ["grow", 0]), ("several", "A, C", ["grow", 0]),
        ("several", "none", []), ("several", "无", []), ("several", "grow; shrink", ["grow", "shrink"]),
        ("order", "c a b", ["step()", "zero_grad()", "backward()"]),
        ("order", "CAB", ["step()", "zero_grad()", "backward()"]),
        ("order", "a, b, c", list(LINES)), ("order", "a > b > c", list(LINES)), ("order", "a -> b -> c", list(LINES)),
        ("cloze", "3; loss", [Fraction(3), "loss"]), ("cloze", "1/3 ; a, b", [Fraction(1, 3), "a, b"]),
        ("cloze", "3, loss", [Fraction(3), "loss"]), ("cloze", "３；loss", [Fraction(3), "loss"]),
        ("open", "kernel=3 stride=2", {"kernel": 3, "stride": 2}), ("open", "3, 2", {"kernel": 3, "stride": 2}),
        ("open", "stride = 2, kernel = 3", {"kernel": 3, "stride": 2}), ("open", "3 2", {"kernel": 3, "stride": 2}),
        ("pair", "p=0.5,0.5 q=0.9,0.1", {"p": [0.5, 0.5], "q": [0.9, 0.1]}),
        ("pair", "0.5,0.5 ; 0.9,0.1", {"p": [0.5, 0.5], "q": [0.9, 0.1]}),
        ("known", "y", True), ("known", "No.", False), ("known", "是", True),
        ("shape", "１、６４、１１２", [1, 64, 112]), ("several", "a、c", ["grow", 0]),
        ("number", "５１％", Fraction(51, 100)),
    ],
)  # fmt: skip
def test_what_is_meant_is_read(kind: str, typed: str, value: object) -> None:
    read = reading.short(typed, READERS[kind])
    assert isinstance(read, Reading), read
    assert read.value == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("one", "z"), ("one", "a b"), ("one", "grows"), ("several", "a a"), ("several", "a z"), ("several", "az"),
        ("order", "a b"), ("order", "a a b"), ("order", "abcd"), ("order", "1 2 3"),
        ("cloze", "3"), ("cloze", "loss; 3"), ("cloze", "3;"), ("cloze", "3; a; b"), ("cloze", ";"),
        ("open", "3"), ("open", "kernel=3"), ("open", "kernel=3 kernel=3"), ("open", "kernel=99 stride=1"),
        ("open", "x kernel=3 stride=2"), ("open", "kernel=3 stride=2 padding=1"), ("pair", "p=0.5,0.6 q=1,0"),
        ("known", "maybe"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_unreadable_and_says_what_could(kind: str, typed: str) -> None:
    read = reading.short(typed, READERS[kind])
    assert isinstance(read, Unreadable), read
    assert len(read.why) > 15


ABSURD = ["", "   ", "nan" * 50, "9" * 5000, "x" * 10_000_000, "\x1b[31mred\x1b]0;owned\x07", "[/]", "[/red]",
          "\u202eabc", "１２３" * 90, "😀" * 40, "á" * 100, "\x00", "=", ";;;;;", "{" * 500, "(" * 1900]  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "text"])
@pytest.mark.parametrize("typed", ABSURD, ids=lambda typed: repr(typed[:12]))
def test_an_absurd_answer_is_unreadable_and_costs_nothing(kind: str, typed: str) -> None:
    assert isinstance(reading.short(typed, READERS[kind]), Unreadable)


@pytest.mark.parametrize("kind", READERS)
@given(typed=st.text(max_size=60))
def test_no_text_breaks_a_reader(kind: str, typed: str) -> None:
    assert isinstance(reading.short(typed, READERS[kind]), Reading | Unreadable)


@pytest.mark.parametrize("typed", ["a?", "a ?", "A?"])
def test_a_question_mark_behind_a_pick_says_that_it_is_a_guess(typed: str) -> None:
    read = reading.one_of(reading.normal(typed), OPTIONS)
    assert read == Reading("grow", guessed=True)
    assert reading.one_of("a", OPTIONS) == Reading("grow")


@pytest.mark.parametrize(
    ("source", "says"),
    [("def f(:\n  pass", "Line 1"), ("x = 1\ny = = 2", "Line 2"), ("x" * 30_000, "characters long"),
     ("  \n", "Nothing"), ("(" * 3000, "not Python")],
)  # fmt: skip
def test_code_that_is_no_python_is_unreadable_and_names_the_line(source: str, says: str) -> None:
    read = reading.code(source)
    assert isinstance(read, Unreadable)
    assert says in read.why


def test_code_is_read_without_being_run() -> None:
    assert reading.code("raise SystemExit") == Reading("raise SystemExit")
