"""Which questions of a card are checked: the ends of what it draws, and draws as a sitting makes them."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.core.card import Card
from quizapp.core.domain import Params, write
from quizapp.core.drawing import CannotDraw
from quizapp.core.question import Question, ask, rng_for


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be checked: drawn with `seed`, and with `pinned` not drawn."""

    question: Question
    seed: int
    pinned: Params

    @property
    def repeat(self) -> str:
        """The command that shows it again."""
        return f"{with_params(f'quiz show {self.question.card.id}', self.pinned)} --seed {self.seed}"


def with_params(command: str, params: Params) -> str:
    """`command` with parameters behind it, as a shell takes them."""
    return " ".join([command, *(f"{name}={shlex.quote(write(value))}" for name, value in params.items())])


def questions(card: Card, samples: int, seed: int) -> Iterator[Asked]:
    """First a question at each end of each domain, where the card's conditions admit one, then others: `samples` in
    all, at least half of them drawn freely; no two with the same numbers. One alone of a card that draws nothing.

    seed: the free draws are those that `quiz show` makes of seed, seed + 1, …
    Raises CannotDraw and TemplateError for a card that can't be asked.
    """
    seen: set[str] = set()
    for asked in _all(card, samples, seed):
        numbers = repr(asked.question.params)
        if numbers not in seen:
            seen.add(numbers)
            yield asked


def _all(card: Card, samples: int, seed: int) -> Iterator[Asked]:
    ends = list(_ends(card, seed)) if card.drawn else []
    yield from ends
    free = max(samples - len(ends), samples // 2, 1) if card.drawn else 1
    for at in range(seed, seed + free):
        yield Asked(ask(card, rng_for(at, card.id)), at, {})


def _ends(card: Card, seed: int) -> Iterator[Asked]:
    for name, domain in card.draw.domains.items():
        if domain.size() == 1:
            continue
        corners = domain.corners()
        for value in corners[:1] + corners[-1:]:
            try:
                question = ask(card, rng_for(seed, card.id), pinned={name: value})
            except CannotDraw:  # the card's conditions keep this end out
                continue
            yield Asked(question, seed, {name: value})
