"""FSRS-6 stated a second time, from its published formulas, on study days. Imports neither fsrs nor quizapp.

Source: "The Algorithm", section FSRS-6, in the wiki of open-spaced-repetition/fsrs4anki on GitHub, whose symbols the
names here follow: w the 21 weights, S stability in days, D difficulty, R retrievability, G the grade from 1 (Again) to
4 (Easy), t the days since the last review. Two things are not in the formulas and follow the reference programs: the
least stability, and which grades a same-day review can't hurt (from Hard on; the wiki's text says from Good on). The
steps of learning and relearning are those that py-fsrs describes: they stand beside the model, not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
LEARNING, REVIEW, RELEARNING = 1, 2, 3

LEAST_STABILITY = 0.001
# The weights that the authors publish as FSRS-6's defaults.
DEFAULT_W = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """The memory: weights and nothing else."""

    w: Sequence[float] = DEFAULT_W

    def retrievability(self, t: float, s: float) -> float:
        """R(t, S) = (1 + factor · t / S) ^ −w20, where the factor makes R(S, S) = 90 %."""
        return float((1 + self._factor * t / s) ** -self.w[20])

    def interval(self, s: float, retention: float) -> float:
        """I(r, S): the days after which R has fallen to the desired retention r; the curve turned around."""
        return float(s / self._factor * (retention ** (-1 / self.w[20]) - 1))

    @property
    def _factor(self) -> float:
        return float(0.9 ** (-1 / self.w[20]) - 1)

    def initial_stability(self, g: int) -> float:
        """S0(G) = w[G − 1]."""
        return max(self.w[g - 1], LEAST_STABILITY)

    def initial_difficulty(self, g: int) -> float:
        """D0(G) = w4 − e^(w5 · (G − 1)) + 1, not yet held between 1 and 10."""
        return self.w[4] - exp(self.w[5] * (g - 1)) + 1

    def next_difficulty(self, d: float, g: int) -> float:
        """The step −w6 · (G − 3), damped as D nears 10, then drawn by w7 towards the first difficulty of Easy."""
        damped = d - self.w[6] * (g - 3) * (10 - d) / 9
        return within(self.w[7] * self.initial_difficulty(EASY) + (1 - self.w[7]) * damped)

    def same_day_stability(self, s: float, g: int) -> float:
        """S · e^(w17 · (G − 3 + w18)) · S^−w19: of reviews on the day of the one before."""
        increase = exp(self.w[17] * (g - 3 + self.w[18])) * s ** -self.w[19]
        return float(max(s * (max(increase, 1.0) if g >= HARD else increase), LEAST_STABILITY))

    def recall_stability(self, d: float, s: float, r: float, g: int) -> float:
        """S'r = S · (1 + e^w8 · (11 − D) · S^−w9 · (e^(w10 · (1 − R)) − 1) · w15 if Hard · w16 if Easy)."""
        w = self.w
        bonus = {HARD: w[15], EASY: w[16]}.get(g, 1.0)
        increase = exp(w[8]) * (11 - d) * s ** -w[9] * (exp(w[10] * (1 - r)) - 1) * bonus
        return float(s * (1 + increase))

    def forget_stability(self, d: float, s: float, r: float) -> float:
        """S'f = w11 · D^−w12 · ((S + 1)^w13 − 1) · e^(w14 · (1 − R)), at most S / e^(w17 · w18)."""
        w = self.w
        long_term = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * exp(w[14] * (1 - r))
        return float(min(long_term, s / exp(w[17] * w[18])))

    def next_stability(self, d: float, s: float, t: int, g: int) -> float:
        """Stability after a review `t` study days after the last."""
        if t < 1:
            return self.same_day_stability(s, g)
        r = self.retrievability(t, s)
        return max(self.forget_stability(d, s, r) if g == AGAIN else self.recall_stability(d, s, r, g), LEAST_STABILITY)


def within(d: float) -> float:
    """A difficulty, held between 1 and 10."""
    return min(max(d, 1.0), 10.0)


@dataclass(frozen=True)
class Config:
    """Desired retention, steps in seconds, the longest interval in days, and the weights."""

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36_500
    w: tuple[float, ...] = DEFAULT_W


@dataclass(frozen=True)
class Card:
    """After a review: exactly one of `days` (in review) and `seconds` (between steps) says when it comes back."""

    state: int
    step: int | None
    stability: float
    difficulty: float
    days: int | None
    seconds: float | None


def reviewed(card: Card | None, g: int, t: int, config: Config) -> Card:
    """The card after grade `g`, `t` study days after its last review; None was never seen. Below 0, t counts as 0."""
    model = Model(config.w)
    t = max(t, 0)
    if card is None:
        s, d = model.initial_stability(g), within(model.initial_difficulty(g))
        state, step = LEARNING, 0
    else:
        s = model.next_stability(card.difficulty, card.stability, t, g)
        d = model.next_difficulty(card.difficulty, g)
        state, step = card.state, card.step or 0
    if state == REVIEW:
        if g == AGAIN and config.relearning_steps:
            return Card(RELEARNING, 0, s, d, None, config.relearning_steps[0])
        return _in_review(model, s, d, config)
    steps = config.learning_steps if state == LEARNING else config.relearning_steps
    following = _step(step, g, steps)
    if following is None:
        return _in_review(model, s, d, config)
    step, seconds = following
    return Card(state, step, s, d, None, seconds)


def _in_review(model: Model, s: float, d: float, config: Config) -> Card:
    days = min(max(round(model.interval(s, config.retention)), 1), config.maximum_interval)
    return Card(REVIEW, None, s, d, days, None)


def _step(step: int, g: int, steps: tuple[int, ...]) -> tuple[int, float] | None:
    """The step that comes next and the seconds until then; None when the card leaves the steps.

    Again goes to the first. Hard repeats the present one; at the first it waits halfway to the second, or half as long
    again where there is none. Good goes on. Easy leaves. A card whose steps were shortened meanwhile leaves as well.
    """
    if not steps or g == EASY or (g != AGAIN and step >= len(steps)):
        return None
    if g == AGAIN:
        return 0, steps[0]
    if g == GOOD:
        return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None
    if step > 0:
        return step, steps[step]
    return 0, (steps[0] * 1.5 if len(steps) == 1 else (steps[0] + steps[1]) / 2)


def fuzz_bounds(days: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval that fuzz may make of `days`.

    One day to each side, and 15 % of what lies between 2.5 and 7 days, 10 % between 7 and 20, 5 % beyond. Below 2.5
    days there is no fuzz; never below 2 days, never above the maximum.
    """
    if days < 2.5:
        return days, days
    parts = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))
    reach = 1 + sum(share * (min(days, end) - start) for start, end, share in parts if days > start)
    longest = min(round(days + reach), maximum)
    return min(max(2, round(days - reach)), longest), longest
