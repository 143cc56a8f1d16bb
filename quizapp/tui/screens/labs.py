"""All laboratories, to choose one from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from quizapp.core.declaration import Declaration
from quizapp.core.text import fit
from quizapp.language import _, mark
from quizapp.study import Study
from quizapp.tui.in_hand import errors_said
from quizapp.tui.widgets.keys import Keys

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class LabsScreen(Screen[None]):
    """A line for each verifier; typing searches their names and what they compute."""

    HELP = mark("""\
Each line is something that a library computes. Words that you type leave the lines that contain all of them.
Enter opens the laboratory under the cursor. A ● marks those with a picture to explore.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "walk(1)", mark("down"), show=False, priority=True),
        Binding("up", "walk(-1)", mark("up"), show=False, priority=True),
        Binding("pagedown", "walk(10)", mark("page down"), show=False, priority=True),
        Binding("pageup", "walk(-10)", mark("page up"), show=False, priority=True),
        Binding("enter", "open", mark("open"), priority=True),
        Binding("escape", "back", mark("back")),
    ]

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.known: list[Declaration] = []
        self.found: list[Declaration] = []

    def compose(self) -> ComposeResult:
        yield Input(placeholder=_("search"), id="search", compact=True)
        yield OptionList(id="labs", markup=False, compact=True)
        yield Keys()

    def on_mount(self) -> None:
        self.query_one("#labs").can_focus = False
        self.call_after_refresh(self._read)

    def _read(self) -> None:
        every: Iterable[Declaration] = ()
        with errors_said(self):
            every = self.study.library.declarations().values()
        # What can be explored comes first: that is what a laboratory is best at.
        self.known = sorted(every, key=lambda one: (one.explore is None, one.name))
        self._search()

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; what was typed stays."""
        self.query_one("#search", Input).placeholder = _("search")

    def on_input_changed(self) -> None:
        self._search()

    def _search(self) -> None:
        words = self.query_one("#search", Input).value.lower().split()
        self.found = [one for one in self.known if all(word in f"{one.name} {one.summary}".lower() for word in words)]
        width = max((len(one.name) for one in self.known), default=0)
        labs = self.query_one("#labs", OptionList)
        labs.set_options(Option(_line(one, width)) for one in self.found)
        labs.highlighted = 0 if self.found else None

    def action_walk(self, by: int) -> None:
        labs = self.query_one("#labs", OptionList)
        if self.found:
            labs.highlighted = min(max((labs.highlighted or 0) + by, 0), len(self.found) - 1)

    def action_open(self) -> None:
        at = self.query_one("#labs", OptionList).highlighted
        if at is not None:
            cast("QuizApp", self.app).lab(self.found[at].name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        cast("QuizApp", self.app).lab(self.found[event.option_index].name)

    def action_back(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.app.exit()


def _line(one: Declaration, width: int) -> Content:
    return Content.assemble(
        ("● " if one.explore is not None else "  ", "$text-accent"),
        (fit(one.name, width), "bold"),
        (f"  {one.summary}", "$foreground-muted"),
    )
