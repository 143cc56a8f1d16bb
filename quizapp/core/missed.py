"""With which numbers cards are missed: values of verifiers' parameters, held against all answers to the same cards."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from quizapp.core.domain import Params, write
from quizapp.core.share import Share, tail, wilson

# Fewer answers than these say nothing about a value.
_FEWEST = 5
# A parameter with more values than these is told by ranges where they are numbers. With more than the second, its
# values are no longer kept one by one, so that a long record takes no more memory than a short one.
_SINGLE = 12
_KEPT = 200
_LONGEST = 24
# Of numbers beyond two to this power nobody wants to know the range.
_POWERS = 40
# Of the values that are named, so large a share is there by chance, on the average.
_FALSE = 0.1


@dataclass(frozen=True, slots=True)
class HardValue:
    """A parameter's value, or a range of values, with which cards are missed more often than they are otherwise.

    value:    `3`, or the range `4–7`.
    expected: how many would have been missed, had the value made no difference to its cards.
    """

    verifier: str
    parameter: str
    value: str
    missed: int
    reviews: int
    expected: float


@dataclass(slots=True)
class _Parameter:
    """The answers with each value of one parameter, and with each range of values."""

    single: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    ranges: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    many: bool = False

    def add(self, value: bool | int | float | str, missed: bool, usual: float) -> None:
        if (said := _range(value)) is not None:
            self.ranges[said].add(missed, usual)
        if not self.many and (said := _single(value)) is not None:
            self.single[said].add(missed, usual)
            if len(self.single) > _KEPT:
                self.single.clear()
                self.many = True

    def shares(self) -> Mapping[str, Share]:
        """Its values, or their ranges where there are too many."""
        return self.ranges if self.ranges and (self.many or len(self.single) > _SINGLE) else self.single


@dataclass(slots=True)
class Missed:
    """The answers with each value of each verifier's parameters. Sums alone are held."""

    _parameters: dict[tuple[str, str], _Parameter] = field(default_factory=lambda: defaultdict(_Parameter))

    def add(self, verifier: str, answers: Sequence[tuple[Params, bool]]) -> None:
        """Adds the answers to one card: the numbers that it had, and whether it was missed."""
        if len(answers) < 2:  # nothing to be held against
            return
        usual = sum(missed for _, missed in answers) / len(answers)
        for params, missed in answers:
            for name, value in params.items():
                if not isinstance(value, list):  # hardly two questions share one
                    self._parameters[verifier, name].add(value, missed, usual)

    def hardest(self, most: int) -> list[HardValue]:
        """The values with which cards are missed more often than chance explains, the largest sure difference first.

        What is expected of a value is what its cards' answers give, all of them together: with k of a card's n answers
        and m of the n missed, k·m/n. Had the value made no difference, its misses would be a sum of hypergeometric
        counts with this mean. Each is a sum of independent trials, and of all such sums with one mean the binomial one
        has the heaviest tail, from one above the mean on (W. Hoeffding, Annals of Mathematical Statistics 27 (1956),
        713-721). So the binomial tail says, if anything, too cautiously how improbable the misses are. Many values are
        looked at, and some are always unlucky; of those named at most one in ten is, on the average (Y. Benjamini
        and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300). They are ordered by the lower
        bound of their share of misses, above what was expected.
        """
        found = [(tail(share.hits, share.of, share.predicted or 0.0), one) for one, share in self._tested()]
        named = [one for _, one in _discoveries(found)]
        return sorted(named, key=lambda one: (-_surplus(one), one.verifier, one.parameter, one.value))[:most]

    def _tested(self) -> Iterator[tuple[HardValue, Share]]:
        for (verifier, parameter), answers in self._parameters.items():
            for value, share in answers.shares().items():
                if share.of >= _FEWEST:
                    yield HardValue(verifier, parameter, value, share.hits, share.of, share.expected), share


def _discoveries(found: list[tuple[float, HardValue]]) -> list[tuple[float, HardValue]]:
    """Those of the tested whose probability is small even among so many: Benjamini and Hochberg's step-up procedure."""
    ordered = sorted(found, key=lambda one: one[0])
    last = max((rank for rank, (p, _) in enumerate(ordered, 1) if p <= _FALSE * rank / len(ordered)), default=0)
    return ordered[:last]


def _surplus(one: HardValue) -> float:
    return wilson(one.missed, one.reviews)[0] - one.expected / one.reviews


@lru_cache(maxsize=4096, typed=True)
def _single(value: bool | int | float | str) -> str | None:
    """A value that several questions may share, as text; None for one that hardly two do."""
    said = write(value)
    return said if len(said) <= _LONGEST and "\n" not in said else None


@lru_cache(maxsize=4096, typed=True)
def _range(value: bool | int | float | str) -> str | None:
    """The range between powers of two in which a number lies: `1`, `2–3`, `4–7`, `0.25–0.5`; None for what is none."""
    if isinstance(value, bool | str) or not 2.0**-_POWERS < abs(value) < 2.0**_POWERS:
        return "0" if value == 0 and not isinstance(value, bool) else None
    sign = "-" if value < 0 else ""
    power = math.frexp(abs(value))[1] - 1 if isinstance(value, float) else abs(value).bit_length() - 1
    low, high = math.ldexp(1.0, power), math.ldexp(1.0, power + 1)
    if isinstance(value, int):
        return f"{sign}{low:.0f}" if power == 0 else f"{sign}{low:.0f}–{sign}{high - 1:.0f}"
    return f"{sign}{low:g}–{sign}{high:g}"
