"""Several programs on one database: nobody is told of a lock, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest

from quizapp.store.backups import backups
from quizapp.store.files import facts
from tests.command_line import Ran, process
from tests.store.crash.kept import wrong_with
from tests.store.crash.sittings import ANSWERS, reviewed, verdicts

EACH = 500
SITTING = ("--deck", "toy/arith", "--plain", "--ahead", "--count", str(EACH))
BESIDE = (
    ("stats", "--json"),
    ("list", "--json"),
    ("backup", "--json"),
    ("verify", "toy/arith", "--no-cache"),
    ("decks",),
    ("doctor", "--quick"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("QUIZ_HOME", str(home))
    assert process("decks", typed=b"").code in (0, 1)
    return home


def sit() -> Ran:
    return process(*SITTING, typed=ANSWERS * 4, timeout=300)


def test_two_sittings_and_whatever_else_a_thousand_reviews_long(home: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        sittings = [pool.submit(sit) for _ in range(2)]
        done: list[tuple[str, Ran]] = []
        for beside in cycle(BESIDE):
            if all(sitting.done() for sitting in sittings):
                break
            done.append((beside[0], process(*beside)))
    for sitting in sittings:
        ran = sitting.result()
        assert (ran.code, "busy" in ran.err) == (0, False), ran.err
        assert len(verdicts(ran.out.encode())) == EACH
    assert {name for name, _ in done} == {beside[0] for beside in BESIDE}
    assert [(name, ran.err) for name, ran in done if ran.code or "busy" in ran.err] == []
    assert len(reviewed(home)) == 2 * EACH
    assert list(wrong_with(home / "quiz.db")) == []
    assert {facts(one.path).fault for one in backups(home / "quiz.db")} == {""}
