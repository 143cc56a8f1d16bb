"""Finding a card to begin with that its verifier can answer: what was sketched is read, asked and computed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from quizapp.asking import Truths, request_truth
from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.beginning import beginning
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Code, Fixed, Lines, Params
from quizapp.core.drawing import CannotDraw, draw
from quizapp.core.question import ask, rng_for
from quizapp.core.template import TemplateError
from quizapp.deck.fault import Fault
from quizapp.deck.fitting import drawn
from quizapp.deck.sketch import (
    Sketch,
    fields_of,
    gaps_of,
    kind_of,
    literal,
    modelled,
    options_of,
    starter_of,
)
from quizapp.errors import QuizError
from quizapp.language import _

_DRAWS = 6
_ASKED = 3


@dataclass(frozen=True, slots=True)
class Begun:
    """A card that reads without a fault.

    source:  of its whole deck.
    untried: why nothing could be computed for it, if so.
    """

    source: str
    card: Card
    untried: str = ""


def begin(sketches: Iterator[Sketch], write: Callable[[Sketch], str], read: Callable[[str], Deck | tuple[Fault, ...]],
          truths: Truths) -> Begun:  # fmt: skip
    """The first of `sketches` that reads without a fault and whose truth can be answered, as `write` puts it into its
    deck; else the first that couldn't be tried. Raises QuizError, saying why, where none will do."""
    untried: Begun | None = None
    why, hint = _("it can't be drawn"), ""
    for sketch in sketches:
        source = write(sketch)
        deck = read(source)
        if not isinstance(deck, Deck):
            why, hint = deck[0].message, deck[0].hint
            continue
        card = next(one for one in deck.cards if one.id == sketch.id)
        refused = _refused(card, truths)
        if refused is None:
            return Begun(source, card)
        # What is impossible with source of ours may be possible with the author's.
        if refused.settled or (refused.impossible and not (sketch.code or sketch.lines)):
            why, hint = refused.why, ""
        else:
            untried = untried or Begun(source, card, refused.why)
    if untried is None:
        raise QuizError(why, where=sketch.id, hint=hint)
    return untried


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a question has no truth. settled: one was computed, and doesn't do. impossible: with these numbers."""

    why: str
    settled: bool = False
    impossible: bool = False


def _refused(card: Card, truths: Truths) -> _Refused | None:
    """Why one of the first questions of the card can't be answered; None where they can."""
    for seed in range(_ASKED if card.drawn else 1):
        try:
            question = ask(card, rng_for(seed, card.id))
        except (CannotDraw, TemplateError) as error:
            return _Refused(str(error), settled=True)
        computed = request_truth(truths, question).result()
        if isinstance(computed, Unverifiable):
            return _Refused(computed.error, impossible=computed.impossible)
        settled = question.settle(computed)
        if isinstance(settled, Unverifiable):
            return _Refused(settled.error, settled=True)
    return None


def sketches(
    id: str,  # noqa: A002 - as the card calls it
    kind: Kind | None,
    declaration: Declaration,
    model: Card | None,
    truths: Truths,
) -> Iterator[Sketch]:
    """What a card of this verifier may be like, the likeliest first.

    kind: the one that is wanted; else the one that fits. model: a card of the same verifier, the kind's own if there is
    one. What the others take their options and gaps from is computed only when the first is refused.
    """
    if model is not None and kind in (None, model.kind):
        yield modelled(model, declaration, id)
    source = _source(declaration, model)
    found = list(_probed(declaration, model, truths))
    known = [truth for _params, truth in found if isinstance(truth, Truth)]
    kind = kind or (
        model.kind
        if model is not None
        else kind_of(declaration, known, lines=bool(source.lines), code=bool(source.code))
    )
    whole = replace(source, id=id, kind=kind)
    match kind:
        case Kind.CLOZE:
            whole = replace(whole, gaps=gaps_of(known))
        case Kind.OPEN:
            whole = replace(whole, fields=fields_of(known))
        case Kind.CODE:
            whole = replace(whole, starter=starter_of(known))
    variants = [whole] if kind is not Kind.SEVERAL else []
    if kind.picked:
        variants.append(replace(whole, options=options_of(kind, known)))
    first = next((params for params, truth in found if isinstance(truth, Truth)), found[0][0])
    pinned = {name: Fixed(first[name]) for name in drawn(declaration) if name in first}
    for variant in variants:
        yield variant
        yield replace(variant, domains=pinned)


def _source(declaration: Declaration, model: Card | None) -> Sketch:
    """The code or the lines that the verifier runs: the model's, those of a worked example, or any."""
    taken = {type(one.domain): name for name, one in declaration.parameters.items()}
    given = next((one.params for one in declaration.examples), {})
    sketch = Sketch("", Kind.NUMBER, declaration)
    if Code in taken:
        code = model.code if model is not None else literal(str(given.get(taken[Code], 'print("hello")\n')))
        sketch = replace(sketch, code=code)
    if Lines in taken:
        example = given.get(taken[Lines], ["a = 1", "print(a)"])
        lines = tuple(literal(str(line)) for line in example) if isinstance(example, list) else ()
        lines += ("pass",) * (len(lines) == 1)
        sketch = replace(sketch, lines=model.lines if model is not None else lines)
    return sketch


def _probed(
    declaration: Declaration, model: Card | None, truths: Truths
) -> Iterator[tuple[Params, Truth | Unverifiable]]:
    """Some numbers, and what is computed with them."""
    every: list[Params] = []
    takes_source = len(drawn(declaration)) < len(declaration.parameters)
    if model is not None and takes_source:
        every = [ask(model, rng_for(seed, model.id)).arguments for seed in range(_DRAWS if model.drawn else 1)]
    else:
        whole = {
            name: one.domain if one.default is None else Fixed(one.default) for name, one in drawn(declaration).items()
        }
        first = beginning(declaration, {}, lambda _params: _runs(declaration))
        first = {name: first[name] for name in declaration.parameters}
        every.append(first)
        for seed in range(1, _DRAWS):
            try:
                every.append(first | draw(Draw(whole, declaration.where), random.Random(seed)))
            except CannotDraw:
                break
    posted = [(params, truths.truth(declaration.name, params, declaration.limit_s)) for params in every]
    return ((params, future.result()) for params, future in posted)


def _runs(declaration: Declaration) -> Params:
    """What a worked example has the verifier run."""
    given = next((one.params for one in declaration.examples), {})
    return {
        name: value for name, value in given.items() if isinstance(declaration.parameters[name].domain, Code | Lines)
    }
