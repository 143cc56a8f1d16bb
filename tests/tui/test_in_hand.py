"""The drill, beside answering: undo, bury, suspend, flag, edit, and what becomes of what was typed."""

import sys
from dataclasses import replace
from datetime import UTC
from itertools import count
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from quizapp.core.day import Clock
from quizapp.core.event import Mark, Marked, Reviewed, Undone
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.flag import FlagScreen
from tests.tui.acting import Playing, play, press, said, settled, text
from tests.tui.conftest import DECK, NOON


@pytest.fixture
def study(study: Study) -> Study:
    """With a clock that goes: what is done later stands later in the record."""
    ticks = count(NOON, 1000)
    return replace(study, clock=Clock(lambda: next(ticks), UTC))


def typed(app: QuizApp) -> str:
    return app.screen.query_one("#answer", Input).value


def test_u_takes_an_answer_back_and_the_same_question_comes_again(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        question = text(app, "#question")
        await press(pilot, "1", "enter")
        assert "Wrong" in text(app, "#verdict")
        await press(pilot, "u")
        assert text(app, "#question") == question
        assert text(app, "#verdict") == ""
        assert any("Taken back: the answer to sums/first" in one for one in said(app))
        review, undone = study.library.store.history("sums/first")
        assert isinstance(review, Reviewed)
        assert isinstance(undone, Undone)
        assert undone.event == review.id

    play(study, steps, DECK)


def test_ctrl_z_takes_back_the_last_answer_while_the_next_one_is_typed(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        question = text(app, "#question")
        await press(pilot, "1", "enter", "enter")
        assert "one and one" in text(app, "#question")
        await press(pilot, "ctrl+z")  # the first step that is taken back may be the grade
        assert text(app, "#question") == question
        await press(pilot, "u", "b", "7")
        assert typed(app) == "ub7", "letters belong to the answer"

    play(study, steps, DECK)


def test_a_regrade_is_a_step_of_its_own(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "enter", "4")
        await press(pilot, "ctrl+z")
        assert any("Taken back: the grade" in one for one in said(app))
        assert "one and one" in text(app, "#question")
        await press(pilot, "ctrl+z")
        assert "Taken back: the answer" in said(app)[-1]

    play(study, steps, DECK)


@pytest.mark.parametrize(("key", "mark"), [("b", Mark.BURIED), ("x", Mark.SUSPENDED)])
def test_after_a_verdict_a_card_is_put_away_with_one_key(study: Study, key: str, mark: Mark) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "enter", key)
        marked = study.library.store.history("sums/first")[-1]
        assert isinstance(marked, Marked)
        assert (marked.mark, marked.on) == (mark, True)
        assert "one and one" in text(app, "#question")
        await press(pilot, "ctrl+z")
        assert not study.library.store.marks("sums/first").suspended

    play(study, steps, DECK)


@pytest.mark.parametrize(("key", "mark"), [("f7", Mark.BURIED), ("f8", Mark.SUSPENDED)])
def test_before_an_answer_a_card_is_put_away_with_a_key_that_is_no_letter(study: Study, key: str, mark: Mark) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "4", key)
        marked = study.library.store.history("sums/first")[-1]
        assert isinstance(marked, Marked)
        assert marked.mark is mark
        assert "one and one" in text(app, "#question")

    play(study, steps, DECK)


def test_a_flag_has_a_colour_and_a_note_and_leads_back_to_what_was_typed(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "4", "2", "f6")
        assert isinstance(app.screen, FlagScreen)
        await press(pilot, "down", "tab", *"why", "enter")
        assert isinstance(app.screen, DrillScreen)
        assert typed(app) == "42"
        marks = study.library.store.marks("sums/first")
        assert (marks.flag, marks.note) == ("orange", "why")
        await press(pilot, "f6")
        assert app.screen.query_one("#note", Input).value == "why"
        app.screen.query_one("#colours", OptionList).highlighted = 4
        await press(pilot, "enter")
        assert study.library.store.marks("sums/first").flag == ""

    play(study, steps, DECK)


def test_escape_leaves_a_flag_as_it_was(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "f6", "down", "escape")
        assert isinstance(app.screen, DrillScreen)
        assert study.library.store.history("sums/first") == []

    play(study, steps, DECK)


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Has EDITOR be a program that does `script` with the deck, at `path`; gives where it notes its words."""
    noted = tmp_path / "noted"
    program = tmp_path / "editor.py"
    program.write_text(
        f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
        f"pathlib.Path({str(noted)!r}).write_text(' '.join(sys.argv[1:]))\n{script}\n",
        "utf-8",
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {program}")
    return noted


def _in_a_terminal(app: QuizApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver of tests has no terminal that could be left for a while; that it can is seen in tests/e2e."""
    from contextlib import nullcontext

    monkeypatch.setattr(app, "suspend", nullcontext)


def test_e_edits_the_card_and_comes_back_with_the_same_numbers(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = 'path.write_text(path.read_text("utf-8").replace("make {truth}.", "come to {truth}."), "utf-8")'
    noted = _editor(tmp_path, monkeypatch, change)

    async def steps(pilot: Playing, app: QuizApp) -> None:
        _in_a_terminal(app, monkeypatch)
        question = text(app, "#question")
        await press(pilot, "1", "enter")
        assert "come to" not in text(app, "#verdict")
        await press(pilot, "e")
        assert noted.read_text().endswith("cards/sums.yaml")
        assert text(app, "#question") == question
        assert "come to" in text(app, "#verdict")
        assert len(study.library.store.history("sums/first")) == 1

    play(study, steps, DECK)


def test_a_deck_that_is_broken_while_it_is_edited_is_named_and_the_question_stays(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, 'path.write_text(path.read_text("utf-8") + "\\nnonsense: 1\\n", "utf-8")')

    async def steps(pilot: Playing, app: QuizApp) -> None:
        _in_a_terminal(app, monkeypatch)
        await press(pilot, "1", "enter", "e")
        assert any("cards/sums.yaml" in one and "nonsense" in one for one in said(app))
        assert "Wrong" in text(app, "#verdict")
        await press(pilot, "enter")
        assert isinstance(app.screen, DrillScreen)

    play(study, steps, DECK)


def test_where_there_is_no_editor_that_is_said(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor")

    async def steps(pilot: Playing, app: QuizApp) -> None:
        _in_a_terminal(app, monkeypatch)
        await press(pilot, "1", "enter", "e")
        assert any("the editor 'no-such-editor' can't be found" in one for one in said(app))

    play(study, steps, DECK)


def test_a_long_verdict_is_read_page_by_page(study: Study) -> None:
    path = study.library.pack.decks()["sums"]
    long = path.read_text("utf-8").replace("{a} and {b} make {truth}.", "{a} {b}" + " because" * 400)
    path.write_text(long, "utf-8")
    study.library.reread()

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "enter")
        page = app.screen.query_one("#page")
        assert page.scroll_y == app.screen.query_one("#verdict").virtual_region.y, "the verdict begins on top"
        before = page.scroll_y
        await press(pilot, "pagedown")
        assert page.scroll_y > before
        for _ in range(40):
            await pilot.press("pagedown")
        await settled(pilot)
        assert page.scroll_y == page.max_scroll_y

    play(study, steps, DECK, size=(40, 12))


def test_resizing_keeps_what_was_typed(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "4", "2")
        for size in ((40, 12), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert typed(app) == "42"
            assert app.screen.query_one("#answer").region.width > 0

    play(study, steps, DECK)


def test_a_click_on_a_key_of_the_footer_presses_it(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.click("Keys", offset=(2, 0))  # the first is Escape: don't know
        await settled(pilot)
        assert "You didn't know" in text(app, "#verdict")

    play(study, steps, DECK)


def test_what_is_typed_stays_in_view_on_a_small_terminal(study: Study) -> None:
    path = study.library.pack.decks()["sums"]
    long = "How much is {a} + {b}? " + "Take your time. " * 40
    path.write_text(path.read_text("utf-8").replace("How much is {a} + {b}? [/] is no markup.", long), "utf-8")
    study.library.reread()

    async def steps(pilot: Playing, app: QuizApp) -> None:
        def in_view() -> bool:
            page, answer = app.screen.query_one("#page"), app.screen.query_one("#answer")
            return page.region.contains_region(answer.region)

        await press(pilot, "7")
        assert in_view()
        await pilot.resize_terminal(40, 12)
        await settled(pilot)
        assert in_view()
        await press(pilot, "pageup", "pageup", "pageup")
        assert not in_view()
        await press(pilot, "8")
        assert in_view()

    play(study, steps, DECK)
