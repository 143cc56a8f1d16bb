"""All cards in a table: search as you type, the card beside it, and what can be done to many at once."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from quizapp.browsing import Browser, Found
from quizapp.core.event import Mark
from quizapp.core.text import clean, on_a_line
from quizapp.errors import QuizError
from quizapp.language import _, mark, ngettext
from quizapp.store.search import ORDERS
from quizapp.study import Study
from quizapp.tui import in_hand
from quizapp.tui.in_hand import errors_said
from quizapp.tui.widgets.card_table import CardTable, columns
from quizapp.tui.widgets.keys import Keys
from quizapp.wording import taken_back

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp

# Beside the card, the table still has room for all its columns.
_WIDE = 118
# A search begins when the fingers rest for this long.
_REST_S = 0.08


class BrowseScreen(Screen[None]):
    """The search above, the table below it, the card beside or under the table."""

    HELP = mark("""\
Type what to look for: words of a card, its id, tags and notes. Filters narrow it down, and all of them must hold:
  deck:conv  tag:shape  kind:choice  is:due  is:new  is:leech  is:suspended  flag:red  note:why
  stability<10  lapses>2  due<7  interval>=30   - denies, or joins, parentheses group.
Down goes to the table, / back to the search. Space selects cards, a selects all that were found; what is done then
is done to all of them, and u takes it back in one step.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", mark("search"), id="browse.search"),
        Binding("s", "suspend", mark("suspend"), id="browse.suspend"),
        Binding("d", "bury", mark("bury"), show=False, id="browse.bury"),
        Binding("f", "flag", mark("flag"), id="browse.flag"),
        Binding("t", "tag", mark("tag"), id="browse.tag"),
        Binding("r", "reschedule", mark("date"), id="browse.reschedule"),
        Binding("n", "forget", mark("forget"), id="browse.forget"),
        Binding("u", "undo", mark("undo"), id="browse.undo"),
        Binding("o", "order", mark("order"), id="browse.order"),
        Binding("e", "edit", mark("edit"), show=False, id="browse.edit"),
        Binding("l", "lab", mark("lab"), show=False, id="browse.lab"),
        Binding("escape", "back", mark("back")),
    ]

    def __init__(self, study: Study, query: str = "") -> None:
        super().__init__()
        self.study = study
        self.browser = Browser(study.library, study.clock, study.config)
        self.written = query
        self.order = 0
        self.found = Found()

    def compose(self) -> ComposeResult:
        yield Input(self.written, placeholder=_hint(), id="query", compact=True)
        yield Static(id="count")
        with Container(id="browse"):
            with Vertical(id="table"):
                yield Static(Content.styled(columns(), "$foreground-muted"), id="columns")
                yield CardTable(self.browser.states, self.study.options.lang, id="cards")
            with VerticalScroll(id="beside", can_focus=False):
                yield Static(id="card")
        yield Keys()

    def on_mount(self) -> None:
        self._search()

    def on_resize(self) -> None:
        self.set_class(self.size.width >= _WIDE, "-wide")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a query is typed, letters are letters."""
        in_table = self.is_mounted and self.query_one("#cards", CardTable).has_focus
        return in_table or action in ("back", "dismiss")

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.written = clean(event.value)
        self._search(_REST_S)

    def on_input_submitted(self) -> None:
        self.query_one("#cards", CardTable).focus()

    def key_down(self, event: events.Key) -> None:
        if self.query_one("#query", Input).has_focus:
            event.stop()  # or the table, which has the focus then, would take the same key
            self.query_one("#cards", CardTable).focus()

    # Workers are given the function, not its coroutine: one that is replaced before it ran would never be awaited.
    def _search(self, rest_s: float = 0.0) -> None:
        self.run_worker(partial(self._look, rest_s), exclusive=True, group="search")  # type: ignore[arg-type]

    async def _look(self, rest_s: float) -> None:
        await asyncio.sleep(rest_s)
        try:
            found = await asyncio.to_thread(self.browser.find, self.written, order=ORDERS[self.order])
        except QuizError as error:
            found = Found(fault=str(error))
        if found.fault:
            # What was found before stays while a filter is half typed.
            self.query_one("#count", Static).update(Content.styled(found.fault, "$text-error"))
            return
        self.found = found
        self._count()
        self.query_one("#cards", CardTable).show(found.ids, self.study.clock.today())

    def _count(self) -> None:
        found = len(self.found.ids)
        told = ngettext("{n} card", "{n} cards", found).format(n=found)
        order = _("by {order}").format(order=_(ORDERS[self.order]))
        self.query_one("#count", Static).update(Content.styled(f"{told} · {order}", "$foreground-muted"))

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; what was typed and selected stays."""
        self.query_one("#query", Input).placeholder = _hint()
        self.query_one("#columns", Static).update(Content.styled(columns(), "$foreground-muted"))
        self.query_one("#cards", CardTable).lang = self.study.options.lang
        self._count()
        self._again()

    def on_card_table_highlighted(self, event: CardTable.Highlighted) -> None:
        self.run_worker(partial(self._tell, event.card), exclusive=True, group="card")  # type: ignore[arg-type]

    async def _tell(self, card: str) -> None:
        place = self.query_one("#card", Static)
        if not card:
            place.update(Content(_("No card was found.")))
            return
        await asyncio.sleep(0.02)  # while the cursor runs, nobody reads
        try:
            lines = await asyncio.to_thread(self.browser.tell, card, self.study.options.lang)
        except QuizError as error:
            lines = [str(error)]
        place.update(Content("\n").join([Content.styled(lines[0], "bold"), *map(Content, lines[1:])]))
        self.query_one("#beside").scroll_home(animate=False)

    def _again(self) -> None:
        """Shows what was changed."""
        table = self.query_one("#cards", CardTable)
        table.reload()
        self.run_worker(partial(self._tell, table.card), exclusive=True, group="card")  # type: ignore[arg-type]

    def _do(self, what: Callable[[list[str]], None]) -> None:
        cards = self.query_one("#cards", CardTable).chosen
        if not cards:
            return
        with errors_said(self):
            try:
                what(cards)
            except ValueError as error:
                self.notify(str(error), severity="warning", markup=False)
        self._again()

    def action_suspend(self) -> None:
        """Suspends; cards that all are suspended come back."""
        states = self.browser.states(cards := self.query_one("#cards", CardTable).chosen)
        on = not all(one.marks.suspended for one in states.values())
        self._do(lambda _cards: self.study.hand.mark(cards, Mark.SUSPENDED, on=on))

    def action_bury(self) -> None:
        self._do(lambda cards: self.study.hand.mark(cards, Mark.BURIED))

    def action_flag(self) -> None:
        """Asks for a flag's colour and a note."""
        table = self.query_one("#cards", CardTable)
        if not table.ids:
            return

        def keep(colour: str, note: str) -> None:
            hand = self.study.hand
            self._do(lambda cards: hand.mark(cards, Mark.FLAGGED, on=bool(colour), text=colour, note=note))

        in_hand.flag(self, _many(table.chosen), self.study.library.store, table.card, keep)

    def action_tag(self) -> None:
        def keep(text: str | None) -> None:
            for tag in (text or "").split():
                on, name = not tag.startswith("-"), tag.removeprefix("-")
                if name:
                    self._do(partial(self.study.hand.mark, mark=Mark.TAGGED, on=on, text=name))

        self._ask(_("Tags for {cards}"), _("words; -word takes one off"), keep)

    def action_reschedule(self) -> None:
        def keep(text: str | None) -> None:
            if text:
                today = self.study.clock.today()
                try:
                    day = date.fromisoformat(text).toordinal() if "-" in text.lstrip("-") else today + int(text)
                except ValueError:
                    self.notify(_("'{text}' is neither a date nor a number of days").format(text=text), markup=False)
                    return
                self._do(lambda cards: self.study.hand.reschedule(cards, day))

        self._ask(_("When shall {cards} come back?"), _("days from today, or 2026-12-24"), keep)

    def action_forget(self) -> None:
        from quizapp.tui.screens.asking import AskWhether

        def keep(sure: bool | None) -> None:
            if sure:
                self._do(self.study.hand.forget)

        cards = _many(self.query_one("#cards", CardTable).chosen)
        question = _("Forget {cards}? They will be new; their reviews stay in the record.").format(cards=cards)
        self.app.push_screen(AskWhether(question), keep)

    def _ask(self, question: str, hint: str, keep: Callable[[str | None], None]) -> None:
        from quizapp.tui.screens.asking import AskText

        cards = self.query_one("#cards", CardTable).chosen
        if cards:
            self.app.push_screen(AskText(question.format(cards=_many(cards)), hint), keep)

    def action_undo(self) -> None:
        with errors_said(self):
            self.notify(taken_back(self.study.hand.undo()), markup=False)
        self._again()

    def action_order(self) -> None:
        self.order = (self.order + 1) % len(ORDERS)
        self._search()

    def action_edit(self) -> None:
        cast("QuizApp", self.app).edit(self.query_one("#cards", CardTable).card)
        self._search()

    def action_lab(self) -> None:
        cast("QuizApp", self.app).lab_of(self.query_one("#cards", CardTable).card)

    def action_search(self) -> None:
        self.query_one("#query", Input).focus()

    def action_back(self) -> None:
        if self.query_one("#query", Input).has_focus and self.found.ids:
            self.query_one("#cards", CardTable).focus()
        else:
            self.dismiss()


def _many(cards: list[str]) -> str:
    """One card by its name, several by their number."""
    return (
        on_a_line(cards[0]) if len(cards) == 1 else ngettext("{n} card", "{n} cards", len(cards)).format(n=len(cards))
    )


def _hint() -> str:
    return _("search: words, deck:conv, is:due, stability<10")
