"""Methods that the learner writes: any that does what was asked is right."""

from collections.abc import Mapping
from typing import Annotated, Any

from quizapp.authoring import Attempt, Choice, Result, Text, attempt, verifier

_CONSTRUCTOR = """\
class Box:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @classmethod
    def parse(cls, text):
        width, height = text.split("x")
        return cls(int(width), int(height))"""


@verifier("python", examples=[({"sep": "x"}, _CONSTRUCTOR)])
def constructor(sep: Annotated[str, Choice("x", ":", "/", "*")]) -> Result:
    """One way to write a constructor parse of a text like 3x4 that makes objects of subclasses too."""
    source = _CONSTRUCTOR.replace('"x"', f'"{sep}"')
    return Result(
        source,
        steps=[Text(f"Box.parse('3{sep}4') → cls is Box", f"Box.parse('3{sep}4') → cls 是 Box")],
        snippet=f"{source}\n\nclass Small(Box):\n    pass\n\nprint(type(Small.parse('3{sep}4')).__name__)",
    )


@constructor.attempt
def parses(answer: Mapping[str, Any], sep: str) -> Attempt:
    """Calls the learner's parse on the class and on a subclass, without an object of either."""
    box = answer.get("Box")
    if not isinstance(box, type) or not hasattr(box, "parse"):
        return attempt(False, en="There is no class Box with a method parse.", zh="没有带 parse 方法的类 Box。")
    small = type("Small", (box,), {})
    for owner, width, height in ((box, 3, 4), (small, 224, 299), (box, 10, 7)):
        text = f"{width}{sep}{height}"
        call = f"{owner.__name__}.parse({text!r})"
        try:
            made: Any = owner.parse(text)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            return attempt(False, en=f"{call} raises {said}", zh=f"{call} 抛出 {said}")
        if type(made) is not owner:
            got = type(made).__name__
            return attempt(
                False,
                en=f"{call} makes a {got}, not a {owner.__name__}.",
                zh=f"{call} 得到的是 {got}，而不是 {owner.__name__}。",
            )
        size = (getattr(made, "width", None), getattr(made, "height", None))
        if size != (width, height):
            return attempt(
                False,
                en=f"{call} has width and height {size}, not {(width, height)}.",
                zh=f"{call} 的 width 和 height 是 {size}，应为 {(width, height)}。",
            )
    return attempt(
        True, en="Box and a subclass both parse into their own kind.", zh="Box 和子类都各自造出了自己的对象。"
    )
