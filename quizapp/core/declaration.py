"""What a verifier declares about itself, as data: known without importing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from quizapp.core.domain import Domain, Params, Value
from quizapp.core.expression import ExpressionError, evaluate
from quizapp.language import _

DEFAULT_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a verifier. `default` is None where the verifier has none (None is no value of a parameter)."""

    name: str
    domain: Domain
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a verifier: with `params` (others at their defaults) its value is `value`."""

    params: Params
    value: Value


@dataclass(frozen=True, slots=True)
class Explore:
    """A verifier's picture for the laboratory.

    own:      parameters that only the picture has, in their order.
    narrowed: domains that the laboratory offers instead of the verifier's.
    """

    own: Mapping[str, Parameter] = field(default_factory=lambda: NO_PARAMETERS)
    narrowed: Mapping[str, Domain] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A verifier, as its source states it.

    name:    `module.function`, as decks name it.
    summary: the first line of its docstring.
    library: the distribution whose answer this is (`torch`), or `python`.
    where:   expressions over the parameters; a combination that fails one is impossible and is never asked.
    limit_s: seconds that one call may take once its libraries are imported.
    place:   `file:line`.
    attempts: whether it can run an answer.
    second:   whether it has a second way to its value.
    examples: what it is known to give.
    explore:  its picture for the laboratory, if it has one.
    """

    name: str
    summary: str
    library: str
    parameters: Mapping[str, Parameter]
    where: tuple[str, ...] = ()
    limit_s: float = DEFAULT_LIMIT_S
    place: str = ""
    attempts: bool = False
    second: bool = False
    examples: tuple[Example, ...] = ()
    explore: Explore | None = None

    def problem(self, params: Params) -> str:
        """Why these parameters can't be asked about, in words; empty when they can."""
        for name, value in params.items():
            if not self.parameters[name].domain.admits(value):
                return _("{name} must be {domain}").format(name=name, domain=self.parameters[name].domain)
        return impossible(self.where, params)

    def completed(self, params: Params) -> dict[str, Value]:
        """`params` and the defaults of the parameters that it leaves out, in the order of the declaration."""
        whole = {name: one.default for name, one in self.parameters.items() if one.default is not None} | dict(params)
        return {name: whole[name] for name in self.parameters if name in whole}

    def misfit(self, params: Params) -> str:
        """Why `params` and the defaults can't be asked about, in words; empty where they can."""
        whole = self.completed(params)
        if strange := [name for name in params if name not in self.parameters]:
            return _("it has no parameter '{name}'").format(name=strange[0])
        if missing := [name for name in self.parameters if name not in whole]:
            return _("'{name}' is missing").format(name=missing[0])
        return self.problem(whole)

    def signature(self) -> str:
        """`width, kernel, dilation=1`, for messages."""
        return ", ".join(
            name if one.default is None else f"{name}={one.default}" for name, one in self.parameters.items()
        )


def impossible(where: tuple[str, ...], params: Params) -> str:
    """The first condition that `params` fail, in words; empty when they satisfy all."""
    for condition in where:
        try:
            holds = evaluate(condition, params)
        except ExpressionError as error:
            return str(error)
        if not holds:
            message = _("these numbers are impossible together: {condition} does not hold")
            return message.format(condition=condition)
    return ""


EMPTY: Mapping[str, Domain] = MappingProxyType({})
NO_PARAMETERS: Mapping[str, Parameter] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draw:
    """What a card draws: every parameter of its verifier with the domain the card leaves to it."""

    domains: Mapping[str, Domain] = field(default_factory=lambda: EMPTY)
    where: tuple[str, ...] = ()
