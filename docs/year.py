"""A learner's year, made up from a seed: what the pictures of home, browse and statistics show.

Nobody answered these questions. The cards, their numbers and the scheduler are the real ones; whether a card was known
is drawn by the chance of recall that FSRS-6 predicts for that day, made a little worse where the numbers are large.
"""

import random

from quizapp.core.card import Card
from quizapp.core.day import Clock
from quizapp.core.drawing import CannotDraw
from quizapp.core.event import Grade, Reviewed, Settings
from quizapp.core.question import ask
from quizapp.core.schedule import NEW, Schedule, Scheduled, fold, is_due, recall, review, version
from quizapp.library import Library

_DAY_MS = 86_400_000
_DAYS = 340
_NEW_A_DAY = 3
# This share of all cards is met within the year.
_MET = 0.8
_AT_MOST = 60
_STUDIED = 0.86  # of all days
_FIRST_RIGHT = 0.72


def live(library: Library, clock: Clock, seed: int) -> int:
    """Writes the reviews of a year that ends yesterday, and says how many there are. The same seed, cards and clock give
    the same reviews."""
    rng = random.Random(seed)
    store = library.store
    ids = store.card_ids(library.key)
    unseen = [library.card(card) for card in ids[: round(len(ids) * _MET)]]
    known: dict[str, tuple[Card, Schedule]] = {}
    events: list[Reviewed] = []
    for ago in range(_DAYS, 0, -1):
        now = clock.now() - ago * _DAY_MS
        if rng.random() > _STUDIED:
            continue
        day = clock.day_of(now)
        fresh = [(unseen.pop(0), NEW) for _ in range(min(_NEW_A_DAY, len(unseen)))]
        due = [pair for pair in known.values() if is_due(pair[1], now=now, day=day)]
        rng.shuffle(due)
        for card, schedule in (due[:_AT_MOST] + fresh)[:_AT_MOST]:
            while card.id not in known or is_due(schedule, now=now, day=day):
                event = _answered(card, schedule, now, day, rng)
                events.append(event)
                schedule = review(schedule, event.grade, card=card.id, at=now, day=day, settings=event.settings)
                known[card.id] = card, schedule
                now += event.ms + rng.randrange(2_000, 9_000)
    store.append_all(events)
    assert all(fold(one for one in events if one.card == card) == known[card][1] for card in list(known)[:3])
    return len(events)


def _answered(card: Card, schedule: Schedule, at: int, day: int, rng: random.Random) -> Reviewed:
    settings = Settings()
    chance = _FIRST_RIGHT
    if isinstance(schedule, Scheduled):
        chance = recall(schedule.stability, day - schedule.reviewed_day, settings)
    try:
        params = ask(card, rng).params
    except CannotDraw:
        params = {}
    large = any(isinstance(value, int) and value > 200 for value in params.values())
    right = rng.random() < chance - 0.08 * large
    grade = rng.choices((Grade.HARD, Grade.GOOD, Grade.EASY), (1, 8, 1))[0] if right else Grade.AGAIN
    return Reviewed(
        id=f"{rng.getrandbits(64):016x}",
        card=card.id,
        at=at,
        day=day,
        params=params,
        answer="",
        truth=None,
        right=right,
        grade=grade,
        ms=round(rng.lognormvariate(9.2, 0.6)),
        versions={},
        scheduler=version(),
        settings=settings,
    )
