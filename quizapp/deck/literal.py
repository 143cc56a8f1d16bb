"""Values that a verifier's module states in literals: read from its syntax tree, never computed by running it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from quizapp.core.domain import (
    VOCABULARY,
    Array,
    Choice,
    Code,
    Distribution,
    Domain,
    Grid,
    Int,
    Lines,
    Shape,
    Stack,
)
from quizapp.errors import nearest

# An ast.expr stands for an Annotated[…] that the module gave a name.
Constants: TypeAlias = Mapping[str, Any]

# How each domain is written, by an example.
SIGNATURES = {
    "Int": "Int(1, 9, often=(3, 5))",
    "Grid": "Grid(0.0, 1.0, 0.1)",
    "Choice": "Choice(1, 2, 3)",
    "Distribution": "Distribution(2, 4, step=0.05)",
    "Shape": "Shape(1, 4, min=1, max=8)",
    "Array": "Array(2, 3, min=0, max=9)",
    "Stack": "Stack(2, 4)",
    "Code": "Code()",
    "Lines": "Lines()",
}


class NotLiteral(ValueError):
    """An expression that would have to be run; `node` is the part that would."""

    def __init__(self, node: ast.AST, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.node = node
        self.message = message
        self.hint = hint


def literal(node: ast.expr, constants: Constants) -> Any:
    """The value of `node`: a literal, a module-level constant, or a domain of these. Raises NotLiteral."""
    match node:
        case ast.Constant(value) if isinstance(value, str) or (isinstance(value, int | float) and abs(value) < 1e300):
            return value
        case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand):
            value = literal(operand, constants)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return -value if isinstance(sign, ast.USub) else value
        case ast.Tuple(items):
            return tuple(literal(item, constants) for item in items)
        case ast.List(items):
            return [literal(item, constants) for item in items]
        case ast.Name(name) if name in constants and not isinstance(constants[name], ast.AST):
            return constants[name]
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name)) if name in VOCABULARY:
            return domain(node, constants)
    raise NotLiteral(
        node,
        f"'{_source(node)}' is not a literal",
        "write a number, a text or a tuple of these, or the name of a constant above",
    )


def domain(node: ast.expr, constants: Constants) -> Domain:
    """The domain that `node` writes. Raises NotLiteral, also where the domain can't be made of its arguments."""
    match node:
        case ast.Name(name) if isinstance(constants.get(name), Domain):
            value: Domain = constants[name]
            return value
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name), args, keywords) if name in VOCABULARY:
            given = [literal(arg, constants) for arg in args]
            named = {one.arg: literal(one.value, constants) for one in keywords if one.arg is not None}
            if len(named) != len(keywords):
                raise NotLiteral(node, f"'{_source(node)}' unpacks its arguments", f"write {SIGNATURES[name]}")
            return _made(node, name, given, named)
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name)):
            raise NotLiteral(node, f"'{name}' is no domain", nearest(name, VOCABULARY))
    raise NotLiteral(node, f"'{_source(node)}' is no domain", f"write one of {', '.join(SIGNATURES.values())}")


def plain(value: Any) -> Any:
    """`value` with lists for tuples: what a parameter can be."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def assigned(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives another value, in a way that nobody follows here."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _made(node: ast.expr, name: str, given: list[Any], named: dict[str, Any]) -> Domain:
    if name == "Choice":
        given = plain(given)
    elif "often" in named and isinstance(named["often"], list):
        named["often"] = tuple(named["often"])
    try:
        made: Domain = VOCABULARY[name](*given, **named)
        sound = _sound(made)
    except TypeError:
        sound = False
    except ValueError as error:
        raise NotLiteral(node, str(error)) from None
    if not sound:
        raise NotLiteral(
            node, f"'{_source(node)}' can't be made of these arguments", f"write it like {SIGNATURES[name]}"
        )
    return made


def _sound(made: Domain) -> bool:
    match made:
        case Int() | Shape() | Array() | Stack():
            given = [getattr(made, one.name) for one in fields(made)]
            return all(type(one) is int for value in given for one in (value if isinstance(value, tuple) else (value,)))
        case Grid():
            return all(type(one) in (int, float) for one in (made.min, made.max, made.step, *made.often))
        case Distribution():
            return type(made.min) is int and type(made.max) is int and type(made.zeros) is bool
        case Choice():
            return not any(_nests_domain(value) for value in made.values)
    return isinstance(made, Code | Lines)


def _nests_domain(value: Any) -> bool:
    return any(map(_nests_domain, value)) if isinstance(value, list) else isinstance(value, Domain)


def _source(node: ast.AST) -> str:
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= 60 else text[:59] + "…"
