"""The editor that code is written in."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from quizapp.language import mark
from quizapp.tui.messages import Answered


class Code(TextArea):
    """A small editor for Python."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "answer", mark("run it")),
        # The editor would take Escape for itself.
        Binding("escape", "screen.dont_know", mark("don't know"), priority=True, show=False),
    ]

    def __init__(self, starter: str) -> None:
        super().__init__(starter, language="python", tab_behavior="indent", show_line_numbers=True)

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)
        self.focus()

    def action_answer(self) -> None:
        self.post_message(Answered(self.text))
