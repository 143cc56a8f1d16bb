"""Real terminals around the real program, closed at the end."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import pexpect
import pytest

from bench.terminal import Terminal, quiz
from quizapp.store import open_store
from tests.conftest import PACK


class Open(Protocol):
    """Opens `quiz` in a terminal."""

    def __call__(
        self, *arguments: str, pack: Path = PACK, size: tuple[int, int] = (80, 24), welcome: bool = False, **env: str
    ) -> Terminal: ...


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def screen(home: Path) -> Iterator[Open]:
    """Opens terminals on the toy pack, which needs no torch. welcome: as if this were the first start."""
    terminals: list[Terminal] = []

    def start(
        *arguments: str, pack: Path = PACK, size: tuple[int, int] = (80, 24), welcome: bool = False, **env: str
    ) -> Terminal:
        home.mkdir(exist_ok=True)
        if not welcome:
            with open_store(f"sqlite:///{home / 'quiz.db'}") as store:
                store.note("welcomed", "yes")
        terminals.append(Terminal(quiz(*arguments), {"QUIZ_HOME": str(home), "QUIZ_PACK": str(pack), **env}, size))
        return terminals[-1]

    yield start
    for terminal in terminals:
        with suppress(pexpect.ExceptionPexpect):
            terminal.close()
