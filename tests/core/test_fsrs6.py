"""The schedule against the outside: fsrs called bare where days are whole, and FSRS-6's formulas everywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import fsrs
import pytest

from quizapp.core.event import Grade, Settings
from quizapp.core.schedule import NEW, Schedule, Scheduled, State, recall, review
from tests.core import fsrs6
from tests.core.fsrs6 import DEFAULT_W, REVIEW, Config, Model
from tests.core.histories import History, Review, read

DAY_MS = 86_400_000
TABLE = read()
WHOLE = [history for history in TABLE if history.whole]
UNEVEN = [history for history in TABLE if not history.whole]
OWN_WEIGHTS = next(one.config for history in TABLE for one in history.reviews if one.config.w != DEFAULT_W)


def named(histories: list[History]) -> list[str]:
    return [history.name for history in histories]


def settings(config: Config) -> Settings:
    weights = () if config.w == DEFAULT_W else config.w
    return Settings(
        config.retention, config.learning_steps, config.relearning_steps, config.maximum_interval, weights, fuzz=False
    )


def scheduled(history: History) -> Iterator[tuple[Review, Scheduled]]:
    """Each review of a history with the schedule that it leads to, fuzz off."""
    schedule: Schedule = NEW
    for one in history.reviews:
        schedule = review(
            schedule, Grade(one.grade), card="a/b/c", at=one.at, day=one.day, settings=settings(one.config)
        )
        yield one, schedule


def bare(history: History) -> Iterator[tuple[fsrs.Card, timedelta]]:
    """What fsrs says by itself of the same moments: the card, and how long until it is due."""
    card = fsrs.Card(card_id=1)
    for one in history.reviews:
        now = datetime.fromtimestamp(one.at / 1000, UTC)
        card, _ = scheduler(one.config).review_card(card, fsrs.Rating(one.grade), now)
        yield card, card.due - now


def scheduler(config: Config) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=config.w,
        desired_retention=config.retention,
        learning_steps=[timedelta(seconds=step) for step in config.learning_steps],
        relearning_steps=[timedelta(seconds=step) for step in config.relearning_steps],
        maximum_interval=config.maximum_interval,
        enable_fuzzing=False,
    )


def wait(one: Review, found: Scheduled) -> timedelta:
    """How long until it is due; in review, where only days count, the two ways of saying it must agree."""
    if found.state is State.REVIEW:
        assert found.due - one.at == (found.due_day - one.day) * DAY_MS
    return timedelta(milliseconds=found.due - one.at)


@pytest.mark.parametrize("history", WHOLE, ids=named(WHOLE))
def test_where_days_are_whole_the_schedule_is_that_of_fsrs_called_bare(history: History) -> None:
    for (one, found), (card, interval) in zip(scheduled(history), bare(history), strict=True):
        assert (found.state.value, found.step) == (card.state.value, card.step)
        assert (found.stability, found.difficulty) == (card.stability, card.difficulty)
        assert wait(one, found) == interval


@pytest.mark.parametrize("history", TABLE, ids=named(TABLE))
def test_everywhere_the_schedule_is_that_of_the_formulas_on_study_days(history: History) -> None:
    card: fsrs6.Card | None = None
    last = history.reviews[0].day
    for (one, found), listed in zip(scheduled(history), history.states, strict=True):
        card = fsrs6.reviewed(card, one.grade, one.day - last, one.config)
        last = one.day
        for expected, precision in ((card, 1e-12), (listed, 1e-8)):
            assert (found.state.value, found.step) == (expected.state, expected.step)
            assert found.stability == pytest.approx(expected.stability, rel=precision)
            assert found.difficulty == pytest.approx(expected.difficulty, rel=precision)
            if expected.state == REVIEW:
                assert found.due_day - one.day == expected.days
            else:
                assert wait(one, found).total_seconds() == expected.seconds


@pytest.mark.parametrize("config", [Config(), OWN_WEIGHTS], ids=["default weights", "own weights"])
@pytest.mark.parametrize("stability", [0.001, 0.5, 1, 7.3, 100, 36_500])
def test_recall_is_that_of_the_forgetting_curve(config: Config, stability: float) -> None:
    for days in (0, 1, 2, 10, 365, 36_500):
        assert recall(stability, days, settings(config)) == pytest.approx(
            Model(config.w).retrievability(days, stability), rel=1e-12
        )


def test_at_ninety_percent_the_interval_is_the_stability_and_the_chance_after_it_is_ninety_percent() -> None:
    model = Model()
    for stability in (0.5, 3, 250.0):
        assert model.interval(stability, 0.9) == pytest.approx(stability)
        assert model.retrievability(stability, stability) == pytest.approx(0.9)
        assert model.retrievability(model.interval(stability, 0.7), stability) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("hours", "days_apart"), [(22, 1), (26, 1), (5, 0), (34, 2)], ids=["22 h", "26 h", "same evening", "34 h"]
)
def test_what_counts_is_study_days_and_not_hours(hours: int, days_apart: int) -> None:
    """From eight in the evening, where a new day begins at four."""
    evening = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
    at, day = int(evening.timestamp() * 1000), evening.toordinal()
    first = review(NEW, Grade.EASY, card="a/b/c", at=at, day=day, settings=Settings(fuzz=False))
    then = evening + timedelta(hours=hours)
    study_day = (then - timedelta(hours=4)).toordinal()
    assert study_day - day == days_apart
    found = review(
        first, Grade.GOOD, card="a/b/c", at=at + hours * 3_600_000, day=study_day, settings=Settings(fuzz=False)
    )
    expected = Model().next_stability(first.difficulty, first.stability, days_apart, Grade.GOOD)
    assert found.stability == pytest.approx(expected, rel=1e-12)


def test_counting_blocks_of_hours_would_schedule_many_of_the_uneven_histories_differently() -> None:
    differing = [
        history.name
        for history in UNEVEN
        if [found.stability for _, found in scheduled(history)] != [card.stability for card, _ in bare(history)]
    ]
    assert len(differing) > len(UNEVEN) / 2


def test_the_table_has_every_way_of_going_on() -> None:
    assert len(TABLE) >= 200
    assert len(WHOLE) >= 100
    assert len(UNEVEN) >= 100
    ways = set()
    for history in TABLE:
        for (earlier, later), before in zip(pairwise(history.reviews), history.states, strict=False):
            ways.add((before.state, later.grade, later.day == earlier.day))
    assert ways == set(product((1, 2, 3), (1, 2, 3, 4), (True, False)))
    gaps = {later.at - earlier.at for history in TABLE for earlier, later in pairwise(history.reviews)}
    assert {0, 22 * 3_600_000, 26 * 3_600_000} <= gaps
    assert max(gaps) > 3000 * DAY_MS
