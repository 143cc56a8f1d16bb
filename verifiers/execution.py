"""Running a program that a card or a claim quotes, and seeing how it ends. For verifiers that take `Code`."""

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did.

    printed:  its standard output, without line breaks at the end.
    error:    what ended it before its last line; None where nothing did.
    warned:   the categories of its warnings and their words, in order.
    names:    its globals when it ended.
    """

    printed: str
    error: Exception | None
    warned: tuple[tuple[str, str], ...]
    names: dict[str, Any]

    @property
    def ending(self) -> str:
        """`runs`, or the name of the exception that ended it: `TypeError`."""
        return "runs" if self.error is None else type(self.error).__name__


def execute(code: str, **names: Any) -> Ran:
    """Runs `code` as a module of its own, with `names` among its globals."""
    out, scope = io.StringIO(), {"__name__": "__main__", **names}
    error: Exception | None = None
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        try:
            exec(compile(code, "<program>", "exec"), scope)  # noqa: S102  # a card's source, and running it is the point
        except Exception as raised:
            error = raised
    warned = tuple((one.category.__name__, str(one.message)) for one in caught)
    return Ran(out.getvalue().rstrip("\n"), error, warned, scope)
