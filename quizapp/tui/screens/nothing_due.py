"""Nothing is due: says so, says when that changes, and offers to drill ahead."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.study import Scope, Study
from quizapp.tui.widgets.keys import Keys
from quizapp.wording import nothing_due

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class NothingDueScreen(Screen[None]):
    """Enter drills all the same, without touching the schedule."""

    HELP = mark("""\
Every card here has been answered and waits for its day: that is how spaced repetition works.
Enter drills them all the same; the schedule does not change. Escape goes home.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ahead", mark("drill all the same")),
        Binding("escape", "app.home", mark("home")),
        Binding("q", "app.quit", mark("quit"), show=False),
    ]

    def __init__(self, study: Study, scope: Scope) -> None:
        super().__init__()
        self.study = study
        self.scope = scope

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page", can_focus=False):
            yield Static(Content("\n".join(self._said())), id="question")
            yield Static(_("Enter drills all the same, without touching the schedule."), id="summary")
        yield Keys()

    def _said(self) -> list[str]:
        try:
            return list(nothing_due(self.study.next_due(self.scope), self.study.clock))
        except QuizError as error:
            return [str(error)]

    def action_ahead(self) -> None:
        cast("QuizApp", self.app).drill(self.scope, cram=True)
