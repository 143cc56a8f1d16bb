"""What quizapp says about a question and its verdict: the same words on a screen and in line mode."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from quizapp.core.answer import Mistake, Right, Truth, Wrong
from quizapp.core.card import Kind
from quizapp.core.day import Clock
from quizapp.core.event import Grade
from quizapp.core.outcome import Judged, Tally
from quizapp.core.picture import Picture
from quizapp.core.schedule import Scheduled
from quizapp.core.template import plain
from quizapp.sitting import Sitting
from quizapp.store import DeckCounts

MINUTE_MS = 60_000
DAY_MS = 86_400_000
# An estimate from fewer answers than this would jump about.
_ENOUGH = 3
GRADES = {Grade.AGAIN: "again", Grade.HARD: "hard", Grade.GOOD: "good", Grade.EASY: "easy"}


class Role(Enum):
    """What a line of a verdict is, so that a screen can colour it."""

    RIGHT = auto()
    WRONG = auto()
    TRUTH = auto()
    ORIGIN = auto()
    STEP = auto()
    PICTURE = auto()
    WHY = auto()
    SOURCE = auto()
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a verdict; of a picture all lines, and the picture itself for a screen that has inks."""

    role: Role
    text: str
    picture: Picture | None = None


def verdict(judged: Judged) -> Iterator[Line]:
    """The verdict line by line: right or wrong, the mistake, the truth and who computed it, the steps, why."""
    question, truth = judged.question, judged.verdict.truth
    yield _outcome(judged)
    yield from _truth(judged)
    yield Line(Role.ORIGIN, str(truth.origin))
    if truth.steps:
        yield Line(Role.BLANK, "")
        for step in truth.steps:
            yield Line(Role.STEP, step.in_lang(question.lang))
    if truth.picture is not None and question.picture is None:  # a picture that was asked about is on screen already
        yield Line(Role.BLANK, "")
        yield Line(Role.PICTURE, str(truth.picture), truth.picture)
    yield Line(Role.BLANK, "")
    yield Line(Role.WHY, plain(question.explanation(truth)).strip())
    if question.card.source:
        yield Line(Role.SOURCE, f"note: {question.card.source}")


def _truth(judged: Judged) -> Iterator[Line]:
    question, truth = judged.question, judged.verdict.truth
    value = question.write(truth.value)
    match question.card.kind:
        case Kind.ORDER:
            yield Line(Role.TRUTH, f"An order that works:{value}")
        case Kind.OPEN:
            yield Line(Role.TRUTH, f"For example: {value}")
        case Kind.CODE:
            yield Line(Role.TRUTH, "One way to write it:")
            yield from (Line(Role.STEP, f"    {line}") for line in value.splitlines())
        case _:
            yield Line(Role.TRUTH, f"The answer is {value}{_tolerance(truth)}.")


def _outcome(judged: Judged) -> Line:
    match judged.verdict:
        case Right() if judged.proposed is Grade.AGAIN:
            return Line(Role.RIGHT, f"✓ Right, but guessed: {judged.said}. A guess counts as again.")
        case Right():
            return Line(Role.RIGHT, f"✓ Right: {judged.said}")
        case _ if not judged.said or judged.question.card.kind is Kind.RECALL:
            return Line(Role.WRONG, "✗ You didn't know.")
        case Wrong(mistake=Mistake() as mistake):
            return Line(Role.WRONG, f"✗ Wrong: {judged.said}. {mistake.text.in_lang(judged.question.lang)}")
    return Line(Role.WRONG, f"✗ Wrong: {judged.said}")


def _tolerance(truth: Truth) -> str:
    return f" ({truth.tolerance})" if str(truth.tolerance) and isinstance(truth.value, float) else ""


def interval(coming: Scheduled) -> str:
    """How long until the card comes back: `10 min`, `3 d`, `2.5 mo`, `1.2 y`."""
    if coming.learning:
        return minutes(coming.due - coming.reviewed_at)
    days = coming.due_day - coming.reviewed_day
    if days < 60:
        return f"{days} d"
    return f"{days / 30.44:.1f} mo" if days < 365 else f"{days / 365.25:.1f} y"


def minutes(ms: int) -> str:
    """A short time in words: `40 s`, `10 min`, `2 h`."""
    if ms < MINUTE_MS:
        return f"{max(0, round(ms / 1000))} s"
    return f"{round(ms / MINUTE_MS)} min" if ms < 120 * MINUTE_MS else f"{round(ms / MINUTE_MS / 60)} h"


def today(counts: Sequence[DeckCounts]) -> str:
    """What there is to do now: `18 due · 6 new`."""
    due, new = sum(row.due for row in counts), sum(row.new for row in counts)
    return f"{due} due · {new} new" if due or new else "Nothing is due today."


def nothing_due(next_due: int | None, clock: Clock) -> Iterator[str]:
    """That nothing is due, and when that changes."""
    yield "Nothing is due here."
    yield from next_card(next_due, clock)


def next_card(next_due: int | None, clock: Clock) -> Iterator[str]:
    """When the next card comes, if any is scheduled."""
    if next_due is not None:
        wait = max(0, next_due - clock.now())
        yield f"The next card comes in {minutes(wait) if wait < DAY_MS else f'{round(wait / DAY_MS)} d'}."


def progress(sitting: Sitting) -> str:
    """How far a sitting is: `7 of 20 · 3 again · ~6 min`."""
    queue, tally = sitting.queue, sitting.tally
    parts = [f"{queue.asked} of {queue.asked + queue.remaining}"]
    if queue.again:
        parts.append(f"{queue.again} again")
    if tally.answered >= _ENOUGH and queue.remaining:
        parts.append(f"~{minutes(tally.ms // tally.answered * queue.remaining)}")
    return " · ".join(parts)


def summary(tally: Tally) -> Iterator[str]:
    """What a sitting came to."""
    if not tally.answered:
        yield "No question was answered."
    else:
        share = round(100 * tally.right / tally.answered)
        yield f"{tally.answered} answered in {minutes(tally.ms)}: {tally.right} right, {tally.wrong} wrong ({share} %)."
    if tally.unverifiable:
        were = "was" if tally.unverifiable == 1 else "were"
        yield f"{tally.unverifiable} could not be verified and {were} not recorded."
    if tally.missed:
        yield "To look at again: " + ", ".join(tally.missed)
