"""Programs with static and class methods: what one prints, step by step, and by descriptors of plain Python."""

import ast
from collections.abc import Callable
from types import MethodType
from typing import Any

from quizapp.authoring import Impossible, Mistake, Text
from verifiers.execution import Ran, execute
from verifiers.method_beliefs import METHOD_BELIEFS


def printed(done: Ran) -> str:
    """The output, with the name of the error on a last line where one ended the program."""
    return "\n".join(part for part in (done.printed, type(done.error).__name__ if done.error else "") if part)


def whole(done: Ran) -> int:
    """The whole number that is printed; Impossible where none is."""
    if done.error or not done.printed.isdigit():
        raise Impossible("that program prints no whole number")
    return int(done.printed)


def traced(code: str) -> list[str | Text]:
    """For each class of the program what its body holds under each name, and the error that ended the program."""
    done = execute(code)
    lines: list[str | Text] = []
    for owner in done.names.values():
        if isinstance(owner, type) and owner.__module__ == "__main__":
            held = {name: one for name, one in vars(owner).items() if not name.startswith("__")}
            lines += [f"{owner.__qualname__}.__dict__[{name!r}]: {_described(one)}" for name, one in held.items()]
    return [*lines, *([f"{type(done.error).__name__}: {done.error}"] if done.error else [])]


def _described(value: object) -> str:
    return type(value).__name__ if callable(value) or isinstance(value, classmethod) else repr(value)


def believed(code: str, read: Callable[[str], Any]) -> list[Mistake]:
    """What the program would print if what is often believed were so, where that differs."""
    truth, found = printed(execute(code)), dict[str, Mistake]()
    for belief in METHOD_BELIEFS:
        tree = ast.parse(code)
        belief.rewrite(tree)
        done = execute(ast.unparse(ast.fix_missing_locations(tree)))
        shown = printed(done)
        if shown == truth or (done.error and not isinstance(done.error, belief.errors)):
            continue
        if read is str or shown.isdigit():
            found.setdefault(shown, Mistake(read(shown), belief.text))
    return list(found.values())


def pasted(code: str) -> str:
    """The program, with its error caught where it ends in one."""
    if execute(code).error is None:
        return code.rstrip()
    body = "\n".join(f"    {line}" if line else "" for line in code.rstrip().splitlines())
    return f"try:\n{body}\nexcept Exception as error:\n    print(type(error).__name__)"


class StaticMethod:
    """staticmethod as a descriptor of plain Python."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __get__(self, found_on: object, owner: type | None = None) -> Callable[..., Any]:
        return self.function


class ClassMethod(StaticMethod):
    """classmethod as a descriptor of plain Python."""

    def __get__(self, found_on: object, owner: type | None = None) -> Callable[..., Any]:
        return MethodType(self.function, type(found_on) if owner is None else owner)


StaticMethod.__name__, ClassMethod.__name__ = "staticmethod", "classmethod"
