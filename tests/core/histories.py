"""The table of review histories in `histories.jsonl`: reads it, and wrote it: `python -m tests.core.histories`.

A line is one card's history: its zone and rollover hour, the reviews in parts, each part under settings of its own, and
the states that followed. A review is minutes since the history's start and a grade; a state is learning, review or
relearning by its number, the step, stability, difficulty, and the days (in review) or seconds until it comes back.
The states were computed by `fsrs6.py`, which is independent of what they are held against.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.core.fsrs6 import DEFAULT_W, Card, Config, reviewed

TABLE = Path(__file__).with_name("histories.jsonl")
HOUR, DAY = 60, 24 * 60
START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

# In whole histories every review is whole days of 24 hours after the one before, or so soon that it is the same day.
MINUTES = (0, 1, 9, 10, 25)
WHOLE_DAYS = (1, 1, 2, 3, 5, 8, 13, 21, 40, 90, 180, 365, 1100, 3650)
# Days that are none of 24 hours: early and late on the next day, after midnight, across the rollover, nearly two days.
UNEVEN = (
    5 * HOUR,
    9 * HOUR,
    13 * HOUR,
    15 * HOUR,
    18 * HOUR,
    22 * HOUR,
    22 * HOUR,
    26 * HOUR,
    26 * HOUR,
    30 * HOUR,
    46 * HOUR,
)
PLACES = (("UTC", 4), ("Europe/Berlin", 4), ("America/New_York", 4), ("Asia/Kolkata", 0), ("Pacific/Auckland", 6))
STEPS: tuple[tuple[int, ...], ...] = ((60, 600), (60, 600), (600,), (), (30, 300, 3600), (60, 600, 86_400))
RESTEPS: tuple[tuple[int, ...], ...] = ((600,), (600,), (), (60, 900), (300, 1200, 7200))


@dataclass(frozen=True)
class Review:
    """at: milliseconds of UTC. day: the study day where the learner was."""

    at: int
    day: int
    grade: int
    config: Config


@dataclass(frozen=True)
class History:
    """whole: the study days between reviews are what whole blocks of 24 hours give as well."""

    name: str
    whole: bool
    reviews: tuple[Review, ...]
    states: tuple[Card, ...]


def read() -> list[History]:
    """The table."""
    return [_history(json.loads(line)) for line in TABLE.read_text(encoding="utf-8").splitlines()]


def _history(line: dict[str, object]) -> History:
    parts, states = line["parts"], line["states"]
    assert isinstance(parts, list)
    assert isinstance(states, list)
    reviews = tuple(
        Review(*_moment(minutes, str(line["zone"]), int(str(line["rollover"]))), grade, _config(part["config"]))
        for part in parts
        for minutes, grade in part["reviews"]
    )
    after = tuple(
        Card(state, step, stability, difficulty, *((wait, None) if state == 2 else (None, wait)))
        for state, step, stability, difficulty, wait in states
    )
    return History(str(line["name"]), bool(line["whole"]), reviews, after)


def _config(found: dict[str, object]) -> Config:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return Config(**values)  # type: ignore[arg-type]


def _moment(minutes: int, zone: str, rollover: int) -> tuple[int, int]:
    """Milliseconds and study day: the date on the wall, of the hour `rollover` hours ago by that clock."""
    moment = START + timedelta(minutes=minutes)
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    day = wall.date() if wall.hour >= rollover else wall.date() - timedelta(days=1)
    return int(moment.timestamp() * 1000), day.toordinal()


def _weights(rng: random.Random) -> tuple[float, ...]:
    """Weights within 15 % of the defaults; 0.001 is the least that FSRS takes where its default is so small."""
    return tuple(max(round(weight * rng.uniform(0.85, 1.15), 4), 0.001) for weight in DEFAULT_W)


def _settings(rng: random.Random) -> Config:
    return Config(
        retention=rng.choice((0.7, 0.8, 0.85, 0.9, 0.9, 0.9, 0.95, 0.97)),
        learning_steps=rng.choice(STEPS),
        relearning_steps=rng.choice(RESTEPS),
        maximum_interval=rng.choice((36_500, 36_500, 36_500, 365, 30, 1)),
        w=_weights(rng) if rng.random() < 0.4 else DEFAULT_W,
    )


def _gaps(rng: random.Random, whole: bool) -> Iterator[int]:
    """Minutes from each review to the next, without end."""
    while True:
        soon = rng.random() < 0.3
        if whole:
            yield rng.choice(MINUTES) if soon else DAY * rng.choice(WHOLE_DAYS)
        else:
            yield rng.choice(MINUTES) if soon else rng.choice(UNEVEN) + DAY * rng.choice((0, 0, 0, 3, 30, 400))


def _drawn(number: int) -> dict[str, object]:
    rng = random.Random(number)
    whole = number % 2 == 0
    zone, rollover = ("UTC", 4) if whole else rng.choice(PLACES)
    shares = rng.choice(((1, 1, 1, 1), (1, 1, 8, 1), (5, 1, 4, 0), (0, 1, 6, 3)))
    minutes, gaps, parts = 0, _gaps(rng, whole), []
    for _ in range(rng.choice((1, 1, 2))):
        reviews = []
        for _ in range(rng.randint(4, 9)):
            reviews.append([minutes, rng.choices((1, 2, 3, 4), shares)[0]])
            minutes += next(gaps)
        parts.append({"config": _told(_settings(rng)), "reviews": reviews})
    return {"name": f"{number:03}", "whole": whole, "zone": zone, "rollover": rollover, "parts": parts}


def _told(config: Config) -> dict[str, object]:
    """What of a configuration isn't the default."""
    defaults = asdict(Config())
    return {name: value for name, value in asdict(config).items() if value != defaults[name]}


def _states(history: History) -> Iterator[list[float | int | None]]:
    card: Card | None = None
    last = history.reviews[0].day
    for review in history.reviews:
        card = reviewed(card, review.grade, review.day - last, review.config)
        last = review.day
        wait = card.seconds if card.days is None else card.days
        yield [card.state, card.step, float(f"{card.stability:.9g}"), float(f"{card.difficulty:.9g}"), wait]


def main(count: int = 240) -> None:
    """Writes the table anew."""
    lines = []
    for number in range(count):
        line = _drawn(number)
        line["states"] = list(_states(_history({**line, "states": []})))
        lines.append(json.dumps(line, separators=(",", ":")))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
