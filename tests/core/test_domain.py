"""Domains draw what they admit, reach their corners, and survive being written down."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.domain import Array, Choice, Distribution, Domain, Fixed, Grid, Int, Shape, Stack, from_data, write

DOMAINS: list[Domain] = [
    Int(1, 640, often=(224, 299)),
    Int(3, 3),
    Grid(0.1, 0.9, 0.1, often=(0.5,)),
    Choice(7, "same", True, 0.5),
    Distribution(2, 4),
    Distribution(3, 3, 0.25, zeros=True),
    Shape(1, 4, 1, 64, often=(3, 64)),
    Array(2, 3, -3, 9),
    Stack(2, 4),
    Fixed([0.5, 0.5]),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@given(seed=st.integers())
def test_every_draw_is_admitted(domain: Domain, seed: int) -> None:
    assert domain.admits(domain.draw(random.Random(seed)))


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_corners_are_admitted(domain: Domain) -> None:
    assert domain.corners()
    assert all(domain.admits(corner) for corner in domain.corners())


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_a_domain_survives_being_written_down(domain: Domain) -> None:
    assert from_data(domain.data()) == domain


@pytest.mark.parametrize("domain", [one for one in DOMAINS if not isinstance(one, Fixed)], ids=str)
def test_what_is_written_is_read_back(domain: Domain) -> None:
    for seed in range(50):
        value = domain.draw(random.Random(seed))
        read = domain.read(write(value))
        assert read == value or read == pytest.approx(value)


def test_corners_are_drawn_more_often_than_chance_would() -> None:
    rng = random.Random(0)
    draws = [Int(0, 999).draw(rng) for _ in range(1000)]
    assert sum(value in (0, 999) for value in draws) > 60


def test_the_numbers_met_in_practice_make_up_about_half_of_the_draws() -> None:
    rng = random.Random(0)
    draws = [Int(1, 640, often=(224, 299)).draw(rng) for _ in range(1000)]
    assert 400 < sum(value in (224, 299) for value in draws) < 650


def test_a_grid_counts_in_decimal() -> None:
    assert Grid(0.0, 1.0, 0.1).corners() == (0.0, 1.0)
    drawn = {Grid(0.0, 1.0, 0.1).draw(random.Random(seed)) for seed in range(200)}
    assert drawn == {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}


@given(seed=st.integers(), zeros=st.booleans())
def test_probabilities_add_up_to_one(seed: int, zeros: bool) -> None:
    drawn = Distribution(2, 5, 0.05, zeros).draw(random.Random(seed))
    assert isinstance(drawn, list)
    assert sum(float(part) for part in drawn if isinstance(part, float)) == pytest.approx(1)
    assert zeros or all(part for part in drawn)


@pytest.mark.parametrize(
    ("domain", "typed", "says"),
    [
        (Int(1, 9), "seven", "not a whole number"),
        (Int(1, 9), "12", "not a whole number from 1 to 9"),
        (Int(1, 9), "9" * 5000, "not a whole number"),
        (Grid(0.0, 1.0, 0.1), "nan", "not a number"),
        (Grid(0.0, 1.0, 0.1), "1/0", "not a number"),
        (Grid(0.0, 1.0, 0.1), "1e999999999", "not a number"),
        (Distribution(2, 3), "0.5,0.6", "add up to 1"),
        (Distribution(2, 3), "1,0", "above zero"),
        (Distribution(2, 3), "0.5,,0.5", "not a number"),
        (Choice("a", "b"), "c", "one of a, b"),
        (Shape(2, 2), "3", "2 numbers"),
        (Array(2, 2), "[1, 2], [3]", "2 rows of 2"),
        (Stack(1, 2), "nn.Linear(3, 4)", "1 to 2 layers"),
        (Stack(1, 2), "__import__('os')", "1 to 2 layers"),
        (
            Stack(2, 2),
            "nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1); nn.Conv2d(4, 8, kernel_size=3, stride=1, padding=1)",
            "2 layers",
        ),
    ],
)
def test_a_value_outside_says_what_would_do(domain: Domain, typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        domain.read(typed)


@pytest.mark.parametrize(
    "data",
    [{}, {"min": 3, "max": 1}, {"min": 1}, {"choice": []}, {"choice": 3}, {"distribution": [2, 50], "step": 0.1},
     {"min": 0.0, "max": 1.0}, {"min": 1, "max": 9, "often": [12]}, {"distribution": 3},
     {"min": 0, "max": 1, "step": 0}],
)  # fmt: skip
def test_data_that_describes_no_domain_is_refused_with_a_sentence(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        from_data(data)


def test_true_is_not_one() -> None:
    assert not Int(0, 1).admits(True)
    assert not Choice(1).admits(True)
    assert [Choice(0.0, 0.001, True).read(typed) for typed in ("0", "0.0", "1e-3", "true")] == [0.0, 0.0, 0.001, True]
    assert Choice(True).admits(True)
