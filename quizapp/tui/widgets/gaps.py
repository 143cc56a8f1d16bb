"""Where a cloze is answered: a small input for each gap, and beside it how that reads."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from quizapp.core import reading
from quizapp.core.answer import Unreadable
from quizapp.core.reading import LONGEST, Reading
from quizapp.core.text import clean
from quizapp.language import _, mark
from quizapp.tui.messages import Answered

# As line mode parts the gaps; a full-width one is folded to it.
_BETWEEN = re.compile(r"\s*[;；]\s*")
# A longer word is in its gap for all to see.
_NOTE_CELLS = 44


class Gap(Input):
    """The input of one gap; parted: of several, so that a semicolon leads to the one that follows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Its own and before its letters: what is typed fast must not be split between two gaps at the wrong place.
        Binding("semicolon,fullwidth_semicolon", "go_on", mark("next gap"), show=False, priority=True)
    ]

    def __init__(self, *, parted: bool) -> None:
        super().__init__(max_length=LONGEST + 1, select_on_focus=False, compact=True)
        self.parted = parted
        self.following: Gap | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.parted if action == "go_on" else True

    def action_go_on(self) -> None:
        """Goes on to the gap that follows; stays in the last one."""
        self.screen.set_focus(self.following or self)


class Gaps(Vertical):
    """The inputs of a cloze, one to a row. Tab and Enter go on to the next gap, Enter in the last one answers; `;` goes
    on as well, so that an answer can be typed or pasted as in line mode."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", mark("up"), show=False),
        Binding("down", "app.focus_next", mark("down"), show=False),
    ]

    def __init__(self, kinds: Sequence[str]) -> None:
        """kinds: how each gap is read, `number` or `text`."""
        super().__init__()
        self.kinds = tuple(kinds)
        self.inputs = [Gap(parted=len(self.kinds) > 1) for _kind in kinds]
        for field, following in pairwise(self.inputs):
            field.following = following
        self.notes = [Static(classes="reads") for _kind in kinds]

    def compose(self) -> ComposeResult:
        for place, (field, note) in enumerate(zip(self.inputs, self.notes, strict=True), 1):
            yield Horizontal(Static(Content(f"{place}"), classes="place"), field, note)

    def on_mount(self) -> None:
        self.focus()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Puts the cursor into the first gap that isn't filled, or into the last one."""
        field = next((one for one in self.inputs if not one.value.strip()), self.inputs[-1])
        field.focus(scroll_visible)
        return self

    @property
    def typed(self) -> str:
        """What is typed, in the words of line mode."""
        return "; ".join(field.value.strip() for field in self.inputs)

    def show(self) -> None:
        """Says anew how each gap reads."""
        for at in range(len(self.inputs)):
            self._tell(at)

    def _place(self, field: Input) -> int:
        return next(at for at, one in enumerate(self.inputs) if one is field)

    def _read(self, at: int) -> Reading | Unreadable:
        return reading.short(self.inputs[at].value, partial(reading.gap, kind=self.kinds[at]))

    def _tell(self, at: int) -> None:
        """Says how a gap reads; nothing while it can't be read yet."""
        read = self._read(at)
        said = "" if isinstance(read, Unreadable) else _("reads as {said}").format(said=read)
        self.notes[at].update(Content(said).truncate(_NOTE_CELLS, ellipsis=True))

    def _complain(self, at: int) -> bool:
        """Goes to a gap that can't be read and says why; gives whether there is a reason to."""
        read = self._read(at)
        if isinstance(read, Unreadable):
            said = _("{why} This costs nothing; try again.").format(why=read.why)
            self.notes[at].update(Content.styled(said, "$text-warning"))
            self.inputs[at].focus()
        return isinstance(read, Unreadable)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        at = self._place(event.input)
        if (safe := clean(event.value)) != event.value:
            event.input.value = safe
        elif len(self.inputs) > 1 and _BETWEEN.search(event.value):
            self._spread(at, _BETWEEN.split(event.value))
        else:
            self._tell(at)

    def _spread(self, at: int, parts: Sequence[str]) -> None:
        """Gives the parts of what was typed into one gap to it and those that follow, and goes on to the last of them.
        An empty part leaves its gap as it is; what is too much is dropped."""
        last = at
        for field, part in zip(self.inputs[at:], parts, strict=False):
            last = self._place(field)
            if part or last == at:
                field.value = part
        self.inputs[last].focus()
        self.inputs[last].cursor_position = len(self.inputs[last].value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        at = self._place(event.input)
        if event.value.strip() and self._complain(at):
            return
        if at + 1 < len(self.inputs):
            self.inputs[at + 1].focus()
        elif not any(self._complain(each) for each in range(len(self.inputs))):
            self.post_message(Answered(self.typed))
