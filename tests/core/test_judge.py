"""Reading and judging: what is right, what is wrong, and what costs nothing."""

from fractions import Fraction

import pytest

from quizapp.core import reading
from quizapp.core.answer import Mistake, Origin, Right, Tolerance, Truth, Unreadable, Wrong
from quizapp.core.card import Kind
from quizapp.core.domain import Value
from quizapp.core.judge import judge, near, telling
from quizapp.core.reading import Reading
from quizapp.core.text import Text

ORIGIN = Origin("toy.add", {"python": "3"}, "cpu", 0.1)


def truth(value: Value, tolerance: Tolerance | None = None, mistakes: tuple[Mistake, ...] = ()) -> Truth:
    return Truth(value, ORIGIN, tolerance or Tolerance(), mistakes=mistakes)


def read(kind: Kind, typed: str) -> Reading | Unreadable:
    readers = {Kind.NUMBER: reading.number, Kind.SHAPE: reading.shape}
    return reading.short(typed, readers.get(kind, reading.text))


def verdict(kind: Kind, typed: str, against: Truth, aliases: tuple[str, ...] = ()) -> Right | Wrong | Unreadable:
    answer = read(kind, typed)
    return answer if isinstance(answer, Unreadable) else judge(kind, answer, against, aliases)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("112", 112), (" 112 ", 112), ("+112", 112), ("-3", -3), ("−3", -3), ("1_024", 1024), ("１１２", 112),
        ("0.5108", Fraction("0.5108")), (".5", Fraction(1, 2)), ("5.", 5), ("1/3", Fraction(1, 3)),
        ("1e-3", Fraction(1, 1000)), ("1E3", 1000), ("51%", Fraction(51, 100)), ("51 %", Fraction(51, 100)),
        ("2^10", 1024), ("2**10", 1024), ("2^-1", Fraction(1, 2)), ("４９％", Fraction(49, 100)),
        ("1 / 4", Fraction(1, 4)),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly(typed: str, number: Fraction) -> None:
    assert read(Kind.NUMBER, typed) == Reading(Fraction(number))


@pytest.mark.parametrize("typed", ["inf", "+inf", "∞", "Infinity"])
def test_infinity_is_a_number(typed: str) -> None:
    assert isinstance(verdict(Kind.NUMBER, typed, truth(float("inf"))), Right)
    assert isinstance(verdict(Kind.NUMBER, typed, truth(3.0)), Wrong)
    assert isinstance(verdict(Kind.NUMBER, "-" + typed.strip("+"), truth(float("inf"))), Wrong)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "abc", "nan", "1/0", "1,024", "12 px", "--3", "1e99999", "9" * 5000, "2^99999", "9^9^9", "[/]",
     "\x1b[31m", "x" * 10_000_000, "1 2", "0x10", "%", "∞∞", "😀", "1e400", "1/1e-400", "/", "^"],
    ids=lambda typed: repr(typed[:12]),
)  # fmt: skip
def test_what_is_no_number_is_unreadable_and_says_why(typed: str) -> None:
    answer = read(Kind.NUMBER, typed)
    assert isinstance(answer, Unreadable)
    assert answer.why.endswith(".")


@pytest.mark.parametrize(
    "typed",
    ["1,64,112,112", "(1, 64, 112, 112)", "[1 64 112 112]", "1x64x112x112", "1×64×112×112", "1，64，112，112",
     "torch.Size([1, 64, 112, 112])", "(1,64,112,112,)", "1 64 112 112", "1 x 64 x 112 x 112",
     "（１，６４，１１２，１１２）"],
)  # fmt: skip
def test_shapes_are_read_in_every_usual_form(typed: str) -> None:
    assert isinstance(verdict(Kind.SHAPE, typed, truth([1, 64, 112, 112])), Right)


@pytest.mark.parametrize("typed", ["a", "1,,2", "1.5, 2", "-1, 2", "[1, 2", "1;2", "x", "1" * 13])
def test_what_is_no_shape_is_unreadable(typed: str) -> None:
    if typed == "[1, 2":  # an unclosed bracket leaves no doubt about the numbers
        assert str(read(Kind.SHAPE, typed)) == "1, 2"
    else:
        assert isinstance(read(Kind.SHAPE, typed), Unreadable)


def test_the_empty_shape_is_that_of_a_scalar() -> None:
    assert isinstance(verdict(Kind.SHAPE, "()", truth([])), Right)


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        (Tolerance(), ["0.5"], ["0.5001", "0.4999"]),
        (Tolerance(absolute=0.01), ["0.51", "0.49", "0.505"], ["0.5101", "0.489"]),
        (Tolerance(relative=0.1), ["0.55", "0.45"], ["0.56"]),
        (Tolerance(digits=2), ["0.505", "0.495"], ["0.506", "0.494"]),
    ],
)
def test_tolerance_says_how_near_is_right(tolerance: Tolerance, right: list[str], wrong: list[str]) -> None:
    assert all(isinstance(verdict(Kind.NUMBER, typed, truth(0.5, tolerance)), Right) for typed in right)
    assert all(isinstance(verdict(Kind.NUMBER, typed, truth(0.5, tolerance)), Wrong) for typed in wrong)


def test_without_a_tolerance_a_decimal_is_right_for_its_own_number_and_whole_numbers_are_exact() -> None:
    assert isinstance(verdict(Kind.NUMBER, "0.1", truth(0.1)), Right)
    assert isinstance(verdict(Kind.NUMBER, "0.11", truth(0.1)), Wrong)
    assert isinstance(verdict(Kind.NUMBER, str(2**60), truth(2**60)), Right)
    assert isinstance(verdict(Kind.NUMBER, str(2**60 + 1), truth(2**60)), Wrong)


def test_a_known_mistake_is_recognised() -> None:
    floor = Mistake(113, Text("That rounds up."))
    assert verdict(Kind.NUMBER, "113", truth(112, mistakes=(floor,))) == Wrong(truth(112, mistakes=(floor,)), floor)
    assert verdict(Kind.NUMBER, "99", truth(112, mistakes=(floor,))) == Wrong(truth(112, mistakes=(floor,)))


def test_a_mistake_that_gives_the_truth_is_left_out() -> None:
    lucky = Mistake(112, Text("That forgets the padding."))
    assert telling(Kind.NUMBER, truth(112, mistakes=(lucky,))) == []
    assert isinstance(verdict(Kind.NUMBER, "112", truth(112, mistakes=(lucky,))), Right)


@pytest.mark.parametrize("typed", ["Self", " self ", "ｓｅｌｆ", "`self`", "self."])
def test_text_ignores_case_width_and_quotes(typed: str) -> None:
    assert isinstance(verdict(Kind.TEXT, typed, truth("self")), Right)


def test_an_alias_is_right_too() -> None:
    assert isinstance(verdict(Kind.TEXT, "the instance", truth("self"), ("the instance",)), Right)
    assert isinstance(verdict(Kind.TEXT, "the class", truth("self"), ("the instance",)), Wrong)


def test_output_keeps_case_and_lines() -> None:
    assert isinstance(verdict(Kind.OUTPUT, "True", truth("True")), Right)
    assert isinstance(verdict(Kind.OUTPUT, "true", truth("True")), Wrong)
    assert isinstance(verdict(Kind.OUTPUT, r"1\n2", truth("1\n2")), Right)
    assert isinstance(verdict(Kind.OUTPUT, "1 2", truth("1\n2")), Wrong)


def test_a_wrong_shape_says_which_dimension_is_off() -> None:
    found = verdict(Kind.SHAPE, "1, 64, 111, 112", truth([1, 64, 112, 112]))
    assert isinstance(found, Wrong)
    assert found.mistake is not None
    assert "dimension 2" in found.mistake.text.en
    short = verdict(Kind.SHAPE, "1, 64, 112", truth([1, 64, 112, 112]))
    assert isinstance(short, Wrong)
    assert short.mistake is not None
    assert "4 dimensions, not 3" in short.mistake.text.en


@pytest.mark.parametrize(
    ("said", "close"),
    [("sefl_attention", "self_attention"), ("state dict", "state_dict"), ("gradient", ""), ("x", ""), ("", "")],
)
def test_a_near_miss_names_the_word_it_is_close_to(said: str, close: str) -> None:
    word = close or "zero_grad"
    assert near(Reading(said), truth(word)) == close


def test_an_alias_can_be_nearly_hit_too() -> None:
    assert near(Reading("the instanse"), truth("self"), ["the instance"]) == "the instance"
