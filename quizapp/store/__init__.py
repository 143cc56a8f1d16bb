"""The store: the learner's record and the index of decks. The only room that knows SQLAlchemy and SQLite."""

from quizapp.store.entries import CardState, DeckCounts, DeckEntry
from quizapp.store.store import Store, open_store

__all__ = ["CardState", "DeckCounts", "DeckEntry", "Store", "open_store"]
