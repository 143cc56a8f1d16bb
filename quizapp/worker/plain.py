"""What a verifier returned, checked and made plain: only bool, int, float, str and lists of these leave the child."""

import math
from itertools import groupby
from typing import Any

from quizapp.authoring import Attempt, Mistake, Picture, Result, Run, Text, Tolerance, Value
from quizapp.core.picture import Captioned

_DEEPEST = 12
_MOST_ITEMS = 10_000
_LONGEST_TEXT = 100_000
_LARGEST_BITS = 4_096
_MOST_ROWS = 200
_WIDEST_ROW = 400


class ReturnError(ValueError):
    """A verifier returned what can't be an answer; the message completes "returned …"."""


def plain_result(result: object) -> Result:
    """`result` with every part of it checked and plain. Raises ReturnError."""
    if not isinstance(result, Result):
        raise ReturnError(f"{_shown(result)} instead of a Result")
    return Result(
        value=plain(result.value),
        steps=[_text(step, "step") for step in _listed(result.steps, "steps")],
        mistakes=[_mistake(one) for one in _listed(result.mistakes, "mistakes")],
        tolerance=_tolerance(result.tolerance),
        snippet=_snippet(result.snippet),
        facts=_facts(result.facts),
        distractors=[plain(one, "a distractor") for one in _listed(result.distractors, "distractors")],
        picture=_picture(result.picture),
    )


def plain_attempt(tried: object) -> Attempt:
    """`tried` with every part of it checked and plain. Raises ReturnError."""
    if not isinstance(tried, Attempt):
        raise ReturnError(f"{_shown(tried)} instead of an Attempt")
    right = plain(tried.right, "right")
    if not isinstance(right, bool):
        raise _misplaced(tried.right, "right (a bool)")
    return Attempt(right, _text(tried.text, "text"))


def plain_drawn(drawn: object) -> Captioned:
    """What draws for the laboratory returned, a picture or one with its caption, checked. Raises ReturnError."""
    picture, caption = drawn if isinstance(drawn, tuple) and len(drawn) == 2 else (drawn, ())
    if not isinstance(picture, Picture):
        raise ReturnError(f"{_shown(drawn)} instead of a Picture")
    checked = _picture(picture)
    assert checked is not None
    return Captioned(checked, tuple(_text(line, "line of a caption") for line in _listed(caption, "caption")))


def plain(value: Any, part: str = "", depth: int = 0) -> Value:
    """`value` as plain Python: tuples and torch.Size become lists, scalars of numpy and torch become numbers.

    part: how to call the value in a message, where it isn't the value itself. Raises ReturnError.
    """
    where = f" as {part}" if part else ""
    match value:
        case bool():
            return value
        case int():
            if value.bit_length() > _LARGEST_BITS:
                raise ReturnError(f"a number of more than {_LARGEST_BITS} bits{where}")
            return int(value)
        case float():
            if math.isnan(value):
                raise ReturnError(f"nan{where}")
            return float(value)
        case str():
            return _string(str.__str__(value))
        case list() | tuple():
            if depth >= _DEEPEST:
                raise ReturnError(f"lists nested more than {_DEEPEST} deep{where}")
            if len(value) > _MOST_ITEMS:
                raise ReturnError(f"a list of {len(value):,} items{where}; {_MOST_ITEMS:,} are the most")
            return [plain(item, part, depth + 1) for item in value]
    # Scalars of numpy and torch, recognised without importing either.
    if getattr(value, "shape", None) == () and callable(getattr(value, "item", None)):
        return plain(_only(value.item()), part, depth)
    hint = "; .tolist() makes a list of it" if hasattr(value, "tolist") else ""
    raise ReturnError(f"{_shown(value)}{where}, which is not a bool, int, float, str or list{hint}")


def _only(item: object) -> object:
    """`item`, unless it is an array's scalar again, whose item() would go on for ever."""
    if isinstance(item, bool | int | float | str):
        return item
    raise _misplaced(item, "a scalar")


def _string(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ReturnError(f"a text of {len(text):,} characters; {_LONGEST_TEXT:,} are the most")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # lone surrogates can't be shown or stored


def _listed(items: object, part: str) -> list[object] | tuple[object, ...]:
    if not isinstance(items, list | tuple):
        raise _misplaced(items, f"{part} (a list)")
    if len(items) > _MOST_ITEMS:
        raise ReturnError(f"{len(items):,} {part}")
    return items


def _snippet(snippet: object) -> str:
    if isinstance(snippet, str):
        return _string(snippet)
    raise _misplaced(snippet, "a snippet")


def _text(text: object, part: str) -> Text:
    match text:
        case str():
            return Text(_string(text))
        case Text(en=str(en), zh=str(zh)):
            return Text(_string(en), _string(zh))
    raise _misplaced(text, f"a {part}")


def _mistake(one: object) -> Mistake:
    if not isinstance(one, Mistake):
        raise _misplaced(one, "a mistake")
    return Mistake(plain(one.value, "a mistake"), _text(one.text, "mistake's text"))


def _tolerance(tolerance: object) -> Tolerance:
    if not isinstance(tolerance, Tolerance):
        raise _misplaced(tolerance, "a tolerance")
    absolute, relative = plain(tolerance.absolute, "a tolerance"), plain(tolerance.relative, "a tolerance")
    digits = plain(tolerance.digits, "a tolerance")
    match absolute, relative, digits:
        case (int() | float(), int() | float(), int()) if min(absolute, relative, digits) >= 0:
            if math.isfinite(absolute) and math.isfinite(relative):
                return Tolerance(float(absolute), float(relative), digits)
    raise ReturnError("a tolerance that is negative, infinite or not made of numbers")


def _facts(facts: object) -> dict[str, Value]:
    if not isinstance(facts, dict) or len(facts) > _MOST_ITEMS:
        raise _misplaced(facts, "facts (a dict)")
    return {_string(str(name)): plain(value, f"the fact {name}") for name, value in facts.items()}


def _picture(picture: object) -> Picture | None:
    if picture is None:
        return None
    if not isinstance(picture, Picture):
        raise _misplaced(picture, "a picture")
    if len(_listed(picture.rows, "rows of a picture")) > _MOST_ROWS:
        raise ReturnError(f"a picture of {len(picture.rows):,} rows; {_MOST_ROWS} are the most")
    return Picture(tuple(_row(row) for row in picture.rows))


def _row(row: object) -> tuple[Run, ...]:
    runs = []
    for run in _listed(row, "runs in a row of a picture"):
        if not isinstance(run, Run) or not isinstance(run.text, str):
            raise _misplaced(run, "a run of a picture")
        runs.append(run)
    width = sum(len(run.text) for run in runs)
    if width > _WIDEST_ROW or len(runs) > _WIDEST_ROW:
        raise ReturnError(f"a picture with a row of {width:,} characters; {_WIDEST_ROW} are the most")
    try:
        # Neighbours of one ink are one run: a curve drawn cell by cell would cost the screen a run for each cell.
        return tuple(
            Run(_string("".join(run.text for run in same)), ink) for ink, same in groupby(runs, key=lambda run: run.ink)
        )
    except ValueError as error:
        raise ReturnError(f"a picture where {error}") from None


def _misplaced(found: object, part: str) -> ReturnError:
    return ReturnError(f"{_shown(found)} where {part} belongs")


def _shown(value: object) -> str:
    name, shape = type(value).__name__, getattr(value, "shape", None)
    article = "an" if name[0] in "aeiouAEIOU" else "a"
    return f"{article} {name}" + (f" of shape {tuple(shape)}" if isinstance(shape, tuple) and shape else "")
