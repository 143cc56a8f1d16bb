"""From an answer to its verdict, without a word about where it is shown."""

import asyncio
from collections.abc import Awaitable, Callable

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.outcome import Judged
from quizapp.core.reading import Reading
from quizapp.language import _
from quizapp.sitting import Sitting


async def settle(
    sitting: Sitting,
    reading: Reading | None,
    typed: str,
    *,
    say: Callable[[str], None],
    was_slip: Callable[[str, str], Awaitable[bool]],
) -> Judged | Unverifiable:
    """Waits for the truth of the present question, has the answer run where that is how it is judged, and records.

    say: tells what is being waited for. was_slip: asks whether what was typed was meant to be the word it is close to.
    Raises QuizError where the verdict can't be stored.
    """
    question = sitting.question
    assert question is not None
    sitting.start()
    assert sitting.truth is not None
    if not sitting.truth.done():
        say(_("The library is still computing…"))
    truth = question.settle(await asyncio.wrap_future(sitting.truth))
    if isinstance(truth, Unverifiable):
        return truth
    attempt: Attempt | None = None
    if reading is not None and (running := sitting.attempt(reading)) is not None:
        say(_("Your answer is running…"))
        outcome = await asyncio.wrap_future(running)
        if isinstance(outcome, Unverifiable):
            return outcome
        attempt = outcome
    slipped = False
    if reading is not None and (word := sitting.slip(reading, truth)):
        slipped = await was_slip(typed, word)
    return sitting.judge(reading, typed, truth, attempt=attempt, slip=slipped)


async def exhibit(sitting: Sitting) -> Truth | Unverifiable:
    """Waits for the truth of a question that is made from it, and makes it."""
    question = sitting.question
    assert question is not None
    sitting.start()
    assert sitting.truth is not None
    truth = question.settle(await asyncio.wrap_future(sitting.truth))
    if isinstance(truth, Truth):
        sitting.exhibit(truth)
    return truth
