"""The order of a sitting."""

from quizapp.core.queue import LEARN_AHEAD_MS, Queue

MINUTE = 60_000


def test_planned_cards_come_in_their_order() -> None:
    queue = Queue(["a", "b", "c"])
    assert [queue.take(0) for _ in range(4)] == ["a", "b", "c", None]


def test_a_learning_card_comes_in_between_when_its_minutes_are_over() -> None:
    queue = Queue(["a", "b", "c", "d"])
    assert queue.take(0) == "a"
    queue.put_back("a", due=MINUTE)
    assert queue.take(1) == "b"
    assert queue.take(MINUTE) == "a"
    assert queue.take(MINUTE) == "c"


def test_the_same_card_is_not_asked_twice_running_while_others_wait() -> None:
    queue = Queue(["a", "b"])
    assert queue.take(0) == "a"
    queue.put_back("a", due=0)
    assert queue.take(0) == "b"
    assert queue.take(0) == "a"


def test_learning_cards_are_asked_early_when_nothing_else_is_left() -> None:
    queue = Queue(["a", "b"])
    for card in ("a", "b"):
        assert queue.take(0) == card
        queue.put_back(card, due=10 * MINUTE)
    assert queue.take(0) == "a"


def test_but_not_a_day_early() -> None:
    queue = Queue(["a"])
    queue.take(0)
    queue.put_back("a", due=LEARN_AHEAD_MS + 1)
    assert queue.take(0) is None


def test_a_limit_counts_every_question() -> None:
    queue = Queue(["a", "b", "c"], count=2)
    assert queue.remaining == 2
    assert [queue.take(0), queue.take(0), queue.take(0)] == ["a", "b", None]
    assert queue.remaining == 0


def test_a_dropped_card_is_gone() -> None:
    queue = Queue(["a", "b"])
    queue.put_back("a", due=0)
    queue.drop("a")
    queue.drop("b")
    assert queue.take(0) is None


def test_peeking_changes_nothing() -> None:
    queue = Queue(["a", "b"])
    assert queue.peek(0) == queue.peek(0) == queue.take(0) == "a"
