"""A share of something, with its uncertainty and what was expected of it."""

import math
from dataclasses import dataclass

# The 97.5 % quantile of the normal distribution: intervals hold with 95 % confidence.
_Z = 1.959964


@dataclass(slots=True)
class Share:
    """How many of how many, and what was expected of them in all."""

    of: int = 0
    hits: int = 0
    expected: float = 0.0

    def add(self, hit: bool, expected: float = 0.0) -> None:
        """Counts one."""
        self.of += 1
        self.hits += hit
        self.expected += expected

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def predicted(self) -> float | None:
        """The mean of what was expected, 0 to 1; None of nothing."""
        return self.expected / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence, by `wilson`."""
        return wilson(self.hits, self.of)

    @property
    def surprise(self) -> int:
        """1 where more hit than was expected, -1 where fewer did, 0 where chance can explain the difference."""
        low, high = self.bounds
        if self.predicted is None or low <= self.predicted <= high:
            return 0
        return 1 if self.predicted < low else -1


def wilson(hits: int, of: int, z: float = _Z) -> tuple[float, float]:
    """The score interval for a share of `hits` among `of`, at the quantile z of the normal distribution.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    """
    if not of:
        return 0.0, 1.0
    rate, square = hits / of, z * z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    reach = z / (1 + square / of) * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def tail(hits: int, of: int, chance: float) -> float:
    """The probability of `hits` or more among `of` where each hits with `chance`: the binomial distribution's tail."""
    if hits <= 0 or chance >= 1:
        return 1.0
    if chance <= 0:
        return 0.0
    if hits < of * chance:  # a sum that begins with its largest term is exact
        return 1 - tail(of - hits + 1, of, 1 - chance)
    term = math.exp(
        math.lgamma(of + 1)
        - math.lgamma(hits + 1)
        - math.lgamma(of - hits + 1)
        + hits * math.log(chance)
        + (of - hits) * math.log1p(-chance)
    )
    total, odds = 0.0, chance / (1 - chance)
    for count in range(hits, of + 1):
        total += term
        term *= (of - count) / (count + 1) * odds
    return min(total, 1.0)
