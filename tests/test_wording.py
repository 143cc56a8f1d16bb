"""The words of a verdict, of times to come and of a summary: the same on a screen and in line mode."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from fractions import Fraction
from itertools import pairwise

import pytest

from quizapp.core.answer import EXACT, Mistake, Origin, Right, Tolerance, Truth, Wrong
from quizapp.core.card import Card, Kind, Option
from quizapp.core.day import Clock
from quizapp.core.declaration import Draw
from quizapp.core.domain import Fixed, Value
from quizapp.core.event import Grade, Settings
from quizapp.core.outcome import Judged, Tally
from quizapp.core.picture import Picture
from quizapp.core.question import ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.schedule import NEW, Schedule, Scheduled, review
from quizapp.core.text import Lang, Text
from quizapp.sitting import Sitting
from quizapp.wording import Role, interval, minutes, next_card, nothing_due, progress, summary, today, verdict
from tests.test_sitting import Adder, Memory, computed, sitting

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

CARD = Card(
    id="toy/sum",
    deck="toy",
    kind=Kind.NUMBER,
    prompt=Text("{a} and 4?", "{a} 加 4？"),
    verifier="toy.add",
    draw=Draw({"a": Fixed(3)}),
    explain=Text("{a} and 4 make {truth}.", "{a} 加 4 得 {truth}。"),
    place="cards/toy.yaml:4:5",
    limit_s=1,
    source="Sums, page 3",
)
ORIGIN = Origin("toy.add", {"python": "3.11", "numpy": "2.1"}, "cpu", 0.84)
BARS = Picture.of(["██", "████"])
MULTIPLIED = Mistake(12, Text("That multiplies.", "这是乘法。"))


def told(
    said: str,
    *,
    right: bool = False,
    mistake: Mistake | None = None,
    proposed: Grade = Grade.AGAIN,
    value: Value = 7,
    card: Card = CARD,
    lang: Lang = "en",
    tolerance: Tolerance = EXACT,
    steps: tuple[Text, ...] = (),
    picture: Picture | None = None,
    leech: int = 0,
) -> list[tuple[str, str]]:
    """The lines of a verdict, each with its role's name."""
    truth = Truth(value, ORIGIN, tolerance, steps, picture=picture)
    outcome = Right(truth) if right else Wrong(truth, mistake)
    judged = Judged(ask(card, rng_for(1, card.id), lang).exhibit(truth), outcome, said, proposed, {}, "", leech)
    return [(line.role.name, line.text) for line in verdict(judged)]


def test_a_right_answer_is_told_with_the_truth_who_computed_it_the_steps_why_and_the_note() -> None:
    steps = (Text("3 + 4 = 7"), Text("and that is 7"))
    assert told("7", right=True, proposed=Grade.GOOD, steps=steps) == [
        ("RIGHT", "✓ Right: 7"),
        ("TRUTH", "The answer is 7."),
        ("ORIGIN", "python 3.11 · cpu · 0.8 ms"),
        ("BLANK", ""),
        ("STEP", "3 + 4 = 7"),
        ("STEP", "and that is 7"),
        ("BLANK", ""),
        ("WHY", "3 and 4 make 7."),
        ("SOURCE", "note: Sums, page 3"),
    ]


def test_a_card_without_steps_and_without_a_note_leaves_no_gap_for_them() -> None:
    roles = [role for role, _ in told("8", card=replace(CARD, source=""))]
    assert roles == ["WRONG", "TRUTH", "ORIGIN", "BLANK", "WHY"]


def test_a_wrong_answer_says_so_and_names_its_mistake() -> None:
    assert told("8")[0] == ("WRONG", "✗ Wrong: 8")
    assert told("12", mistake=MULTIPLIED)[0] == ("WRONG", "✗ Wrong: 12. That multiplies.")


def test_not_knowing_is_not_called_wrong() -> None:
    assert told("")[0] == ("WRONG", "✗ You didn't know.")


def test_a_lucky_guess_is_right_and_says_what_it_counts_as() -> None:
    [(role, text), *_] = told("7", right=True, proposed=Grade.AGAIN)
    assert role == "RIGHT"
    assert text == "✓ Right, but guessed: 7. A guess counts as again."


def test_mistake_steps_and_reasons_come_in_the_language_of_the_cards() -> None:
    lines = dict(told("12", mistake=MULTIPLIED, lang="zh", steps=(Text("a step", "一步"),)))
    assert lines["WRONG"].endswith("这是乘法。")
    assert lines["STEP"] == "一步"
    assert lines["WHY"] == "3 加 4 得 7。"


def test_the_tolerance_is_told_where_the_truth_is_no_whole_number() -> None:
    tolerance = Tolerance(absolute=0.005)
    assert told("1", value=1.7, tolerance=tolerance)[1] == ("TRUTH", "The answer is 1.7 (± 0.005).")
    assert told("1", value=2, tolerance=tolerance)[1] == ("TRUTH", "The answer is 2.")
    assert told("1", value=1.7)[1] == ("TRUTH", "The answer is 1.7.")


def test_a_truth_is_told_to_six_digits_and_a_choice_in_its_words() -> None:
    assert told("1", value=2 / 3)[1] == ("TRUTH", "The answer is 0.666667.")
    options = (Option("x", Text("the left one", "左边")), Option("y", Text("the right one", "右边")))
    choice = replace(CARD, kind=Kind.CHOICE, options=options)
    assert told("a", value="y", card=choice)[1] == ("TRUTH", "The answer is the right one.")
    assert told("a", value="y", card=choice, lang="zh")[1] == ("TRUTH", "The answer is 右边.")


def test_a_picture_stands_before_the_reason_and_is_not_shown_again_where_it_was_the_question() -> None:
    lines = told("7", right=True, picture=BARS)
    assert lines[-4:-1] == [("PICTURE", "██\n████"), ("BLANK", ""), ("WHY", "3 and 4 make 7.")]
    asked = replace(CARD, kind=Kind.PICTURE)
    assert "PICTURE" not in dict(told("7", right=True, picture=BARS, card=asked))


def test_every_line_has_a_role_that_a_screen_can_colour() -> None:
    used = {role for role, _ in (*told("7", right=True, steps=(Text("a step"),), picture=BARS), *told("8", leech=9))}
    assert used == {role.name for role in Role}


def test_a_card_that_lapses_often_is_called_a_leech() -> None:
    assert ("LEECH", "Forgotten 9 times: a leech. Reword it, or suspend it.") in told("8", leech=9)
    assert not any(role == "LEECH" for role, _ in told("8"))


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (400, "0 s"),
        (40 * SECOND, "40 s"),
        (MINUTE, "1 min"),
        (10 * MINUTE, "10 min"),
        (119 * MINUTE, "119 min"),
        (2 * HOUR, "2 h"),
        (23 * HOUR, "23 h"),
    ],
)
def test_a_short_time_is_told_in_one_unit(ms: int, words: str) -> None:
    assert minutes(ms) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 d"), (59, "59 d"), (60, "2.0 mo"), (76, "2.5 mo"), (364, "12.0 mo"), (365, "1.0 y"), (3653, "10.0 y")],
)
def test_an_interval_of_days_is_told_in_days_months_or_years(days: int, words: str) -> None:
    due = scheduled(NEW, Grade.EASY)
    assert interval(replace(due, due_day=due.reviewed_day + days)) == words


def test_a_card_being_learned_comes_back_in_minutes() -> None:
    assert interval(scheduled(NEW, Grade.AGAIN)) == "1 min"
    assert interval(scheduled(NEW, Grade.GOOD)) == "10 min"
    assert interval(scheduled(NEW, Grade.EASY)).endswith(" d")


def test_the_intervals_of_the_four_grades_never_shrink() -> None:
    seen: Schedule = NEW
    for _ in range(6):
        seen = scheduled(seen, Grade.GOOD)
        waits = [scheduled(seen, grade).due for grade in Grade]
        assert all(shorter <= longer for shorter, longer in pairwise(waits))


def scheduled(before: Schedule, grade: Grade) -> Scheduled:
    at, day = (before.due, before.due_day) if isinstance(before, Scheduled) else (0, 0)
    return review(before, grade, card="toy/sum", at=at, day=day, settings=Settings())


@pytest.mark.parametrize(
    ("due", "new", "words"),
    [(18, 6, "18 due · 6 new"), (0, 6, "0 due · 6 new"), (2, 0, "2 due · 0 new"), (0, 0, "Nothing is due today.")],
)
def test_what_there_is_today_is_said(due: int, new: int, words: str) -> None:
    assert today(due, new) == words


def test_how_long_today_takes_is_said_where_the_pace_is_known() -> None:
    assert today(18, 6, 22_500) == "18 due · 6 new · about 9 min"


@pytest.mark.parametrize(
    ("wait", "words"),
    [(40 * SECOND, "40 s"), (5 * HOUR, "5 h"), (DAY, "1 d"), (9 * DAY, "9 d")],
)
def test_the_next_card_is_announced_with_its_wait(wait: int, words: str) -> None:
    clock = Clock(now=lambda: DAY, zone=UTC)
    assert list(next_card(DAY + wait, clock)) == [f"The next card comes in {words}."]
    assert list(nothing_due(DAY + wait, clock)) == ["Nothing is due here.", f"The next card comes in {words}."]


def test_a_card_whose_time_has_come_is_due_now() -> None:
    clock = Clock(now=lambda: 2 * DAY, zone=UTC)
    assert [*next_card(DAY, clock), *next_card(2 * DAY, clock)] == ["The next card is due now."] * 2


def test_where_no_card_was_ever_reviewed_none_is_announced() -> None:
    assert list(nothing_due(None, Clock(now=lambda: DAY, zone=UTC))) == ["Nothing is due here."]


@pytest.mark.parametrize(
    ("tally", "lines"),
    [
        ({}, ["No question was answered."]),
        ({"right": 3, "ms": 90 * SECOND}, ["3 answered in 2 min: 3 right, 0 wrong (100 %)."]),
        (
            {"right": 2, "wrong": 1, "ms": 30 * SECOND, "missed": ["toy/a", "toy/b"]},
            ["3 answered in 30 s: 2 right, 1 wrong (67 %).", "To look at again: toy/a, toy/b"],
        ),
        (
            {"unverifiable": 1},
            ["No question was answered.", "1 could not be verified and was not recorded."],
        ),
        (
            {"right": 1, "unverifiable": 2},
            [
                "1 answered in 0 s: 1 right, 0 wrong (100 %).",
                "2 could not be verified and were not recorded.",
            ],
        ),
    ],
)
def test_a_summary_counts_what_was_answered_and_names_what_was_missed(
    tally: Mapping[str, object], lines: list[str]
) -> None:
    assert list(summary(Tally(**tally))) == lines  # type: ignore[arg-type]


def test_progress_counts_questions_and_those_that_come_again() -> None:
    held = sitting("abcde", Memory(), Adder())
    held.next()
    assert progress(held) == "1 of 5"
    answer(held, right=False)
    held.next()
    assert progress(held) == "2 of 6 · 1 again"


def test_progress_estimates_the_time_left_after_three_answers_and_not_before() -> None:
    held = sitting("abcde", Memory(), Adder())
    for _ in range(3):
        held.next()
        answer(held, right=True)
    held.tally.ms = 3 * MINUTE
    assert progress(held) == "3 of 8 · 3 again · ~5 min"
    held.tally.right = 2
    assert "~" not in progress(held)


def answer(held: Sitting, *, right: bool) -> None:
    truth = computed(held)
    held.judge(Reading(Fraction(str(truth.value))) if right else None, "", truth)
