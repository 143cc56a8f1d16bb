"""The fields of a laboratory: a slider for each knob, a matrix as it stands, an editor for source."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, TextArea

from quizapp.core.beginning import typed
from quizapp.core.domain import Array, Code, Lines, Value
from quizapp.core.text import clean
from quizapp.lab import Lab
from quizapp.language import _, mark
from quizapp.tui.widgets.cells import Cells
from quizapp.tui.widgets.slider import Slider, widest

_WIDEST_LABEL = 16
_WIDEST_VALUE = 12
# Seconds of rest after which source that is being typed is run.
_REST_S = 0.4


class Rewritten(Message):
    """The learner has rewritten a parameter that is source."""

    def __init__(self, parameter: str, value: Value) -> None:
        super().__init__()
        self.parameter = parameter
        self.value = value


class Source(TextArea):
    """Source that runs a moment after the last key. Escape leaves it."""

    DEFAULT_CSS = "Source, Source:focus { height: 9; border: none; padding: 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.focus_next", mark("leave the editor"), priority=True)
    ]

    def __init__(self, parameter: str, domain: Code | Lines, value: Value) -> None:
        super().__init__(typed(domain, value), language="python", tab_behavior="indent", show_line_numbers=True)
        self.parameter = parameter
        self.domain = domain
        self._rest = self._shown = typed(domain, value)

    def show(self, value: Value) -> None:
        """Shows source that follows another parameter."""
        text = typed(self.domain, value)
        if text != self._shown and not self.has_focus:
            self._shown = text
            self.load_text(text)

    def on_text_area_changed(self) -> None:
        if (safe := clean(self.text)) != self.text:
            self.load_text(safe)
        self._rest = self.text
        if self.text != self._shown:
            self.set_timer(_REST_S, lambda text=self.text: self._run(text))

    def _run(self, text: str) -> None:
        if text == self._rest:
            self._shown = text
            self.post_message(Rewritten(self.parameter, self.domain.read(text)))


class Fields(VerticalScroll, can_focus=False):
    """All the fields, in the order of the parameters. Sliders are put to another use when their number changes, since
    mounting new ones takes longer than all the rest."""

    def __init__(self) -> None:
        super().__init__(id="fields")
        self._form: tuple[object, ...] | None = None
        self._fields: list[Widget] = []

    def show(self, lab: Lab) -> None:
        """Shows the parameters as they stand."""
        form = tuple(_form(lab))
        if form == self._form:
            for field in self._fields:  # those that go are children for a while longer
                _update(field, lab)
            return
        self._form = form
        here = next((at for at, one in enumerate(self._fields) if one.has_focus), -1)
        made = list(_made(lab))
        kept = 0
        for old, new in zip(self._fields, made, strict=False):
            if not (isinstance(old, Slider) and isinstance(new, Slider)):
                break
            old.become(new)
            kept += 1
        with self.app.batch_update():
            for old in self._fields[kept:]:
                old.remove()
            self._fields = [*self._fields[:kept], *made[kept:]]
            self.mount_all(made[kept:])
        if here >= kept or self.screen.focused is None:
            self.call_after_refresh(self._focus, here)

    def _focus(self, at: int) -> None:
        fields = [one for one in self._fields if one.focusable]
        if fields and at < 0:  # not the editor, which would take the letters that are keys here
            next((one for one in fields if not isinstance(one, Source)), fields[0]).focus()
        elif fields:
            fields[min(at, len(fields) - 1)].focus()


def _form(lab: Lab) -> Iterator[object]:
    """What the fields must be made anew for."""
    for name in lab.parameters:
        found = lab.knobs(name)
        yield name, len(found) if isinstance(lab.slides(name), Array) else tuple((k.label, k.scale) for k in found)


def _made(lab: Lab) -> Iterator[Widget]:
    every = {name: lab.knobs(name) for name in lab.parameters}
    labels = [
        name if isinstance(lab.slides(name), Array) else one.label for name, all_ in every.items() for one in all_
    ]
    cells = min(_WIDEST_LABEL, max(map(len, labels), default=1))
    widths = [widest(one) for name, found in every.items() if not isinstance(lab.slides(name), Array) for one in found]
    value_cells = max((one for one in widths if one <= _WIDEST_VALUE), default=1)
    if not every:
        yield Static(Content(_("It has no parameters.")))
    for name, found in every.items():
        match lab.slides(name), lab.values[name]:
            case Code() | Lines() as domain, value:
                yield Source(name, domain, value)
            case Array(columns=columns), _cells:
                yield Cells(name, found, columns, cells)
            case _:
                yield from (Slider(name, place, one, cells, value_cells) for place, one in enumerate(found))


def _update(field: Widget, lab: Lab) -> None:
    match field:
        case Slider():
            field.show(lab.knobs(field.parameter)[field.place])
        case Cells():
            field.show(lab.knobs(field.parameter))
        case Source():
            field.show(lab.values[field.parameter])
