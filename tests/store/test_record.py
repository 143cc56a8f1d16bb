"""The record: events are kept as they were, and each card's schedule is what replaying them gives."""

import math
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.event import Event, Grade, Regraded, Reviewed, Settings
from quizapp.core.schedule import NEW, Scheduled, fold, review
from quizapp.errors import Exit, QuizError
from quizapp.store import Store, open_store
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, known, reviewed

STEM = "conv/size/stem"


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found)


def test_a_card_without_reviews_is_new(store: Store) -> None:
    assert store.schedule(STEM) == NEW
    assert store.last_params(STEM) is None
    assert store.history(STEM) == []


def test_a_review_is_kept_with_all_that_was_known(store: Store) -> None:
    event = reviewed(1, truth=[math.inf, 0.5, 2], settings=Settings(retention=0.8, learning_steps=()))
    schedule = store.append(event)
    assert store.history(STEM) == [event]
    assert store.last_params(STEM) == {"kernel": 1}
    assert store.schedule(STEM) == schedule == fold([event])


def test_a_review_goes_on_top_of_those_before(store: Store) -> None:
    first, second = known(1, STEM, START)
    before = store.append(first)
    expected = review(before, second.grade, card=STEM, at=second.at, day=second.day, settings=second.settings)
    assert store.append(second) == expected
    assert store.schedule(STEM) == expected
    assert store.last_params(STEM) == {"kernel": 2}


def test_another_grade_is_added_and_the_schedule_follows(store: Store) -> None:
    event, changed = reviewed(1), Regraded("again", STEM, START + 5000, TODAY, f"{1:016x}", Grade.EASY)
    store.append(event)
    schedule = store.append(changed)
    assert store.history(STEM) == [event, changed]
    assert store.schedule(STEM) == schedule == fold([event, changed])
    assert schedule == fold([reviewed(1, grade=Grade.EASY)])
    assert store.last_params(STEM) == {"kernel": 1}


@pytest.mark.parametrize("of", ["conv/size/stem", "conv/size/never-asked"])
def test_another_grade_for_no_review_is_refused_and_not_kept(store: Store, of: str) -> None:
    store.append(reviewed(1))
    with pytest.raises(ValueError, match="there is no event gone"):
        store.append(Regraded("again", of, START + 1, TODAY, "gone", Grade.EASY))
    assert store.history(STEM) == [reviewed(1)]
    assert store.history("conv/size/never-asked") == []


def test_a_clock_that_was_set_back_puts_a_review_in_its_place(store: Store) -> None:
    now, earlier = reviewed(1), reviewed(2, at=START - 400 * DAY, grade=Grade.AGAIN)
    store.append(now)
    assert store.append(earlier) == fold([earlier, now]) != fold([now])
    assert store.history(STEM) == [earlier, now]
    assert store.last_params(STEM) == {"kernel": 1}


def test_reviews_of_one_moment_are_taken_in_the_order_of_their_ids(store: Store) -> None:
    second, first = reviewed(2, grade=Grade.EASY), reviewed(1, grade=Grade.AGAIN)
    store.append(second)
    assert store.append(first) == fold([first, second])
    assert store.history(STEM) == [first, second]


def test_the_same_event_twice_is_refused_and_changes_nothing(store: Store) -> None:
    schedule = store.append(reviewed(1))
    with pytest.raises(QuizError, match=r"refused.*UNIQUE") as error:
        store.append(reviewed(1, at=START + DAY))
    assert error.value.exit is Exit.ENVIRONMENT
    assert store.schedule(STEM) == schedule
    assert store.history(STEM) == [reviewed(1)]


def test_what_reviews_share_is_stored_once(store: Store, path: Path) -> None:
    for number in range(5):
        store.append(reviewed(number, at=START + number))
    store.append(reviewed(9, at=START + 9, settings=Settings(retention=0.8)))
    assert count(path, "contexts") == 2
    assert store.history(STEM)[-1] == reviewed(9, at=START + 9, settings=Settings(retention=0.8))


def test_a_review_takes_no_more_than_400_bytes(store: Store, path: Path) -> None:
    before = path.stat().st_size
    for number in range(200):
        store.append(reviewed(number, f"conv/size/card-{number % 20}", START + number * DAY))
    assert (path.stat().st_size - before) / 200 < 400


@pytest.mark.parametrize(
    "card", ["x'; DROP TABLE events; --", 'a"b', "a%b_c", "卷积/核", "?1", ":card", "a\0b", "", "\N{PILE OF POO}" * 99]
)
def test_an_odd_id_is_only_an_id(store: Store, card: str) -> None:
    store.append(reviewed(1, card))
    store.append(reviewed(2, "a/b"))
    assert store.history(card) == [reviewed(1, card)]
    assert store.schedule(card) == fold([reviewed(1, card)])
    assert store.due(PACK, [card], [card], now=START, day=TODAY) == []
    assert store.card(card, card) is None
    assert store.history("a/b") == [reviewed(2, "a/b")]


def test_an_id_that_is_no_text_is_said(store: Store) -> None:
    with pytest.raises(QuizError, match=r"'a/\\udcff' is not valid text") as error:
        store.card(PACK, "a/\udcff")
    assert error.value.exit is Exit.BAD_INPUT


def test_an_answer_that_is_no_text_is_kept(store: Store) -> None:
    event = reviewed(1, truth="\udcff")
    store.append(event)
    assert store.history(STEM) == [event]


def test_threads_may_share_a_store(store: Store) -> None:
    def answer(card: str) -> None:
        for number in range(20):
            store.append(reviewed(number + 100 * int(card), card, START + number))
            store.schedule(card)

    threads = [threading.Thread(target=answer, args=(str(number),)) for number in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [len(store.history(str(number))) for number in range(3)] == [20, 20, 20]


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """What happens to two cards: reviews and changed grades, under a clock that jumps."""
    at, events = START, list[Event]()
    for number in draw(st.permutations(range(10)))[: draw(st.integers(1, 10))]:  # ids need not ascend in time
        at += draw(st.sampled_from((0, 1, 60_000, 3_600_000, DAY, 9 * DAY, -DAY, -400 * DAY, 3653 * DAY)))
        past = [one for one in events if not isinstance(one, Regraded)]
        grade, which = draw(st.sampled_from(Grade)), draw(st.sampled_from([None, *past]))
        if which is not None:
            events.append(Regraded(f"{number:016x}", which.card, at, TODAY, which.id, grade))
        else:
            chosen = draw(st.sampled_from((Settings(), Settings(0.8, (), (), 100))))
            events.append(reviewed(number, draw(st.sampled_from(("a/b", "a/c"))), at, grade, settings=chosen))
    return events


@settings(max_examples=60, deadline=None)
@given(lives())
def test_what_is_stored_is_what_replaying_gives(life: list[Event]) -> None:
    with open_store("sqlite://") as store:
        for event in life:
            answer = store.append(event)
            so_far = [one for one in life[: life.index(event) + 1] if one.card == event.card]
            assert store.schedule(event.card) == answer == fold(so_far)
        for card in ("a/b", "a/c"):
            past = sorted((one for one in life if one.card == card), key=lambda one: (one.at, one.id))
            assert store.history(card) == past
            drawn = [one.params for one in past if isinstance(one, Reviewed)]
            assert store.last_params(card) == (drawn[-1] if drawn else None)


def test_the_record_outlives_the_deck(store: Store) -> None:
    store.replace_decks(PACK, [entry_of("conv/size", STEM)], [])
    store.append(reviewed(1))
    store.replace_decks(PACK, [], ["cards/conv/size.yaml"])
    assert store.card(PACK, STEM) is None
    assert isinstance(store.schedule(STEM), Scheduled)
    store.replace_decks(PACK, [entry_of("conv/shape", STEM)], [])
    assert store.fresh(PACK, (), (), day=TODAY) == []
