"""The drill: a question, an answer, the verdict, the next."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from quizapp.core.answer import Unreadable, Unverifiable
from quizapp.core.event import Grade, Mark
from quizapp.core.outcome import Judged
from quizapp.core.question import Question
from quizapp.core.reading import Reading
from quizapp.core.text import clean
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.sitting import Sitting
from quizapp.study import Scope, Study
from quizapp.tui import in_hand
from quizapp.tui.in_hand import errors_said
from quizapp.tui.messages import Answered
from quizapp.tui.prose import python
from quizapp.tui.settling import exhibit, settle
from quizapp.tui.widgets.keys import Keys
from quizapp.tui.widgets.question_page import QuestionPage
from quizapp.tui.widgets.status import Status
from quizapp.tui.widgets.verdict import aside, grades, slip, told

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class DrillScreen(Screen[None]):
    """Holds one sitting. Letters and digits belong to the answer until the verdict stands."""

    HELP = mark("""\
A question is drawn with fresh numbers and its library computes the truth while you think.

Type the answer and press Enter. Numbers may be written 112, 0.51, 1/3, 51%, 1e-3 or 2^10; shapes 1, 64, 112, 112;
Tab, Enter and ';' go from gap to gap. Options go by their letters, lines move with shift and the arrows or are
dragged, code runs with ctrl+s. What can't be read costs nothing. Escape says that you don't know.

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
        # While an answer is typed its letters are its own: these work then as well.
        Binding("ctrl+z", "undo('now')", mark("undo"), show=False, id="drill.undo_now"),
        Binding("f6", "flag('now')", mark("flag"), show=False, id="drill.flag_now"),
        Binding("f7", "put_away('buried', 'now')", mark("bury"), show=False, id="drill.bury_now"),
        Binding("f8", "put_away('suspended', 'now')", mark("suspend"), show=False, id="drill.suspend_now"),
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
        Binding("pageup", "turn(-1)", mark("a page up"), show=False),
        Binding("pagedown", "turn(1)", mark("a page down"), show=False),
    ]

    def __init__(self, sitting: Sitting, scope: Scope, study: Study) -> None:
        super().__init__()
        self.sitting = sitting
        self.scope = scope
        self.study = study
        self.judged: Judged | None = None
        self.fault: Unverifiable | None = None
        self.waiting = self.stuck = False
        self.slipped: asyncio.Future[bool] | None = None

    def compose(self) -> ComposeResult:
        yield Status(self.study)
        yield QuestionPage(id="page")
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
                return self.answered or self.stuck
            case "undo":
                return not self.waiting and not self.sitting.options.cram and (self.answered or bool(parameters))
            case "put_away" | "flag":
                return not self.waiting and self.sitting.question is not None and (self.answered or "now" in parameters)
            case "edit":
                return self.answered
            case "snippet":
                return self.judged is not None and bool(self.judged.verdict.truth.snippet)
            case "lab":
                return self.judged is not None and bool(self.judged.question.card.verifier)
            case "slip":
                return self.slipped is not None
            case "dont_know":
                return not self.answered and not self.waiting and not self.stuck
        return True

    @property
    def page(self) -> QuestionPage:
        """Where the question stands."""
        return self.query_one(QuestionPage)

    def _next(self, *, start: bool = True) -> None:
        self.judged = self.fault = None
        self.stuck = False
        try:
            question = self.sitting.next(start=start)
        except QuizError as error:
            self._stuck(error)
            return
        if question is None:
            self.action_end()
            return
        self.query_one(Status).on(question.card.deck, self.sitting)
        self.page.clear()
        self._grades(None)
        if question.needs_truth:
            self.run_worker(self._exhibit(question), exclusive=True)
        else:
            self.page.ask(question)
            self.refresh_bindings()

    def _stuck(self, error: QuizError) -> None:
        """The record can't be read or written at the moment: says so, and how to go on."""
        self.stuck = True
        self.page.clear()
        self.page.close()
        self._grades(None)
        again = _("Nothing is lost. Enter tries again, F10 ends the sitting.")
        self.page.verdict(
            Content("\n").join([Content.styled(str(error), "bold $text-error"), Content(), Content(again)])
        )
        self.set_focus(None)
        self.refresh_bindings()

    async def _exhibit(self, question: Question) -> None:
        """Shows a question that is made from its truth."""
        self.waiting = True
        self.page.prepare(question, _("The library is drawing this question…"))
        truth = await exhibit(self.sitting)
        self.waiting = False
        if isinstance(truth, Unverifiable):
            self._set_aside(truth)
        elif self.sitting.question is not None:
            self.page.ask(self.sitting.question)
            self.refresh_bindings()

    def _grades(self, content: Content | None) -> None:
        place = self.query_one("#grades", Static)
        place.update(content or "")
        place.display = content is not None

    def on_input_changed(self, event: Input.Changed) -> None:
        if (safe := clean(event.value)) != event.value:
            event.input.value = safe
            return
        if not event.value.strip():
            self.page.hint("")
        elif not self.waiting and not self.answered:
            assert self.sitting.question is not None
            reading = self.sitting.read(event.value)
            said = "" if isinstance(reading, Unreadable) else self.sitting.question.say(reading)
            self.page.hint(said and _("reads as {said}").format(said=said))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.on_answered(Answered(event.value))
        else:
            self.page.hint(_("Type an answer, or press Escape if you don't know."))

    def on_answered(self, event: Answered) -> None:
        if self.waiting or self.answered:
            return
        reading = self.sitting.read(event.typed)
        if isinstance(reading, Unreadable):
            self.page.hint(_("{why} This costs nothing; try again.").format(why=reading.why))
        else:
            self._settle(reading, event.typed)

    def action_dont_know(self) -> None:
        self._settle(None, "")

    def _settle(self, reading: Reading | None, typed: str) -> None:
        self._wait(True)
        self.run_worker(self._judge(reading, typed), exclusive=True)

    def _wait(self, waiting: bool) -> None:
        self.waiting = waiting
        self.page.wait(waiting)
        self.refresh_bindings()

    async def _judge(self, reading: Reading | None, typed: str) -> None:
        try:
            came = await settle(self.sitting, reading, typed, say=self.page.hint, was_slip=self._ask_whether_slip)
        except QuizError as error:
            # The verdict stays hidden: what was seen is what is kept.
            self._wait(False)
            self.page.hint(
                _("Your answer could not be stored: {error}. Answer again to try once more.").format(error=error)
            )
            self.page.refocus()
            return
        self.waiting = False
        if isinstance(came, Unverifiable):
            self._set_aside(came)
            return
        self.judged = came
        self.page.verdict(told(came))
        self._grades(grades(came))
        self._over()

    async def _ask_whether_slip(self, typed: str, word: str) -> bool:
        self.page.verdict(slip(typed, word))
        self.page.hint("")
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
        self.page.verdict(aside(fault))
        self._over()

    def _over(self) -> None:
        """The question is over: its verdict stands, or why there is none."""
        assert self.sitting.question is not None
        self.page.close()
        self.query_one(Status).on(self.sitting.question.card.deck, self.sitting)
        self.set_focus(None)
        self.refresh_bindings()
        self.call_after_refresh(self._after_verdict)

    def _after_verdict(self) -> None:
        self.page.show_verdict()
        self.sitting.look_ahead()

    def action_grade(self, grade: int) -> None:
        if self.judged is not None:
            with errors_said(self):
                self.sitting.grade(self.judged, Grade(grade))
                self._next()

    def action_guessed(self) -> None:
        self.action_grade(Grade.AGAIN)

    def action_snippet(self) -> None:
        """Shows Python that prints the same value, to be pasted and played with."""
        if self.judged is not None:
            code = python(self.judged.verdict.truth.snippet)
            self.page.verdict(Content("\n").join([told(self.judged), Content(), code]))
            self.call_after_refresh(self.page.scroll_end, animate=False)

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; what was typed, marked or moved stays."""
        self.sitting.speak(self.study.options.lang)
        if (question := self.sitting.question) is None:
            return
        self.page.retell(question)
        self.query_one(Status).on(question.card.deck, self.sitting)
        if self.judged is not None:
            self.judged = replace(self.judged, question=question)
            self.page.verdict(told(self.judged))
            self._grades(grades(self.judged))

    def action_lab(self) -> None:
        """Opens the laboratory behind the card, with the numbers of the question."""
        if self.judged is not None:
            cast("QuizApp", self.app).lab_of(self.judged.question)

    def action_undo(self, _when: str = "") -> None:
        """Takes back the last step: a grade, an answer, a mark."""
        with errors_said(self):
            in_hand.undo(self, self.sitting, standing=not self.answered and not self.stuck)
            if self.sitting.question is None:
                self._next()

    def action_put_away(self, name: str, _when: str = "") -> None:
        """Buries or suspends the card, and goes on."""
        with errors_said(self):
            in_hand.away(self, self.sitting, Mark(name))
            self._next()

    def action_flag(self, _when: str = "") -> None:
        """Asks for a flag's colour and a note."""
        assert self.sitting.question is not None
        card = self.sitting.question.card.id
        with errors_said(self):
            in_hand.flag(self, card, self.study.library.store, card, self.sitting.flag)

    def action_edit(self) -> None:
        """Edits the card's deck at its line, and comes back into the same question."""
        in_hand.edit(self, self.sitting)
        self.retell()

    def action_turn(self, pages: int) -> None:
        """Scrolls the page."""
        self.page.turn(pages)

    def action_go_on(self) -> None:
        self._next()

    def action_end(self) -> None:
        from quizapp.tui.screens.summary import SummaryScreen

        cast("QuizApp", self.app).show(SummaryScreen(self.sitting, self.scope, self.study))
