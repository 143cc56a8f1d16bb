"""The engine of `quiz verify` and of the pytest plugin: what there is to check, and what is found, in its order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from quizapp.core.card import Card, Deck
from quizapp.core.claim import Claim
from quizapp.verify.audit import Audited, ClaimCheck, told
from quizapp.verify.cache import Cache
from quizapp.verify.cards import CardCheck, Verifiers, unsourced
from quizapp.verify.fault import Checked, Fault
from quizapp.verify.reading import Material

Item: TypeAlias = Card | Claim


@dataclass(frozen=True, slots=True)
class Settings:
    """How cards are checked.

    samples, seed: what is drawn; see `drawing.questions`.
    timeout:       seconds that one call of a verifier may take at most.
    """

    samples: int = 8
    seed: int = 0
    timeout: float = float("inf")


def items(decks: Iterable[Deck]) -> list[Item]:
    """The cards and then the claims of each deck, in their order."""
    found: list[Item] = []
    for deck in decks:
        found += [*deck.cards, *deck.claims]
    return found


def verify(
    wanted: Sequence[Item], material: Material, verifiers: Verifiers, settings: Settings, cache: Cache
) -> Iterator[Checked]:
    """What is found of each item, in their order. All that isn't remembered is asked before the first is waited for."""
    begun = [cache.get(item) or _begin(item, material, verifiers, settings) for item in wanted]
    for item, one in zip(wanted, begun, strict=True):
        if isinstance(one, Checked):
            yield one
            continue
        result = one.result()
        found = result if isinstance(result, Checked) else audited(result)
        cache.put(item, found)
        yield found


def _begin(item: Item, material: Material, verifiers: Verifiers, settings: Settings) -> CardCheck | ClaimCheck:
    limited = replace(item, limit_s=min(item.limit_s, settings.timeout))
    if isinstance(limited, Claim):
        return ClaimCheck(limited, verifiers)
    declaration = material.declarations.get(item.verifier)
    return CardCheck(limited, declaration, verifiers, settings.samples, settings.seed)


def static(item: Item) -> Checked:
    """What can be told of an item without running anything."""
    return Checked(item.id, item.place, 1, tuple(unsourced(item)) if isinstance(item, Card) else ())


def audited(one: Audited) -> Checked:
    """A claim that was put to its library, as something that was checked."""
    claim, (note, library) = one.claim, told(one.tried)
    faults: tuple[Fault, ...] = ()
    if one.fault:
        faults = (Fault(f"the claim can't be tested now: {one.fault}", repeat=f"quiz audit {claim.deck}"),)
    elif one.stale:
        message = f"stale: the claim is recorded as '{claim.outcome}', and now it is '{one.outcome}'"
        faults = (Fault(message, deck=note, library=library, repeat=f"quiz audit {claim.deck}"),)
    return Checked(claim.id, claim.place, max(1, len(one.tried)), faults, one.versions)
