"""Laboratories made ready: of a verifier, of a card, of a question that was answered."""

import random
from collections.abc import Callable
from typing import Any

from textual.app import App

from quizapp.core.answer import Truth
from quizapp.core.card import Card
from quizapp.core.declaration import impossible
from quizapp.core.domain import Code, Lines, Params, Value
from quizapp.core.drawing import CannotDraw
from quizapp.core.question import Question, ask
from quizapp.core.template import TemplateError, plain, render
from quizapp.core.text import Lang
from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.study import Study
from quizapp.tui.screens.lab import LabScreen


def push(app: App[Any], made: Callable[[], LabScreen | None]) -> None:
    """Shows a laboratory, or says why there is none."""
    try:
        screen = made()
    except QuizError as error:  # a verifier that can't be read any more
        app.notify(str(error), severity="error", markup=False)
        return
    if screen is None:
        app.notify(_("No library computes this card, so there is nothing to turn."), markup=False)
    else:
        app.push_screen(screen)


def of_verifier(study: Study, name: str) -> LabScreen:
    """The laboratory of a verifier, as it was left. One that runs source gets that of its first card.

    Raises QuizError where there is no such verifier.
    """
    declaration = study.library.declaration(name)
    wants = [one for one in declaration.parameters.values() if isinstance(one.domain, Code | Lines)]
    if any(one.default is None for one in wants):
        library = study.library
        cards = library.store.verifiers_of_cards(library.key)
        if (card := next((card for card, verifier in cards.items() if verifier == name), "")) and (
            question := _asked(study, library.card(card))
        ):
            return of(study, question) or LabScreen(study, declaration)
    return LabScreen(study, declaration)


def of(study: Study, about: str | Question) -> LabScreen | None:
    """The laboratory behind a question, with its numbers, or behind the card with this id, with numbers that it draws.
    None where nothing computes it.

    Raises QuizError where its verifier can't be read.
    """
    card = about.card if isinstance(about, Question) else study.library.card(about)
    question = about if isinstance(about, Question) else _asked(study, card) if card.verifier else None
    if question is None or not card.verifier:
        return None
    declaration = study.library.declaration(card.verifier)

    def explain(params: Params, truth: Truth) -> str:
        return _explained(card, params, truth, study.options.lang)

    makes = {"code": card.code, "lines": card.lines}
    made = {name: makes[name] for name in declaration.parameters if makes.get(name)}

    def source(params: Params) -> Params:
        return {name: _rendered(template, params) for name, template in made.items()}

    return LabScreen(study, declaration, question.arguments, source=source if made else None, explain=explain)


def _asked(study: Study, card: Card) -> Question | None:
    try:
        return ask(card, random.Random(), study.options.lang)
    except (CannotDraw, TemplateError):
        return None


def _rendered(template: object, params: Params) -> Value:
    """The source that a card's template gives; it names no parameter that the verifier doesn't have."""
    if isinstance(template, tuple):
        return [str(_rendered(line, params)) for line in template]
    try:
        return plain(render(str(template), params))
    except TemplateError:
        return str(template)


def _explained(card: Card, params: Params, truth: Truth, lang: Lang) -> str:
    """Why, in the words of the card. They hold for numbers that the card itself might draw, and for no others."""
    fits = all(domain.admits(params[name]) for name, domain in card.draw.domains.items() if name in params)
    if not fits or impossible(card.draw.where, params):
        return ""
    values: dict[str, Value] = {**truth.facts, **params, "truth": truth.value}
    try:
        return plain(render(card.explain.in_lang(lang), values))
    except TemplateError:
        return ""
