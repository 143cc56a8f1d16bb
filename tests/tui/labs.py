"""A pack with all kinds of parameters, and what tests of the laboratory's screen share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeAlias

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from quizapp.core.answer import Mistake, Origin, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.core.picture import Captioned, Picture
from quizapp.core.text import Text
from quizapp.errors import QuizError
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.lab import LabScreen
from tests.tui.conftest import Sums

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
