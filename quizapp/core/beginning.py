"""What a laboratory's parameters are at first, and how their values are typed."""

import random
from collections.abc import Callable, Iterator, Mapping

from quizapp.core.declaration import Declaration, Parameter
from quizapp.core.domain import Choice, Code, Domain, Grid, Int, Lines, Params, Value, write
from quizapp.core.knob import knobs

_TRIES = 500
# Where between its ends a number begins that nothing is known about: at an end little can be seen.
_SHARE = 0.35


def typed(domain: Domain, value: Value) -> str:
    """`value` as a learner would type it, for `domain` to read."""
    if isinstance(domain, Lines) and isinstance(value, list):
        return "\n".join(str(line) for line in value)
    return write(value)


def beginning(
    declaration: Declaration, given: Params, source: Callable[[Params], Params] | None = None
) -> dict[str, Value]:
    """Values for all of a laboratory's parameters, those of its picture too, that are possible together.

    They are what is `given`; else the defaults and what is met in practice, a worked example, or drawn, the same each
    time. source: gives the parameters that are source, made of the others.
    """
    explore = declaration.explore
    own: Mapping[str, Parameter] = explore.own if explore else {}
    narrowed: Mapping[str, Domain] = explore.narrowed if explore else {}
    slides = {name: narrowed.get(name, one.domain) for name, one in declaration.parameters.items()}
    found: dict[str, Value] = {}
    for candidate in _candidates(declaration, given, slides):
        found = candidate | (dict(source(candidate)) if source else {})
        if not declaration.problem(found):
            break
    for name, one in own.items():
        known = name in given and one.domain.admits(given[name])
        lowest = one.domain.corners()[0] if one.default is None else one.default
        found[name] = given[name] if known else lowest
    return found


def _candidates(declaration: Declaration, given: Params, slides: Mapping[str, Domain]) -> Iterator[dict[str, Value]]:
    whole, rng = declaration.parameters, random.Random(declaration.name)
    first = {name: _first(one, slides[name], rng) for name, one in whole.items()}
    kept = {name: given[name] for name, one in whole.items() if name in given and one.domain.admits(given[name])}
    yield first | kept
    source = {name: value for name, value in kept.items() if isinstance(whole[name].domain, Code | Lines)}
    yield first | source
    for example in declaration.examples:
        if all(slides[name].admits(value) for name, value in example.params.items()):
            yield first | dict(example.params) | source
    fixed = {name: value for name, value in first.items() if isinstance(whole[name].domain, Code | Lines)} | source
    for _try in range(_TRIES):
        yield fixed | {name: domain.draw(rng) for name, domain in slides.items() if name not in fixed}
    yield first | source


def _first(parameter: Parameter, slides: Domain, rng: random.Random) -> Value:
    """What a parameter has at first: its default, what is met in practice, or something that shows what it does."""
    if parameter.default is not None and slides.admits(parameter.default):
        return parameter.default
    match slides:
        case Code():
            return 'print("hello")\n'
        case Lines():
            return ['print("hello")']
        case Int() | Grid() if slides.often:
            return slides.often[0]
        case Int() | Grid() | Choice():
            (knob,) = knobs(parameter.name, slides, slides.corners()[0])
            return knob.value if isinstance(slides, Choice) else knob.at(_SHARE)
    # At the edges of a domain there is little to be seen.
    edges = slides.corners()
    return next((value for _try in range(_TRIES) if (value := slides.draw(rng)) not in edges), edges[0])
