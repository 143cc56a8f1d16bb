"""What the client says to the child and to the zygote, and they to it: one JSON object a line, in ASCII."""

import json
from dataclasses import dataclass
from typing import TypeAlias

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.domain import Params
from quizapp.core.picture import Captioned
from quizapp.worker.payload import (
    Answer,
    Json,
    ProtocolError,
    answer_from_json,
    answer_to_json,
    attempt_from_json,
    attempt_to_json,
    captioned_from_json,
    captioned_to_json,
    truth_from_json,
    truth_to_json,
    values_from_json,
    values_to_json,
)

# A line longer than this is nothing that either side would write.
LONGEST_LINE = 4_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """Import the verifier's module, and so its libraries."""

    id: int
    verifier: str


@dataclass(frozen=True, slots=True)
class Compute:
    """Run the verifier. The child gives up by itself some seconds after the limits, should the client be gone.

    import_s, limit_s: seconds for the import and for the call. memory: bytes that the call may add.
    second: run its second way, which gives a value and nothing more.
    """

    id: int
    verifier: str
    params: Params
    import_s: float
    limit_s: float
    memory: int
    second: bool = False


@dataclass(frozen=True, slots=True)
class Try:
    """Have the verifier try an answer that is data. The limits are as for Compute."""

    id: int
    verifier: str
    params: Params
    answer: Answer
    import_s: float
    limit_s: float
    memory: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw the verifier's picture for the laboratory; `params` are its own too. The limits are as for Compute."""

    id: int
    verifier: str
    params: Params
    import_s: float
    limit_s: float
    memory: int


@dataclass(frozen=True, slots=True)
class RunCode:
    """Run a learner's source in a process of its own, and have the verifier try what it leaves behind.

    The zygote's; the rest are the child's, but for Load, which both know. The limits are as for Compute.
    """

    id: int
    verifier: str
    params: Params
    source: str
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
class Tried:
    id: int
    outcome: Attempt | Unverifiable


@dataclass(frozen=True, slots=True)
class Drawn:
    id: int
    outcome: Captioned | Unverifiable


@dataclass(frozen=True, slots=True)
class Located:
    id: int
    device: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It can't be done, and `error` says why in a sentence."""

    id: int
    error: str


Request: TypeAlias = Load | Compute | Try | Draw | RunCode | Locate
Reply: TypeAlias = Hello | Loaded | Computed | Tried | Drawn | Located | Refused


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


def _message_to_json(message: Request | Reply) -> Json:
    match message:
        case Load(id=number, verifier=verifier):
            return {"load": number, "verifier": verifier}
        case Compute():
            return {
                "compute": message.id,
                "verifier": message.verifier,
                "params": values_to_json(message.params),
                "limits": [message.import_s, message.limit_s, message.memory],
                "second": message.second,
            }
        case Try():
            return {
                "try": message.id,
                "verifier": message.verifier,
                "params": values_to_json(message.params),
                "answer": answer_to_json(message.answer),
                "limits": [message.import_s, message.limit_s, message.memory],
            }
        case Draw():
            return {
                "draw": message.id,
                "verifier": message.verifier,
                "params": values_to_json(message.params),
                "limits": [message.import_s, message.limit_s, message.memory],
            }
        case RunCode():
            return {
                "run": message.id,
                "verifier": message.verifier,
                "params": values_to_json(message.params),
                "source": message.source,
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
            return {"truth": number} | truth_to_json(outcome)
        case Tried(id=number, outcome=Unverifiable() as failure):
            return {"untried": number, "error": failure.error, "impossible": failure.impossible}
        case Tried(id=number, outcome=Attempt() as attempt):
            return {"tried": number} | attempt_to_json(attempt)
        case Drawn(id=number, outcome=Unverifiable() as failure):
            return {"undrawn": number, "error": failure.error, "impossible": failure.impossible}
        case Drawn(id=number, outcome=Captioned() as captioned):
            return {"drawn": number} | captioned_to_json(captioned)
        case Located(id=number, device=device):
            return {"located": number, "device": device}
        case Refused(id=number, error=error):
            return {"refused": number, "error": error}


def _message_from_json(data: Json) -> Request | Reply:
    match data:
        case {"load": int(number), "verifier": str(verifier)}:
            return Load(number, verifier)
        case {"compute": int(number), "verifier": str(verifier), "limits": [import_s, limit_s, int(memory)]}:
            params, second = values_from_json(data["params"]), data["second"] is True
            return Compute(number, verifier, params, float(import_s), float(limit_s), memory, second)
        case {"try": int(number), "verifier": str(verifier), "limits": [import_s, limit_s, int(memory)]}:
            params, answer = values_from_json(data["params"]), answer_from_json(data["answer"])
            return Try(number, verifier, params, answer, float(import_s), float(limit_s), memory)
        case {"run": int(number), "source": str(source), "limits": [import_s, limit_s, int(memory)]}:
            verifier, params = str(data["verifier"]), values_from_json(data["params"])
            return RunCode(number, verifier, params, source, float(import_s), float(limit_s), memory)
        case {"draw": int(number), "verifier": str(verifier), "limits": [import_s, limit_s, int(memory)]}:
            return Draw(number, verifier, values_from_json(data["params"]), float(import_s), float(limit_s), memory)
        case {"locate": int(number)}:
            return Locate(number)
        case {"hello": 1}:
            return Hello()
        case {"loaded": int(number), "library": str(library), "version": str(version)}:
            return Loaded(number, library, version)
        case {"unverifiable": int(number), "error": str(error), "impossible": bool(impossible)}:
            return Computed(number, Unverifiable(error, impossible))
        case {"truth": int(number)}:
            return Computed(number, truth_from_json(data))
        case {"untried": int(number), "error": str(error), "impossible": bool(impossible)}:
            return Tried(number, Unverifiable(error, impossible))
        case {"tried": int(number)}:
            return Tried(number, attempt_from_json(data))
        case {"undrawn": int(number), "error": str(error), "impossible": bool(impossible)}:
            return Drawn(number, Unverifiable(error, impossible))
        case {"drawn": int(number)}:
            return Drawn(number, captioned_from_json(data))
        case {"located": int(number), "device": str(device)}:
            return Located(number, device)
        case {"refused": int(number), "error": str(error)}:
            return Refused(number, error)
    raise ProtocolError(f"{str(data)[:60]} is not a message")


def _refuse_constant(name: str) -> float:
    raise ProtocolError(f"{name} is not JSON")
