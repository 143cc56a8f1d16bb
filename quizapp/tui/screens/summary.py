"""What a sitting came to."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.sitting import Sitting
from quizapp.study import Scope, Study
from quizapp.tui.widgets.keys import Keys
from quizapp.wording import next_card, summary

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class SummaryScreen(Screen[None]):
    """Ends a sitting: how many were right, what to look at again, what comes next."""

    HELP = mark("""\
The sitting is over; every answer has been stored already.
Enter goes home, d drills the same cards once more where any are due, q quits.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape", "app.home", mark("home")),
        Binding("d", "again", mark("drill on")),
        Binding("q", "app.quit", mark("quit"), show=False),
    ]

    def __init__(self, sitting: Sitting, scope: Scope, study: Study) -> None:
        super().__init__()
        self.sitting = sitting
        self.scope = scope
        self.study = study

    def compose(self) -> ComposeResult:
        lines = [*summary(self.sitting.tally), *self.sitting.notices]
        try:
            lines += next_card(self.study.next_due(self.scope), self.study.clock)
        except QuizError as error:
            lines.append(str(error))
        with VerticalScroll(id="page", can_focus=False):
            yield Static(Content.styled(_("The sitting is over."), "bold"), id="question")
            yield Static(Content("\n".join(lines)), id="summary")
        yield Keys()

    def action_again(self) -> None:
        cast("QuizApp", self.app).drill(self.scope)
