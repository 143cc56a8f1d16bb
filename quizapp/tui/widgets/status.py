"""The line above a drill: the deck, whether the library is ready, and how far the sitting is."""

from textual.content import Content
from textual.widgets import Static

from quizapp.language import _
from quizapp.sitting import Sitting
from quizapp.study import Study
from quizapp.wording import progress


class Status(Static):
    """Deck on the left, the worker in the middle, progress on the right."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.deck = self.standing = ""

    def on_mount(self) -> None:
        self.set_interval(0.5, self.refresh)

    def on(self, deck: str, sitting: Sitting) -> None:
        """Shows where the sitting stands."""
        self.deck, self.standing = deck, progress(sitting)
        self.refresh()

    def render(self) -> Content:
        state = self.study.worker.state
        worker = _("the library is starting…") if state.phase == "starting" else state.label
        deck, standing = Content.styled(self.deck, "bold"), Content(self.standing)
        room = max(0, self.size.width - deck.cell_length - standing.cell_length)
        label = Content.styled(worker, "$foreground-muted").truncate(max(0, room - 2), ellipsis=True)
        left = (room - label.cell_length) // 2
        return Content.assemble(deck, " " * left, label, " " * (room - left - label.cell_length), standing)
