"""A module that ends the process while it is imported."""

import os

from quizapp.authoring import Result, verifier

os._exit(9)


@verifier("python")
def answer() -> Result:
    """Never gets so far."""
    return Result(1)
