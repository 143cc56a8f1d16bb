"""A pack opened for study: finding its decks and cards by name, and planning what a sitting asks."""

from collections.abc import Sequence

from quizapp.core.card import Card
from quizapp.core.declaration import Declaration
from quizapp.errors import QuizError, nearest
from quizapp.index import declared, refresh
from quizapp.packs import Pack, resolve
from quizapp.sitting import Clock
from quizapp.store import DeckCounts, Store


class Library:
    """The decks of `pack`, as `store` knows them after bringing its index up to date."""

    def __init__(self, pack: Pack, store: Store) -> None:
        self.pack = pack
        self.key = pack.key
        self.store = store
        refresh(pack, store)
        self.faults = tuple(store.faults(pack.key))

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
                raise QuizError(f"no card has the tag '{name}'", hint=nearest(name, known))
        return tuple(names)

    def card(self, card: str) -> Card:
        """The card with this id. Raises QuizError, naming the nearest ones."""
        found = self.store.card(self.key, card)
        if found is None:
            ids = self.store.card_ids(self.key)
            raise QuizError(f"there is no card '{card}'", hint=nearest(card, ids))
        return found

    def declarations(self) -> dict[str, Declaration]:
        """What the pack's verifiers declare, read from their sources."""
        return declared(self.pack)[0]

    def plan(self, decks: Sequence[str], tags: Sequence[str], clock: Clock) -> list[str]:
        """The cards to ask today: due ones first, the longest overdue leading, then new ones in their decks' order."""
        now, day = clock.now(), clock.today()
        due = self.store.due(self.key, decks, tags, now=now, day=day)
        return due + self.store.fresh(self.key, decks, tags)

    def ahead(self, decks: Sequence[str], tags: Sequence[str]) -> list[str]:
        """All cards, for drilling without the schedule: those that come soonest first, then new ones."""
        return self.store.ahead(self.key, decks, tags)

    def counts(self, clock: Clock) -> list[DeckCounts]:
        """A line per deck: its cards, new ones and due ones."""
        return self.store.counts(self.key, now=clock.now(), day=clock.today())


def _speaks_of(fault: str, name: str) -> bool:
    file = fault.partition(":")[0].removesuffix(".yaml").removeprefix("cards/")
    return file == name or file.startswith(f"{name}/") or file.rpartition("/")[2] == name
