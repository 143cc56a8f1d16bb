"""Killed at any storage call of a backup, a migration, a restore or a salvage: nothing is lost, nothing is half there.

strace kills the process at its Nth call that changes what is on the disk. Tried are the last of the calls that give a
file its name or wait for the disk, where what was made takes its place, and an even choice of all before.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.errors import QuizError
from quizapp.store import open_store
from quizapp.store.backups import back_up, backups
from quizapp.store.files import facts
from tests.store.conftest import CARDS
from tests.store.examples import DAY, START, reviewed

ROOT = Path(__file__).parents[2]
CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir"
DECISIVE = re.compile(r"(fsync|fdatasync|rename\w*|link\w*|unlink\w*|mkdir)\(")
LAST, SPREAD = 8, 8

HEAD = """
import sys
from pathlib import Path
from quizapp.store import open_store
from quizapp.store.backups import back_up
from quizapp.store.files import refill
from quizapp.store.salvage import salvage
path = Path(sys.argv[1])
"""
BACKING_UP = f"back_up(path, {START + 900 * DAY})"
MIGRATING = "open_store(f'sqlite:///{path}').close()"
RESTORING = f"""
saved = back_up(path, {START + 900 * DAY}, "before-restore")
refill(path, path.parent / "backups" / "quiz-2026-01-01T000000Z.db")
"""
CARELESS = """
from quizapp.store.files import copy
copy(path, path.parent / "backups" / "quiz-2026-02-02T000000Z.db")
"""
SALVAGING = "salvage(path, 'aside')"

Check = Callable[[Path], None]


def prepared(path: Path) -> None:
    """A database of the first schema."""
    path.write_bytes((Path(__file__).parent / "databases" / "v1.db").read_bytes())


def studied(path: Path) -> None:
    """A database with five events, a backup of it, and two events since."""
    with open_store(f"sqlite:///{path}") as store:
        store.append_all(reviewed(number, CARDS[number], START + number) for number in range(5))
        back_up(path, START).backup.path.rename(path.parent / "backups" / "quiz-2026-01-01T000000Z.db")
        store.append_all(reviewed(number, CARDS[number], START + number) for number in (5, 6))


def damaged(path: Path) -> None:
    """The same, and its first page gone."""
    studied(path)
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


def still_there(path: Path) -> None:
    assert (facts(path, still=False).events, facts(path, still=False).fault) == (7, "")
    assert all((facts(one.path).events in (5, 7), facts(one.path).fault) == (True, "") for one in backups(path))
    with open_store(f"sqlite:///{path}") as store:
        assert store.differences() == []


def migrated(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        assert store.event_count() == 38
        assert store.differences() == []
    assert backups(path)
    assert all((facts(one.path).events, facts(one.path).fault) == (38, "") for one in backups(path))


def restored(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        assert store.differences() == []
        events = store.event_count()
    assert events in (5, 7)
    assert events == 7 or 7 in [facts(one.path).events for one in backups(path)]
    assert facts(path).fault == ""


def salvaged(path: Path) -> None:
    if facts(path).fault:
        with pytest.raises(QuizError, match="not a database"):  # never a new and empty one in its place
            open_store(f"sqlite:///{path}")
        subprocess.run([sys.executable, "-c", HEAD + SALVAGING, str(path)], check=True, cwd=ROOT)
    with open_store(f"sqlite:///{path}") as store:
        assert store.event_count() == 7
        assert store.differences() == []
    assert path.with_name("quiz-damaged-aside.db").stat().st_size > 4096


@pytest.mark.parametrize(
    ("script", "prepare", "check"),
    [
        (BACKING_UP, studied, still_there),
        (MIGRATING, prepared, migrated),
        (RESTORING, studied, restored),
        (SALVAGING, damaged, salvaged),
    ],
    ids=["backing up", "migrating", "restoring", "salvaging"],
)
def test_killed_at_any_call_nothing_is_lost(tmp_path: Path, script: str, prepare: Check, check: Check) -> None:
    assert killed_everywhere(tmp_path, script, prepare, check) > 10


def test_a_backup_that_is_written_where_it_stays_would_be_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        killed_everywhere(tmp_path, CARELESS, studied, still_there)


def killed_everywhere(folder: Path, script: str, prepare: Check, check: Check) -> int:
    """Kills the script at one call after another and looks each time at what is left; at how many calls that was."""
    if shutil.which("strace") is None:
        pytest.skip("strace isn't installed")
    whole = folder / "whole" / "quiz.db"
    calls = traced(script, prepare, whole)
    check(whole)
    numbers = range(1, len(calls) + 1)
    decisive = [nth for nth in numbers if DECISIVE.search(calls[nth - 1])]
    chosen = sorted({*decisive[-LAST:], *numbers[:: max(1, len(calls) // SPREAD)]})
    for nth in chosen:
        path = folder / str(nth) / "quiz.db"
        name = name_of(calls[nth - 1])
        among = [name_of(call) for call in calls[:nth]].count(name)
        assert len(traced(script, prepare, path, f"inject={name}:signal=KILL:when={among}")) == nth
        check(path)
    return len(chosen)


def name_of(call: str) -> str:
    """The name of a call in strace's log, `1234 fsync(5) = 0`."""
    return call.split("(", maxsplit=1)[0].rsplit(maxsplit=1)[-1]


def traced(script: str, prepare: Check, path: Path, killed: str = "") -> list[str]:
    """Runs it under strace, killed where `killed` says if that isn't empty; the calls that it made."""
    path.parent.mkdir()
    prepare(path)
    log = path.parent / "calls"
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={CALLS}"]
    if killed:
        command += ["-e", killed]
    done = subprocess.run(
        [*command, sys.executable, "-c", HEAD + script, str(path)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(path.parent)},
        capture_output=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == (-9 if killed else 0), done.stderr.decode()
    found = [line for line in log.read_text().splitlines() if re.search(r"^\d+\s+\w+\(", line)]
    log.unlink()
    return found
