"""What a sitting is made from: the library, the worker, the clock and the options of this run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from quizapp.asking import Truths
from quizapp.core.day import Clock
from quizapp.core.planning import Rules
from quizapp.hand import Hand
from quizapp.library import Library
from quizapp.sitting import Options, Sitting

if TYPE_CHECKING:
    from quizapp.worker.client import State


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cards a sitting is about. No decks and no tags: all. `count`: at most so many questions."""

    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    count: int | None = None


class Worker(Truths, Protocol):
    """The worker, as a screen sees it."""

    @property
    def state(self) -> "State": ...


@dataclass(frozen=True, slots=True)
class Study:
    """All that stays the same while quizapp runs."""

    library: Library
    worker: Worker
    clock: Clock
    options: Options
    rules: Rules = field(default_factory=Rules)

    @property
    def hand(self) -> Hand:
        """The learner's hand on the record."""
        return Hand(self.library.store, self.clock)

    def sitting(self, scope: Scope, *, cram: bool = False) -> Sitting:
        """A sitting over what is due and new in `scope`; over all of it, leaving the schedule alone, with `cram`;
        over all of it, each answer counting, with the option `ahead`."""
        options = replace(self.options, cram=cram or self.options.cram)
        planned: Sequence[str]
        if options.cram or options.ahead:
            planned = self.library.ahead(scope.decks, scope.tags, self.clock)
        else:
            planned = self.library.plan(scope.decks, scope.tags, self.clock, self.rules, scope.count)
        return Sitting(
            planned,
            cards=self.library.card,
            record=self.library.store,
            truths=self.worker,
            clock=self.clock,
            options=options,
            count=scope.count,
        )

    def next_due(self, scope: Scope) -> int | None:
        """When the next card of `scope` is due, ms of UTC; None when none is scheduled."""
        return self.library.store.next_due(self.library.key, scope.decks, scope.tags, day=self.clock.today())
