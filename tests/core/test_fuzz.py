"""Fuzz: within FSRS's own bounds for every interval, the same at every replay, and days evened out by it."""

import math
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import fsrs
import pytest
from fsrs import scheduler

from quizapp.core.event import Grade, Settings
from quizapp.core.schedule import Scheduled, State, review
from tests.core.fsrs6 import fuzz_bounds

DAY_MS = 86_400_000
TODAY = 739_000
LONGEST = 36_500
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def known(exact: int, reviews: int = 3) -> Scheduled:
    """A card in review that, found hard on the day of its last review, comes back after `exact` days before fuzz.

    At a retention of 90 % the interval is the stability, and Hard leaves the stability of such a card as it is.
    """
    return Scheduled(State.REVIEW, None, float(exact), 5.0, 0, TODAY, 0, TODAY, TODAY, reviews, 0)


def interval(exact: int, card: str, *, maximum: int = LONGEST, reviews: int = 3, fuzz: bool = True) -> int:
    """Days until `card` comes back."""
    told = Settings(maximum_interval=maximum, fuzz=fuzz)
    return review(known(exact, reviews), Grade.HARD, card=card, at=0, day=TODAY, settings=told).due_day - TODAY


@pytest.mark.parametrize("maximum", [LONGEST, 365])
def test_every_interval_stays_within_the_bounds_of_fsrs(maximum: int) -> None:
    for exact in (*range(1, 2000), *range(2000, LONGEST + 1, 97)):
        capped = min(exact, maximum)
        assert interval(exact, "a/b/c", maximum=maximum, fuzz=False) == capped
        least, most = fuzz_bounds(capped, maximum)
        for number in range(3):
            assert least <= interval(exact, f"a/b/{number}", maximum=maximum) <= most


@pytest.mark.parametrize("exact", [1, 2, 3, 4, 5, 7, 8, 13, 20, 21, 60, 365])
def test_every_day_within_the_bounds_is_used(exact: int) -> None:
    least, most = fuzz_bounds(exact, LONGEST)
    assert {interval(exact, f"a/b/{number}") for number in range(1000)} == set(range(least, most + 1))


@pytest.mark.parametrize("maximum", [LONGEST, 100])
def test_the_bounds_stated_here_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch, maximum: int) -> None:
    """The library draws between its bounds; 0 gives the least. Rounding gives a day more than the most at nearly 1."""
    theirs = fsrs.Scheduler(maximum_interval=maximum)
    for exact in (*range(1, 400), 3650, LONGEST):
        found = []
        for drawn in (0.0, math.nextafter(1, 0)):
            monkeypatch.setattr(scheduler, "random", lambda drawn=drawn: drawn)
            card = fsrs.Card(1, fsrs.State.Review, None, float(exact), 5.0, MOMENT, MOMENT)
            after, _ = theirs.review_card(card, fsrs.Rating.Hard, MOMENT)
            found.append((after.due - MOMENT).days)
        least, most = fuzz_bounds(min(exact, maximum), maximum)
        assert found == [least, min(most + (exact > 2), maximum)]


def test_fuzz_can_be_switched_off() -> None:
    assert {interval(100, f"a/b/{number}", fuzz=False) for number in range(50)} == {100}


def test_another_process_with_other_hashes_and_other_random_numbers_gives_the_same_days() -> None:
    code = (
        "import random; random.seed(); from tests.core.test_fuzz import interval;"
        "print([interval(100, f'a/b/{n}', reviews=n) for n in range(50)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    random.seed(3)
    assert found == {f"{[interval(100, f'a/b/{number}', reviews=number) for number in range(50)]}\n"}


def test_a_schedule_stored_years_ago_is_still_what_replaying_gives() -> None:
    """The days that fuzz gave when this was written. Another way of drawing them makes every stored schedule wrong."""
    days = [104, 102, 100, 102, 97, 99, 93, 95, 106, 95, 104, 107]
    assert [interval(100, f"conv/size/{number}") for number in range(12)] == days


@pytest.mark.parametrize("exact", [3, 10, 30, 100, 365])
def test_the_days_within_the_bounds_are_used_alike(exact: int) -> None:
    """A χ² of the cards on each day; 99.9 % of fair draws stay below the bound, and these are always the same ones."""
    least, most = fuzz_bounds(exact, LONGEST)
    cards = 400 * (most - least + 1)
    counts = Counter(interval(exact, f"deck/{number // 40}/{number}") for number in range(cards))
    freedom = most - least
    deviation = sum((counts[day] - 400) ** 2 / 400 for day in range(least, most + 1))
    assert deviation < chi_squared(freedom, 3.09)


def chi_squared(freedom: int, z: float) -> float:
    """The quantile of χ² at `z` standard deviations of the normal distribution, by Wilson and Hilferty."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + z * math.sqrt(part)) ** 3)


def test_the_number_of_reviews_draws_anew_so_that_two_cards_do_not_stay_together() -> None:
    together = sum(interval(100, "a/b/c", reviews=n) == interval(100, "a/b/d", reviews=n) for n in range(1, 1001))
    least, most = fuzz_bounds(100, LONGEST)
    assert together < 2 * 1000 / (most - least + 1)


def test_cards_learned_on_one_day_are_spread_and_stay_in_the_middle_where_they_were() -> None:
    """A thousand cards, each known every time it comes back: how many fall on the fullest day of their sixth review."""
    fullest = {fuzz: Counter(sixth(f"deck/{number}", fuzz) for number in range(1000)) for fuzz in (False, True)}
    assert max(fullest[False].values()) == 1000
    assert max(fullest[True].values()) < 50
    (exact,) = fullest[False]
    mean = sum(day * count for day, count in fullest[True].items()) / 1000
    assert abs(mean - exact) < 0.05 * (exact - TODAY)


def sixth(card: str, fuzz: bool) -> int:
    """The study day on which a card comes back for its sixth review."""
    found, told = known(5, 1), Settings(fuzz=fuzz)
    for _ in range(4):
        found = review(found, Grade.GOOD, card=card, at=found.due_day * DAY_MS, day=found.due_day, settings=told)
    return found.due_day
