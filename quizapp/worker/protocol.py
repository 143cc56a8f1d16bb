"""What the client and the child say to each other: one JSON object a line, in ASCII.

NaN is refused everywhere. JSON has no infinities either, so they travel as `{"float": "inf"}` and `{"float": "-inf"}`;
nothing else among a verifier's values is an object.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from quizapp.core.answer import Mistake, Origin, Tolerance, Truth, Unverifiable
from quizapp.core.domain import Params, Value
from quizapp.core.text import Text

# A line longer than this is nothing that either side would write.
LONGEST_LINE = 4_000_000

Json: TypeAlias = Any


class ProtocolError(ValueError):
    """A line that is not a message, or a value that can't travel."""


@dataclass(frozen=True, slots=True)
class Load:
    """Import the verifier's module, and so its libraries."""

    id: int
    verifier: str


@dataclass(frozen=True, slots=True)
class Compute:
    """Run the verifier. The child gives up by itself some seconds after the limits, should the client be gone.

    import_s, limit_s: seconds for the import and for the call. memory: bytes that the call may add.
    """

    id: int
    verifier: str
    params: Params
    import_s: float
    limit_s: float
    memory: int


@dataclass(frozen=True, slots=True)
class Locate:
    """Say which device is in force."""

    id: int


@dataclass(frozen=True, slots=True)
class Hello:
    """The child runs and listens."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The verifier is imported; `library` is the one whose answer it gives. What was asked for begins now."""

    id: int
    library: str
    version: str


@dataclass(frozen=True, slots=True)
class Computed:
    id: int
    outcome: Truth | Unverifiable


@dataclass(frozen=True, slots=True)
class Located:
    id: int
    device: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It can't be done, and `error` says why in a sentence."""

    id: int
    error: str


Request: TypeAlias = Load | Compute | Locate
Reply: TypeAlias = Hello | Loaded | Computed | Located | Refused


def encode(message: Request | Reply) -> bytes:
    """The line that says `message`. Raises ProtocolError where a value can't travel."""
    try:
        return json.dumps(_message_to_json(message), allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
    except (ValueError, TypeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None


def decode(line: bytes) -> Request | Reply:
    """The message that `line` says. Raises ProtocolError where it says none."""
    try:
        return _message_from_json(json.loads(line, parse_constant=_refuse_constant))
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error}") from None


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


def _message_to_json(message: Request | Reply) -> Json:
    match message:
        case Load(id=number, verifier=verifier):
            return {"load": number, "verifier": verifier}
        case Compute():
            return {
                "compute": message.id,
                "verifier": message.verifier,
                "params": _values_to_json(message.params),
                "limits": [message.import_s, message.limit_s, message.memory],
            }
        case Locate(id=number):
            return {"locate": number}
        case Hello():
            return {"hello": 1}
        case Loaded(id=number, library=library, version=version):
            return {"loaded": number, "library": library, "version": version}
        case Computed(id=number, outcome=Unverifiable() as outcome):
            return {"unverifiable": number, "error": outcome.error, "impossible": outcome.impossible}
        case Computed(id=number, outcome=Truth() as outcome):
            return {"truth": number} | _truth_to_json(outcome)
        case Located(id=number, device=device):
            return {"located": number, "device": device}
        case Refused(id=number, error=error):
            return {"refused": number, "error": error}


def _message_from_json(data: Json) -> Request | Reply:
    match data:
        case {"load": int(number), "verifier": str(verifier)}:
            return Load(number, verifier)
        case {"compute": int(number), "verifier": str(verifier), "limits": [import_s, limit_s, int(memory)]}:
            return Compute(number, verifier, _values_from_json(data["params"]), float(import_s), float(limit_s), memory)
        case {"locate": int(number)}:
            return Locate(number)
        case {"hello": 1}:
            return Hello()
        case {"loaded": int(number), "library": str(library), "version": str(version)}:
            return Loaded(number, library, version)
        case {"unverifiable": int(number), "error": str(error), "impossible": bool(impossible)}:
            return Computed(number, Unverifiable(error, impossible))
        case {"truth": int(number)}:
            return Computed(number, _truth_from_json(data))
        case {"located": int(number), "device": str(device)}:
            return Located(number, device)
        case {"refused": int(number), "error": str(error)}:
            return Refused(number, error)
    raise ProtocolError(f"{str(data)[:60]} is not a message")


def _truth_to_json(truth: Truth) -> dict[str, Json]:
    origin, tolerance = truth.origin, truth.tolerance
    return {
        "value": value_to_json(truth.value),
        "origin": [origin.verifier, dict(origin.versions), origin.device, origin.ms],
        "tolerance": [tolerance.absolute, tolerance.relative, tolerance.digits],
        "steps": [[step.en, step.zh] for step in truth.steps],
        "mistakes": [[value_to_json(one.value), one.text.en, one.text.zh] for one in truth.mistakes],
        "snippet": truth.snippet,
        "facts": _values_to_json(truth.facts),
    }


def _truth_from_json(data: Mapping[str, Json]) -> Truth:
    verifier, versions, device, ms = data["origin"]
    absolute, relative, digits = data["tolerance"]
    return Truth(
        value=value_from_json(data["value"]),
        origin=Origin(str(verifier), dict(versions), str(device), float(ms)),
        tolerance=Tolerance(float(absolute), float(relative), int(digits)),
        steps=tuple(Text(en, zh) for en, zh in data["steps"]),
        mistakes=tuple(Mistake(value_from_json(value), Text(en, zh)) for value, en, zh in data["mistakes"]),
        snippet=str(data["snippet"]),
        facts=_values_from_json(data["facts"]),
    )


def _values_to_json(values: Mapping[str, Value]) -> dict[str, Json]:
    return {name: value_to_json(value) for name, value in values.items()}


def _values_from_json(data: Mapping[str, Json]) -> dict[str, Value]:
    return {name: value_from_json(value) for name, value in data.items()}


def _refuse_constant(name: str) -> float:
    raise ProtocolError(f"{name} is not JSON")
