"""Playing the app in tests: starting it, pressing keys, waiting until it rests, reading what it shows."""

import asyncio
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot
from textual.widgets import Static

from quizapp.errors import QuizError
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.widgets.keys import Keys

Playing = Pilot[QuizError | None]
Steps = Callable[[Playing, QuizApp], Awaitable[None]]


def play(study: Study, steps: Steps, scope: Scope | None = None, *, size: tuple[int, int] = (80, 24)) -> None:
    """Runs `steps` in the app; with a scope it opens straight into a drill."""

    async def run() -> None:
        app = QuizApp(study, scope)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await steps(pilot, app)

    asyncio.run(run())


async def settled(pilot: Playing) -> None:
    """Waits until everything that was begun is done and shown."""
    for _ in range(2):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Playing, *keys: str) -> None:
    """Presses keys, and waits until the app rests after the last."""
    await pilot.press(*keys)
    await settled(pilot)


def text(app: QuizApp, selector: str) -> str:
    """What a widget of the screen on top says; empty where it is hidden."""
    widget = app.screen.query_one(selector, Static)
    return str(widget.content) if widget.display else ""


def footer(app: QuizApp) -> str:
    """The line of keys."""
    return str(app.screen.query_one(Keys).content)


def said(app: QuizApp) -> list[str]:
    """The notifications so far."""
    return [one.message for one in app._notifications]
