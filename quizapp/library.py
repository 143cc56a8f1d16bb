"""A pack opened for study: finding its decks and cards by name, and planning what a sitting asks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby

from quizapp.core.card import Card
from quizapp.core.day import Clock
from quizapp.core.declaration import Declaration
from quizapp.core.planning import NO_LIMITS, Candidate, Done, Limit, Rules, plan, round_robin, shuffled
from quizapp.errors import QuizError, nearest
from quizapp.index import declared, refresh
from quizapp.language import _
from quizapp.packs import Pack, resolve
from quizapp.store import DeckCounts, Store

_PAGE = 500
_FEW = 8


class Library:
    """The decks of `pack`, as `store` knows them after bringing its index up to date."""

    def __init__(self, pack: Pack, store: Store) -> None:
        self.pack = pack
        self.key = pack.key
        self.store = store
        self.faults: tuple[str, ...] = ()
        self.reread()

    def reread(self) -> None:
        """Brings the index up to date with the files, as they are now."""
        refresh(self.pack, self.store)
        self.faults = tuple(self.store.faults(self.key))

    def decks(self, names: Sequence[str]) -> list[str]:
        """The decks that `names` stand for, in order, each a folder, a deck or a unique last part; none means all.

        Raises QuizError where a name stands for nothing or for several decks.
        """
        known = self.store.deck_names(self.key)
        if not names:
            return known
        found: dict[str, None] = {}
        for name in (name.strip("/").removesuffix(".yaml") for name in names):
            try:
                found |= dict.fromkeys(resolve(name, known))
            except QuizError:
                if broken := [fault for fault in self.faults if _speaks_of(fault, name)]:
                    raise QuizError("\n".join(broken)) from None
                raise
        return list(found)

    def tags(self, names: Sequence[str]) -> tuple[str, ...]:
        """`names`, known to be tags of some card. Raises QuizError for one that isn't."""
        known = self.store.tag_names(self.key) if names else []
        for name in names:
            if name not in known:
                raise QuizError(_("no card has the tag '{name}'").format(name=name), hint=nearest(name, known))
        return tuple(names)

    def card(self, card: str) -> Card:
        """The card with this id. Raises QuizError, naming the nearest ones."""
        found = self.store.card(self.key, card)
        if found is None:
            ids = self.store.card_ids(self.key)
            raise QuizError(_("there is no card '{card}'").format(card=card), hint=nearest(card, ids))
        return found

    def declarations(self) -> dict[str, Declaration]:
        """What the pack's verifiers declare, read from their sources."""
        return declared(self.pack)[0]

    def declaration(self, verifier: str) -> Declaration:
        """What one verifier declares; only its own module is read. Raises QuizError where there is none."""
        from quizapp.deck.declared import read_declarations

        module = verifier.partition(".")[0]
        path = self.pack.modules().get(module)
        declarations, faults = read_declarations(path, self.pack.shown(path)) if path else ({}, ())
        if verifier in declarations:
            return declarations[verifier]
        if faults:
            raise QuizError("\n".join(map(str, faults)))
        hint = nearest(verifier, declarations or self.declarations())
        raise QuizError(_("there is no verifier '{name}'").format(name=verifier), hint=hint)

    def plan(
        self, decks: Sequence[str], tags: Sequence[str], clock: Clock, rules: Rules = NO_LIMITS, most: int | None = None
    ) -> list[str]:
        """The cards to ask today, by the rules. `most` is the learner's word: it stands in for the day's limits."""
        now, day = clock.now(), clock.today()
        done = self.store.done(self.key, day)
        if most is not None:
            rules = replace(rules, limits=(Limit("", most, most),))
            done = Done({}, {}, done.siblings)
        due = _paged(
            lambda offset: self.store.due(
                self.key, decks, tags, now=now, day=day, by_risk=rules.by_risk, limit=_PAGE, offset=offset
            )
        )
        return plan(due, self._new(decks, tags, day, rules), rules, done)

    def today(self, clock: Clock, rules: Rules) -> tuple[int, int]:
        """How many cards are due, and how many new ones are asked, by today's rules."""
        now, day = clock.now(), clock.today()
        done = self.store.done(self.key, day)
        due = self.store.due(self.key, (), (), now=now, day=day, by_risk=rules.by_risk)
        return len(plan(due, [], rules, done)), len(plan([], self._new((), (), day, rules), rules, done))

    def _new(self, decks: Sequence[str], tags: Sequence[str], day: int, rules: Rules) -> Iterator[Candidate]:
        """New cards in the order in which they are wanted, a deck at a time where only a few will be taken."""
        if rules.at_random:
            return iter(shuffled(self.store.fresh(self.key, decks, tags, day=day), str(day)))

        def of_deck(deck: str) -> Iterator[Candidate]:
            return _paged(
                lambda offset: self.store.fresh(self.key, [deck], tags, day=day, limit=_FEW, offset=offset), _FEW
            )

        if any(not limit.folder and limit.new is not None for limit in rules.limits):
            return round_robin([of_deck(deck) for deck in decks or self.store.deck_names(self.key)])
        every = self.store.fresh(self.key, decks, tags, day=day)
        return round_robin([iter(list(own)) for _, own in groupby(every, key=lambda one: one.deck)])

    def ahead(self, decks: Sequence[str], tags: Sequence[str], clock: Clock) -> list[str]:
        """All cards, for drilling ahead of their time: those that come soonest first, then new ones."""
        return self.store.ahead(self.key, decks, tags, day=clock.today())

    def counts(self, clock: Clock) -> list[DeckCounts]:
        """A line per deck: its cards, new ones and due ones."""
        return self.store.counts(self.key, now=clock.now(), day=clock.today())


def _paged(read: Callable[[int], list[Candidate]], size: int = _PAGE) -> Iterator[Candidate]:
    """Candidates, a page at a time as they are wanted."""
    for page in count(0, size):
        found = read(page)
        yield from found
        if len(found) < size:
            return


def _speaks_of(fault: str, name: str) -> bool:
    file = fault.partition(":")[0].removesuffix(".yaml").removeprefix("cards/")
    return file == name or file.startswith(f"{name}/") or file.rpartition("/")[2] == name
