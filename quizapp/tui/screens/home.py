"""The home: what to do now, and every deck with what is due and new in it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.core.text import Lang
from quizapp.language import _, mark
from quizapp.store import DeckCounts
from quizapp.study import Scope, Study
from quizapp.tui.widgets.keys import Keys
from quizapp.wording import today

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp

_NAME_CELLS = 18


class HomeScreen(Screen[None]):
    """Decks in their folders. Enter drills what the cursor is on; the first line is everything."""

    HELP = mark("""\
Each line is a folder or a deck, with the cards that are due today and those that are new.
Enter drills the line under the cursor: due cards first, then new ones. The first line drills everything.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "drill", mark("drill"), priority=True),
        Binding("q", "app.quit", mark("quit"), show=False),
    ]

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.rows: list[tuple[str, ...]] = []

    def compose(self) -> ComposeResult:
        yield Static(id="today")
        yield Static(Content("\n".join(self.study.library.faults)), id="faults")
        yield OptionList(id="decks")
        yield Keys()

    def on_mount(self) -> None:
        self._tell()
        self.query_one("#decks", OptionList).focus()

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; the cursor stays."""
        self._tell(self.query_one("#decks", OptionList).highlighted or 0)

    def _tell(self, highlighted: int = 0) -> None:
        counts = self.study.library.counts(self.study.clock)
        self.query_one("#today", Static).update(Content(today(counts)))
        self.query_one("#faults").display = bool(self.study.library.faults)
        decks = self.query_one("#decks", OptionList)
        rows = list(_rows(counts, self.study.options.lang))
        self.rows = [names for _label, names in rows]
        decks.set_options(Option(label) for label, _names in rows)
        decks.highlighted = highlighted

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        cast("QuizApp", self.app).drill(Scope(self.rows[event.option_index]))

    def action_drill(self) -> None:
        self.query_one("#decks", OptionList).action_select()


def _rows(counts: Sequence[DeckCounts], lang: Lang) -> Iterator[tuple[Content, tuple[str, ...]]]:
    """A line and the decks it stands for: everything, then each folder followed by its decks."""
    yield _row(_("everything"), counts, "bold"), tuple(row.deck for row in counts)
    folders = dict.fromkeys(row.deck.rpartition("/")[0] for row in counts)
    for folder in folders:
        inside = [row for row in counts if row.deck.rpartition("/")[0] == folder]
        if folder:
            yield _row(f"▾ {folder}", inside, "bold"), tuple(row.deck for row in inside)
        for row in inside:
            yield _row(f"    {row.deck.rpartition('/')[2]}", [row], "", row.title.in_lang(lang)), (row.deck,)


def _row(name: str, counts: Sequence[DeckCounts], style: str, title: str = "") -> Content:
    due, new = sum(row.due for row in counts), sum(row.new for row in counts)
    return Content.assemble(
        (set_cell_size(name, _NAME_CELLS), style),
        (_("{n:5} due").format(n=due), "$text-warning" if due else "$foreground-muted"),
        (_("{n:5} new").format(n=new), "$text-accent" if new else "$foreground-muted"),
        (f"   {title}", "$foreground-muted"),
    )
