"""Ways to answer. Each says what line mode would be told: a letter, letters in an order, lines of code."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList

from quizapp.core.card import Kind
from quizapp.core.question import Question
from quizapp.core.reading import LETTERS
from quizapp.language import _, mark
from quizapp.tui.messages import Answered
from quizapp.tui.prose import python
from quizapp.tui.widgets.gaps import Gaps

_SCROLLBAR_CELLS = 2


def widget_for(question: Question) -> Widget:
    """The widget that answers a question of a kind that one line of text doesn't serve."""
    match question.card.kind:
        case Kind.CHOICE | Kind.PICTURE:
            return Pick(_options(question))
        case Kind.SEVERAL:
            return PickSeveral(_options(question))
        case Kind.ORDER:
            return Order([python(line) for line in question.lines])
        case Kind.CODE:
            from quizapp.tui.widgets.editor import Code  # brings a parser along

            return Code(question.starter)
        case Kind.CLOZE:
            return Gaps(question.card.gaps)
        case Kind.RECALL:
            return TurnOver(question.card.back.in_lang(question.lang))
    raise ValueError(f"{question.card.kind} is answered by a line of text")


def retell(widget: Widget, question: Question) -> None:
    """Has a widget of `widget_for` show the same question in another language; what is marked and moved stays so."""
    match widget:
        case Pick() | PickSeveral():
            widget.rows = _options(question)
            widget.show()
        case TurnOver():
            widget.back = question.card.back.in_lang(question.lang)
            widget.refresh(layout=True)
        case Gaps():
            widget.show()


def _options(question: Question) -> list[Content]:
    return [Content(option.text.in_lang(question.lang)) for option in question.options]


class _Lettered(OptionList):
    """Rows that go by letters."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "answer", mark("answer"))]

    def __init__(self, rows: list[Content]) -> None:
        super().__init__(markup=False, compact=True)
        self.rows = rows
        self.keys = self.letters = LETTERS[: len(rows)]

    def on_mount(self) -> None:
        self.show()
        self.highlighted = 0
        self.focus()

    def on_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Shows the rows as they stand."""
        highlighted = self.highlighted
        self.set_options(self.row(index) for index in range(len(self.rows)))
        self.highlighted = highlighted

    def row(self, index: int) -> Content:
        """A row as it is shown."""
        return self.labelled(Content.styled(f" {self.letters[index]} ", "bold $text-accent"), self.rows[index])

    def labelled(self, label: Content, words: Content) -> Content:
        """`words` behind their label, below which nothing stands where they take several lines."""
        indent = label.cell_length + 1
        room = self.scrollable_content_region.width - indent - _SCROLLBAR_CELLS
        if 0 < room < words.cell_length:
            words = Content(f"\n{' ' * indent}").join(words.wrap(room))
        return Content.assemble(label, " ", words)

    def chosen(self, index: int) -> None:
        """A row was chosen, by its letter or the mouse."""
        self.highlighted = index

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in self.keys:
            event.stop()
            self.chosen(self.keys.index(event.character))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.chosen(event.option_index)


class Pick(_Lettered):
    """One of the options: a letter or the arrows, then Enter; a click answers at once."""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_answer()

    def action_answer(self) -> None:
        if self.highlighted is not None:
            self.post_message(Answered(self.letters[self.highlighted]))


class PickSeveral(_Lettered):
    """All options that hold: letters, the space bar or clicks mark them; Enter answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", mark("mark")),
        Binding("enter", "answer", mark("answer")),
    ]

    def __init__(self, rows: list[Content]) -> None:
        super().__init__(rows)
        self.marked: set[int] = set()

    def row(self, index: int) -> Content:
        box = " ☑" if index in self.marked else " ☐"
        label = Content.assemble(box, (f" {self.letters[index]} ", "bold $text-accent"))
        return self.labelled(label, self.rows[index])

    def chosen(self, index: int) -> None:
        self.highlighted = index
        self.marked ^= {index}
        self.show()

    def action_mark(self) -> None:
        if self.highlighted is not None:
            self.chosen(self.highlighted)

    def action_answer(self) -> None:
        self.post_message(Answered(" ".join(self.letters[index] for index in sorted(self.marked)) or "none"))


class Order(_Lettered):
    """Lines to be put in order: arrows and digits walk, with shift the arrows move the line, as dragging does; Enter
    answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up,K", "move(-1)", mark("line up")),
        Binding("shift+down,J", "move(1)", mark("line down")),
        Binding("enter", "answer", mark("answer")),
    ]

    def __init__(self, rows: list[Content]) -> None:
        super().__init__(rows)
        self.order = list(range(len(rows)))
        self.keys = "123456789"[: len(rows)]
        self.dragged = False

    def row(self, index: int) -> Content:
        return self.labelled(Content.styled(f" {index + 1} ", "bold $text-accent"), self.rows[self.order[index]])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if (line := event.style.meta.get("option")) is not None:
            self.highlighted = line
            self.dragged = True
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        place, here = event.style.meta.get("option"), self.highlighted
        if self.dragged and place is not None and here is not None and place != here:
            self.action_move(place - here)

    def on_mouse_up(self) -> None:
        self.dragged = False
        self.release_mouse()

    def action_move(self, by: int) -> None:
        here = self.highlighted
        if here is not None and 0 <= here + by < len(self.order):
            self.order.insert(here + by, self.order.pop(here))
            self.highlighted = here + by
            self.show()

    def action_answer(self) -> None:
        self.post_message(Answered(" ".join(self.letters[line] for line in self.order)))


class TurnOver(Widget):
    """A card with a back: Enter turns it over, then the learner says whether it was known."""

    can_focus = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "turn", mark("turn over")),
        Binding("y", "known('y')", mark("I knew it")),
        Binding("n", "known('n')", mark("I didn't")),
    ]

    def __init__(self, back: str) -> None:
        super().__init__()
        self.back = back
        self.turned = False

    def on_mount(self) -> None:
        self.focus()

    def render(self) -> Content:
        if self.turned:
            return Content.assemble(self.back, "\n\n", (_("Did you know it? y or n"), "$foreground-muted"))
        return Content.styled(_("Enter turns the card over."), "$foreground-muted")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.turned == (action == "known") if action in ("turn", "known") else True

    def action_turn(self) -> None:
        self.turned = True
        self.refresh(layout=True)
        self.screen.refresh_bindings()

    def action_known(self, said: str) -> None:
        self.post_message(Answered(said))
