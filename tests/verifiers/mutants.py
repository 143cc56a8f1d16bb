"""Mutation of the real pack: what a verifier returns is disturbed, and `quiz verify` has to notice on every card.

`python -m tests.verifiers.mutants` makes all mutants and tells the share caught and those that were not. The libraries
are asked once; mutants are made of what they answered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeAlias

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.core.card import Kind
from quizapp.core.claim import Claim
from quizapp.core.domain import Params, Value
from quizapp.packs import builtin
from quizapp.verify.audit import ClaimCheck
from quizapp.verify.cards import Answer, CardCheck, Verifiers
from quizapp.verify.pool import Pool
from quizapp.verify.reading import Material, read

# From a result to another one; None where this disturbance does not apply to it.
Disturb: TypeAlias = Callable[[Value], Value | None]


def off_by_one(value: Value) -> Value | None:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x" if value else "x"
        case [first, *rest]:
            other = off_by_one(first)
            return None if other is None else [other, *rest]
        case []:
            return [1]
    return None


def sign(value: Value) -> Value | None:
    match value:
        case bool() | str():
            return None
        case int() | float():
            return -value
        case list():
            turned = [sign(one) for one in value]
            return None if any(one is None for one in turned) else turned  # type: ignore[return-value]
    return None


def backwards(value: Value) -> Value | None:
    """The arguments' sides exchanged, as it shows in a result of several parts."""
    return value[::-1] if isinstance(value, list | str) else None


def dtype(value: Value) -> Value | None:
    match value:
        case bool() | int() | float():
            return str(value)
        case str():
            return [value]
        case list():
            return ", ".join(map(str, value))
    return None


DISTURBANCES: dict[str, Disturb] = {
    "off by one": off_by_one, "sign": sign, "backwards": backwards, "dtype": dtype,
}  # fmt: skip


class Recorded:
    """Verifiers whose answers are kept: the same question is asked of the libraries once."""

    def __init__(self, verifiers: Verifiers) -> None:
        self._verifiers = verifiers
        self._known: dict[tuple[object, ...], Future[object]] = {}

    def warm(self, verifiers: Iterable[str]) -> None:
        self._verifiers.warm(verifiers)

    def truth(self, verifier: str, params: Params, limit_s: float, *, second: bool = False) -> Answer:
        key = (verifier, repr(params), second)
        return self._kept(key, lambda: self._verifiers.truth(verifier, params, limit_s, second=second))  # type: ignore[return-value]

    def again(self, verifier: str, params: Params, limit_s: float) -> Answer:
        return self.truth(verifier, params, limit_s)

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        key = (verifier, repr(params), repr(answer), "attempt")
        return self._kept(key, lambda: self._verifiers.attempt(verifier, params, answer, limit_s))  # type: ignore[return-value]

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        key = (verifier, repr(params), source, "code")
        return self._kept(key, lambda: self._verifiers.run_code(verifier, params, source))  # type: ignore[return-value]

    def _kept(self, key: tuple[object, ...], ask: Callable[[], object]) -> "Future[object]":
        if key not in self._known:
            self._known[key] = ask()  # type: ignore[assignment]
        return self._known[key]


@dataclass
class Mutated(Recorded):
    """`recorded`, with every first way disturbed; `changed` tells whether any answer became another one by that."""

    recorded: Recorded
    disturb: Disturb
    changed: bool = False

    def truth(self, verifier: str, params: Params, limit_s: float, *, second: bool = False) -> Answer:
        found = self.recorded.truth(verifier, params, limit_s, second=second)
        return found if second else self._disturbed(found)

    def again(self, verifier: str, params: Params, limit_s: float) -> Answer:
        return self.truth(verifier, params, limit_s)

    def warm(self, verifiers: Iterable[str]) -> None: ...

    def attempt(
        self, verifier: str, params: Params, answer: Value | Mapping[str, Value], limit_s: float
    ) -> "Future[Attempt | Unverifiable]":
        return self.recorded.attempt(verifier, params, answer, limit_s)

    def run_code(self, verifier: str, params: Params, source: str) -> "Future[Attempt | Unverifiable]":
        return self.recorded.run_code(verifier, params, source)

    def _disturbed(self, answer: Answer) -> Answer:
        found = answer.result()
        disturbed: Answer = Future()
        if isinstance(found, Truth):
            value = self.disturb(found.value)
            if value is not None and value != found.value:
                self.changed = True
                found = replace(found, value=value)
        disturbed.set_result(found)
        return disturbed


@dataclass(frozen=True)
class Mutant:
    """A card with its verifier disturbed, a verifier's worked example or a claim's prediction changed."""

    of: str
    how: str
    caught: bool


def mutants_of_cards(material: Material, recorded: Recorded, samples: int) -> Iterator[Mutant]:
    """For each card and disturbance a mutant, but for those where no answer becomes another one."""
    for card in (card for deck in material.decks.values() for card in deck.cards if card.verifier):
        declaration = material.declarations[card.verifier]
        for how, disturb in DISTURBANCES.items():
            # The same answer in another form: what holds has no order, and an example is typed without its type.
            if (how, card.kind) == ("backwards", Kind.SEVERAL) or (how == "dtype" and card.kind.by_running):
                continue
            mutated = Mutated(recorded, disturb)
            found = CardCheck(card, declaration, mutated, samples, seed=0).result()
            if mutated.changed:
                yield Mutant(f"{card.id} ({card.verifier})", how, bool(found.faults))


def mutants_of_literals(material: Material, recorded: Recorded) -> Iterator[Mutant]:
    """For each worked example, and each prediction of a claim, a mutant with the literal changed."""
    cards = {card.verifier: card for deck in material.decks.values() for card in deck.cards}
    for name, declaration in material.declarations.items():
        for at, example in enumerate(declaration.examples):
            value = off_by_one(example.value)
            if value is None or name not in cards:
                continue
            examples = (*declaration.examples[:at], replace(example, value=value), *declaration.examples[at + 1 :])
            found = CardCheck(cards[name], replace(declaration, examples=examples), recorded, 1, seed=0).result()
            yield Mutant(name, f"example {at + 1}", bool(found.faults))
    for claim in (claim for deck in material.decks.values() for claim in deck.claims):
        yield from _predictions(claim, recorded)


def _predictions(claim: Claim, recorded: Recorded) -> Iterator[Mutant]:
    """One mutant for a claim: what the note predicts in every case that agreed is changed."""
    agreed = [one.agreed for one in ClaimCheck(claim, recorded).result().tried]
    if not any(agreed):
        return  # a prediction that is wrong already is as wrong when it is another one
    cases = []
    for case, holds in zip(claim.cases, agreed, strict=True):
        other = off_by_one(case.note)
        cases.append(replace(case, note=other) if holds and other is not None else case)
    yield Mutant(claim.id, "prediction", ClaimCheck(replace(claim, cases=tuple(cases)), recorded).result().stale)


def main() -> None:
    """Makes all mutants of the pack that quiz brings, and tells what was caught."""
    pack = builtin()
    material = read(pack)
    with Pool(pack.root, "cpu", 1) as pool:
        recorded = Recorded(pool)
        made = [*mutants_of_cards(material, recorded, 8), *mutants_of_literals(material, recorded)]
    caught = sum(mutant.caught for mutant in made)
    print(f"{caught} of {len(made)} mutants caught ({100 * caught / len(made):.1f} %)")
    for mutant in made:
        if not mutant.caught:
            print(f"  not caught: {mutant.of}: {mutant.how}")


if __name__ == "__main__":
    main()
