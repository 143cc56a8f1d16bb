"""The statistics as pictures: a year of days, what is coming, retention against prediction, what is hard."""

import asyncio
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import ProgressBar, Static

from quizapp import figures
from quizapp.core import charts
from quizapp.core.picture import Picture
from quizapp.core.statistics import Stats
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.study import Scope, Study
from quizapp.tui.prose import drawn
from quizapp.tui.widgets.keys import Keys

_SIDE_BY_SIDE = 100
_WEEK = 2


class StatsScreen(Screen[None]):
    """Reads the record beside the screen, then shows what it tells."""

    HELP = mark("""\
How much you have reviewed, how well you knew it when it came back, and how well FSRS had predicted that.

In the year of days a darker cell is a day with more reviews. The forecast counts cards that are scheduled already;
reviews of today add to it. In the calibration ● is the share that you knew and │ what was predicted: where they
meet, the schedule fits you. Of numbers that are missed more often only those are shown that chance can't explain.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", mark("back")),
        Binding("up,down,pageup,pagedown,home,end", "scroll", mark("scroll"), show=False),
    ]

    def __init__(self, study: Study, scope: Scope | None = None) -> None:
        super().__init__()
        self.study = study
        self.scope = scope or Scope()
        self.stats: Stats | None = None

    def compose(self) -> ComposeResult:
        yield Static(_title(), classes="title")
        with VerticalScroll(id="page"):
            yield ProgressBar(show_eta=False, id="gathering")
            yield Static(id="stats")
        yield Keys()

    def on_mount(self) -> None:
        if self.stats is None:
            self.run_worker(partial(self._gather), exclusive=True)  # type: ignore[arg-type]
        else:
            self._show()

    async def _gather(self) -> None:
        bar = self.query_one("#gathering", ProgressBar)
        reported = 0

        def progress(done: int, of: int) -> None:
            nonlocal reported
            if done - reported >= of // 50:
                reported = done
                self.app.call_from_thread(bar.update, total=of, progress=done)

        study = self.study
        try:
            self.stats = await asyncio.to_thread(
                figures.gather, study.library, study.clock, study.config, self.scope.decks, progress
            )
        except QuizError as error:
            bar.display = False
            self.query_one("#stats", Static).update(Content(str(error)))
            return
        self._show()

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now."""
        self.query_one(".title", Static).update(_title())
        self.on_resize()

    def on_resize(self) -> None:
        if self.stats is not None:
            self._show()

    def _show(self) -> None:
        assert self.stats is not None
        self.query_one("#gathering").display = False
        lines = list(_told(self.stats, self.size.width))
        self.query_one("#stats", Static).update(Content("\n").join(lines))


def _title() -> Content:
    return Content.styled(_("Statistics"), "bold")


def _told(stats: Stats, width: int) -> list[Content]:
    """Everything, a line each; where there is room, charts stand side by side."""
    if not stats.days:
        return [Content(_("Nothing has been reviewed yet. Come back after a drill."))]
    weeks = min(53, (width - 12) // _WEEK * _WEEK)
    lines = [Content(line) for line in figures.activity(stats)]
    lines += [Content(), *drawn(figures.heatmap(stats, weeks)), Content()]
    forecast = _block(figures.forecast_title(stats), charts.columns(stats.forecast, 5))
    calibration = _block(figures.calibration_title(), figures.calibration(stats))
    lines += _beside([forecast, calibration], width)
    said = (*figures.precision(stats), *figures.beginning(stats))
    lines += [Content.styled(f"    {line}", "$foreground-muted") for line in said]
    lines += [Content(), *_heading(_("Known when they came back"))]
    lines += [Content(line) for line in figures.retention(stats)]
    lines.append(Content())
    spreads = [_block(title, figures.bars(histogram)) for title, histogram in figures.histograms(stats)]
    for pair in (spreads[:2], spreads[2:]):
        lines += [*_beside(pair, width), Content()]
    for line in figures.hard(stats):
        lines.append(Content(line) if line.startswith("  ") else Content.styled(line, "bold"))
    return lines


def _heading(title: str) -> list[Content]:
    return [Content.styled(title, "bold")]


def _block(title: str, picture: Picture) -> list[Content]:
    return [*_heading(title), *drawn(picture)]


def _beside(blocks: list[list[Content]], width: int) -> list[Content]:
    """Blocks side by side where there is room, else one under the other."""
    if width < _SIDE_BY_SIDE:
        return [line for block in blocks for line in (*block, Content())][:-1]
    half = (width - 6) // len(blocks)
    rows = max(len(block) for block in blocks)
    lines = []
    for row in range(rows):
        cells = [block[row] if row < len(block) else Content() for block in blocks]
        lines.append(
            Content("").join(
                cell.truncate(half - 2, ellipsis=True).pad_right(max(0, half - min(cell.cell_length, half - 2)))
                for cell in cells
            )
        )
    return lines
