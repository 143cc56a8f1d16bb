"""One attempt of a learner's code, in a process of its own: forked from the zygote, or started afresh.

    python -m quizapp.worker.learner <pack_root> <folder> <parent>

Afresh, it reads a token and the request from standard input. Its replies go over a descriptor that nothing which the
code prints goes to, each after the token, which nobody knows who only writes to descriptors by number.
"""

import builtins
import importlib
import linecache
import os
import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from quizapp.authoring import Impossible
from quizapp.core.answer import Attempt, Unverifiable
from quizapp.core.text import Text, clean
from quizapp.language import _
from quizapp.worker import mishap
from quizapp.worker.boot import speak
from quizapp.worker.channel import take_channel
from quizapp.worker.confine import RefusedError, furnish, refusing, tie
from quizapp.worker.load import Loaded as LoadedVerifier
from quizapp.worker.load import LoadError, adopt, load_once, said
from quizapp.worker.memory import is_exhaustion, limited
from quizapp.worker.plain import ReturnError, plain_attempt
from quizapp.worker.protocol import LONGEST_LINE, Loaded, Reply, RunCode, Tried, decode, encode
from quizapp.worker.run import at, seed, untriable, wanted

# What tracebacks call the learner's source.
FILE = "<your code>"
# The exit code of a process that could not tell its result.
MUTE = 121

_GRACE_S = 3.0
_RESERVE = 8 * 2**20
_LONGEST_TEXT = 4_000


# What each fork would else import anew.
for _module in ("resource", "_posixsubprocess", "encodings.ascii"):
    with suppress(ImportError):
        importlib.import_module(_module)


class _MissingNameError(KeyError):
    """The verifier asks for a name that the learner's code hasn't defined."""


class _Names(dict[str, Any]):
    """What the learner's code left behind, by name."""

    def __missing__(self, name: str) -> NoReturn:
        raise _MissingNameError(name)


def main(pack_root: str, folder: str, parent: str) -> NoReturn:
    """Serves one request, with the libraries imported for it alone."""
    requests, replies = take_channel()
    speak()
    token = b"\n" + requests.readline(LONGEST_LINE).strip() + b" "
    request = decode(requests.readline(LONGEST_LINE))
    assert isinstance(request, RunCode)
    os.close(requests.fileno())
    root = Path(pack_root).resolve()
    adopt(root)
    loaded = load_once(root, request.verifier)
    serve(request, loaded, root, folder, replies.fileno(), token, int(parent))


def serve(
    request: RunCode,
    loaded: LoadedVerifier | LoadError,
    root: Path,
    folder: str,
    result: int,
    token: bytes,
    parent: int,
) -> NoReturn:
    """Tells `result` that it is ready, and then what came of the attempt; ends this process."""
    write, leave = os.write, os._exit  # the code may change what these names stand for

    def tell(reply: Reply) -> None:
        line = token + encode(reply)
        while line:
            line = line[write(result, line) :]

    ready = False
    try:
        if isinstance(loaded, LoadError):
            tell(Tried(request.id, Unverifiable(str(loaded))))
        elif loaded.verifier.try_answer is None:
            tell(Tried(request.id, Unverifiable(untriable(loaded.name))))
        else:
            tie(parent, result, request.limit_s + _GRACE_S)
            furnish(folder)
            library, version = next(iter(loaded.versions.items()))
            tell(Loaded(request.id, library, version))
            ready = True
            tell(Tried(request.id, _short(_attempt(request, loaded, root))))
        leave(0)
    except BaseException:
        if not ready:
            traceback.print_exc()
    finally:
        leave(MUTE)


def _attempt(request: RunCode, loaded: LoadedVerifier, root: Path) -> Attempt | Unverifiable:
    trying = loaded.verifier.try_answer
    assert trying is not None
    namespace: dict[str, Any] = {"__name__": "__learner__", "__builtins__": builtins}
    linecache.cache[FILE] = (len(request.source), None, request.source.splitlines(keepends=True), FILE)
    given = wanted(loaded.verifier, request.params)
    guard = _Builtins()
    depth = sys.getrecursionlimit()
    reserve = bytes(_RESERVE)  # which takes no time, as long as nobody looks at them
    phase = "reading"
    try:
        with limited(request.memory), refusing():
            code = compile(request.source, FILE, "exec", dont_inherit=True)
            phase = "running"
            seed(loaded.name, request.params)
            exec(code, namespace)  # noqa: S102
            if changed := guard.mend():
                return mishap.meddled(changed)
            sys.setrecursionlimit(depth)
            phase = "trying"
            seed(loaded.name, request.params)
            tried = plain_attempt(trying(answer=_Names(namespace), **given))
            changed = guard.mend()
            return mishap.meddled(changed) if changed else tried
    except BaseException as error:
        del reserve
        changed = guard.mend()
        sys.setrecursionlimit(depth)
        if changed:
            return mishap.meddled(changed)
        if phase == "reading":
            return _unreadable(error)
        if phase == "trying" and (fault := _verifiers_fault(error, namespace, loaded.name, root)):
            return fault
        return _mishap(error, request.memory)


class _Builtins:
    """Python's own names, put back where the code changed them. Putting them back uses none of them."""

    def __init__(self) -> None:
        self._there = vars(builtins)
        self._kept = self._there.copy()

    def mend(self) -> list[str]:
        """The names that were changed, added or deleted."""
        there, kept = self._there, self._kept
        changed = [name for name in kept if there.get(name, self) is not kept[name] and name != "_"]
        changed += [name for name in there if name not in kept and name != "_"]
        if changed:
            there.clear()
            there.update(kept)
        return changed


def _unreadable(error: BaseException) -> Attempt:
    if isinstance(error, SyntaxError):
        return mishap.unreadable(clean(error.msg), error.lineno or 0)
    if isinstance(error, MemoryError | RecursionError):
        return mishap.unreadable("it is nested too deeply", 0)
    return mishap.unreadable(said(error), 0)


def _verifiers_fault(error: BaseException, namespace: dict[str, Any], name: str, root: Path) -> Unverifiable | None:
    """Whether the verifier is to blame for what it raised; the learner is where the learner's code had a part in it."""
    if _line(error) or is_exhaustion(error) or isinstance(error, _MissingNameError):
        return None
    if isinstance(error, TypeError):
        # A call with the wrong number of arguments fails before any line of the function called.
        called = re.match(r"(\w+)(?:\.\w+)*\(\) ", str(error))
        if called and called[1] in namespace:
            return None
        # And so does the call of what is no function at all.
        uncalled = re.match(r"'(\w+)' object is not callable", str(error))
        if uncalled and any(type(one).__name__ == uncalled[1] for key, one in namespace.items() if key[:2] != "__"):
            return None
    if isinstance(error, Impossible):
        return Unverifiable(clean(str(error)) or _("these numbers have no answer"), impossible=True)
    if isinstance(error, ReturnError):
        return Unverifiable(_("{name} returned {what}").format(name=name, what=error))
    words = _("{name} raised {error}{place}")
    return Unverifiable(clean(words.format(name=name, error=said(error), place=at(root, error))))


def _mishap(error: BaseException, memory: int) -> Attempt:
    line = _line(error)
    match error:
        case _MissingNameError():
            return mishap.missing(str(error.args[0]))
        case RefusedError():
            return mishap.forbidden(error.deed, error.event, line)
        case RecursionError():
            return mishap.too_deep(line)
        case SystemExit():
            return mishap.ended("SystemExit", line)
    if is_exhaustion(error):
        return mishap.exhausted(memory, line)
    return mishap.raised(said(error), line)


def _line(error: BaseException) -> int:
    """The innermost line of the learner's code that `error` came through; 0 where it came through none."""
    line = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == FILE:
            line = number
    return line


def _short(outcome: Attempt | Unverifiable) -> Attempt | Unverifiable:
    if isinstance(outcome, Unverifiable):
        return Unverifiable(outcome.error[:_LONGEST_TEXT], outcome.impossible)
    text = outcome.text
    return Attempt(outcome.right, Text(text.en[:_LONGEST_TEXT], text.zh[:_LONGEST_TEXT]))
