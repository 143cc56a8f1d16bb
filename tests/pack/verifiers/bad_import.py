"""A module whose library is not installed."""

import no_such_library  # type: ignore[import-not-found]

from quizapp.authoring import Result, verifier


@verifier("no_such_library")
def answer() -> Result:
    """Never gets so far."""
    return Result(no_such_library.answer())
