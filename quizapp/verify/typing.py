"""What a learner would type: the truth, something else than the truth, and what nobody means."""

from quizapp.core.answer import Truth
from quizapp.core.card import Kind
from quizapp.core.domain import Value, write
from quizapp.core.question import Question

_GARBAGE = "§¤!"
# Every word and every line of output can be read, and a recall card is only turned over.
_READS_ALL = (Kind.TEXT, Kind.OUTPUT, Kind.RECALL)


def typed(question: Question, value: Value) -> str:
    """`value` as an answer to the question, which has its options."""
    match question.card.kind, value:
        case Kind.CHOICE | Kind.PICTURE, _:
            return _letter(question, value)
        case Kind.SEVERAL, list():
            return " ".join(_letter(question, one) for one in value) or "none"
        case Kind.ORDER, list() if all(line in question.lines for line in value):
            return " ".join(question.letters[question.lines.index(str(line))] for line in value)
        case Kind.CLOZE | Kind.OPEN, list():
            return "; ".join(write(one) for one in value)
        case Kind.SHAPE, list():
            return f"({write(value)})"
        case Kind.OUTPUT, str():
            return value.replace("\n", "\\n")
    return write(value)


def changed(question: Question, truth: Truth) -> str:
    """A readable answer that is not the truth; empty for the kinds where none is at hand."""
    match question.card.kind, truth.value:
        case Kind.NUMBER, int() | float() as number:
            return "7" if abs(number) == float("inf") else write(number + max(1, 3 * truth.tolerance.width(number)))
        case Kind.SHAPE, [*sides]:
            return write([*sides, 2])
        case Kind.CHOICE | Kind.PICTURE, _:
            return next(letter for letter in question.letters if letter != _letter(question, truth.value))
        case Kind.SEVERAL, list() as right:
            values = [one.value for one in question.options]
            return typed(question, [one for one in values if one not in right] or values[:-1])
        case Kind.TEXT | Kind.OUTPUT, str() as text:
            return f"{text} and more"
        case Kind.CLOZE, [*gaps]:
            return "; ".join(f"{one} and more" if isinstance(one, str) else "987654321" for one in gaps)
    return ""


def garbage(question: Question) -> str:
    """What can't be read as an answer of this kind; empty where everything can."""
    kind = question.card.kind
    words = kind is Kind.CLOZE and len(question.card.gaps) == 1 and question.card.gaps[0] == "text"
    return "" if kind in _READS_ALL or words else _GARBAGE


def _letter(question: Question, value: Value) -> str:
    return next(
        (letter for letter, one in zip(question.letters, question.options, strict=True) if one.value == value), ""
    )
