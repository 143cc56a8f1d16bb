"""What @staticmethod and @classmethod do to a function of a class, when Python runs it."""

import ast
import inspect
from collections.abc import Callable
from types import MethodType
from typing import Annotated, Any

from quizapp.authoring import Choice, Code, Impossible, Int, Mistake, Result, Text, mistake, verifier
from verifiers.execution import Ran, execute
from verifiers.method_beliefs import METHOD_BELIEFS

Source = Annotated[str, Code()]
# What a card puts into its source; the verifier gets the source with these filled in.
Number = Annotated[int, Int(0, 999)]
Word = Annotated[str, Choice("", "Conv", "Linear", "Pool", "Norm", "self", "this", "me", "kind")]
Base = Annotated[str, Choice("", "Layer", "Module", "Block", "Net")]
Decorator = Annotated[str, Choice("", "@staticmethod", "@classmethod", "# no decorator")]
Given = Annotated[str, Choice("", "x", "x, y", "x, y, z")]
Way = Annotated[str, Choice("", "Box", "Box()", 'Box.__dict__["f"]', "Box.f", "Box().f", "super()", "Layer", "cls")]

CALLS = ("Box.f()", "Box.f(3)", "Box.f(3, 4)", "Box().f()", "Box().f(3)", "Box().f(3, 4)")
EXPRESSIONS = ("Box.size", "__class__.size", "type(box).size", "cls.size", "self.size", "size")


@verifier("python")
def prints(
    code: Source,
    a: Number = 0,
    b: Number = 0,
    c: Number = 0,
    word: Word = "",
    base: Base = "",
    decorator: Decorator = "",
    way: Way = "",
) -> Result:
    """What a program prints; an error counts as its type's name. The other parameters only fill in the source."""
    return Result(
        _printed(execute(code)),
        steps=_traced(code),
        mistakes=_believed(code, str),
        snippet=_pasted(code),
    )


@prints.second_way
def _prints_by_descriptors(
    code: str,
    a: int = 0,
    b: int = 0,
    c: int = 0,
    word: str = "",
    base: str = "",
    decorator: str = "",
    way: str = "",
) -> str:
    return _printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier("python")
def count(code: Source, decorator: Decorator = "", way: Way = "", given: Given = "") -> Result:
    """The whole number that a program prints. The other parameters only fill in the source."""
    return Result(
        _whole(execute(code)), steps=_traced(code), mistakes=[*_believed(code, int), *_miscounted(given)], snippet=code
    )


@count.second_way
def _count_by_descriptors(code: str, decorator: str = "", way: str = "", given: str = "") -> int:
    return _whole(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier("python")
def type_name(code: Source, decorator: Decorator = "", way: Way = "") -> Result:
    """The name of the type that a program prints. decorator and way only fill in the source."""
    wrapper = decorator.strip("@") if decorator.startswith("@") else "function"
    return Result(
        _printed(execute(code)),
        steps=_traced(code),
        mistakes=[
            mistake(
                wrapper,
                "That is what the class's __dict__ holds; with a dot one gets what it hands out.",
                "这是类的 __dict__ 里存着的东西；用点号取到的，是由它给出来的东西。",
            ),
            mistake(
                "method",
                "Only what was bound to an object or a class is a method; here nothing is bound.",
                "绑定到对象或类上的才是 method，这里并没有绑定。",
            ),
            mistake(
                "function",
                "The function is inside; what is asked for is the thing around it.",
                "函数在里面，这里问的是包在它外面的东西。",
            ),
        ],
        snippet=code,
    )


@type_name.second_way
def _type_by_descriptors(code: str, decorator: str = "", way: str = "") -> str:
    return _printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier("python")
def words(code: Source, word: Word = "", base: Base = "") -> Result:
    """The words that a program prints on its last line. word and base only fill in the source."""
    last = _printed(execute(code)).splitlines()[-1]
    return Result(
        [*last.split()],
        steps=_traced(code),
        mistakes=[
            Mistake([*believed], one.text)
            for one in _believed(code, str)
            if len(believed := str(one.value).split()) == len(last.split())
        ],
        snippet=code,
    )


@words.second_way
def _words_by_descriptors(code: str, word: str = "", base: str = "") -> list[str]:
    return _printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod)).splitlines()[-1].split()


@verifier("python")
def calls_that_work(code: Source, decorator: Decorator = "", given: Given = "") -> Result:
    """Which calls of Box.f go through, where a program makes a class Box with a method f."""
    endings = {call: execute(f"{code}\n{call}") for call in CALLS}
    right = [call for call, done in endings.items() if done.error is None]
    return Result(
        [*right],
        steps=[f"{call}: {done.error or 'works'}" for call, done in endings.items()],
        mistakes=[
            mistake(
                [call for call in right if call.startswith("Box.f")],
                "Calls on an object count as well.",
                "通过对象的调用也要算进去。",
            ),
            mistake(
                [call for call in right if call.startswith("Box()")],
                "An object isn't needed for every call: the class can be asked as well.",
                "并不是每种调用都需要对象，通过类也可以。",
            ),
        ],
        snippet=f"{code.rstrip()}\n\nfor call in {CALLS}:\n    try:\n        eval(call)\n        print(call)\n"
        "    except TypeError:\n        pass",
    )


@calls_that_work.second_way
def _calls_by_signature(code: str, decorator: str = "", given: str = "") -> list[str]:
    box = execute(code).names["Box"]
    found = []
    for call in CALLS:
        function = (box() if call.startswith("Box()") else box).f
        numbers = [3, 4][: call.count("3") + call.count("4")]
        try:
            inspect.signature(function).bind(*numbers)
        except TypeError:
            continue
        found.append(call)
    return found


@verifier("python")
def reaches(code: Source, decorator: Decorator = "") -> Result:
    """Which expressions find Box.size from within a method, where a program's `...` stands for the expression."""
    if code.count("...") != 1:
        raise Impossible("that program has no place for the expression")
    endings = {one: execute(code.replace("...", one)) for one in EXPRESSIONS}
    right = [one for one, done in endings.items() if done.error is None]
    return Result(
        [*right],
        steps=[f"{one}: {done.error or done.printed}" for one, done in endings.items()],
        mistakes=[
            mistake(
                ["Box.size"],
                "The class's name is one way, but not the only one.",
                "写出类名只是一种办法，并不是唯一的办法。",
            ),
            mistake(
                [*right, "size"],
                "A bare name in a method is never looked up in the class body.",
                "方法里单独的名字不会到类体里去找。",
            ),
        ],
        snippet=f"code = '''\n{code.rstrip()}\n'''\nfor one in {EXPRESSIONS}:\n    try:\n"
        "        exec(code.replace('...', one), {})\n        print(one)\n    except NameError:\n        pass",
    )


@reaches.second_way
def _reaches_by_compiling(code: str, decorator: str = "") -> list[str]:
    """What each expression's names resolve to: a parameter, the class's cell, or a global."""
    tree = ast.parse(code)
    box = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    method = next(node for node in box.body if isinstance(node, ast.FunctionDef))
    known = {"__class__", "type", box.name, *(one.arg for one in method.args.args)}
    return [
        one
        for one in EXPRESSIONS
        if all(node.id in known for node in ast.walk(ast.parse(one)) if isinstance(node, ast.Name))
    ]


def _printed(done: Ran) -> str:
    return "\n".join(part for part in (done.printed, type(done.error).__name__ if done.error else "") if part)


def _whole(done: Ran) -> int:
    if done.error or not done.printed.isdigit():
        raise Impossible("that program prints no whole number")
    return int(done.printed)


def _traced(code: str) -> list[str | Text]:
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


def _believed(code: str, read: Callable[[str], Any]) -> list[Mistake]:
    """What the program would print if what is often believed were so, where that differs."""
    truth, found = _printed(execute(code)), dict[str, Mistake]()
    for belief in METHOD_BELIEFS:
        tree = ast.parse(code)
        belief.rewrite(tree)
        done = execute(ast.unparse(ast.fix_missing_locations(tree)))
        printed = _printed(done)
        if printed == truth or (done.error and not isinstance(done.error, belief.errors)):
            continue
        if read is str or printed.isdigit():
            found.setdefault(printed, Mistake(read(printed), belief.text))
    return list(found.values())


def _miscounted(given: str) -> list[Mistake]:
    inside = len(given.split(",")) if given else 0
    return [
        mistake(
            inside,
            "That is what stands in the brackets; something is passed in front of it as well.",
            "这只数了括号里的实参，前面还会自动传进一个。",
        ),
        mistake(
            inside + 1,
            "Nothing is put in front here: only what stands in the brackets arrives.",
            "这里前面不会自动传任何东西，收到的只有括号里的实参。",
        ),
    ]


def _pasted(code: str) -> str:
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
