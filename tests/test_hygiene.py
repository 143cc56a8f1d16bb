"""What each way into quizapp may import. Measured in fresh processes, by looking at `sys.modules` at the end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACK = Path(__file__).parent / "pack"
ROOT = Path(__file__).parent.parent
LIBRARIES = {"torch", "torchvision", "sklearn", "scipy", "numpy", "albumentations", "timm", "cv2", "verifiers"}

# Runs `quiz` with the arguments given and prints the top-level modules that were imported.
PROBE = """
import sys
from quizapp.cli import main
sys.argv[0] = "quiz"
try:
    main()
except SystemExit as end:
    print("EXIT", end.code)
print("MODULES", *sorted({name.partition(".")[0] for name in sys.modules}))
print("DEEP", *sorted(sys.modules))
"""


def modules(arguments: list[str], home: Path, typed: str = "") -> set[str]:
    """All modules, by full name, in the process that ran `quiz` so."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        input=typed,
        env={**os.environ, "QUIZ_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "EXIT 0" in done.stdout, done.stdout + done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("DEEP")]
    return set(line.split()[1:])


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_load_neither_textual_nor_sqlalchemy(flag: str, tmp_path: Path) -> None:
    loaded = modules([flag], tmp_path)
    assert not loaded & {"textual", "sqlalchemy", "yaml", "pydantic", "fsrs", *LIBRARIES}


def test_a_drill_of_real_decks_leaves_the_libraries_to_the_worker(tmp_path: Path) -> None:
    loaded = modules(["--deck", "conv", "--plain", "--count", "1"], tmp_path, "\n")
    assert not loaded & LIBRARIES
    assert "sqlalchemy.orm" not in loaded


def test_the_list_of_decks_needs_no_library(tmp_path: Path) -> None:
    assert not modules(["decks"], tmp_path) & LIBRARIES


def test_a_warm_index_needs_neither_yaml_nor_pydantic(tmp_path: Path) -> None:
    modules(["--pack", str(PACK), "decks"], tmp_path)
    assert not modules(["--deck", "toy/arith", "--pack", str(PACK), "--plain"], tmp_path) & {"yaml", "pydantic"}


SCREEN = """
import asyncio, sys
from quizapp import opening
from quizapp.common import Common
from quizapp.sitting import Options
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp

async def look(scope):
    common = Common(db=None, pack=None, device="auto", lang="en")
    with opening.library(common) as library, opening.worker(library.pack, common) as client:
        library.store.note("welcomed", "yes")
        app = QuizApp(Study(library, client, opening.clock(common), Options()), scope)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert app.screen.query("#decks, #question")

asyncio.run(look(Scope(("conv/size",)) if sys.argv[1] == "drill" else None))
print("DEEP", *sorted(sys.modules))
"""


@pytest.mark.parametrize("screen", ["home", "drill"])
def test_the_screens_never_load_a_library(screen: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCREEN, screen],
        env={**os.environ, "QUIZ_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=ROOT,
    )
    loaded = set(done.stdout.splitlines()[-1].split()[1:])
    assert "textual" in loaded
    assert not loaded & LIBRARIES
    # What only some kinds of question want stays out of the way to the first one.
    assert not loaded & {"tree_sitter", "quizapp.tui.widgets.editor", "quizapp.tui.widgets.answers"}
