"""Two distributions as bars, beside them what each outcome adds to the divergence in either direction."""

import math
from collections.abc import Sequence

from quizapp.authoring import Explored, Picture, Run, Text
from verifiers.distributions import entropy, nats

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEFT, _RIGHT, _PROBABILITY = 6, 20, 20


def both_directions(p: Sequence[float], q: Sequence[float]) -> Explored:
    """P and Q, the terms P ln(P/Q) and Q ln(Q/P) of each outcome, and their sums; in nats, infinite where they are."""
    terms = [
        (nats([a], [b], floor=False) if a else 0.0, nats([b], [a], floor=False) if b else 0.0)
        for a, b in zip(p, q, strict=True)
    ]
    sums = nats(p, q), nats(q, p)
    finite = [one for pair in (*terms, sums) for one in pair if math.isfinite(one)]
    unit = max(0.25 / _RIGHT, *(one / _RIGHT if one > 0 else -one / _LEFT for one in finite))
    rows: list[list[Run | str]] = [[Run(f"{'':5}{'P / Q':<{_PROBABILITY + 9}}P ln(P/Q) / Q ln(Q/P)", "dim")]]
    for at, (a, b, (forward, backward)) in enumerate(zip(p, q, terms, strict=True), 1):
        rows.append([Run(f"x{at:<2}", "dim"), *_probability("P", a, "█", "one"), *_signed(forward, unit, "one")])
        rows.append(["   ", *_probability("Q", b, "▒", "two"), *_signed(backward, unit, "two")])
    for name, value, ink in (("D(P‖Q)", sums[0], "one"), ("D(Q‖P)", sums[1], "two")):
        rows.append([Run(f"{name:>{_PROBABILITY + 11}}   ", "strong"), *_signed(value, unit, ink)])
    return Picture.of(rows), _said(p, q, sums)


def _probability(name: str, value: float, sign: str, ink: str) -> list[Run | str]:
    full = round(value * _PROBABILITY)
    return [Run(f"{name} ", ink), Run(sign * full, ink), Run("·" * (_PROBABILITY - full), "dim"), f" {value:.2f}    "]


def _signed(value: float, unit: float, ink: str) -> list[Run | str]:
    """A bar from an axis, to the left where `value` is negative; it runs into an arrow where it is infinite."""
    if math.isinf(value):
        return [" " * _LEFT, Run("│", "dim"), Run("█" * (_RIGHT - 1) + "▶", ink), Run("      ∞", "strong")]
    number = f" {value:+.4f}" if round(value, 4) else "  0.0000"
    if value < 0:
        full = round(-value / unit)
        bar: list[Run | str] = [Run(("█" * full).rjust(_LEFT), ink), Run("│", "dim"), " " * _RIGHT]
    else:
        whole, part = divmod(round(8 * value / unit), 8)
        bar = [" " * _LEFT, Run("│", "dim"), Run(f"{'█' * whole + _EIGHTHS[part].strip():<{_RIGHT}}", ink)]
    return [*bar, number]


def _said(p: Sequence[float], q: Sequence[float], sums: tuple[float, float]) -> list[str | Text]:
    said: list[str | Text] = [f"H(P) = {entropy(p):.4f}   H(P, Q) = H(P) + D(P‖Q) = {_number(entropy(p) + sums[0])}"]
    for name, over, under in (("D(P‖Q)", p, q), ("D(Q‖P)", q, p)):
        missing = [f"x{at}" for at, (a, b) in enumerate(zip(over, under, strict=True), 1) if a and not b]
        if missing:
            one, other = name[2], name[4]
            said.append(
                Text(
                    f"{name} is infinite: {one} has {', '.join(missing)}, which {other} rules out",
                    f"{name} 为无穷大：{one} 会出现 {'、'.join(missing)}，而 {other} 认为不可能",
                )
            )
    return said


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.4f}"
