"""Small questions in front of a screen: a line of text, or yes and no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from quizapp.core.text import clean
from quizapp.language import _, mark

_LONGEST = 200


class AskText(ModalScreen[str | None]):
    """Ends with the line that was typed, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", mark("back"))]

    def __init__(self, question: str, hint: str = "", text: str = "") -> None:
        super().__init__()
        self.question = question
        self.hint = hint
        self.text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self.question))
            yield Input(self.text, placeholder=self.hint, max_length=_LONGEST, compact=True)
            yield Static(Content(_("Enter keeps it, Escape changes nothing.")), classes="dim")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(clean(event.value).strip())


class AskWhether(ModalScreen[bool]):
    """Ends with True for y, with False for n and Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", mark("yes")),
        Binding("n,escape", "dismiss(False)", mark("no")),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self.question))
            yield Static(Content(_("y yes, n no")), classes="dim")
