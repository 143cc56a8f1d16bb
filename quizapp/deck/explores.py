"""What draws a picture for the laboratory: the function under `@name.explore`, as a module's source states it."""

import ast
from collections.abc import Iterator

from quizapp.core.declaration import Explore, Parameter
from quizapp.core.domain import Choice, Code, Domain, Grid, Int, Lines, write
from quizapp.deck.attempts import Function
from quizapp.deck.literal import Constants, NotLiteral, domain
from quizapp.deck.signature import Problem, parameter
from quizapp.errors import nearest


def decorator(function: Function) -> tuple[str, ast.expr] | None:
    """The `@name.explore` of a function, called or not: the name, and the decorator."""
    for one in function.decorator_list:
        match one:
            case ast.Attribute(ast.Name(name), "explore") | ast.Call(ast.Attribute(ast.Name(name), "explore")):
                return name, one
    return None


def read(
    function: ast.FunctionDef, verifier: ast.FunctionDef, parameters: dict[str, Parameter], constants: Constants
) -> tuple[Explore, list[Problem]]:
    """What `function` adds for the laboratory of `verifier`, which has `parameters`; and what is wrong with it."""
    problems = list(_form(function, verifier, parameters))
    own: dict[str, Parameter] = {}
    for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if argument.arg in parameters:
            continue
        found, faults = parameter(argument, default, constants)
        problems += faults
        if found is None:
            continue
        if isinstance(found.domain, Code | Lines):
            problems.append((argument, f"'{found.name}' is source, which no slider gives", "let the verifier take it"))
        own[found.name] = found
    narrowed: dict[str, Domain] = {}
    for keyword in _keywords(function):
        try:
            narrowed |= _narrowed(keyword, parameters, constants)
        except NotLiteral as error:
            problems.append((error.node, error.message, error.hint))
    return Explore(own, narrowed), problems


def _form(function: ast.FunctionDef, verifier: ast.FunctionDef, parameters: dict[str, Parameter]) -> Iterator[Problem]:
    for mark in function.decorator_list:
        match mark:
            case ast.Call(ast.Attribute(attr="explore"), [_, *_]):
                hint = f"write @{verifier.name}.explore(width=Int(1, 16)), or @{verifier.name}.explore alone"
                yield mark.args[0], "a narrower domain says of which parameter it is", hint
    if function.name == verifier.name:
        yield function, f"the picture takes the name '{verifier.name}' from its verifier", "give it another name"
    arguments = function.args
    for one in (arguments.vararg, *arguments.posonlyargs):
        if one is not None:
            message = f"'{one.arg}' is given nothing, since a picture is drawn by names"
            yield one, message, "write each parameter out, without '*' before its name and '/'"
    for one in arguments.args:
        if one.arg not in parameters:
            hint = f"write it behind '*', if it is the picture's own; {nearest(one.arg, parameters)}"
            yield one, f"'{verifier.name}' has no parameter '{one.arg}'", hint


def _keywords(function: ast.FunctionDef) -> Iterator[ast.keyword]:
    for mark in function.decorator_list:
        match mark:
            case ast.Call(ast.Attribute(attr="explore"), keywords=keywords):
                yield from keywords


def _narrowed(keyword: ast.keyword, parameters: dict[str, Parameter], constants: Constants) -> dict[str, Domain]:
    """The narrower domain under its parameter's name. Raises NotLiteral where it isn't one."""
    name = keyword.arg
    if name is None:
        raise NotLiteral(keyword, "the narrower domains are unpacked", "write each out, as width=Int(1, 16)")
    if name not in parameters:
        raise NotLiteral(keyword, f"the verifier has no parameter '{name}'", nearest(name, parameters))
    narrow, whole = domain(keyword.value, constants), parameters[name].domain
    if isinstance(whole, Code | Lines) or isinstance(narrow, Code | Lines):
        raise NotLiteral(keyword, f"'{name}' is source, which can't be narrowed", "leave it out")
    if isinstance(whole, Choice) and not isinstance(narrow, Choice):
        raise NotLiteral(keyword.value, f"'{name}' is a choice", "write Choice(…) with some of its values")
    for value in (*narrow.corners(), *(narrow.often if isinstance(narrow, Int | Grid) else ())):
        if not whole.admits(value):
            raise NotLiteral(keyword.value, f"'{name}' can't be {write(value)[:60]}", f"the verifier takes {whole}")
    return {name: narrow}
