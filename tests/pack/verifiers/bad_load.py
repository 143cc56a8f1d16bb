"""A module that fails while it is imported."""

from quizapp.authoring import Result, verifier

TABLE = {"a": 1}["b"]


@verifier("python")
def answer() -> Result:
    """Never gets so far."""
    return Result(TABLE)
