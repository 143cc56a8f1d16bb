"""How fast a record is replayed: `python -m bench.replay`.

Reviews a second of `fold`, fuzz on, events in memory; of the same with each event first read from its JSON, as a
database or an export keeps it; and of fsrs.review_card called bare for the same reviews. All three in turn in one
process, as ratios to the bare one.
"""

import argparse
import cProfile
import pstats
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import fsrs

from quizapp.core.codec import event_from_json, event_to_json
from quizapp.core.event import Grade, Reviewed, Settings
from quizapp.core.schedule import fold, version

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
GAPS_MS = (600_000, 600_000, DAY_MS, 3 * DAY_MS, 10 * DAY_MS, 40 * DAY_MS)
VERSIONS = {"torch": "2.13.0", "python": "3.11.7"}


def history(number: int, reviews: int, settings: Settings) -> list[Reviewed]:
    """One card's reviews: mostly Good, minutes to weeks apart, as a sitting stores them."""
    rng, at, events = random.Random(number), 0, []
    for place in range(reviews):
        grade = rng.choices(tuple(Grade), (1, 1, 7, 1))[0]
        events.append(
            Reviewed(
                id=f"{number:08}-{place:04}",
                card=f"deck/part/{number}",
                at=int(START.timestamp()) * 1000 + at,
                day=START.toordinal() + at // DAY_MS,
                params={"width": 224, "kernel": 7, "stride": 2},
                answer="109",
                truth=109,
                right=grade is not Grade.AGAIN,
                grade=grade,
                ms=4200,
                versions=VERSIONS,
                scheduler=version(),
                settings=settings,
            )
        )
        at += rng.choice(GAPS_MS)
    return events


def replayed(cards: Sequence[Sequence[Reviewed]]) -> None:
    """Folds every card."""
    for events in cards:
        fold(events)


def read_and_replayed(cards: Sequence[Sequence[str]]) -> None:
    """Reads every card's events from JSON and folds them."""
    for events in cards:
        fold([event_from_json(event) for event in events])


def bare(cards: Sequence[Sequence[Reviewed]], settings: Settings) -> None:
    """The same reviews by fsrs alone, on moments instead of study days."""
    weights = settings.parameters or fsrs.Scheduler().parameters
    scheduler = fsrs.Scheduler(parameters=weights, enable_fuzzing=False)
    for events in cards:
        card = fsrs.Card(card_id=0)
        for event in events:
            now = EPOCH + timedelta(milliseconds=event.at)
            card, _ = scheduler.review_card(card, fsrs.Rating(event.grade), now)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(cards: Sequence[Sequence[Reviewed]], settings: Settings, rounds: int) -> None:
    """Measures in turn and prints."""
    written = [[event_to_json(event) for event in events] for events in cards]
    ways: dict[str, Callable[[], None]] = {
        "fsrs called bare": lambda: bare(cards, settings),
        "replay": lambda: replayed(cards),
        "read and replay": lambda: read_and_replayed(written),
    }
    taken = [{name: seconds(work) for name, work in ways.items()} for _ in range(rounds)]
    total = sum(map(len, cards))
    for name in ways:
        rate = total / statistics.median(times[name] for times in taken)
        ratio = statistics.median(times[name] / times["fsrs called bare"] for times in taken)
        print(f"  {name:18} {rate:9,.0f} reviews/s   {ratio:.2f} × bare")


def main() -> None:
    """Measures and prints; with --profile, shows where a replay spends its time instead."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--reviews", type=int, default=20, help="of each card")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", action="store_true")
    told = parser.parse_args()
    for name, settings in {
        "default settings": Settings(),
        "own weights": Settings(parameters=fsrs.Scheduler().parameters),
        "no fuzz": Settings(fuzz=False),
    }.items():
        cards = [history(number, told.reviews, settings) for number in range(told.cards)]
        if told.profile:
            profile = cProfile.Profile()
            profile.runcall(replayed, cards)
            pstats.Stats(profile).sort_stats("tottime").print_stats(20)
            return
        print(f"{name}, {told.cards} cards of {told.reviews} reviews:")
        measure(cards, settings, told.rounds)


if __name__ == "__main__":
    main()
