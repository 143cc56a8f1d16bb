"""The tables. Events are the record; everything else can be made again, from them or from the decks."""

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# SQLite's strict tables know INTEGER (of 64 bits), REAL (of 64 bits) and TEXT, and no other name for them.
_Big = BigInteger().with_variant(Integer(), "sqlite")
_Real: Double[float] = Double().with_variant(REAL(), "sqlite")

metadata = MetaData()

# Facts about the file itself.
meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

# What many events share: library versions, the scheduler and its settings. The id comes from the content, so that
# the same context has the same id in every database.
contexts = Table(
    "contexts",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    sqlite_strict=True,
)

# Append-only. `at` is milliseconds of UTC, `day` the study day, `target` the event that this one is about, `seq` the
# order of arrival (null for what came from another database), `body` the rest of the event as JSON.
events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("card", Text, nullable=False),
    Column("at", _Big, nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("grade", Integer),
    Column("target", Text),
    Column("seq", _Big),
    Column("context", _Big, ForeignKey(contexts.c.id)),
    Column("body", Text, nullable=False),
    Index("events_of_card", "card", "at"),
    Index("events_by_day", "day", "kind"),
    Index("events_by_arrival", "seq", unique=True),
    sqlite_strict=True,
)
_targeted = events.c.target.is_not(None)
Index("events_by_target", events.c.target, sqlite_where=_targeted, postgresql_where=_targeted)

# The fold over each card's events, and the parameters of its last review as JSON. A card without a row is new.
schedules = Table(
    "schedules",
    metadata,
    Column("card", Text, primary_key=True),
    Column("state", Integer, nullable=False),
    Column("step", Integer),
    Column("stability", _Real, nullable=False),
    Column("difficulty", _Real, nullable=False),
    Column("due", _Big, nullable=False),
    Column("due_day", Integer, nullable=False),
    Column("reviewed_at", _Big, nullable=False),
    Column("reviewed_day", Integer, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("params", Text, nullable=False),
    # With all that their order hangs on, so that due cards are put in order without being looked up.
    Index("schedules_by_due", "due_day", "due", "card", "state", "reviewed_day", "stability"),
    Index("schedules_by_day", "reviewed_day", "first_day"),
    sqlite_strict=True,
)

# What the learner has put on cards, the fold over the events as well; a card without a row has no marks.
marked = Table(
    "marked",
    metadata,
    Column("card", Text, primary_key=True),
    Column("suspended", Integer, nullable=False),
    Column("buried_on", Integer),
    Column("flag", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("tags", Text, nullable=False),
    sqlite_strict=True,
)

# The index of decks: one row per file. A file with faults has no title, and no cards.
decks = Table(
    "decks",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("signature", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title_en", Text),
    Column("title_zh", Text),
    Column("description_en", Text),
    Column("description_zh", Text),
    Column("faults", Text, nullable=False),
    Column("cards", Integer, nullable=False),
    Column("computed", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    UniqueConstraint("pack", "name"),
    sqlite_strict=True,
)

# `sibling` names the group that the card shares with others, null for none.
# `words` is what a search looks through, folded to lower case.
# `reviewed` repeats whether `schedules` has the card: the next new card is then found without passing all others.
cards = Table(
    "cards",
    metadata,
    Column("id", Text, primary_key=True),
    Column("pack", Text, primary_key=True),
    Column("deck", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sibling", Text),
    Column("verifier", Text, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("reviewed", Integer, nullable=False, server_default=text("0")),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(("pack", "deck"), (decks.c.pack, decks.c.name), ondelete="CASCADE"),
    sqlite_strict=True,
)
Index("cards_of_deck", cards.c.pack, cards.c.deck, cards.c.position)
Index("cards_by_reviewed", cards.c.pack, cards.c.reviewed, cards.c.deck, cards.c.position)

tags = Table(
    "tags",
    metadata,
    Column("card", Text, primary_key=True),
    Column("pack", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    ForeignKeyConstraint(("card", "pack"), (cards.c.id, cards.c.pack), ondelete="CASCADE"),
    sqlite_strict=True,
)
