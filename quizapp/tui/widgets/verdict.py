"""A verdict as content: every line in the style of its role, and the grades with their intervals."""

from textual.content import Content

from quizapp.core.answer import Unverifiable
from quizapp.core.event import Grade
from quizapp.core.outcome import Judged
from quizapp.language import _
from quizapp.tui.prose import drawn
from quizapp.wording import GRADES, Line, Role, interval, unverifiable, verdict

_STYLES = {
    Role.RIGHT: "bold $text-success",
    Role.WRONG: "bold $text-error",
    Role.TRUTH: "bold",
    Role.ORIGIN: "$foreground-muted",
    Role.STEP: "$text-primary",
    Role.LEECH: "bold $text-warning",
    Role.SOURCE: "$foreground-muted",
}


def told(judged: Judged) -> Content:
    """The verdict, line by line."""
    return Content("\n").join(_line(line) for line in verdict(judged))


def aside(fault: Unverifiable) -> Content:
    """Why there is no verdict, and how to go on."""
    first, *others = unverifiable(fault)
    return Content.assemble((first, "bold $text-warning"), "\n", "\n".join([*others, _("Enter goes on.")]))


def _line(line: Line) -> Content:
    if line.picture is not None:
        return Content("\n").join(drawn(line.picture))
    return Content.styled(line.text, _STYLES.get(line.role, "")) if line.text else Content()


def grades(judged: Judged) -> Content | None:
    """The four grades, when each brings the card back, the proposed one marked; None where nothing is recorded."""
    if not judged.coming:
        return None
    parts = []
    for grade in Grade:
        label = f" {grade.value} {_(GRADES[grade])} {interval(judged.coming[grade])} "
        parts.append(Content.styled(label, "reverse" if grade is judged.proposed else ""))
    return Content("  ").join(parts)


def slip(typed: str, word: str) -> Content:
    """A wrong word beside the right one it is close to, what differs standing out, and the question whether it was a
    slip of the fingers."""
    from difflib import SequenceMatcher

    yours: list[tuple[str, str]] = [(_("    you wrote   "), "$foreground-muted")]
    close: list[tuple[str, str]] = [(_("    close to    "), "$foreground-muted")]
    for tag, start, end, low, high in SequenceMatcher(None, typed, word).get_opcodes():
        differs = "" if tag == "equal" else "bold underline "
        yours.append((typed[start:end], differs and f"{differs}$text-error"))
        close.append((word[low:high], differs and f"{differs}$text-success"))
    lines = [Content.assemble(*yours), Content.assemble(*close), Content(), Content(_("Was it a slip? y or n"))]
    return Content("\n").join(lines)
