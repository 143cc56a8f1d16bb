"""Drawing the numbers of a question from a card's domains."""

import random

from quizapp.core.declaration import Draw, impossible
from quizapp.core.domain import Params, Value

_TRIES = 2_000


class CannotDraw(ValueError):
    """The domains and conditions of a card admit no draw: an error of the deck."""


def draw(
    source: Draw, rng: random.Random, *, pinned: Params | None = None, avoid: Params | None = None
) -> dict[str, Value]:
    """Parameters that satisfy every condition of `source`, the same for the same state of `rng`.

    pinned: values that are not drawn.
    avoid:  the previous review's parameters; another draw is preferred where there is one.
    Raises CannotDraw after 2,000 tries.
    """
    pinned = pinned or {}
    fallback: dict[str, Value] | None = None
    for _ in range(_TRIES):
        params = {name: pinned[name] if name in pinned else domain.draw(rng) for name, domain in source.domains.items()}
        if impossible(source.where, params):
            continue
        if params != avoid:
            return params
        fallback = params
        if not varies(source, pinned):
            break
    if fallback is None:
        reason = "; ".join(source.where) or "an empty domain"
        raise CannotDraw(f"no draw satisfies {reason}")
    return fallback


def varies(source: Draw, pinned: Params | None = None) -> bool:
    """Whether more than one draw is to be expected."""
    return any(domain.size() > 1 for name, domain in source.domains.items() if name not in (pinned or {}))
