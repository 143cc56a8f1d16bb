"""Schema versions: creating the tables, bringing an older database up to date, refusing a newer one.

Numbered functions over SQLite's own `user_version` are enough for one file and cost nothing to import. A new database
starts at the present version. To change the schema: change tables.py, and append a function to MIGRATIONS that turns
the version before into it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, insert

from quizapp import __version__
from quizapp.store.engine import place, transaction, writer
from quizapp.store.tables import meta, metadata
from quizapp.store.trouble import foreign, newer

APPLICATION_ID = 0x5155_495A  # "QUIZ"

# MIGRATIONS[0] turns version 1 into 2, MIGRATIONS[1] turns 2 into 3, and so on.
MIGRATIONS: list[Callable[[Connection], None]] = []


def present() -> int:
    """The version that this quizapp writes."""
    return 1 + len(MIGRATIONS)


def identify(engine: Engine) -> int:
    """The version of the database, 0 for an empty file. Raises QuizError, leaving the file as it is, for a foreign one
    and for a newer one."""
    with transaction(engine) as connection:
        return _identify(connection, place(engine))


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
