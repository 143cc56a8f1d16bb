"""The schedule: FSRS on study days, the same whenever it is replayed."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import fsrs
import pytest
from hypothesis import given
from hypothesis import settings as running
from hypothesis import strategies as st

from quizapp.core.day import study_day
from quizapp.core.event import Event, Grade, Regraded, Reviewed, Settings
from quizapp.core.schedule import NEW, Schedule, Scheduled, State, fold, is_due, preview, review, version

START = int(datetime(2026, 6, 10, 12, 0, tzinfo=UTC).timestamp()) * 1000
HOUR = 3_600_000
DAY = 24 * HOUR
CARD = "conv/size/stem"
AGAIN, HARD, GOOD, EASY = Grade

steps = st.lists(st.integers(1, 12 * 3600), max_size=3).map(lambda found: tuple(sorted(found)))
some_settings = st.builds(
    Settings,
    retention=st.sampled_from((0.7, 0.8, 0.9, 0.97)),
    learning_steps=steps,
    relearning_steps=steps,
    maximum_interval=st.sampled_from((1, 2, 3, 7, 30, 365, 36_500)),
)
# Minutes, hours, days; and a clock that goes back by 400 days or ahead by ten years.
gaps = st.one_of(
    st.integers(0, HOUR), st.integers(0, 3 * DAY), st.integers(0, 400 * DAY), st.sampled_from((-400 * DAY, 3653 * DAY))
)


def reviewed(number: int, at: int, grade: Grade, settings: Settings = Settings(), card: str = CARD) -> Reviewed:  # noqa: B008
    return Reviewed(
        id=f"{number:04}",
        card=card,
        at=at,
        day=study_day(at, UTC),
        params={},
        answer="",
        truth=1,
        right=grade is not AGAIN,
        grade=grade,
        ms=1000,
        versions={},
        scheduler="",
        settings=settings,
    )


@st.composite
def histories(draw: st.DrawFn, least: int = 0) -> list[Reviewed]:
    """The reviews of one card, in the order they were made, which need not be that of the clock."""
    at, events = START, []
    for number in range(draw(st.integers(least, 8))):
        at += draw(gaps)
        events.append(reviewed(number, at, draw(st.sampled_from(Grade)), draw(some_settings)))
    return events


def after(events: Sequence[Reviewed]) -> Schedule:
    """The schedule that the reviews lead to when each is put on top of the one before."""
    schedule: Schedule = NEW
    for one in events:
        schedule = review(schedule, one.grade, card=one.card, at=one.at, day=one.day, settings=one.settings)
    return schedule


def graded(*grades: Grade, gap: int = DAY) -> Scheduled:
    found = after([reviewed(number, START + number * gap, grade) for number, grade in enumerate(grades)])
    assert isinstance(found, Scheduled)
    return found


class TestGrades:
    @running(deadline=None)
    @given(histories(), some_settings, gaps)
    def test_a_preview_is_what_the_grade_does(self, past: list[Reviewed], settings: Settings, gap: int) -> None:
        before, at = after(past), START + gap
        shown = preview(before, card=CARD, at=at, day=study_day(at, UTC), settings=settings)
        assert list(shown) == list(Grade)
        for grade, coming in shown.items():
            assert review(before, grade, card=CARD, at=at, day=study_day(at, UTC), settings=settings) == coming

    @running(deadline=None)
    @given(histories(), some_settings, gaps)
    def test_a_better_grade_never_comes_back_sooner(self, past: list[Reviewed], settings: Settings, gap: int) -> None:
        at = START + gap
        shown = preview(after(past), card=CARD, at=at, day=study_day(at, UTC), settings=settings)
        dues = [(coming.due_day, coming.due) for coming in shown.values()]
        assert dues == sorted(dues)

    @running(deadline=None)
    @given(histories(least=1))
    def test_nothing_is_due_before_it_was_reviewed(self, past: list[Reviewed]) -> None:
        found = after(past)
        assert isinstance(found, Scheduled)
        assert found.due >= found.reviewed_at == past[-1].at
        assert found.due_day >= found.reviewed_day == past[-1].day
        assert found.reviews == len(past)

    def test_minutes_then_days(self) -> None:
        first = graded(GOOD)
        assert (first.state, first.step, first.due, first.due_day) == (
            State.LEARNING, 1, START + 10 * 60_000, first.reviewed_day
        )  # fmt: skip
        second = graded(GOOD, GOOD, gap=10 * 60_000)
        assert second.state is State.REVIEW
        assert not second.learning
        assert second.due == second.reviewed_at + (second.due_day - second.reviewed_day) * DAY

    def test_a_lapse_is_forgetting_in_review_and_nothing_else(self) -> None:
        assert graded(AGAIN, AGAIN).lapses == 0
        lapsed = graded(GOOD, GOOD, AGAIN, AGAIN)
        assert lapsed.lapses == 1
        assert lapsed.state is State.RELEARNING
        assert graded(GOOD, GOOD, AGAIN, GOOD, AGAIN).lapses == 2


class TestStudyDays:
    def next_morning(self, hours: float) -> Scheduled:
        """A card in review, learned at 20:00 on one day, and answered so many hours later."""
        evening = START + 8 * HOUR
        past = [reviewed(0, evening - HOUR, GOOD), reviewed(1, evening, GOOD)]
        found = after([*past, reviewed(2, evening + int(hours * HOUR), GOOD)])
        assert isinstance(found, Scheduled)
        return found

    def test_twenty_two_hours_later_on_the_next_day_is_one_day_later(self) -> None:
        early, full = self.next_morning(22), self.next_morning(24)
        assert (early.stability, early.difficulty, early.due_day) == (full.stability, full.difficulty, full.due_day)

    def test_seven_hours_later_on_the_same_day_is_no_day_later(self) -> None:
        assert self.next_morning(7.9).stability == self.next_morning(0.1).stability
        assert self.next_morning(8).stability > self.next_morning(7.9).stability

    def test_a_clock_set_back_counts_as_no_time(self) -> None:
        past = [reviewed(0, START, GOOD), reviewed(1, START + DAY, GOOD)]
        back = after([*past, reviewed(2, START - 400 * DAY, GOOD)])
        same = after([*past, reviewed(2, START + DAY, GOOD)])
        assert isinstance(back, Scheduled)
        assert isinstance(same, Scheduled)
        assert back.stability == same.stability
        assert back.due > START - 400 * DAY

    def test_a_clock_beyond_all_dates_does_no_harm(self) -> None:
        far = replace(graded(GOOD, GOOD), reviewed_day=-(10**9))
        found = review(far, GOOD, card=CARD, at=2**62, day=10**9, settings=Settings())
        assert found.due > 2**62

    def test_in_review_a_card_is_due_all_day_and_in_learning_to_the_minute(self) -> None:
        known, learned = graded(GOOD, GOOD), graded(GOOD)
        assert not is_due(NEW, now=START, day=10**6)
        assert is_due(known, now=0, day=known.due_day)
        assert not is_due(known, now=known.due + 10 * DAY, day=known.due_day - 1)
        assert is_due(learned, now=learned.due, day=0)
        assert not is_due(learned, now=learned.due - 1, day=learned.due_day + 1)


class TestFuzz:
    # The interval that FSRS computes, and the bounds that its ranges give, worked out by hand:
    # 15 % of what lies between 2.5 and 7 days, 10 % from there to 20, 5 % beyond, and one day.
    @pytest.mark.parametrize(
        ("exact", "least", "most"), [(1, 1, 1), (2, 2, 2), (3, 2, 4), (10, 8, 12), (100, 93, 107), (400, 378, 422)]
    )
    def test_intervals_vary_within_the_bounds_of_fsrs(self, exact: int, least: int, most: int) -> None:
        found = {self.interval(exact, f"a/{number}") for number in range(400)}
        assert min(found) == least
        assert max(found) == most

    @pytest.mark.parametrize("most", [1, 2, 3, 50, 100])
    def test_the_longest_interval_is_never_exceeded(self, most: int) -> None:
        assert max(self.interval(100, f"a/{number}", most) for number in range(200)) == most

    def test_it_hangs_on_the_card_and_the_number_of_reviews_alone(self) -> None:
        assert self.interval(100, "a/b") == self.interval(100, "a/b")
        random.seed(1)
        first = self.interval(100, "a/b")
        random.seed(2)
        assert self.interval(100, "a/b") == first
        assert len({self.interval(100, "a/b", reviews=number) for number in range(20)}) > 5

    def interval(self, exact: int, card: str, most: int = 36_500, reviews: int = 3) -> int:
        # At a retention of 90 % the interval is the stability, and answered twice on a day a card keeps a high one.
        before = replace(graded(GOOD, GOOD), stability=float(exact), difficulty=5.0, reviews=reviews)
        settings = Settings(maximum_interval=most)
        found = review(before, HARD, card=card, at=START, day=before.reviewed_day, settings=settings)
        assert round(found.stability) == exact
        return found.due_day - found.reviewed_day


class TestFold:
    @running(deadline=None)
    @given(histories(), st.randoms(use_true_random=False))
    def test_the_order_of_the_events_does_not_matter(self, past: list[Reviewed], rng: random.Random) -> None:
        shuffled = list(past)
        rng.shuffle(shuffled)
        assert fold(shuffled) == fold(past) == after(sorted(past, key=lambda one: (one.at, one.id)))

    @running(deadline=None)
    @given(histories(least=1), st.data())
    def test_another_grade_takes_the_place_of_the_first(self, past: list[Reviewed], data: st.DataObject) -> None:
        which = data.draw(st.integers(0, len(past) - 1))
        grade = data.draw(st.sampled_from(Grade))
        changed = Regraded("r", CARD, START + data.draw(gaps), 0, past[which].id, grade)
        instead = [replace(one, grade=grade) if one.id == past[which].id else one for one in past]
        assert fold([changed, *past]) == fold(instead)

    def test_the_last_word_counts(self) -> None:
        past: list[Event] = [reviewed(0, START, GOOD)]
        past += [Regraded("r2", CARD, START + 2, 0, "0000", EASY), Regraded("r1", CARD, START + 1, 0, "0000", AGAIN)]
        assert fold(past) == graded(EASY)

    def test_another_grade_for_a_review_that_is_not_there_changes_nothing(self) -> None:
        assert fold([reviewed(0, START, GOOD), Regraded("r", CARD, START + 1, 0, "gone", AGAIN)]) == graded(GOOD)
        assert fold([Regraded("r", CARD, START + 1, 0, "gone", AGAIN)]) == NEW


class TestAgainstFsrs:
    @running(max_examples=200, deadline=None)
    @given(
        st.lists(st.tuples(st.sampled_from(Grade), st.integers(0, 300)), min_size=1, max_size=12),
        st.sampled_from((0.75, 0.9, 0.95)),
    )
    def test_where_days_are_whole_it_says_the_same(self, answers: list[tuple[Grade, int]], retention: float) -> None:
        theirs = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
        card = fsrs.Card(card_id=1)
        ours: Schedule = NEW
        at = START
        for grade, days in answers:
            at += days * DAY
            now = datetime.fromtimestamp(at / 1000, UTC)
            card, _ = theirs.review_card(card, fsrs.Rating(grade), now)
            ours = review(ours, grade, card=CARD, at=at, day=study_day(at, UTC), settings=Settings(retention))
            assert (ours.stability, ours.difficulty) == (card.stability, card.difficulty)
            assert (ours.state.value, ours.step) == (card.state.value, card.step)
            exact = card.due - now
            if ours.learning:
                assert ours.due - at == exact / timedelta(milliseconds=1)
            else:
                assert abs(ours.due_day - ours.reviewed_day - exact.days) <= 2 + exact.days // 10

    def test_weights_of_ones_own_are_used(self) -> None:
        weights = tuple(0.5 * weight if place < 4 else weight for place, weight in enumerate(WEIGHTS))
        found = fold([reviewed(0, START, GOOD, Settings(parameters=weights))])
        assert isinstance(found, Scheduled)
        assert found.stability == graded(GOOD).stability / 2

    def test_weights_out_of_bounds_are_refused(self) -> None:
        with pytest.raises(ValueError, match="out of bounds"):
            fold([reviewed(0, START, GOOD, Settings(parameters=(1000.0, *WEIGHTS[1:])))])


WEIGHTS = fsrs.Scheduler().parameters


def test_steps_of_learning_follow_the_settings() -> None:
    short = Settings(learning_steps=(5, 30, 90), relearning_steps=())
    waits = [
        (review(NEW, grade, card=CARD, at=START, day=0, settings=short).due - START) / 1000
        for grade in (AGAIN, HARD, GOOD)
    ]
    assert waits == [5, 17.5, 30]
    lapsed = review(graded(GOOD, GOOD), AGAIN, card=CARD, at=START + DAY, day=10**6, settings=short)
    assert lapsed.state is State.REVIEW


def test_intervals_grow_while_a_card_is_known() -> None:
    past, at = [], START
    lengths = []
    for number in range(8):
        past.append(reviewed(number, at, GOOD))
        found = after(past)
        assert isinstance(found, Scheduled)
        at = found.due
        lengths.append(found.due_day - found.reviewed_day)
    assert all(later > earlier for earlier, later in pairwise(lengths[1:]))


def test_the_version_names_the_library() -> None:
    assert re.fullmatch(r"fsrs \d+\.\d+\S*", version())
