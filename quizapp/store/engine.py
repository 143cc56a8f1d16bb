"""Connections: where the database is, how it is opened, and what a transaction is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.store.trouble import explained, foreign, trouble

# Before 3.51.3, two connections in WAL mode could, rarely, corrupt the file or lose what was committed.
_WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
_JOURNAL = "wal" if _WAL_IS_SAFE else "delete"
# A cache of 16 MB at most: planning a day in a large collection comes back to the same pages again and again.
_PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "synchronous=EXTRA", "cache_size=-16000")
_DRIVERS = ("sqlite", "sqlite+pysqlite")
_URL = mark("write it like sqlite:////home/me/quiz.db")
_HEADER = b"SQLite format 3\0"


def engine_for(url: str, *, check: bool = True) -> Engine:
    """An engine for `url`, nothing opened yet. check: have its file's folder made, and what is no database refused.

    Raises QuizError with a sentence.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername not in _DRIVERS:
            raise QuizError(
                _("quizapp can't use a database of {driver}").format(driver=parsed.drivername), hint=_(_URL)
            )
        if check and (path := file_of(parsed)) is not None:
            _check(path)
        engine = create_engine(parsed)
    except (ArgumentError, ValueError):
        raise QuizError(_("'{url}' is no database URL").format(url=url), hint=_(_URL)) from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def database_file(url: str) -> Path | None:
    """The file that a database URL names; None for one in memory. Raises QuizError for what is no URL of a database."""
    engine = engine_for(url, check=False)
    return file_of(engine.url)


def writer(engine: Engine) -> Engine:
    """The same engine for writing: its transactions take the write lock when they begin.

    One that reads first and writes later would find, among several programs, that it may not.
    """
    return engine.execution_options(begin="BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, rolled back by an error in it.

    Results must be fetched inside: an open cursor would keep others from committing. Raises QuizError for what the
    database or the disk can't do.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise explained(error, place(engine)) from error
    except UnicodeEncodeError as error:  # bytes of a terminal or a file name that are no text
        raise QuizError(
            _("{text} is not valid text").format(text=ascii(error.object)), hint=_("write it in UTF-8")
        ) from None


def keep_journal(engine: Engine) -> None:
    """Sets how the file is journaled, where it isn't so yet."""
    with transaction(engine.execution_options(begin="")) as connection:  # inside a transaction the mode can't change
        found = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        if found not in ("memory", _JOURNAL):
            connection.exec_driver_sql(f"PRAGMA journal_mode={_JOURNAL}")


def place(engine: Engine) -> str:
    """Where the database is, for messages."""
    return engine.url.database or engine.url.render_as_string()


def _prepare(connection: Any, _record: object) -> None:
    # sqlite3 must not begin transactions by itself: it would begin them too late, and deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # SQLite's own knows the letters of English only.
    connection.create_function("lower", 1, lambda text: None if text is None else text.lower(), deterministic=True)


def _begin(connection: Connection) -> None:
    if statement := connection.get_execution_options().get("begin", "BEGIN"):
        connection.exec_driver_sql(statement)


def file_of(url: URL) -> Path | None:
    """The database's file; None for one in memory, and for an SQLite URI, which says more than a path."""
    if not url.database or url.database == ":memory:" or "uri" in url.query:
        return None
    return Path(url.database)


def _check(path: Path) -> None:
    """Makes the folder of `path` and refuses what is no database, before SQLite could take it for an empty one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(
            _("the folder for the database can't be made: {why}").format(why=error.strerror),
            str(path.parent),
            _("name another with --db"),
        ) from None
    if path.is_dir():
        raise trouble(_("this is a folder, not a database"), str(path), _("name a file in it with --db"))
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        message = _("the database can't be read: {why}").format(why=error.strerror)
        raise trouble(message, str(path), _("name another with --db")) from None
    # A crash in the first commit may leave a header half written, beside the journal that undoes it.
    if header and header != _HEADER and not path.with_name(f"{path.name}-journal").exists():
        raise foreign(str(path))
