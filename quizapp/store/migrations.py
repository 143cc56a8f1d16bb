"""Schema versions: creating the tables, bringing an older database up to date, refusing a newer one.

Numbered functions over SQLite's own `user_version` are enough for one file and cost nothing to import. A new database
starts at the present version. To change the schema: change tables.py, and append a function to MIGRATIONS that turns
the version before into it.
"""

import json
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, insert

from quizapp import __version__
from quizapp.core.codec import write_json
from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.store.engine import file_of, place, transaction, writer
from quizapp.store.tables import meta, metadata
from quizapp.store.trouble import foreign, newer, trouble

APPLICATION_ID = 0x5155_495A  # "QUIZ"
_CHUNK = 5000


def _give_events_an_order(connection: Connection) -> None:
    """1 to 2: events know their order of arrival, their grade and what they are about; marks; a card's first day."""
    run = connection.exec_driver_sql
    run("ALTER TABLE events RENAME TO events_before")
    run("DROP INDEX events_of_card")
    run("""
        CREATE TABLE events (
            id TEXT NOT NULL, card TEXT NOT NULL, at INTEGER NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL,
            grade INTEGER, target TEXT, seq INTEGER, context INTEGER, body TEXT NOT NULL,
            PRIMARY KEY (id), FOREIGN KEY(context) REFERENCES contexts (id)
        ) STRICT""")
    found = run("SELECT rowid, id, card, at, day, kind, context, body FROM events_before ORDER BY rowid")
    while some := found.fetchmany(_CHUNK):
        rows = []
        for seq, event, card, at, day, kind, context, written in some:
            body = json.loads(written)
            grade, target = body.pop("grade"), body.pop("review", None)
            rows.append((event, card, at, day, kind, grade, target, seq, context, write_json(body)))
        run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    run("DROP TABLE events_before")
    run("CREATE INDEX events_of_card ON events (card, at)")
    run("CREATE INDEX events_by_day ON events (day, kind)")
    run("CREATE UNIQUE INDEX events_by_arrival ON events (seq)")
    run("CREATE INDEX events_by_target ON events (target) WHERE target IS NOT NULL")
    run("ALTER TABLE schedules ADD COLUMN first_day INTEGER NOT NULL DEFAULT 0")
    run("UPDATE schedules SET first_day = (SELECT day FROM events WHERE events.card = schedules.card ORDER BY at, id)")
    run("CREATE INDEX schedules_by_day ON schedules (reviewed_day, first_day)")
    run("""
        CREATE TABLE marked (
            card TEXT NOT NULL, suspended INTEGER NOT NULL, buried_on INTEGER, flag TEXT NOT NULL,
            note TEXT NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (card)
        ) STRICT""")
    # The index of decks is made again from their files at the next start.
    run("DELETE FROM decks")
    run("ALTER TABLE cards ADD COLUMN kind TEXT NOT NULL DEFAULT ''")
    run("ALTER TABLE cards ADD COLUMN sibling TEXT")
    run("ALTER TABLE cards ADD COLUMN verifier TEXT NOT NULL DEFAULT ''")
    run("ALTER TABLE cards ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0")
    run("ALTER TABLE cards ADD COLUMN words TEXT NOT NULL DEFAULT ''")


def _cover_due_cards(connection: Connection) -> None:
    """2 to 3: due cards are put in order from their index alone."""
    run = connection.exec_driver_sql
    run("DROP INDEX schedules_by_due")
    run("CREATE INDEX schedules_by_due ON schedules (due_day, due, card, state, reviewed_day, stability)")


# MIGRATIONS[0] turns version 1 into 2, MIGRATIONS[1] turns 2 into 3, and so on. They speak of the tables as they were
# then, never through tables.py.
MIGRATIONS: list[Callable[[Connection], None]] = [_give_events_an_order, _cover_due_cards]


def present() -> int:
    """The version that this quizapp writes."""
    return 1 + len(MIGRATIONS)


def identify(engine: Engine) -> int:
    """The version of the database, 0 for an empty file. Raises QuizError, leaving the file as it is, for a foreign one
    and for a newer one."""
    with transaction(engine) as connection:
        return _identify(connection, place(engine))


def upgrade(engine: Engine, found: int) -> None:
    """Brings an older database up to date, after a backup that is kept. found: its version.

    Raises QuizError, leaving the file as it is, where there can be no backup and where a step fails.
    """
    from quizapp.store.backups import SCHEMA, back_up

    saved, said = "", _("there is no backup of it, since it lies in memory")
    if (file := file_of(engine.url)) is not None:
        saved = str(back_up(file, time.time_ns() // 1_000_000, f"{SCHEMA}{found}").backup.path)
        said = _("a backup of it is {path}").format(path=saved)
    try:
        migrate(engine)
    except Exception as error:
        reason = error.message if isinstance(error, QuizError) else f"{type(error).__name__}: {error}"
        raise trouble(
            _("this database is of version {found}, and bringing it to version {present} failed: {reason}").format(
                found=found, present=present(), reason=reason
            ),
            place(engine),
            _("it was left as it is, and {backup}; update quizapp, or report this").format(backup=said),
        ) from error


def migrate(engine: Engine) -> None:
    """Brings the database to the present version in one transaction: all of it or nothing."""
    with transaction(writer(engine)) as connection:
        # Another program may have done it while this one waited for the lock.
        found = _identify(connection, place(engine))
        if found == 0:
            metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(meta), {"name": "made by", "value": f"quizapp {__version__}"})
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        else:
            for step in MIGRATIONS[found - 1 :]:
                step(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={present()}")


def _identify(connection: Connection, where: str) -> int:
    application: int = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    tables: int = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if application == 0 and version == 0 and tables == 0:
        return 0
    if application != APPLICATION_ID or version < 1 or tables == 0:
        raise foreign(where)
    if version > present():
        raise newer(where, version, present())
    return version
