"""`quiz doctor`: what is the matter with the database and with what it runs in; `--fix` puts right what can be."""

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from quizapp import paths, surroundings
from quizapp.core.text import clean, fit, on_a_line
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError
from quizapp.keeping import size
from quizapp.language import _, ngettext
from quizapp.store.backups import FOLDER, back_up, backups, stamp
from quizapp.store.engine import database_file
from quizapp.store.files import facts
from quizapp.store.finding import Finding, Level, fault, note, ok
from quizapp.store.health import Health, examine
from quizapp.store.migrations import present
from quizapp.store.repair import Repaired, repair
from quizapp.store.salvage import Salvaged, salvage

if TYPE_CHECKING:
    from quizapp.common import Common

BEFORE_REPAIR = "before-repair"
_WIDTH = 98  # of what stands beside the names of what was looked at


@dataclass(slots=True)
class _Report:
    """What is told in the end. done: what --fix did, a sentence each."""

    versions: dict[str, str]
    places: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return any(one.level is Level.FAULT for one in self.findings)


def run(common: "Common", as_json: bool, *, fix: bool, quick: bool, config_fault: QuizError | None = None) -> Exit:
    """`quiz doctor`. quick: leave torch out. config_fault: why the config file doesn't count.

    Returns exit code 1 where something is wrong, and is so after fixing.

    Raises QuizError (exit 3) for a database that can't be opened, and one that can't be fixed.
    """
    url = paths.database_url(common.db)
    database = database_file(url)
    report = _Report(surroundings.versions(), {"database": url, **surroundings.places(common)})
    if database is not None:
        report.places |= {"database": str(database), "backups": str(database.parent / FOLDER)}
    if database is not None and not database.exists():
        report.findings.append(note("file", _("There is no database yet; the first start makes it.")))
    else:
        report.findings += _look(url, database, report, fix)
    if database is not None and database.exists():
        report.findings += surroundings.on_disk(database)
        report.findings += _backups(database)
    report.findings += surroundings.config(common, config_fault)
    report.findings += surroundings.terminal()
    if not quick:
        _progress(_("torch"), 0, 1)
        report.findings.append(surroundings.torch(common))
    _clear()
    _tell(report, as_json)
    return Exit.DISAGREEMENT if report.wrong else Exit.OK


def _look(url: str, database: Path | None, report: _Report, fix: bool) -> list[Finding]:
    """Looks the database over, after repairing it where that was asked for and needed."""
    health: Health | None = None
    try:
        health = examine(url, _now(), _progress)
    except QuizError:
        if not fix or database is None or not _may_be_salvaged(database):
            raise
    if health is not None and (not fix or all(one.level is not Level.FAULT for one in health.findings)):
        return list(health.findings)
    if database is not None and (health is None or health.damaged):
        report.done += _salvaged(salvage(database, stamp(_now())))
    elif health is not None and health.version == present():
        if database is not None:
            saved = back_up(database, _now(), BEFORE_REPAIR).backup.path
            report.done.append(_("What was there is kept as {path}").format(path=saved))
        report.done += _repaired(repair(url, health.cards))
    return list(examine(url, _now(), _progress).findings)


def _may_be_salvaged(database: Path) -> bool:
    inside = facts(database, still=False)
    return inside.useless and inside.version <= present()


def _salvaged(done: Salvaged) -> Iterator[str]:
    yield _("The damaged file is kept as {path}").format(path=done.aside)
    yield ngettext(
        "{n} event was read from it and is in the new file.", "{n} events were read from it and are in the new file.",
        done.read,
    ).format(n=done.read)  # fmt: skip
    if done.backup is not None:
        yield ngettext(
            "{n} more came from the backup {name}.", "{n} more came from the backup {name}.", done.added
        ).format(n=done.added, name=done.backup.path.name)
    else:
        yield _("There was no backup to complete it from.")
    if done.unreadable:
        yield ngettext(
            "{n} event was found and could not be understood.", "{n} events were found and could not be understood.",
            done.unreadable,
        ).format(n=done.unreadable)  # fmt: skip
    if done.missing:
        yield ngettext(
            "By their numbers {n} event is lost.", "By their numbers {n} events are lost.", done.missing
        ).format(n=done.missing)
    else:
        yield _("By their numbers none is lost, unless from the end.")
    if done.guessed:
        yield ngettext(
            "The settings of {n} review were lost; the default ones stand in.",
            "The settings of {n} reviews were lost; the default ones stand in.",
            done.guessed,
        ).format(n=done.guessed)
    yield _("The index of decks is made again at the next start.")


def _repaired(done: Repaired) -> Iterator[str]:
    if done.cards:
        yield ngettext(
            "The schedule of {n} card was made again.", "The schedules of {n} cards were made again.", done.cards
        ).format(n=done.cards)
    if done.rows:
        yield ngettext(
            "{n} row of the index that hung on nothing was removed.",
            "{n} rows of the index that hung on nothing were removed.",
            done.rows,
        ).format(n=done.rows)
    if done.flags:
        yield ngettext(
            "{n} card is known as new or reviewed again.", "{n} cards are known as new or reviewed again.", done.flags
        ).format(n=done.flags)
    if done.contexts:
        yield ngettext(
            "{n} set of scheduling settings was lost; the default ones stand in.",
            "{n} sets of scheduling settings were lost; the default ones stand in.",
            done.contexts,
        ).format(n=done.contexts)
    yield _("All indexes were built again.")


def _backups(database: Path) -> Iterator[Finding]:
    found = backups(database)
    if not found:
        hint = _("'quiz backup' makes one; a day's first answer does so by itself")
        yield note("backups", _("There are no backups yet."), hint)
        return
    newest = facts(found[0].path)
    if newest.fault:
        message = _("The newest backup can't be used: {fault}").format(fault=newest.fault)
        yield fault("backups", message, _("'quiz backup' makes another one"), (found[0].path.name,))
        return
    message = ngettext("{n} backup; it is sound: {name}", "{n} backups; the newest is sound: {name}", len(found))
    yield ok("backups", message.format(n=len(found), name=found[0].path.name))


def _tell(report: _Report, as_json: bool) -> None:
    if as_json:
        print_json({
            "ok": not report.wrong,
            "versions": report.versions,
            "places": report.places,
            "findings": [asdict(one) for one in report.findings],
            "done": report.done,
        })  # fmt: skip
        return
    for sentence in report.done:
        print(fit(_("fixed"), 7), sentence, sep="  ")
    for one in report.findings:
        print(fit(_LEVELS[one.level](), 7), f"{one.check:9}", clean(one.message), sep="  ")
        for more in (", ".join(one.items), one.hint):
            print(*(f"{'':18}  {line}" for line in wrap(on_a_line(more), _WIDTH)), sep="\n", end="\n" if more else "")
    print()
    told = [f"{name} {version}" for name, version in report.versions.items() if version]
    for start in range(0, len(told), 6):
        print(" · ".join(told[start : start + 6]))
    for name, place in report.places.items():
        path = Path(place)
        print(f"{name:8}  {place}" + (f" · {size(path.stat().st_size)}" if path.is_file() else ""))


_LEVELS = {
    Level.OK: lambda: _("ok"),
    Level.NOTE: lambda: _("note"),
    Level.WARNING: lambda: _("warning"),
    Level.FAULT: lambda: _("fault"),
}


def _progress(what: str, done: int, whole: int) -> None:
    if sys.stderr.isatty():
        share = f" {done} / {whole}" if whole > 1 else ""
        print(f"\r\x1b[K{what}{share} …", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _now() -> int:
    return time.time_ns() // 1_000_000
