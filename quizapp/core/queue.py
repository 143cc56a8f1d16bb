"""What comes next in a sitting: learning cards when their minutes are over, in between the planned ones."""

from collections.abc import Iterable

# When nothing else is left, a learning card is asked this much before its time rather than making the learner wait.
LEARN_AHEAD_MS = 20 * 60_000


class Queue:
    """The cards of one sitting, planned ones in their order.

    count: at most so many questions; None for no limit.
    """

    def __init__(self, planned: Iterable[str], count: int | None = None) -> None:
        self._planned = list(dict.fromkeys(planned))[::-1]
        self._learning: dict[str, int] = {}
        self._count = count
        self._last: str | None = None
        self.asked = 0

    def peek(self, now: int) -> str | None:
        """The card that would be asked at `now` (ms UTC); None when the sitting is over."""
        if self._count is not None and self.asked >= self._count:
            return None
        waiting = sorted(self._learning, key=lambda card: (card == self._last, self._learning[card]))
        if waiting and self._learning[waiting[0]] <= now and waiting[0] != self._last:
            return waiting[0]
        if self._planned:
            return self._planned[-1]
        if waiting and self._learning[waiting[0]] <= now + LEARN_AHEAD_MS:
            return waiting[0]
        return None

    def take(self, now: int) -> str | None:
        """As `peek`, and the card is out of the queue."""
        card = self.peek(now)
        if card is None:
            return None
        if card in self._learning:
            del self._learning[card]
        else:
            self._planned.pop()
        self._last = card
        self.asked += 1
        return card

    def coming(self, most: int) -> list[str]:
        """The next planned cards, `most` at the most."""
        return self._planned[: -most - 1 : -1]

    def put_back(self, card: str, due: int) -> None:
        """`card` is being learned and comes back at `due` (ms UTC)."""
        self._learning[card] = due

    def put_first(self, card: str, *, asked: bool = False) -> None:
        """`card` comes next. asked: it was asked already, and that no longer counts."""
        self.drop(card)
        self._planned.append(card)
        self._last = None
        self.asked -= asked

    def drop(self, card: str) -> None:
        """`card` isn't asked again in this sitting."""
        self._learning.pop(card, None)
        if card in self._planned:
            self._planned.remove(card)

    @property
    def again(self) -> int:
        """Cards that come back in this sitting."""
        return len(self._learning)

    @property
    def remaining(self) -> int:
        """Questions still to come, as far as can be told."""
        left = len(self._planned) + len(self._learning)
        return left if self._count is None else min(left, self._count - self.asked)
