"""A store of its own for every test, and disks of its own where one wants to see them fail."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from quizapp.core.event import Mark, Marked
from quizapp.store import Store, open_store
from tests.store.examples import DAY, PACK, START, TODAY, entry_of, reviewed

CARDS = tuple(f"conv/size/card-{number}" for number in range(20))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quiz.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a store with 400 events of twenty cards, all in a deck, two of them marked."""
    path = tmp_path_factory.mktemp("filled") / "quiz.db"
    with open_store(f"sqlite:///{path}") as store:
        store.replace_decks(PACK, [entry_of("conv/size", *CARDS)], [])
        store.append_all(
            reviewed(number, CARDS[number % 20], START + (number // 20) * DAY + number) for number in range(398)
        )
        for number in (398, 399):
            card, at = CARDS[number % 20], START + 30 * DAY
            store.append(Marked(f"{number:016x}", card, at, TODAY + 30, Mark.SUSPENDED))
    return path.read_bytes()


@pytest.fixture
def full(filled: bytes, path: Path, url: str) -> Iterator[Store]:
    path.write_bytes(filled)
    with open_store(url) as opened:
        yield opened


def alter(path: Path, *statements: str) -> None:
    """Changes a database behind the store's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def tmpfs(folder: Path, size: str = "2m") -> Iterator[Path]:
    """A small disk of its own in the new folder `folder`; the test skips where nobody may mount one."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can be mounted by root on Linux only")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def read_only(folder: Path) -> None:
    """Makes a disk that `tmpfs` gave one that can't be written."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
