"""What the record tells about a learner: how much, how well against what FSRS predicted, what is coming, what is hard.

Cards are added one after another, so that nothing but sums is held. An answer is missed where its grade is Again, as
the learner has it now.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quizapp.core.domain import Value, write
from quizapp.core.event import Event, Grade, Reviewed, Settings
from quizapp.core.marks import Marks
from quizapp.core.schedule import NEW, Schedule, Scheduled, State, recall, story

WINDOWS = (7, 30, 365, None)
FORECAST_DAYS = 30
BINS = 10
# Fewer answers than these say nothing about a card or about a number in it.
_FEWEST_OF_CARD = 3
_FEWEST_OF_VALUE = 5
_LONGEST_VALUE = 24
_INTERVALS = (1, 2, 4, 8, 15, 31, 61, 121, 241, 366, 731)
_STABILITIES = (1, 3, 7, 14, 30, 60, 120, 365, 1000)
_DIFFICULTIES = (2, 3, 4, 5, 6, 7, 8, 9)
_CHANCES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


@dataclass(slots=True)
class Day:
    """A study day: reviews, those missed, and milliseconds spent answering."""

    reviews: int = 0
    missed: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between `edges`: counts[0] is below the first edge, counts[-1] from the last edge on."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HardCard:
    """A card that is missed often. rate: the share missed."""

    card: str
    missed: int
    reviews: int
    lapses: int


@dataclass(frozen=True, slots=True)
class Stats:
    """All of it.

    days:       study day -> what was done. streak: days in a row with a review, up to today or yesterday.
    retention:  days looked back (None: all) -> share of cards known at their first review of a later day, against
                what FSRS predicted. by_deck: the same over all days.
    calibration: of the predictions in each tenth, what came of them. log_loss: the mean over all predictions, in nats;
                rmse: over the tenths, weighted by their counts; both None without predictions.
    forecast:   cards due today (overdue ones too), tomorrow, and so on. new: cards never reviewed.
    """

    today: int
    days: Mapping[int, Day]
    streak: int
    retention: Mapping[int | None, Share]
    by_deck: Mapping[str, Share]
    calibration: Sequence[Share]
    log_loss: float | None
    rmse: float | None
    forecast: Sequence[int]
    intervals: Histogram
    stabilities: Histogram
    difficulties: Histogram
    chances: Histogram
    leeches: Sequence[HardCard]
    hardest: Sequence[HardCard]
    values: Sequence[HardValue]
    cards: int


@dataclass(slots=True)
class Gathering:
    """Sums over cards. today: the study day; leech: so many lapses make one; most: how long lists of hard ones are."""

    today: int
    leech: int = 8
    most: int = 10
    _days: dict[int, Day] = field(default_factory=lambda: defaultdict(Day))
    _retention: dict[int | None, Share] = field(default_factory=lambda: {window: Share() for window in WINDOWS})
    _by_deck: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    _tenths: list[Share] = field(default_factory=lambda: [Share() for _ in range(BINS)])
    _loss: float = 0.0
    _forecast: list[int] = field(default_factory=lambda: [0] * FORECAST_DAYS)
    _counts: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _hard: list[HardCard] = field(default_factory=list)
    _values: dict[tuple[str, str, str], Share] = field(default_factory=lambda: defaultdict(Share))
    _cards: int = 0

    def add(self, card: str, deck: str, verifier: str, events: Iterable[Event], marks: Marks, told: Settings) -> None:
        """Adds a card with its events. told: what the scheduler is told of it now."""
        before: Schedule = NEW
        answers: list[Reviewed] = []
        for event, after in story(events):
            if isinstance(event, Reviewed):
                answers.append(event)
                if isinstance(before, Scheduled) and event.day > before.reviewed_day:
                    self._predicted(event, deck, before)
            before = after
        self._answered(card, verifier, answers, before.lapses)
        if isinstance(before, Scheduled):
            self._standing(before, marks, told)

    def stats(self) -> Stats:
        """What all cards come to."""
        counted = sum(share.of for share in self._tenths)
        squares = sum(_square(share) for share in self._tenths)
        hard = sorted(self._hard, key=lambda one: (-wilson(one.missed, one.reviews)[0], one.card))
        return Stats(
            today=self.today,
            days=dict(sorted(self._days.items())),
            streak=_streak(self._days.keys(), self.today),
            retention=self._retention,
            by_deck=dict(sorted(self._by_deck.items())),
            calibration=self._tenths,
            log_loss=self._loss / counted if counted else None,
            rmse=math.sqrt(squares / counted) if counted else None,
            forecast=self._forecast,
            intervals=self._histogram("intervals", _INTERVALS),
            stabilities=self._histogram("stabilities", _STABILITIES),
            difficulties=self._histogram("difficulties", _DIFFICULTIES),
            chances=self._histogram("chances", _CHANCES),
            leeches=sorted((one for one in self._hard if one.lapses >= self.leech), key=lambda one: -one.lapses),
            hardest=[one for one in hard if one.missed and one.reviews >= _FEWEST_OF_CARD][: self.most],
            values=_hardest(self._values)[: self.most],
            cards=self._cards,
        )

    def _predicted(self, event: Reviewed, deck: str, before: Scheduled) -> None:
        known = event.grade is not Grade.AGAIN
        chance = recall(before.stability, event.day - before.reviewed_day, event.settings)
        for window, share in self._retention.items():
            if window is None or self.today - window < event.day <= self.today:
                share.add(known, chance)
        self._by_deck[deck].add(known, chance)
        self._tenths[min(int(chance * BINS), BINS - 1)].add(known, chance)
        certain = min(max(chance, 1e-6), 1 - 1e-6)  # nobody is punished without end
        self._loss -= math.log(certain if known else 1 - certain)

    def _answered(self, card: str, verifier: str, answers: Sequence[Reviewed], lapses: int) -> None:
        if not answers:
            return
        missed = sum(one.grade is Grade.AGAIN for one in answers)
        self._cards += 1
        self._hard.append(HardCard(card, missed, len(answers), lapses))
        for one in answers:
            day = self._days[one.day]
            day.reviews += 1
            day.missed += one.grade is Grade.AGAIN
            day.ms += one.ms
            for name, value in one.params.items():
                if (said := _said(value)) is not None:
                    share = self._values[verifier, name, said]
                    share.add(one.grade is Grade.AGAIN, missed / len(answers))

    def _standing(self, schedule: Scheduled, marks: Marks, told: Settings) -> None:
        if schedule.state is State.REVIEW:
            self._count("intervals", _INTERVALS, schedule.due_day - schedule.reviewed_day)
        self._count("stabilities", _STABILITIES, schedule.stability)
        self._count("difficulties", _DIFFICULTIES, schedule.difficulty)
        self._count("chances", _CHANCES, recall(schedule.stability, self.today - schedule.reviewed_day, told))
        wait = max(0, schedule.due_day - self.today)
        if wait < FORECAST_DAYS and not marks.suspended:
            self._forecast[wait] += 1

    def _count(self, name: str, edges: Sequence[float], value: float) -> None:
        self._counts[name][sum(edge <= value for edge in edges)] += 1

    def _histogram(self, name: str, edges: tuple[float, ...]) -> Histogram:
        return Histogram(edges, tuple(self._counts[name][place] for place in range(len(edges) + 1)))


def _streak(days: Iterable[int], today: int) -> int:
    studied = set(days)
    last = today if today in studied else today - 1
    first = last
    while first in studied:
        first -= 1
    return last - first


def _square(share: Share) -> float:
    """Of a tenth, the squared difference between what was predicted and what came, for each prediction."""
    return share.of * (share.hits / share.of - share.expected / share.of) ** 2 if share.of else 0.0
