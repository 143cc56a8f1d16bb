"""The laboratory in a real pseudo-terminal, with a real worker on the toy pack."""

import json
from pathlib import Path

import pexpect

from tests.e2e.conftest import Open

RIGHT = "\x1b[C"
ESCAPE = "\x1b"


def test_a_laboratory_is_turned_typed_into_played_and_left(screen: Open, home: Path) -> None:
    terminal = screen("lab", "toy.add", "a=3", "b=4")
    terminal.wait_for("= 7")
    terminal.wait_for("○○○")
    terminal.wait_for("›a")
    terminal.send(RIGHT)
    terminal.wait_for(r"4 \+ 4 = 8")
    terminal.send("5", "0", "\r")
    terminal.wait_for("= 54")
    terminal.wait_for("The picture is drawn where a is")
    terminal.send("R")
    terminal.wait_for(r"2 \+ 1 = 3")
    terminal.send(" ")
    terminal.wait_for("counted 2")
    terminal.send(ESCAPE)
    terminal.child.expect(pexpect.EOF)
    tried = json.loads((home / "lab.json").read_text(encoding="utf-8"))
    assert {name: tried["toy.add"][name] for name in "ab"} == {"a": 2, "b": 1}
