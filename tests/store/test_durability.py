"""What was acknowledged is there, whatever happens next; and programs don't get into each other's way."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from quizapp.errors import QuizError
from quizapp.store import open_store
from tests.store.examples import PACK, reviewed

# Appends reviews without end and says so after each; killed by the test.
ANSWERING = """
import sys
from quizapp.store import open_store
from tests.store.examples import DAY, START, reviewed
store = open_store(sys.argv[1])
number = 0
while True:
    store.append(reviewed(number, at=START + number * DAY))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
    number += 1
"""

# Appends a hundred reviews of one card, reading in between.
WRITING = """
import sys
from quizapp.store import open_store
from tests.store.examples import START, reviewed
with open_store(sys.argv[1]) as store:
    first = int(sys.argv[2])
    for number in range(first, first + 100):
        store.append(reviewed(number, at=START + number))
        store.schedule("conv/size/stem")
"""
ROOT = Path(__file__).parents[2]


def run(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("answers", [1, 2, 25])
def test_a_review_that_was_acknowledged_survives_a_kill(path: Path, url: str, answers: int) -> None:
    with run(ANSWERING, url) as answering:
        assert answering.stdout is not None
        said = [answering.stdout.readline() for _ in range(answers)]
        answering.send_signal(signal.SIGKILL)
    assert said == [f"{number}\n" for number in range(answers)]
    with open_store(url) as store:
        kept = store.history("conv/size/stem")
        reviews = getattr(store.schedule("conv/size/stem"), "reviews", 0)
    # One more may have been committed before it could be said.
    assert len(kept) - answers in (0, 1)
    assert [one.id for one in kept] == [f"{number:016x}" for number in range(len(kept))]
    assert reviews == len(kept)
    check(path)


def test_two_programs_that_write_at_once_lose_nothing(path: Path, url: str) -> None:
    open_store(url).close()
    writing = [run(WRITING, url, first) for first in ("0", "100")]
    for one in writing:
        _, complaint = one.communicate(timeout=120)
        assert one.returncode == 0, complaint
    with open_store(url) as store:
        assert [one.id for one in store.history("conv/size/stem")] == [f"{number:016x}" for number in range(200)]
    check(path)


def test_a_database_that_stays_locked_is_said_to_be_busy(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.store.engine._PRAGMAS", ("busy_timeout=50",))
    with open_store(url) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.deck_names(PACK) == []  # reading goes on
        with pytest.raises(QuizError, match="the database is busy"):
            store.append(reviewed(1))
        other.execute("COMMIT")
        store.append(reviewed(1))
        assert store.history("conv/size/stem") == [reviewed(1)]


def test_reading_leaves_nothing_locked(path: Path, url: str) -> None:
    with open_store(url) as store:
        store.append(reviewed(1))
        store.history("conv/size/stem")
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
            other.execute("BEGIN EXCLUSIVE")
            other.execute("COMMIT")
