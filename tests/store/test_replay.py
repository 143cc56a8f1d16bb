"""Whatever happened, in whatever order it became known: what is stored is what replaying the events gives."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.event import (
    Event,
    Forgotten,
    Grade,
    Mark,
    Marked,
    Regraded,
    Rescheduled,
    Reviewed,
    Settings,
    Undone,
    in_force,
)
from quizapp.core.marks import UNMARKED, marks
from quizapp.core.schedule import NEW, New, Scheduled, fold
from quizapp.store import Store, open_store
from quizapp.store.engine import transaction
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, reviewed

CARDS = ("a/one", "a/two", "b/three")
SETTINGS = (
    Settings(),
    Settings(retention=0.8),
    Settings(learning_steps=(), relearning_steps=()),
    Settings(maximum_interval=5, fuzz=False),
)
HOUR = 3_600_000


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """What two machines might write: any event, at times that jump, about events of any machine."""
    life: list[Event] = []
    for number in range(draw(st.integers(1, 14))):
        card = draw(st.sampled_from(CARDS))
        # Clocks that stand, go on, jump back 400 days and ahead ten years; several events in one moment.
        at = START + draw(st.sampled_from((0, 1, HOUR, DAY, 3 * DAY, 40 * DAY, -400 * DAY, 3650 * DAY)))
        head = (f"{number:x}", card, at, TODAY + (at - START) // DAY)
        before = [event for event in life if event.card == card]
        kinds = ["reviewed", "reviewed", "forgotten", "rescheduled", "marked"]
        if before:
            kinds += ["undone", "undone"]
        if any(isinstance(event, Reviewed) for event in before):
            kinds += ["regraded"]
        match draw(st.sampled_from(kinds)):
            case "reviewed":
                shape = replace(reviewed(number, card, at, draw(st.sampled_from(Grade))), day=head[3], id=head[0])
                life.append(replace(shape, settings=draw(st.sampled_from(SETTINGS))))
            case "regraded":
                named = draw(st.sampled_from([event for event in before if isinstance(event, Reviewed)]))
                life.append(Regraded(*head, named.id, draw(st.sampled_from(Grade))))
            case "undone":
                life.append(Undone(*head, draw(st.sampled_from(before)).id))
            case "forgotten":
                life.append(Forgotten(*head))
            case "rescheduled":
                life.append(Rescheduled(*head, head[3] + draw(st.integers(-3, 90))))
            case "marked":
                mark, on = draw(st.sampled_from(Mark)), draw(st.booleans())
                life.append(Marked(*head, mark, on, draw(st.sampled_from(("red", "blue"))), "why"))
    return life


def write(store: Store, life: Iterable[Event]) -> None:
    """Appends what can be appended: a card that is new has no date to change, nor is what wasn't kept undone."""
    kept: set[str] = set()
    for event in life:
        match event:
            case Rescheduled() if isinstance(store.schedule(event.card), New):
                continue
            case Undone(event=named) if named not in kept:
                continue
        store.append(event)
        kept.add(event.id)


def state(store: Store) -> object:
    return {card: (store.schedule(card), store.marks(card), store.last_params(card)) for card in CARDS}


def expected(events: Sequence[Event]) -> object:
    found = {}
    for card in CARDS:
        own = [event for event in events if event.card == card]
        schedule = fold(own)
        drawn = [event.params for event in in_force(own) if isinstance(event, Reviewed)]
        found[card] = (schedule, marks(own), drawn[-1] if isinstance(schedule, Scheduled) else None)
    return found


@settings(max_examples=150)
@given(lives())
def test_what_was_appended_is_stored_as_its_replay(life: list[Event]) -> None:
    with open_store("sqlite://") as store:
        store.replace_decks(PACK, [entry_of("conv/size", *CARDS)], [])
        write(store, life)
        kept = list(store.events())
        assert state(store) == expected(kept)
        assert store.differences() == []
        new = [card for card in CARDS if isinstance(store.schedule(card), New)]
        marked = {card for card in CARDS if store.marks(card).hidden(TODAY)}
        at_hand = [one.card for one in store.fresh(PACK, (), (), day=TODAY)]
        assert at_hand == [card for card in new if card not in marked]


@settings(max_examples=80)
@given(lives(), st.lists(st.integers(0, 2), min_size=14, max_size=14), st.data())
def test_it_does_not_matter_in_which_order_or_how_often_machines_are_merged(
    life: list[Event], owners: list[int], data: st.DataObject
) -> None:
    parts = [[event for event, owner in zip(life, owners, strict=False) if owner == machine] for machine in range(3)]
    states = []
    for order in data.draw(st.permutations(list(permutations(range(3)))))[:2]:
        with open_store("sqlite://") as store:
            for machine in (*order, order[0]):
                store.merge(parts[machine])
            assert store.differences() == []
            assert list(store.events()) == sorted(life, key=lambda event: (event.card, event.at, event.id))
            states.append(state(store))
    assert states[0] == states[1] == expected(life)


def test_a_merge_tells_what_was_new(store: Store) -> None:
    first, second = reviewed(1), reviewed(2, at=START + DAY)
    store.append(first)
    assert store.merge([first, second, second]) == (1, 2)
    assert store.merge([second]) == (0, 1)


@pytest.mark.parametrize("both_foreign", [True, False])
def test_an_id_that_stands_for_two_events_is_refused(store: Store, both_foreign: bool) -> None:
    other = replace(reviewed(1), grade=Grade.EASY)
    if not both_foreign:
        store.append(reviewed(1))
    with pytest.raises(ValueError, match="two different events have the id"):
        store.merge([reviewed(7), reviewed(1), other])
    assert store.event_count() == (0 if both_foreign else 1)


class TestUndoing:
    """The last step is taken back, as many as there are, also after a restart."""

    def test_it_goes_back_to_the_beginning(self, url: str) -> None:
        life: list[Event] = [reviewed(1), Regraded("b", "conv/size/stem", START + 1, TODAY, f"{1:016x}", Grade.EASY)]
        life += [
            Marked("c", "a/one", START - DAY, TODAY - 1, Mark.SUSPENDED),
            Forgotten("d", "conv/size/stem", START, 1),
        ]
        for number, event in enumerate(life):
            with open_store(url) as store:
                store.append(event)
                assert store.last_events() == [event], number
        for number, event in enumerate(reversed(life)):
            with open_store(url) as store:
                assert store.last_events() == [event]
                store.append(Undone(f"u{number}", event.card, START + 2, TODAY, event.id))
        with open_store(url) as store:
            assert store.last_events() == []
            assert store.schedule("conv/size/stem") == NEW
            assert store.marks("a/one") == UNMARKED
            assert store.differences() == []
            assert store.event_count() == 2 * len(life)

    def test_what_was_done_to_many_cards_at_once_is_one_step(self, store: Store) -> None:
        store.append(reviewed(1))
        many = [Marked(f"step.{number}", f"a/{number}", START, TODAY, Mark.SUSPENDED) for number in range(3)]
        store.append_all(many)
        assert sorted(store.last_events(), key=lambda event: event.id) == many
        store.append_all([Undone(f"u{event.id}", event.card, START, TODAY, event.id) for event in many])
        assert store.last_events() == [reviewed(1)]

    def test_the_last_is_the_one_written_last_whatever_the_clock_said(self, store: Store) -> None:
        store.append(reviewed(1, at=START + 400 * DAY))
        store.append(reviewed(2, at=START))
        assert store.last_events() == [reviewed(2, at=START)]

    def test_what_came_from_elsewhere_is_taken_back_last(self, store: Store) -> None:
        store.append(reviewed(1))
        store.merge([reviewed(2, at=START + DAY)])
        assert store.last_events() == [reviewed(1)]


def test_a_new_card_has_no_date_to_change(store: Store) -> None:
    with pytest.raises(ValueError, match="never reviewed"):
        store.append(Rescheduled("a", "a/one", START, TODAY, TODAY + 3))
    assert store.event_count() == 0


def test_a_meddled_schedule_is_noticed_and_made_again(store: Store) -> None:
    store.append(reviewed(1))
    store.append(reviewed(2, "a/one"))
    with transaction(store._writer) as connection:
        connection.exec_driver_sql("UPDATE schedules SET due_day = due_day + 1 WHERE card = 'a/one'")
        connection.exec_driver_sql("INSERT INTO marked VALUES ('a/two', 1, NULL, '', '', '[]')")
    assert sorted(store.differences()) == ["a/one", "a/two"]
    store.rebuild(["a/one", "a/two"])
    assert store.differences() == []


class TestOneReviewScheduledTwice:
    """A plain review that two machines imported by configs of their own; one whose settings were lost and guessed."""

    RETENTION_80 = replace(reviewed(1), settings=Settings(retention=0.8))

    def test_it_does_not_matter_whose_settings_came_first(self) -> None:
        kept = []
        for first, second in permutations((reviewed(1), self.RETENTION_80)):
            with open_store("sqlite://") as store:
                assert store.merge([first]) == (1, 0)
                assert store.merge([second, second]) == (0, 2)
                assert store.differences() == []
                kept.append((list(store.events()), store.schedule("conv/size/stem")))
        assert kept[0] == kept[1]

    def test_in_one_merge_it_is_there_once(self) -> None:
        kept = []
        for both in permutations((reviewed(1), self.RETENTION_80)):
            with open_store("sqlite://") as store:
                assert store.merge(both) == (1, 1)
                kept.append(list(store.events()))
        assert kept[0] == kept[1]

    def test_what_was_guessed_gives_way(self, store: Store) -> None:
        store.append(replace(self.RETENTION_80, settings=Settings(), versions={}, scheduler=""))
        store.merge([self.RETENTION_80])
        assert list(store.events()) == [self.RETENTION_80]
        assert store.last_events() == [self.RETENTION_80]
        assert store.differences() == []

    def test_a_truth_that_is_no_number_is_the_same_truth(self, store: Store) -> None:
        for _ in range(2):
            store.merge([reviewed(1, truth=float("nan"))])
        assert store.event_count() == 1
