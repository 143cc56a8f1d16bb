"""Which numbers are missed most: what is there is found, and chance is not."""

import random
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.domain import Params, Value
from quizapp.core.missed import HardValue, Missed

Answers = Sequence[tuple[Params, bool]]


def hardest(*cards: Answers, most: int = 10) -> list[HardValue]:
    missed = Missed()
    for answers in cards:
        missed.add("conv.output_size", answers)
    return missed.hardest(most)


def answers(value: Value, missed: int, of: int) -> list[tuple[Params, bool]]:
    return [({"kernel": value}, number < missed) for number in range(of)]


def test_a_value_is_held_against_the_answers_to_the_same_card() -> None:
    [one] = hardest([*answers(1, 10, 10), *answers(3, 0, 20)])
    assert (one.parameter, one.value, one.missed, one.reviews) == ("kernel", "1", 10, 10)
    assert one.expected == pytest.approx(10 * 10 / 30)


def test_a_hard_card_makes_none_of_its_values_hard() -> None:
    hard = [*answers(1, 20, 20), *answers(2, 20, 20)]
    easy = [*answers(3, 0, 20), *answers(4, 0, 20)]
    assert hardest(hard, easy) == []
    assert hardest(answers(1, 20, 20), answers(3, 0, 20)) == []


def test_the_surest_difference_comes_first_and_a_list_ends_where_it_is_told_to() -> None:
    card = [*answers(1, 60, 60), *answers(2, 45, 60), *answers(3, 0, 200)]
    assert [one.value for one in hardest(card)] == ["1", "2"]
    assert [one.value for one in hardest(card, most=1)] == ["1"]


def test_a_few_answers_name_nothing() -> None:
    assert hardest([*answers(1, 4, 4), *answers(3, 0, 40)]) == []
    assert hardest(*[answers(1, 1, 1) for _ in range(20)]) == []


def test_switches_and_choices_are_told_by_value() -> None:
    for hard, easy in ((True, False), ("reflect", "zeros"), (0.9, 0.1)):
        [one] = hardest([*answers(hard, 20, 20), *answers(easy, 0, 40)])
        assert one.value == str(hard)


def test_true_is_not_one() -> None:
    [one] = hardest([*answers(True, 20, 20), *answers(1, 0, 40)])
    assert (one.value, one.reviews) == ("True", 20)


@pytest.mark.parametrize(
    ("draw", "wrong", "said"),
    [
        (lambda rng: rng.randint(1, 300), lambda value: value >= 256, "256–511"),
        (lambda rng: rng.randint(1, 60), lambda value: value == 1, "1"),
        (lambda rng: rng.randint(-40, 40), lambda value: -8 < value < -3, "-4–-7"),
        (lambda rng: rng.random(), lambda value: 0.25 <= value < 0.5, "0.25–0.5"),
    ],
)
def test_numbers_of_many_values_are_told_by_ranges(
    draw: Callable[[random.Random], float], wrong: Callable[[float], bool], said: str
) -> None:
    rng = random.Random(1)
    values = [draw(rng) for _ in range(1500)]
    found = hardest([({"size": value}, wrong(value)) for value in values])
    assert [one.value for one in found] == [said]
    assert found[0].reviews == found[0].missed == sum(map(wrong, values))


def test_values_that_hardly_two_questions_share_are_left_out() -> None:
    odd: list[Value] = [[1, 2], "x" * 99, "a\nb"]
    assert hardest([({"p": value}, True) for value in odd for _ in range(9)] + answers(3, 0, 60)) == []


def world(seed: int, harder: float) -> Iterator[Answers]:
    """Cards of different difficulty with numbers drawn at random; a kernel of 1 is missed more by `harder`."""
    rng = random.Random(seed)
    for _ in range(25):
        chance = rng.uniform(0.02, 0.5)
        card: list[tuple[Params, bool]] = []
        for _ in range(25):
            params = {
                "kernel": rng.randint(1, 9),
                "stride": rng.randint(1, 4),
                "width": rng.randint(1, 224),
                "bias": rng.random() < 0.5,
            }
            card.append((params, rng.random() < chance + harder * (params["kernel"] == 1)))
        yield card


def test_chance_hardly_ever_names_a_value() -> None:
    assert sum(bool(hardest(*world(seed, 0.0))) for seed in range(40)) <= 4


def test_what_is_harder_leads() -> None:
    first = [hardest(*world(seed, 0.4))[:1] for seed in range(10)]
    assert [[(one.parameter, one.value) for one in found] for found in first] == [[("kernel", "1")]] * 10


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
cards = st.lists(
    st.lists(st.tuples(values.filter(lambda one: one is not None), st.booleans()), max_size=20), max_size=5
)


@given(cards)
def test_any_values_are_counted_and_none_more_often_than_it_came(given: list[list[tuple[Value, bool]]]) -> None:
    of = sum(map(len, given))
    for one in hardest(*[[({"p": value}, missed) for value, missed in card] for card in given]):
        assert 5 <= one.reviews <= of
        assert one.expected / one.reviews < one.missed / one.reviews
