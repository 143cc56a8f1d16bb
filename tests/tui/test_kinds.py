"""Each kind of question on the screen, answered with keys or the mouse, judged by the real worker on the toy pack."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from quizapp import packs
from quizapp.core.day import Clock
from quizapp.core.event import Grade, Regraded, Reviewed
from quizapp.core.question import Question
from quizapp.errors import QuizError
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import open_store
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.widgets.answers import Order, Pick, PickSeveral, TurnOver
from quizapp.tui.widgets.editor import Code
from quizapp.worker.client import Client
from tests.conftest import PACK
from tests.tui.conftest import NOON

Playing = Pilot[QuizError | None]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    from datetime import UTC

    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store, Client(PACK) as client:
        yield Study(Library(packs.at(PACK), store), client, Clock(lambda: NOON, UTC), Options(seed=3))


def play(study: Study, card: str, steps: Callable[[Playing, Question], Awaitable[None]]) -> Reviewed | None:
    """Runs `steps` on the one card; gives the review that was recorded."""

    class OneCard(Study):
        def sitting(self, scope: Scope, *, cram: bool = False):  # type: ignore[no-untyped-def]
            from quizapp.sitting import Sitting

            return Sitting(
                [card],
                cards=self.library.card,
                record=self.library.store,
                truths=self.worker,
                clock=self.clock,
                options=self.options,
            )

    one = OneCard(study.library, study.worker, study.clock, study.options)

    async def run() -> None:
        async with QuizApp(one, Scope()).run_test(size=(80, 40)) as pilot:
            await settled(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, DrillScreen)
            assert screen.sitting.question is not None
            await steps(pilot, screen.sitting.question)

    asyncio.run(run())
    events = [one for one in study.library.store.history(card) if isinstance(one, Reviewed)]
    return events[-1] if events else None


async def settled(pilot: Playing) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def verdict(pilot: Playing) -> str:
    return str(pilot.app.screen.query_one("#verdict", Static).content)


def test_a_computed_choice_has_the_truth_among_what_the_mistakes_give(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        product = int(question.params["a"]) * int(question.params["b"])  # type: ignore[arg-type]
        assert product in [option.value for option in question.options]
        assert len(question.options) >= 4
        letter = question.letters[[option.value for option in question.options].index(product)]
        await pilot.press(letter, "enter")
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/computed", steps)
    assert event is not None
    assert event.right


def test_a_right_pick_can_be_called_a_guess_and_counts_as_again(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        product = int(question.params["a"]) * int(question.params["b"])  # type: ignore[arg-type]
        await pilot.press(question.letters[[option.value for option in question.options].index(product)], "enter")
        await settled(pilot)
        await pilot.press("g")
        await pilot.pause()

    play(study, "toy/kinds/computed", steps)
    graded = study.library.store.history("toy/kinds/computed")
    assert [event.grade for event in graded if isinstance(event, Regraded)] == [Grade.AGAIN]


def test_a_click_on_an_option_answers(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.click(Pick, offset=(6, 1))
        await settled(pilot)
        assert verdict(pilot)

    event = play(study, "toy/kinds/computed", steps)
    assert event is not None
    assert event.answer == "b"


def test_several_are_marked_by_letters_and_space(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        n = question.params["n"]
        assert isinstance(n, int)
        holds = [at for at, option in enumerate(question.options) if n % int(option.value) == 0]  # type: ignore[arg-type]
        for at in holds:
            await pilot.press(question.letters[at])
        await pilot.press("down", "space", "space")  # marked and unmarked again
        widget = pilot.app.screen.query_one(PickSeveral)
        assert widget.marked == set(holds)
        await pilot.press("enter")
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/several", steps)
    assert event is not None
    assert event.right


def test_a_picture_stands_above_its_options(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        assert question.picture is not None
        assert str(question.picture).splitlines()[0].strip() in str(
            pilot.app.screen.query_one("#question", Static).content
        )
        await pilot.press("a", "enter")
        await settled(pilot)
        assert verdict(pilot)

    assert play(study, "toy/kinds/picture", steps) is not None


def test_lines_are_put_in_order_by_keys_and_every_order_that_works_is_right(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        widget = pilot.app.screen.query_one(Order)
        wanted = ["total = 0", "total += 4", "total += 3", "print(total)"]
        for place, line in enumerate(wanted):
            here = [question.lines[at] for at in widget.order].index(line)
            widget.highlighted = here
            for _ in range(here - place):
                await pilot.press("shift+up")
        assert [question.lines[at] for at in widget.order] == wanted
        await pilot.press("enter")
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/order", steps)
    assert event is not None
    assert event.right


def test_an_open_question_takes_any_example_that_works(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        total = question.params["total"]
        await pilot.press(*"1; ", *str(int(total) - 1), "enter")  # type: ignore[arg-type]
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/open", steps)
    assert event is not None
    assert event.right


def test_code_is_written_in_an_editor_and_run(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        editor = pilot.app.screen.query_one(Code)
        assert editor.text.startswith("def double(x):")
        editor.text = "def double(x):\n    return 2 *\n"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "Line 2 is not Python" in str(pilot.app.screen.query_one("#reading", Static).content)
        editor.text = "def double(x):\n    return 2 * x\n"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/code", steps)
    assert event is not None
    assert event.right


def test_code_that_is_wrong_says_what_happened(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        pilot.app.screen.query_one(Code).text = "def double(x):\n    return x\n"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert verdict(pilot).startswith("✗ Wrong: your code.")

    event = play(study, "toy/kinds/code", steps)
    assert event is not None
    assert not event.right
    assert event.answer == "def double(x):\n    return x\n"


def test_the_snippet_is_one_key_away(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.press("s")
        assert "print(" not in verdict(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("s")
        await pilot.pause()
        assert f"print({question.params['a']} * {question.params['b']})" in verdict(pilot)

    play(study, "toy/kinds/computed", steps)


def test_a_recall_card_is_turned_over_and_grades_itself(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        assert "Guido" not in str(pilot.app.screen.query_one(TurnOver).render())
        await pilot.press("y")  # not before it was turned
        await pilot.pause()
        assert not verdict(pilot)
        await pilot.press("enter")
        assert "Guido" in str(pilot.app.screen.query_one(TurnOver).render())
        await pilot.press("y")
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right")

    event = play(study, "toy/kinds/recall", steps)
    assert event is not None
    assert event.right


def test_a_cloze_says_which_gap_is_wrong(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.press(*str(abs(int(question.params["a"]) - int(question.params["b"]))), *"; nonsense", "enter")  # type: ignore[arg-type]
        await settled(pilot)
        assert "Wrong in gap 2" in verdict(pilot)

    event = play(study, "toy/kinds/cloze", steps)
    assert event is not None
    assert not event.right


@pytest.mark.parametrize(("key", "right"), [("y", True), ("n", False)])
def test_a_near_miss_is_asked_whether_it_was_a_slip(study: Study, key: str, right: bool) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.press(*"slef", "enter")
        for _ in range(50):
            await pilot.pause(0.02)
            if "Was it a slip" in verdict(pilot):
                break
        assert "close to    self" in verdict(pilot)
        assert study.library.store.history("toy/arith/self") == []
        await pilot.press(key)
        await settled(pilot)
        assert verdict(pilot).startswith("✓ Right" if right else "✗ Wrong")

    event = play(study, "toy/arith/self", steps)
    assert event is not None
    assert event.right is right


def test_escape_leaves_every_kind_with_dont_know(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.press("escape")
        await settled(pilot)
        assert verdict(pilot).startswith("✗ You didn't know")
        assert not pilot.app.screen.query_one("#answer", Input).display

    for card in study.library.store.card_ids(study.library.key):
        if card.startswith("toy/kinds/"):
            event = play(study, card, steps)
            assert event is not None, card
            assert event.answer == ""


def test_chinese_serves_every_kind(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        await pilot.press("escape")
        await settled(pilot)
        assert verdict(pilot)

    chinese = replace(study, options=replace(study.options, lang="zh"))
    for card in ("toy/kinds/picture", "toy/kinds/recall", "toy/kinds/cloze"):
        assert play(chinese, card, steps) is not None


def test_lines_are_dragged_into_another_place_and_their_digits_lead_to_them(study: Study) -> None:
    async def steps(pilot: Playing, question: Question) -> None:
        widget = pilot.app.screen.query_one(Order)
        await pilot.press("3")
        assert widget.highlighted == 2
        await pilot.mouse_down(widget, offset=(8, 0))
        await pilot.hover(widget, offset=(8, 2))
        await pilot.mouse_up(widget, offset=(8, 2))
        await settled(pilot)
        assert widget.order == [1, 2, 0, 3]
        assert widget.highlighted == 2
        await pilot.hover(widget, offset=(8, 3))  # the button is up again
        assert widget.order == [1, 2, 0, 3]

    play(study, "toy/kinds/order", steps)
