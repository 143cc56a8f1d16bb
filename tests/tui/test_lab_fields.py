"""The fields of the laboratory: every kind of parameter can be turned by keys, mouse and typing, at every size."""

import pytest
from textual.widgets import TextArea

from quizapp.study import Study
from quizapp.tui.widgets.cells import Cells
from quizapp.tui.widgets.slider import Slider
from tests.tui.conftest import Sums
from tests.tui.labs import KINDS, Draws, lab, opened, played, screen_text, values


@pytest.fixture
def worker() -> Sums:
    return Draws()


@pytest.fixture
def kinds(study: Study) -> Study:
    (study.library.pack.root / "verifiers" / "kinds.py").write_text(KINDS, encoding="utf-8")
    return study


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
