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
from quizapp.core.schedule import NEW, Schedule, Scheduled, is_due, recall, review, version
from quizapp.library import Library

_DAY_MS = 86_400_000
_DAYS = 362
_LAST = 1  # days ago that nothing more is done, so that something is due
_NEW_A_DAY = (0, 1, 1, 2)
# This share of all cards is met within the year.
_MET = 0.8
_AT_MOST = 60
_STUDIED = 0.86  # of all days
_FIRST_RIGHT = 0.72
_LARGE = 0.04
_HOURS_MS = 6 * 3_600_000


def live(library: Library, clock: Clock, seed: int) -> int:
    """Writes the reviews of a year that has just ended, and says how many there are. The same seed, cards and clock
    give the same reviews."""
    rng = random.Random(seed)
    store = library.store
    ids = store.card_ids(library.key)
    unseen = [library.card(card) for card in ids[: round(len(ids) * _MET)]]
    known: dict[str, tuple[Card, Schedule]] = {}
    events: list[Reviewed] = []
    for ago in range(_DAYS, _LAST, -1):
        now = clock.now() - ago * _DAY_MS - rng.randrange(_HOURS_MS)
        if rng.random() > _STUDIED:
            continue
        day = clock.day_of(now)
        due = [pair for pair in known.values() if is_due(pair[1], now=now, day=day)]
        rng.shuffle(due)
        fresh = [(unseen.pop(0), NEW) for _ in range(min(rng.choice(_NEW_A_DAY), len(unseen)))]
        for card, before in (due + fresh)[:_AT_MOST]:
            schedule: Schedule = before
            while schedule is NEW or is_due(schedule, now=now, day=day):
                event = _answered(card, schedule, now, day, rng)
                events.append(event)
                schedule = review(schedule, event.grade, card=card.id, at=now, day=day, settings=event.settings)
                now += event.ms + rng.randrange(2_000, 9_000)
            known[card.id] = card, schedule
    store.append_all(events)
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
    right = rng.random() < chance - _LARGE * large
    grade = rng.choices((Grade.HARD, Grade.GOOD, Grade.EASY), (1, 8, 1))[0] if right else Grade.AGAIN
    return Reviewed(
        id=f"{rng.getrandbits(64):016x}",
        card=card.id,
        at=at,
        day=day,
        params=params,
        answer="",
        truth="",
        right=right,
        grade=grade,
        ms=round(rng.lognormvariate(9.2, 0.6)),
        versions={},
        scheduler=version(),
        settings=settings,
    )
