"""F1: what the screen below is for, and its keys."""

import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from quizapp.language import _, mark

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class HelpScreen(ModalScreen[None]):
    """Explains `below`, a screen with a text `HELP` and bindings of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter,q", "dismiss", mark("back"))]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        keys = [binding for binding in self.below.BINDINGS if isinstance(binding, Binding)]
        own = cast("QuizApp", self.app).study.config.keys
        rows = [_row(own.get(one.id or "", one.key).replace(",", ", "), one.description) for one in keys]
        rows.append(_row("ctrl+q", mark("quit")))
        with VerticalScroll(id="help"):
            yield Static(Content(_flowing(_(getattr(self.below, "HELP", "")))))
            yield Static(Content("\n").join(rows), id="keys")
            yield Static(_("Escape goes back."), id="back")


def _flowing(text: str) -> str:
    """Paragraphs whose lines break where the box is full; lines that begin with a blank stay as they are."""
    return re.sub(r"(?<=[\w.,;:])\n(?=\S)", " ", re.sub(r"(?<=[^\x00-\u2fff])\n(?=\S)", "", text))


def _row(key: str, description: str) -> Content:
    return Content.assemble((f"{key:>16}", "bold"), "  ", _(description))
