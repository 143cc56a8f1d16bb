"""The record in a few numbers says what the whole of it says."""

from dataclasses import replace
from itertools import count, groupby

from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.event import Event, Forgotten, Grade, Mark, Marked, Regraded, Reviewed, Settings, Undone
from quizapp.core.marks import marks
from quizapp.core.statistics import Gathering, Stats
from quizapp.store import Store
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, known, reviewed

# Days from one turn's beginning to the next one's: longer than any turn.
TURN = 1000

steps = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["review", "review", "review", "regrade", "undo", "forget"]),
        st.sampled_from(Grade),
        st.sampled_from([0, 0, 1, 3, 20]),
    ),
    max_size=20,
)


def told_of(taken: list[tuple[str, str, Grade, int]], turn: int) -> list[Event]:
    """What a learner does, one thing after another: each step some days after the one before; each turn at cards of
    its own, long after the turn before."""
    events: list[Event] = []
    day = turn * TURN
    for number, (letter, kind, grade, later) in enumerate(taken):
        day += later
        card, at, of_day = f"{turn}{letter}", START + day * DAY + number * 1000, TODAY + day
        name = f"{turn}-{number:03}"
        undone = {event.event for event in events if isinstance(event, Undone)}
        own = [event for event in events if event.card == card and event.id not in undone]
        answered = [event for event in own if isinstance(event, Reviewed)]
        if kind == "review":
            events.append(replace(reviewed(number, card, at, grade), id=f"r{name}", day=of_day))
        elif kind == "regrade" and answered:
            events.append(Regraded(f"g{name}", card, at, of_day, answered[-1].id, grade))
        elif kind == "forget":
            events.append(Forgotten(f"f{name}", card, at, of_day))
        elif kind == "undo" and (last := [event for event in own if not isinstance(event, Undone)]):
            events.append(Undone(f"u{name}", card, at, of_day, last[-1].id))
    return events


def whole(store: Store, today: int) -> Stats:
    """The statistics, by reading everything."""
    gathering = Gathering(today)
    for card, own in groupby(store.events(), key=lambda event: event.card):
        events = list(own)
        gathering.add(card, "conv/size", "", events, marks(events), Settings())
    return gathering.stats()


def test_the_home_and_the_statistics_count_alike(store: Store) -> None:
    turns = count()

    @given(steps)
    def agree(taken: list[tuple[str, str, Grade, int]]) -> None:
        events = told_of(taken, next(turns))
        store.merge(events)
        days = {event.day for event in events}
        if days:
            found = whole(store, max(days))
            share = found.retention[30]
            assert store.known(max(days) - 29) == (share.hits, share.of)
            studied = {day: one.reviews for day, one in found.days.items() if day >= min(days)}
            assert store.reviews_by_day(min(days)) == studied

    agree()


def test_the_forecast_is_about_the_cards_of_the_pack(store: Store) -> None:
    store.replace_decks(PACK, [entry_of("conv/size", "there")], [])
    for card in ("there", "gone"):
        store.append_all(known(1 if card == "there" else 3, card, START))
    assert sum(store.forecast(PACK, TODAY, 30)) == 1
    assert sum(store.forecast("/packs/other", TODAY, 30)) == 0
    store.append(Marked("m", "there", START + DAY, TODAY + 1, Mark.SUSPENDED))
    assert sum(store.forecast(PACK, TODAY, 30)) == 0
