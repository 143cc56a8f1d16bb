"""What holds on every screen: help, the way back, the palette, keys of one's own, themes, languages, any size."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from quizapp import language, paths
from quizapp.config import load
from quizapp.core.event import Undone
from quizapp.errors import QuizError
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.browse import BrowseScreen
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.flag import FlagScreen
from quizapp.tui.screens.help import HelpScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.labs import LabsScreen
from quizapp.tui.screens.settings import SettingsScreen
from quizapp.tui.screens.stats import StatsScreen
from quizapp.tui.screens.welcome import WelcomeScreen
from tests.tui.acting import Playing, footer, play, press, said, settled, text

# How each screen is reached from the home.
WAYS: dict[type[Screen[None]], tuple[str, ...]] = {
    HomeScreen: (),
    DrillScreen: ("enter",),
    BrowseScreen: ("b", "escape"),
    StatsScreen: ("s",),
    SettingsScreen: ("comma",),
    LabsScreen: ("l",),
}
each = pytest.mark.parametrize("kind", WAYS, ids=lambda kind: kind.__name__)


def with_config(study: Study, written: str) -> Study:
    path = paths.config()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written, "utf-8")
    return replace(study, config=load(path))


@each
def test_f1_explains_every_screen_and_escape_leads_back(study: Study, kind: type[Screen[None]]) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        assert isinstance(app.screen, kind)
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        told = [str(one.content) for one in app.screen.query(Static)]
        assert len(told[0]) > 100, "what the screen is for"
        assert "quit" in told[1]
        await press(pilot, "escape")
        assert isinstance(app.screen, kind)

    play(study, steps)


@pytest.mark.parametrize("kind", [BrowseScreen, StatsScreen, SettingsScreen, LabsScreen])
def test_escape_leads_home_from_everywhere(study: Study, kind: type[Screen[None]]) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        assert isinstance(app.screen, kind)
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)
        assert app.screen.query_one("#decks").has_focus

    play(study, steps)


@each
def test_every_screen_speaks_the_other_language_at_once_and_the_first_one_again(
    study: Study, kind: type[Screen[None]]
) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        before = footer(app)
        app.action_language()
        await settled(pilot)
        assert isinstance(app.screen, kind)
        assert footer(app) != before
        assert any("\u4e00" <= one <= "\u9fff" for one in footer(app))
        app.action_language()
        await settled(pilot)
        assert footer(app) == before

    play(study, steps)
    language.use("en")


@pytest.mark.parametrize(
    ("kind", "place"), [(SettingsScreen, "#options"), (LabsScreen, "#labs"), (HomeScreen, "#decks")]
)
def test_what_a_screen_lists_stays_when_the_language_changes(
    study: Study, kind: type[Screen[None]], place: str
) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        before = app.screen.query_one(place, OptionList).option_count
        assert before
        focused = app.screen.focused
        app.action_language()
        await settled(pilot)
        assert app.screen.query_one(place, OptionList).option_count == before
        assert app.screen.focused is focused

    play(study, steps)
    language.use("en")


def test_the_statistics_stay_when_the_language_changes(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "enter", "escape", "4", "f10", "enter", "s")
        assert isinstance(app.screen, StatsScreen)
        before = text(app, "#stats")
        assert before
        app.action_language()
        await settled(pilot)
        assert text(app, "#stats")
        assert text(app, "#stats") != before

    play(study, steps)
    language.use("en")


@each
def test_every_screen_can_be_made_small_and_large_again(study: Study, kind: type[Screen[None]]) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        for size in ((40, 12), (20, 5), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert isinstance(app.screen, kind)

    play(study, steps)


@each
def test_the_palette_has_every_action_of_the_screen(study: Study, kind: type[Screen[None]]) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        titles = {one.title for one in app.get_system_commands(app.screen)}
        ours = {one.description for one in kind.BINDINGS if isinstance(one, Binding)}
        active = [one.binding for one in app.screen.active_bindings.values() if one.enabled]
        own = {str(one.description) for one in active if one.description in ours and not one.action.startswith("app.")}
        assert own <= titles
        assert {"Home", "Browse", "Statistics", "Laboratory", "Settings", "Language", "Help", "Quit"} <= titles

    play(study, steps)


def test_the_palette_runs_what_it_lists(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        for title, kind in (("Statistics", StatsScreen), ("Settings", SettingsScreen), ("Home", HomeScreen)):
            await press(pilot, "ctrl+p")
            await pilot.press(*title.lower())
            await pilot.pause(0.5)
            await press(pilot, "enter")
            await settled(pilot)
            assert isinstance(app.screen, kind), title

    play(study, steps)


def test_a_binding_of_the_screen_runs_from_the_palette(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "enter", "escape")
        verdict = text(app, "#verdict")
        assert "You didn't know" in verdict
        command = next(one for one in app.get_system_commands(app.screen) if one.title == "suspend")
        command.callback()
        await settled(pilot)
        assert study.library.store.marks("sums/first").suspended

    play(study, steps)


def test_the_introduction_comes_once_and_again_when_it_is_asked_for(study: Study) -> None:
    store = study.library.store
    store.note("welcomed", "")

    async def first(pilot: Playing, app: QuizApp) -> None:
        assert isinstance(app.screen, WelcomeScreen)
        told = "".join(str(one.content) for one in app.screen.query(Static))
        assert [f"{number}  " in told for number in (1, 2, 3, 4)] == [True] * 4
        await press(pilot, "enter")
        assert isinstance(app.screen, HomeScreen)

    async def second(pilot: Playing, app: QuizApp) -> None:
        assert isinstance(app.screen, HomeScreen)
        app.action_welcome()
        await settled(pilot)
        assert isinstance(app.screen, WelcomeScreen)

    play(study, first)
    assert store.noted("welcomed")
    play(study, second)


def test_the_keys_of_the_config_file_hold_and_stand_in_the_footer_and_the_help(study: Study) -> None:
    own = with_config(study, '[keys]\n"home.browse" = "z"\n"drill.suspend" = "ctrl+x"\n')

    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert "z browse" in footer(app)
        assert "b browse" not in footer(app)
        await press(pilot, "b")
        assert isinstance(app.screen, HomeScreen)
        await press(pilot, "f1")
        keys = text(app, "#keys")
        assert "z  browse" in keys
        assert "b  browse" not in keys
        await press(pilot, "escape", "z")
        assert isinstance(app.screen, BrowseScreen)
        await press(pilot, "escape", "escape", "enter", "escape", "ctrl+x")
        assert study.library.store.marks("sums/first").suspended

    play(own, steps)


@pytest.mark.parametrize("theme", ["quiz", "quiz-light", "nord", "textual-light"])
def test_themes_of_the_config_file_are_taken(study: Study, theme: str) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert app.theme == theme
        await press(pilot, "enter", "escape")
        assert "✗ You didn't know" in text(app, "#verdict"), "never by colour alone"

    play(with_config(study, f'theme = "{theme}"\n'), steps)


def test_with_reduced_motion_nothing_is_animated(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert app.animation_level == "none"

    play(with_config(study, "reduced_motion = true\n"), steps)


def test_the_mouse_chooses_a_deck(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await pilot.click("#decks", offset=(6, 1))
        await settled(pilot)
        assert isinstance(app.screen, DrillScreen)

    play(study, steps)


def test_what_is_pasted_is_cleaned_wherever_it_goes(study: Study) -> None:
    from textual.events import Paste

    evil = "a\x1b]52;c;eA==\x07\u202eb"

    async def pasted(pilot: Playing, app: QuizApp) -> str:
        app.post_message(Paste(evil))
        await settled(pilot)
        field = app.screen.focused
        assert isinstance(field, Input)
        return field.value

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b")
        assert await pasted(pilot, app) == "a]52;c;eA==⟨RLO⟩b"
        await press(pilot, "escape", "b", "escape", "t")
        assert await pasted(pilot, app) == "a]52;c;eA==⟨RLO⟩b"
        await press(pilot, "escape", "f", "tab")
        assert isinstance(app.screen, FlagScreen)
        assert await pasted(pilot, app) == "a]52;c;eA==⟨RLO⟩b"
        await press(pilot, "escape", "escape", "enter")
        assert await pasted(pilot, app) == "a]52;c;eA==⟨RLO⟩b"

    play(study, steps)


def test_settings_are_changed_unset_and_kept_with_their_comments(study: Study) -> None:
    own = with_config(study, "# mine\nleech = 5  # because\n[schedule]\nretention = 0.8\n")

    def written() -> str:
        return paths.config().read_text("utf-8")

    async def change(pilot: Playing, app: QuizApp, name: str, value: str) -> None:
        await choose(pilot, app, name)
        await press(pilot, "enter")
        field = app.screen.query_one(Input)
        field.value = value
        await press(pilot, "enter")

    async def choose(pilot: Playing, app: QuizApp, name: str) -> None:
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        place = [one.name for one in screen.options].index(name)
        screen.query_one("#options").highlighted = place  # type: ignore[attr-defined]
        await settled(pilot)

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "comma")
        await change(pilot, app, "retention", "0.9")
        assert "retention = 0.9" in written()
        await change(pilot, app, "leech", "4")
        assert "# mine\nleech = 4  # because" in written()
        assert app.study.options.leech == 4
        before = written()
        await change(pilot, app, "retention", "2")
        assert written() == before
        assert any("retention" in one for one in said(app))
        await choose(pilot, app, "retention")
        await press(pilot, "x")
        assert "retention" not in written()
        await press(pilot, "d", *"sums", "enter")
        await change(pilot, app, "new_per_day", "3")
        assert "sums]" in written().replace('"', "")
        assert "new_per_day = 3" in written()

    play(own, steps)


def test_the_home_folds_a_folder_and_shows_the_plan_and_the_year(study: Study) -> None:
    root: Path = study.library.pack.root
    more = (root / "cards" / "sums.yaml").read_text("utf-8").replace("sums/", "more/deck/")
    (root / "cards" / "more").mkdir()
    (root / "cards" / "more" / "deck.yaml").write_text(more, "utf-8")
    study.library.reread()

    def rows(app: QuizApp) -> list[str]:
        decks = app.screen.query_one("#decks")
        return [str(decks.get_option_at_index(at).prompt) for at in range(decks.option_count)]  # type: ignore[attr-defined]

    async def steps(pilot: Playing, app: QuizApp) -> None:
        assert text(app, "#today") == "0 due · 4 new"
        assert [one.split()[0] for one in rows(app)] == ["everything", "▾", "deck", "sums"]
        await press(pilot, "down", "space")
        assert [one.split()[0] for one in rows(app)] == ["everything", "▸", "sums"]
        await press(pilot, "space")
        assert len(rows(app)) == 4
        assert "next 7 days" in text(app, "#behind")
        await press(pilot, "home", "enter", "1", "enter", "f10", "enter")
        assert "3 new" in text(app, "#today")
        assert "█" in text(app, "#behind"), "the day's first answer is in the year"
        assert "━" in rows(app)[0] or "─" in rows(app)[0], "how well what was answered should be known"

    play(study, steps, size=(80, 30))


def test_statistics_begin_with_the_first_answer(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "s")
        assert "Nothing has been reviewed yet" in text(app, "#stats")
        await press(pilot, "escape", "enter", "1", "enter", "f10", "enter", "s")
        assert "1 review" in text(app, "#stats")

    play(study, steps)


class Refusing:
    """A store that refuses from now on, whatever is asked of it."""

    def __getattr__(self, name: str) -> object:
        raise QuizError("the database can't be opened", where=name, hint="look after it")


@each
def test_a_record_that_fails_is_told_on_every_screen_and_the_way_back_stays(
    study: Study, kind: type[Screen[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, *WAYS[kind])
        assert isinstance(app.screen, kind)
        monkeypatch.setattr(study.library, "store", Refusing())
        keys = {key for one in app.screen.active_bindings.values() if one.enabled for key in [one.binding.key]}
        for key in sorted(keys - {"ctrl+q", "q", "f10"}):
            await press(pilot, key)
            if not isinstance(app.screen, kind):
                await press(pilot, "escape")
        app.action_language()
        await settled(pilot)
        app.action_home()
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        assert any("can't be opened" in one for one in said(app))

    play(study, steps)


def test_an_undo_that_fails_from_the_palette_leaves_the_app_running(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        monkeypatch.setattr(study.library, "store", Refusing())
        await press(pilot, "u", "enter", "b", "escape", "escape")
        assert isinstance(app.screen, HomeScreen)
        assert any("can't be opened" in one for one in said(app))

    play(study, steps)


def test_undo_of_the_palette_is_that_of_the_screen(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        undo = next(one.callback for one in app.get_system_commands(app.screen) if one.title == "Undo")
        await press(pilot, "enter", "escape")
        assert "You didn't know" in text(app, "#verdict")
        undo()
        await settled(pilot)
        assert text(app, "#verdict") == "", "the question is asked again"
        assert isinstance(study.library.store.history("sums/first")[-1], Undone)

    play(study, steps)


def test_no_undo_is_offered_where_nothing_is_recorded(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        app.drill(Scope(), cram=True)
        await settled(pilot)
        await press(pilot, "escape")
        assert "You didn't know" in text(app, "#verdict")
        assert "undo" not in footer(app)
        assert "Undo" not in {one.title for one in app.get_system_commands(app.screen)}

    play(study, steps)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_help_has_its_place_in_the_footer_at_any_width(study: Study, width: int) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "enter", "escape")
        assert footer(app).strip().endswith("f1 help")
        assert len(footer(app)) <= width
        await pilot.resize_terminal(width // 2, 24)
        await settled(pilot)
        assert footer(app).strip().endswith("f1 help")
        assert len(footer(app)) <= width // 2

    play(study, steps, size=(width, 24))


def test_an_undo_at_home_counts_again(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "enter", "escape", "4", "f10", "enter")
        assert isinstance(app.screen, HomeScreen)
        assert "1 new" in text(app, "#today")
        await press(pilot, "u", "u")
        assert "2 new" in text(app, "#today")

    play(study, steps)


def test_the_palette_leaves_out_what_fields_bring_with_them(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "enter")
        assert isinstance(app.screen.focused, Input)
        titles = {one.title for one in app.get_system_commands(app.screen)}
        assert "don't know" in titles
        assert not {one for one in titles if "selected text" in one or one.startswith("Delete")}

    play(study, steps)
