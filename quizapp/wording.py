"""What quizapp says about a question and its verdict: the same words on a screen and in line mode."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from quizapp.core.answer import Mistake, Right, Truth, Unverifiable, Wrong
from quizapp.core.card import Kind
from quizapp.core.day import Clock
from quizapp.core.event import Event, Forgotten, Grade, Mark, Marked, Regraded, Reviewed
from quizapp.core.outcome import Judged, Tally
from quizapp.core.picture import Picture
from quizapp.core.schedule import Scheduled
from quizapp.core.template import plain
from quizapp.core.text import on_a_line
from quizapp.language import _, mark, ngettext
from quizapp.sitting import Sitting

MINUTE_MS = 60_000
DAY_MS = 86_400_000
# An estimate from fewer answers than this would jump about.
_ENOUGH = 3
MARKS = {
    Mark.SUSPENDED: mark("suspending"),
    Mark.BURIED: mark("burying"),
    Mark.FLAGGED: mark("the flag"),
    Mark.TAGGED: mark("a tag"),
}
GRADES = {Grade.AGAIN: mark("again"), Grade.HARD: mark("hard"), Grade.GOOD: mark("good"), Grade.EASY: mark("easy")}


class Role(Enum):
    """What a line of a verdict is, so that a screen can colour it."""

    RIGHT = auto()
    WRONG = auto()
    TRUTH = auto()
    ORIGIN = auto()
    STEP = auto()
    PICTURE = auto()
    WHY = auto()
    LEECH = auto()
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
    if judged.leech:
        yield Line(Role.BLANK, "")
        leech = ngettext("Forgotten {n} time: a leech.", "Forgotten {n} times: a leech.", judged.leech)
        yield Line(Role.LEECH, " ".join((leech.format(n=judged.leech), _("Reword it, or suspend it."))))
    if question.card.source:
        yield Line(Role.SOURCE, _("note: {source}").format(source=question.card.source))


def _truth(judged: Judged) -> Iterator[Line]:
    question, truth = judged.question, judged.verdict.truth
    value = question.write(truth.value)
    match question.card.kind:
        case Kind.ORDER:
            yield Line(Role.TRUTH, _("An order that works:") + value)
        case Kind.OPEN:
            yield Line(Role.TRUTH, _("For example: {value}").format(value=value))
        case Kind.CODE:
            yield Line(Role.TRUTH, _("One way to write it:"))
            yield from (Line(Role.STEP, f"    {line}") for line in value.splitlines())
        case _:
            yield Line(Role.TRUTH, _("The answer is {value}.").format(value=value + _tolerance(truth)))


def _outcome(judged: Judged) -> Line:
    match judged.verdict:
        case Right() if judged.proposed is Grade.AGAIN:
            words = _("✓ Right, but guessed: {said}. A guess counts as again.")
            return Line(Role.RIGHT, words.format(said=judged.said))
        case Right():
            return Line(Role.RIGHT, _("✓ Right: {said}").format(said=judged.said))
        case _ if not judged.said or judged.question.card.kind is Kind.RECALL:
            return Line(Role.WRONG, _("✗ You didn't know."))
        case Wrong(mistake=Mistake() as mistake):
            why = mistake.text.in_lang(judged.question.lang)
            return Line(Role.WRONG, _("✗ Wrong: {said}. {why}").format(said=judged.said, why=why))
    return Line(Role.WRONG, _("✗ Wrong: {said}").format(said=judged.said))


def _tolerance(truth: Truth) -> str:
    return (
        _(" ({tolerance})").format(tolerance=truth.tolerance)
        if str(truth.tolerance) and isinstance(truth.value, float)
        else ""
    )


def unverifiable(fault: Unverifiable) -> Iterator[str]:
    """That a question has no truth, why, and that this costs nothing."""
    yield _("This can't be verified right now: {why}").format(why=fault.error)
    yield _("Nothing was recorded.")


def interval(coming: Scheduled) -> str:
    """How long until the card comes back: `10 min`, `3 d`, `2.5 mo`, `1.2 y`."""
    if coming.learning:
        return minutes(coming.due - coming.reviewed_at)
    days = coming.due_day - coming.reviewed_day
    if days < 60:
        return _("{n} d").format(n=days)
    if days < 365:
        return _("{n:.1f} mo").format(n=days / 30.44)
    return _("{n:.1f} y").format(n=days / 365.25)


def minutes(ms: int) -> str:
    """A short time in words: `40 s`, `10 min`, `2 h`."""
    if ms < MINUTE_MS:
        return _("{n} s").format(n=max(0, round(ms / 1000)))
    if ms < 120 * MINUTE_MS:
        return _("{n} min").format(n=round(ms / MINUTE_MS))
    return _("{n} h").format(n=round(ms / MINUTE_MS / 60))


def due_in(days: int) -> str:
    """When a card is due: `today`, `in 3 d`, `2 d ago`."""
    if days == 0:
        return _("today")
    return _("in {n} d").format(n=days) if days > 0 else _("{n} d ago").format(n=-days)


def today(due: int, new: int, pace: int | None = None) -> str:
    """What there is to do today: `18 due · 6 new · about 9 min`. pace: milliseconds an answer, where that is known."""
    if not due and not new:
        return _("Nothing is due today.")
    parts = [_("{n} due").format(n=due), _("{n} new").format(n=new)]
    if pace is not None:
        parts.append(_("about {time}").format(time=minutes(pace * (due + new))))
    return " · ".join(parts)


def nothing_due(next_due: int | None, clock: Clock) -> Iterator[str]:
    """That nothing is due, and when that changes."""
    yield _("Nothing is due here.")
    yield from next_card(next_due, clock)


def next_card(next_due: int | None, clock: Clock) -> Iterator[str]:
    """When the next card comes, if any is scheduled."""
    if next_due is not None:
        wait = next_due - clock.now()
        if wait <= 0:
            yield _("The next card is due now.")
            return
        time = minutes(wait) if wait < DAY_MS else _("{n} d").format(n=round(wait / DAY_MS))
        yield _("The next card comes in {time}.").format(time=time)


def progress(sitting: Sitting) -> str:
    """How far a sitting is: `7 of 20 · 3 again · ~6 min`."""
    queue, tally = sitting.queue, sitting.tally
    parts = [_("{n} of {all}").format(n=queue.asked, all=queue.asked + queue.remaining)]
    if queue.again:
        parts.append(_("{n} again").format(n=queue.again))
    if tally.answered >= _ENOUGH and queue.remaining:
        parts.append(f"~{minutes(tally.ms // tally.answered * queue.remaining)}")
    return " · ".join(parts)


def summary(tally: Tally) -> Iterator[str]:
    """What a sitting came to."""
    if not tally.answered:
        yield _("No question was answered.")
    else:
        share = round(100 * tally.right / tally.answered)
        words = _("{n} answered in {time}: {right} right, {wrong} wrong ({share} %).")
        yield words.format(n=tally.answered, time=minutes(tally.ms), right=tally.right, wrong=tally.wrong, share=share)
    if tally.unverifiable:
        words = ngettext(
            "{n} could not be verified and was not recorded.",
            "{n} could not be verified and were not recorded.",
            tally.unverifiable,
        )
        yield words.format(n=tally.unverifiable)
    if tally.missed:
        yield _("To look at again: {cards}").format(cards=", ".join(tally.missed))


def taken_back(events: Sequence[Event]) -> str:
    """What undo has taken back."""
    if not events:
        return _("There is nothing to take back.")
    event = events[0]
    match event:
        case Reviewed():
            what = _("Taken back: the answer to {card}.")
        case Regraded():
            what = _("Taken back: the grade {grade} of {card}.").format(grade=_(GRADES[event.grade]), card="{card}")
        case Marked(mark=which, on=on):
            what = _("Taken back: {mark} of {card}.") if on else _("Back again: {mark} of {card}.")
            what = what.format(mark=_(MARKS[which]), card="{card}")
        case Forgotten():
            what = _("Taken back: forgetting {card}.")
        case _:
            what = _("Taken back: another date for {card}.")
    cards = (
        on_a_line(event.card)
        if len(events) == 1
        else ngettext("{n} card", "{n} cards", len(events)).format(n=len(events))
    )
    return what.format(card=cards)


def put_away(name: Mark) -> str:
    """What it means that a card was buried or suspended."""
    if name is Mark.BURIED:
        return _("Buried: it comes back tomorrow.")
    return _("Suspended: it stays away until you take that back.")
