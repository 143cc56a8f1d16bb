"""What the record tells: counted by hand in small, and never more or less than there is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.domain import Value
from quizapp.core.event import Event, Forgotten, Grade, Mark, Marked, Regraded, Reviewed, Settings, Undone
from quizapp.core.marks import marks
from quizapp.core.schedule import NEW, Scheduled, recall, review, story
from quizapp.core.statistics import FORECAST_DAYS, Gathering, Stats
from tests.store.examples import DAY, START, TODAY, reviewed

TOLD = Settings(learning_steps=(), relearning_steps=(), fuzz=False)


def at(day: int, grade: Grade = Grade.GOOD, card: str = "a", kernel: Value = 3, ms: int = 1000) -> Reviewed:
    """A review `day` study days after START's."""
    made = reviewed(day, card, START + day * DAY, grade, settings=TOLD)
    return replace(made, id=f"{card}{day}{grade}", params={"kernel": kernel}, ms=ms)


def stats(*events: Event, today: int = 100, deck: str = "conv/size", leech: int = 8) -> Stats:
    gathering = Gathering(TODAY + today, leech=leech)
    for card in sorted({event.card for event in events}):
        own = [event for event in events if event.card == card]
        gathering.add(card, deck, "conv.output_size", own, marks(own), TOLD)
    return gathering.stats()


def test_nothing_is_told_of_nothing() -> None:
    found = stats()
    assert (found.days, found.cards, found.streak, found.log_loss, found.rmse) == ({}, 0, 0, None, None)
    assert sum(found.forecast) == 0


def test_days_count_reviews_misses_and_time() -> None:
    found = stats(at(1, ms=500), at(1, Grade.AGAIN, "b", ms=700), at(3))
    assert {day - TODAY: (one.reviews, one.missed, one.ms) for day, one in found.days.items()} == {
        1: (2, 1, 1200),
        3: (1, 0, 1000),
    }
    assert found.cards == 2


@pytest.mark.parametrize(("days", "streak"), [([98, 99, 100], 3), ([98, 99], 2), ([97, 98], 0), ([100], 1), ([90], 0)])
def test_a_streak_reaches_to_today_or_yesterday(days: list[int], streak: int) -> None:
    assert stats(*(at(day) for day in days)).streak == streak


def test_only_the_first_review_of_a_later_day_is_held_against_its_prediction() -> None:
    first, same_day, later, too_late = at(0), replace(at(0), id="x", at=START + 1), at(5, Grade.AGAIN), at(200)
    again = replace(at(5, Grade.GOOD), id="y", at=START + 5 * DAY + 1)
    found = stats(first, same_day, later, again, too_late)
    before = review(NEW, Grade.GOOD, card="a", at=START, day=TODAY, settings=TOLD)
    before = review(before, Grade.GOOD, card="a", at=START + 1, day=TODAY, settings=TOLD)
    share = found.retention[365]
    assert (share.of, share.hits) == (1, 0)
    assert share.predicted == pytest.approx(recall(before.stability, 5, TOLD))
    assert found.log_loss is not None
    overall = found.retention[None]
    assert (overall.of, overall.hits) == (2, 1)
    assert {window: share.of for window, share in found.by_deck["conv/size"].items()} == {7: 0, 30: 0, 365: 1, None: 2}


def test_windows_look_back_from_today() -> None:
    found = stats(at(0), at(94, Grade.AGAIN), at(95, Grade.EASY), at(100))
    assert {window: share.of for window, share in found.retention.items()} == {7: 3, 30: 3, 365: 3, None: 3}
    assert stats(at(0), at(93), at(94)).retention[7].of == 1


def test_log_loss_is_that_of_the_predictions() -> None:
    found = stats(at(0), at(4, Grade.AGAIN), at(9))
    schedules = [after for _, after in story([at(0), at(4, Grade.AGAIN), at(9)])]
    chances = []
    for before, elapsed in zip(schedules, (4, 5), strict=False):
        assert isinstance(before, Scheduled)
        chances.append(recall(before.stability, elapsed, TOLD))
    assert found.log_loss == pytest.approx(-(math.log(1 - chances[0]) + math.log(chances[1])) / 2)


def test_a_grade_given_later_and_an_undone_review_count_as_they_stand() -> None:
    first, second = at(0), at(5, Grade.AGAIN)
    regraded = Regraded("r", "a", second.at + 1, second.day, second.id, Grade.HARD)
    assert stats(first, second, regraded).retention[None].hits == 1
    undone = Undone("u", "a", second.at + 2, second.day, second.id)
    found = stats(first, second, regraded, undone)
    assert found.retention[None].of == 0
    assert len(found.days) == 1


def test_a_forgotten_card_predicts_nothing() -> None:
    forgotten = Forgotten("f", "a", START + 1, TODAY)
    assert stats(at(0), forgotten, at(5)).retention[None].of == 0


def test_the_forecast_counts_what_is_overdue_as_due_today_and_leaves_out_what_is_suspended() -> None:
    schedule = review(NEW, Grade.GOOD, card="a", at=START, day=TODAY, settings=TOLD)
    wait = schedule.due_day - TODAY
    assert stats(at(0), today=0).forecast[wait] == 1
    assert stats(at(0), today=wait + 50).forecast[0] == 1
    suspended = Marked("m", "a", START + 1, TODAY, Mark.SUSPENDED)
    assert sum(stats(at(0), suspended, today=0).forecast) == 0
    assert sum(stats(at(0), today=0, deck="").forecast) == 0


def test_a_card_buried_for_today_is_forecast_for_tomorrow() -> None:
    buried = Marked("m", "a", START + 90 * DAY, TODAY + 90, Mark.BURIED)
    assert stats(at(0), buried, today=90).forecast[:2] == [0, 1]
    assert stats(at(0), buried, today=91).forecast[:2] == [1, 0]


def test_what_should_be_known_today_is_the_sum_of_the_chances() -> None:
    found = stats(at(0), at(40, card="b"), today=60)
    chances = []
    for day, card in ((0, "a"), (40, "b")):
        schedule = review(NEW, Grade.GOOD, card=card, at=START + day * DAY, day=TODAY + day, settings=TOLD)
        chances.append(recall(schedule.stability, 60 - day, TOLD))
    assert found.known == pytest.approx(sum(chances))
    assert found.reviewed == 2


def test_predictions_are_told_in_twentieths_with_what_came_of_each() -> None:
    found = stats(at(0), at(3), at(400, Grade.AGAIN), today=400)
    [high, low] = [place for place, share in enumerate(found.calibration) if share.of][::-1]
    for place in (high, low):
        share = found.calibration[place]
        assert share.predicted is not None
        assert place / 20 <= share.predicted < (place + 1) / 20
    assert (found.calibration[high].hits, found.calibration[low].hits) == (1, 0)
    distances = [(1 - found.calibration[high].expected) ** 2, found.calibration[low].expected ** 2]
    assert found.rmse == pytest.approx(math.sqrt(sum(distances) / 2))
    assert found.plain_loss == pytest.approx(math.log(2))


def test_leeches_and_hard_cards_are_named_the_surest_first() -> None:
    hard = [at(0, Grade.GOOD, "hard"), *(at(day, Grade.AGAIN, "hard") for day in range(1, 9))]
    unlucky = [at(0, Grade.AGAIN, "unlucky"), at(1, Grade.GOOD, "unlucky"), at(2, Grade.AGAIN, "unlucky")]
    found = stats(*hard, *unlucky, at(0, card="easy"), leech=5)
    assert [(one.card, one.missed, one.reviews) for one in found.hardest] == [("hard", 8, 9), ("unlucky", 2, 3)]
    assert [one.card for one in found.leeches] == ["hard"]
    assert found.leeches[0].lapses == 8


def test_numbers_with_which_cards_are_missed_are_told() -> None:
    ones = [at(day, Grade.AGAIN, kernel=1) for day in range(0, 20, 2)]
    threes = [at(day, Grade.GOOD, kernel=3) for day in range(1, 40, 2)]
    [value] = stats(*ones, *threes).values
    assert (value.verifier, value.parameter, value.value) == ("conv.output_size", "kernel", "1")
    assert (value.missed, value.reviews) == (10, 10)
    assert value.expected == pytest.approx(10 * 10 / 30)


answers = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.sampled_from(Grade), st.sampled_from([1, 3])), max_size=25
)


@given(answers)
def test_sums_agree_with_each_other(given: list[tuple[str, int, Grade, int]]) -> None:
    events = [
        replace(at(day, grade, card, kernel), id=f"{number}") for number, (card, day, grade, kernel) in enumerate(given)
    ]
    found = stats(*events, today=60)
    assert sum(day.reviews for day in found.days.values()) == len(events)
    counted = found.retention[None].of
    assert counted == sum(share.of for share in found.calibration)
    for window, share in found.retention.items():
        assert share.of == sum(windows[window].of for windows in found.by_deck.values())
        assert share.hits == sum(windows[window].hits for windows in found.by_deck.values())
    assert found.retention[7].of <= found.retention[30].of <= counted
    cards = len({event.card for event in events})
    assert sum(found.stabilities.counts) == sum(found.difficulties.counts) == sum(found.chances.counts) == cards
    assert found.reviewed == cards
    assert 0 <= found.known <= cards
    assert sum(found.forecast) <= cards
    assert len(found.forecast) == FORECAST_DAYS
    if found.rmse is not None:
        assert 0 <= found.rmse <= 1
        assert found.plain_loss is not None
        assert 0 <= found.plain_loss <= math.log(2) + 1e-9


@given(answers, st.data())
def test_what_was_undone_might_never_have_been(given: list[tuple[str, int, Grade, int]], data: st.DataObject) -> None:
    events = [
        replace(at(day, grade, card, kernel), id=f"{number}") for number, (card, day, grade, kernel) in enumerate(given)
    ]
    gone = {event.id for event in events if data.draw(st.booleans())}
    undone = [
        Undone(f"u{event.id}", event.card, event.at + DAY, event.day + 1, event.id)
        for event in events
        if event.id in gone
    ]
    assert stats(*events, *undone) == stats(*(event for event in events if event.id not in gone))


@given(answers, st.data())
def test_a_regraded_answer_might_have_been_graded_so_at_once(
    given: list[tuple[str, int, Grade, int]], data: st.DataObject
) -> None:
    events = [
        replace(at(day, grade, card, kernel), id=f"{number}") for number, (card, day, grade, kernel) in enumerate(given)
    ]
    grades = [data.draw(st.sampled_from(Grade)) for _ in events]
    regraded = [
        Regraded(f"r{event.id}", event.card, event.at + 1, event.day, event.id, grade)
        for event, grade in zip(events, grades, strict=True)
    ]
    assert stats(*events, *regraded) == stats(
        *(replace(event, grade=grade) for event, grade in zip(events, grades, strict=True))
    )
