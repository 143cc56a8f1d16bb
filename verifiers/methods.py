"""What @staticmethod and @classmethod do to a function of a class, when Python runs it."""

import ast
import inspect
from typing import Annotated

from quizapp.authoring import Choice, Code, Impossible, Int, Mistake, Result, mistake, verifier
from verifiers.execution import execute
from verifiers.method_programs import ClassMethod, StaticMethod, believed, pasted, printed, traced, whole

Source = Annotated[str, Code()]
# What a card puts into its source; the verifier gets the source with these filled in.
Number = Annotated[int, Int(0, 999)]
Word = Annotated[str, Choice("", "Conv", "Linear", "Pool", "Norm", "self", "this", "me", "kind")]
Base = Annotated[str, Choice("", "Layer", "Module", "Block", "Net")]
Decorator = Annotated[str, Choice("", "@staticmethod", "@classmethod", "# no decorator")]
Given = Annotated[str, Choice("", "x", "x, y", "x, y, z")]
Way = Annotated[str, Choice("", "Box", "Box()", 'Box.__dict__["f"]', "Box.f", "Box().f", "super()", "Layer", "cls")]

_INHERITED_CLASS_METHOD = """\
class Box:
    @classmethod
    def name(cls):
        return cls.__name__

class Small(Box):
    pass

print(Small.name())"""
_NAMED_IN_STATIC_METHOD = """\
class Box:
    @staticmethod
    def name():
        return Box.__name__

class Small(Box):
    pass

print(Small.name())"""
_ARRIVE = """\
class Box:
    @classmethod
    def f(*args):
        return len(args)

print(Box.f(7))"""
_BOUND_TO_CLASS = """\
class Box:
    @classmethod
    def f(cls):
        return cls

print(type(Box.f).__name__)"""

CALLS = ("Box.f()", "Box.f(3)", "Box.f(3, 4)", "Box().f()", "Box().f(3)", "Box().f(3, 4)")
EXPRESSIONS = ("Box.size", "__class__.size", "type(box).size", "cls.size", "self.size", "size")


@verifier(
    "python",
    examples=[
        ({"code": _INHERITED_CLASS_METHOD}, "Small"),
        ({"code": _NAMED_IN_STATIC_METHOD}, "Box"),
        ({"code": "len()"}, "TypeError"),
    ],
)
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
        printed(execute(code)),
        steps=traced(code),
        mistakes=believed(code, str),
        snippet=pasted(code),
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
    return printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier("python", examples=[({"code": _ARRIVE}, 2), ({"code": "print(len('abc'))"}, 3)])
def count(code: Source, decorator: Decorator = "", way: Way = "", given: Given = "") -> Result:
    """The whole number that a program prints. The other parameters only fill in the source."""
    held = believed(code, int)
    known = [one.value for one in held]
    return Result(
        whole(execute(code)),
        steps=traced(code),
        mistakes=[*held, *(one for one in _miscounted(given) if one.value not in known)],
        snippet=code,
    )


@count.second_way
def _count_by_descriptors(code: str, decorator: str = "", way: str = "", given: str = "") -> int:
    return whole(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier(
    "python",
    examples=[
        ({"code": _BOUND_TO_CLASS}, "method"),
        ({"code": "print(type(len).__name__)"}, "builtin_function_or_method"),
    ],
)
def type_name(code: Source, decorator: Decorator = "", way: Way = "") -> Result:
    """The name of the type that a program prints. decorator and way only fill in the source."""
    wrapper = decorator.strip("@") if decorator.startswith("@") else "function"
    return Result(
        printed(execute(code)),
        steps=traced(code),
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
    return printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod))


@verifier(
    "python",
    examples=[({"code": _INHERITED_CLASS_METHOD}, ["Small"]), ({"code": "print(1)\nprint('a b')"}, ["a", "b"])],
)
def words(code: Source, word: Word = "", base: Base = "") -> Result:
    """The words that a program prints on its last line. word and base only fill in the source."""
    last = printed(execute(code)).splitlines()[-1]
    return Result(
        [*last.split()],
        steps=traced(code),
        mistakes=[
            Mistake([*answer], one.text)
            for one in believed(code, str)
            if len(answer := str(one.value).split()) == len(last.split())
        ],
        snippet=code,
    )


@words.second_way
def _words_by_descriptors(code: str, word: str = "", base: str = "") -> list[str]:
    return printed(execute(code, staticmethod=StaticMethod, classmethod=ClassMethod)).splitlines()[-1].split()


@verifier("python")
def calls_that_work(code: Source, decorator: Decorator = "", given: Given = "") -> Result:
    """Which calls of Box.f go through, where a program makes a class Box with a method f."""
    endings = {call: execute(f"{code}\n{call}") for call in CALLS}
    right = _passing(code)
    return Result(
        [*right],
        steps=[f"{call}: {done.error or 'works'}" for call, done in endings.items()],
        mistakes=[
            mistake(
                [call for call in right if call.startswith("Box.f")],
                "A call on an object can go through too.",
                "通过对象也能调用成功。",
            ),
            mistake(
                [call for call in right if call.startswith("Box()")],
                "No object is needed: a call on the class can go through too.",
                "不一定要有对象，通过类也能调用成功。",
            ),
            *(
                mistake([*_passing(code.replace(decorator, other))], f"So it would be with {en}.", f"{zh}才是这样。")
                for other, en, zh in _INSTEAD
                if decorator and other != decorator
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
    size = endings["Box.size"].printed
    right = [one for one, done in endings.items() if done.error is None and done.printed == size]
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


_INSTEAD = (
    ("@staticmethod", "@staticmethod, which gets nothing in front", "用 @staticmethod（前面什么也不传）"),
    ("@classmethod", "@classmethod, which gets the class in front", "用 @classmethod（前面传入类）"),
    ("# no decorator", "no decorator, where an object is passed in front", "不加装饰器（前面传入对象）"),
)


def _passing(code: str) -> list[str]:
    """The calls of Box.f that raise nothing after a program."""
    return [call for call in CALLS if execute(f"{code}\n{call}").error is None]


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
