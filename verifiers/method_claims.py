"""What a note says of static and class methods, put to Python in small programs: whether they work, what they see."""

import inspect
import re
from typing import Annotated, Any

from quizapp.authoring import Choice, Result, mistake, verifier
from verifiers.execution import Ran, execute
from verifiers.method_programs import ClassMethod

Decorator = Annotated[str, Choice("", "@staticmethod", "@classmethod")]
Parameters = Annotated[str, Choice("", "x", "self", "cls", "this", "self, x", "cls, x", "this, x")]
Through = Annotated[str, Choice("Box", "Box()", "Small", "Small()")]
Given = Annotated[str, Choice("", "3", "Box()")]


@verifier("python")
def call(decorator: Decorator = "", parameters: Parameters = "", through: Through = "Box", given: Given = "") -> Result:
    """Whether a call of a method goes through: works, or raises with the name of the exception."""
    program = _defined(decorator, parameters, "1") + f"{through}.f({given})"
    return Result(_ending(execute(program)), steps=program.splitlines())


@call.second_way
def _call_by_signature(decorator: str = "", parameters: str = "", through: str = "Box", given: str = "") -> str:
    names = execute(_defined(decorator, parameters, "1")).names
    try:
        inspect.signature(eval(f"{through}.f", names)).bind(*([given] if given else []))  # noqa: S307
    except (TypeError, ValueError):  # ValueError: no parameter is left for what is bound
        return "raises TypeError"
    return "works"


@verifier("python")
def receives(decorator: Decorator = "", parameters: Parameters = "x", through: Through = "Box") -> Result:
    """What the first parameter of a method receives when it is called with 3: 3, a class, or an object of one."""
    first = parameters.split(",")[0]
    described = f"{first}.__name__ if isinstance({first}, type) else {first}"
    program = _defined(decorator, parameters, described) + f"print({through}.f(3))"
    done = execute(program)
    return Result(
        _ending(done) if done.error else re.sub(r"<__main__\.(\w+).*", r"a \1", done.printed),
        steps=program.splitlines(),
    )


@receives.second_way
def _receives_by_binding(decorator: str = "", parameters: str = "x", through: str = "Box") -> str:
    names = execute(_defined(decorator, parameters, "1")).names
    bound = eval(f"{through}.f", names)  # noqa: S307
    try:
        inspect.signature(bound).bind(3)
    except (TypeError, ValueError):  # ValueError: no parameter is left for what is bound
        return "raises TypeError"
    owner = getattr(bound, "__self__", 3)
    return owner.__name__ if isinstance(owner, type) else "3" if owner == 3 else f"a {type(owner).__name__}"


@verifier("python")
def uses(
    decorator: Decorator,
    expression: Annotated[
        str,
        Choice(
            "Box.size",
            "Box.twice()",
            "__class__.size",
            "type(box).size",
            "cls.size",
            "cls.twice()",
            "cls.label()",
            "cls.plain()",
            "cls()",
            "cls.own",
            "self.size",
            "size",
        ),
    ],
) -> Result:
    """Whether an expression in a method's body goes through: works, or raises with the name of the exception."""
    parameters = {"@staticmethod": "box", "@classmethod": "cls, box"}.get(decorator, "self, box")
    through = "Box" if decorator else "Box()"
    program = _BOX + _USES.format(decorator=decorator, parameters=parameters, expression=expression, through=through)
    done = execute(program)
    return Result(
        _ending(done),
        steps=[f"{expression}: {done.error or 'works'}"],
        mistakes=[
            mistake(
                "works",
                "cls is the class: what needs an object, or stands in one alone, it can't give.",
                "cls 是类：需要对象的，或者只存在于对象上的，它都给不出来。",
            ),
            mistake(
                "raises AttributeError",
                "Nothing is asked of the class that it lacks: only own is written to objects alone.",
                "这里用到的，类上都有；只写在对象上的只有 own。",
            ),
            mistake(
                "raises TypeError",
                "A call raises a TypeError where a parameter stays empty; here none does.",
                "调用时有形参没填上才会抛出 TypeError，这里没有这种情况。",
            ),
            mistake(
                "raises NameError", "cls is a parameter here, so the name is found.", "cls 是形参，这个名字找得到。"
            ),
        ],
        snippet=program,
    )


@uses.second_way
def _uses_by_names(decorator: str, expression: str) -> str:
    box = execute(_BOX).names["Box"]
    known = {"Box": box, "__class__": box, "box": box(), "type": type}
    known |= {"@staticmethod": {}, "@classmethod": {"cls": box}}.get(decorator, {"self": box()})
    try:
        eval(expression, {"__builtins__": {}} | known)  # noqa: S307
    except Exception as error:
        return f"raises {type(error).__name__}"
    return "works"


@verifier("python")
def follows(
    written: Annotated[str, Choice("cls", "Box")], change: Annotated[str, Choice("subclass", "renaming")]
) -> Result:
    """Whether a class method that reads cls.size or Box.size follows a subclass that has its own, or a renaming."""
    program = _FOLLOWS.format(written=written)
    if change == "subclass":
        program += "class Small(Box):\n    size = 5\n\nprint(Small.get() == Small.size)"
    else:
        program += "Crate = Box\ndel Box\nprint(Crate.get() == Crate.size)"
    done = execute(program)
    return Result(
        _ending(done) if done.error else {"True": "follows", "False": "stays with Box"}[done.printed],
        steps=program.splitlines(),
    )


@follows.second_way
def _follows_by_descriptor(written: str, change: str) -> str:
    names = execute(_FOLLOWS.format(written=written), classmethod=ClassMethod).names
    box = names["Box"]
    if change == "subclass":
        small: Any = type("Small", (box,), {"size": 5})
        return "follows" if small.get() == small.size else "stays with Box"
    del names["Box"]
    try:
        return "follows" if box.get() == box.size else "stays with Box"
    except NameError:
        return "raises NameError"


_FOLLOWS = """\
class Box:
    size = 3

    @classmethod
    def get(cls):
        return {written}.size

"""
_BOX = """\
class Box:
    size = 3

    def __init__(self):
        self.own = 4

    @staticmethod
    def twice():
        return 6

    @classmethod
    def label(cls):
        return cls.__name__

    def plain(self):
        return 7

"""
_USES = """\
    {decorator}
    def f({parameters}):
        return {expression}

{through}.f(Box())"""


def _defined(decorator: str, parameters: str, result: str) -> str:
    above = f"    {decorator}\n" if decorator else ""
    return f"class Box:\n{above}    def f({parameters}):\n        return {result}\n\nclass Small(Box):\n    pass\n\n"


def _ending(done: Ran) -> str:
    return f"raises {type(done.error).__name__}" if done.error else "works"
