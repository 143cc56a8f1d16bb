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
from quizapp.language import _
from quizapp.worker.boot import speak
from quizapp.worker.channel import send, take_channel
from quizapp.worker.device import AUTO, CPU, DeviceError, choose
from quizapp.worker.load import Loaded as LoadedVerifier
from quizapp.worker.load import LoadError, adopt, any_on_torch, load_once
from quizapp.worker.payload import ProtocolError
from quizapp.worker.protocol import (
    LONGEST_LINE,
    Compute,
    Computed,
    Draw,
    Drawn,
    Hello,
    Load,
    Loaded,
    Locate,
    Located,
    Refused,
    Reply,
    Request,
    Tried,
    Try,
    decode,
    encode,
)
from quizapp.worker.run import run, run_attempt, run_draw

# Seconds beyond a limit after which the child ends by itself, should its client not have killed it: the client is gone,
# and the verifier holds the interpreter lock, so that `_listen` can't notice. (What it started is then left alone.)
_GRACE_S = 2.0


def main(pack_root: str, device: str) -> None:
    """Serves requests until standard input ends; then this process and those that verifiers left end at once."""
    requests, replies = take_channel()
    speak()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    faulthandler.enable(all_threads=False)  # the client reads from it where a verifier crashed
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    root = Path(pack_root).resolve()
    adopt(root)
    inbox: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    send(replies, Hello())
    while True:
        for reply in _answer(inbox.get(), root, device):
            send(replies, reply)


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


def _answer(request: Request, root: Path, device: str) -> Iterator[Reply]:
    match request:
        case Load(id=number, verifier=name):
            yield _loaded(number, load_once(root, name))
        case Compute() | Try() | Draw():
            yield from _call(request, root, device)
        case Locate(id=number):
            try:
                used = device != AUTO or "torch" in sys.modules or any_on_torch(root)
                yield Located(number, _choose(device) if used else CPU)
            except DeviceError as error:
                yield Refused(number, str(error))


def _call(request: Compute | Try | Draw, root: Path, device: str) -> Iterator[Reply]:
    here = os.getpid()
    faulthandler.dump_traceback_later(request.import_s + _GRACE_S, exit=True)
    loaded = load_once(root, request.verifier)
    _end_copy(here)
    if isinstance(loaded, LoadError):
        faulthandler.cancel_dump_traceback_later()
        yield _failed(request, str(loaded))
        return
    try:
        chosen = _choose(device) if loaded.on_torch and not loaded.verifier.shapes_only else CPU
    except DeviceError as error:
        faulthandler.cancel_dump_traceback_later()
        yield _failed(request, str(error))
        return
    yield _loaded(request.id, loaded)
    faulthandler.dump_traceback_later(request.limit_s + _GRACE_S, exit=True)
    reply = _outcome(request, loaded, root, chosen)
    _end_copy(here)
    faulthandler.cancel_dump_traceback_later()
    if len(encode(reply)) > LONGEST_LINE:
        reply = _failed(request, _("{name} returned more than an answer can hold").format(name=request.verifier))
    yield reply


def _outcome(request: Compute | Try | Draw, loaded: LoadedVerifier, root: Path, device: str) -> Reply:
    if isinstance(request, Compute):
        second, memory = request.second, request.memory
        truth = run(loaded, request.params, root=root, device=device, memory=memory, second=second)
        return Computed(request.id, truth)
    if isinstance(request, Draw):
        drawn = run_draw(loaded, request.params, root=root, device=device, memory=request.memory)
        return Drawn(request.id, drawn)
    answer, memory = request.answer, request.memory
    return Tried(request.id, run_attempt(loaded, request.params, answer, root=root, device=device, memory=memory))


def _failed(request: Compute | Try | Draw, error: str) -> Reply:
    if isinstance(request, Compute):
        return Computed(request.id, Unverifiable(error))
    if isinstance(request, Draw):
        return Drawn(request.id, Unverifiable(error))
    return Tried(request.id, Unverifiable(error))


def _end_copy(here: int) -> None:
    """Ends a process that a verifier forked and let return. It has none of our threads, so it must touch nothing."""
    if os.getpid() != here:
        os._exit(0)


def _loaded(number: int, loaded: LoadedVerifier | LoadError) -> Reply:
    if isinstance(loaded, LoadError):
        return Refused(number, str(loaded))
    library, version = next(iter(loaded.versions.items()))
    return Loaded(number, library, version)


@lru_cache(maxsize=1)
def _choose(device: str) -> str:
    return choose(device)


if __name__ == "__main__":
    main(*sys.argv[1:])
