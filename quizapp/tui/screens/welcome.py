"""The first start: the way in four short steps, once."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from quizapp.language import _, mark

_STEPS = (
    mark("Choose a deck, or the first line for everything, and press Enter. Each question has fresh numbers."),
    mark("Type your answer and press Enter; Escape says that you don't know. A library computes the truth meanwhile."),
    mark("Read the verdict. Enter goes on, 1 to 4 say how hard it was; the card comes back before you forget it."),
    mark("After a verdict l opens the laboratory: change the numbers and watch what the library does."),
)


class WelcomeScreen(ModalScreen[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,space,q", "dismiss", mark("begin"))]

    def compose(self) -> ComposeResult:
        steps = [
            Content.assemble((f"{number}  ", "bold $text-accent"), _(step)) for number, step in enumerate(_STEPS, 1)
        ]
        with VerticalScroll(classes="box"):
            yield Static(Content.styled(_("Welcome. It works like this:"), "bold"))
            yield Static(Content("\n\n").join([Content(), *steps, Content()]))
            yield Static(
                Content(_("F1 explains each screen, ctrl+p finds every command. Enter begins.")), classes="dim"
            )
