"""Running one verifier once: reproducibly, on its device, within its memory. Runs in the child."""

import hashlib
import json
import random
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from quizapp.authoring import Impossible
from quizapp.core.answer import Origin, Truth, Unverifiable
from quizapp.core.domain import Params
from quizapp.core.text import clean
from quizapp.worker.device import CPU, META
from quizapp.worker.load import Loaded, line_in_pack, said
from quizapp.worker.memory import is_exhaustion, limited
from quizapp.worker.plain import ReturnError, plain_result


def run(loaded: Loaded, params: Params, *, root: Path, device: str, memory: int) -> Truth | Unverifiable:
    """What the verifier gives for `params`; whatever it does instead becomes a sentence.

    device: the one in force, for a verifier that runs on torch.
    memory: bytes that the call may add; not enforced on cuda, whose driver maps more than that by itself.
    """
    name = loaded.name
    if not loaded.on_torch:
        device = CPU
    elif loaded.verifier.shapes_only:
        device = META
    _seed(name, params)
    try:
        with _on(device), limited(0 if device.startswith("cuda") else memory):
            begun = time.perf_counter()
            returned = loaded.verifier(**params)
            ms = (time.perf_counter() - begun) * 1000
            result = plain_result(returned)
    except Impossible as reason:
        return Unverifiable(clean(str(reason)) or "these numbers have no answer", impossible=True)
    except ReturnError as error:
        return Unverifiable(f"{name} returned {error}")
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        return Unverifiable(f"{name} tried to end the program with {said(error)}{_at(root, error)}")
    except BaseException as error:
        if is_exhaustion(error):
            return Unverifiable(f"{name} needs more memory than {_room(device, memory)}")
        return Unverifiable(clean(f"{name} raised {said(error)}{_at(root, error)}"))
    return Truth(
        value=result.value,
        origin=Origin(name, loaded.versions, device, ms),
        tolerance=result.tolerance,
        steps=tuple(result.steps),  # type: ignore[arg-type]  # plain_result made each a Text
        mistakes=tuple(result.mistakes),
        snippet=result.snippet,
        facts=result.facts,
    )


def _room(device: str, memory: int) -> str:
    if device.startswith("cuda") or not memory:
        return f"{device} has"
    return f"the {memory / 2**30:.3g} GiB that it may use"


def _at(root: Path, error: BaseException) -> str:
    place = line_in_pack(root, error)
    return f" ({place})" if place else ""


def _on(device: str) -> AbstractContextManager[object]:
    """torch's default device while the verifier runs; the processor is that already."""
    if device == CPU:
        return nullcontext()
    context: AbstractContextManager[object] = sys.modules["torch"].device(device)
    return context


def _seed(name: str, params: Params) -> None:
    """Seeds every global generator from the question, so that the same question gets the same truth."""
    stated = json.dumps([name, dict(params)], sort_keys=True)
    seed = int.from_bytes(hashlib.sha256(stated.encode()).digest()[:7])
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
