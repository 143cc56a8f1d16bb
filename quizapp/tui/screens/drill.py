"""The drill: a question, an answer, the verdict, the next."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from quizapp.core.answer import Unreadable, Unverifiable
from quizapp.core.event import Grade, Mark
from quizapp.core.outcome import Judged
from quizapp.core.question import Question
from quizapp.core.reading import LONGEST, Reading
from quizapp.core.text import clean
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.sitting import Sitting
from quizapp.study import Scope, Study
from quizapp.tui.messages import Answered
from quizapp.tui.prose import asked, python
from quizapp.tui.settling import exhibit, settle
from quizapp.tui.widgets.keys import Keys
from quizapp.tui.widgets.status import Status
from quizapp.tui.widgets.verdict import grades, slip, told
from quizapp.wording import put_away, taken_back, unverifiable

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class DrillScreen(Screen[None]):
    """Holds one sitting. Letters and digits belong to the answer until the verdict stands."""

    HELP = mark("""\
A question is drawn with fresh numbers and its library computes the truth while you think.

Type the answer and press Enter. Numbers may be written 112, 0.51, 1/3, 51%, 1e-3 or 2^10; shapes 1, 64, 112, 112;
gaps with ';' between. Options go by their letters, lines move with shift and the arrows, code runs with ctrl+s.
What can't be read costs nothing. Escape says that you don't know.

After the verdict, Enter goes on with the grade that is marked; 1 to 4 give another one, g says that you guessed.
s shows Python that prints the same value; l opens the laboratory, where the numbers can be turned.
The time beside each grade is how long the card then stays away. The answer is stored before you see the verdict.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", mark("go on")),
        Binding("1", "grade(1)", mark("again"), show=False),
        Binding("2", "grade(2)", mark("hard"), show=False),
        Binding("3", "grade(3)", mark("good"), show=False),
        Binding("4", "grade(4)", mark("easy"), show=False),
        Binding("g", "guessed", mark("guessed")),
        Binding("u", "undo", mark("undo"), id="drill.undo"),
        Binding("ctrl+z", "undo", mark("undo"), show=False, id="drill.undo_always"),
        Binding("b", "put_away('buried')", mark("bury"), id="drill.bury"),
        Binding("x", "put_away('suspended')", mark("suspend"), id="drill.suspend"),
        Binding("f", "flag", mark("flag"), id="drill.flag"),
        Binding("e", "edit", mark("edit"), show=False, id="drill.edit"),
        Binding("l", "lab", mark("lab"), id="drill.lab"),
        Binding("s", "snippet", mark("snippet"), id="drill.snippet"),
        Binding("y", "slip(True)", mark("a slip")),
        Binding("n", "slip(False)", mark("no slip")),
        Binding("escape", "dont_know", mark("don't know")),
        Binding("f10", "end", mark("end sitting")),
    ]

    def __init__(self, sitting: Sitting, scope: Scope, study: Study) -> None:
        super().__init__()
        self.sitting = sitting
        self.scope = scope
        self.study = study
        self.judged: Judged | None = None
        self.fault: Unverifiable | None = None
        self.waiting = False
        self.slipped: asyncio.Future[bool] | None = None

    def compose(self) -> ComposeResult:
        yield Status(self.study)
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="question")
            yield Input(id="answer", max_length=LONGEST + 1, select_on_focus=False, compact=True)
            yield Vertical(id="special")
            yield Static(id="reading")
            yield Static(id="verdict")
        # The keys of the grades stand here, each with its interval, and not in the line of keys.
        yield Static(id="grades")
        yield Keys()

    def on_mount(self) -> None:
        self._next(start=False)
        # The worker is started when the first question is on screen, so that it doesn't compete with drawing it.
        self.call_after_refresh(self.sitting.start)

    @property
    def answered(self) -> bool:
        """Whether the present question is over."""
        return self.judged is not None or self.fault is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "grade":
                return self.judged is not None and bool(self.judged.coming)
            case "guessed":
                return self.judged is not None and self.judged.can_be_guessed
            case "go_on":
                return self.answered
            case "undo":
                return not self.waiting and not self.sitting.options.cram
            case "edit" | "lab":
                return self.answered
            case "put_away" | "flag":
                return not self.waiting and self.sitting.question is not None
            case "snippet":
                return self.judged is not None and bool(self.judged.verdict.truth.snippet)
            case "lab":
                return self.judged is not None and bool(self.judged.question.card.verifier)
            case "slip":
                return self.slipped is not None
            case "dont_know":
                return not self.answered and not self.waiting
        return True

    def _next(self, *, start: bool = True) -> None:
        question = self.sitting.next(start=start)
        self.judged = self.fault = None
        if question is None:
            self.action_end()
            return
        self.query_one(Status).on(question.card.deck, self.sitting)
        self._fill("#verdict", None)
        self._fill("#grades", None)
        self.query_one("#special").remove_children()
        self.query_one("#page").scroll_home(animate=False)
        if question.needs_truth:
            self.run_worker(self._exhibit(question), exclusive=True)
        else:
            self._show(question)

    async def _exhibit(self, question: Question) -> None:
        """Shows a question that is made from its truth."""
        self.waiting = True
        self.query_one("#question", Static).update(asked(question))
        self.query_one("#answer").display = False
        self._hint(_("The library is drawing this question…"))
        truth = await exhibit(self.sitting)
        self.waiting = False
        if isinstance(truth, Unverifiable):
            self._set_aside(truth)
        elif self.sitting.question is not None:
            self._show(self.sitting.question)

    def _show(self, question: Question) -> None:
        self.query_one("#question", Static).update(asked(question))
        self._hint("")
        answer = self.query_one("#answer", Input)
        answer.value = ""
        answer.display = typed = question.card.kind.typed
        answer.disabled = not typed
        if typed:
            answer.focus()
        else:
            from quizapp.tui.widgets.answers import widget_for

            place = self.query_one("#special")
            place.disabled = False
            place.mount(widget_for(question))
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
        elif not self.waiting and not self.answered:
            assert self.sitting.question is not None
            reading = self.sitting.read(event.value)
            said = "" if isinstance(reading, Unreadable) else self.sitting.question.say(reading)
            self._hint(said and _("reads as {said}").format(said=said))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.on_answered(Answered(event.value))
        else:
            self._hint(_("Type an answer, or press Escape if you don't know."))

    def on_answered(self, event: Answered) -> None:
        if self.waiting or self.answered:
            return
        reading = self.sitting.read(event.typed)
        if isinstance(reading, Unreadable):
            self._hint(_("{why} This costs nothing; try again.").format(why=reading.why))
        else:
            self._settle(reading, event.typed)

    def action_dont_know(self) -> None:
        self._settle(None, "")

    def _settle(self, reading: Reading | None, typed: str) -> None:
        self._wait(True)
        self.run_worker(self._judge(reading, typed), exclusive=True)

    def _wait(self, waiting: bool) -> None:
        self.waiting = waiting
        self.query_one("#answer").disabled = waiting
        self.query_one("#special").disabled = waiting
        self.refresh_bindings()

    async def _judge(self, reading: Reading | None, typed: str) -> None:
        try:
            came = await settle(self.sitting, reading, typed, say=self._hint, was_slip=self._ask_whether_slip)
        except QuizError as error:
            # The verdict stays hidden: what was seen is what is kept.
            self._wait(False)
            self._hint(
                _("Your answer could not be stored: {error}. Answer again to try once more.").format(error=error)
            )
            self._refocus()
            return
        self.waiting = False
        if isinstance(came, Unverifiable):
            self._set_aside(came)
            return
        self.judged = came
        self._fill("#verdict", told(came))
        self._fill("#grades", grades(came))
        self._over()

    async def _ask_whether_slip(self, typed: str, word: str) -> bool:
        self._fill("#verdict", slip(typed, word))
        self._hint("")
        self.set_focus(None)
        self.slipped = asyncio.get_running_loop().create_future()
        self.refresh_bindings()
        try:
            return await self.slipped
        finally:
            self.slipped = None

    def action_slip(self, was: bool) -> None:
        if self.slipped is not None and not self.slipped.done():
            self.slipped.set_result(was)

    def _set_aside(self, fault: Unverifiable) -> None:
        assert self.sitting.question is not None
        self.fault = fault
        self.sitting.set_aside(self.sitting.question, fault)
        self._fill("#verdict", Content("\n".join([*unverifiable(fault), _("Enter goes on.")])))
        self._over()

    def _over(self) -> None:
        """The question is over: its verdict stands, or why there is none."""
        assert self.sitting.question is not None
        self._hint("")
        self.query_one("#answer").display = False
        self.query_one(Status).on(self.sitting.question.card.deck, self.sitting)
        self.set_focus(None)
        self.refresh_bindings()
        self.call_after_refresh(self._after_verdict)

    def _after_verdict(self) -> None:
        self.query_one("#page").scroll_to_widget(self.query_one("#verdict"), top=True, animate=False)
        self.sitting.look_ahead()

    def _refocus(self) -> None:
        answer = self.query_one("#answer", Input)
        (answer if answer.display else self.query_one("#special").children[0]).focus()

    def action_grade(self, grade: int) -> None:
        if self.judged is not None:
            self.sitting.grade(self.judged, Grade(grade))
            self._next()

    def action_guessed(self) -> None:
        self.action_grade(Grade.AGAIN)

    def action_snippet(self) -> None:
        """Shows Python that prints the same value, to be pasted and played with."""
        if self.judged is not None:
            code = python(self.judged.verdict.truth.snippet)
            self._fill("#verdict", Content("\n").join([told(self.judged), Content(), code]))
            self.call_after_refresh(self.query_one("#page").scroll_end, animate=False)

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; what was typed, marked or moved stays."""
        self.sitting.speak(self.study.options.lang)
        if (question := self.sitting.question) is None:
            return
        self.query_one("#question", Static).update(asked(question))
        self.query_one(Status).on(question.card.deck, self.sitting)
        for widget in self.query_one("#special").children:
            from quizapp.tui.widgets.answers import retell

            retell(widget, question)
        self._hint("")
        if self.judged is not None:
            self.judged = replace(self.judged, question=question)
            self._fill("#verdict", told(self.judged))
            self._fill("#grades", grades(self.judged))

    def action_lab(self) -> None:
        """Opens the laboratory behind the card, with the numbers of the question."""
        if self.judged is not None:
            cast("QuizApp", self.app).lab_of(self.judged.question)

    def action_undo(self) -> None:
        """Takes back the last step: a grade, an answer, a mark."""
        undone = self.sitting.undo(standing=not self.answered)
        self.notify(taken_back(undone), markup=False)
        if self.sitting.question is None:
            self._next()

    def action_put_away(self, name: str) -> None:
        """Buries or suspends the card, and goes on."""
        self.sitting.put_away(Mark(name))
        self.notify(put_away(Mark(name)), markup=False)
        self._next()

    def action_flag(self) -> None:
        """Asks for a flag's colour and a note."""
        from quizapp.tui.screens.flag import FlagScreen

        assert self.sitting.question is not None
        card = self.sitting.question.card.id

        def keep(chosen: tuple[str, str] | None) -> None:
            if chosen is not None:
                self.sitting.flag(*chosen)

        self.app.push_screen(FlagScreen(card, self.study.library.store.marks(card)), keep)

    def action_edit(self) -> None:
        """Edits the card's deck at its line, and comes back into the same question."""
        assert self.sitting.question is not None
        cast("QuizApp", self.app).edit(self.sitting.question.card.id)
        try:
            self.sitting.reread()
        except QuizError as error:
            self.notify(str(error), severity="error", markup=False)
        self.retell()

    def action_go_on(self) -> None:
        self._next()

    def action_end(self) -> None:
        from quizapp.tui.screens.summary import SummaryScreen

        cast("QuizApp", self.app).show(SummaryScreen(self.sitting, self.scope, self.study))
