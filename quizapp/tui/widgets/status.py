"""The line above a drill: the deck, how far the sitting is, and whether the library is ready."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from quizapp.sitting import Sitting
from quizapp.study import Study
from quizapp.wording import minutes

# An estimate from fewer answers than this would jump about.
_ENOUGH = 3


class Status(Horizontal):
    """Deck on the left, the worker in the middle, progress on the right."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study

    def compose(self) -> ComposeResult:
        yield Static(id="deck")
        yield Static(id="worker")
        yield Static(id="progress")

    def on_mount(self) -> None:
        self.set_interval(0.5, self._look)

    def _look(self) -> None:
        state = self.study.worker.state
        label = "the library is starting…" if state.phase == "starting" else state.label
        self.query_one("#worker", Static).update(Content(label))

    def progress(self, deck: str, sitting: Sitting) -> None:
        """Shows where the sitting stands."""
        queue, tally = sitting.queue, sitting.tally
        parts = [f"{queue.asked} of {queue.asked + queue.remaining}"]
        if queue.again:
            parts.append(f"{queue.again} again")
        if tally.answered >= _ENOUGH and queue.remaining:
            parts.append(f"~{minutes(tally.ms // tally.answered * queue.remaining)}")
        self.query_one("#deck", Static).update(Content(deck))
        self.query_one("#progress", Static).update(Content(" · ".join(parts)))
