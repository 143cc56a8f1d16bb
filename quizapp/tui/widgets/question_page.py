"""A question on its page: what is asked, where it is answered, how the answer reads, and the verdict."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from quizapp.core.card import Kind
from quizapp.core.question import Question
from quizapp.core.reading import LONGEST
from quizapp.tui.prose import asked


class QuestionPage(VerticalScroll, can_focus=False):
    """Shows one question after another. It takes answers; it judges nothing."""

    def compose(self) -> ComposeResult:
        yield Static(id="question")
        yield Input(id="answer", max_length=LONGEST + 1, select_on_focus=False, compact=True)
        yield Vertical(id="special")
        yield Static(id="reading")
        yield Static(id="verdict")

    def clear(self) -> None:
        """Takes the verdict away, and the widget that the last question was answered in."""
        self.verdict(None)
        self.query_one("#special").remove_children()
        self.scroll_home(animate=False)

    def prepare(self, question: Question, hint: str) -> None:
        """Shows a question that can't be answered yet."""
        self.query_one("#question", Static).update(asked(question))
        self.query_one("#answer").display = False
        self.hint(hint)

    def ask(self, question: Question) -> None:
        """Shows a question with what it is answered in."""
        self.query_one("#question", Static).update(asked(question))
        self.hint("")
        answer = self.query_one("#answer", Input)
        answer.value = ""
        answer.display = typed = question.card.kind.typed and question.card.kind is not Kind.CLOZE
        answer.disabled = not typed
        if typed:
            answer.focus()
        else:
            from quizapp.tui.widgets.answers import widget_for

            place = self.query_one("#special")
            place.disabled = False
            place.mount(widget_for(question))

    def retell(self, question: Question) -> None:
        """Says the question anew, in another language or as its deck has it now; what was typed stays."""
        self.query_one("#question", Static).update(asked(question))
        for widget in self.query_one("#special").children:
            from quizapp.tui.widgets.answers import retell

            retell(widget, question)
        self.hint("")

    def hint(self, text: str) -> None:
        """A line under the answer; what is typed above it comes into view where the screen is small."""
        self.query_one("#reading", Static).update(Content(text))
        if self.query_one("#answer", Input).value:
            self.call_after_refresh(self._to_answer)

    def on_resize(self) -> None:
        self.call_after_refresh(self._to_answer)

    def _to_answer(self) -> None:
        """Scrolls to where something is typed, if anywhere."""
        if (focused := self.screen.focused) is not None and self in focused.ancestors:
            focused.scroll_visible(animate=False, immediate=True)

    def verdict(self, content: Content | None) -> None:
        """The verdict; None for none."""
        place = self.query_one("#verdict", Static)
        place.update(content or "")
        place.display = content is not None

    def close(self) -> None:
        """The question is over: nothing can be typed."""
        self.hint("")
        self.query_one("#answer").display = False

    def wait(self, waiting: bool) -> None:
        """Takes no answers for a while, or does again."""
        self.query_one("#answer").disabled = waiting
        self.query_one("#special").disabled = waiting

    def refocus(self) -> None:
        """Goes back to where the answer is given."""
        answer = self.query_one("#answer", Input)
        (answer if answer.display else self.query_one("#special").children[0]).focus()

    def show_verdict(self) -> None:
        """Scrolls to the verdict."""
        self._to_verdict()
        # A long question's page may not have been laid out with its verdict yet: it is the next refresh that does.
        self.call_after_refresh(self._to_verdict)

    def _to_verdict(self) -> None:
        self.scroll_to_widget(self.query_one("#verdict"), top=True, animate=False)

    def turn(self, pages: float) -> None:
        """Scrolls on by so many pages; backwards where that is negative."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)
