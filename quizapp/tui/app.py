"""The app: it owns the study, its worker among it, and shows one screen after another."""

import gc
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import App, SuspendNotSupported, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from quizapp import language
from quizapp.config import Config
from quizapp.core.question import Question
from quizapp.core.text import Lang, clean
from quizapp.errors import QuizError
from quizapp.language import _, mark
from quizapp.study import Scope, Study
from quizapp.tui import themes
from quizapp.tui.in_hand import errors_said


@runtime_checkable
class Retelling(Protocol):
    """A screen that would lose something by being composed anew in another language: it retells what it shows."""

    def retell(self) -> None: ...


class QuizApp(App[QuizError | None]):
    """`study` is what it works on. With a `scope` it goes straight into a drill, with the name of a verifier as `lab`
    into its laboratory, with an empty name to the list of these; else it opens the home."""

    CSS_PATH = "quiz.tcss"
    TITLE = "quiz"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", mark("help")),
        Binding("ctrl+p", "command_palette", mark("commands"), show=False),
        Binding("ctrl+q", "quit", mark("quit"), priority=True, show=False),
    ]

    def __init__(self, study: Study, scope: Scope | None = None, *, lab: str | None = None) -> None:
        super().__init__()
        self.study = study
        self._scope = scope
        self._lab = lab
        for theme in themes.OURS:
            self.register_theme(theme)
        self._configure(study.config)

    def _configure(self, config: Config) -> None:
        """Takes over what the config file says of the screens: colours, keys, motion."""
        theme = config.option("theme")
        self.theme = theme if theme in self.available_themes else themes.DARK.name
        self.animation_level = "none" if config.option("reduced_motion") else self.animation_level
        self.set_keymap(dict(config.keys))

    def configured(self, config: Config) -> None:
        """Works by another config file from now on."""
        self.study = self.study.configured(config)
        for screen in self.screen_stack:
            if hasattr(screen, "study"):
                screen.study = self.study
        self._configure(config)
        if self.study.options.lang != language.current():
            self.speak(self.study.options.lang)

    def on_mount(self) -> None:
        with errors_said(self.screen):
            if self._scope is None and self._lab is None and not self.study.library.store.noted("welcomed"):
                self.call_after_refresh(self.action_welcome)
        # What the start has made stays: collecting would stop the screen for 60 ms to find that again.
        self.call_after_refresh(gc.freeze)
        self.call_after_refresh(gc.enable)
        # Not before the first screen stands: it has until the first answer.
        self.call_after_refresh(self.study.back_up, self._warn)

    def _warn(self, sentence: str) -> None:
        """Says what went wrong in another thread; without a word where the app has ended meanwhile."""
        with suppress(RuntimeError):
            self.call_from_thread(self.notify, sentence, severity="warning", timeout=15, markup=False)

    async def run_action(self, *action: Any, **where: Any) -> bool:
        """Does what a key or a command means. Where the record fails at that, says so, and stays where it is."""
        with errors_said(self.screen):
            return await super().run_action(*action, **where)
        return True

    async def on_event(self, event: events.Event) -> None:
        """Cleans what is pasted, whatever it is pasted into: Textual's fields would show it as it is."""
        if isinstance(event, events.Paste):
            event.text = clean(event.text)
        await super().on_event(event)

    def notify(self, message: str, **how: Any) -> None:
        """Says something in the corner. It may quote a card or a record from anywhere, so it is cleaned."""
        super().notify(clean(message), **how)

    def get_default_screen(self) -> Screen[None]:
        if self._lab is not None:
            return self._lab_screen(self._lab)
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
        """Goes into a drill; where nothing is due, to the screen that says so; nowhere, where the record fails."""
        with errors_said(self.screen):
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

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action: those of the screen as it stands, then those that lead elsewhere."""
        for node, binding, enabled, _tooltip in screen.active_bindings.values():
            if enabled and binding.description in _described(node) and not binding.action.startswith("app."):
                run = partial(self.simulate_key, binding.key)
                yield SystemCommand(_(binding.description), self.get_key_display(binding), run)
        yield SystemCommand(_("Home"), _("decks and what is due"), self.action_home)
        yield SystemCommand(_("Browse"), _("all cards in a table"), self.action_browse)
        yield SystemCommand(_("Statistics"), _("retention, forecast, what is hard"), self.action_stats)
        yield SystemCommand(_("Laboratory"), _("change the numbers of a verifier"), self.action_lab)
        yield SystemCommand(_("Settings"), _("the options of the config file"), self.action_settings)
        if not hasattr(screen, "action_undo") or screen.check_action("undo", ("now",)):
            yield SystemCommand(_("Undo"), _("take back the last step"), self.action_undo)
        yield SystemCommand(_("Language"), _("English, then Chinese"), self.action_language)
        yield SystemCommand(_("Theme"), _("other colours, for this run"), self.action_change_theme)
        yield SystemCommand(_("Introduction"), _("the way in four steps"), self.action_welcome)
        yield SystemCommand(_("Help"), _("what this screen is for"), self.action_help)
        yield SystemCommand(_("Quit"), _("everything is saved already"), self.action_quit)

    def action_welcome(self) -> None:
        """Shows the way in four steps; of itself only once."""
        from quizapp.tui.screens.welcome import WelcomeScreen

        with errors_said(self.screen):  # where the record can't be written, the way is shown all the same
            self.study.library.store.note("welcomed", "yes")
        self.push_screen(WelcomeScreen())

    def action_settings(self) -> None:
        """Shows the options of the config file."""
        from quizapp.tui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen(self.study))

    def action_stats(self) -> None:
        """Shows the statistics."""
        from quizapp.tui.screens.stats import StatsScreen

        self.push_screen(StatsScreen(self.study))

    def action_browse(self) -> None:
        """Shows all cards."""
        from quizapp.tui.screens.browse import BrowseScreen

        self.push_screen(BrowseScreen(self.study))

    def _lab_screen(self, verifier: str) -> Screen[None]:
        if verifier:
            from quizapp.tui.laboratories import of_verifier

            return of_verifier(self.study, verifier)
        from quizapp.tui.screens.labs import LabsScreen

        return LabsScreen(self.study)

    def action_lab(self) -> None:
        """Shows all laboratories, to choose one from."""
        self.push_screen(self._lab_screen(""))

    def lab(self, verifier: str) -> None:
        """Opens the laboratory of a verifier."""
        from quizapp.tui import laboratories

        laboratories.push(self, partial(laboratories.of_verifier, self.study, verifier))

    def lab_of(self, card: str | Question) -> None:
        """Opens the laboratory behind a card, given by its id; or behind a question, with its numbers."""
        from quizapp.tui import laboratories

        laboratories.push(self, partial(laboratories.of, self.study, card))

    def action_undo(self) -> None:
        """Takes back the last step, wherever it was made; as the screen does it, where it shows what is taken back."""
        from quizapp.wording import taken_back

        undo = getattr(self.screen, "action_undo", None)
        if undo is None:
            self.notify(taken_back(self.study.hand.undo()), markup=False)
        elif self.screen.check_action("undo", ("now",)):
            undo()

    def action_help(self) -> None:
        """Explains the screen on top."""
        from quizapp.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))


def _described(node: DOMNode) -> set[str]:
    """What the keys of a widget or screen do, as far as they are ours: Textual's own describe moving and typing."""
    ours = [kind for kind in type(node).__mro__ if kind.__module__.startswith("quizapp.")]
    every = [binding for kind in ours for binding in vars(kind).get("BINDINGS", ())]
    return {binding.description for binding in every if isinstance(binding, Binding)} - {""}
