"""The drill: a question, an answer, the verdict, the next."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from quizapp.core.answer import Truth, Unreadable, Unverifiable
from quizapp.core.event import Grade
from quizapp.core.judge import LONGEST, Reading
from quizapp.core.question import Question
from quizapp.core.text import clean
from quizapp.errors import QuizError
from quizapp.sitting import Judged, Sitting
from quizapp.study import Scope, Study
from quizapp.tui.prose import asked
from quizapp.tui.widgets.keys import Keys
from quizapp.tui.widgets.status import Status
from quizapp.tui.widgets.verdict import grades, told

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class DrillScreen(Screen[None]):
    """Holds one sitting. Letters and digits belong to the answer until the verdict stands."""

    HELP = """\
A question is drawn with fresh numbers and its library computes the truth while you think.

Type the answer and press Enter. Numbers may be written 112, 0.51, 1/3, 51%, 1e-3 or 2^10; shapes 1, 64, 112, 112.
What can't be read costs nothing. Escape says that you don't know.

After the verdict, Enter goes on with the grade that is marked; 1 to 4 give another one.
The time beside each grade is how long the card then stays away. The answer is stored before you see the verdict."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "go on"),
        Binding("1", "grade(1)", "again", show=False),
        Binding("2", "grade(2)", "hard", show=False),
        Binding("3", "grade(3)", "good", show=False),
        Binding("4", "grade(4)", "easy", show=False),
        Binding("escape", "dont_know", "don't know"),
        Binding("f10", "end", "end sitting"),
    ]

    def __init__(self, sitting: Sitting, scope: Scope, study: Study) -> None:
        super().__init__()
        self.sitting = sitting
        self.scope = scope
        self.study = study
        self.judged: Judged | None = None
        self.fault: Unverifiable | None = None
        self.waiting = False

    def compose(self) -> ComposeResult:
        yield Status(self.study)
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="question")
            yield Input(id="answer", max_length=LONGEST + 1, select_on_focus=False, compact=True)
            yield Static(id="reading")
            yield Static(id="verdict")
        # The keys of the grades stand here, each with its interval, and not in the footer.
        yield Static(id="grades")
        yield Keys()

    def on_mount(self) -> None:
        self._next(start=False)
        # The worker is started when the first question is on screen, so that it doesn't compete with drawing it.
        self.call_after_refresh(self.sitting.start)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        answered = self.judged is not None or self.fault is not None
        match action:
            case "grade":
                return self.judged is not None and bool(self.judged.coming)
            case "go_on":
                return answered
            case "dont_know":
                return not answered and not self.waiting
        return True

    def _next(self, *, start: bool = True) -> None:
        question = self.sitting.next(start=start)
        self.judged = self.fault = None
        if question is None:
            self.action_end()
            return
        self._show(question)

    def _show(self, question: Question) -> None:
        self.query_one(Status).on(question.card.deck, self.sitting)
        self.query_one("#question", Static).update(asked(question))
        self._fill("#verdict", None)
        self._fill("#grades", None)
        self.query_one("#reading", Static).update("")
        answer = self.query_one("#answer", Input)
        answer.value = ""
        answer.display = True
        answer.disabled = False
        answer.placeholder = "a letter" if question.options else ""
        answer.focus()
        self.query_one("#page").scroll_home(animate=False)
        self.refresh_bindings()

    def _fill(self, selector: str, content: Content | None) -> None:
        widget = self.query_one(selector, Static)
        widget.update(content or "")
        widget.display = content is not None

    def _hint(self, text: str) -> None:
        self.query_one("#reading", Static).update(Content(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        if (safe := clean(event.value)) != event.value:
            event.input.value = safe
            return
        if not event.value.strip():
            self._hint("")
        elif not self.waiting and self.judged is None:
            reading = self.sitting.read(event.value)
            assert self.sitting.question is not None
            said = "" if isinstance(reading, Unreadable) else self.sitting.question.say(reading)
            self._hint(said and f"reads as {said}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self.waiting or self.judged is not None or self.fault is not None:
            return
        if not event.value.strip():
            self._hint("Type an answer, or press Escape if you don't know.")
            return
        reading = self.sitting.read(event.value)
        if isinstance(reading, Unreadable):
            self._hint(f"{reading.why} This costs nothing; try again.")
        else:
            self._settle(reading, event.value)

    def action_dont_know(self) -> None:
        self._settle(None, "")

    def _settle(self, reading: Reading | None, typed: str) -> None:
        self.waiting = True
        self.sitting.start()
        self.query_one("#answer", Input).disabled = True
        self.refresh_bindings()
        self.run_worker(self._judge(reading, typed), exclusive=True)

    async def _judge(self, reading: Reading | None, typed: str) -> None:
        assert self.sitting.truth is not None
        assert self.sitting.question is not None
        if not self.sitting.truth.done():
            self._hint("The library is still computing…")
        truth = self.sitting.question.settle(await asyncio.wrap_future(self.sitting.truth))
        self.waiting = False
        match truth:
            case Truth():
                try:
                    self.judged = self.sitting.judge(reading, typed, truth)
                except QuizError as error:
                    self._unrecorded(error)
                    return
                self._fill("#verdict", told(self.judged))
                self._fill("#grades", grades(self.judged))
            case Unverifiable(error):
                self.fault = truth
                self.sitting.set_aside(self.sitting.question, truth)
                text = f"This can't be verified right now: {error}\nNothing was recorded. Enter goes on."
                self._fill("#verdict", Content(text))
        self._hint("")
        self.query_one("#answer").display = False
        self.query_one(Status).on(self.sitting.question.card.deck, self.sitting)
        self.set_focus(None)
        self.refresh_bindings()
        self.call_after_refresh(self._after_verdict)

    def _after_verdict(self) -> None:
        self.query_one("#page").scroll_to_widget(self.query_one("#verdict"), top=True, animate=False)
        self.sitting.look_ahead()

    def _unrecorded(self, error: QuizError) -> None:
        """The verdict stays hidden when the answer could not be stored: what was seen is what is kept."""
        self._hint(f"Your answer could not be stored: {error}. Press Enter to try again.")
        answer = self.query_one("#answer", Input)
        answer.disabled = False
        answer.focus()
        self.refresh_bindings()

    def action_grade(self, grade: int) -> None:
        if self.judged is not None:
            self.sitting.grade(self.judged, Grade(grade))
            self._next()

    def action_go_on(self) -> None:
        self._next()

    def action_end(self) -> None:
        from quizapp.tui.screens.summary import SummaryScreen

        cast("QuizApp", self.app).show(SummaryScreen(self.sitting, self.scope, self.study))
