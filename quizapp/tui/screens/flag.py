"""A flag for a card: its colour, and a note on why."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.core.marks import FLAGS, Marks
from quizapp.core.text import clean, on_a_line
from quizapp.language import _, mark

_COLOURS = {
    "red": ("$text-error", mark("red")),
    "orange": ("$text-warning", mark("orange")),
    "green": ("$text-success", mark("green")),
    "blue": ("$text-primary", mark("blue")),
}
_LONGEST_NOTE = 300


class FlagScreen(ModalScreen[tuple[str, str] | None]):
    """Ends with a colour, empty for no flag, and a note; with None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", mark("back"))]

    def __init__(self, card: str, marks: Marks) -> None:
        super().__init__()
        self.card = card
        self.marks = marks

    def compose(self) -> ComposeResult:
        with Vertical(id="flag", classes="box"):
            yield Static(Content(_("Flag {card}").format(card=on_a_line(self.card))))
            yield OptionList(*self._rows(), id="colours", markup=False)
            yield Input(
                on_a_line(self.marks.note),
                placeholder=_("a note, if you like"),
                max_length=_LONGEST_NOTE,
                id="note",
                compact=True,
            )
            yield Static(Content(_("Enter keeps it, Tab goes to the note, Escape changes nothing.")), classes="dim")

    def on_mount(self) -> None:
        colours = self.query_one("#colours", OptionList)
        colours.highlighted = FLAGS.index(self.marks.flag) if self.marks.flag in FLAGS else 0
        colours.focus()

    def _rows(self) -> list[Option]:
        rows = [Option(Content.assemble(("⚑ ", style), _(name)), id=flag) for flag, (style, name) in _COLOURS.items()]
        return [*rows, Option(Content(_("no flag")), id="none")]

    def on_option_list_option_selected(self) -> None:
        self._keep()

    def on_input_submitted(self) -> None:
        self._keep()

    def _keep(self) -> None:
        colours = self.query_one("#colours", OptionList)
        chosen = colours.highlighted_option
        flag = chosen.id if chosen is not None and chosen.id in FLAGS else ""
        self.dismiss((flag, clean(self.query_one("#note", Input).value).strip() if flag else ""))
