"""Keeps one child alive, speaks with it, and turns whatever befalls it into a sentence and a state."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from quizapp.core.answer import Unverifiable
from quizapp.language import _, mark
from quizapp.worker.payload import ProtocolError
from quizapp.worker.process import Child, EndedError
from quizapp.worker.protocol import (
    Compute,
    Computed,
    Draw,
    Drawn,
    Load,
    Loaded,
    Locate,
    Located,
    Refused,
    Reply,
    Request,
    RunCode,
    Tried,
    Try,
)

CLOSED = mark("the worker is closed")
_ZYGOTES_GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class State:
    """How the worker is, for a sign in the corner. `label` is a few words: `torch 2.15.0 is ready`."""

    phase: Literal["off", "starting", "ready", "failed"] = "off"
    label: str = ""


class FaultError(Exception):
    """No answer will come; the message is a sentence."""


class Supervisor:
    """One child, started when it is needed and again after it died. All but `close` is called by one thread alone.

    start: starts the child, or the zygote; raises OSError where the system refuses.
    """

    def __init__(self, start: Callable[[], Child], import_limit_s: float, on_change: Callable[[], None] | None) -> None:
        self._start = start
        self._import_limit_s = import_limit_s
        self._on_change = on_change
        self._lock = threading.Lock()
        self._closed = False
        self._child: Child | None = None
        self._imported: set[str] = set()
        self._library = ""
        self.state = State()

    def ask(self, request: Request) -> Reply:
        """The child's last word on `request`, or a Refused of our own where it has none."""
        try:
            return self._converse(self.hire(), request)
        except ProtocolError as error:
            fault = _("these parameters can't be sent to the worker: {why}").format(why=error)
        except FaultError as error:
            fault = str(error)
        return Refused(request.id, _(CLOSED) if self._closed else fault)

    def hire(self) -> Child:
        """The child, started where there is none or it has died. Raises FaultError where it can't be."""
        if self._child is not None and self._child.alive():
            return self._child
        self._dismiss()
        if self._closed:
            raise FaultError(_(CLOSED))
        self._become(State("starting", _("the worker is starting")))
        try:
            child = self._start()
        except OSError as error:
            raise self._fail(_("the worker can't be started: {why}").format(why=error)) from None
        with self._lock:
            self._child = child
            closed = self._closed
        if closed:
            child.kill()
        try:
            child.greet(time.monotonic() + self._import_limit_s)
        except TimeoutError:
            child.kill()
            words = _("the worker didn't start within {s:g} s")
            raise self._fail(words.format(s=self._import_limit_s)) from None
        except EndedError:
            why = child.last_words() or _("it ended at once")
            raise self._fail(_("the worker can't start: {why}").format(why=why)) from None
        self._become(State("ready", _("the worker is ready")))
        return child

    def close(self) -> None:
        """Kills the child, now and should one just be starting. From any thread."""
        with self._lock:
            self._closed = True
            child = self._child
        if child is not None:
            child.kill()
        self._become(State())

    def _converse(self, child: Child, request: Request) -> Reply:
        """Raises FaultError where the child died or was killed, and ProtocolError where `request` can't travel."""
        what, limit_s = _doing(request), self._import_limit_s
        running = False
        try:
            child.send(request)
            if not isinstance(request, Locate) and _module(request) not in self._imported:
                self._become(State("starting", what))
            deadline = time.monotonic() + limit_s
            while True:
                match child.receive(deadline):
                    case Loaded(id=request.id) as loaded:
                        self._welcome(_module(request), loaded)
                        if isinstance(request, Load | Locate):
                            return loaded
                        running, what, limit_s = True, request.verifier, _limit_s(request)
                        deadline = time.monotonic() + limit_s
                    case (
                        Computed(id=request.id)
                        | Tried(id=request.id)
                        | Drawn(id=request.id)
                        | Located(id=request.id)
                        | Refused(id=request.id)
                    ) as reply:
                        if not running:
                            self._note(reply)
                        return reply
        except TimeoutError:
            fault = _("{what} took longer than {s:g} s").format(what=what, s=limit_s)
        except EndedError as error:
            if not running and _module(request) in self._imported:
                # A module that is imported already answers at once: this child was dead before it was asked.
                self._dismiss()
                return self._converse(self.hire(), request)
            fault = f"{what} {error}"
        self._dismiss()
        raise FaultError(fault) if running else self._fail(fault)

    def _dismiss(self) -> None:
        if self._child is not None:
            self._child.kill()
        self._imported.clear()
        self._become(State())

    def _welcome(self, module: str, loaded: Loaded) -> None:
        """The label names the library imported last, and Python itself only where there was no other."""
        if module not in self._imported and (loaded.library != "python" or not self._imported):
            self._library = f"{'Python' if loaded.library == 'python' else loaded.library} {loaded.version}"
        self._imported.add(module)
        self._become(State("ready", _("{library} is ready").format(library=self._library)))

    def _note(self, reply: Reply) -> None:
        match reply:
            case (
                Refused(error=error)
                | Computed(outcome=Unverifiable(error=error))
                | Tried(outcome=Unverifiable(error=error))
                | Drawn(outcome=Unverifiable(error=error))
            ):
                self._fail(error)

    def _fail(self, sentence: str) -> FaultError:
        self._become(State("failed", sentence))
        return FaultError(sentence)

    def _become(self, state: State) -> None:
        state = State() if self._closed else state
        if state == self.state:
            return
        self.state = state
        if self._on_change is not None:
            with suppress(Exception):  # a screen that is gone must not take the worker with it
                self._on_change()


def _limit_s(request: Compute | Try | Draw | RunCode) -> float:
    """Seconds that the call may take. The zygote ends what it forked by itself, and says how it was."""
    return request.limit_s + (_ZYGOTES_GRACE_S if isinstance(request, RunCode) else 0)


def _module(request: Request) -> str:
    return "" if isinstance(request, Locate) else request.verifier.rpartition(".")[0] or request.verifier


def _doing(request: Request) -> str:
    if isinstance(request, Locate):
        return _("looking for the device")
    return _("importing {file}").format(file=f"verifiers/{_module(request).replace('.', '/')}.py")
