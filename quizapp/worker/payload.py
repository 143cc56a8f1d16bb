"""The values inside messages, as JSON: truths, attempts, and what verifiers are given.

NaN is refused everywhere. JSON has no infinities either, so they travel as `{"float": "inf"}` and `{"float": "-inf"}`;
nothing else among a verifier's values is an object.
"""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from quizapp.core.answer import Attempt, Mistake, Origin, Tolerance, Truth
from quizapp.core.domain import Value
from quizapp.core.picture import Captioned, Picture, Run
from quizapp.core.text import Text

Json: TypeAlias = Any

# What an order or an open question is answered with: the lines, or the fields by name.
Answer: TypeAlias = Value | Mapping[str, Value]


class ProtocolError(ValueError):
    """A line that is not a message, or a value that can't travel."""


def value_to_json(value: Value) -> Json:
    """`value` for JSON. Raises ProtocolError where it holds NaN or anything but plain values."""
    match value:
        case bool() | int() | str():
            return value
        case float():
            if math.isnan(value):
                raise ProtocolError("nan can't travel")
            return {"float": "inf" if value > 0 else "-inf"} if math.isinf(value) else value
        case list():
            return [value_to_json(item) for item in value]
    raise ProtocolError(f"a {type(value).__name__} can't travel")


def value_from_json(data: Json) -> Value:
    """The value that `value_to_json` wrote. Raises ProtocolError where it wrote no such thing."""
    match data:
        case bool() | int() | str():
            return data
        case float() if math.isfinite(data):
            return data
        case {"float": "inf" | "-inf" as sign, **rest} if not rest:
            return float(sign)
        case list():
            return [value_from_json(item) for item in data]
    raise ProtocolError(f"{str(data)[:60]} is not a value")


def values_to_json(values: Mapping[str, Value]) -> dict[str, Json]:
    return {name: value_to_json(value) for name, value in values.items()}


def values_from_json(data: Mapping[str, Json]) -> dict[str, Value]:
    return {name: value_from_json(value) for name, value in data.items()}


def answer_to_json(answer: Answer) -> Json:
    """Fields are told from a value by a key of their own, since an infinite value is an object too."""
    if isinstance(answer, Mapping):
        return {"fields": values_to_json(answer)}
    return {"value": value_to_json(answer)}


def answer_from_json(data: Json) -> Answer:
    match data:
        case {"fields": dict(fields)}:
            return values_from_json(fields)
        case {"value": value}:
            return value_from_json(value)
    raise ProtocolError(f"{str(data)[:60]} is not an answer")


def truth_to_json(truth: Truth) -> dict[str, Json]:
    origin, tolerance = truth.origin, truth.tolerance
    return {
        "value": value_to_json(truth.value),
        "origin": [origin.verifier, dict(origin.versions), origin.device, origin.ms],
        "tolerance": [tolerance.absolute, tolerance.relative, tolerance.digits],
        "steps": [[step.en, step.zh] for step in truth.steps],
        "mistakes": [[value_to_json(one.value), one.text.en, one.text.zh] for one in truth.mistakes],
        "snippet": truth.snippet,
        "facts": values_to_json(truth.facts),
        "distractors": [value_to_json(value) for value in truth.distractors],
        "picture": _picture_to_json(truth.picture),
    }


def truth_from_json(data: Mapping[str, Json]) -> Truth:
    verifier, versions, device, ms = data["origin"]
    absolute, relative, digits = data["tolerance"]
    return Truth(
        value=value_from_json(data["value"]),
        origin=Origin(str(verifier), dict(versions), str(device), float(ms)),
        tolerance=Tolerance(float(absolute), float(relative), int(digits)),
        steps=tuple(Text(en, zh) for en, zh in data["steps"]),
        mistakes=tuple(Mistake(value_from_json(value), Text(en, zh)) for value, en, zh in data["mistakes"]),
        snippet=str(data["snippet"]),
        facts=values_from_json(data["facts"]),
        distractors=tuple(value_from_json(value) for value in data["distractors"]),
        picture=_picture_from_json(data["picture"]),
    )


def attempt_to_json(attempt: Attempt) -> dict[str, Json]:
    return {"right": attempt.right, "text": [attempt.text.en, attempt.text.zh]}


def attempt_from_json(data: Json) -> Attempt:
    match data:
        case {"right": bool(right), "text": [str(en), str(zh)]}:
            return Attempt(right, Text(en, zh))
    raise ProtocolError(f"{str(data)[:60]} is not an attempt")


def captioned_to_json(captioned: Captioned) -> dict[str, Json]:
    caption = [[line.en, line.zh] for line in captioned.caption]
    return {"picture": _picture_to_json(captioned.picture), "caption": caption}


def captioned_from_json(data: Json) -> Captioned:
    picture = _picture_from_json(data["picture"])
    if picture is None:
        raise ProtocolError("there is no picture")
    return Captioned(picture, tuple(Text(en, zh) for en, zh in data["caption"]))


def _picture_to_json(picture: Picture | None) -> Json:
    return picture and [[[run.text, run.ink] for run in row] for row in picture.rows]


def _picture_from_json(data: Json) -> Picture | None:
    if data is None:
        return None
    return Picture(tuple(tuple(Run(text, ink) for text, ink in row) for row in data))
