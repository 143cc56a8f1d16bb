"""Database files as wholes: copied, looked into, set in each other's place. Below the tables, with sqlite3 alone."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from quizapp.language import _
from quizapp.store.migrations import APPLICATION_ID, present
from quizapp.store.trouble import told

_PAGES = 2000  # of a copy, between two looks at whether it is still wanted
_OPCODES = 1_000_000
_RUINED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)  # ERROR: a table is missing
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SIDES = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database file holds.

    version: of its schema. fault: what is the matter with it, empty when it is sound. useless: whether that lies in the
    file itself, and not in the disk, its rights or another program.
    """

    events: int = 0
    version: int = 0
    fault: str = ""
    useless: bool = False


def connect(path: Path, *, still: bool = False, alone: bool = False) -> sqlite3.Connection:
    """A connection to a file that is there, outside any transaction. still: nobody else touches the file, so it needs
    no lock and nothing may be written beside it. alone: the file is let alone, even where a crash has left something to
    be undone in it; then it can't be read."""
    mode = "mode=ro&immutable=1" if still else "mode=ro" if alone else "mode=rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA busy_timeout=5000")
    return connection


def copy(source: Path, target: Path, stop: threading.Event | None = None, *, alone: bool = False) -> int:
    """Copies a database as it is at one moment into the new file `target`; how many events it has. alone: as for
    `connect`.

    Raises sqlite3.Error where it can't be read or written, and where `stop` was set.
    """

    def look(status: int, remaining: int, total: int) -> None:
        if stop is not None and stop.is_set():
            raise sqlite3.OperationalError(_("it was given up"))

    with (
        closing(connect(source, alone=alone)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        writing.execute("PRAGMA synchronous=OFF")  # it is synced once, when it is whole
        # The copy keeps to this transaction, so the count is of the same moment.
        reading.execute("BEGIN")
        (events,) = reading.execute("SELECT count(*) FROM events").fetchone()
        reading.backup(writing, pages=_PAGES, progress=look, sleep=0)
        reading.execute("COMMIT")
        writing.execute("PRAGMA journal_mode=DELETE")
    return int(events)


def copy_as_it_lies(source: Path, target: Path) -> None:
    """Copies a file that another program may be writing to, or that a crash has left half written: what there is to be
    undone or done in it is so in the copy. Raises OSError, and sqlite3.Error where it is kept busy."""
    try:
        copy(source, target, alone=True)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in _BUSY:
            raise
        discard(target)
        for side in ("", *_SIDES[:2]):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{source}{side}", f"{target}{side}")


def facts(path: Path, stop: threading.Event | None = None, *, still: bool = True) -> Facts:
    """What a file holds, every page of it read; never raises for what is wrong with it. still: as for `connect`."""
    try:
        with closing(connect(path, still=still)) as connection:
            if stop is not None:
                connection.set_progress_handler(stop.is_set, _OPCODES)
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION_ID or version < 1:
                return Facts(fault=_("this file is not a database of quizapp"), useless=True)
            if version > present():
                return Facts(version=version, fault=_("it was made by a newer quizapp"), useless=True)
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
            return Facts(events, version, "" if found == "ok" else found, found != "ok")
    except sqlite3.Error as error:
        return Facts(fault=told(error, "").message, useless=error.sqlite_errorcode & 0xFF in _RUINED)


def refill(database: Path, source: Path) -> None:
    """Puts the content of `source`, which nobody else touches, in the place of that of `database`, in one transaction:
    programs that have it open go on with the new content. Raises sqlite3.Error; then nothing has changed."""
    with closing(connect(source, still=True)) as reading, closing(connect(database)) as writing:
        writing.execute("PRAGMA synchronous=EXTRA")
        deadline = _Deadline()
        reading.backup(writing, pages=-1, progress=deadline.look, sleep=0.05)


def draft_of(database: Path) -> Path:
    """The name of a file that is to become `database`."""
    return database.with_name(f".{database.name}.{os.getpid()}.part")


def install(draft: Path, database: Path, stamp: str = "") -> Path | None:
    """Makes the sound file `draft` the database; what was there is moved aside, its journals with it, and kept.

    stamp: goes into its name. Returns where it is, None where nothing was there.
    Raises OSError; then what was there is there.
    """
    sync(draft)
    if not database.exists():
        discard(database)  # its journals: a new database must never meet an old one's
        draft.replace(database)
        sync_folder(database.parent)
        return None
    aside = _aside(database, stamp)
    try:
        # A second name, so that there is a database at every moment; not every file system can give one.
        os.link(database, aside)
    except OSError:
        database.rename(aside)
    for side in _SIDES:
        with suppress(FileNotFoundError):
            Path(f"{database}{side}").rename(f"{aside}{side}")
    try:
        draft.replace(database)
    except OSError:
        aside.replace(database)
        raise
    sync_folder(database.parent)
    return aside


def _aside(database: Path, stamp: str) -> Path:
    path, number = database.with_name(f"{database.stem}-damaged-{stamp}{database.suffix}"), 1
    while path.exists():
        number += 1
        path = database.with_name(f"{database.stem}-damaged-{stamp}-{number}{database.suffix}")
    return path


def discard(path: Path) -> None:
    """Removes a file that is only ours, and what SQLite may have left beside it."""
    for one in (path, *(Path(f"{path}{side}") for side in _SIDES)):
        with suppress(OSError):
            one.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Waits until a file is on the disk. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can say so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Deadline:
    """Raises after so many looks in which another program held the database."""

    def __init__(self, looks: int = 200) -> None:
        self._left = looks

    def look(self, status: int, remaining: int, total: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise sqlite3.OperationalError(_("another program keeps it busy"))
