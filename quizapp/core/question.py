"""A question: a card with its numbers drawn."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from quizapp.core import drawing
from quizapp.core.answer import Right, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card, Kind, Option
from quizapp.core.domain import Params, Value, write
from quizapp.core.judge import Reading, judge, normal, read
from quizapp.core.template import Span, TemplateError, plain, render
from quizapp.core.text import Lang, Text

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Question:
    """A card, its parameters as drawn, and what the learner sees.

    prompt:  the rendered prompt; its drawn parts are marked.
    code:    the rendered source that the question is about, or empty.
    options: of a choice, in the order shown.
    """

    card: Card
    params: Params
    lang: Lang
    prompt: tuple[Span, ...]
    code: str = ""
    options: tuple[Option, ...] = ()

    @property
    def arguments(self) -> dict[str, Value]:
        """What the verifier is called with."""
        return dict(self.params) | ({"code": self.code} if self.card.code else {})

    @property
    def letters(self) -> str:
        return LETTERS[: len(self.options)]

    def read(self, typed: str) -> Reading | Unreadable:
        """`typed` as an answer to this question; an option's letter or words become its value."""
        if self.card.kind is not Kind.CHOICE:
            return read(self.card.kind, typed)
        said = normal(typed).strip("().").casefold()
        for letter, option in zip(self.letters, self.options, strict=True):
            words = (letter, write(option.value), option.text.en, option.text.zh)
            if said and said in (normal(word).casefold() for word in words):
                return Reading(option.value)
        return Unreadable(f"Pick one of {', '.join(self.letters)}.")

    def say(self, reading: Reading) -> str:
        """How an answer was understood."""
        return str(reading) if isinstance(reading.value, Fraction) else self.write(reading.value)

    def settle(self, truth: Truth | Unverifiable) -> Truth | Unverifiable:
        """`truth` as this card means it: with the card's own tolerance, and found to be something that can be answered
        and explained. A truth that isn't is unverifiable: no answer could be right."""
        if isinstance(truth, Unverifiable):
            return truth
        if misfit := self._misfit(truth):
            return Unverifiable(f"{self.card.verifier} returned {write(truth.value)[:60]}, {misfit}")
        try:
            self.explanation(truth)
        except TemplateError as error:
            return Unverifiable(f"the explanation of this card is faulty: {error}")
        return truth if self.card.tolerance is None else replace(truth, tolerance=self.card.tolerance)

    def _misfit(self, truth: Truth) -> str:
        """Why no answer to a card of this kind can be `truth`, in words; empty where one can."""
        value = truth.value
        match self.card.kind:
            case Kind.NUMBER if isinstance(value, bool) or not isinstance(value, int | float):
                return "which is no number"
            case Kind.SHAPE if not (isinstance(value, list) and all(isinstance(one, int) for one in value)):
                return "which is no shape"
            case Kind.CHOICE if all(option.value != value for option in self.options):
                return "which is none of the options"
            case Kind.TEXT | Kind.OUTPUT if not isinstance(value, str):
                return "which is no text"
        return ""

    def judge(self, reading: Reading | None, truth: Truth) -> Right | Wrong:
        """Holds an answer against a settled truth; None is "don't know"."""
        if reading is None:
            return Wrong(truth)
        return judge(self.card.kind, reading, truth, self.card.aliases)

    def write(self, value: Value) -> str:
        """`value` as the learner would say it: an option's words, a shape, a number to six digits."""
        for option in self.options:
            if option.value == value:
                return option.text.in_lang(self.lang)
        return f"{value:.6g}" if isinstance(value, float) else write(value)

    def explanation(self, truth: Truth) -> tuple[Span, ...]:
        """Why, with these numbers and the truth put in."""
        values: Mapping[str, Value] = {**truth.facts, **self.params, "truth": truth.value}
        return render(self.card.explain.in_lang(self.lang), values)


def rng_for(seed: int | str, card: str, nth: int = 0) -> random.Random:
    """The source of chance for the `nth` question that a sitting asks about `card`. The same on every platform."""
    return random.Random(f"{seed}/{card}/{nth}")


def ask(
    card: Card, rng: random.Random, lang: Lang = "en", *, pinned: Params | None = None, avoid: Params | None = None
) -> Question:
    """Draws a question from `card`. Raises CannotDraw where its domains admit none, TemplateError for its text."""
    params = drawing.draw(card.draw, rng, pinned=pinned, avoid=avoid)
    options = [Option(one.value, _rendered(one.text, params)) for one in card.options]
    rng.shuffle(options)
    return Question(
        card=card,
        params=params,
        lang=lang,
        prompt=render(card.prompt.in_lang(lang).rstrip(), params),
        code=plain(render(card.code, params)) if card.code else "",
        options=tuple(options),
    )


def _rendered(text: Text, params: Params) -> Text:
    return Text(plain(render(text.en, params)), plain(render(text.zh, params)))
