"""Errors for the user: what is wrong, where, and what to do about it; and the exit codes."""

from collections.abc import Iterable
from enum import IntEnum

from quizapp.language import _


class Exit(IntEnum):
    """Exit codes of `quiz`; scripts and CI rely on them."""

    OK = 0
    DISAGREEMENT = 1  # a check found that a card and a library disagree
    BAD_INPUT = 2  # the input or the command line is wrong, or the answer is unreadable
    ENVIRONMENT = 3  # no such device, a library is missing, the worker or the database is unreachable
    INTERRUPTED = 130


class QuizError(Exception):
    """Something the user can act on.

    message: one sentence, what is wrong.
    where:   `file:line:column`, a card's id or a flag; empty when there is no place to name.
    hint:    what to do or to write instead; empty when the message says it already.
    exit:    the exit code when this error ends the program.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "", exit: Exit = Exit.BAD_INPUT) -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.exit = exit

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return _("{message}; {hint}").format(message=text, hint=self.hint) if self.hint else text


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that names what `word` was probably meant to be, or else all that is known."""
    import difflib  # only where something is wrong already

    names = sorted(known)
    if close := difflib.get_close_matches(word, names, n=3, cutoff=0.6):
        return _("did you mean {names}?").format(names=_(" or ").join(f"'{name}'" for name in close))
    if len(names) > 20:
        names = [*names[:20], "…"]
    return _("there are {names}").format(names=", ".join(names)) if names else _("there are none")
