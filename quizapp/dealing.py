"""Drawing questions: fresh numbers for a card each time it is asked."""

import secrets
from collections.abc import Callable

from quizapp.core.card import Card
from quizapp.core.domain import Params
from quizapp.core.drawing import CannotDraw
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.template import TemplateError
from quizapp.core.text import Lang
from quizapp.errors import QuizError


class Dealer:
    """Draws the questions of one sitting.

    cards: a card by its id. last: the parameters that a card was last asked with, before this sitting.
    seed:  None for fresh numbers. With a seed a sitting is the same whatever was asked before it.
    """

    def __init__(self, cards: Callable[[str], Card], last: Callable[[str], Params | None], seed: int | None) -> None:
        self._cards = cards
        self._before = last
        self._seeded = seed is not None
        self._seed = secrets.randbits(64) if seed is None else seed
        self._times: dict[str, int] = {}
        self._last: dict[str, Params] = {}

    def draw(self, card: str, lang: Lang) -> Question:
        """A question about the card, with other numbers than the last one, where there are others.

        Raises CannotDraw or TemplateError for a card that can't be asked, QuizError where it can't be read.
        """
        avoid = self._last.get(card)
        if avoid is None and not self._seeded:
            avoid = self._before(card)
        rng = rng_for(self._seed, card, self._times.get(card, 0))
        return ask(self._cards(card), rng, lang, avoid=avoid)

    def asked(self, question: Question) -> None:
        """The question was asked: the next one about its card is another."""
        card = question.card.id
        self._times[card] = self._times.get(card, 0) + 1
        self._last[card] = question.params

    def renew(self, question: Question, lang: Lang) -> Question:
        """The question as its deck has the card now, with its numbers. Raises QuizError where the card is gone, or
        admits these numbers no longer."""
        card = self._cards(question.card.id)
        try:
            return ask(card, rng_for(self._seed, card.id), lang, pinned=question.params)
        except (CannotDraw, TemplateError) as error:
            raise QuizError(str(error), where=card.place) from None
