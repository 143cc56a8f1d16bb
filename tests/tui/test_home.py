"""The home screen."""

import asyncio

from textual.widgets import OptionList, Static

from quizapp.study import Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen


def test_the_home_lists_decks_with_due_and_new_and_enter_drills(study: Study) -> None:
    async def run() -> None:
        async with QuizApp(study).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "2 new" in str(pilot.app.screen.query_one("#today", Static).content)
            decks = pilot.app.screen.query_one("#decks", OptionList)
            lines = [str(decks.get_option_at_index(index).prompt) for index in range(decks.option_count)]
            assert "everything" in lines[0]
            assert "Sums" in lines[-1]
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, DrillScreen)

    asyncio.run(run())


def test_a_broken_deck_is_named_and_the_others_work(study: Study) -> None:
    broken = study.library.pack.root / "cards" / "broken.yaml"
    broken.write_text("title: {en: Broken, zh: 坏}\ncards: 3\n", "utf-8")
    faulty = type(study.library)(study.library.pack, study.library.store)

    async def run() -> None:
        app = QuizApp(Study(faulty, study.worker, study.clock, study.options))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "cards/broken.yaml:2:8" in str(pilot.app.screen.query_one("#faults", Static).content)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, DrillScreen)

    asyncio.run(run())


def test_a_deck_is_a_line_however_long_its_title(study: Study) -> None:
    path = study.library.pack.decks()["sums"]
    title = "Sums of numbers that are so many that no line of a screen holds them all"
    path.write_text(path.read_text("utf-8").replace("en: Sums", f"en: {title}", 1), "utf-8")
    longer = type(study.library)(study.library.pack, study.library.store)

    async def run() -> None:
        app = QuizApp(Study(longer, study.worker, study.clock, study.options))
        async with app.run_test(size=(60, 24)) as pilot:
            await pilot.pause()
            decks = pilot.app.screen.query_one("#decks", OptionList)
            assert decks.virtual_size.height == decks.option_count

    asyncio.run(run())
