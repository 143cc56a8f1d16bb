"""A question: a card with its numbers drawn."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quizapp.core import drawing, reading
from quizapp.core.answer import Attempt, Mistake, Right, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card, Kind, Option
from quizapp.core.domain import Params, Value, write
from quizapp.core.judge import judge, same, telling
from quizapp.core.picture import Picture
from quizapp.core.reading import LETTERS, Reading
from quizapp.core.template import Span, TemplateError, plain, render
from quizapp.core.text import Lang, Text
from quizapp.language import _

# More options than these would be a list to search, not a choice.
_MOST_COMPUTED = 6
# Fewer, and a guess is too often right.
_FEWEST_COMPUTED = 4


@dataclass(frozen=True, slots=True)
class Question:
    """A card, its parameters as drawn, and what the learner sees.

    prompt:  the rendered prompt; its drawn parts are marked.
    code:    the rendered source that the question is about, or empty.
    options: of a choice, in the order shown; empty until `exhibit` where they are computed.
    lines:   to be put in order, as shown.
    picture: drawn from the truth; None until `exhibit`.
    chance:  decides the order of computed options.
    """

    card: Card
    params: Params
    lang: Lang
    prompt: tuple[Span, ...]
    code: str = ""
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] = ()
    starter: str = ""
    picture: Picture | None = None
    chance: int = 0

    def in_lang(self, lang: Lang) -> "Question":
        """The same question, numbers and order and all, in another language."""
        return replace(self, lang=lang, prompt=_prompt(self.card, self.params, lang))

    @property
    def arguments(self) -> dict[str, Value]:
        """What the verifier is called with."""
        given: dict[str, Value] = dict(self.params)
        if self.card.code:
            given["code"] = self.code
        if self.lines:
            given["lines"] = _rendered_lines(self.card, self.params)
        return given

    @property
    def letters(self) -> str:
        """Of the options, or of the lines."""
        return LETTERS[: len(self.options) or len(self.lines)]

    @property
    def needs_truth(self) -> bool:
        """Whether the question can't be shown whole before its truth is there."""
        kind = self.card.kind
        return (kind is Kind.PICTURE and self.picture is None) or (kind.picked and not self.options)

    def exhibit(self, truth: Truth) -> "Question":
        """The question with what only its truth can show: the picture, and options made of the truth, the mistakes and
        the distractors."""
        if not self.needs_truth:
            return self
        return replace(self, picture=truth.picture, options=self.options or self._computed(truth))

    def _computed(self, truth: Truth) -> tuple[Option, ...]:
        values = [truth.value]
        for value in (*(one.value for one in telling(self.card.kind, truth)), *truth.distractors):
            if len(values) < _MOST_COMPUTED and not any(same(self.card.kind, value, one) for one in values):
                values.append(value)
        options = [Option(value, Text(shown(value))) for value in values]
        random.Random(self.chance).shuffle(options)
        return tuple(options)

    def read(self, typed: str) -> Reading | Unreadable:
        """`typed` as an answer to this question; see `core.reading` for what each kind takes."""
        card = self.card
        match card.kind:
            case Kind.CODE:
                return reading.code(typed)
            case Kind.NUMBER:
                return reading.short(typed, reading.number)
            case Kind.SHAPE:
                return reading.short(typed, reading.shape)
            case Kind.CHOICE | Kind.PICTURE:
                return reading.short(typed, lambda text: reading.one_of(text, self.options))
            case Kind.SEVERAL:
                return reading.short(typed, lambda text: reading.some_of(text, self.options))
            case Kind.CLOZE:
                return reading.short(typed, lambda text: reading.gaps(text, card.gaps))
            case Kind.ORDER:
                return reading.short(typed, lambda text: reading.in_order(text, self.lines))
            case Kind.OPEN:
                return reading.short(typed, lambda text: reading.fields(text, card.fields))
            case Kind.RECALL:
                return reading.short(typed, reading.known)
        return reading.short(typed, reading.text)

    def say(self, answer: Reading) -> str:
        """How an answer was understood."""
        match answer.value:
            case list() as values if self.card.kind is Kind.SEVERAL:
                return "; ".join(self._words(value) for value in values) or _("none")
            case list() as values if self.card.kind is Kind.ORDER:
                return " → ".join(map(str, values))
            case value if self.options:
                return self._words(value)
        return str(answer)

    def write(self, value: Value) -> str:
        """`value` as the learner would say it: an option's words, a shape, a number to six digits."""
        if isinstance(value, list) and self.card.kind is Kind.SEVERAL:
            return "; ".join(self._words(one) for one in value) or _("none")
        if isinstance(value, list) and self.card.kind is Kind.ORDER:
            return "\n" + "\n".join(f"    {line}" for line in value)
        return self._words(value)

    def _words(self, value: object) -> str:
        for option in self.options:
            if option.value == value:
                return option.text.in_lang(self.lang)
        return shown(value)  # type: ignore[arg-type]

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
            case Kind.TEXT | Kind.OUTPUT if not isinstance(value, str):
                return "which is no text"
            case Kind.CLOZE if not (isinstance(value, list) and len(value) == len(self.card.gaps)):
                return f"which does not fill {len(self.card.gaps)} gaps"
            case Kind.PICTURE if truth.picture is None:
                return "and drew no picture"
            case Kind.SEVERAL:
                known = [option.value for option in self.options]
                if not isinstance(value, list) or any(one not in known for one in value):
                    return "which are not all options"
            case Kind.CHOICE | Kind.PICTURE:
                options = self.options or self._computed(truth)
                if all(option.value != value for option in options):
                    return "which is none of the options"
                if not self.options and len(options) < _FEWEST_COMPUTED:
                    return f"with {len(options) - 1} wrong ones to choose from; a choice needs three"
        return ""

    def judge(self, answer: Reading | None, truth: Truth, attempt: Attempt | None = None) -> Right | Wrong:
        """Holds an answer against a settled truth, or tells what came of running it; None is "don't know"."""
        if answer is None:
            return Wrong(truth)
        if self.card.kind is Kind.RECALL:
            return Right(truth) if answer.value is True else Wrong(truth)
        if attempt is not None:
            return Right(truth) if attempt.right else Wrong(truth, Mistake(truth.value, attempt.text))
        return judge(self.card.kind, answer, truth, self.card.aliases)

    def explanation(self, truth: Truth) -> tuple[Span, ...]:
        """Why, with these numbers and the truth put in."""
        values: Mapping[str, Value] = {**truth.facts, **self.params, "truth": truth.value}
        return render(self.card.explain.in_lang(self.lang), values)


def shown(value: Value) -> str:
    """`value` to six digits."""
    return f"{value:.6g}" if isinstance(value, float) else write(value)


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
    lines = _shuffled(_rendered_lines(card, params), rng)
    return Question(
        card=card,
        params=params,
        lang=lang,
        prompt=_prompt(card, params, lang),
        code=plain(render(card.code, params)) if card.code else "",
        options=tuple(options),
        lines=tuple(lines),
        starter=plain(render(card.starter, params)),
        chance=rng.getrandbits(32),
    )


def _prompt(card: Card, params: Params, lang: Lang) -> tuple[Span, ...]:
    return render(card.prompt.in_lang(lang).rstrip(), params)


def _rendered(text: Text, params: Params) -> Text:
    return Text(plain(render(text.en, params)), plain(render(text.zh, params)))


def _rendered_lines(card: Card, params: Params) -> list[Value]:
    return [plain(render(line, params)) for line in card.lines]


def _shuffled(lines: Sequence[Value], rng: random.Random) -> list[str]:
    """`lines` in an order that is not the one they came in: that would be the answer."""
    found = [str(line) for line in lines]
    while len(set(found)) > 1:
        rng.shuffle(found)
        if found != lines:
            break
    return found
