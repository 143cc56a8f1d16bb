"""What the learner does to cards beside answering them, and how it is taken back."""

from collections.abc import Iterator
from datetime import UTC
from itertools import count

import pytest

from quizapp.core.day import Clock
from quizapp.core.event import Forgotten, Mark, Marked, Undone
from quizapp.core.marks import UNMARKED
from quizapp.core.schedule import NEW, Scheduled
from quizapp.hand import Hand
from quizapp.store import Store, open_store
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, known

HOUR = 3_600_000
CARDS = ["size/a", "size/b", "size/c"]


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        opened.replace_decks(PACK, [entry_of("conv/size", *CARDS)], [])
        yield opened


@pytest.fixture
def hand(store: Store) -> Hand:
    return Hand(store, Clock(count(START + DAY).__next__, UTC))


def at_hand(store: Store, day: int = TODAY + 1) -> list[str]:
    return [one.card for one in store.fresh(PACK, (), (), day=day)]


def test_a_buried_card_comes_back_the_next_day(store: Store, hand: Hand) -> None:
    hand.mark(["size/a"], Mark.BURIED)
    assert at_hand(store) == ["size/b", "size/c"]
    assert at_hand(store, TODAY + 2) == CARDS


def test_a_suspended_card_stays_away_until_it_is_wanted_again(store: Store, hand: Hand) -> None:
    hand.mark(CARDS[:2], Mark.SUSPENDED)
    assert at_hand(store, TODAY + 900) == ["size/c"]
    assert [row.new for row in store.counts(PACK, now=START, day=TODAY)] == [1]
    hand.mark(["size/a"], Mark.SUSPENDED, on=False)
    assert at_hand(store) == ["size/a", "size/c"]


def test_a_flag_has_a_colour_and_a_note_and_tags_are_kept_in_order(store: Store, hand: Hand) -> None:
    hand.mark(["size/a"], Mark.FLAGGED, text="red", note="why the floor?")
    for tag in ("shape", "hard", "shape"):
        hand.mark(["size/a"], Mark.TAGGED, text=tag)
    marks = store.marks("size/a")
    assert (marks.flag, marks.note, marks.tags) == ("red", "why the floor?", ("hard", "shape"))
    assert marks.names(TODAY) == ["flag:red", "tag:hard", "tag:shape"]
    hand.mark(["size/a"], Mark.FLAGGED, on=False)
    hand.mark(["size/a"], Mark.TAGGED, on=False, text="shape")
    marks = store.marks("size/a")
    assert (marks.flag, marks.note, marks.tags) == ("", "", ("hard",))


def test_a_forgotten_card_is_new_and_its_reviews_stay(store: Store, hand: Hand) -> None:
    for event in known(1, "size/a", START):
        store.append(event)
    hand.forget(["size/a"])
    assert store.schedule("size/a") == NEW
    assert at_hand(store) == CARDS
    assert len(store.history("size/a")) == 3


def test_a_rescheduled_card_is_due_on_its_day(store: Store, hand: Hand) -> None:
    for event in known(1, "size/a", START):
        store.append(event)
    hand.reschedule(["size/a"], TODAY + 90)
    schedule = store.schedule("size/a")
    assert isinstance(schedule, Scheduled)
    assert schedule.due_day == TODAY + 90
    for days, due in ((89, []), (90, ["size/a"])):
        found = store.due(PACK, (), (), now=START + days * DAY, day=TODAY + days)
        assert [one.card for one in found] == due


def test_rescheduling_is_all_or_nothing(store: Store, hand: Hand) -> None:
    for event in known(1, "size/a", START):
        store.append(event)
    with pytest.raises(ValueError, match="size/b was never reviewed"):
        hand.reschedule(["size/a", "size/b"], TODAY + 90)
    assert len(store.history("size/a")) == 2


def test_undoing_goes_step_by_step_and_a_step_may_be_about_many_cards(store: Store, hand: Hand) -> None:
    hand.forget(["size/a"])
    hand.mark(CARDS, Mark.SUSPENDED)
    undone = hand.undo()
    assert {type(event) for event in undone} == {Marked}
    assert len(undone) == 3
    assert at_hand(store) == CARDS
    assert [type(event) for event in hand.undo()] == [Forgotten]
    assert hand.undo() == []
    assert all(store.marks(card) == UNMARKED for card in CARDS)
    assert sum(isinstance(event, Undone) for event in store.events()) == 4


def test_nothing_is_written_about_no_card(store: Store, hand: Hand) -> None:
    hand.mark([], Mark.SUSPENDED)
    hand.forget([])
    assert store.event_count() == 0


@pytest.mark.parametrize("back", [0, 1, HOUR])
def test_what_is_done_last_counts_though_the_clock_stands_or_was_set_back(store: Store, back: int) -> None:
    for event in known(1, "size/a", START):
        store.append(event)
    times = (START + HOUR - number * back for number in count())
    hand = Hand(store, Clock(times.__next__, UTC))
    for number in range(5):
        hand.mark(["size/b", "size/c"], Mark.SUSPENDED, on=number % 2 == 0)
        assert at_hand(store) == ([] if number % 2 == 0 else ["size/b", "size/c"])
        hand.reschedule(["size/a"], TODAY + number)
        schedule = store.schedule("size/a")
        assert isinstance(schedule, Scheduled)
        assert schedule.due_day == TODAY + number
    hand.forget(["size/a"])
    assert store.schedule("size/a") == NEW
    assert store.differences() == []
