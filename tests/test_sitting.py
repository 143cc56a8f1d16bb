"""A sitting, with a store in memory, a worker that answers at once and a clock that stands still."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC
from fractions import Fraction

import pytest

from quizapp.core.answer import Attempt, Mistake, Origin, Right, Truth, Unverifiable, Wrong
from quizapp.core.card import Card, Kind
from quizapp.core.day import Clock
from quizapp.core.declaration import Draw
from quizapp.core.domain import Int, Params, Value
from quizapp.core.event import Event, Grade, Mark, Regraded, Reviewed, in_force
from quizapp.core.reading import Reading
from quizapp.core.schedule import Schedule, fold
from quizapp.core.text import Text
from quizapp.sitting import Options, Sitting

DAY = 86_400_000
NOON = 1_790_000_000_000


class Memory:
    """A record that remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, event: Event) -> Schedule:
        self.events.append(event)
        return self.schedule(event.card)

    def append_all(self, events: Sequence[Event]) -> None:
        self.events += events

    def last_events(self) -> list[Event]:
        standing = in_force(self.events)
        return [event for event in self.events if event in standing][-1:]

    def latest(self, cards: Sequence[str]) -> int | None:
        return max((event.at for event in self.events if event.card in cards), default=None)

    def schedule(self, card: str) -> Schedule:
        return fold([one for one in self.events if one.card == card])

    def last_params(self, card: str) -> Params | None:
        seen = [one.params for one in self.events if isinstance(one, Reviewed) and one.card == card]
        return seen[-1] if seen else None


class Adder:
    """Adds, and makes the usual mistake beside it; fails for the cards it was told to fail for."""

    def __init__(self, failing: Iterable[str] = ()) -> None:
        self.failing = set(failing)
        self.asked: list[dict[str, object]] = []
        self.warmed: set[str] = set()

    def warm(self, verifiers: Iterable[str]) -> None:
        self.warmed |= set(verifiers)

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> Future[Attempt | Unverifiable]:
        raise AssertionError("no card here is judged by running")

    def run_code(self, verifier: str, params: Params, source: str) -> Future[Attempt | Unverifiable]:
        raise AssertionError("no card here asks for code")

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        self.asked.append(dict(params))
        future: Future[Truth | Unverifiable] = Future()
        left, right = params["left"], params["right"]
        assert isinstance(left, int)
        assert isinstance(right, int)
        if verifier in self.failing:
            future.set_result(Unverifiable("it raised ValueError"))
        else:
            mistakes = (Mistake(left - right, Text("That subtracts.")),)
            future.set_result(Truth(left + right, Origin(verifier, {"python": "3.11"}, "cpu", 0.1), mistakes=mistakes))
        return future


def card(name: str, verifier: str = "toy.add") -> Card:
    return Card(
        id=f"toy/{name}",
        deck="toy",
        kind=Kind.NUMBER,
        prompt=Text("{left} + {right}?"),
        verifier=verifier,
        draw=Draw({"left": Int(1, 99), "right": Int(1, 99)}),
        explain=Text("It is {truth}."),
        place="toy.yaml:1:1",
        limit_s=1,
    )


def sitting(
    names: str, record: Memory, truths: Adder, now: Callable[[], int] = lambda: NOON, **options: object
) -> Sitting:
    cards = {f"toy/{name}": card(name, "toy.broken" if name == "x" else "toy.add") for name in names}
    return Sitting(
        cards,
        cards=cards.__getitem__,
        record=record,
        truths=truths,
        clock=Clock(now=now, zone=UTC),
        options=Options(**options),  # type: ignore[arg-type]
    )


def computed(held: Sitting) -> Truth:
    assert held.truth is not None
    truth = held.truth.result()
    assert isinstance(truth, Truth)
    return truth


def test_a_right_answer_is_recorded_as_good_before_its_verdict_is_given() -> None:
    record = Memory()
    held = sitting("a", record, Adder())
    question = held.next()
    assert question is not None
    truth = computed(held)
    judged = held.judge(Reading(Fraction(str(truth.value))), str(truth.value), truth)
    assert isinstance(judged.verdict, Right)
    assert judged.proposed is Grade.GOOD
    [event] = record.events
    assert isinstance(event, Reviewed)
    assert (event.params, event.truth, event.right, event.grade) == (question.params, truth.value, True, Grade.GOOD)
    assert judged.coming[Grade.GOOD] == record.schedule("toy/a")


def test_a_known_mistake_is_wrong_with_its_sentence_and_proposes_again() -> None:
    held = sitting("a", Memory(), Adder())
    held.next()
    truth = computed(held)
    wrong = truth.mistakes[0].value
    judged = held.judge(Reading(wrong), str(wrong), truth)
    assert judged.verdict == Wrong(truth, truth.mistakes[0])
    assert judged.proposed is Grade.AGAIN


def test_not_knowing_is_wrong_and_comes_back_in_the_sitting() -> None:
    record = Memory()
    held = sitting("ab", record, Adder())
    held.next()
    held.judge(None, "", computed(held))
    assert held.queue.again == 1
    assert [question.card.id for question in (held.next(), held.next()) if question] == ["toy/b", "toy/a"]


def test_another_grade_is_one_more_event_and_another_schedule() -> None:
    record = Memory()
    held = sitting("a", record, Adder())
    held.next()
    truth = computed(held)
    judged = held.judge(Reading(Fraction(str(truth.value))), "", truth)
    held.grade(judged, Grade.EASY)
    assert isinstance(record.events[-1], Regraded)
    assert record.schedule("toy/a") == judged.coming[Grade.EASY]


@pytest.mark.parametrize("grade", [Grade.HARD, Grade.EASY])
@pytest.mark.parametrize("back", [0, 1, 3_600_000])
def test_what_a_grade_promises_it_gives_though_the_clock_stands_or_was_set_back(back: int, grade: Grade) -> None:
    record = Memory()
    for number in range(6):
        held = sitting("a", record, Adder(), lambda at=NOON + DAY - number * back: at)  # type: ignore[misc]
        held.next()
        truth = computed(held)
        judged = held.judge(Reading(Fraction(str(truth.value))), "", truth)
        assert record.schedule("toy/a") == judged.coming[Grade.GOOD]
        held.grade(judged, Grade.AGAIN)
        held.grade(judged, grade)
        assert record.schedule("toy/a") == judged.coming[grade]


def test_the_proposed_grade_adds_nothing() -> None:
    record = Memory()
    held = sitting("a", record, Adder())
    held.next()
    judged = held.judge(None, "", computed(held))
    held.grade(judged, Grade.AGAIN)
    assert len(record.events) == 1


def test_a_question_that_cannot_be_verified_is_not_recorded_and_the_next_one_works() -> None:
    record = Memory()
    held = sitting("xa", record, Adder(failing=["toy.broken"]))
    question = held.next()
    assert question is not None
    assert held.truth is not None
    fault = held.truth.result()
    assert isinstance(fault, Unverifiable)
    held.set_aside(question, fault)
    following = held.next()
    assert following is not None
    assert following.card.id == "toy/a"
    held.judge(None, "", computed(held))
    assert [event.card for event in record.events] == ["toy/a"]
    assert held.tally.unverifiable == 1


def test_the_next_truth_is_asked_for_while_the_verdict_is_read() -> None:
    truths = Adder()
    held = sitting("ab", Memory(), truths)
    held.next()
    held.judge(None, "", computed(held))
    held.look_ahead()
    assert len(truths.asked) == 2
    question = held.next()
    assert question is not None
    assert truths.asked == [truths.asked[0], dict(question.params)]


def test_the_first_question_can_be_shown_before_the_worker_is_asked() -> None:
    truths = Adder()
    held = sitting("a", Memory(), truths)
    assert held.next(start=False) is not None
    assert truths.asked == []
    held.start()
    assert len(truths.asked) == 1


def test_the_worker_makes_ready_for_the_questions_that_follow() -> None:
    truths = Adder()
    sitting("ax", Memory(), truths).next()
    assert truths.warmed == {"toy.broken"}


def test_two_successive_reviews_differ_also_across_sittings() -> None:
    record = Memory()
    for _ in range(20):
        before = record.last_params("toy/a")
        held = sitting("a", record, Adder())
        question = held.next()
        assert question is not None
        assert question.params != before
        held.judge(None, "", computed(held))


def test_a_seeded_sitting_asks_the_same_again_whatever_was_asked_before() -> None:
    record = Memory()
    asked = []
    for _ in range(2):
        held = sitting("ab", record, Adder(), seed=7)
        questions = [held.next(), held.next()]
        asked.append([question.params for question in questions if question])
        held.judge(None, "", computed(held))
    assert asked[0] == asked[1]


def test_cramming_records_nothing() -> None:
    record = Memory()
    held = sitting("a", record, Adder(), cram=True)
    held.next()
    judged = held.judge(None, "", computed(held))
    held.grade(judged, Grade.EASY)
    assert record.events == []
    assert not judged.coming
    assert held.next() is None


def test_what_is_undone_of_another_sitting_brings_no_card_into_this_one() -> None:
    record = Memory()
    first = sitting("ab", record, Adder())
    first.next()
    first.put_away(Mark.SUSPENDED)
    first.next()
    first.grade(first.judge(None, "", computed(first)), Grade.EASY)
    later = sitting("c", record, Adder())
    assert [len(later.undo(standing=True)) for _ in range(4)] == [1, 1, 1, 0]
    assert (later.queue.remaining, later.next()) == (1, later.question)
    assert later.question is not None
    assert later.question.card.id == "toy/c"
