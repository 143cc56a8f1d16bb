"""The verifiers behind python/methods against a fresh interpreter, by hand-made descriptors and with wrong answers."""

import subprocess
import sys
from typing import Any

import pytest

from quizapp.authoring import Impossible
from verifiers import method_claims, method_examples, methods
from verifiers.method_beliefs import METHOD_BELIEFS

DECORATORS = ["@staticmethod", "@classmethod", "# no decorator"]
WIDE = """\
class Layer:
    scale = 3

    @{decorator}
    def apply({first}x):
        return {owner}.scale * x

class Wide(Layer):
    scale = 5

print(Wide.apply(10))"""
STATIC = WIDE.format(decorator="staticmethod", first="", owner="Layer")
CLASS = WIDE.format(decorator="classmethod", first="cls, ", owner="cls")
COUNTED = """\
class Layer:
    count = 1

    @classmethod
    def add(cls, n):
        cls.count += n

class Conv(Layer):
    pass

Conv.add(4)
print(Layer.count, Conv.count)"""
BOX = "class Box:\n    {decorator}\n    def f({given}):\n        return {given}\n"


def fresh(program: str) -> str:
    """What an interpreter of its own prints, with an error's type for a last line."""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    error = done.stderr.strip().splitlines()[-1].partition(":")[0] if done.returncode else ""
    return (done.stdout + error).strip()


def second(verifier: Any, **params: Any) -> Any:
    assert verifier.second is not None
    return verifier.second(**params)


def told(result: Any, value: object) -> str:
    """The sentence for the mistake that gives `value`."""
    return next(str(one.text.en) for one in result.mistakes if one.value == value)


# What is known


def test_a_static_method_keeps_the_class_that_it_names() -> None:
    assert methods.prints(code=STATIC).value == fresh(STATIC) == "30"


def test_a_class_method_uses_the_subclass_that_was_asked() -> None:
    assert methods.prints(code=CLASS).value == fresh(CLASS) == "50"


def test_a_class_method_writes_to_the_subclass() -> None:
    assert methods.prints(code=COUNTED).value == fresh(COUNTED) == "1 5"


def test_an_error_counts_by_its_name() -> None:
    code = CLASS.replace("    @classmethod\n", "")
    assert methods.prints(code=code).value == fresh(code) == "TypeError"


@pytest.mark.parametrize("decorator", DECORATORS)
@pytest.mark.parametrize("way", ["Box", "Box()"])
@pytest.mark.parametrize("given", ["", "x", "x, y, z"])
def test_the_arguments_that_arrive_are_counted(decorator: str, way: str, given: str) -> None:
    box = f"class Box:\n    {decorator}\n    def f(*args):\n        return len(args)\n"
    code = f"x = y = z = 1\n{box}print({way}.f({given}))"
    added = decorator == "@classmethod" or (decorator == "# no decorator" and way == "Box()")
    found = methods.count(code=code, decorator=decorator, way=way, given=given)
    assert found.value == len(given.replace(", ", "")) + added
    assert second(methods.count, code=code, decorator=decorator, way=way, given=given) == found.value


@pytest.mark.parametrize(
    ("decorator", "way", "name"),
    [
        ("@staticmethod", "Box.f", "function"),
        ("@staticmethod", "Box().f", "function"),
        ("@staticmethod", 'Box.__dict__["f"]', "staticmethod"),
        ("@classmethod", "Box.f", "method"),
        ("@classmethod", 'Box.__dict__["f"]', "classmethod"),
        ("# no decorator", "Box.f", "function"),
        ("# no decorator", "Box().f", "method"),
    ],
)
def test_the_dot_hands_out_something_else_than_the_class_holds(decorator: str, way: str, name: str) -> None:
    code = BOX.format(decorator=decorator, given="x") + f"print(type({way}).__name__)"
    assert methods.type_name(code=code, decorator=decorator, way=way).value == name
    assert second(methods.type_name, code=code, decorator=decorator, way=way) == name


@pytest.mark.parametrize(
    ("decorator", "right"),
    [
        ("@staticmethod", ["Box.f(3)", "Box().f(3)"]),
        ("@classmethod", ["Box.f()", "Box().f()"]),
        ("# no decorator", ["Box.f(3)", "Box().f()"]),
    ],
)
def test_the_calls_that_work_are_those_that_fill_one_parameter(decorator: str, right: list[str]) -> None:
    assert methods.calls_that_work(code=BOX.format(decorator=decorator, given="x")).value == right


def test_the_calls_of_another_decorator_are_a_known_mistake() -> None:
    found = methods.calls_that_work(code=BOX.format(decorator="@classmethod", given="x"), decorator="@classmethod")
    assert "@staticmethod" in told(found, ["Box.f(3)", "Box().f(3)"])


@pytest.mark.parametrize("decorator", DECORATORS)
@pytest.mark.parametrize("given", ["x", "x, y", "x, y, z"])
def test_signatures_agree_on_the_calls_that_work(decorator: str, given: str) -> None:
    code = BOX.format(decorator=decorator, given=given)
    assert second(methods.calls_that_work, code=code) == methods.calls_that_work(code=code).value


@pytest.mark.parametrize(
    ("decorator", "parameters", "more"),
    [
        ("@staticmethod", "box", []),
        ("@classmethod", "cls, box", ["cls.size"]),
        ("# no decorator", "self, box", ["self.size"]),
    ],
)
def test_a_static_method_reaches_its_class_in_three_ways(decorator: str, parameters: str, more: list[str]) -> None:
    asked = "Box()" if decorator == "# no decorator" else "Box"
    code = f"class Box:\n    size = 3\n    {decorator}\n    def f({parameters}):\n        return ...\n{asked}.f(Box())"
    found = methods.reaches(code=code)
    assert found.value == ["Box.size", "__class__.size", "type(box).size", *more]
    assert second(methods.reaches, code=code) == found.value


def test_the_words_of_the_last_line_fill_the_gaps() -> None:
    assert methods.words(code=COUNTED).value == ["1", "5"]
    assert second(methods.words, code=COUNTED) == ["1", "5"]


@pytest.mark.parametrize("code", [STATIC, CLASS, COUNTED, COUNTED.replace("    @classmethod\n", "")])
def test_descriptors_of_plain_python_give_the_same_output(code: str) -> None:
    assert second(methods.prints, code=code) == fresh(code)


def test_a_program_that_does_not_ask_the_question_is_impossible() -> None:
    with pytest.raises(Impossible):
        methods.count(code="print('three')")
    with pytest.raises(Impossible):
        methods.reaches(code="print(3)")


# What is believed


@pytest.mark.parametrize(
    ("code", "answer", "says"),
    [
        (STATIC, "50", "nothing says who called it"),
        (CLASS, "30", "the class that the call went through"),
        (COUNTED, "5 5", "the class that the call went through"),
        (CLASS.replace("    @classmethod\n", ""), "50", "forgotten decorator"),
        (CLASS.replace("cls", "me"), "TypeError", "convention"),
        ("class A:\n    @staticmethod\n    def f(*n):\n        return len(n)\nprint(A().f(1))", "2", "brackets"),
        ("class A:\n    n = 1\n    def f(self):\n        self.n = 2\na = A()\na.f()\nprint(A.n)", "2", "one object"),
        (
            "class A:\n    n = 1\n    @classmethod\n    def f(cls):\n        cls.n = 2\na = A()\nA.f()\nprint(a.n)",
            "1",
            "no copy",
        ),
        (
            "class A:\n    n = 1\n    def __init__(self):\n        self.n = 2\n    @classmethod\n    def f(cls):\n"
            "        return cls.n\nprint(A().f())",
            "2",
            "gets the class",
        ),
        (
            "class A:\n    n = 1\n    @staticmethod\n    def f():\n        return A.n\n"
            "B = A\nclass A:\n    n = 2\nprint(B.f())",
            "1",
            "looked up when the method runs",
        ),
        (
            "class A:\n    n = 1\n    @classmethod\n    def f(cls):\n        return cls.n\n"
            "B = A\nclass A:\n    n = 2\nprint(B.f())",
            "2",
            "no difference",
        ),
        (
            "class A:\n    @classmethod\n    def f(cls):\n        return cls.__name__\nclass B(A):\n    @classmethod\n"
            "    def f(cls):\n        return A.f()\nprint(B.f())",
            "B",
            "only super()",
        ),
    ],
)
def test_each_belief_predicts_what_its_holder_would_answer(code: str, answer: str, says: str) -> None:
    found = methods.prints(code=code)
    assert found.value == fresh(code) != answer
    assert says in told(found, answer)


def test_a_belief_that_breaks_the_program_is_not_offered() -> None:
    assert all(one.value != "NameError" for one in methods.prints(code=COUNTED).mistakes)
    assert methods.prints(code="print(3)").mistakes == []


def test_every_belief_speaks_both_languages() -> None:
    assert all(belief.text.en and belief.text.zh for belief in METHOD_BELIEFS)


# The constructor


def answer(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(source, names)
    return names


@pytest.mark.parametrize("sep", ["x", ":", "/", "*"])
def test_the_constructor_that_is_shown_is_right(sep: str) -> None:
    source = str(method_examples.constructor(sep=sep).value)
    assert method_examples.parses(answer=answer(source), sep=sep).right


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("return cls(", "return Box(", "makes a Box, not a Small"),
        ("    @classmethod\n", "", "raises TypeError"),
        ("@classmethod\n    def parse(cls, text)", "@staticmethod\n    def parse(text)", "raises NameError"),
        ("cls(int(width), int(height))", "cls(width, height)", "width and height ('3', '4')"),
        ("cls(int(width), int(height))", "cls(int(height), int(width))", "width and height (4, 3)"),
        ("cls(int(width), int(height))", "cls(3, 4)", "Small.parse('224x299')"),
        ("return cls(int(width), int(height))", "pass", "makes a NoneType"),
        ("parse", "read", "no class Box with a method parse"),
    ],
)
def test_a_wrong_constructor_is_told_what_it_does(old: str, new: str, says: str) -> None:
    source = str(method_examples.constructor(sep="x").value).replace(old, new)
    found = method_examples.parses(answer=answer(source), sep="x")
    assert not found.right
    assert says in found.text.en
    assert found.text.zh


def test_another_way_to_write_the_constructor_is_right_too() -> None:
    source = (
        "class Box:\n    def __init__(self, width=0, height=0):\n        self.width, self.height = width, height\n"
        "    def _parse(kind, text):\n        return kind(*map(int, text.split('x')))\n"
        "    parse = classmethod(_parse)\n"
    )
    assert method_examples.parses(answer=answer(source), sep="x").right


# The claims


@pytest.mark.parametrize("decorator", ["", "@staticmethod", "@classmethod"])
@pytest.mark.parametrize("parameters", ["", "x", "self, x", "cls, x"])
@pytest.mark.parametrize("through", ["Box", "Box()", "Small"])
@pytest.mark.parametrize("given", ["", "3", "Box()"])
def test_a_call_works_where_its_signature_can_be_filled(
    decorator: str, parameters: str, through: str, given: str
) -> None:
    asked = {"decorator": decorator, "parameters": parameters, "through": through, "given": given}
    assert second(method_claims.call, **asked) == method_claims.call(**asked).value


@pytest.mark.parametrize(
    ("decorator", "parameters", "through", "got"),
    [
        ("@classmethod", "cls, x", "Box", "Box"),
        ("@classmethod", "cls, x", "Small", "Small"),
        ("@classmethod", "cls, x", "Small()", "Small"),
        ("@staticmethod", "x", "Box()", "3"),
        ("", "self, x", "Small()", "a Small"),
        ("", "self, x", "Box", "raises TypeError"),
    ],
)
def test_what_the_first_parameter_receives(decorator: str, parameters: str, through: str, got: str) -> None:
    asked = {"decorator": decorator, "parameters": parameters, "through": through}
    assert method_claims.receives(**asked).value == second(method_claims.receives, **asked) == got


@pytest.mark.parametrize("decorator", ["", "@staticmethod", "@classmethod"])
@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("Box.size", {"", "@staticmethod", "@classmethod"}),
        ("__class__.size", {"", "@staticmethod", "@classmethod"}),
        ("cls()", {"@classmethod"}),
        ("cls.twice()", {"@classmethod"}),
        ("cls.label()", {"@classmethod"}),
        ("cls.plain()", set()),
        ("cls.own", set()),
        ("self.size", {""}),
        ("size", set()),
    ],
)
def test_what_can_be_used_from_within(decorator: str, expression: str, right: set[str]) -> None:
    found = method_claims.uses(decorator=decorator, expression=expression).value
    assert (found == "works") is (decorator in right)
    assert second(method_claims.uses, decorator=decorator, expression=expression) == found


@pytest.mark.parametrize(
    ("written", "change", "found"),
    [
        ("cls", "subclass", "follows"),
        ("cls", "renaming", "follows"),
        ("Box", "subclass", "stays with Box"),
        ("Box", "renaming", "raises NameError"),
    ],
)
def test_only_cls_follows(written: str, change: str, found: str) -> None:
    assert method_claims.follows(written=written, change=change).value == found
    assert second(method_claims.follows, written=written, change=change) == found
