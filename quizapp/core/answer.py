"""Truths and verdicts: what the library computed, and what an answer is held against it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from quizapp.core.domain import Value
from quizapp.core.picture import Picture
from quizapp.core.text import Text
from quizapp.language import _


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an answer may lie from the truth and still be right: `absolute`, or `relative` times the truth, or half a
    unit of the last of `digits` significant digits, whichever is largest. All zero: exactly the truth."""

    absolute: float = 0.0
    relative: float = 0.0
    digits: int = 0

    def width(self, truth: float) -> float:
        """The largest distance from `truth` that is still right."""
        width = max(self.absolute, self.relative * abs(truth))
        if self.digits and truth and math.isfinite(truth):
            width = max(width, 0.5 * 10.0 ** (math.floor(math.log10(abs(truth))) - self.digits + 1))
        return width

    def __str__(self) -> str:
        parts = []
        if self.absolute:
            parts.append(f"± {self.absolute:g}")
        if self.relative:
            parts.append(f"± {self.relative * 100:g} %")
        if self.digits:
            parts.append(_("{n} significant digits").format(n=self.digits))
        return _(" or ").join(parts)


EXACT = Tolerance()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A usual mistake: the value that it gives with these numbers, and what went wrong."""

    value: Value
    text: Text


@dataclass(frozen=True, slots=True)
class Origin:
    """Who computed a truth; without versions nobody did, and the card says it.

    versions: of the libraries used, the answering one first.
    device:   `cpu`, `cuda:0`, `mps`; `meta` where only shapes were computed.
    ms:       milliseconds that the computation took.
    """

    verifier: str
    versions: Mapping[str, str]
    device: str
    ms: float

    def __str__(self) -> str:
        for name, version in self.versions.items():
            return f"{name} {version} · {self.device} · {self.ms:.1f} ms"
        return _("not computed")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a verifier computed for one question.

    mistakes:    what the usual wrong rules give.
    distractors: further wrong values, for options to be made of.
    picture:     drawn from the numbers of this question.
    """

    value: Value
    origin: Origin
    tolerance: Tolerance = EXACT
    steps: tuple[Text, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    snippet: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    distractors: tuple[Value, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of running an answer: whether it does what was asked, and what happened, in words."""

    right: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Right:
    truth: Truth


@dataclass(frozen=True, slots=True)
class Wrong:
    truth: Truth
    mistake: Mistake | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The answer can't be read as its kind; `why` says what can. It costs nothing."""

    why: str


@dataclass(frozen=True, slots=True)
class Unverifiable:
    """The truth can't be computed right now; `error` says why. It costs the learner nothing.

    impossible: the verifier ran, and said that these parameters have no answer.
    """

    error: str
    impossible: bool = False


Verdict: TypeAlias = Right | Wrong | Unreadable | Unverifiable
