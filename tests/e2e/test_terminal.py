"""`quiz` in a real pseudo-terminal of 80 × 24 cells, on the real decks and the real libraries."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.terminal import Terminal, quiz

DOWN = "\x1b[B"
ESCAPE = "\x1b"
F1 = "\x1bOP"
F10 = "\x1b[21~"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def opened(home: Path) -> Iterator[list[Terminal]]:
    """Terminals that are closed at the end."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


def start(opened: list[Terminal], home: Path, *arguments: str) -> Terminal:
    terminal = Terminal(quiz(*arguments), {"QUIZ_HOME": str(home)})
    opened.append(terminal)
    return terminal


def shown(home: Path, card: str, seed: int) -> dict[str, object]:
    """What `quiz show --json` says of the question that a sitting with this seed asks first about `card`."""
    done = subprocess.run(
        quiz("show", card, "--seed", str(seed), "--json"),
        env={**os.environ, "QUIZ_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def answers(home: Path) -> list[str]:
    """The answers in the database, in order."""
    with sqlite3.connect(home / "quiz.db") as database:
        rows = database.execute("select body from events order by at").fetchall()
    return [json.loads(body)["answer"] for (body,) in rows]


def first_card(home: Path) -> str:
    done = subprocess.run(
        quiz("--deck", "conv/size", "--plain", "--cram", "--count", "1"),
        input="",
        env={**os.environ, "QUIZ_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"conv/size/\S+", done.stdout)
    assert found is not None
    return found[0]


def test_a_drill_with_an_unreadable_a_right_and_an_unknown_answer(opened: list[Terminal], home: Path) -> None:
    truth = shown(home, first_card(home), 7)
    terminal = start(opened, home, "--deck", "conv/size", "--seed", "7")
    terminal.wait_for(r"1 of \d+")
    terminal.send(*"forty", "\r")
    terminal.wait_for("That is not a number")
    assert answers(home) == []
    terminal.send(*["\x7f"] * 5, *str(truth["truth"]))
    terminal.wait_for(f"reads as {truth['truth']}")
    terminal.send("\r")
    terminal.wait_for("✓ Right")
    terminal.wait_for(r"torch \d+\.\d+\.\d+")
    terminal.wait_for(r"3 good \d+ min")
    assert answers(home) == [str(truth["truth"])]
    terminal.send("\r")
    terminal.wait_for(r"2 of \d+", without="go on")
    terminal.send(ESCAPE)
    terminal.wait_for("✗ You didn't know")
    terminal.send(F10)
    terminal.wait_for("The sitting is over")
    terminal.wait_for("2 answered")


def test_an_answer_whose_verdict_was_seen_survives_kill_9(opened: list[Terminal], home: Path) -> None:
    terminal = start(opened, home, "--deck", "python/self")
    terminal.wait_for(r"1 of \d+")
    terminal.send(ESCAPE)
    terminal.wait_for("✗ You didn't know")
    terminal.child.kill(signal.SIGKILL)
    terminal.child.wait()
    assert answers(home) == [""]


def test_killing_the_worker_costs_nothing(opened: list[Terminal], home: Path) -> None:
    terminal = start(opened, home, "--deck", "conv/size", "--cram")
    terminal.wait_for("is ready")
    children = subprocess.run(
        ["pgrep", "-P", str(terminal.child.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    for number in (1, 2):
        terminal.wait_for(rf"{number} of \d+", without="go on")
        terminal.send(ESCAPE)
        terminal.wait_for(r"✗|can't be verified")
        terminal.send("\r")
    terminal.wait_for(r"3 of \d+")


def test_the_home_leads_into_a_drill_and_back(opened: list[Terminal], home: Path) -> None:
    terminal = start(opened, home)
    terminal.wait_for("Enter begins")
    terminal.send("\r")
    terminal.wait_for(r"everything +0 due +\d+ new")
    terminal.send(DOWN, DOWN, "\r")
    terminal.wait_for(r"conv/\w+ .*1 of \d+")
    terminal.send(F10)
    terminal.wait_for("No question was answered")
    terminal.send("\r")
    terminal.wait_for("everything")


def test_help_explains_the_screen_and_goes_away_again(opened: list[Terminal], home: Path) -> None:
    terminal = start(opened, home, "--deck", "kl")
    terminal.wait_for(r"1 of \d+")
    terminal.send(F1)
    terminal.wait_for("be read costs nothing")
    terminal.send(ESCAPE)
    terminal.wait_for(r"1 of \d+")
    terminal.send("0.5")
    terminal.wait_for(r"reads as|0\.5")


def test_chinese_cards_are_shown_in_chinese(opened: list[Terminal], home: Path) -> None:
    terminal = start(opened, home, "--deck", "conv/size", "--lang", "zh")
    terminal.wait_for(r"[\u4e00-\u9fff]")


def test_an_unknown_deck_is_said_before_the_screen_opens(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", "--deck", "cnov"],
        env={**os.environ, "QUIZ_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "did you mean 'conv'" in done.stderr
