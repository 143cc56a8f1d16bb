"""One argument of a function, as its source states it: the domain in its annotation, and its default."""

import ast
from typing import Any, TypeAlias

from quizapp.core.declaration import Parameter
from quizapp.core.domain import Code, Domain, Lines
from quizapp.deck.literal import Constants, NotLiteral, domain, literal, plain

# Where something is wrong, what it is, and what to write instead.
Problem: TypeAlias = tuple[ast.AST, str, str]

_ANNOTATION = "write it as Annotated[int, Int(1, 9)]"


def parameter(
    argument: ast.arg, default: ast.expr | None, constants: Constants
) -> tuple[Parameter | None, list[Problem]]:
    """The parameter that `argument` declares, None where it says no domain; and what is wrong with it."""
    problems: list[Problem] = []
    try:
        whole = _domain(argument, constants)
    except NotLiteral as error:
        return None, [(error.node, error.message, error.hint)]
    if argument.arg == "truth":
        problems.append((argument, "'truth' is what explanations call the verifier's value", "rename the parameter"))
    for kind, only in ((Code, "code"), (Lines, "lines")):
        if isinstance(whole, kind) != (argument.arg == only):
            message = f"a parameter '{only}' is {kind.__name__}(), and no other is"
            problems.append((argument, message, "rename the one or the other"))
    if default is None:
        return Parameter(argument.arg, whole), problems
    try:
        value: Any = plain(literal(default, constants))
    except NotLiteral as error:
        return Parameter(argument.arg, whole), [*problems, (error.node, error.message, error.hint)]
    if not whole.admits(value):
        problems.append((default, f"the default of '{argument.arg}' lies outside its own domain", f"it is {whole}"))
    return Parameter(argument.arg, whole, value), problems


def _domain(argument: ast.arg, constants: Constants) -> Domain:
    """The domain in the annotation. Raises NotLiteral."""
    annotation = argument.annotation
    if isinstance(annotation, ast.Name) and isinstance(constants.get(annotation.id), ast.AST):
        annotation = constants[annotation.id]
    match annotation:
        case ast.Subscript(
            ast.Name("Annotated") | ast.Attribute(attr="Annotated"), ast.Tuple([_, ast.expr() as inner])
        ):
            return domain(inner, constants)
    raise NotLiteral(argument, f"'{argument.arg}' doesn't say what it may be", _ANNOTATION)
