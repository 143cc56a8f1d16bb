"""The app in a real pseudo-terminal, on the toy pack: what a learner does, what can happen to it, where it runs."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.terminal import Terminal
from tests.e2e.conftest import Open

ESCAPE, CTRL_Z, CTRL_S, F1 = "\x1b", "\x1a", "\x13", "\x1bOP"


def answers(home: Path) -> list[str]:
    """The answers in the database that were not taken back, in order."""
    with sqlite3.connect(home / "quiz.db") as database:
        rows = database.execute("select kind, id, target, body from events order by at").fetchall()
    undone = {target for kind, _id, target, _body in rows if kind == "undone"}
    return [json.loads(body)["answer"] for kind, one, _t, body in rows if kind == "reviewed" and one not in undone]


def number(terminal: Terminal) -> int:
    """The sum that stands on screen, once it does."""
    asked = r"What is (\d+) \+ (\d+)"
    terminal.wait_for(asked)
    found = re.search(asked, terminal.text())
    assert found is not None, terminal.text()
    return int(found[1]) + int(found[2])


def test_a_first_start_shows_the_way_in_four_steps_once(screen: Open) -> None:
    terminal = screen(welcome=True)
    terminal.wait_for("Enter begins")
    for step in "1234":
        assert re.search(rf"{step}  [A-Z]", terminal.text())
    terminal.send("\r")
    terminal.wait_for("everything", without="Enter begins")
    terminal.send("\x11")
    terminal.read_for(10)  # until it has ended
    again = screen(welcome=True)
    again.wait_for("everything")
    again.read_for(0.5)
    assert "Enter begins" not in again.text()


def test_every_kind_of_question_is_answered(screen: Open, home: Path) -> None:
    terminal = screen("--deck", "kinds", "--seed", "3")
    terminal.wait_for("Python 3")
    seen: set[str] = set()
    typed: dict[str, Callable[[Terminal], None]] = {
        r"divide \d+": lambda on: on.send("a", "b", "\r"),
        r"\d+ times \d+": lambda on: on.send("a", "\r"),
        "bars are drawn": lambda on: on.send("b", "\r"),
        "The distance of": lambda on: on.send(*"3; below", "\r"),
        "in an order that": lambda on: on.send("\x1b[1;2B", "\r"),
        "two different": lambda on: on.send(*"1; 2", "\r"),
        r"double\(x\)": lambda on: on.send("\r", *"    return 2 * x", CTRL_S),
        "first version of Python": lambda on: on.send("\r", "y"),
    }
    for place in range(1, 9):
        terminal.wait_for(rf"\b{place} of \d+", without="go on")
        terminal.read_for(0.5)
        question = next(one for one in typed if re.search(one, terminal.text()))
        seen.add(question)
        typed[question](terminal)
        terminal.wait_for("[✗✓] (Wrong|Right|You)", timeout=30)
        terminal.send("4")
    assert seen == set(typed)
    assert len(answers(home)) == 8


def test_an_answer_is_taken_back_and_given_again(screen: Open, home: Path) -> None:
    terminal = screen("--deck", "arith")
    terminal.wait_for(r"1 of \d+")
    right = number(terminal)
    terminal.send(*"0", "\r")
    terminal.wait_for("✗|✓")
    terminal.send("u")
    terminal.wait_for(r"1 of \d+", without="go on")
    terminal.wait_for("Taken back")
    assert number(terminal) == right, "the same question with the same numbers"
    terminal.send(*str(right), "\r")
    terminal.wait_for("✓ Right")
    assert answers(home) == [str(right)]
    terminal.send("\r")
    terminal.wait_for(r"2 of \d+")
    terminal.send(CTRL_Z)
    terminal.wait_for(r"1 of \d+")
    assert answers(home) == []


def test_the_table_of_cards_and_the_statistics_lead_there_and_back(screen: Open) -> None:
    terminal = screen(size=(120, 40))
    terminal.wait_for("everything")
    terminal.send("b")
    terminal.wait_for("toy/arith/sum")
    terminal.send(*"kind:choice")
    terminal.wait_for(r"\b2 cards ·")
    terminal.send("\r")
    terminal.wait_for("s suspend")  # letters are orders now, and no longer part of the query
    terminal.send("s")
    terminal.wait_for("‖|suspended")
    terminal.send("u")
    terminal.wait_for("Taken back: suspending")
    terminal.send(ESCAPE)
    terminal.wait_for("everything")
    terminal.send("s")
    terminal.wait_for("Nothing has been reviewed")
    terminal.send(ESCAPE)
    terminal.wait_for("everything")


def test_a_laboratory_opens_behind_a_verdict_and_leads_back(screen: Open) -> None:
    terminal = screen("--deck", "arith", size=(120, 40))
    terminal.wait_for(r"1 of \d+")
    terminal.send(ESCAPE)
    terminal.wait_for("You didn't know")
    terminal.send("l")
    terminal.wait_for("live · python")
    terminal.wait_for("toy.add")
    terminal.send(ESCAPE)
    terminal.wait_for("You didn't know")


@pytest.mark.parametrize("size", [(40, 12), (200, 60), (81, 24)])
def test_resizing_keeps_what_was_typed(screen: Open, size: tuple[int, int]) -> None:
    terminal = screen("--deck", "arith")
    terminal.wait_for(r"1 of \d+")
    terminal.send("4", "2")
    terminal.wait_for("reads as 42")
    terminal.resize(*size)
    terminal.read_for(1)
    terminal.wait_for("reads as 42")
    terminal.send("1")
    terminal.wait_for("reads as 421")


def test_a_terminal_of_40_by_12_scrolls_to_all_of_a_verdict(screen: Open) -> None:
    terminal = screen("--deck", "kinds", "--seed", "3", size=(40, 12))
    terminal.wait_for("1 of")
    terminal.send(ESCAPE)
    terminal.wait_for("You didn't know")
    seen = ""
    for _ in range(8):
        seen += terminal.text()
        terminal.send("\x1b[6~")
        terminal.read_for(0.3)
    assert "The answer is" in seen
    assert "note:" in seen, "the last line of the verdict"


def test_a_killed_child_is_said_and_the_next_question_is_verified(screen: Open) -> None:
    terminal = screen("--deck", "arith")
    terminal.wait_for("Python 3.* is ready")
    children = subprocess.run(
        ["pgrep", "-P", str(terminal.child.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    terminal.send("1", "\r")
    terminal.wait_for("[✗✓] (Wrong|Right)|can't be verified")
    terminal.send("\r")
    terminal.wait_for(r"2 of \d+", without="go on")
    terminal.send(ESCAPE)
    terminal.wait_for("You didn't know")


def test_while_another_program_holds_the_database_an_answer_waits_and_nothing_is_lost(screen: Open, home: Path) -> None:
    terminal = screen("--deck", "arith")
    terminal.wait_for("Python 3.* is ready")
    terminal.read_for(1)  # the backup of the day has its copy
    with sqlite3.connect(home / "quiz.db", isolation_level=None) as other:
        other.execute("begin exclusive")
        terminal.send("1", "\r")
        terminal.wait_for("could not be stored|locked|in use|busy", timeout=40)
        assert "✗ Wrong" not in terminal.text()
        other.execute("rollback")
    terminal.send("\r")
    terminal.wait_for("[✗✓] (Wrong|Right)")
    assert answers(home) == ["1"]


def test_the_shell_has_the_terminal_while_the_app_is_suspended(screen: Open) -> None:
    if not hasattr(signal, "SIGTSTP"):
        pytest.skip("no job control")
    terminal = screen("--deck", "arith")
    terminal.wait_for(r"1 of \d+")
    terminal.send("4", "2")
    terminal.wait_for("reads as 42")
    pid = terminal.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGTSTP)
    terminal.read_for(1)
    state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    assert state == "T"
    os.kill(pid, signal.SIGCONT)
    terminal.read_for(1)
    terminal.send("1")
    terminal.wait_for("reads as 421")


def test_an_editor_has_the_terminal_and_leads_back_into_the_same_question(screen: Open, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nprint('EDITING', sys.argv[1])\nsys.stdin.readline()\n", "utf-8")
    terminal = screen("--deck", "arith", EDITOR=f"{sys.executable} {editor}", VISUAL="")
    terminal.wait_for(r"1 of \d+")
    right = number(terminal)
    terminal.send(ESCAPE)
    terminal.wait_for("You didn't know")
    terminal.send("e")
    terminal.wait_for("EDITING .*arith.yaml")
    terminal.send("\r")
    terminal.wait_for("You didn't know")
    terminal.wait_for(rf"{right}")


def test_it_speaks_chinese(screen: Open) -> None:
    terminal = screen("--lang", "zh")
    terminal.wait_for("全 *部")
    terminal.send("\r")
    terminal.wait_for("不 *知 *道")
    terminal.send(ESCAPE)
    terminal.wait_for("良 *好")


def test_without_colours_the_verdict_stands_in_signs_and_words(screen: Open) -> None:
    terminal = screen("--deck", "arith", NO_COLOR="1")
    terminal.wait_for(r"1 of \d+")
    terminal.send(ESCAPE)
    terminal.wait_for("✗ You didn't know")
    # Shades of grey alone: red, green and blue of every colour are the same.
    colours = set(re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", bytes(terminal.received)))
    assert all(red == green == blue for red, green, blue in colours)
    assert not re.search(rb"\x1b\[(?:3[1-6]|4[1-6]|9[1-6])m", bytes(terminal.received))


def test_help_explains_and_goes_away(screen: Open) -> None:
    terminal = screen()
    terminal.wait_for("everything")
    time.sleep(0.3)
    terminal.send(F1)
    terminal.wait_for("Each line is a folder or a deck")
    terminal.send(ESCAPE)
    terminal.wait_for("everything", without="Each line is a folder")
