"""What the store tells about decks, and about the day that is to be planned; nothing here writes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from quizapp.core.card import Card
from quizapp.core.planning import Candidate, Done
from quizapp.store import agenda, catalogue, overview
from quizapp.store.engine import transaction
from quizapp.store.entries import CardState, DeckCounts

if TYPE_CHECKING:
    from quizapp.store.search import Asked, Order


class Views:
    """The index of decks and what there is to study, each method one transaction of the database `engine`.

    `decks` are names of decks, `tags` admit cards that have one of them, and none means all; `now` is milliseconds of
    UTC, `day` the study day.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def signatures(self, pack: str) -> dict[str, str]:
        """Path -> signature, of every file that was read."""
        with transaction(self._engine) as connection:
            return catalogue.signatures(connection, pack)

    def faults(self, pack: str) -> list[str]:
        """What is wrong with the decks, in the order of their paths."""
        with transaction(self._engine) as connection:
            return catalogue.faults(connection, pack)

    def deck_names(self, pack: str) -> list[str]:
        """The decks without faults, in order."""
        with transaction(self._engine) as connection:
            return catalogue.deck_names(connection, pack)

    def card(self, pack: str, card: str) -> Card | None:
        """A card by its id."""
        with transaction(self._engine) as connection:
            return catalogue.card(connection, pack, card)

    def card_ids(self, pack: str) -> list[str]:
        """The ids of all cards, in order."""
        with transaction(self._engine) as connection:
            return catalogue.card_ids(connection, pack)

    def decks_of_cards(self, pack: str) -> dict[str, str]:
        """Card id -> deck, of all cards."""
        with transaction(self._engine) as connection:
            return catalogue.decks_of_cards(connection, pack)

    def verifiers_of_cards(self, pack: str) -> dict[str, str]:
        """Card id -> verifier, of all cards that have one."""
        with transaction(self._engine) as connection:
            return catalogue.verifiers_of_cards(connection, pack)

    def tag_names(self, pack: str) -> list[str]:
        """The tags that cards have, in order."""
        with transaction(self._engine) as connection:
            return catalogue.tag_names(connection, pack)

    def places(self, pack: str) -> dict[str, str]:
        """Card id -> `file:line:column`, of all cards."""
        with transaction(self._engine) as connection:
            return catalogue.places(connection, pack)

    def counts(self, pack: str, *, now: int, day: int) -> list[DeckCounts]:
        """A line per deck, in order."""
        with transaction(self._engine) as connection:
            return agenda.counts(connection, pack, now=now, day=day)

    def due(
        self,
        pack: str,
        decks: Sequence[str],
        tags: Sequence[str],
        *,
        now: int,
        day: int,
        by_risk: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Candidate]:
        """The cards that are due: those being learned, then the rest, with the lowest chance of recall first or the
        longest overdue."""
        with transaction(self._engine) as connection:
            scope = agenda.Scope(pack, decks, tags)
            return agenda.due(connection, scope, now=now, day=day, by_risk=by_risk, limit=limit, offset=offset)

    def fresh(
        self,
        pack: str,
        decks: Sequence[str],
        tags: Sequence[str],
        *,
        day: int,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Candidate]:
        """The cards never reviewed, in the order of decks and their places in them."""
        with transaction(self._engine) as connection:
            return agenda.fresh(connection, agenda.Scope(pack, decks, tags), day=day, limit=limit, offset=offset)

    def done(self, pack: str, day: int) -> Done:
        """What was done on a study day."""
        with transaction(self._engine) as connection:
            return agenda.done(connection, pack, day)

    def ahead(
        self, pack: str, decks: Sequence[str], tags: Sequence[str], *, day: int, limit: int | None = None
    ) -> list[str]:
        """The ids of all cards that aren't put away: those that come soonest first, then new ones."""
        with transaction(self._engine) as connection:
            return agenda.ahead(connection, agenda.Scope(pack, decks, tags), day=day, limit=limit)

    def reviews_by_day(self, since: int) -> dict[int, int]:
        """Study day -> reviews, from the day `since` on."""
        with transaction(self._engine) as connection:
            return overview.reviews_by_day(connection, since)

    def forecast(self, pack: str, day: int, days: int) -> list[int]:
        """How many cards fall due today (overdue ones too), tomorrow, and so on."""
        with transaction(self._engine) as connection:
            return overview.forecast(connection, pack, day, days)

    def elapsed(self, pack: str, day: int) -> dict[str, dict[float, int]]:
        """Deck -> how many stabilities have passed since the last review -> cards."""
        with transaction(self._engine) as connection:
            return overview.elapsed(connection, pack, day)

    def known(self, since: int) -> tuple[int, int]:
        """Of the cards that came back on a later study day, since then: how many were known, and how many came."""
        with transaction(self._engine) as connection:
            return overview.known(connection, since)

    def pace(self) -> int | None:
        """Milliseconds that an answer took lately; None before there are a few."""
        with transaction(self._engine) as connection:
            return overview.pace(connection)

    def states(self, pack: str, cards: Sequence[str]) -> dict[str, CardState]:
        """Where these cards stand, by id; those that are neither in a deck nor reviewed are left out."""
        from quizapp.store import search

        with transaction(self._engine) as connection:
            return search.states(connection, pack, cards)

    def search_ids(self, asked: "Asked", *, order: "Order" = "deck", down: bool = False) -> list[str]:
        """The ids of all cards that a query finds, orphans last. Where they stand is asked for those that are shown."""
        from quizapp.store import search  # a drill has no need of it

        with transaction(self._engine) as connection:
            return search.ids(connection, asked, order=order, down=down)

    def next_due(self, pack: str, decks: Sequence[str], tags: Sequence[str], *, day: int) -> int | None:
        """When the first of the reviewed cards is due, ms of UTC; None where none was reviewed."""
        with transaction(self._engine) as connection:
            return agenda.next_due(connection, agenda.Scope(pack, decks, tags), day=day)
