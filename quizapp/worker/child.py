"""The child: a process that imports a pack's verifiers and runs them, one request at a time.

    python -m quizapp.worker.child <pack_root> <device>

It is fault isolation, not a security boundary. Requests come on what was standard input, replies go to what was
standard output; verifiers get /dev/null and standard error instead, so nothing that they read or print meets the
protocol.
"""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from quizapp.core.answer import Unverifiable
from quizapp.worker.device import AUTO, CPU, DeviceError, choose
from quizapp.worker.load import Loaded as LoadedVerifier
from quizapp.worker.load import LoadError, adopt, any_on_torch, load
from quizapp.worker.protocol import (
    LONGEST_LINE,
    Compute,
    Computed,
    Hello,
    Load,
    Loaded,
    Locate,
    Located,
    ProtocolError,
    Refused,
    Reply,
    Request,
    decode,
    encode,
)
from quizapp.worker.run import run

# Seconds beyond a limit after which the child ends by itself, should its client not have killed it: the client is gone,
# and the verifier holds the interpreter lock, so that `_listen` can't notice. (What it started is then left alone.)
_GRACE_S = 2.0


def main(pack_root: str, device: str) -> None:
    """Serves requests until standard input ends; then this process and those that verifiers left end at once."""
    requests, replies = _take_channel()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    faulthandler.enable(all_threads=False)  # the client reads from it where a verifier crashed
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    root = Path(pack_root).resolve()
    adopt(root)
    inbox: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    _send(replies, Hello())
    while True:
        for reply in _answer(inbox.get(), root, device):
            _send(replies, reply)


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone; a verifier gets others, and its forks get none."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: _close(requests, replies))
    return os.fdopen(requests, "rb", closefd=False), os.fdopen(replies, "wb", buffering=0, closefd=False)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with suppress(OSError):
            os.close(descriptor)


def _listen(requests: BinaryIO, inbox: SimpleQueue[Request]) -> None:
    """Passes requests on. Their end is the client's end: then nothing may go on here, busy or not."""
    while line := requests.readline(LONGEST_LINE):
        with suppress(ProtocolError):
            message = decode(line)
            if isinstance(message, Request):
                inbox.put(message)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _send(replies: BinaryIO, reply: Reply) -> None:
    line = memoryview(encode(reply))
    while line:
        line = line[replies.write(line) :]


def _answer(request: Request, root: Path, device: str) -> Iterator[Reply]:
    match request:
        case Load(id=number, verifier=name):
            yield _loaded(number, _load(root, name))
        case Compute():
            yield from _compute(request, root, device)
        case Locate(id=number):
            try:
                used = device != AUTO or "torch" in sys.modules or any_on_torch(root)
                yield Located(number, _choose(device) if used else CPU)
            except DeviceError as error:
                yield Refused(number, str(error))


def _compute(request: Compute, root: Path, device: str) -> Iterator[Reply]:
    here = os.getpid()
    faulthandler.dump_traceback_later(request.import_s + _GRACE_S, exit=True)
    loaded = _load(root, request.verifier)
    _end_copy(here)
    if isinstance(loaded, LoadError):
        faulthandler.cancel_dump_traceback_later()
        yield Computed(request.id, Unverifiable(str(loaded)))
        return
    try:
        chosen = _choose(device) if loaded.on_torch and not loaded.verifier.shapes_only else CPU
    except DeviceError as error:
        faulthandler.cancel_dump_traceback_later()
        yield Computed(request.id, Unverifiable(str(error)))
        return
    yield _loaded(request.id, loaded)
    faulthandler.dump_traceback_later(request.limit_s + _GRACE_S, exit=True)
    outcome = run(loaded, request.params, root=root, device=chosen, memory=request.memory)
    _end_copy(here)
    faulthandler.cancel_dump_traceback_later()
    reply = Computed(request.id, outcome)
    if len(encode(reply)) > LONGEST_LINE:
        reply = Computed(request.id, Unverifiable(f"{request.verifier} returned more than an answer can hold"))
    yield reply


def _end_copy(here: int) -> None:
    """Ends a process that a verifier forked and let return. It has none of our threads, so it must touch nothing."""
    if os.getpid() != here:
        os._exit(0)


def _loaded(number: int, loaded: LoadedVerifier | LoadError) -> Reply:
    if isinstance(loaded, LoadError):
        return Refused(number, str(loaded))
    library, version = next(iter(loaded.versions.items()))
    return Loaded(number, library, version)


_known: dict[str, LoadedVerifier | LoadError] = {}


def _load(root: Path, name: str) -> LoadedVerifier | LoadError:
    if name in _known:
        return _known[name]
    try:
        loaded: LoadedVerifier | LoadError = load(root, name)
    except LoadError as error:
        loaded = error
    if isinstance(loaded, LoadedVerifier) or not loaded.curable:
        _known[name] = loaded
    return loaded


@lru_cache(maxsize=1)
def _choose(device: str) -> str:
    return choose(device)


if __name__ == "__main__":
    main(*sys.argv[1:])
