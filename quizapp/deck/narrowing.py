"""What a card leaves of its verifier's domains, and whether anything can be drawn from the rest."""

import random

from quizapp.core import expression
from quizapp.core.declaration import Declaration, Draw, impossible
from quizapp.core.domain import Choice, Domain, Fixed, Grid, Int, Value, from_data, write
from quizapp.core.drawing import CannotDraw, draw, varies
from quizapp.core.expression import ExpressionError
from quizapp.deck.draft import Draft, plain
from quizapp.deck.fitting import drawn
from quizapp.deck.tree import Mapping, Node, Scalar, Sequence
from quizapp.errors import nearest

_FEW = 3
# So many equal draws are no coincidence.
_SAME = 12
_SAMPLES = 200


def domains(draft: Draft, declaration: Declaration) -> dict[str, Domain] | None:
    """The domain of each parameter that is drawn; None where the card gives one that has a fault."""
    free = drawn(declaration)
    given: dict[str, Domain] = {}
    params = draft.raw("params")
    sound = not draft.has("params") or isinstance(params, Mapping)
    for name, key in params.keys.items() if isinstance(params, Mapping) else ():
        parameter = declaration.parameters.get(name)
        node = draft.at("params", name)
        if parameter is None:
            draft.fault(key, f"{declaration.name} has no parameter '{name}'", nearest(name, free))
        elif name not in free:
            draft.fault(key, f"'{name}' is source, which no parameter gives", f"write it in the card's field '{name}'")
        elif node is not None:
            domain = _domain(draft, name, node)
            if domain is not None and _lies_within(draft, name, node, domain, declaration):
                given[name] = domain
                continue
        sound = False
    if not sound:
        return None
    return {
        name: given.get(name) or (one.domain if one.default is None else Fixed(one.default))
        for name, one in free.items()
    }


def conditions(draft: Draft, declaration: Declaration) -> tuple[str, ...] | None:
    """The card's own conditions; None where one has a fault."""
    known = drawn(declaration)
    found: list[str] = []
    sound = not draft.has("where") or draft.at("where") is not None
    for node in draft.items("where"):
        source = node.text.strip() if isinstance(node, Scalar) else ""
        try:
            strange = sorted(expression.names(source).difference(known))
        except ExpressionError as error:
            draft.fault(node, str(error), "write a condition like 'kernel <= width'")
            sound = False
            continue
        for name in strange:
            draft.fault(node, f"the condition speaks of '{name}', which is no parameter", nearest(name, known))
        sound = sound and not strange
        found.append(source)
    return tuple(found) if sound else None


def fields(draft: Draft) -> dict[str, Domain]:
    """What the learner gives, by name, as far as it has no fault."""
    given = draft.raw("fields")
    nodes = {name: draft.at("fields", name) for name in given.entries} if isinstance(given, Mapping) else {}
    read = {name: _domain(draft, name, node, "given") for name, node in nodes.items() if node is not None}
    return {name: domain for name, domain in read.items() if domain is not None}


def samples(draft: Draft, source: Draw, count: int = _FEW) -> list[dict[str, Value]]:
    """A few draws, the same at every reading; a fault, and none, where they can't be had."""
    try:
        drawn = [draw(source, random.Random(seed)) for seed in range(count if varies(source) else 1)]
    except CannotDraw:
        pass
    else:
        if varies(source) and all(draw(source, random.Random(seed)) == drawn[0] for seed in range(_SAME)):
            conditions = " and ".join(f"'{one}'" for one in source.where)
            message = f"{conditions} leaves one set of numbers, so two reviews can't differ"
            draft.fault(draft.key("where" if draft.has("where") else "params"), message, "widen it, or pin the numbers")
        return drawn
    rng = random.Random(0)
    tried = [{name: domain.draw(rng) for name, domain in source.domains.items()} for _ in range(_SAMPLES)]
    never = [one for one in source.where if all(impossible((one,), params) for params in tried)]
    reason = " and ".join(f"'{one}'" for one in never or source.where) + (" never" if never else " hardly ever")
    at = next((name for name in ("where", "params", "verifier") if draft.has(name)), "verifier")
    draft.fault(
        draft.key(at),
        f"no numbers can be drawn for this card: {reason} holds",
        "widen what 'params' and 'where' leave",
    )
    return []


def _domain(draft: Draft, name: str, node: Node, done: str = "drawn") -> Domain | None:
    """The domain that the card writes, of sound form."""
    data = plain(node)
    if not isinstance(node, Mapping):
        return Fixed(data)
    if data.keys() <= {"min", "max", "often"} and not (type(data["min"]) is int and type(data["max"]) is int):
        draft.fault(node, f"'{name}' ranges between numbers that are not whole", "add 'step: 0.1'")
        return None
    try:
        domain = from_data(data)
    except ValueError as error:
        draft.fault(node, f"'{name}' can't be {done}: {error}")
        return None
    if done == "drawn" and domain.size() == 1:
        draft.fault(node, f"'{name}' leaves one value to draw", f"pin it, '{name}: {_written(domain.corners()[0])}'")
    return domain


def _lies_within(draft: Draft, name: str, node: Node, domain: Domain, declaration: Declaration) -> bool:
    whole = declaration.parameters[name].domain
    listed: tuple[Node, ...] = ()
    match node:
        case Mapping({"choice": Sequence(items)}):
            listed = items
    hint = f"{declaration.name} takes {whole}"
    if isinstance(domain, Grid) and not isinstance(whole, Grid):
        draft.fault(node, f"'{name}' can't be drawn in steps", f"{hint}; leave 'step' out, or write {{choice: [1, 2]}}")
        return False
    if isinstance(whole, Choice) and not isinstance(domain, Choice | Fixed):
        draft.fault(node, f"'{name}' can't be drawn from a range", f"{hint}; write {{choice: […]}}")
        return False
    values = (*domain.corners(), *(domain.often if isinstance(domain, Int | Grid) else ()))
    outside = [at for at, value in enumerate(values) if not whole.admits(value)]
    for at in outside if listed else outside[:1]:
        draft.fault(listed[at] if listed else node, f"'{name}' can't be {_written(values[at])}", hint)
    return not outside


def _written(value: Value) -> str:
    text = write(value) if not isinstance(value, list) else f"[{write(value)}]"
    return text if len(text) <= 60 else text[:59] + "…"
