"""`pytest --quiz`, in processes of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.verify.test_planted import SOUND


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(SOUND, tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "pack"


def run(pack: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of pytest, run in the pack's folder."""
    env = os.environ | {"QUIZ_HOME": str(pack.parent / "home")}
    pytest_ = [sys.executable, "-m", "pytest", *arguments]
    ran = subprocess.run(pytest_, cwd=pack, env=env, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_each_deck_is_a_file_and_each_card_and_claim_an_item(pack: Path) -> None:
    code, told = run(pack, "--quiz", "cards/", "--collect-only", "-q")
    assert code == 0
    assert "cards/shop/prices.yaml::shop/prices/total" in told
    assert "cards/shop/prices.yaml::shop/prices/linear" in told
    assert "16 tests collected" in told


def test_sound_cards_pass_chosen_by_id_or_by_tag(pack: Path) -> None:
    assert "16 passed" in run(pack, "--quiz", "cards/")[1]
    assert "1 passed, 15 deselected" in run(pack, "--quiz", "cards/", "-k", "month")[1]
    assert "2 passed, 14 deselected" in run(pack, "--quiz", "cards/", "-k", "word")[1]
    assert "1 passed" in run(pack, "--quiz", "cards/shop/prices.yaml::shop/prices/box")[1]


def test_a_fault_fails_its_item_and_says_what_quiz_verify_says(pack: Path) -> None:
    shop = pack / "verifiers" / "shop.py"
    shop.write_text(shop.read_text("utf-8").replace("return sum([price]", "return 1 + sum([price]"), "utf-8")
    code, told = run(pack, "--quiz", "cards/", "--junitxml", "out.xml")
    assert code == 1
    assert "1 failed, 15 passed" in told
    assert "cards/shop/prices.yaml:5:5 shop/prices/total" in told
    assert "the verifier and its second way differ" in told
    assert "quiz show shop/prices/total price=40 --seed 0 --pack" in told
    [suite] = ElementTree.parse(pack / "out.xml").getroot()
    assert suite.get("failures") == "1"
    assert "1 failed, 0 passed" not in run(pack, "--quiz", "cards/", "-x")[1]


def test_the_last_failed_are_run_again_alone(pack: Path) -> None:
    shop = pack / "verifiers" / "shop.py"
    sound = shop.read_text("utf-8")
    shop.write_text(sound.replace("return sum([price]", "return 1 + sum([price]"), "utf-8")
    run(pack, "--quiz", "cards/", "--lf")
    shop.write_text(sound, "utf-8")
    assert "1 passed" in run(pack, "--quiz", "cards/", "--lf")[1]


def test_a_deck_that_can_not_be_read_is_an_error_at_its_place(pack: Path) -> None:
    deck = pack / "cards" / "shop" / "prices.yaml"
    deck.write_text(deck.read_text("utf-8").replace("kind: shape", "kind: shap"), "utf-8")
    code, told = run(pack, "--quiz", "cards/")
    assert code == 2
    assert "there is no kind 'shap'; did you mean 'shape'" in told


def test_two_processes_share_the_items(pack: Path) -> None:
    code, told = run(pack, "--quiz", "cards/", "-n", "2")
    assert code == 0
    assert "16 passed" in told


def test_a_run_that_does_not_ask_collects_nothing_and_imports_nothing(pack: Path) -> None:
    assert run(pack, "cards/")[0] == 5  # pytest's word for no tests
    seen = "import sys, pytest; pytest.main(['-q']); print([m for m in sys.modules if m.startswith('quizapp')])"
    ran = subprocess.run([sys.executable, "-c", seen], cwd=pack, capture_output=True, text=True, check=True)
    assert "['quizapp', 'quizapp.verify', 'quizapp.verify.pytest_plugin']" in ran.stdout
