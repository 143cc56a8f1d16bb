"""What a sitting is made from: the library, the worker, the clock and the options of this run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from quizapp.asking import Truths
from quizapp.config import Config
from quizapp.core.day import Clock
from quizapp.core.text import Lang
from quizapp.hand import Hand
from quizapp.lab import Computes
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


class Worker(Truths, Computes, Protocol):
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
    config: Config = field(default_factory=Config)

    def speaking(self, lang: Lang) -> "Study":
        """The same, its sittings in another language."""
        return replace(self, options=replace(self.options, lang=lang))

    def configured(self, config: Config) -> "Study":
        """The same, by a config file that was changed; the language stays what it was switched to, unless the file
        changes it."""
        lang = config.option("lang")
        options = replace(
            self.options,
            lang=self.options.lang if lang == self.config.option("lang") else lang,
            leech=config.option("leech"),
            settings_of=config.settings,
        )
        return replace(self, config=config, options=options)

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
            rules = self.config.rules(scope.decks)
            planned = self.library.plan(scope.decks, scope.tags, self.clock, rules, scope.count)
        return Sitting(
            planned,
            cards=self.library.card,
            record=self.library.store,
            truths=self.worker,
            clock=self.clock,
            options=options,
            count=scope.count,
        )

    def back_up(self, notice: Callable[[str], None]) -> None:
        """Begins the backup of the day, where today has none yet; the first answer waits until it has its copy.

        notice: called from another thread with a sentence, when there can be none.
        """
        if self.config.option("backups"):
            self.library.store.begin_backup(self.clock.now(), self.clock.day_of, notice)

    def next_due(self, scope: Scope) -> int | None:
        """When the next card of `scope` is due, ms of UTC; None when none is scheduled."""
        return self.library.store.next_due(self.library.key, scope.decks, scope.tags, day=self.clock.today())
