"""The app: it owns the study, its worker among it, and shows one screen after another."""

import gc
from contextlib import suppress
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.screen import Screen

from quizapp import language
from quizapp.core.text import Lang
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.study import Scope, Study


@runtime_checkable
class Retelling(Protocol):
    """A screen that would lose something by being composed anew in another language: it retells what it shows."""

    def retell(self) -> None: ...


class QuizApp(App[QuizError | None]):
    """`study` is what it works on; with a `scope` it goes straight into a drill, else it opens the home."""

    CSS_PATH = "quiz.tcss"
    TITLE = "quiz"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", mark("help")),
        Binding("ctrl+q", "quit", mark("quit"), priority=True),
    ]

    def __init__(self, study: Study, scope: Scope | None = None) -> None:
        super().__init__()
        self.study = study
        self._scope = scope

    def on_mount(self) -> None:
        self.call_after_refresh(gc.enable)
        # Not before the first screen stands: it has until the first answer.
        self.call_after_refresh(self.study.back_up, self._warn)

    def _warn(self, sentence: str) -> None:
        """Says what went wrong in another thread; without a word where the app has ended meanwhile."""
        with suppress(RuntimeError):
            self.call_from_thread(self.notify, sentence, severity="warning", timeout=15, markup=False)

    def get_default_screen(self) -> Screen[None]:
        return self._drill_screen(self._scope) if self._scope is not None else self._home_screen()

    def _home_screen(self) -> Screen[None]:
        from quizapp.tui.screens.home import HomeScreen

        return HomeScreen(self.study)

    def _drill_screen(self, scope: Scope, cram: bool = False) -> Screen[None]:
        sitting = self.study.sitting(scope, cram=cram)
        if sitting.queue.remaining == 0:
            from quizapp.tui.screens.nothing_due import NothingDueScreen

            return NothingDueScreen(self.study, scope)
        from quizapp.tui.screens.drill import DrillScreen

        return DrillScreen(sitting, scope, self.study)

    def show(self, screen: Screen[None]) -> None:
        """Shows `screen` in the place of the present one."""
        # The first screen is Textual's default screen, which saves mounting a second one but can't be switched away.
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def drill(self, scope: Scope, *, cram: bool = False) -> None:
        """Goes into a drill; where nothing is due, to the screen that says so."""
        self.show(self._drill_screen(scope, cram))

    def action_language(self) -> None:
        """Speaks the next language from now on, in what is shown already too."""
        known = language.LANGUAGES
        self.speak(known[(known.index(language.current()) + 1) % len(known)])

    def speak(self, lang: Lang) -> None:
        """Speaks `lang` from now on, cards and all. What was typed stays."""
        language.use(lang)
        self.study = self.study.speaking(lang)
        for screen in self.screen_stack:
            if hasattr(screen, "study"):
                screen.study = self.study
            if isinstance(screen, Retelling):
                screen.retell()
            else:
                screen.refresh(recompose=True)
            screen.refresh_bindings()

    def action_home(self) -> None:
        """Goes home."""
        self.show(self._home_screen())

    def edit(self, card: str) -> None:
        """Opens a card's line in the learner's editor, and reads the decks again when it is closed."""
        from quizapp import editing

        library = self.study.library
        try:
            place = library.card(card).place
            with self.suspend():
                editing.edit(library.pack.root, place)
            library.reread()
        except SuspendNotSupported:
            self.notify(_("This terminal can't be left for an editor."), severity="warning", markup=False)
        except QuizError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        file, _line = editing.split(place)
        for fault in library.faults:
            if fault.startswith(f"{file}:"):
                self.notify(fault, severity="error", timeout=15, markup=False)

    def action_stats(self) -> None:
        """Shows the statistics."""
        from quizapp.tui.screens.stats import StatsScreen

        self.push_screen(StatsScreen(self.study))

    def action_browse(self) -> None:
        """Shows all cards."""
        from quizapp.tui.screens.browse import BrowseScreen

        self.push_screen(BrowseScreen(self.study))

    def action_undo(self) -> None:
        """Takes back the last step, wherever it was made."""
        from quizapp.wording import taken_back

        self.notify(taken_back(self.study.hand.undo()), markup=False)

    def action_help(self) -> None:
        """Explains the screen on top."""
        from quizapp.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
