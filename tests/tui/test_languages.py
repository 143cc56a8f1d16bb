"""The screens in Chinese, and switched to it while they are shown."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from quizapp import language
from quizapp.errors import QuizError
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.widgets.answers import Order, Pick, PickSeveral, TurnOver
from quizapp.tui.widgets.keys import Keys
from tests.tui.conftest import DECK

Playing = Pilot[QuizError | None]


def play(study: Study, scope: Scope | None, steps: Callable[[Playing, QuizApp], Awaitable[None]]) -> None:
    async def run() -> None:
        app = QuizApp(study, scope)
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())


def text(app: QuizApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def keys(app: QuizApp) -> str:
    return str(app.screen.query_one(Keys).content)


@pytest.fixture
def chinese(study: Study) -> Study:
    language.use("zh")
    return study.speaking("zh")


def test_a_question_and_its_verdict_are_in_chinese(chinese: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert "等于多少" in text(app, "#question")
        assert "不知道" in keys(app)
        await pilot.press("1")
        await pilot.pause()
        assert text(app, "#reading") == "读作 1"
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "✗ 错误：1" in text(app, "#verdict")
        assert "答案是" in text(app, "#verdict")
        assert all(word in text(app, "#grades") for word in ("重来", "困难", "良好", "简单"))
        await pilot.press("f1")
        await pilot.pause()
        assert "看到判定后" in "".join(str(one.content) for one in app.screen.query(Static))

    play(chinese, DECK, steps)


def test_the_home_is_in_chinese(chinese: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert "2 张新卡" in text(app, "#today")
        decks = app.screen.query_one("#decks", OptionList)
        lines = [str(decks.get_option_at_index(at).prompt) for at in range(decks.option_count)]
        assert lines[0].startswith("全部")
        assert "求和" in lines[-1]

    play(chinese, None, steps)


def test_switching_keeps_what_was_typed_and_asks_in_the_other_language(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        before = text(app, "#question")
        numbers = [word for word in before.split() if word.isdigit()]
        await pilot.press("4", "2")
        app.action_language()
        await pilot.pause()
        after = text(app, "#question")
        assert "等于多少" in after
        assert all(number in after for number in numbers)
        assert app.screen.query_one("#answer", Input).value == "42"
        assert "不知道" in keys(app)
        app.action_language()
        await pilot.pause()
        assert text(app, "#question") == before
        assert "don't know" in keys(app)

    play(study, DECK, steps)


def test_switching_tells_a_verdict_again(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.press("1", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "The answer is" in text(app, "#verdict")
        app.action_language()
        await pilot.pause()
        assert "答案是" in text(app, "#verdict")
        assert "重来" in text(app, "#grades")
        await pilot.press("enter")
        await pilot.pause()
        assert "一加一" in text(app, "#question")
        assert "二" in str(app.screen.query_one(Pick).rows)

    play(study, DECK, steps)


def test_switching_the_home_keeps_the_cursor(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.press("down")
        app.action_language()
        await pilot.pause()
        decks = app.screen.query_one("#decks", OptionList)
        assert decks.highlighted == 1
        assert str(decks.get_option_at_index(0).prompt).startswith("全部")

    play(study, None, steps)


def test_the_screen_below_a_help_is_switched_too(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.press("f1")
        await pilot.pause()
        app.action_language()
        await pilot.pause()
        assert "按 Escape 返回" in "".join(str(one.content) for one in app.screen.query(Static))
        await pilot.press("escape")
        await pilot.pause()
        assert "等于多少" in text(app, "#question")

    play(study, DECK, steps)


def test_the_next_sitting_speaks_what_was_switched_to(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        app.action_language()
        await pilot.press("enter")
        await pilot.pause()
        assert "等于多少" in text(app, "#question")

    play(study, None, steps)


def test_the_summary_and_the_end_of_what_is_due_are_in_chinese(chinese: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.press("f10")
        await pilot.pause()
        assert text(app, "#question") == "本次练习结束。"
        assert "没有作答。" in text(app, "#summary")
        app.action_language()
        await pilot.pause()
        assert text(app, "#question") == "The sitting is over."

    play(chinese, DECK, steps)


@pytest.mark.parametrize("widget", [Pick, PickSeveral, Order, TurnOver])
def test_no_widget_that_answers_keeps_its_keys_in_english(widget: type) -> None:
    described = [cast(object, one.description) for one in widget.BINDINGS]  # type: ignore[attr-defined]
    with language.speaking("zh"):
        assert all(language._(str(one)) != one for one in described)
