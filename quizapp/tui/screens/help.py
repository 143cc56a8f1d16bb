"""F1: what the screen below is for, and its keys."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from quizapp.language import _, mark


class HelpScreen(ModalScreen[None]):
    """Explains `below`, a screen with a text `HELP` and bindings of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter,q", "dismiss", mark("back"))]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        keys = [binding for binding in self.below.BINDINGS if isinstance(binding, Binding)]
        rows = [_row(one.key.replace(",", ", "), one.description) for one in keys]
        rows.append(_row("ctrl+q", mark("quit")))
        with VerticalScroll(id="help"):
            yield Static(Content(_(getattr(self.below, "HELP", ""))))
            yield Static(Content("\n").join(rows), id="keys")
            yield Static(_("Escape goes back."), id="back")


def _row(key: str, description: str) -> Content:
    return Content.assemble((f"{key:>16}", "bold"), "  ", _(description))
