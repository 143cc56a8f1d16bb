"""A cloze on the screen: an input for each gap, how each reads, and that what is typed is kept."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC
from pathlib import Path
from random import Random

import pytest
from textual import events
from textual.widgets import Input, Static

from quizapp import language, packs, plain
from quizapp.core.answer import Origin, Truth, Unverifiable
from quizapp.core.day import Clock
from quizapp.core.domain import Params, Value
from quizapp.core.event import Reviewed
from quizapp.core.question import ask
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import open_store
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.widgets.gaps import Gaps
from tests.tui.acting import Playing, Steps, play, press, settled, text
from tests.tui.conftest import NOON, Sums

VERIFIERS = '''
from typing import Annotated
from quizapp.authoring import Code, Int, Result, verifier

@verifier("python")
def both(a: Annotated[int, Int(7, 8)], code: Annotated[str, Code()]) -> Result:
    """A number and a word."""
    return Result([2 * a, "en"])

@verifier("python")
def word(a: Annotated[int, Int(7, 8)]) -> Result:
    """A word."""
    return Result(["a;b"])
'''
CARDS = """
title: {en: Gaps, zh: 填空}
description: {en: Gaps to be filled., zh: 填空。}
source: 填空
cards:
  - id: gaps/both
    kind: cloze
    verifier: gaps.both
    gaps: [number, text]
    prompt: {en: "Twice {a} is ____.", zh: "{a} 的两倍是 ____。"}
    code: |
      print("sev" + "____")
    explain: {en: "{truth}", zh: "{truth}"}
    params: {a: 7}
  - id: gaps/word
    kind: cloze
    verifier: gaps.word
    gaps: [text]
    prompt: {en: "Parted by a semicolon: ____", zh: "用分号隔开：____"}
    explain: {en: "{truth}", zh: "{truth}"}
    params: {a: 7}
"""


class Filled(Sums):
    """Knows what fills the gaps."""

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        future: Future[Truth | Unverifiable] = Future()
        value: Value = [14, "en"] if verifier == "gaps.both" else ["a;b"]
        future.set_result(Truth(value, Origin(verifier, {"python": "3.12"}, "cpu", 0.1)))
        return future


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    for name, content in {"verifiers/gaps.py": VERIFIERS, "cards/gaps.yaml": CARDS}.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        library = Library(packs.at(tmp_path / "pack"), store)
        assert library.faults == ()
        store.note("welcomed", "yes")
        yield Study(library, Filled(), Clock(lambda: NOON, UTC), Options(seed=1))


def drill(study: Study, steps: Steps, *, size: tuple[int, int] = (80, 24)) -> None:
    """Runs `steps` on the card with two gaps, which comes first."""
    play(study, steps, Scope(("gaps",)), size=size)


def fields(app: QuizApp) -> list[Input]:
    return list(app.screen.query_one(Gaps).query(Input))


def notes(app: QuizApp) -> list[str]:
    return [str(note.content) for note in app.screen.query_one(Gaps).query(".reads").results(Static)]


def answers(study: Study, card: str = "gaps/both") -> list[tuple[str, bool]]:
    return [(one.answer, one.right) for one in study.library.store.history(card) if isinstance(one, Reviewed)]


def test_the_gaps_are_numbered_in_prompt_and_code_as_their_inputs_are(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        asked = text(app, "#question")
        assert "Twice 7 is __1__." in asked
        assert 'print("sev" + "__2__")' in asked
        places = [str(place.content) for place in app.screen.query_one(Gaps).query(".place").results(Static)]
        assert places == ["1", "2"]

    drill(study, steps)


def test_line_mode_numbers_them_alike(study: Study) -> None:
    question = ask(study.library.card("gaps/both"), Random(1), "zh")
    assert list(plain.asked(question)) == ["7 的两倍是 __1__。", "", '    print("sev" + "__2__")']


@pytest.mark.parametrize("on", ["tab", "enter", "down", ";", "；"])
def test_a_key_goes_on_to_the_next_gap_and_enter_in_the_last_answers_in_the_words_of_line_mode(
    study: Study, on: str
) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "4", on, *"en")
        assert [field.value for field in fields(app)] == ["14", "en"]
        await press(pilot, "enter")
        assert text(app, "#verdict").startswith("✓ Right")

    drill(study, steps)
    assert answers(study) == [("14; en", True)]


def test_each_gap_says_how_it_reads_and_nothing_while_it_cannot_be_read_yet(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *"28/2", "tab", *"e")
        assert notes(app) == ["reads as 14", "reads as e"]
        await press(pilot, "shift+tab", "backspace")
        assert notes(app) == ["", "reads as e"]

    drill(study, steps)


def test_what_cannot_be_read_is_said_beside_its_gap_and_costs_nothing(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *"many", "tab", *"en", "enter")
        first, second = notes(app)
        assert first.startswith("That is not a number")
        assert second == "reads as en"
        assert fields(app)[0].has_focus
        await press(pilot, "home", "ctrl+k", "enter")  # an empty one can wait for later
        assert fields(app)[1].has_focus
        await press(pilot, "enter")  # but not for ever
        assert fields(app)[0].has_focus
        assert notes(app)[0].startswith("Nothing was typed.")
        assert answers(study) == []

    drill(study, steps)


def test_an_answer_pasted_in_the_words_of_line_mode_is_spread_over_the_gaps(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        app.post_message(events.Paste("14 ;en; and more"))
        await settled(pilot)
        assert [field.value for field in fields(app)] == ["14", "en"]
        assert fields(app)[1].has_focus

    drill(study, steps)


def test_a_single_gap_may_hold_a_semicolon(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "escape", "enter", *"a;b", "enter")
        assert text(app, "#verdict").startswith("✓ Right")

    drill(study, steps)
    assert answers(study, "gaps/word") == [("a;b", True)]


def test_the_mouse_goes_to_a_gap(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.click(fields(app)[1], offset=(3, 0))
        await press(pilot, *"en")
        assert [field.value for field in fields(app)] == ["", "en"]

    drill(study, steps)


def test_resizing_and_another_language_keep_what_was_typed(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "7", "tab", "x")
        await pilot.resize_terminal(40, 12)
        app.speak("zh")
        await settled(pilot)
        assert "两倍是 __1__" in text(app, "#question")
        assert [field.value for field in fields(app)] == ["7", "x"]
        assert fields(app)[1].has_focus
        assert notes(app) == ["读作 7", "读作 x"]

    with language.speaking("en"):
        drill(study, steps)


def test_escape_does_not_know(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "7", "tab", "x", "escape")
        assert text(app, "#verdict").startswith("✗ You didn't know")

    drill(study, steps)
    assert answers(study) == [("", False)]


def test_what_is_hostile_is_harmless_in_a_gap(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        app.post_message(events.Paste("[/]\x1b[31m\u202e" + "😀" * 1000))
        await settled(pilot)
        value = fields(app)[0].value
        assert value.startswith("[/]")
        assert not set("\x1b\u202e") & set(value)
        await press(pilot, "tab", *"[/b]", "enter")
        assert notes(app)[0]
        assert notes(app)[1] == "reads as [/b]"

    drill(study, steps)
