"""The laboratory: a verifier's parameters to be turned, and what the library says at every turn."""

import random
import time
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from quizapp import paths
from quizapp.core.answer import Truth
from quizapp.core.declaration import Declaration
from quizapp.core.domain import Params
from quizapp.lab import STEP, Lab, View
from quizapp.language import _, mark
from quizapp.study import Study
from quizapp.tried import Tried
from quizapp.tui.widgets.fields import Fields, Rewritten, Source
from quizapp.tui.widgets.findings import findings, origin, trouble
from quizapp.tui.widgets.keys import Keys
from quizapp.tui.widgets.page import Line, Page
from quizapp.tui.widgets.slider import Misread, Turned

_STEPS_A_SECOND = 8
# Beside a picture, the fields need so many cells.
_FIELDS_CELLS = 38
# Seconds after which a computation is worth a word.
_LONG_S = 0.3


class LabScreen(Screen[None]):
    """Turns the parameters of one verifier. Where it has a card, that one's numbers are the first, and it explains."""

    HELP = mark("""\
Every change of a parameter is computed at once by the library; the picture, the steps and the usual mistakes follow.

The arrows left and right turn the parameter under the cursor by one, with shift by ten; digits type a value, Enter
takes it. Up, down and tab go from one to the next. In a matrix the arrows walk, and shift with up and down turns.
r draws numbers, R goes back to those of the beginning. Where the picture has steps, space plays them, and , and . go
a step back and on. What is impossible together says why, and the last picture stays, dimmed. Page up and page down
scroll. c copies the command at the bottom, which computes the same in a shell.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", mark("play"), id="lab.play"),
        Binding("comma", "step(-1)", mark("step back"), show=False, id="lab.step_back"),
        Binding("full_stop", "step(1)", mark("step"), id="lab.step"),
        Binding("r", "shuffle", mark("draw"), id="lab.draw"),
        Binding("R", "reset", mark("reset"), id="lab.reset"),
        Binding("c", "copy", mark("copy"), id="lab.copy"),
        Binding("up,k", "app.focus_previous", mark("up"), show=False),
        Binding("down,j", "app.focus_next", mark("down"), show=False),
        Binding("pageup", "page(-1)", mark("page up"), show=False),
        Binding("pagedown", "page(1)", mark("page down"), show=False),
        Binding("escape", "back", mark("back"), id="lab.back"),
    ]

    def __init__(
        self,
        study: Study,
        declaration: Declaration,
        given: Params | None = None,
        *,
        source: Callable[[Params], Params] | None = None,
        explain: Callable[[Params, Truth], str] | None = None,
    ) -> None:
        """given: the first parameters, for those that were tried last. source: see `Lab`. explain: why, in words."""
        super().__init__()
        self.study = study
        self.given = given
        self.explain = explain
        self.tried = Tried(paths.home() / "lab.json")
        self.lab = Lab(declaration, study.worker, deliver=self.call_later, changed=self._changed, source=source)
        self.asked_at = 0.0
        self.playing: Timer | None = None
        self.seen: View | None = None
        self.widest = 0

    def compose(self) -> ComposeResult:
        yield Line(id="lab-head")
        with Container(id="lab"):
            yield Fields()
            with VerticalScroll(id="findings", can_focus=False):
                yield Static(id="trouble")
                yield Page(id="view")
        yield Line(id="command")
        yield Keys()

    def on_mount(self) -> None:
        self.lab.start(self.tried.of(self.lab.declaration.name) if self.given is None else self.given)
        self.set_interval(_LONG_S, self._head)

    def on_unmount(self) -> None:
        self.lab.close()
        self.tried.note(self.lab.declaration.name, self.lab.values)

    def retell(self) -> None:
        """Says all of it anew, in the language that is spoken now."""
        self.seen = None
        self._changed()

    def _changed(self) -> None:
        if not self.is_mounted:
            return
        view = self.lab.view
        if not view.waiting:
            self.asked_at = 0.0
        elif not self.asked_at:
            self.asked_at = time.monotonic()
        self.query_one(Fields).show(self.lab)
        self.query_one("#command", Line).show(Content(self.lab.command.replace("\n", "⏎")))
        self._show(view)
        self._head()

    def _show(self, view: View) -> None:
        before, self.seen = self.seen, view
        if before is None or (before.trouble, before.old) != (view.trouble, view.old):
            self.query_one("#trouble", Static).update(trouble(view))
            self.query_one("#trouble").display = bool(view.trouble)
            self.query_one("#view").set_class(view.old, "-old")
        if before is None or before.truth is not view.truth or before.picture is not view.picture:
            said = findings(view, self.study.options.lang, self._why)
            self.query_one("#view", Page).show(said)
            self._arrange(view)

    def _why(self, truth: Truth) -> str:
        return self.explain(self.lab.view.params, truth) if self.explain is not None else ""

    def _arrange(self, view: View) -> None:
        """Puts the picture beside the fields where both have room, else below them."""
        if view.picture is not None:
            rows = view.picture.picture.rows
            self.widest = max(self.widest, *(sum(len(run.text) for run in row) for row in rows), 0)
        beside = self.size.width - _FIELDS_CELLS - 3 >= max(self.widest, 40)
        self.set_class(beside, "-beside")
        self.set_class(bool(self.query(Source)), "-source")
        self.set_class(not beside and self.size.width >= 72, "-paired")

    def on_resize(self, _event: events.Resize) -> None:
        self._arrange(self.lab.view)

    def _head(self) -> None:
        view, name = self.lab.view, Content.styled(self.lab.declaration.name, "bold")
        state = self.study.worker.state
        if state.phase == "starting":
            said = _("the library is starting…")
        elif self.asked_at and time.monotonic() - self.asked_at > _LONG_S:
            said = _("computing…")
        else:
            said = origin(view.truth)
        right = Content.styled(said, "$foreground-muted")
        room = self.size.width - 2 - name.cell_length - right.cell_length
        summary = Content.styled(f"  {self.lab.declaration.summary}", "$foreground-muted")
        middle = summary.truncate(max(0, room - 2), ellipsis=True) if room > 12 else Content()
        self.query_one("#lab-head", Line).show(
            Content.assemble(name, middle, " " * max(1, room - middle.cell_length), right)
        )

    def on_turned(self, event: Turned) -> None:
        knobs = self.lab.knobs(event.parameter)
        if event.place < len(knobs):
            self.lab.put(event.parameter, knobs[event.place].put(event.value))

    def on_rewritten(self, event: Rewritten) -> None:
        self.lab.put(event.parameter, event.value)

    def on_misread(self, event: Misread) -> None:
        self.notify(event.why, severity="warning", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.lab.plays if action in ("play", "step") else True

    def action_play(self) -> None:
        """Plays the steps, or stops; where nothing may move by itself, goes a step on."""
        if self.app.animation_level == "none":
            self.lab.advance()
        elif self.playing is None:
            self.playing = self.set_interval(1 / _STEPS_A_SECOND, self.lab.advance)
        else:
            self._stop()

    def _stop(self) -> None:
        if self.playing is not None:
            self.playing.stop()
            self.playing = None

    def action_step(self, by: int) -> None:
        self._stop()
        self.lab.put(STEP, self.lab.knobs(STEP)[0].turned(by))

    def action_shuffle(self) -> None:
        self.lab.shuffle(random.Random())

    def action_reset(self) -> None:
        self._stop()
        self.lab.reset()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.lab.command)
        self.notify(_("The command is in the clipboard."), markup=False)

    def action_page(self, by: int) -> None:
        place = self.query_one("#findings" if self.has_class("-beside") else "#lab")
        (place.scroll_page_down if by > 0 else place.scroll_page_up)(animate=False)

    def action_back(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.app.exit()
