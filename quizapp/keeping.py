"""`quiz backup` and `quiz restore`: copies of the learner's database, made, listed and brought back."""

import sqlite3
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quizapp import paths
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _, ngettext
from quizapp.store.backups import FOLDER, Backup, back_up, backups, stamp
from quizapp.store.engine import database_file
from quizapp.store.files import Facts, copy, discard, draft_of, facts, install, refill
from quizapp.store.trouble import told, trouble

if TYPE_CHECKING:
    from quizapp.common import Common

BEFORE_RESTORE = "before-restore"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The backup that a restore was told: a file, the name of a backup or a part of it, or the newest one."""

    name: str | None
    latest: bool


def backup(common: "Common", as_json: bool) -> None:
    """`quiz backup`: makes one now. Raises QuizError (exit 3) where that can't be done."""
    database = _database(common)
    if not database.exists():
        raise trouble(_("there is no database yet"), str(database), _("the first answer makes it"))
    made = back_up(database, _now())
    if as_json:
        print_json(_facts(made.backup) | {"events": made.events})
        return
    events = ngettext("{n} event", "{n} events", made.events).format(n=made.events)
    print(made.backup.path, " · ".join((size(made.backup.size), events, _("verified"))), sep="\n")


def list_backups(common: "Common", as_json: bool) -> None:
    """`quiz backup --list`: the backups there are, the newest first, each looked into."""
    found = [(one, facts(one.path)) for one in backups(_database(common))]
    if as_json:
        print_json([_facts(one) | {"events": inside.events, "fault": inside.fault} for one, inside in found])
    else:
        _print_list(found)


def restore(chosen: Chosen, common: "Common", *, yes: bool, as_json: bool) -> None:
    """`quiz restore`: puts a backup in the place of the database, which is backed up first, or kept aside where it is
    damaged. Without a name it lists what there is.

    Raises QuizError: exit 2 for a name that no backup has, and where nobody can be asked; exit 3 where the backup isn't
    sound or the disk can't do it; then the database is as it was.
    """
    database = _database(common)
    there = backups(database)
    if chosen.name is None and not chosen.latest:
        _print_list([(one, facts(one.path)) for one in there])
        if there:
            print(_("Name one of them, or give --latest."))
        return
    source = _find(chosen, there, database)
    inside = _sound(source)
    _ask(source, inside, database, yes=yes)
    saved = _replace(database, source)
    again = facts(database, still=False)
    if again.events != inside.events or again.fault:
        raise trouble(_("the database is not what the backup was"), str(database), _("restore it again"))
    if as_json:
        kept = None if saved is None else str(saved)
        print_json({"database": str(database), "restored": str(source), "events": inside.events, "kept": kept})
        return
    events = ngettext("{n} event", "{n} events", inside.events).format(n=inside.events)
    print(_("Restored {backup}: {events}.").format(backup=source.name, events=events))
    if saved is not None:
        print(_("What was there is kept as {path}").format(path=saved))


def _replace(database: Path, source: Path) -> Path | None:
    """Puts `source` in the place of the database; where what was there is kept, None where there was nothing."""
    try:
        if database.exists() and not facts(database, still=False).useless:
            saved = back_up(database, _now(), BEFORE_RESTORE).backup.path
            refill(database, source)
            return saved
        database.parent.mkdir(parents=True, exist_ok=True)
        draft = draft_of(database)
        try:
            copy(source, draft)
            return install(draft, database, stamp(_now()))
        finally:
            discard(draft)
    except OSError as error:
        raise trouble(error.strerror or str(error), str(database), _("the database was not replaced")) from error
    except sqlite3.Error as error:
        raise told(error, str(database)) from error


def _find(chosen: Chosen, there: list[Backup], database: Path) -> Path:
    """The file that was chosen: by its path, or by the name of a backup or a unique part of one."""
    if not there and chosen.latest:
        raise trouble(_("there is no backup"), str(database.parent / FOLDER), _("'quiz backup' makes one"))
    if chosen.name is None:
        return there[0].path
    if (path := Path(chosen.name)).is_file():
        return path
    fitting = [one.path for one in there if chosen.name in one.path.name]
    if len(fitting) != 1:
        message = _("there is no backup '{name}'") if not fitting else _("'{name}' may be several backups")
        hint = nearest(chosen.name, (one.path.name for one in there))
        raise QuizError(message.format(name=chosen.name), where=str(database.parent / FOLDER), hint=hint)
    return fitting[0]


def _sound(source: Path) -> Facts:
    inside = facts(source)
    if inside.fault:
        hint = _("the database was left as it is; choose another backup: 'quiz backup --list'")
        raise trouble(_("this backup can't be used: {fault}").format(fault=inside.fault), str(source), hint)
    return inside


def _ask(source: Path, inside: Facts, database: Path, *, yes: bool) -> None:
    """Raises QuizError where the learner doesn't want it, or nobody is there to be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise QuizError(
            _("a restore replaces the database, so somebody has to agree"), where=str(database), hint=_("add --yes")
        )
    events = ngettext("{n} event", "{n} events", inside.events).format(n=inside.events)
    question = _("Replace {database} by {backup} ({events})? What is there is kept.")
    if not click.confirm(question.format(database=database, backup=source.name, events=events), err=True):
        raise QuizError(_("nothing was changed"), exit=Exit.INTERRUPTED)


def _database(common: "Common") -> Path:
    url = paths.database_url(common.db)
    file = database_file(url)
    if file is None:
        raise QuizError(_("this database is no file that can be copied"), where=url, hint=_("name another with --db"))
    return file


def _print_list(found: list[tuple[Backup, Facts]]) -> None:
    if not found:
        print(_("There are no backups yet. 'quiz backup' makes one; a day's first answer makes one by itself."))
        return
    for one, inside in found:
        made = datetime.fromtimestamp(one.at / 1000, UTC).astimezone()
        state = inside.fault or ngettext("{n} event", "{n} events", inside.events).format(n=inside.events)
        print(f"{made:%Y-%m-%d %H:%M}  {size(one.size):>9}  {one.path.name}  {state}")


def _facts(one: Backup) -> dict[str, Any]:
    return {"path": str(one.path), "at": one.at, "label": one.label, "bytes": one.size}


def _now() -> int:
    return time.time_ns() // 1_000_000


def size(count: int) -> str:
    """A number of bytes for people: `84.0 kB`."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
