"""The drill screen: what each key does, and what the learner sees."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from quizapp.core.event import Grade, Regraded, Reviewed
from quizapp.errors import QuizError
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.nothing_due import NothingDueScreen
from quizapp.tui.screens.summary import SummaryScreen
from quizapp.tui.widgets.status import Status
from tests.tui.conftest import DECK, Sums

Steps = Callable[[Pilot[QuizError | None]], Awaitable[None]]


def play(study: Study, steps: Steps, *, size: tuple[int, int] = (80, 24)) -> None:
    """Runs `steps` in an app that opened straight into the drill."""

    async def run() -> None:
        async with QuizApp(study, DECK).run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot)

    asyncio.run(run())


def shown(pilot: Pilot[QuizError | None], selector: str) -> str:
    """The text of a widget, empty where it is hidden."""
    widget = pilot.app.screen.query_one(selector, Static)
    return str(widget.content) if widget.display else ""


def first_truth(study: Study) -> str:
    """What the drill's first question comes to."""
    question = study.sitting(DECK).next()
    assert question is not None
    return str(sum(int(value) for value in question.params.values() if isinstance(value, int)))


async def answer(pilot: Pilot[QuizError | None], typed: str) -> None:
    await pilot.press(*typed, "enter")
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_a_right_answer_is_stored_and_shown_with_its_origin_and_four_intervals(study: Study) -> None:
    truth = first_truth(study)

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, truth)
        verdict = shown(pilot, "#verdict")
        assert verdict.startswith("✓ Right")
        assert "sums 1.0 · cpu · 0.4 ms" in verdict
        assert f"make {truth}." in verdict
        grades = shown(pilot, "#grades")
        assert all(f"{grade.value} {grade.name.lower()}" in grades for grade in Grade)
        [event] = study.library.store.history("sums/first")
        assert isinstance(event, Reviewed)
        assert (event.right, event.grade, event.answer) == (True, Grade.GOOD, truth)

    play(study, steps)


def test_enter_takes_the_proposed_grade_and_goes_on(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, "1")
        await pilot.press("enter")
        assert "one and one" in shown(pilot, "#question")
        assert len(study.library.store.history("sums/first")) == 1

    play(study, steps)


def test_another_grade_is_one_key_away(study: Study) -> None:
    truth = first_truth(study)

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, truth)
        await pilot.press("4")
        assert "one and one" in shown(pilot, "#question")
        [regraded] = [one for one in study.library.store.history("sums/first") if isinstance(one, Regraded)]
        assert regraded.grade is Grade.EASY

    play(study, steps)


def test_digits_belong_to_the_answer_until_the_verdict_stands(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await pilot.press("1", "2", "3", "4", "q")
        assert pilot.app.screen.query_one("#answer", Input).value == "1234q"
        assert study.library.store.history("sums/first") == []

    play(study, steps)


def test_what_is_typed_is_read_live_and_what_is_unreadable_costs_nothing(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await pilot.press(*"1e2")
        await pilot.pause()
        assert shown(pilot, "#reading") == "reads as 100"
        await answer(pilot, "x")
        assert "not a number" in shown(pilot, "#reading")
        await pilot.press(*["backspace"] * 4)
        await answer(pilot, "")
        assert "Escape if you don't know" in shown(pilot, "#reading")
        assert study.library.store.history("sums/first") == []

    play(study, steps)


def test_escape_says_dont_know(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await pilot.press("escape")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert shown(pilot, "#verdict").startswith("✗ You didn't know.")
        [event] = study.library.store.history("sums/first")
        assert isinstance(event, Reviewed)
        assert (event.answer, event.grade) == ("", Grade.AGAIN)

    play(study, steps)


def test_a_truth_that_has_not_come_is_waited_for_with_a_sign(study: Study, worker: Sums) -> None:
    worker.held = True

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await pilot.press("1", "enter")
        await pilot.pause()
        assert "still computing" in shown(pilot, "#reading")
        assert shown(pilot, "#verdict") == ""
        worker.release()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "Wrong" in shown(pilot, "#verdict")

    play(study, steps)


def test_a_question_that_cannot_be_verified_is_not_recorded_and_the_next_one_comes(study: Study, worker: Sums) -> None:
    worker.broken = True

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, "1")
        assert "can't be verified right now: sums.add raised ValueError" in shown(pilot, "#verdict")
        assert study.library.store.history("sums/first") == []
        worker.broken = False
        await pilot.press("enter")
        assert "one and one" in shown(pilot, "#question")

    play(study, steps)


def test_an_answer_that_cannot_be_stored_shows_no_verdict_and_can_be_given_again(study: Study) -> None:
    store = study.library.store
    truth = first_truth(study)
    append = store.append

    def full(event: Reviewed) -> object:
        raise QuizError("the disk is full", hint="free some space")

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        store.append = full  # type: ignore[assignment,method-assign]
        await answer(pilot, truth)
        assert "the disk is full" in shown(pilot, "#reading")
        assert shown(pilot, "#verdict") == ""
        store.append = append  # type: ignore[method-assign]
        await answer(pilot, "")
        assert "Right" in shown(pilot, "#verdict")

    play(study, steps)


def test_a_choice_is_picked_by_its_letter(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, "1")
        await pilot.press("enter")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, DrillScreen)
        question = screen.sitting.question
        assert question is not None
        await pilot.press(question.letters[[option.value for option in question.options].index(2)], "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert shown(pilot, "#verdict").startswith("✓ Right: two")

    play(study, steps)


def test_the_last_question_leads_to_a_summary_and_home(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, "1")
        await pilot.press("f10")
        assert isinstance(pilot.app.screen, SummaryScreen)
        assert "1 answered" in shown(pilot, "#summary")
        assert "sums/first" in shown(pilot, "#summary")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, HomeScreen)

    play(study, steps)


def test_nothing_due_says_so_and_drills_ahead_without_the_schedule(study: Study) -> None:
    async def finish(pilot: Pilot[QuizError | None]) -> None:
        for _ in range(2):
            await pilot.press("escape")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            await pilot.press("4")

    async def steps(pilot: Pilot[QuizError | None]) -> None:
        assert isinstance(pilot.app.screen, NothingDueScreen)
        assert "Nothing is due" in shown(pilot, "#question")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, DrillScreen)
        await answer(pilot, "1")
        assert shown(pilot, "#grades") == ""

    play(study, finish)
    before = len(study.library.store.history("sums/first"))
    play(study, steps)
    assert len(study.library.store.history("sums/first")) == before


def test_chinese_is_one_option_away(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        assert "等于多少" in shown(pilot, "#question")
        await answer(pilot, "1")
        assert "note: 加法" in shown(pilot, "#verdict")

    play(replace(study, options=replace(study.options, lang="zh")), steps)


def test_every_key_of_the_help_is_explained(study: Study) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await pilot.press("f1")
        keys = str(pilot.app.screen.query_one("#keys", Static).content)
        assert "don't know" in keys
        assert "ctrl+q" in keys
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, DrillScreen)

    play(study, steps)


@pytest.mark.parametrize("width", [60, 80, 121])
def test_the_line_above_says_deck_worker_and_progress_at_any_width(study: Study, width: int) -> None:
    async def steps(pilot: Pilot[QuizError | None]) -> None:
        await answer(pilot, "1")
        line = str(pilot.app.screen.query_one(Status).render())
        assert line.startswith("sums")
        assert "sums are ready" in line
        assert line.endswith("1 of 3 · 1 again")
        assert len(line) == width - 2

    play(study, steps, size=(width, 24))
