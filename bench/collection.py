"""A large collection to measure with: a pack of many cards, and years of reviews of most of them.

Cards are the toy pack's sum, a hundred to a deck. The index is written as reading the decks would have written it, and
the reviews in bulk, so that a million take a minute or two; what is stored is what answering would have stored.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.replay import DAY_MS, history
from quizapp import index, packs
from quizapp.core.card import Card, Deck
from quizapp.core.event import Grade, Reviewed, Settings
from quizapp.core.schedule import NEW, Scheduled, fold
from quizapp.core.text import Text
from quizapp.store import DeckEntry, Store, journal, open_store, record
from quizapp.store.tables import events

TOY = Path(__file__).parent.parent / "tests" / "pack"
IN_A_DECK = 100
UNSEEN = 0.1  # so many of all cards were never reviewed
DUE = 0.1  # so many of the others are due
LEARNING = 0.01  # at most so many are still being learned
_AT_ONCE = 500  # cards


def build(home: Path, cards: int, reviews: int) -> tuple[int, int]:
    """Makes `home`/pack with so many cards and `home`/quiz.db with so many reviews, up to now.

    Returns the bytes of the database with the index alone, and with the reviews.
    """
    pack = packs.at(str(_files(home / "pack", cards)))
    with open_store(f"sqlite:///{home / 'quiz.db'}") as store:
        store.replace_decks(pack.key, list(_entries(pack)), [])
        index_alone = (home / "quiz.db").stat().st_size
        known = [card for card in store.card_ids(pack.key) if random.Random(card).random() >= UNSEEN]
        _review(store, known, reviews)
    return index_alone, (home / "quiz.db").stat().st_size


def _files(root: Path, cards: int) -> Path:
    """A pack's files, of which only names, sizes and times will be looked at."""
    for folder in ("cards/sums", "verifiers"):
        (root / folder).mkdir(parents=True)
    (root / "verifiers" / "toy.py").write_bytes((TOY / "verifiers" / "toy.py").read_bytes())
    for number in range(cards // IN_A_DECK):
        (root / "cards" / "sums" / f"part-{number:04}.yaml").write_text("title: {en: Sums, zh: 求和}\n", "utf-8")
    return root


def _entries(pack: packs.Pack) -> Iterator[DeckEntry]:
    """What the index would hold of these files."""
    stamps = {name: index._stamp(path) for name, path in pack.modules().items()}
    one = _sum()
    for name, path in pack.decks().items():
        found = tuple(
            replace(one, id=f"{name}/{number:02}", deck=name, place=f"{pack.shown(path)}:{number + 4}:5")
            for number in range(IN_A_DECK)
        )
        deck = Deck(name, Text("Sums", "求和"), Text("Two numbers are added.", "两数相加。"), found)
        yield DeckEntry(pack.shown(path), index._sign(path, ["toy"], stamps), name, deck)


def _sum() -> Card:
    from quizapp.deck.reader import read_deck

    pack = packs.at(str(TOY))
    declarations, _ = index.declared(pack)
    deck = read_deck(pack.decks()["toy/arith"], "toy/arith", declarations, "arith.yaml")
    assert isinstance(deck, Deck)
    return replace(next(card for card in deck.cards if card.id == "toy/arith/sum"), group="")


def _review(store: Store, cards: list[str], reviews: int) -> None:
    """Gives the cards so many reviews, all together; the last of each so long ago that few are due."""
    now, rng, seq, settings = time.time_ns() // 1_000_000, random.Random(1), 0, Settings()
    with store._writing() as connection:
        contexts: dict[str, int] = {}
        for start in range(0, len(cards), _AT_ONCE):
            rows = []
            for number in range(start, min(start + _AT_ONCE, len(cards))):
                share = reviews * (number + 1) // len(cards) - reviews * number // len(cards)
                card = cards[number]
                past = [replace(event, card=card) for event in history(number, share, settings)]
                if rng.random() >= LEARNING:
                    past[-2:] = [replace(event, grade=Grade.GOOD, right=True) for event in past[-2:]]
                schedule = fold(past)
                assert isinstance(schedule, Scheduled)
                gone = rng.uniform(0, 1 / (1 - DUE)) * (schedule.due - schedule.reviewed_at)
                days = (now - schedule.reviewed_at - int(gone)) // DAY_MS
                past = [replace(event, at=event.at + days * DAY_MS, day=event.day + days) for event in past]
                for seq, event in enumerate(past, seq + 1):  # noqa: B020
                    rows.append({**journal._row(connection, event, contexts), "seq": seq})
                record._store(connection, card, NEW, _later(schedule, days), past[-1].params)
            connection.execute(events.insert(), rows)


def _later(schedule: Scheduled, days: int) -> Scheduled:
    """The schedule after the same reviews so many days later: intervals don't hang on the date."""
    return replace(
        schedule,
        due=schedule.due + days * DAY_MS,
        due_day=schedule.due_day + days,
        reviewed_at=schedule.reviewed_at + days * DAY_MS,
        reviewed_day=schedule.reviewed_day + days,
        first_day=schedule.first_day + days,
    )


def answer(number: int, card: str, at: int, day: int) -> Reviewed:
    """A review as a sitting stores it."""
    return replace(history(number, 1, Settings())[0], id=f"{number:016x}", card=card, at=at, day=day)
