"""The laboratory's screen: keys, mouse and typed values turn the parameters, and the view follows."""

import re

import pytest
from textual.widgets import Input, OptionList

from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.labs import LabsScreen
from tests.tui.conftest import DECK, Sums
from tests.tui.labs import KINDS, Draws, app_of, lab, opened, played, screen_text, text, values


@pytest.fixture
def worker() -> Sums:
    return Draws()


@pytest.fixture
def kinds(study: Study) -> Study:
    (study.library.pack.root / "verifiers" / "kinds.py").write_text(KINDS, encoding="utf-8")
    return study


@played
async def test_the_arrows_turn_and_the_view_follows(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        assert values(pilot) == {"a": 4, "b": 2, "step": 0}
        await pilot.press("right", "right", "l", "left", "h", "l")
        assert values(pilot)["a"] == 6
        assert "= a=6, b=2" in text(pilot, "#view")
        assert "'a': 6" in text(pilot, "#view")
        await pilot.press("down", "shift+right")
        assert values(pilot)["b"] == 12
        await pilot.press("k", "shift+left", "end", "home")
        assert values(pilot) == {"a": 1, "b": 12, "step": 0}


@played
async def test_what_is_impossible_says_why_and_dims_the_last_picture(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("9", "down", "1", "9", "enter")
        await pilot.pause()
        assert "a + b <= 20 does not hold" in text(pilot, "#trouble")
        assert "= a=9, b=2" in text(pilot, "#view")
        assert lab(pilot).query_one("#view").has_class("-old")
        await pilot.press("1", "1", "enter")
        await pilot.pause()
        assert not lab(pilot).query_one("#trouble").display
        assert not lab(pilot).query_one("#view").has_class("-old")


@played
async def test_beyond_the_picture_the_truth_stays(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("1", "down", "2", "0", "enter")
        await pilot.pause()
        assert "a + b <= 20" in text(pilot, "#trouble")
    async with opened(kinds, "kinds.many") as pilot:
        assert "It has no" not in screen_text(pilot.app)


@played
async def test_the_steps_are_played_and_stepped(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("full_stop", "full_stop", "comma")
        assert values(pilot)["step"] == 1
        await pilot.press("space")
        assert lab(pilot).playing is not None
        for _ in range(100):
            if values(pilot)["step"] != 1:
                break
            await pilot.pause(0.02)
        assert values(pilot)["step"] != 1
        await pilot.press("space")
        assert lab(pilot).playing is None


@played
async def test_with_reduced_motion_nothing_moves_by_itself(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        pilot.app.animation_level = "none"
        await pilot.press("space")
        assert lab(pilot).playing is None
        assert values(pilot)["step"] == 1


@played
async def test_numbers_are_drawn_and_given_back(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        begun = dict(values(pilot))
        await pilot.press("r", "r", "r")
        await pilot.press("right", "R")
        assert values(pilot) == begun


@played
async def test_what_was_tried_last_stays(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("right", "full_stop", "escape")
    async with opened(kinds, "kinds.add") as pilot:
        assert values(pilot) == {"a": 5, "b": 2, "step": 1}


@played
async def test_the_command_is_shown_and_copied(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        assert text(pilot, "#command") == "quiz compute kinds.add a=4 b=2"
        await pilot.press("c")
        assert pilot.app.clipboard == "quiz compute kinds.add a=4 b=2"


@played
async def test_verifiers_words_are_shown_and_never_obeyed(kinds: Study) -> None:
    async with opened(kinds, "kinds.add", (120, 40)) as pilot:
        shown = screen_text(pilot.app)
        assert "Adds [/] two numbers." in shown
        assert "That is [/] wrong." in shown
        assert "first [31mstep" in shown
        assert "\x1b" not in shown


@played
async def test_the_language_changes_while_it_is_open(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("right")
        assert "below" in text(pilot, "#view")
        app_of(pilot).speak("zh")
        await pilot.pause()
        assert "下面" in text(pilot, "#view")
        assert "这是错的。" in text(pilot, "#view")
        assert values(pilot)["a"] == 5


@played
async def test_after_a_verdict_the_laboratory_opens_with_the_questions_numbers(kinds: Study) -> None:
    async with QuizApp(kinds, DECK).run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        assert isinstance(pilot.app.screen, DrillScreen)
        await pilot.press("backspace", "5", "enter")
        await pilot.pause()
        asked = pilot.app.screen.judged.question.params  # type: ignore[union-attr]
        await pilot.press("l")
        await pilot.pause()
        assert {name: values(pilot)[name] for name in asked} == asked
        total = sum(value for value in asked.values() if isinstance(value, int))
        assert f"{asked['a']} and {asked['b']} make {total}." in text(pilot, "#view")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DrillScreen)


@played
async def test_all_laboratories_are_listed_and_searched(kinds: Study) -> None:
    async with opened(kinds, "") as pilot:
        assert isinstance(pilot.app.screen, LabsScreen)
        await pilot.pause()
        assert [one.name for one in pilot.app.screen.found] == ["kinds.add", "kinds.many", "kinds.runs", "sums.add"]
        await pilot.press("a", "d", "d", "space", "s", "u", "m")
        assert [one.name for one in pilot.app.screen.found] == ["sums.add"]
        pilot.app.screen.query_one(Input).value = ""
        await pilot.pause()
        await pilot.press("down", "down", "up", "enter")
        await pilot.pause()
        assert lab(pilot).lab.declaration.name == "kinds.many"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LabsScreen)
        assert pilot.app.screen.query_one(OptionList).highlighted == 1


@played
async def test_the_keys_are_explained(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert re.search("Every change of a parameter", screen_text(pilot.app))
