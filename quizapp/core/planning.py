"""What is asked today, and in which order: limits a day, siblings kept apart, decks mixed."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

Order = Literal["due first", "new first", "mixed"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that might be asked. sibling: the group that it shares with others; empty for none."""

    card: str
    deck: str
    sibling: str = ""
    learning: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many new cards and reviews a day in the decks under `folder`, all together; None is no limit.

    folder: a deck or a folder of decks; empty for all.
    """

    folder: str = ""
    new: int | None = None
    reviews: int | None = None

    def covers(self, deck: str) -> bool:
        """Whether `deck` is in the folder."""
        return not self.folder or deck == self.folder or deck.startswith(f"{self.folder}/")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a day is planned.

    by_risk:   due cards with the lowest chance of recall first, else the longest overdue.
    at_random: new cards in an order of the day's own, else in that of their decks.
    """

    limits: Sequence[Limit] = ()
    order: Order = "due first"
    by_risk: bool = True
    at_random: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was done today: by deck the new cards begun and the cards reviewed; the groups that were asked."""

    new: Mapping[str, int]
    reviews: Mapping[str, int]
    siblings: frozenset[str] = frozenset()


NOTHING_DONE = Done({}, {})
NO_LIMITS = Rules()


def plan(due: Iterable[Candidate], new: Iterable[Candidate], rules: Rules, done: Done = NOTHING_DONE) -> list[str]:
    """The cards to ask, in order. `due` (those being learned first) and `new` come in the order in which they are
    wanted, and are read no further than the limits admit."""
    asked = set(done.siblings)
    reviews = _Allowance([(limit, limit.reviews) for limit in rules.limits], done.reviews)
    fresh = _Allowance([(limit, limit.new) for limit in rules.limits], done.new)
    due_cards, new_cards = _admitted(due, reviews, asked), _admitted(new, fresh, asked)
    match rules.order:
        case "due first":
            return list(chain(due_cards, new_cards))
        case "new first":
            return list(chain(new_cards, due_cards))
        case "mixed":
            return mixed(list(due_cards), list(new_cards))


def begun(unseen: Mapping[str, int], rules: Rules, done: Done, days: int) -> list[int]:
    """How many new cards the limits let begin on each of the coming `days`, today first, if every day uses them up.

    unseen: deck -> new cards. Siblings, which spread over more days, are not looked at.
    """
    left, counts = dict(unseen), []
    for day in range(days):
        allowance = _Allowance([(limit, limit.new) for limit in rules.limits], {} if day else done.new)
        before = sum(left.values())
        for deck, count in left.items():
            took = 0
            while took < count and not allowance.over and allowance.take(deck):
                took += 1
            left[deck] = count - took
        counts.append(before - sum(left.values()))
    return counts


def mixed(many: Sequence[str], few: Sequence[str]) -> list[str]:
    """Two orders in one, each spread evenly over the whole."""
    placed = [((place + 0.5) / len(cards), card) for cards in (many, few) for place, card in enumerate(cards)]
    return [card for _, card in sorted(placed, key=lambda one: one[0])]


def round_robin(decks: Sequence[Iterator[Candidate]]) -> Iterator[Candidate]:
    """One of each deck in turn, until all have ended."""
    left = list(decks)
    while left:
        still = []
        for deck in left:
            if (candidate := next(deck, None)) is not None:
                still.append(deck)
                yield candidate
        left = still


def shuffled(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """An order that hangs on the seed and the cards alone."""
    return sorted(candidates, key=lambda one: random.Random(f"{seed} {one.card}").random())


class _Allowance:
    """How much of each limit is left."""

    def __init__(self, limits: Iterable[tuple[Limit, int | None]], done: Mapping[str, int]) -> None:
        self._limits = [(limit, most) for limit, most in limits if most is not None]
        self._used = Counter(
            {
                limit.folder: sum(count for deck, count in done.items() if limit.covers(deck))
                for limit, _ in self._limits
            }
        )

    @property
    def over(self) -> bool:
        """Whether no deck has anything left."""
        return any(not limit.folder and self._used[limit.folder] >= most for limit, most in self._limits)

    def take(self, deck: str) -> bool:
        """Uses one of every limit that covers the deck, if all have one left."""
        covering = [(limit.folder, most) for limit, most in self._limits if limit.covers(deck)]
        if any(self._used[folder] >= most for folder, most in covering):
            return False
        self._used.update(folder for folder, _ in covering)
        return True


def _admitted(candidates: Iterable[Candidate], allowance: _Allowance, asked: set[str]) -> Iterator[str]:
    """The cards that are asked; those being learned are asked whatever the limits and their siblings."""
    for one in candidates:
        if one.learning:
            asked.add(one.sibling)
            yield one.card
            continue
        if allowance.over:
            return
        if one.sibling and one.sibling in asked:
            continue
        if allowance.take(one.deck):
            asked.add(one.sibling)
            yield one.card
