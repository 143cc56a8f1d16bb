"""A knob on a line: its label, its value between two arrows, and how far along its scale that lies."""

from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from quizapp.core.domain import Choice, Value, write
from quizapp.core.knob import Knob
from quizapp.core.text import clean
from quizapp.language import mark

_SHORTEST_TRACK = 5


class Turned(Message):
    """The learner has turned a knob. `place`: which one of its parameter's."""

    def __init__(self, parameter: str, place: int, value: Value) -> None:
        super().__init__()
        self.parameter = parameter
        self.place = place
        self.value = value


class Misread(Message):
    """What was typed can't be a value; `why` is a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class Slider(Widget, can_focus=True):
    """Arrows turn by one, with shift by ten; digits or Enter begin to type a value; the mouse drags."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "Slider { height: 1; } Slider:focus { background: $boost; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", mark("less"), id="lab.less"),
        Binding("right,l", "turn(1)", mark("more"), id="lab.more"),
        Binding("shift+left,H", "turn(-10)", mark("ten less"), show=False),
        Binding("shift+right,L", "turn(10)", mark("ten more"), show=False),
        Binding("home", "end(0)", mark("to the start"), show=False),
        Binding("end", "end(1)", mark("to the end"), show=False),
        Binding("enter", "type", mark("type a value"), show=False),
    ]

    def __init__(self, parameter: str, place: int, knob: Knob, label_cells: int, value_cells: int) -> None:
        """label_cells, value_cells: how wide labels and values are in all sliders of a column."""
        super().__init__()
        self.parameter = parameter
        self.place = place
        self.knob = knob
        self.label_cells = label_cells
        self.value_cells = value_cells
        self.typing: str | None = None
        self._track = (0, 0)
        self._arrows = (0, 0)

    def become(self, other: "Slider") -> None:
        """Does from now on what `other`, which is not mounted, was made for."""
        self.parameter, self.place, self.knob = other.parameter, other.place, other.knob
        self.label_cells, self.value_cells = other.label_cells, other.value_cells
        self.typing = None
        self.refresh()

    def show(self, knob: Knob) -> None:
        """Shows the knob as it stands now."""
        before, self.knob = self.knob, knob
        if before.value != knob.value or type(before.value) is not type(knob.value):
            self.refresh()

    def render(self) -> Content:
        room = self.size.width - self.label_cells - 7
        longest = widest(self.knob)
        # Long values stand in the place of a track.
        tracked = longest <= self.value_cells <= room - _SHORTEST_TRACK
        cells = self.value_cells if tracked else max(1, min(longest, room))
        label = _shortened(self.knob.label, self.label_cells)
        value = spoken(self.knob.value) if self.typing is None else f"{self.typing}▏"
        start = self.label_cells + cells + 7
        self._arrows = (self.label_cells + 2, self.label_cells + cells + 4)
        self._track = (start, max(0, self.size.width - start)) if tracked else (0, 0)
        return Content.assemble(
            "›" if self.has_focus else " ",
            (set_cell_size(label, self.label_cells), "bold" if self.has_focus else ""),
            (" ◂ ", "$text-accent"),
            (_fitted(value, cells), "bold reverse" if self.typing is not None else "bold"),
            (" ▸ ", "$text-accent"),
            (self._drawn_track(), "$text-primary"),
        )

    def _drawn_track(self) -> str:
        inside = self._track[1] - 2
        if inside < 1:
            return ""
        at = round(self.knob.share * (inside - 1))
        return f"├{'─' * at}●{'─' * (inside - 1 - at)}┤"

    def action_turn(self, by: int) -> None:
        self._turn(self.knob.turned(by))

    def action_end(self, share: int) -> None:
        self._turn(self.knob.at(share))

    def action_type(self) -> None:
        self._type("")

    def _turn(self, value: Value) -> None:
        self.post_message(Turned(self.parameter, self.place, value))

    def _type(self, text: str | None) -> None:
        self.typing = text
        self.refresh()

    def _commit(self) -> None:
        text, self.typing = self.typing, None
        self.refresh()
        if text:
            try:
                self._turn(self.knob.read(text))
            except ValueError as error:
                self.post_message(Misread(f"{self.knob.label}: {error}"))

    def on_key(self, event: events.Key) -> None:
        if self.typing is None:
            if event.character and (event.character.isdecimal() or event.character == "-"):
                event.stop()
                self._type(event.character)
            return
        match event.key:
            case "enter":
                self._commit()
            case "escape":
                self._type(None)
            case "backspace":
                self._type(self.typing[:-1])
            case "up" | "down" | "tab" | "shift+tab":
                self._commit()
                return
            case _ if event.is_printable and event.character:
                self._type(clean(self.typing + event.character)[-40:])
        event.stop()

    def on_blur(self) -> None:
        self._type(None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        less, more = self._arrows
        if less - 1 <= event.x <= less + 1:
            self.action_turn(-1)
        elif more - 1 <= event.x <= more + 1:
            self.action_turn(1)
        elif self._track[1] and event.x >= self._track[0]:
            self.capture_mouse()
            self._drag(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._drag(event.x)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _drag(self, x: int) -> None:
        start, cells = self._track
        share = (x - start - 1) / max(1, cells - 3)
        self._turn(self.knob.at(min(1.0, max(0.0, share))))


def widest(knob: Knob) -> int:
    """How many cells the longest value of a knob takes."""
    scale = knob.scale
    values = scale.values if isinstance(scale, Choice) else scale.corners()
    return max(cell_len(spoken(value)) for value in (*values, knob.value))


def spoken(value: Value) -> str:
    """A value on one line; an empty text as a sign."""
    return clean(write(value)).replace("\n", "⏎").replace("\t", " ") or "∅"


def _shortened(text: str, cells: int) -> str:
    return text if cell_len(text) <= cells else f"…{text[1 - cells :]}"


def _fitted(text: str, cells: int) -> str:
    if cell_len(text) > cells:
        return f"{set_cell_size(text, cells - 1)}…"
    blanks = cells - cell_len(text)
    return " " * (blanks // 2) + text + " " * (blanks - blanks // 2)
