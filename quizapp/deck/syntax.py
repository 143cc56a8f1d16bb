"""What PyYAML says about input that is not YAML, in words for the author of a deck."""

import re
from collections.abc import Sequence
from typing import Any

from quizapp.deck.fault import Fault

# (what the parser says, what is wrong, what to write instead, whether the place is where the construct began)
_SENTENCES: tuple[tuple[str, str, str, bool], ...] = (
    (
        r"mapping values are not allowed",
        "a ':' stands where no field can begin",
        "check the indentation, and put text that contains ': ' in quotes",
        False,
    ),
    (r"tab character|'\\t'", "a tab stands where only blanks can", "indent with blanks", False),
    (
        r"cannot start any token",
        "this character can't begin a value",
        "put the text in quotes",
        False,
    ),
    (
        r"could not find expected ':'",
        "this is neither a field nor an item of a list",
        "write 'name: value' or '- value', and indent the lines of a text",
        True,
    ),
    (r"unexpected end of stream", "the text that is quoted here never ends", "close the quote", True),
    (
        r"expected ',' or",
        "a ',' or the closing bracket is missing in what opens here",
        "close it, and put text that contains brackets or commas in quotes",
        True,
    ),
    (
        r"escape",
        "there is no such escape in double quotes",
        "use single quotes, or a text block after '|'",
        False,
    ),
    (
        r"directive|incompatible YAML",
        "a line that begins with '%' means nothing here",
        "put the text in quotes, or take the line out",
        False,
    ),
    (
        r"comment or line break|chomping or indentation|indentation indicator",
        "something other than a line break follows '|' or '>'",
        "begin the text on the next line, indented",
        False,
    ),
    (
        r"expected",
        "this doesn't fit what stands before it",
        "check the indentation, and put text that begins with a bracket or a quote in quotes",
        False,
    ),
)


def unreadable(error: Exception, lines: Sequence[str], path: str) -> Fault:
    """The fault that stopped the parser on a file of these lines."""
    message, hint, at_start = _sentence(str(getattr(error, "problem", None) or ""))
    marks = [getattr(error, name, None) for name in ("context_mark", "problem_mark")]
    first, second = marks if at_start else reversed(marks)
    line, column = _place(first or second, lines)
    if "can't begin" in message:
        match lines[line - 1][column - 1 : column]:
            case "\t":
                message, hint = "a tab stands where only blanks can", "indent with blanks"
            case char if char:
                message = f"'{char}' can't begin a value"
    return Fault(path, line, column, message, hint)


def _sentence(problem: str) -> tuple[str, str, bool]:
    for pattern, message, hint, at_start in _SENTENCES:
        if re.search(pattern, problem):
            return message, hint, at_start
    return "this is not YAML", "check the quotes and the indentation", False


def _place(mark: Any, lines: Sequence[str]) -> tuple[int, int]:
    """Line and column from 1; where the parser points behind the last line, the end of that line."""
    if mark is None:
        return 1, 1
    if mark.line >= len(lines):
        return len(lines), len(lines[-1]) + 1
    return mark.line + 1, mark.column + 1
