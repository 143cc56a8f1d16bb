"""Running one verifier once: reproducibly, on its device, within its memory. Runs in the child."""

import hashlib
import inspect
import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from quizapp.authoring import Impossible, Result, Verifier
from quizapp.core.answer import Attempt, Origin, Truth, Unverifiable
from quizapp.core.domain import Params
from quizapp.core.picture import Captioned
from quizapp.core.text import clean
from quizapp.language import _
from quizapp.worker.device import CPU, META
from quizapp.worker.load import Loaded, line_in_pack, said
from quizapp.worker.memory import is_exhaustion, limited
from quizapp.worker.payload import Answer
from quizapp.worker.plain import ReturnError, plain_attempt, plain_drawn, plain_result

T = TypeVar("T")


def run(
    loaded: Loaded, params: Params, *, root: Path, device: str, memory: int, second: bool = False
) -> Truth | Unverifiable:
    """What the verifier gives for `params`; whatever it does instead becomes a sentence.

    device: the one in force, for a verifier that runs on torch.
    memory: bytes that the call may add; not enforced on cuda, whose driver maps more than that by itself.
    second: take its second way, whose value is all that there is.
    """
    device = _device(loaded, device)
    second_way = loaded.verifier.second
    if second and second_way is None:
        return Unverifiable(
            _("{name} has no second way; mark a function with its .second_way").format(name=loaded.name)
        )

    def compute() -> tuple[Result, float]:
        begun = time.perf_counter()
        returned = Result(second_way(**params)) if second and second_way else loaded.verifier(**params)
        ms = (time.perf_counter() - begun) * 1000
        return plain_result(returned), ms

    computed = _guarded(compute, loaded, params, root, device, memory)
    if isinstance(computed, Unverifiable):
        return computed
    result, ms = computed
    return Truth(
        value=result.value,
        origin=Origin(loaded.name, loaded.versions, device, ms),
        tolerance=result.tolerance,
        steps=tuple(result.steps),  # type: ignore[arg-type]  # plain_result made each a Text
        mistakes=tuple(result.mistakes),
        snippet=result.snippet,
        facts=result.facts,
        distractors=tuple(result.distractors),
        picture=result.picture,
    )


def run_attempt(
    loaded: Loaded, params: Params, answer: Answer, *, root: Path, device: str, memory: int
) -> Attempt | Unverifiable:
    """What the verifier says when it tries `answer`; seeded, limited and guarded as `run` is."""
    trying = loaded.verifier.try_answer
    if trying is None:
        return Unverifiable(untriable(loaded.name))
    return _guarded(
        lambda: plain_attempt(trying(answer=answer, **wanted(loaded.verifier, params))),
        loaded,
        params,
        root,
        _device(loaded, device),
        memory,
    )


def run_draw(loaded: Loaded, params: Params, *, root: Path, device: str, memory: int) -> Captioned | Unverifiable:
    """The verifier's picture for the laboratory; limited and guarded as `run` is.

    Chance is seeded by the verifier's own parameters, so that what it drew stays while the picture's are changed.
    """
    draw = loaded.verifier.draw
    if draw is None:
        words = _("{name} has no picture to explore; mark a function with its .explore")
        return Unverifiable(words.format(name=loaded.name))
    shared = inspect.signature(loaded.verifier.function).parameters
    return _guarded(
        lambda: plain_drawn(draw(**wanted(loaded.verifier, params, draw))),
        loaded,
        {name: value for name, value in params.items() if name in shared},
        root,
        _device(loaded, device),
        memory,
    )


def untriable(name: str) -> str:
    """The sentence about a verifier without an attempt."""
    return _("{name} can't try an answer; it has no function marked with its .attempt").format(name=name)


def wanted(verifier: Verifier[Any], params: Params, function: Callable[..., Any] | None = None) -> dict[str, Any]:
    """Of `params` and the verifier's defaults, those that `function` takes; its attempt, where no other is named."""
    takes = inspect.signature(function or verifier.try_answer or verifier.function).parameters
    whole = inspect.signature(verifier.function).parameters
    given = {name: one.default for name, one in whole.items() if one.default is not one.empty} | dict(params)
    if any(one.kind is one.VAR_KEYWORD for one in takes.values()):
        return given
    return {name: value for name, value in given.items() if name in takes}


def _device(loaded: Loaded, device: str) -> str:
    if not loaded.on_torch:
        return CPU
    return META if loaded.verifier.shapes_only else device


def _guarded(
    call: Callable[[], T], loaded: Loaded, params: Params, root: Path, device: str, memory: int
) -> T | Unverifiable:
    name = loaded.name
    seed(name, params)
    try:
        with _on(device), limited(0 if device.startswith("cuda") else memory):
            return call()
    except Impossible as reason:
        return Unverifiable(clean(str(reason)) or _("these numbers have no answer"), impossible=True)
    except ReturnError as error:
        return Unverifiable(_("{name} returned {what}").format(name=name, what=error))
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        words = _("{name} tried to end the program with {error}{place}")
        return Unverifiable(words.format(name=name, error=said(error), place=at(root, error)))
    except BaseException as error:
        if is_exhaustion(error):
            return Unverifiable(_exhausted(name, device, memory))
        words = _("{name} raised {error}{place}")
        return Unverifiable(clean(words.format(name=name, error=said(error), place=at(root, error))))


def _exhausted(name: str, device: str, memory: int) -> str:
    if device.startswith("cuda") or not memory:
        return _("{name} needs more memory than {device} has").format(name=name, device=device)
    words = _("{name} needs more memory than the {n:.3g} GiB that it may use")
    return words.format(name=name, n=memory / 2**30)


def at(root: Path, error: BaseException) -> str:
    """` (verifiers/conv.py line 31)`, where the pack has a part in `error`."""
    place = line_in_pack(root, error)
    return _(" ({place})").format(place=place) if place else ""


def _on(device: str) -> AbstractContextManager[object]:
    """torch's default device while the verifier runs; the processor is that already."""
    if device == CPU:
        return nullcontext()
    context: AbstractContextManager[object] = sys.modules["torch"].device(device)
    return context


def seed(name: str, params: Params) -> None:
    """Seeds every global generator from the question, so that the same question gets the same truth."""
    stated = json.dumps([name, dict(params)], sort_keys=True)
    number = int.from_bytes(hashlib.sha256(stated.encode()).digest()[:7])
    random.seed(number)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(number % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(number)
