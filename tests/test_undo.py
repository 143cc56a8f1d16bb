"""Taking back, in a sitting: the record, the queue and the count go back with it."""

from collections.abc import Sequence
from itertools import count

from quizapp.core.event import Event, Grade, Mark, Marked, Regraded, Reviewed, Undone
from quizapp.core.question import Question
from quizapp.core.schedule import NEW, Scheduled
from quizapp.sitting import Sitting
from tests.test_sitting import NOON, Adder, Memory, computed, sitting


def ask(held: Sitting) -> Question:
    question = held.next()
    assert question is not None
    return question


def kinds(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_an_answer_taken_back_is_asked_again_with_the_same_numbers() -> None:
    record = Memory()
    held = sitting("ab", record, Adder())
    first = ask(held)
    held.judge(None, "", computed(held))
    assert kinds(held.undo(standing=False)) == [Reviewed]
    assert record.schedule("toy/a") == NEW
    assert held.tally.answered == 0
    assert held.tally.missed == []
    again = ask(held)
    assert (again.card.id, again.params) == (first.card.id, first.params)
    assert held.queue.asked == 1
    assert ask(held).card.id == "toy/b"


def test_a_question_that_stands_comes_again_after_the_one_taken_back() -> None:
    held = sitting("abc", Memory(), Adder())
    ask(held)
    held.judge(None, "", computed(held))
    second = ask(held)
    held.undo(standing=True)
    assert held.queue.asked == 0
    assert ask(held).card.id == "toy/a"
    assert ask(held).params == second.params
    assert ask(held).card.id == "toy/c"


def test_another_grade_is_taken_back_before_its_answer() -> None:
    record = Memory()
    held = sitting("ab", record, Adder())
    ask(held)
    judged = held.judge(None, "", computed(held))
    held.grade(judged, Grade.EASY)
    assert held.queue.again == 0
    assert kinds(held.undo(standing=False)) == [Regraded]
    assert record.schedule("toy/a") == judged.coming[Grade.AGAIN]
    assert held.queue.again == 1
    assert kinds(held.undo(standing=False)) == [Reviewed]
    assert held.undo(standing=False) == []


def test_a_card_put_away_is_not_asked_until_that_is_taken_back() -> None:
    record = Memory()
    held = sitting("ab", record, Adder())
    ask(held)
    held.put_away(Mark.SUSPENDED)
    assert ask(held).card.id == "toy/b"
    assert kinds(held.undo(standing=True)) == [Marked]
    assert [ask(held).card.id, ask(held).card.id] == ["toy/a", "toy/b"]
    assert isinstance(record.events[-1], Undone)


def test_what_an_earlier_sitting_did_is_taken_back_too() -> None:
    record = Memory()
    held = sitting("a", record, Adder())
    ask(held)
    held.judge(None, "", computed(held))
    assert isinstance(record.schedule("toy/a"), Scheduled)
    later = sitting("b", record, Adder())
    standing = ask(later)
    assert kinds(later.undo(standing=True)) == [Reviewed]
    assert record.schedule("toy/a") == NEW
    assert later.question is standing


def test_a_card_that_lapses_often_is_called_a_leech() -> None:
    record = Memory()
    held = sitting("a", record, Adder(), now=count(NOON).__next__, leech=1)
    for grade in (Grade.EASY, Grade.AGAIN):
        ask(held)
        judged = held.judge(None, "", computed(held))
        held.grade(judged, grade)
        held.queue.put_first("toy/a")
    schedule = record.schedule("toy/a")
    assert isinstance(schedule, Scheduled)
    assert (schedule.lapses, judged.leech) == (1, 1)
