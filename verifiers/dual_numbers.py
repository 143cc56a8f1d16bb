"""A stand-in for torch with one weight, in plain Python: numbers that carry their derivative along.

It goes forwards where torch goes backwards, so the two share no way to a gradient. It knows what programs of a few
lines need: tensors, sums, products and powers, sum() and mean(), and backward() with its rules.
"""

from __future__ import annotations

from collections.abc import Sequence


class Dual:
    """Numbers, and the derivative of each with respect to the weight, which is the tensor that asked for a gradient."""

    def __init__(self, values: Sequence[float], slopes: Sequence[float], weight: Dual | None = None) -> None:
        self.values, self.slopes = list(values), list(slopes)
        self.weight = weight
        self.grad: Dual | None = None
        self.freed = False

    def __mul__(self, other: Dual | float) -> Dual:
        other = other if isinstance(other, Dual) else Dual([other], [0.0])
        pairs = [(one, two) for one in self._pairs() for two in other._pairs()]
        products = [(a * b, da * b + a * db) for (a, da), (b, db) in pairs]
        return self._made(products, other)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dual:
        return self._made([(a**power, power * a ** (power - 1) * da) for a, da in self._pairs()])

    def sum(self) -> Dual:
        """All of them added up."""
        return self._made([(sum(self.values), sum(self.slopes))])

    def mean(self) -> Dual:
        """Their sum, divided by how many they are."""
        return self.sum() * (1 / len(self.values))

    def item(self) -> float:
        """The one number."""
        (value,) = self.values
        return value

    def backward(self, gradient: Dual | None = None, retain_graph: bool = False) -> None:
        """Adds the derivative to the weight's grad; refuses many numbers without weights, and a graph that is freed."""
        if self.freed:
            raise RuntimeError("the graph is freed")
        if gradient is None and len(self.values) > 1:
            raise RuntimeError("not one number")
        assert self.weight is not None
        factors = gradient.values if gradient else [1.0]
        slope = sum(one * factor for one, factor in zip(self.slopes, factors, strict=True))
        before = self.weight.grad.item() if self.weight.grad else 0.0
        self.weight.grad = Dual([before + slope], [0.0])
        self.freed = not retain_graph

    def _pairs(self) -> list[tuple[float, float]]:
        return list(zip(self.values, self.slopes, strict=True))

    def _made(self, pairs: Sequence[tuple[float, float]], other: Dual | None = None) -> Dual:
        weight = self.weight or (other.weight if other else None)
        return Dual([value for value, _ in pairs], [slope for _, slope in pairs], weight)


class Torch:
    """What such a program calls `torch`."""

    def tensor(self, values: float | Sequence[float], requires_grad: bool = False) -> Dual:
        """Numbers of their own; the weight where a gradient is asked for."""
        numbers = [values] if isinstance(values, int | float) else list(values)
        made = Dual(numbers, [float(requires_grad)] * len(numbers))
        made.weight = made if requires_grad else None
        return made

    def ones_like(self, other: Dual) -> Dual:
        """As many ones."""
        return Dual([1.0] * len(other.values), [0.0] * len(other.values))
