"""What the screens look like: a picture of each, which was looked at when it was taken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from itertools import count
from pathlib import Path

import pytest

from quizapp import language, packs
from quizapp.config import Config, Rule
from quizapp.core.answer import Mistake, Origin, Truth
from quizapp.core.day import Clock
from quizapp.core.domain import Value
from quizapp.core.text import Text
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import open_store
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from tests.tui.acting import Playing, play, press, settled
from tests.tui.conftest import NOON, PACK, Sums
from tests.tui.snapshots import matches

KINDS = """
title: {en: Every kind, zh: 各种题型}
description: {en: One card of each., zh: 每种一张。}
source: 题型
cards:
  - id: kinds/order
    kind: order
    verifier: lines.order
    lines: ["total = 0", "for n in range(3):", "    total += n", "print(total)"]
    prompt: {en: "Put the lines in an order that prints 3.", zh: "把各行排成能打印 3 的顺序。"}
    explain: {en: "The loop needs its start.", zh: "循环之前要有初值。"}
  - id: kinds/code
    kind: code
    verifier: lines.double
    starter: "def double(x):\\n    "
    prompt: {en: "Write `double(x)`, which doubles any number.", zh: "写出 `double(x)`。"}
    explain: {en: "Twice x is x + x.", zh: "x 的两倍是 x + x。"}
"""
LINES = '''
from typing import Annotated
from quizapp.authoring import Attempt, Lines, Result, attempt, verifier

@verifier("python")
def order(lines: Annotated[list[str], Lines()]) -> Result:
    """Lines in order."""
    return Result([*lines])

@order.attempt
def ordered(answer: list[str], lines: list[str]) -> Attempt:
    """Whether they are."""
    return attempt(answer == lines, en="So they are.", zh="是这样。")

@verifier("python")
def double() -> Result:
    """A function that doubles."""
    return Result("def double(x):\\n    return 2 * x")

@double.attempt
def doubles(answer: dict[str, object]) -> Attempt:
    """Whether it does."""
    return attempt(True, en="So it does.", zh="是这样。")
'''


class Everything(Sums):
    """Adds at once, and tells how."""

    def release(self) -> None:
        for params, future in self.waiting:
            if "a" not in params:
                value: Value = [*params["lines"]] if "lines" in params else "def double(x):\n    return 2 * x"  # type: ignore[misc]
                future.set_result(Truth(value, Origin("lines.order", {"python": "3.12"}, "cpu", 0.1)))
                continue
            a, b = params["a"], params["b"]
            assert isinstance(a, int)
            assert isinstance(b, int)
            steps = (Text(f"{a} + {b} = {a + b}"),)
            known = (Mistake(a * b, Text("That multiplies.", "这是相乘。")),)
            origin = Origin("sums.add", {"sums": "1.0"}, "cpu", 0.4)
            truth = Truth(a + b, origin, steps=steps, mistakes=known, snippet=f"print({a} + {b})")
            future.set_result(truth)
        self.waiting.clear()


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    for name, text in (PACK | {"cards/kinds.yaml": KINDS, "verifiers/lines.py": LINES}).items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    ticks = count(NOON, 1000)
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        library = Library(packs.at(tmp_path / "pack"), store)
        assert library.faults == ()
        store.note("welcomed", "yes")
        yield Study(library, Everything(), Clock(lambda: next(ticks), UTC), Options(seed=1), Config())


def picture(
    study: Study, name: str, *keys: str, deck: str = "", size: tuple[int, int] = (80, 24), lang: str = "en"
) -> None:
    """Presses keys one after another, and holds what is then on screen against a picture."""

    async def steps(pilot: Playing, app: QuizApp) -> None:
        for key in keys:
            await press(pilot, key)
        await pilot.pause(0.2)
        await settled(pilot)
        for field in app.screen.query("Input, TextArea"):
            field.cursor_blink = False  # type: ignore[attr-defined]
            field._cursor_visible = True  # type: ignore[attr-defined]
        app.clear_notifications()
        await settled(pilot)
        matches(app, name)

    with language.speaking("zh" if lang == "zh" else "en"):
        play(study.speaking("zh" if lang == "zh" else "en"), steps, Scope((deck,)) if deck else None, size=size)


def answered(study: Study) -> None:
    """A record: some answers, a regrade, a flag."""

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "enter", "4", "a", "enter", "f", "enter", "enter")

    play(study, steps, Scope(("sums",)))


def test_home(study: Study) -> None:
    answered(study)
    picture(study, "home")


def test_home_wide(study: Study) -> None:
    answered(study)
    picture(study, "home-wide", size=(140, 40))


def test_question(study: Study) -> None:
    picture(study, "question", "5", "5", deck="sums")


def test_verdict_wrong(study: Study) -> None:
    picture(study, "verdict-wrong", *"156", "enter", deck="sums")


def test_verdict_right(study: Study) -> None:
    picture(study, "verdict-right", "5", "5", "enter", "s", deck="sums")


def test_verdict_light_in_chinese(study: Study) -> None:
    light = replace(study, config=Config(app={"theme": Rule("quiz-light"), "lang": Rule("zh")}))
    picture(light, "verdict-light-zh", "5", "6", "enter", deck="sums", lang="zh")


def test_choice(study: Study) -> None:
    picture(study, "choice", "escape", "enter", "down", deck="sums", size=(60, 16))


def test_order(study: Study) -> None:
    picture(study, "order", "down", "shift+up", deck="kinds")


def test_code(study: Study) -> None:
    picture(study, "code", "escape", "enter", *"return 2", deck="kinds")


def test_browse(study: Study) -> None:
    answered(study)
    picture(study, "browse", "b", "down", "space", size=(120, 40))


def test_browse_small(study: Study) -> None:
    answered(study)
    picture(study, "browse-small", "b", *"is:new")


def test_stats(study: Study) -> None:
    answered(study)
    picture(study, "stats", "s", size=(120, 40))


def test_settings(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.paths.config", lambda: Path("/home/you/.config/quiz/config.toml"))
    picture(study, "settings", "comma", "down")


def test_flag(study: Study) -> None:
    picture(study, "flag", "f6", "down", "tab", *"why", deck="sums")


def test_welcome(study: Study) -> None:
    study.library.store.note("welcomed", "")
    picture(study, "welcome")


def test_help(study: Study) -> None:
    picture(study, "help", "f1")
