"""Cards, decks and reviews to try the store with."""

from dataclasses import replace
from datetime import UTC

from quizapp.core.card import Card, Deck, Kind
from quizapp.core.day import study_day
from quizapp.core.declaration import Draw
from quizapp.core.domain import Int, Value
from quizapp.core.event import Grade, Reviewed, Settings
from quizapp.core.text import Text
from quizapp.store import DeckEntry

PACK = "/packs/own"
START = 1_781_000_000_000
DAY = 86_400_000
TODAY = study_day(START, UTC)


def card(card_id: str, deck: str = "conv/size", tags: tuple[str, ...] = (), *, drawn: bool = True) -> Card:
    return Card(
        id=card_id,
        deck=deck,
        kind=Kind.NUMBER,
        prompt=Text("How large is it?", "有多大？"),
        verifier="conv.output_size",
        draw=Draw({"kernel": Int(1, 9 if drawn else 1)}, ("kernel > 0",)),
        explain=Text("Because.", "因为。"),
        place=f"cards/{deck}.yaml:3:5",
        limit_s=10.0,
        tags=tags,
    )


def entry(deck: str, *cards: Card, signature: str = "1") -> DeckEntry:
    found = Deck(deck, Text(f"Title of {deck}", "标题"), Text("Described.", "描述"), cards)
    return DeckEntry(f"cards/{deck}.yaml", signature, deck, found)


def entry_of(deck: str, *ids: str) -> DeckEntry:
    return entry(deck, *(card(one, deck) for one in ids))


def faulty(deck: str, *faults: str) -> DeckEntry:
    return DeckEntry(f"cards/{deck}.yaml", "1", deck, None, faults)


def reviewed(
    number: int,
    card: str = "conv/size/stem",
    at: int = START,
    grade: Grade = Grade.GOOD,
    truth: Value = 112,
    settings: Settings | None = None,
) -> Reviewed:
    return Reviewed(
        id=f"{number:016x}",
        card=card,
        at=at,
        day=study_day(at, UTC),
        params={"kernel": number},
        answer="112",
        truth=truth,
        right=grade is not Grade.AGAIN,
        grade=grade,
        ms=2500,
        versions={"torch": "2.15.0"},
        scheduler="fsrs 6.3.2",
        settings=settings or Settings(),
    )


def known(number: int, card: str, at: int) -> tuple[Reviewed, Reviewed]:
    """Two reviews on one day, which take a new card into review."""
    first = reviewed(number, card, at)
    return first, replace(reviewed(number + 1, card, at + 600_000), day=first.day)
