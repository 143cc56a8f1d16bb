"""The app while its config file is changed, and what of the screens a config file may name."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from quizapp import language, paths
from quizapp.config import Rule, load
from quizapp.errors import QuizError
from quizapp.setting import write
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.bindings import actions, theme_names

Playing = Pilot[QuizError | None]


def play(study: Study, steps: Callable[[QuizApp, Playing], Awaitable[None]]) -> None:
    async def run() -> None:
        app = QuizApp(study)
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(run())


@pytest.fixture
def configured(study: Study) -> Study:
    return replace(study, config=load(paths.config()))


def test_a_changed_option_leaves_the_language_that_was_switched_to(configured: Study) -> None:
    async def steps(app: QuizApp, pilot: Playing) -> None:
        app.action_language()
        write(paths.config(), "leech", "5")
        app.configured(app.study.config.again())
        await pilot.pause()
        assert (language.current(), app.study.options.lang, app.study.options.leech) == ("zh", "zh", 5)
        write(paths.config(), "lang", "zh")
        write(paths.config(), "lang", "en")
        app.configured(app.study.config.again())
        assert language.current() == "zh", "the file says again what it said at first"

    play(configured, steps)


def test_a_changed_language_is_spoken_at_once(configured: Study) -> None:
    async def steps(app: QuizApp, pilot: Playing) -> None:
        write(paths.config(), "lang", "zh")
        app.configured(app.study.config.again())
        await pilot.pause()
        assert (language.current(), app.study.options.lang) == ("zh", "zh")

    play(configured, steps)


def test_a_flag_goes_before_the_file_after_a_change_too(configured: Study) -> None:
    config = replace(configured.config, given={"lang": Rule("zh", "--lang")})
    language.use("zh")

    async def steps(app: QuizApp, pilot: Playing) -> None:
        write(paths.config(), "lang", "en")
        app.configured(app.study.config.again())
        await pilot.pause()
        assert (language.current(), app.study.options.lang) == ("zh", "zh")

    play(replace(configured, config=config).speaking("zh"), steps)


def test_every_theme_of_the_app_can_be_named(configured: Study) -> None:
    async def steps(app: QuizApp, pilot: Playing) -> None:
        assert theme_names() == set(app.available_themes)

    play(configured, steps)


def test_the_actions_of_all_screens_can_be_named() -> None:
    rooms = {action.partition(".")[0] for action in actions()}
    assert rooms >= {"home", "drill", "browse", "lab", "settings"}
