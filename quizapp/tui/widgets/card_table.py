"""A table of cards that scrolls through any number: only the rows on screen are read."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from quizapp.core.schedule import Scheduled
from quizapp.core.text import Lang, clean, fit
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.store import CardState
from quizapp.wording import due_in

_PAGE = 64
# Pages that are kept: enough for going back and forth, however long the table is.
_KEPT = 32
_ID_CELLS = 30
_FLAGS = {"red": "$text-error", "orange": "$text-warning", "green": "$text-success", "blue": "$text-primary"}


def columns() -> str:
    """What stands over the rows."""
    numbers = ((_("due"), 10), (_("stability"), 10), (_("lapses"), 7))
    return f" {fit(_('card'), _ID_CELLS)} {fit(_('state'), 10)}" + "".join(fit(*one, right=True) for one in numbers)


class CardTable(ScrollView, can_focus=True):
    """Rows for the cards `ids`. `read` gives their states, a page at a time; `select` marks rows for what is done to
    many."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", mark("up"), show=False),
        Binding("down,j", "move(1)", mark("down"), show=False),
        Binding("pageup", "page(-1)", mark("a page up"), show=False),
        Binding("pagedown", "page(1)", mark("a page down"), show=False),
        Binding("home", "go(0)", mark("first"), show=False),
        Binding("end", "go(-1)", mark("last"), show=False),
        Binding("space", "select", mark("select"), id="browse.select"),
        Binding("a", "select_all", mark("all"), id="browse.select_all"),
    ]
    cursor: reactive[int] = reactive(0)

    class Highlighted(Message):
        """The cursor is on another card; empty where there is none."""

        def __init__(self, card: str) -> None:
            super().__init__()
            self.card = card

    def __init__(self, read: Callable[[Sequence[str]], dict[str, CardState]], lang: Lang, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.read = read
        self.lang: Lang = lang
        self.day = 0
        self.ids: Sequence[str] = ()
        self.selected: set[str] = set()
        self._pages: dict[int, dict[str, CardState]] = {}

    @property
    def card(self) -> str:
        """The card under the cursor; empty where there is none."""
        return self.ids[self.cursor] if self.ids else ""

    @property
    def chosen(self) -> list[str]:
        """The selected cards in their order, else the one under the cursor."""
        if self.selected:
            return [card for card in self.ids if card in self.selected]
        return [self.card] if self.ids else []

    def show(self, ids: Sequence[str], day: int) -> None:
        """Shows other cards; the cursor stays on its card where that is still among them."""
        before = self.card
        self.ids, self.day = ids, day
        self.selected &= set(ids) if self.selected else set()
        self.reload()
        self.virtual_size = Size(0, len(ids))
        self.cursor = self.ids.index(before) if before in self._near(before) else 0
        self._moved()

    def reload(self) -> None:
        """Reads again what is shown."""
        self._pages.clear()
        self.refresh()

    def _near(self, card: str) -> Sequence[str]:
        # Where a card stands is looked up only when it can be one of few: an index over all would cost a pause.
        return self.ids if card and len(self.ids) < 5000 else ()

    def state(self, place: int) -> CardState | None:
        """The state of the card in a row; None where there is none, or it can't be read now."""
        page = place // _PAGE
        if page not in self._pages:
            if len(self._pages) >= _KEPT:
                del self._pages[next(iter(self._pages))]
            try:
                self._pages[page] = self.read(self.ids[page * _PAGE : (page + 1) * _PAGE])
            except (
                QuizError
            ):  # the card beside the table says it; rows have their names, and are read at the next change
                self._pages[page] = {}
        return self._pages[page].get(self.ids[place])

    def render_line(self, y: int) -> Strip:
        place = y + int(self.scroll_offset.y)
        width = self.size.width
        if place >= len(self.ids):
            return Strip.blank(width, self.rich_style)
        strips = Visual.to_strips(self, self._row(place, width), width, 1, self.visual_style)
        return strips[0].adjust_cell_length(width, self.rich_style)

    def _row(self, place: int, width: int) -> Content:
        card, state = self.ids[place], self.state(place)
        sign = "▌" if card in self.selected else " "
        name = Content(clean(card)).truncate(_ID_CELLS, ellipsis=True).pad_right(0)
        parts: list[Content | str | tuple[str, str]] = [(sign, "$text-accent"), name]
        parts.append(" " * max(1, _ID_CELLS + 1 - name.cell_length))
        if state is not None:
            parts += self._columns(state)
            if width > 110:
                prompt = clean(state.prompt.in_lang(self.lang)).split("\n")[0]
                parts.append((f"  {prompt}", "$foreground-muted"))
        row = Content.assemble(*parts).truncate(width, ellipsis=True)
        row = row.pad_right(max(0, width - row.cell_length))
        if place != self.cursor:
            return row
        return row.stylize("reverse" if self.has_focus else "underline")

    def _columns(self, state: CardState) -> list[Content | str | tuple[str, str]]:
        schedule = state.schedule if isinstance(state.schedule, Scheduled) else None
        due = due_in(schedule.due_day - self.day) if schedule else "—"
        soon = bool(schedule and schedule.due_day <= self.day)
        marks = state.marks
        parts: list[Content | str | tuple[str, str]] = [
            fit(_(state.state), 10),
            (fit(due, 10, right=True), "$text-warning" if soon else ""),
            f"{schedule.stability:10.1f}" if schedule else f"{'—':>10}",
            f"{schedule.lapses:7}" if schedule else f"{'—':>7}",
            " ",
        ]
        if marks.flag:
            parts.append(("⚑", _FLAGS[marks.flag]))
        if marks.suspended:
            parts.append(("‖", "$text-warning"))
        if marks.buried_on is not None and marks.buried_on >= self.day:
            parts.append(("↓", "$foreground-muted"))
        return parts

    def watch_cursor(self) -> None:
        self._moved()

    def _moved(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, max(1, self.size.width), 1), animate=False)
        self.refresh()
        self.post_message(self.Highlighted(self.card))

    def on_click(self, event: events.Click) -> None:
        place = event.y + int(self.scroll_offset.y)
        if place < len(self.ids):
            self.cursor = place

    def on_resize(self) -> None:
        self.virtual_size = Size(0, len(self.ids))

    def action_move(self, by: int) -> None:
        self.cursor = min(max(self.cursor + by, 0), max(0, len(self.ids) - 1))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 1))

    def action_go(self, place: int) -> None:
        self.cursor = place % max(1, len(self.ids))

    def action_select(self) -> None:
        """Selects the row, or no longer, and goes on."""
        if self.ids:
            self.selected ^= {self.card}
            self.action_move(1)
            self.refresh()

    def action_select_all(self) -> None:
        """Selects all that were found; none, where all are."""
        self.selected = set() if len(self.selected) == len(self.ids) else set(self.ids)
        self.refresh()
