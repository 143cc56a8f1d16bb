"""Backups: whole copies of the database, kept beside it, each verified before it counts, thinned as they age."""

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.store.files import connect, copy, discard, facts, sync, sync_folder
from quizapp.store.trouble import told, trouble

FOLDER = "backups"
DAYS, WEEKS = 7, 9  # two months have at most nine beginnings of a week
# What a backup before a migration is called: only this quizapp, or one before it, can read it, so it is never thinned.
SCHEMA = "schema"
_STAMP = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"(?P<stem>.+)-(?P<stamp>\d{4}-\d\d-\d\dT\d{6}Z)(?:-(?P<label>[a-z0-9-]+))?\.db")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STALE_S = 3600


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's file. at: when it was made, ms of UTC, to the second. label: why, where not as usual. size: bytes."""

    path: Path
    at: int
    label: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was just made and verified: its file, the events in it, the version of its schema."""

    backup: Backup
    events: int
    version: int


def backups(database: Path) -> list[Backup]:
    """The backups of `database`, the newest first. Only their names are looked at. Raises QuizError where their folder
    can't be read."""
    found: list[Backup] = []
    try:
        for path in (database.parent / FOLDER).iterdir():
            name = _NAME.fullmatch(path.name)
            if name is not None and name["stem"] == _stem(database):
                with suppress(ValueError, OSError):  # no such date; thinned by another program
                    made = datetime.strptime(name["stamp"], _STAMP).replace(tzinfo=UTC)
                    found.append(Backup(path, _ms(made), name["label"] or "", path.stat().st_size))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise trouble(
            _("the folder of backups can't be read: {reason}").format(reason=error.strerror),
            str(database.parent / FOLDER),
            _("check who may read it"),
        ) from None
    return sorted(found, key=lambda one: (one.at, one.path.name), reverse=True)


def back_up(
    database: Path,
    now: int,
    label: str = "",
    *,
    copied: threading.Event | None = None,
    stop: threading.Event | None = None,
) -> Made:
    """Makes a backup and thins those there are. Other programs can't commit while the copy is made; that takes a few
    milliseconds a megabyte.

    now:    ms of UTC. label: goes into the name.
    copied: set as soon as the database may be changed again. stop: gives up when it is set.
    Raises QuizError (exit 3) where it can't be made, or wouldn't be sound; then nothing of it is left.
    """
    folder = database.parent / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _unmade(error.strerror or str(error), folder) from None
    final = _free(folder, _stem(database), now, label)
    draft = folder / f".{final.stem}.{os.getpid()}.part"
    try:
        draft.touch()  # what the disk says against that is clearer than what SQLite would
        events = copy(database, draft, stop)
        if copied is not None:
            copied.set()
        found = facts(draft, stop)
        if found.fault or found.events != events:
            raise _unmade(found.fault or _("the copy is not what was copied"), final)
        sync(draft)
        draft.replace(final)
        sync_folder(folder)
    except sqlite3.Error as error:
        raise _unmade(_reason(error), final) from error
    except OSError as error:
        raise _unmade(error.strerror or str(error), final) from error
    finally:
        discard(draft)
    _thin(database)
    made = Backup(final, now, label, final.stat().st_size)
    return Made(made, events, found.version)


def kept(times: Iterable[int]) -> set[int]:
    """Which of the backups of these times (ms of UTC) thinning leaves: all of the last seven days that have any, the
    last of each of the last nine weeks that have any, the last of each month.

    It counts what is there and never asks the clock, so no wrong one can make it throw away more.
    """
    newest = sorted(set(times), reverse=True)
    days: dict[int, list[int]] = {}
    weeks: dict[int, int] = {}
    months: dict[tuple[int, int], int] = {}
    for at in newest:
        day = (_EPOCH + timedelta(milliseconds=at)).date()
        days.setdefault(day.toordinal(), []).append(at)
        weeks.setdefault((day.toordinal() - 1) // 7, at)  # the first of January of the year 1 was a Monday
        months.setdefault((day.year, day.month), at)
    recent = [at for some in list(days.values())[:DAYS] for at in some]
    return {*recent, *list(weeks.values())[:WEEKS], *months.values()}


class Daily:
    """The backup of the day, made in a thread of its own while the learner thinks about the first question.

    today:  ms of UTC -> study day; a backup of the same day makes another one needless.
    notice: told in a sentence why there is none, from that thread.
    """

    def __init__(self, database: Path, now: int, day_of: Callable[[int], int], notice: Callable[[str], None]) -> None:
        self._database, self._now, self._day_of, self._notice = database, now, day_of, notice
        self._copied, self._stop, self._closing = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)
        self._thread.start()

    def wait(self, seconds: float = 10.0) -> None:
        """Waits until the database may be changed. A backup that takes longer than `seconds` is given up."""
        if not self._copied.wait(seconds):
            self._stop.set()
            self._copied.wait(seconds)

    def close(self, seconds: float = 2.0) -> None:
        """Lets it finish if that takes no longer than `seconds`, else gives it up; the next start makes it."""
        self._thread.join(seconds)
        self._closing.set()
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            _sweep(self._database)
            today = self._day_of(self._now)
            if all(self._day_of(one.at) != today for one in backups(self._database)) and _worth(self._database):
                back_up(self._database, self._now, copied=self._copied, stop=self._stop)
        except QuizError as error:
            self._say(error.message)
        except sqlite3.Error as error:
            self._say(_reason(error))
        finally:
            self._copied.set()

    def _say(self, reason: str) -> None:
        if not self._closing.is_set():
            self._notice(_("Your answers are kept, but {reason}.").format(reason=reason))


def _stem(database: Path) -> str:
    return database.name.removesuffix(".db")


def _worth(database: Path) -> bool:
    with closing(connect(database)) as connection:
        return connection.execute("SELECT 1 FROM events LIMIT 1").fetchone() is not None


def stamp(at: int) -> str:
    """A moment, ms of UTC, as it stands in the names of files: sortable, without a colon."""
    return (_EPOCH + timedelta(milliseconds=at)).strftime(_STAMP)


def _free(folder: Path, stem: str, now: int, label: str) -> Path:
    """A name that is not taken: that of the next second, where that of this one is."""
    while (path := folder / f"{stem}-{stamp(now)}{'-' if label else ''}{label}.db").exists():
        now += 1000
    return path


def _thin(database: Path) -> None:
    found = [one for one in backups(database) if not one.label.startswith(SCHEMA)]
    staying = kept(one.at for one in found)
    for one in found:
        if one.at not in staying:
            with suppress(OSError):  # it takes room and does no harm
                one.path.unlink()


def _sweep(database: Path) -> None:
    """Removes what a backup that was killed left behind."""
    for path in (database.parent / FOLDER).glob(f".{_stem(database)}-*.part*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _reason(error: sqlite3.Error) -> str:
    """What is the matter, without what follows from it: no answer is lost with a backup."""
    return re.split("[;；]", told(error, "").message)[0]


def _unmade(reason: str, where: Path) -> QuizError:
    return trouble(
        _("no backup could be made: {reason}").format(reason=reason),
        str(where),
        _("'quiz doctor' says more"),
    )
