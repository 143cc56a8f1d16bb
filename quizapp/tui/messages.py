"""What widgets tell their screen."""

from textual.message import Message


class Answered(Message):
    """The learner has answered, in the words of line mode."""

    def __init__(self, typed: str) -> None:
        super().__init__()
        self.typed = typed
