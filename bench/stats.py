"""What `quiz stats` costs: `python -m bench.stats`.

Reviews a second of gathering the statistics, events in memory, and of the bare fold of the same events, which the
statistics need in any case; then of the whole from a database, and of reading the same events alone. All in turn in one
process, as ratios. Then how much memory the whole takes at its highest, for two records of which one is longer.
"""

import argparse
import statistics
import tempfile
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from bench.replay import history, replayed, seconds
from quizapp.core.event import Event, Settings
from quizapp.core.marks import marks
from quizapp.core.statistics import Gathering, Stats
from quizapp.store import Store, open_store

SETTINGS = Settings()


def gathered(cards: Sequence[Sequence[Event]]) -> Stats:
    """The statistics of events that are in memory."""
    gathering = Gathering(max(event.day for events in cards for event in events))
    for events in cards:
        gathering.add(events[0].card, "deck/part", "toy.add", events, marks(events), SETTINGS)
    return gathering.stats()


def told(store: Store, today: int) -> Stats:
    """The statistics of a database, a card at a time, as `quiz stats` gathers them."""
    gathering = Gathering(today)
    for card, own in groupby(store.events(), key=lambda event: event.card):
        events = list(own)
        gathering.add(card, "deck/part", "toy.add", events, marks(events), SETTINGS)
    return gathering.stats()


def read(store: Store) -> None:
    """Reads every event."""
    for _ in store.events():
        pass


def peak(work: Callable[[], object]) -> float:
    """How much memory `work` takes at its highest beyond what was there, MB."""
    tracemalloc.start()
    work()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest / 1e6


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--reviews", type=int, default=20, help="of each card")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    cards = [history(number, given.reviews, SETTINGS) for number in range(given.cards)]
    today = max(event.day for events in cards for event in events)
    total = sum(map(len, cards))
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'quiz.db'}") as store:
        store.merge(event for events in cards for event in events)
        ways: dict[str, Callable[[], object]] = {
            "bare fold": lambda: replayed(cards),
            "statistics": lambda: gathered(cards),
            "reading": lambda: read(store),
            "reading and statistics": lambda: told(store, today),
        }
        taken = [{name: seconds(work) for name, work in ways.items()} for _ in range(given.rounds)]
        print(f"{given.cards} cards of {given.reviews} reviews:")
        for name in ways:
            rate = total / statistics.median(times[name] for times in taken)
            ratio = statistics.median(times[name] / times["bare fold"] for times in taken)
            print(f"  {name:24} {rate:9,.0f} reviews/s   {ratio:.2f} × the bare fold")
        print(f"  at its highest {peak(lambda: told(store, today)):.1f} MB", end="")
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'quiz.db'}") as store:
        longer = [history(number, 3 * given.reviews, SETTINGS) for number in range(given.cards)]
        store.merge(event for events in longer for event in events)
        del longer
        print(f"; with three times the reviews {peak(lambda: told(store, today)):.1f} MB")


if __name__ == "__main__":
    main()
