"""What is done to the card on screen beside answering it, and errors of the record said where they happen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from textual.screen import Screen

from quizapp.core.event import Mark
from quizapp.errors import QuizError
from quizapp.sitting import Sitting
from quizapp.store import Store
from quizapp.wording import put_away, taken_back

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


@contextmanager
def errors_said(screen: Screen[Any]) -> Iterator[None]:
    """Says an error of the record instead of ending the app; what follows it in the block is left out."""
    try:
        yield
    except QuizError as error:
        screen.notify(str(error), severity="error", timeout=10, markup=False)


def undo(screen: Screen[Any], sitting: Sitting, *, standing: bool) -> None:
    """Takes back the last step of the record, and says which it was."""
    screen.notify(taken_back(sitting.undo(standing=standing)), markup=False)


def away(screen: Screen[Any], sitting: Sitting, mark: Mark) -> None:
    """Buries or suspends the present card, and says what that means."""
    sitting.put_away(mark)
    screen.notify(put_away(mark), markup=False)


def flag(screen: Screen[Any], label: str, store: Store, card: str, keep: Callable[[str, str], None]) -> None:
    """Asks for a flag's colour and a note. label: which cards, in words. keep: is given both."""
    from quizapp.tui.screens.flag import FlagScreen

    def kept(chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            with errors_said(screen):
                keep(*chosen)

    screen.app.push_screen(FlagScreen(label, store.marks(card)), kept)


def edit(screen: Screen[Any], sitting: Sitting) -> None:
    """Edits the present card's deck at its line, and takes the card as it is then."""
    assert sitting.question is not None
    cast("QuizApp", screen.app).edit(sitting.question.card.id)
    with errors_said(screen):
        sitting.reread()
