"""The config file's options: what holds, where it comes from and what it does; Enter changes one."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from quizapp import paths
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.options import APP, SCHEDULE, Option
from quizapp.setting import write, written
from quizapp.study import Study
from quizapp.tui.screens.asking import AskText
from quizapp.tui.widgets.keys import Keys

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp

_NAME_CELLS = 18
_VALUE_CELLS = 22
_AT_START = ("db", "pack", "device", "backups", "zone", "rollover")


class SettingsScreen(Screen[None]):
    """Options for all decks, or for one deck or folder."""

    HELP = mark("""\
Each line is an option of the config file, with what holds and where that comes from; the line below says what it does.
Enter changes it: the file is written anew with its comments kept. x takes an option out of the file, so that the
default holds, or what a folder above says. d chooses a deck or a folder: what is changed then holds for it alone.""")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", mark("change"), priority=True, id="settings.change"),
        Binding("x", "unset", mark("default"), id="settings.unset"),
        Binding("d", "deck", mark("deck"), id="settings.deck"),
        Binding("escape,q", "dismiss", mark("back")),
    ]

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.deck = ""

    def compose(self) -> ComposeResult:
        yield Static(id="title", classes="title")
        yield OptionList(id="options", markup=False)
        yield Static(id="effect", classes="dim")
        yield Keys()

    def on_mount(self) -> None:
        self._tell()
        self.query_one("#options", OptionList).focus()

    def retell(self) -> None:
        """Says all that it shows in the language that is spoken now; the cursor stays."""
        self._tell()

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be set here: for a deck, the schedule alone."""
        return SCHEDULE if self.deck else (*SCHEDULE, *APP)

    def _tell(self) -> None:
        of = self.deck or _("all decks")
        title = Content.assemble((_("Settings"), "bold"), f" · {of} · ", (str(paths.config()), "$foreground-muted"))
        self.query_one("#title", Static).update(title)
        rows = self.query_one("#options", OptionList)
        before = rows.highlighted or 0
        rows.set_options(Row(self._row(option)) for option in self.options)
        rows.highlighted = min(before, len(self.options) - 1)
        self._explain()

    def _row(self, option: Option) -> Content:
        rule = self.study.config.rule(option.name, self.deck)
        default = rule.source == "default"
        source = _(rule.source) if default else rule.source.removeprefix(f"{paths.config().parent}/")
        return Content.assemble(
            set_cell_size(option.name, _NAME_CELLS),
            (set_cell_size(written(option, rule.value), _VALUE_CELLS), "" if default else "bold $text-accent"),
            (f"  {source}", "$foreground-muted"),
        )

    def _explain(self) -> None:
        option = self._chosen
        line = _("{effect}; {form}").format(effect=_(option.effect), form=_(option.form))
        if option.name in _AT_START:
            line += " · " + _("holds from the next start on")
        self.query_one("#effect", Static).update(Content(line))

    @property
    def _chosen(self) -> Option:
        return self.options[self.query_one("#options", OptionList).highlighted or 0]

    def on_option_list_option_highlighted(self) -> None:
        self._explain()

    def on_option_list_option_selected(self) -> None:
        self.action_change()

    def action_change(self) -> None:
        """Asks for a value, and writes it."""
        option = self._chosen
        value = written(option, self.study.config.rule(option.name, self.deck).value)

        def keep(text: str | None) -> None:
            if text:
                self._write(option, text)

        self.app.push_screen(AskText(f"{option.name}: {_(option.effect)}", _(option.form), value.strip('"—')), keep)

    def action_unset(self) -> None:
        """Takes the option out of the file."""
        self._write(self._chosen, None)

    def action_deck(self) -> None:
        """Asks for which decks."""

        def keep(name: str | None) -> None:
            if name is None:
                return
            try:
                decks = self.study.library.decks([name]) if name else []
            except QuizError as error:
                self.notify(str(error), severity="error", markup=False)
                return
            self.deck = decks[0] if len(decks) == 1 else name.strip("/")
            self._tell()

        self.app.push_screen(AskText(_("A deck or a folder; nothing for all"), "conv/size", self.deck), keep)

    def _write(self, option: Option, value: str | None) -> None:
        try:
            write(paths.config(), option.name, value, self.deck or None)
            config = self.study.config.again()
        except QuizError as error:
            self.notify(str(error), severity="error", timeout=10, markup=False)
            return
        self.study = replace(self.study, config=config)
        cast("QuizApp", self.app).configured(config)
        self._tell()
