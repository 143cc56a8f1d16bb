"""Nothing that a deck, a record or a paste says is obeyed by the terminal: every screen and every command, by bytes."""

import time
from pathlib import Path

import pytest

from bench.terminal import Terminal
from tests.command_line import quiz
from tests.e2e import hostile
from tests.e2e.conftest import Open
from tests.e2e.hostile import EVIL, PASTED, obeyed

DOWN, TAB, ESCAPE, BACKSPACE, CTRL_P, F1, F10 = "\x1b[B", "\t", "\x1b", "\x7f", "\x10", "\x1bOP", "\x1b[21~"
KINDS = ("number", "choice", "text", "output", "order", "code", "several", "recall")
# Letters are keys here, but letters that are typed into a field have to arrive there one by one.
REST_S = 0.4


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return hostile.pack(tmp_path / "pack")


@pytest.fixture
def evil(home: Path) -> None:
    home.mkdir(exist_ok=True)
    hostile.record(home / "quiz.db", time.time_ns() // 1_000_000)


def press(terminal: Terminal, *keys: str) -> None:
    """Presses keys, and shows what comes of each."""
    for key in keys:
        terminal.send(key)
        terminal.read_for(REST_S)


def test_what_is_obeyed_is_found() -> None:
    assert obeyed(b"\x1b[1;1H\x1b[38;2;1;2;3mtext\x1b[0m\r\n") == []
    for told in ("\x1b[38;5;201m", "\x1b]52;c;eA==\x07", "\x1bc", "\x1bP", "\x9b", "\x07", "\x08", "\t", "\u202e"):
        assert obeyed(f"a\x1b[1mb{told}c".encode()), told


@pytest.mark.usefixtures("evil")
def test_the_table_of_cards_and_its_questions_obey_nothing(screen: Open, pack: Path) -> None:
    terminal = screen(pack=pack, size=(110, 36))
    terminal.wait_for("everything")
    press(terminal, "b")
    terminal.wait_for(r"9 cards")
    press(terminal, DOWN, *[DOWN] * 9)
    terminal.wait_for("No deck has this card")
    press(terminal, "e")  # an orphan can't be edited, which is said
    press(terminal, "f", TAB)
    terminal.wait_for("Enter keeps it")
    terminal.paste(PASTED)
    press(terminal, "\r", "t")
    terminal.wait_for("Tags for")
    terminal.paste(PASTED)
    press(terminal, "\r", "r")
    terminal.paste(PASTED)
    terminal.wait_for("When shall")
    press(terminal, "\r", "n")
    terminal.wait_for("Forget")
    press(terminal, "n", "u", "/")
    terminal.paste(PASTED)
    press(terminal, DOWN, F1, ESCAPE)
    assert obeyed(terminal.received) == []


@pytest.mark.usefixtures("evil")
def test_home_statistics_settings_and_the_palette_obey_nothing(screen: Open, pack: Path) -> None:
    terminal = screen(pack=pack, size=(110, 36))
    terminal.wait_for("everything")
    terminal.wait_for(r"broken\.yaml")
    press(terminal, "u", "s")
    terminal.wait_for("Missed most|hardest|reviews of")
    press(terminal, *["\x1b[6~"] * 6, ESCAPE, ",")
    terminal.wait_for("Settings")
    press(terminal, "\r")
    terminal.paste(PASTED)
    press(terminal, "\r", ESCAPE, "d")
    terminal.paste(PASTED)
    press(terminal, "\r", ESCAPE, ESCAPE, CTRL_P)
    terminal.paste(PASTED)
    press(terminal, ESCAPE)
    assert obeyed(terminal.received) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.usefixtures("evil")
def test_a_drill_through_every_kind_obeys_nothing(screen: Open, pack: Path, lang: str) -> None:
    terminal = screen("--deck", "evil", "--ahead", "--lang", lang, pack=pack)
    terminal.wait_for(r"1.* 8")
    terminal.wait_for("Python 3")
    for number in range(1, 1 + len(KINDS)):
        terminal.wait_for(rf"\b{number} (of|/) \d+")
        terminal.paste(PASTED)
        press(terminal, "\r", "\x13", ESCAPE)
        terminal.wait_for("✗|✓")
        press(terminal, "s", "f", ESCAPE, "4")
    press(terminal, F10)
    terminal.wait_for("evil/")
    assert obeyed(terminal.received) == []


@pytest.mark.usefixtures("evil")
def test_a_laboratory_obeys_nothing(screen: Open, pack: Path) -> None:
    terminal = screen("lab", "toy.prints", f"code=print(1) # {EVIL}".replace("\x00", ""), pack=pack, size=(110, 36))
    terminal.wait_for("toy.prints")
    terminal.wait_for("live · python")
    press(terminal, TAB)
    terminal.paste(f"# {EVIL}\nprint({EVIL!r})\n")
    terminal.read_for(2)
    assert obeyed(terminal.received) == []


@pytest.mark.usefixtures("evil")
def test_no_command_prints_what_a_terminal_obeys(pack: Path) -> None:
    told = EVIL.replace("\x00", "")
    commands = [
        *(("show", f"evil/{kind}") for kind in KINDS),
        *(("show", f"evil/{kind}", "--json") for kind in KINDS),
        *(("check", f"evil/{kind}", told) for kind in KINDS),
        *((name,) for name in ("decks", "list", "stats", "config", "audit", "backup")),
        *((name, "--json") for name in ("decks", "list", "stats", "config", ["doctor", "--quick"][0])),
        *(("verify", "--static"), ("doctor", "--quick"), ("export", "-"), ("list", told), ("list", f"tag:{told}")),
        *(("show", told), ("--deck", told), ("config", told), ("compute", told), ("stats", told), ("edit", told)),
        *(("import", told), ("merge", told), ("export", told), ("config", "--set", f"{told}=1")),
    ]
    for command in commands:
        ran = quiz(*command, pack=pack)
        assert obeyed(ran.out.replace("\t", "").encode()) == [], command
        assert obeyed(ran.err.encode()) == [], command


@pytest.mark.usefixtures("evil")
def test_line_mode_prints_nothing_that_a_terminal_obeys(pack: Path) -> None:
    typed = f"{EVIL}\n.\n\n" * 30
    ran = quiz("--deck", "evil", "--ahead", "--plain", typed=typed, pack=pack)
    assert "evil/" in ran.out
    assert obeyed(ran.out.encode()) == []
    assert obeyed(ran.err.encode()) == []
