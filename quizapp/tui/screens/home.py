"""The home: what to do today, every deck with what is due and new in it, and the year behind."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.store import DeckCounts
from quizapp.study import Scope, Study
from quizapp.tui.in_hand import errors_said
from quizapp.tui.widgets.keys import Keys
from quizapp.wording import taken_back, today

if TYPE_CHECKING:
    from quizapp.overview import Overview
    from quizapp.tui.app import QuizApp

_NAME_CELLS = 18
_BAR_CELLS = 10
_WIDE = 140
_TALL = 22


class HomeScreen(Screen[None]):
    """Decks in their folders. Enter drills what the cursor is on; the first line is everything."""

    HELP = mark("""\
Each line is a folder or a deck, with the cards that are due today, those that are new, and how well its cards should
be known by now. Enter drills the line under the cursor: due cards first, then new ones. The first line drills
everything. Space folds a folder.

Below, each cell is a day of the past year: the darker, the more reviews. Known is the share of cards that you knew
when they came back in the last 30 days; the aim is what you asked for in the settings.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "drill", mark("drill"), priority=True, id="home.drill"),
        Binding("space", "fold", mark("fold"), show=False, id="home.fold"),
        Binding("b", "app.browse", mark("browse"), id="home.browse"),
        Binding("s", "app.stats", mark("stats"), id="home.stats"),
        Binding("l", "app.lab", mark("lab"), id="home.lab"),
        Binding("comma", "app.settings", mark("settings"), id="home.settings"),
        Binding("u", "undo", mark("undo"), show=False, id="home.undo"),
        Binding("q", "app.quit", mark("quit"), show=False, id="home.quit"),
    ]

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.rows: list[tuple[str, tuple[str, ...]]] = []
        self.folded: set[str] = set()
        self.overview: Overview | None = None
        self.counts: Sequence[DeckCounts] = ()
        self.planned = (0, 0)

    def compose(self) -> ComposeResult:
        yield Static(id="today")
        yield Static(Content("\n".join(self.study.library.faults)), id="faults")
        with Container(id="home"):
            yield OptionList(id="decks")
            yield Static(id="behind")
        yield Keys()

    def on_mount(self) -> None:
        self.query_one("#decks", OptionList).focus()
        # The screen stands first; the counts and what takes a look at the record come when they are there.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._count()
        self._tell()
        self._look_behind()

    def on_screen_resume(self) -> None:
        if self.rows:
            self._again()

    def _again(self) -> None:
        """Reads and says again what the record holds."""
        self._count()
        self.retell()
        self._look_behind()

    def action_undo(self) -> None:
        """Takes back the last step of the record."""
        with errors_said(self):
            self.notify(taken_back(self.study.hand.undo()), markup=False)
        self._again()

    def _count(self) -> None:
        """Reads how many cards there are to ask; what was read before stays where the record can't be read."""
        library, clock = self.study.library, self.study.clock
        with errors_said(self):
            self.counts = library.counts(clock)
            self.planned = library.today(clock, self.study.config.rules())

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; the cursor stays."""
        self._tell(self.query_one("#decks", OptionList).highlighted or 0)
        self._show_behind()

    def on_resize(self) -> None:
        self.set_class(self.size.width >= _WIDE, "-wide")
        self.set_class(self.size.width < _WIDE and self.size.height < _TALL, "-short")
        self._show_behind()

    def _tell(self, highlighted: int = 0) -> None:
        due, new = self.planned
        pace = self.overview.pace if self.overview else None
        self.query_one("#today", Static).update(Content(today(due, new, pace)))
        self.query_one("#faults").display = bool(self.study.library.faults)
        decks = self.query_one("#decks", OptionList)
        rows = list(self._rows(self.counts))
        self.rows = [(folder, names) for _label, folder, names in rows]
        decks.set_options(Option(label) for label, *_ in rows)
        decks.highlighted = min(highlighted, len(rows) - 1)

    def _look_behind(self) -> None:
        self.run_worker(partial(self._look), exclusive=True)  # type: ignore[arg-type]

    async def _look(self) -> None:
        from quizapp import overview

        study = self.study
        try:
            self.overview = await asyncio.to_thread(overview.overview, study.library, study.clock, study.config)
        except QuizError as error:
            self.query_one("#behind", Static).update(Content(str(error)))
            return
        self.retell()

    def _show_behind(self) -> None:
        """The year behind and the week ahead, as far as there is room."""
        if self.overview is None:
            return
        from quizapp import overview
        from quizapp.tui.prose import drawn

        wide = self.size.width >= _WIDE
        room = self.size.width - 10 if not wide else 56
        lines = [*drawn(overview.year_of(self.overview, weeks=min(53, room), today=self.study.clock.today()))]
        lines += [Content.styled(f"    {line}", "$foreground-muted") for line in overview.behind(self.overview)]
        self.query_one("#behind", Static).update(Content("\n").join(lines))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        cast("QuizApp", self.app).drill(Scope(self.rows[event.option_index][1]))

    def action_drill(self) -> None:
        self.query_one("#decks", OptionList).action_select()

    def action_fold(self) -> None:
        """Folds the folder under the cursor, or unfolds it."""
        highlighted = self.query_one("#decks", OptionList).highlighted or 0
        folder = self.rows[highlighted][0]
        if folder:
            self.folded ^= {folder}
            self._tell(next(place for place, (name, _names) in enumerate(self.rows) if name == folder))

    def _rows(self, counts: Sequence[DeckCounts]) -> Iterator[tuple[Content, str, tuple[str, ...]]]:
        """A line, its folder and the decks it stands for: everything, then each folder followed by its decks."""
        yield self._row(_("everything"), counts, "bold"), "", tuple(row.deck for row in counts)
        for folder in dict.fromkeys(row.deck.rpartition("/")[0] for row in counts):
            inside = [row for row in counts if row.deck.rpartition("/")[0] == folder]
            shut = folder in self.folded
            if folder:
                sign = "▸" if shut else "▾"
                yield self._row(f"{sign} {folder}", inside, "bold"), folder, tuple(row.deck for row in inside)
            for row in () if shut else inside:
                title = row.title.in_lang(self.study.options.lang)
                yield self._row(f"    {row.deck.rpartition('/')[2]}", [row], "", title), folder, (row.deck,)

    def _row(self, name: str, counts: Sequence[DeckCounts], style: str, title: str = "") -> Content:
        due, new = sum(row.due for row in counts), sum(row.new for row in counts)
        share = self.overview.share([row.deck for row in counts]) if self.overview else None
        return Content.assemble(
            (set_cell_size(name, _NAME_CELLS), style),
            (_("{n:5} due").format(n=due), "$text-warning" if due else "$foreground-muted"),
            (_("{n:5} new").format(n=new), "$text-accent" if new else "$foreground-muted"),
            "   ",
            *_bar(share),
            (f"  {title}", "$foreground-muted"),
        )


def _bar(share: float | None) -> list[tuple[str, str]]:
    """How well cards should be known, as a line and a percentage; blank where none was reviewed."""
    if share is None:
        return [(" " * (_BAR_CELLS + 5), "")]
    known = round(share * _BAR_CELLS)
    line = [("━" * known, "$text-success"), ("─" * (_BAR_CELLS - known), "$foreground-muted")]
    return [*line, (f"{share:4.0%} ", "$foreground-muted")]
