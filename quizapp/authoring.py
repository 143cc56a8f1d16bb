"""All that a verifier's author imports.

A verifier is a function of named, typed parameters that runs a library and returns a `Result`:

    @verifier("torch", where="kernel <= width + 2 * padding")
    def output_size(
        width: Annotated[int, Int(1, 1024, often=(224, 299))],
        kernel: Annotated[int, Int(1, 11)],
        padding: Annotated[int, Int(0, 5)] = 0,
    ) -> Result:
        '''The side of the square that nn.Conv2d returns for a square image.'''
        side = nn.Conv2d(1, 1, kernel, padding=padding)(torch.rand(1, 1, width, width)).shape[-1]
        return Result(side, mistakes=[mistake(width - kernel, en="The + 1 is missing.", zh="少了 + 1。")])

Its declaration (the decorator's arguments, the annotations and the defaults) is read from the source without importing
the module, so it is written in literals. docs/writing-verifiers.md has the whole story.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar, overload

from quizapp.core.answer import EXACT, Attempt, Mistake, Tolerance
from quizapp.core.declaration import DEFAULT_LIMIT_S
from quizapp.core.domain import Array, Choice, Code, Distribution, Domain, Grid, Int, Lines, Shape, Stack, Value
from quizapp.core.picture import Picture, Run
from quizapp.core.text import Text

__all__ = [
    "Array",
    "Attempt",
    "Choice",
    "Code",
    "Distribution",
    "Explored",
    "Grid",
    "Impossible",
    "Int",
    "Lines",
    "Mistake",
    "Picture",
    "Result",
    "Run",
    "Shape",
    "Stack",
    "Text",
    "Tolerance",
    "Value",
    "Verifier",
    "attempt",
    "mistake",
    "verifier",
]

P = ParamSpec("P")

# What an explorable picture's function returns: the picture, and lines to stand below it where there are any.
Explored: TypeAlias = "Picture | tuple[Picture, Sequence[str | Text]]"
Draws = TypeVar("Draws", bound=Callable[..., Explored])


class Impossible(ValueError):
    """These parameters have no answer, for a reason that `where` can't express; the question is set aside."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a verifier computed.

    value:     the truth: a bool, int, float, str, or a list of these (a tensor's shape as a list).
    steps:     the derivation with these numbers, a line each; a plain string is the same in both languages.
    mistakes:  what the usual wrong rules give with these numbers; one equal to the truth is left out of the question.
    tolerance: how far from `value` an answer may lie.
    snippet:   Python that a learner can paste; it prints the value.
    facts:     further values that a card's explanation may name.
    distractors: wrong values beyond the mistakes, for questions whose options are computed.
    picture:   drawn from these numbers.
    """

    value: Value
    steps: Sequence[str | Text] = ()
    mistakes: Sequence[Mistake] = ()
    tolerance: Tolerance = EXACT
    snippet: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    distractors: Sequence[Value] = ()
    picture: Picture | None = None


def attempt(right: bool, en: str, zh: str) -> Attempt:
    """What came of running an answer, and what happened, in both languages."""
    return Attempt(right, Text(en, zh))


def mistake(value: Value, en: str, zh: str) -> Mistake:
    """A usual mistake: what it gives with these numbers, and what went wrong, in both languages."""
    return Mistake(value, Text(en, zh))


class Verifier(Generic[P]):
    """A function marked as a verifier; calling it calls the function."""

    def __init__(self, function: Callable[P, Result], library: str, shapes_only: bool) -> None:
        self.function = function
        self.library = library
        self.shapes_only = shapes_only
        self.second: Callable[..., Value] | None = None
        self.try_answer: Callable[..., Attempt] | None = None
        self.draw: Callable[..., Explored] | None = None
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        return self.function(*args, **kwargs)

    def attempt(self, function: Callable[..., Attempt]) -> Callable[..., Attempt]:
        """Registers what runs an answer: a function of `answer` and the verifier's parameters.

        `answer` is, by the card's kind: order, the lines in the learner's order (list of str); open, the fields by name
        (dict); code, the names that the learner's code left behind (dict), in a process of its own.
        """
        self.try_answer = function
        return function

    @overload
    def explore(self, function: Draws, /) -> Draws: ...
    @overload
    def explore(self, /, **narrowed: Domain) -> Callable[[Draws], Draws]: ...
    def explore(self, function: Any = None, /, **narrowed: Domain) -> Any:
        """Registers what draws a picture for the laboratory, where every change draws it anew.

        The function takes those of the verifier's parameters that it wants, by name, and keyword-only parameters of its
        own: `*, step: Annotated[int, Int(0, 400)]`. One that is called `step` can be played. It returns a Picture, or
        one with lines of text to stand below it. `narrowed` are domains that the laboratory offers instead of the
        verifier's, so that the picture fits on a screen.
        """
        del narrowed  # read from the source
        if function is None:
            return self.explore
        self.draw = function
        return function

    def second_way(self, function: Callable[P, Any]) -> Callable[P, Any]:
        """Registers an independent way to the same value (a closed formula, another library) to be compared with."""
        self.second = function
        return function


def verifier(
    library: str,
    *,
    where: str | Sequence[str] = (),
    shapes_only: bool = False,
    limit_s: float = DEFAULT_LIMIT_S,
    examples: Sequence[tuple[Mapping[str, Value], Value]] = (),
) -> Callable[[Callable[P, Result]], Verifier[P]]:
    """Marks a function as a verifier.

    library:     the distribution whose answer this is, `torch`; or `python`.
    where:       conditions on the parameters, as expressions; combinations that fail one are impossible.
    shapes_only: run on torch's meta device, which computes shapes and allocates nothing.
    limit_s:     seconds that one call may take.
    examples:    worked examples, each the parameters and the value that they are known to give; `quiz verify` runs
                 them. Needed where there is no second way.
    """
    del where, limit_s, examples  # read from the source

    def mark(function: Callable[P, Result]) -> Verifier[P]:
        return Verifier(function, library, shapes_only)

    return mark
