"""What small programs do when Python runs them, above all with methods and `self`."""

import ast
import contextlib
import inspect
import io
import re
import sys
import textwrap
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Annotated, Any

from quizapp.authoring import Choice, Code, Impossible, Int, Mistake, Result, Text, mistake, verifier
from verifiers.beliefs import BELIEFS

Source = Annotated[str, Code()]
# What a card puts into its source; the verifier gets the source with these filled in.
Number = Annotated[int, Int(-999, 999)]
Word = Annotated[
    str,
    Choice(
        "",
        "this",
        "me",
        "obj",
        "instance",
        "box",
        "Box",
        "Linear",
        "Conv",
        "Pool",
        "Norm",
        "weight",
        "bias",
        "label",
        "size",
    ),
]
Arguments = Annotated[str, Choice("", "x", "x, y", "x, y, z", "x, y, z, t")]

_FILE = "<card>"
_MOST_CALLS = 6


@dataclass(slots=True)
class _Run:
    """What a program did: its output, the error that ended it, who came first in each call, its globals."""

    printed: str = ""
    error: Exception | None = None
    calls: list[Text] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    seen: list[object] = field(default_factory=list)

    def called(self, value: object) -> Text:
        """How a reader of the program would call `value`: by its name, or by when it was first seen."""
        if isinstance(value, int | float | str):
            return Text(repr(value))
        for name, one in self.names.items():
            if one is value and not name.startswith("__"):
                return Text(name)
        kind = type(value)
        if not any(value is one for one in self.seen):
            self.seen.append(value)
        alike = [one for one in self.seen if type(one) is kind]
        nth = next(at for at, one in enumerate(alike, 1) if one is value)
        return Text(f"{kind.__name__} no. {nth}", f"第 {nth} 个 {kind.__name__}")


@verifier("python", examples=[({"code": "print(1 + 1)"}, "2"), ({"code": "print(len(3))"}, "TypeError")])
def prints(code: Source, a: Number = 0, b: Number = 0, c: Number = 0, word: Word = "") -> Result:
    """What a program prints; an error counts as its type's name. a, b, c and word only fill in the source."""
    done = _run(code)
    return Result(
        done.printed,
        steps=[*done.calls, *([f"{type(done.error).__name__}: {done.error}"] if done.error else [])],
        mistakes=[] if isinstance(done.error, SyntaxError) else _believed(code, done.printed),
        snippet=_pasted(code) if done.error else code.rstrip(),
    )


@verifier("python")
def missing_argument(code: Source, a: Number = 0, word: Word = "") -> Result:
    """The parameter that Python says is missing in a program's last call. a and word only fill in the source."""
    done = _run(code)
    message = str(done.error)
    match re.findall(r"missing 1 required positional argument: '(\w+)'", message):
        case [name]:
            pass
        case _:
            raise Impossible("that program doesn't end with one argument missing")
    return Result(
        name,
        steps=[*done.calls, f"TypeError: {message}"],
        mistakes=[
            mistake(
                "self",
                "Called through the class, the first argument fills the first parameter, and that is self.",
                "通过类调用时，第一个实参填的是第一个形参，也就是 self。",
            )
        ],
        snippet=_pasted(code, 'str(error).split("\'")[1]'),
    )


@missing_argument.second_way
def _missing_by_signature(code: str, a: int = 0, word: str = "") -> str:
    function, arguments = _last_call(code)
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError as error:
        return str(error).split("'")[1]
    return ""


@verifier("python")
def arguments_given(code: Source, args: Arguments = "") -> Result:
    """How many arguments Python says were given in a program's last call. args only fills in the source."""
    done = _run(code)
    message = str(done.error)
    match = re.search(r"takes (\d+) positional arguments? but (\d+) (?:was|were) given", message)
    if match is None:
        raise Impossible("that program doesn't end with too many arguments")
    takes, given = int(match[1]), int(match[2])
    return Result(
        given,
        steps=[f"TypeError: {message}"],
        mistakes=[
            mistake(
                takes,
                "That is what stands between the brackets; the object in front of the dot is given as well.",
                "这只数了括号里的实参；点号前面的对象也会作为一个实参传进去。",
            )
        ],
        snippet=_pasted(code, r're.search(r"but (\d+)", str(error))[1]', "import re\n\n"),
        facts={"takes": takes},
    )


@arguments_given.second_way
def _given_by_binding(code: str, args: str = "") -> int:
    function, arguments = _last_call(code)
    return len(arguments) + hasattr(function, "__self__")


@verifier(
    "python",
    examples=[({"code": "class Box:\n    def f(self): ...\n\nbox = Box()\nmethod = box.f"}, "__self__")],
)
def attribute_that_is(code: Source) -> Result:
    """The one attribute of `method` that is the object `box`, where a program makes both."""
    names = _run(code).names
    if "method" not in names or "box" not in names:
        raise Impossible("that program doesn't make 'method' and 'box'")
    method, box = names["method"], names["box"]
    found = [name for name in dir(method) if getattr(method, name) is box]
    if len(found) != 1:
        raise Impossible("not one attribute of 'method' is 'box'")
    return Result(
        found[0],
        steps=[f"method.{found[0]} = box", f"method.__func__ = {method.__func__.__qualname__}"],
        mistakes=[
            mistake("__func__", "That is the plain function, without the object.", "这是那个普通函数，不含对象。"),
            mistake(
                "self",
                "self is a name inside the function; the bound method has no attribute so called.",
                "self 是函数内部的形参名，绑定方法没有叫这个名字的属性。",
            ),
            mistake("__class__", "That is the type: method.", "这是类型，也就是 method。"),
        ],
        snippet=f"{code.rstrip()}\nprint(next(name for name in dir(method) if getattr(method, name) is box))",
    )


@verifier(
    "python",
    examples=[
        (
            {"code": "class Box:\n    def plus(self, k):\n        return 10 + k\n\nbox = Box()"},
            "Box.plus(box, 3)",
        )
    ],
)
def same_call(code: Source) -> Result:
    """Which other way to write it does what box.plus(3) does, where a program makes `box` of a class Box."""
    names = _run(code).names
    ways = ("Box.plus(box, 3)", "Box.plus(3)", "plus(box, 3)", "box.plus(box, 3)")
    printed = {way: _run(f"{code}\nprint({way})").printed for way in ("box.plus(3)", *ways)}
    same = [way for way in ways if printed[way] == printed["box.plus(3)"]]
    if "box" not in names or len(same) != 1:
        raise Impossible("that program doesn't make a box whose plus(3) can be told apart")
    return Result(
        same[0],
        steps=[f"{way}: {result}" for way, result in printed.items()],
        mistakes=[mistake(way, f"That gives {printed[way]}.", f"这样写的结果是 {printed[way]}。") for way in ways],
        snippet=f"{code.rstrip()}\n\n"
        f"for way in {ways!r}:\n    try:\n        if eval(way) == box.plus(3):\n            print(way)\n"
        "    except (TypeError, NameError):\n        pass",
    )


def _run(program: str | CodeType) -> _Run:
    """Executes `program` in names of its own."""
    done, out = _Run(), io.StringIO()

    def trace(frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename == _FILE and code.co_argcount and len(done.calls) < _MOST_CALLS:
            where, first = code.co_qualname, code.co_varnames[0]
            if first.isidentifier():  # a comprehension's is called .0
                who = done.called(frame.f_locals[first])
                done.calls.append(Text(f"{where}: {first} is {who.en}", f"{where}：{first} 是{who.zh or f' {who.en}'}"))

    before = sys.gettrace()
    try:
        compiled = compile(program, _FILE, "exec") if isinstance(program, str) else program
        with contextlib.redirect_stdout(out):
            sys.settrace(trace)
            exec(compiled, done.names)  # noqa: S102  # the source is a card's, and running it is the point
    except Exception as error:
        done.error = error
        out.write(type(error).__name__)
    finally:
        sys.settrace(before)
    done.printed = out.getvalue().rstrip("\n")
    return done


def _believed(code: str, printed: str) -> list[Mistake]:
    """What the program would print if what is often believed were so, where that differs."""
    found: dict[str, Mistake] = {}
    for belief in BELIEFS:
        tree = ast.parse(code)
        belief.rewrite(tree)
        done = _run(compile(ast.fix_missing_locations(tree), "<belief>", "exec"))
        # A belief may predict a TypeError; any other error says only that it doesn't apply to this program.
        if done.printed != printed and (done.error is None or isinstance(done.error, TypeError)):
            found.setdefault(done.printed, Mistake(done.printed, belief.text))
    return list(found.values())


def _last_call(code: str) -> tuple[Any, list[Any]]:
    """The function and the arguments of the call that a program ends with, the program run up to it."""
    tree = ast.parse(code)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    names = _run(compile(tree, _FILE, "exec")).names
    parts = [last.value.func, *last.value.args]
    function, *arguments = [eval(compile(ast.Expression(part), _FILE, "eval"), names) for part in parts]  # noqa: S307
    return function, arguments


def _pasted(code: str, shown: str = "type(error).__name__", head: str = "") -> str:
    """The program with its error caught, and `shown` printed of it."""
    body = textwrap.indent(code.rstrip(), "    ")
    return f"{head}try:\n{body}\nexcept Exception as error:\n    print({shown})"
