"""The laboratory's screen: keys, mouse and typed values turn the parameters, and the view follows."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeAlias

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static, TextArea

from quizapp.core.answer import Mistake, Origin, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.core.picture import Captioned, Picture
from quizapp.core.text import Text
from quizapp.errors import QuizError
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.lab import LabScreen
from quizapp.tui.screens.labs import LabsScreen
from quizapp.tui.widgets.cells import Cells
from quizapp.tui.widgets.slider import Slider
from tests.tui.conftest import DECK, Sums

Given = ParamSpec("Given")
Playing: TypeAlias = Pilot[QuizError | None]

KINDS = '''
from typing import Annotated
from quizapp.authoring import Array, Choice, Code, Distribution, Grid, Int, Picture, Result, Shape, Stack, verifier

@verifier("python", where="a + b <= 20")
def add(a: Annotated[int, Int(1, 9)], b: Annotated[int, Int(1, 50)] = 2) -> Result:
    """Adds [/] two numbers."""
    return Result(a + b)

@add.explore(b=Int(1, 19))
def dots(a: int, b: int, *, step: Annotated[int, Int(0, 3)]) -> Picture:
    return Picture.of(["." * a])

@verifier("python")
def many(
    rate: Annotated[float, Grid(0.0, 1.0, 0.1)] = 0.5,
    mode: Annotated[str, Choice("same", "valid", "a choice that is far too long for a slider")] = "same",
    p: Annotated[list[float], Distribution(2, 3, 0.25)] = [0.5, 0.5],
    shape: Annotated[list[int], Shape(2, 2, min=1, max=8)] = [2, 3],
    table: Annotated[list[list[int]], Array(2, 3, min=-9, max=9)] = [[1, 2, 3], [4, 5, 6]],
    layers: Annotated[list[str], Stack(1, 2, channels=1)] = ["nn.ReLU()"],
) -> Result:
    """All kinds of parameters."""
    return Result(rate)

@verifier("python")
def runs(code: Annotated[str, Code()] = "print(1)", a: Annotated[int, Int(0, 9)] = 0) -> Result:
    """Runs source."""
    return Result(code)
'''


class Draws(Sums):
    """A worker that says what it was asked."""

    asked: list[Params]

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        if verifier == "sums.add":
            return super().truth(verifier, params, limit_s)
        self.asked = [*getattr(self, "asked", []), params]
        future: Future[Truth | Unverifiable] = Future()
        said = ", ".join(f"{name}={value}" for name, value in params.items())
        wrong = Mistake("wrong", Text("That is [/] wrong.", "这是错的。"))
        steps = (Text("first \x1b[31mstep", "第一步"),)
        future.set_result(Truth(said, Origin(verifier, {"sums": "1.0"}, "cpu", 0.4), steps=steps, mistakes=(wrong,)))
        return future

    def draw(self, verifier: str, params: Params, limit_s: float) -> Future[Captioned | Unverifiable]:
        future: Future[Captioned | Unverifiable] = Future()
        future.set_result(Captioned(Picture.of([f"[drawn] {params}"]), (Text("below", "下面"),)))
        return future


@pytest.fixture
def worker() -> Sums:
    return Draws()


@pytest.fixture
def kinds(study: Study) -> Study:
    (study.library.pack.root / "verifiers" / "kinds.py").write_text(KINDS, encoding="utf-8")
    return study


def played(test: Callable[Given, Coroutine[Any, Any, None]]) -> Callable[Given, None]:
    """A test that is a coroutine, run in a loop of its own."""

    @wraps(test)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@asynccontextmanager
async def opened(study: Study, verifier: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Playing]:
    async with QuizApp(study, lab=verifier).run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def lab(pilot: Playing) -> LabScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LabScreen), screen
    return screen


def app_of(pilot: Playing) -> QuizApp:
    assert isinstance(pilot.app, QuizApp)
    return pilot.app


def values(pilot: Playing) -> dict[str, Value]:
    return lab(pilot).lab.values


def text(pilot: Playing, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).visual)


def screen_text(app: App[Any]) -> str:
    return "\n".join("".join(part.text for part in strip) for strip in app.screen._compositor.render_strips())


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
async def test_a_value_is_typed_and_one_that_cannot_be_read_is_told(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        await pilot.press("8", "enter")
        assert values(pilot)["a"] == 8
        await pilot.press("enter", "9", "9", "backspace", "enter")
        assert values(pilot)["a"] == 9
        await pilot.press("7", "escape")
        await pilot.press("5", "0", "enter")
        assert values(pilot)["a"] == 9
        assert [str(one.message) for one in pilot.app._notifications] == ["a: 50 is not a whole number from 1 to 9"]
        await pilot.press("3", "down", "1", "1", "tab")
        assert (values(pilot)["a"], values(pilot)["b"]) == (3, 11)


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
async def test_the_mouse_turns_and_drags(kinds: Study) -> None:
    async with opened(kinds, "kinds.add") as pilot:
        slider = lab(pilot).query(Slider).first()
        less, more = slider._arrows
        await pilot.click(slider, offset=(more, 0))
        assert values(pilot)["a"] == 5
        await pilot.click(slider, offset=(less, 0))
        assert values(pilot)["a"] == 4
        start, cells = slider._track
        await pilot.mouse_down(slider, offset=(start + 1, 0))
        assert values(pilot)["a"] == 1
        await pilot.hover(slider, offset=(start + cells - 2, 0))
        assert values(pilot)["a"] == 9
        await pilot.mouse_up(slider, offset=(start + cells - 2, 0))
        await pilot.hover(slider, offset=(start + 1, 0))
        assert values(pilot)["a"] == 9


@played
async def test_every_kind_of_parameter_has_a_field(kinds: Study) -> None:
    async with opened(kinds, "kinds.many", (120, 40)) as pilot:
        shown = screen_text(pilot.app)
        for label in ("rate", "mode", "len(p)", "p[0]", "shape[1]", "table", "len(layers)", "layers[0]"):
            assert label in shown
        sliders = {one.knob.label: one for one in lab(pilot).query(Slider)}
        sliders["p[0]"].focus()
        await pilot.press("right")
        assert values(pilot)["p"] == [0.75, 0.25]
        sliders["len(p)"].focus()
        await pilot.press("right")
        await pilot.pause()
        assert values(pilot)["p"] == [0.5, 0.25, 0.25]
        assert "p[2]" in screen_text(pilot.app)
        assert pilot.app.focused is sliders["len(p)"]
        await pilot.press("left")
        await pilot.pause()
        assert "p[2]" not in screen_text(pilot.app)
        next(one for one in lab(pilot).query(Slider) if one.knob.label == "layers[0]").focus()
        await pilot.press("left")
        await pilot.pause()
        assert values(pilot)["layers"] == ["nn.Conv2d(1, 8, kernel_size=3, stride=1, padding=1)"]
        assert "[0].stride" in screen_text(pilot.app)


@played
async def test_a_matrix_is_walked_turned_and_typed(kinds: Study) -> None:
    async with opened(kinds, "kinds.many", (120, 40)) as pilot:
        cells = lab(pilot).query_one(Cells)
        cells.focus()
        await pilot.press("right", "shift+up", "down", "l", "-", "7", "enter")
        assert values(pilot)["table"] == [[1, 3, 3], [4, 5, -7]]
        await pilot.press("9", "9", "up")
        assert "99 is not" in next(str(one.message) for one in pilot.app._notifications)
        await pilot.press("up")
        assert isinstance(pilot.app.focused, Slider)
        await pilot.click(cells, offset=(cells.label_cells + 2, 1))
        assert cells.at == 3


@played
async def test_source_runs_after_a_rest_and_letters_are_its_own(kinds: Study) -> None:
    async with opened(kinds, "kinds.runs") as pilot:
        assert isinstance(pilot.app.focused, Slider)
        lab(pilot).query_one(TextArea).focus()
        await pilot.press("r", "c", "space")
        await pilot.pause(0.6)
        assert values(pilot)["code"] == "rc print(1)"
        await pilot.press("escape")
        assert isinstance(pilot.app.focused, Slider)


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


@pytest.mark.parametrize("size", [(30, 8), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("verifier", ["kinds.add", "kinds.many", "kinds.runs"])
@played
async def test_every_size_shows_the_fields_and_can_be_scrolled(
    kinds: Study, verifier: str, size: tuple[int, int]
) -> None:
    async with opened(kinds, verifier, size) as pilot:
        await pilot.pause()
        pilot.app.animation_level = "none"
        beside = lab(pilot).has_class("-beside")
        assert beside == (size[0] >= 120)
        for slider in lab(pilot).query(Slider):
            slider.focus()
            await pilot.pause()
            assert lab(pilot).region.contains_region(slider.region)
            assert slider.knob.label[-8:] in screen_text(pilot.app)
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert "wrong" in screen_text(pilot.app)


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
