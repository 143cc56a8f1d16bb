"""The child's surroundings: whose modules it imports, what it survives, and that nothing survives it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.core.answer import Truth
from quizapp.worker.client import Client

HOME = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")

PARENT = """
import sys
from pathlib import Path
from quizapp.worker.client import Client

client = Client(Path(sys.argv[1]))
pids = [client.truth(name, {}, 5.0).result().value for name in sys.argv[4:]]
busy = client.truth(sys.argv[2], {}, float(sys.argv[3])) if sys.argv[2] else None
while busy and not busy.running():
    pass
import time; time.sleep(0.2)
print(*pids, flush=True)
sys.stdin.read()
"""


def run(source: str, *args: str, cwd: Path | None = None) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-c", source, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        cwd=cwd,
        text=True,
    )


def kill(parent: "subprocess.Popen[str]") -> None:
    with parent:
        parent.send_signal(signal.SIGKILL)


@posix_only
@pytest.mark.parametrize("busy", ["", "bad.hangs"])
def test_nothing_is_left_when_the_app_is_killed(pack: Path, ends: Callable[[int], bool], busy: str) -> None:
    parent = run(PARENT, str(pack), busy, "3600", "bad.pid", "bad.leaves_grandchild")
    assert parent.stdout is not None
    child, left = map(int, parent.stdout.readline().split())
    os.kill(child, 0)
    kill(parent)
    assert ends(child)
    assert ends(left)


@posix_only
def test_a_child_that_lets_no_thread_run_ends_after_its_limit(pack: Path, ends: Callable[[int], bool]) -> None:
    parent = run(PARENT, str(pack), "bad.hangs_locked", "1.5", "bad.pid")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    kill(parent)
    assert ends(child)


@posix_only
def test_nothing_is_left_when_the_app_ends_without_closing(pack: Path, ends: Callable[[int], bool]) -> None:
    parent = run(PARENT, str(pack), "bad.hangs", "3600", "bad.pid")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.communicate("")
    assert parent.returncode == 0
    assert ends(child)


def test_the_app_imports_neither_verifiers_nor_their_libraries(pack: Path) -> None:
    source = """
import json, sys
from pathlib import Path
from quizapp.worker.client import Client
with Client(Path(sys.argv[1])) as client:
    client.warm(["toy.add"])
    assert client.truth("toy.add", {"a": 1, "b": 2}, 5.0).result().value == 3
    assert client.attempt("toy.two_summing", {"total": 3}, {"a": 1, "b": 2}, 5.0).result().right
    assert client.run_code("toy.double", {"n": 3}, "double = lambda x: x + x").result().right
    assert client.device().result() == "cpu"
print(json.dumps(sorted(sys.modules)))
"""
    with run(source, str(pack)) as parent:
        modules = set(json.loads(parent.communicate()[0]))
    rooms = ("child", "run", "load", "plain", "device", "versions", "memory", "zygote", "watch", "learner", "confine")
    assert not modules & {"verifiers", "torch", "numpy", "textual", "asyncio"}
    assert not modules & {f"quizapp.worker.{room}" for room in rooms}


def test_closing_from_atexit_works(pack: Path, ends: Callable[[int], bool]) -> None:
    source = """
import atexit, sys
from pathlib import Path
from quizapp.worker.client import Client
client = Client(Path(sys.argv[1]))
atexit.register(client.close)
print(client.truth("bad.pid", {}, 5.0).result().value)
client.truth("bad.hangs", {}, 3600.0)
"""
    with run(source, str(pack)) as parent:
        printed = parent.communicate(timeout=30)[0]
    assert parent.returncode == 0
    assert ends(int(printed))


def test_files_in_the_users_folder_are_not_taken_for_libraries(tmp_path: Path, pack: Path) -> None:
    for name in ("random", "queue", "json", "torch", "verifiers"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong file')\n")
    source = """
import sys
sys.path.remove("")
from pathlib import Path
from quizapp.worker.client import Client
with Client(Path(sys.argv[1])) as client:
    print(client.truth("toy.add", {"a": 1, "b": 2}, 5.0).result())
"""
    with run(source, str(pack), cwd=tmp_path) as parent:
        assert "Truth(value=3" in parent.communicate()[0]


@pytest.mark.parametrize("own", ["", "HERE = 1\n"])
def test_another_package_named_verifiers_is_never_taken_for_the_packs(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    other = tmp_path / "site" / "verifiers"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ImportError('the wrong package')\n")
    (other / "stray.py").write_text("")
    folder = tmp_path / "pack" / "verifiers"
    folder.mkdir(parents=True)
    source = (pack / "verifiers" / "toy.py").read_text(encoding="utf-8")
    if own:
        (folder / "__init__.py").write_text(own)
        source = "from verifiers import HERE\n" + source
    (folder / "toy.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(other.parent))
    with Client(tmp_path / "pack") as client:
        outcome = client.truth("toy.add", {"a": 1, "b": 2}, 5.0).result(timeout=30)
        assert isinstance(outcome, Truth)
        stray = client.truth("stray.answer", {}, 5.0).result(timeout=30)
        assert "no verifiers/stray.py" in str(stray)


def test_a_pack_without_verifiers_says_so(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        outcome = client.truth("toy.add", {}, 5.0).result(timeout=30)
        assert "the pack has no verifiers/toy.py" in str(outcome)


def test_the_same_question_has_the_same_truth_in_every_child(tmp_path: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    (folder / "chance.py").write_text("""
import random
import numpy as np
from typing import Annotated
from quizapp.authoring import Int, Result, verifier

@verifier("numpy")
def draws(a: Annotated[int, Int(0, 9)]) -> Result:
    return Result([random.random(), float(np.random.rand()), *set("abcdefgh")])
""")

    def truths() -> list[object]:
        with Client(tmp_path) as client:
            found = [client.truth("chance.draws", {"a": a}, 5.0).result(timeout=30) for a in (1, 1, 2)]
        assert all(isinstance(outcome, Truth) for outcome in found), found
        return [outcome.value for outcome in found if isinstance(outcome, Truth)]

    first = truths()
    assert first[0] == first[1]
    assert first[0] != first[2]
    assert truths() == first
