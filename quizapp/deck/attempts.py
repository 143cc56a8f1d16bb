"""What runs an answer: the function under `@name.attempt`, as a module's source states it."""

import ast
from collections.abc import Iterator
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# What an attempt gets beside the verifier's parameters.
ANSWER = "answer"


def decorator(function: Function) -> tuple[str, ast.expr] | None:
    """The `@name.attempt` of a function, called or not: the name, and the decorator."""
    for one in function.decorator_list:
        match one:
            case ast.Attribute(ast.Name(name), "attempt") | ast.Call(ast.Attribute(ast.Name(name), "attempt")):
                return name, one
    return None


def problems(function: ast.FunctionDef, verifier: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, str]]:
    """What keeps `function` from being the attempt of `verifier`: where, what and what to write instead."""
    arguments, whole = function.args, verifier.args
    for mark in (one for one in function.decorator_list if isinstance(one, ast.Call)):
        if isinstance(mark.func, ast.Attribute) and mark.func.attr == "attempt":
            yield mark, f"'{ast.unparse(mark)}' is not how an attempt is marked", f"write @{verifier.name}.attempt"
    if function.name == verifier.name:
        yield function, f"the attempt takes the name '{verifier.name}' from its verifier", "give it another name"
    named = (*arguments.args, *arguments.kwonlyargs)
    for one in (arguments.vararg, *arguments.posonlyargs):
        if one is not None:
            message = f"'{one.arg}' is given nothing, since an attempt is called by names"
            yield one, message, "write each parameter out, without '*' and '/'"
    if all(one.arg != ANSWER for one in (*named, *arguments.posonlyargs)):
        yield function, f"'{function.name}' doesn't take the answer that it is to run", "add a parameter 'answer'"
    known = [one.arg for one in (*whole.posonlyargs, *whole.args, *whole.kwonlyargs)]
    for one in named:
        if one.arg not in (ANSWER, *known):
            yield one, f"'{verifier.name}' has no parameter '{one.arg}'", _takes(known)
    for one in (*whole.args, *whole.kwonlyargs):
        if one.arg == ANSWER:
            yield one, "'answer' is what the attempt gets beside the parameters", "rename the parameter"


def _takes(known: list[str]) -> str:
    return f"an attempt takes 'answer' and any of {', '.join(known)}" if known else "an attempt takes 'answer' alone"
