"""What the record tells about a learner: how much, how well against what FSRS predicted, what is coming, what is hard.

Cards are added one after another, so that nothing but sums is held. An answer is missed where its grade is Again, as
the learner has it now.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quizapp.core.event import Event, Grade, Reviewed, Settings
from quizapp.core.marks import Marks
from quizapp.core.missed import HardValue, Missed
from quizapp.core.schedule import NEW, Schedule, Scheduled, State, recall, story
from quizapp.core.share import Share, wilson

WINDOWS = (7, 30, 365, None)
FORECAST_DAYS = 30
BINS = 20
# Fewer answers than these say nothing about a card.
_FEWEST_OF_CARD = 3
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
    retention:  days looked back, today the last of them (None: all) -> true retention against the predicted one.
                Counted is the first review of a card on a study day, where the card had been reviewed on an earlier
                study day and was not forgotten by the learner's hand since. It was known where its grade, as it stands
                now, is above Again. Predicted is FSRS's chance of recall: of the stability before the review, after
                the study days that had passed, by the settings that the review was made under.
    by_deck:    the same of each deck; "" for cards that no deck has any more.
    calibration: of the predictions in each twentieth from 0 to 1, what came of them. log_loss: the mean over all
                predictions, in nats; plain_loss: what it would be had each been the share that was known in the end;
                rmse: the root of the mean squared distance between predicted and known, over the twentieths, weighted
                by their counts. All three are None without predictions.
    forecast:   cards due today (overdue ones too), tomorrow, and so on, as they are scheduled now: without suspended
                ones, those that no deck has, and what reviews until then will add.
    chances:    of recall, today. known: their sum, the cards that should be known today. reviewed: how many were
                reviewed and not forgotten since.
    beginning:  new cards that the limits let begin today, tomorrow, and so on. unseen: how many new cards there are.
    leeches:    the most lapses first. hardest: by the lower bound of the share missed.
    cards:      with at least one review.
    """

    today: int
    days: Mapping[int, Day]
    streak: int
    retention: Mapping[int | None, Share]
    by_deck: Mapping[str, Mapping[int | None, Share]]
    calibration: Sequence[Share]
    log_loss: float | None
    plain_loss: float | None
    rmse: float | None
    forecast: Sequence[int]
    beginning: Sequence[int]
    unseen: int
    intervals: Histogram
    stabilities: Histogram
    difficulties: Histogram
    chances: Histogram
    known: float
    reviewed: int
    leeches: Sequence[HardCard]
    hardest: Sequence[HardCard]
    values: Sequence[HardValue]
    cards: int


def _windows() -> dict[int | None, Share]:
    return {window: Share() for window in WINDOWS}


@dataclass(slots=True)
class Gathering:
    """Sums over cards. today: the study day; leech: so many lapses make one; most: how long lists of hard ones are."""

    today: int
    leech: int = 8
    most: int = 10
    _days: dict[int, Day] = field(default_factory=lambda: defaultdict(Day))
    _retention: dict[int | None, Share] = field(default_factory=_windows)
    _by_deck: dict[str, dict[int | None, Share]] = field(default_factory=lambda: defaultdict(_windows))
    _bins: list[Share] = field(default_factory=lambda: [Share() for _ in range(BINS)])
    _loss: float = 0.0
    _forecast: list[int] = field(default_factory=lambda: [0] * FORECAST_DAYS)
    _counts: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _hard: list[HardCard] = field(default_factory=list)
    _missed: Missed = field(default_factory=Missed)
    _cards: int = 0
    _known: float = 0.0
    _reviewed: int = 0

    def add(self, card: str, deck: str, verifier: str, events: Iterable[Event], marks: Marks, told: Settings) -> None:
        """Adds a card with all its events. deck: empty where no deck has it any more. told: what the scheduler is told
        of it now."""
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
            self._standing(before, told)
            if deck:
                self._coming(before, marks)

    def stats(self, beginning: Sequence[int] = (), unseen: int = 0) -> Stats:
        """What all cards come to. beginning, unseen: the new ones, as Stats has them."""
        counted = sum(share.of for share in self._bins)
        squares = sum(_square(share) for share in self._bins)
        hard = sorted(self._hard, key=lambda one: (-wilson(one.missed, one.reviews)[0], one.card))
        return Stats(
            today=self.today,
            days=dict(sorted(self._days.items())),
            streak=_streak(self._days.keys(), self.today),
            retention=self._retention,
            by_deck=dict(sorted(self._by_deck.items())),
            calibration=self._bins,
            log_loss=self._loss / counted if counted else None,
            plain_loss=_entropy(self._retention[None].rate),
            rmse=math.sqrt(squares / counted) if counted else None,
            forecast=self._forecast,
            beginning=beginning,
            unseen=unseen,
            intervals=self._histogram("intervals", _INTERVALS),
            stabilities=self._histogram("stabilities", _STABILITIES),
            difficulties=self._histogram("difficulties", _DIFFICULTIES),
            chances=self._histogram("chances", _CHANCES),
            known=self._known,
            reviewed=self._reviewed,
            leeches=sorted((one for one in self._hard if one.lapses >= self.leech), key=lambda one: -one.lapses),
            hardest=[one for one in hard if one.missed and one.reviews >= _FEWEST_OF_CARD][: self.most],
            values=self._missed.hardest(self.most),
            cards=self._cards,
        )

    def _predicted(self, event: Reviewed, deck: str, before: Scheduled) -> None:
        known = event.grade is not Grade.AGAIN
        chance = recall(before.stability, event.day - before.reviewed_day, event.settings)
        of_deck = self._by_deck[deck]
        for window, share in self._retention.items():
            if window is None or self.today - window < event.day <= self.today:
                share.add(known, chance)
                of_deck[window].add(known, chance)
        self._bins[min(int(chance * BINS), BINS - 1)].add(known, chance)
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
        self._missed.add(verifier, [(one.params, one.grade is Grade.AGAIN) for one in answers])

    def _standing(self, schedule: Scheduled, told: Settings) -> None:
        if schedule.state is State.REVIEW:
            self._count("intervals", _INTERVALS, schedule.due_day - schedule.reviewed_day)
        self._count("stabilities", _STABILITIES, schedule.stability)
        self._count("difficulties", _DIFFICULTIES, schedule.difficulty)
        chance = recall(schedule.stability, self.today - schedule.reviewed_day, told)
        self._count("chances", _CHANCES, chance)
        self._known += chance
        self._reviewed += 1

    def _coming(self, schedule: Scheduled, marks: Marks) -> None:
        first = self.today if marks.buried_on is None else max(self.today, marks.buried_on + 1)
        wait = max(first, schedule.due_day) - self.today
        if wait < FORECAST_DAYS and not marks.suspended:
            self._forecast[wait] += 1

    def _count(self, name: str, edges: Sequence[float], value: float) -> None:
        self._counts[name][sum(edge <= value for edge in edges)] += 1

    def _histogram(self, name: str, edges: tuple[float, ...]) -> Histogram:
        return Histogram(edges, tuple(self._counts[name][place] for place in range(len(edges) + 1)))


def _entropy(rate: float | None) -> float | None:
    """The mean log loss of predicting `rate` each time where it is the share that came true."""
    if rate is None:
        return None
    return -sum(part * math.log(part) for part in (rate, 1 - rate) if part)


def _streak(days: Iterable[int], today: int) -> int:
    studied = set(days)
    last = today if today in studied else today - 1
    first = last
    while first in studied:
        first -= 1
    return last - first


def _square(share: Share) -> float:
    """Of a bin, the squared difference between what was predicted and what came, for each prediction."""
    return share.of * (share.hits / share.of - share.expected / share.of) ** 2 if share.of else 0.0
