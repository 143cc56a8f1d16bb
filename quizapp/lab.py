"""The laboratory of one verifier, without a screen: its parameters as they stand, and what the library says to them.

The latest parameters win. One set is with the worker at a time; of those that come meanwhile only the newest is asked
next, so that however fast a slider is dragged, what is shown lags by one computation at most.
"""

import random
import shlex
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Protocol

from quizapp.core import drawing
from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.beginning import beginning, typed
from quizapp.core.declaration import Declaration, Draw, Parameter
from quizapp.core.domain import Code, Distribution, Domain, Lines, Params, Shape, Value
from quizapp.core.knob import Knob, knobs, resized
from quizapp.core.picture import Captioned
from quizapp.language import _

STEP = "step"


class Computes(Protocol):
    """What a laboratory wants of the worker's client."""

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]: ...
    def draw(self, verifier: str, params: Params, limit_s: float) -> Future[Captioned | Unverifiable]: ...


@dataclass(frozen=True, slots=True)
class View:
    """What there is to be seen.

    truth:   the last one that came.
    picture: the last one that came, which may be the truth's own.
    trouble: why the present parameters have no truth; empty where they have one.
    undrawn: why they have no picture of the verifier's for the laboratory; empty where they have, or it draws none.
    old:     truth and picture are of earlier parameters, and those of the present ones won't come.
    waiting: something is being computed.
    params:  what `truth` is of.
    """

    truth: Truth | None = None
    picture: Captioned | None = None
    trouble: str = ""
    undrawn: str = ""
    old: bool = False
    waiting: bool = False
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    params: Params
    own: Params
    truth: "Future[Truth | Unverifiable] | None"
    drawn: "Future[Captioned | Unverifiable] | None"
    undrawn: str = ""

    @property
    def futures(self) -> "list[Future[Truth | Unverifiable] | Future[Captioned | Unverifiable]]":
        return [one for one in (self.truth, self.drawn) if one is not None]


class Lab:
    """Parameters that are turned, and the view that follows them. All but what the worker does is in one thread.

    deliver: has a function called in that thread; it is given to the worker's.
    changed: called there after the view has changed.
    source:  gives the parameters that are source, made of the others; the learner's own source replaces them.
    """

    def __init__(
        self,
        declaration: Declaration,
        worker: Computes,
        *,
        deliver: Callable[[Callable[[], None]], object],
        changed: Callable[[], None],
        source: Callable[[Params], Params] | None = None,
    ) -> None:
        self.declaration = declaration
        self.view = View()
        self.values: dict[str, Value] = {}
        self._worker = worker
        self._deliver = deliver
        self._changed = changed
        self._source = source
        self._asked: _Asked | None = None
        self._settled: Params | None = None  # the verifier's parameters that the view's truth, or its lack, is of
        self._before: Captioned | None = None
        self._closed = False

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The verifier's parameters, then those that only its picture has."""
        explore = self.declaration.explore
        return {**self.declaration.parameters, **(explore.own if explore else {})}

    @property
    def params(self) -> dict[str, Value]:
        """The verifier's parameters as they stand."""
        return {name: self.values[name] for name in self.declaration.parameters}

    @property
    def own(self) -> dict[str, Value]:
        """The picture's parameters as they stand."""
        return {name: value for name, value in self.values.items() if name not in self.declaration.parameters}

    @property
    def problem(self) -> str:
        """Why the parameters can't be asked about, in words; empty where they can."""
        return self.declaration.problem(self.params)

    @property
    def plays(self) -> bool:
        """Whether the picture has steps that can be played."""
        return STEP in self.own

    @property
    def command(self) -> str:
        """The line that computes the same in a shell."""
        whole = self.declaration.parameters
        pairs = [f"{name}={typed(whole[name].domain, value)}" for name, value in self.params.items()]
        return shlex.join(["quiz", "compute", self.declaration.name, *pairs])

    def slides(self, name: str) -> Domain:
        """The domain that a parameter is turned in."""
        explore = self.declaration.explore
        narrowed = explore.narrowed if explore else {}
        return narrowed.get(name, self.parameters[name].domain)

    def knobs(self, name: str) -> tuple[Knob, ...]:
        """The knobs of a parameter; source has none."""
        return knobs(name, self.slides(name), self.values[name], self.parameters[name].domain)

    def start(self, given: Params | None = None) -> None:
        """Begins with what was given, as far as it can be asked about, and else with what suits the verifier."""
        self.values = beginning(self.declaration, given or {}, self._source)
        self._ask()

    def reset(self) -> None:
        """Begins anew with what suits the verifier."""
        self.start({name: self.values[name] for name in self.values if self._is_source(name)})

    def shuffle(self, rng: random.Random) -> None:
        """Draws the parameters, but for source and the picture's own."""
        domains = {name: self.slides(name) for name in self.declaration.parameters if not self._is_source(name)}
        try:
            drawn = drawing.draw(Draw(domains, self.declaration.where), rng, avoid=self.params)
        except drawing.CannotDraw:
            return
        self.values |= drawn
        self._resource()
        self._ask()

    def put(self, name: str, value: Value) -> None:
        """Gives a parameter another value, which its domain admits."""
        if value == self.values[name] and type(value) is type(self.values[name]):
            return
        before = self.values[name]
        self.values[name] = value
        if self._is_source(name):
            self._source = None
        else:
            self._follow(name, before, value)
            self._resource()
        self._ask()

    def advance(self) -> None:
        """Goes on to the next step, and back to the first one after the last: where nothing in the picture changes."""
        if self.view.waiting or not self.plays:
            return
        (knob,) = self.knobs(STEP)
        over = knob.share >= 1 or (self.view.picture == self._before and knob.share > 0)
        self._before = None if over else self.view.picture
        self.put(STEP, knob.at(0) if over else knob.turned(1))

    def close(self) -> None:
        """Whatever comes from now on is dropped."""
        self._closed = True
        if self._asked is not None:
            for future in self._asked.futures:
                future.cancel()

    def _is_source(self, name: str) -> bool:
        return isinstance(self.parameters[name].domain, Code | Lines)

    def _resource(self) -> None:
        if self._source is not None:
            self.values |= self._source(self.params)

    def _follow(self, name: str, before: Value, value: Value) -> None:
        """Where two distributions must have the same length, the other one follows a change of it."""
        if not (isinstance(before, list) and isinstance(value, list)) or len(before) == len(value) or not self.problem:
            return
        for other, parameter in self.declaration.parameters.items():
            whole, theirs = parameter.domain, self.values[other]
            if other != name and isinstance(whole, Distribution | Shape) and isinstance(theirs, list):
                follows = resized(whole, theirs, len(value))
                if whole.admits(follows) and not self.declaration.problem(self.params | {other: follows}):
                    self.values[other] = follows

    def _ask(self) -> None:
        """Shows what is known about the present parameters at once, and asks for the rest unless the worker is busy."""
        if self._closed:
            return
        if problem := self.problem:
            self.view = replace(self.view, trouble=problem, undrawn="", old=True, waiting=False)
        elif self._asked is not None:
            self.view = replace(self.view, waiting=True)
        else:
            self._post()
        self._changed()

    def _post(self) -> None:
        name, limit_s, params, own = self.declaration.name, self.declaration.limit_s, self.params, self.own
        undrawn = self._unfit()
        known = params == self._settled
        draws = self.declaration.explore is not None and not undrawn
        self.view = replace(self.view, waiting=True)
        asked = _Asked(
            params,
            own,
            None if known else self._worker.truth(name, params, limit_s),
            self._worker.draw(name, params | own, limit_s) if draws else None,
            undrawn,
        )
        self._asked = asked
        for future in asked.futures:
            future.add_done_callback(lambda _future: self._deliver(lambda: self._arrived(asked)))
        if not asked.futures:
            self._arrived(asked)

    def _arrived(self, asked: _Asked) -> None:
        if self._closed or asked is not self._asked or not all(one.done() for one in asked.futures):
            return
        self._asked = None
        behind = (self.params, self.own) != (asked.params, asked.own)
        if not self.problem:
            self._show(asked)
        if behind:
            self._ask()
        else:
            self._changed()

    def _show(self, asked: _Asked) -> None:
        """Takes what came into the view, over what was there before."""
        truth: Truth | Unverifiable | None = asked.truth.result() if asked.truth else self.view.truth
        trouble = self.view.trouble if asked.truth is None else ""
        picture, undrawn, params = self.view.picture, asked.undrawn, asked.params
        if asked.truth is not None:
            self._settled = asked.params
        if isinstance(truth, Unverifiable):
            trouble, truth, params = truth.error, self.view.truth, self.view.params
        came = asked.drawn.result() if asked.drawn else None
        match came:
            case Captioned():
                picture = came
            case Unverifiable(error=error):
                undrawn = "" if trouble else error
            case None if truth is not None and not trouble:
                picture = Captioned(truth.picture) if truth.picture is not None else None
        self.view = View(truth, picture, trouble, undrawn, old=bool(trouble), params=params)

    def _unfit(self) -> str:
        """Why the present parameters are none that the picture is drawn for; empty where they are."""
        for name, domain in (self.declaration.explore.narrowed if self.declaration.explore else {}).items():
            if not domain.admits(self.values[name]):
                return _("The picture is drawn where {name} is {domain}: turn it, or reset.").format(
                    name=name, domain=domain
                )
        return ""
