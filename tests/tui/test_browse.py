"""The table of all cards: searching, selecting, and what is done to many at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from itertools import count

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from quizapp.core.day import Clock
from quizapp.core.marks import UNMARKED
from quizapp.core.schedule import NEW, Scheduled
from quizapp.core.text import Text
from quizapp.store import CardState
from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.browse import BrowseScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.widgets.card_table import CardTable
from tests.tui.acting import Playing, play, press, said, settled, text
from tests.tui.conftest import DECK, NOON


@pytest.fixture
def study(study: Study) -> Study:
    """With a clock that goes, and the first of the two cards answered once."""
    ticks = count(NOON, 1000)
    study = replace(study, clock=Clock(lambda: next(ticks), UTC))

    async def answered(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "1", "enter")

    play(study, answered, DECK)
    return study


async def browse(pilot: Playing, query: str = "") -> CardTable:
    """Opens the table on what a query finds, the cursor on the first card."""
    await press(pilot, "b", *query)
    await pilot.pause(0.2)
    await press(pilot, "enter")
    table = pilot.app.screen.query_one(CardTable)
    assert table.has_focus
    return table


def test_a_search_finds_while_it_is_typed_and_says_how_many(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b")
        assert text(app, "#count").startswith("2 cards")
        await pilot.press(*"one and one")
        await pilot.pause(0.2)
        await settled(pilot)
        assert text(app, "#count").startswith("1 card")
        assert app.screen.query_one(CardTable).ids == ["sums/second"]
        assert "How much is one and one?" in text(app, "#card")

    play(study, steps)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is:new", ["sums/second"]),
        ("-is:new", ["sums/first"]),
        ("kind:choice", ["sums/second"]),
        ("deck:sums is:learning", ["sums/first"]),
        ("lapses>3", []),
        ("stability<10", ["sums/first"]),
    ],
)
def test_filters_narrow_down(study: Study, query: str, found: list[str]) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b", *query)
        await pilot.pause(0.2)
        await settled(pilot)
        assert app.screen.query_one(CardTable).ids == found

    play(study, steps)


def test_a_filter_half_typed_says_what_is_wrong_and_keeps_what_was_found(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b", *"is:du")
        await pilot.pause(0.2)
        await settled(pilot)
        assert "did you mean 'due'" in text(app, "#count")
        assert len(app.screen.query_one(CardTable).ids) == 2

    play(study, steps)


def test_letters_are_letters_in_the_search_and_keys_in_the_table(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b", "s", "u")
        assert app.screen.query_one("#query", Input).value == "su"
        assert not study.library.store.marks("sums/first").suspended
        await press(pilot, "down", "s")
        assert study.library.store.marks("sums/first").suspended
        await press(pilot, "slash", "x")
        assert app.screen.query_one("#query", Input).value.endswith("x")

    play(study, steps)


def test_the_card_under_the_cursor_is_told_with_its_history(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot)
        told = text(app, "#card")
        assert told.startswith("sums/first\nnumber · sums.add")
        assert "✗ again" in told
        assert "1 review" in told
        await press(pilot, "down")
        assert "never reviewed" in text(app, "#card")

    play(study, steps, size=(120, 40))


def test_what_is_done_to_all_that_are_selected_is_taken_back_in_one_step(study: Study) -> None:
    store = study.library.store

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot)
        await press(pilot, "a", "s")
        assert [store.marks(card).suspended for card in ("sums/first", "sums/second")] == [True, True]
        await press(pilot, "u")
        assert [store.marks(card).suspended for card in ("sums/first", "sums/second")] == [False, False]
        assert "2 cards" in said(app)[-1]
        await press(pilot, "s", "s")
        assert not store.marks("sums/first").suspended, "all that are suspended come back"
        await press(pilot, "a", "home", "space", "d")
        assert store.marks("sums/first").buried_on is not None
        assert store.marks("sums/second").buried_on is None

    play(study, steps)


def test_tags_flags_and_dates_are_given_to_many(study: Study) -> None:
    store = study.library.store

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot)
        await press(pilot, "a", "t", *"hard soon", "enter")
        assert [store.marks(card).tags for card in ("sums/first", "sums/second")] == [("hard", "soon")] * 2
        await press(pilot, "t", *"-soon", "enter")
        assert store.marks("sums/second").tags == ("hard",)
        await press(pilot, "f", "enter")
        assert store.marks("sums/second").flag == "red"
        await press(pilot, "a", "home", "r", *"12", "enter")
        schedule = store.schedule("sums/first")
        assert isinstance(schedule, Scheduled)
        assert schedule.due_day == study.clock.today() + 12
        await press(pilot, "r", *"soon", "enter")
        assert "'soon' is neither a date nor a number of days" in said(app)

    play(study, steps)


def test_a_card_that_was_never_reviewed_can_get_no_date_which_is_said(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot, "is:new")
        await press(pilot, "r", *"3", "enter")
        assert said(app)
        assert study.library.store.history("sums/second") == []

    play(study, steps)


def test_forgetting_asks_first(study: Study) -> None:
    store = study.library.store

    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot)
        await press(pilot, "n", "n")
        assert store.schedule("sums/first") is not NEW
        await press(pilot, "n", "y")
        assert store.schedule("sums/first") == NEW
        await press(pilot, "u")
        assert store.schedule("sums/first") != NEW

    play(study, steps)


def test_o_changes_the_order_and_the_cursor_stays_on_its_card(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        table = await browse(pilot)
        await press(pilot, "down")
        orders = set()
        for _ in range(7):
            await press(pilot, "o")
            orders.add(text(app, "#count"))
            assert table.card == "sums/second"
        assert len(orders) == 7

    play(study, steps)


def test_a_click_moves_the_cursor(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await browse(pilot)
        await pilot.click(CardTable, offset=(5, 1))
        await settled(pilot)
        assert app.screen.query_one(CardTable).card == "sums/second"

    play(study, steps)


def test_escape_leads_from_the_search_to_the_table_and_home(study: Study) -> None:
    async def steps(pilot: Playing, app: QuizApp) -> None:
        await press(pilot, "b", "escape")
        assert isinstance(app.screen, BrowseScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)

    play(study, steps)


def test_a_table_of_100_000_cards_reads_only_the_pages_it_shows() -> None:
    ids = [f"deck/{number}" for number in range(100_000)]
    reads: list[int] = []

    def read(some: Sequence[str]) -> dict[str, CardState]:
        reads.append(len(some))
        return {one: CardState(one, "deck", "number", Text("?"), NEW, UNMARKED) for one in some}

    class Tabled(App[None]):
        def compose(self) -> ComposeResult:
            yield CardTable(read, "en", "cards")

    async def run() -> None:
        app = Tabled()
        async with app.run_test(size=(100, 40)) as pilot:
            table = app.query_one(CardTable)
            table.focus()
            table.show(ids, 0)
            await pilot.pause()
            assert sum(reads) <= 128, "a screenful is one page or two"
            await pilot.press("end")
            await pilot.pause()
            assert table.card == ids[-1]
            assert sum(reads) <= 256
            await pilot.press("home", *["pagedown"] * 50)
            await pilot.pause()
            assert sum(reads) <= 256 + 51 * 39 + 128, "no row is read twice on the way"
            before = len(reads)
            await pilot.press(*["up", "down"] * 20)
            await pilot.pause()
            assert len(reads) <= before + 1, "what was read is kept"

    asyncio.run(run())
