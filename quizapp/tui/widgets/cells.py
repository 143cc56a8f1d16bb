"""A matrix whose cells are turned where they stand."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from quizapp.core.domain import Value
from quizapp.core.knob import Knob
from quizapp.language import mark
from quizapp.tui.widgets.slider import Misread, Turned, spoken


class Cells(Widget, can_focus=True):
    """The arrows walk, with shift up and down turn, digits type a number; a click goes to a cell."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "Cells { height: auto; } Cells:focus { background: $boost; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "walk(0, -1)", mark("left"), show=False),
        Binding("right,l", "walk(0, 1)", mark("to the right"), show=False),
        Binding("up,k", "walk(-1, 0)", mark("up"), show=False),
        Binding("down,j", "walk(1, 0)", mark("down"), show=False),
        Binding("shift+down,minus", "turn(-1)", mark("less"), id="lab.cell_less"),
        Binding("shift+up,plus,equals_sign", "turn(1)", mark("more"), id="lab.cell_more"),
    ]

    def __init__(self, parameter: str, knobs: tuple[Knob, ...], columns: int, label_cells: int) -> None:
        super().__init__()
        self.parameter = parameter
        self.knobs = knobs
        self.columns = columns
        self.label_cells = label_cells
        self.at = 0
        self.typing = ""

    @property
    def rows(self) -> int:
        """How many rows the matrix has."""
        return len(self.knobs) // self.columns

    def show(self, knobs: tuple[Knob, ...]) -> None:
        """Shows the cells as they stand now."""
        self.knobs = knobs
        self.refresh(layout=True)

    def render(self) -> Content:
        width = self._width
        lines = []
        for row in range(self.rows):
            label = self.parameter[: self.label_cells] if row == 0 else ""
            mark_here = "›" if self.has_focus and row == 0 else " "
            parts: list[tuple[str, str]] = [
                (f"{mark_here}{label:{self.label_cells}}", "bold" if self.has_focus else "")
            ]
            for column in range(self.columns):
                place = row * self.columns + column
                here = self.has_focus and place == self.at
                text = f"{self.typing}▏" if here and self.typing else spoken(self.knobs[place].value)
                parts.append((f"[{text:>{width}}]" if here else f" {text:>{width}} ", "bold reverse" if here else ""))
            lines.append(Content.assemble(*parts))
        return Content("\n").join(lines)

    @property
    def _width(self) -> int:
        scale = self.knobs[0].scale
        return max(len(spoken(value)) for value in (*scale.corners(), *(one.value for one in self.knobs)))

    def action_walk(self, down: int, right: int) -> None:
        self._commit()
        row, column = divmod(self.at, self.columns)
        if not 0 <= row + down < self.rows:
            (self.screen.focus_next if down > 0 else self.screen.focus_previous)()
            return
        self.at = (row + down) * self.columns + min(max(column + right, 0), self.columns - 1)
        self.refresh()

    def action_turn(self, by: int) -> None:
        self._turn(self.knobs[self.at].turned(by))

    def _turn(self, value: Value) -> None:
        self.post_message(Turned(self.parameter, self.at, value))

    def _commit(self) -> None:
        text, self.typing = self.typing, ""
        self.refresh()
        if text:
            try:
                self._turn(self.knobs[self.at].read(text))
            except ValueError as error:
                self.post_message(Misread(f"{self.parameter}: {error}"))

    def on_key(self, event: events.Key) -> None:
        negative = event.character == "-" and not self.typing and self.knobs[0].scale.admits(-1)
        if event.character and (event.character.isdecimal() or negative):
            self.typing = (self.typing + event.character)[-8:]
        elif self.typing and event.key == "enter":
            self._commit()
        elif self.typing and event.key in ("backspace", "escape"):
            self.typing = self.typing[:-1] if event.key == "backspace" else ""
        else:
            return
        event.stop()
        self.refresh()

    def on_blur(self) -> None:
        self._commit()

    def on_click(self, event: events.Click) -> None:
        column = (event.x - self.label_cells - 1) // (self._width + 2)
        if 0 <= column < self.columns and 0 <= event.y < self.rows:
            self._commit()
            self.at = event.y * self.columns + column
            self.refresh()
