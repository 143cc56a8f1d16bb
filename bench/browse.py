"""How the table of cards and its search grow with the collection: `python -m bench.browse`.

A store of 1,000 cards and one of 100,000, half of them reviewed, some marked, some in no deck. Each reading is done in
both, in turn in one process; what is printed is the median, the slowest, and the ratio of the medians. A page is 60
cards, more than a screen shows.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bench.replay import START, history
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Draw
from quizapp.core.domain import Int
from quizapp.core.event import Event, Mark, Marked, Settings
from quizapp.core.query import parse
from quizapp.core.text import Text
from quizapp.store import DeckEntry, Store, open_store
from quizapp.store.search import Asked, Order

PACK = "/packs/bench"
PAGE = 60
IN_A_DECK = 100
NOW = int(START.timestamp() * 1000)
TODAY = START.toordinal()
QUERIES = (
    "",
    "is:due",
    "is:new tag:shape",
    "deck:part/7 stability<10",
    "flag:red",
    "is:orphan",
    "-is:suspended lapses>2",
    "padding",
    "填充 dilation",
    "nothing has these words",
)
ORDERS: tuple[Order, ...] = ("deck", "id", "due", "stability")


@dataclass(frozen=True, slots=True)
class Collection:
    """A store and how many cards it has."""

    store: Store
    cards: int

    def page(self, written: str, *, order: Order = "deck", down: bool = False, at: float = 0.0) -> None:
        """One page of what a query finds, `at` of the way down the collection."""
        offset = int(self.cards * at)
        self.store.search(_asked(written), order=order, down=down, limit=PAGE, offset=offset)

    def all_pages(self) -> None:
        """Everything, as `quiz list` reads it."""
        offset = 0
        while page := self.store.search(_asked(""), limit=1000, offset=offset):
            offset += len(page)

    def count(self, written: str) -> None:
        """How many cards a query finds."""
        self.store.search_count(_asked(written))


def _asked(written: str) -> Asked:
    return Asked(PACK, parse(written), NOW, TODAY, leech=8)


def card(number: int, deck: str) -> Card:
    """A card as long as those of the decks that come with quiz."""
    words = ("stride", "dilation", "groups", "channels", "kernel")[number % 5]
    return Card(
        id=f"{deck}/card-{number}",
        deck=deck,
        kind=Kind.NUMBER,
        prompt=Text(
            f"A convolution number {number} with a kernel of **{{kernel}}** and a {words} of 2 reads an image that is "
            "{width} pixels wide. How wide is what it returns?",
            f"第 {number} 个卷积，核大小为 **{{kernel}}**，读取宽 {{width}} 像素的图像。输出有多宽？",
        ),
        verifier="conv.output_size",
        draw=Draw({"width": Int(8, 512), "kernel": Int(1, 9)}, ("kernel <= width",)),
        explain=Text("The window starts wherever it fits into the padded image. " * 4, "窗口放得下之处即为一步，填充也算在内。" * 4),
        place=f"cards/{deck}.yaml:{number}:5",
        limit_s=10.0,
        tags=("shape", words) if number % 3 else (words,),
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html",
    )


def fill(store: Store, cards: int) -> None:
    """Decks, reviews of every other card, marks on one in a hundred, and one orphan to a hundred cards."""
    entries = []
    for start in range(0, cards, IN_A_DECK):
        name = f"part/{start // IN_A_DECK}"
        inside = tuple(card(number, name) for number in range(start, start + IN_A_DECK))
        entries.append(DeckEntry(f"cards/{name}.yaml", "1", name, Deck(name, Text(name), Text("Cards."), inside)))
    store.replace_decks(PACK, entries, [])
    store.append_all(_lives(cards))


def _lives(cards: int) -> Iterator[Event]:
    for number in range(0, cards, 2):
        home = "elsewhere" if number % 100 == 0 else f"part/{number // IN_A_DECK}"
        for event in history(number, 1 + number % 3, Settings()):
            yield replace(event, card=f"{home}/card-{number}")
        if number % 100 == 50:
            mark, text = ((Mark.FLAGGED, "red"), (Mark.SUSPENDED, ""), (Mark.TAGGED, "hard"))[number // 100 % 3]
            yield Marked(f"m{number}", f"{home}/card-{number}", NOW, TODAY, mark, True, text, "look at it again")


def readings() -> dict[str, Callable[[Collection], None]]:
    """What is measured, by name."""
    found: dict[str, Callable[[Collection], None]] = {}
    for order in ORDERS:
        for down in (False, True):
            name = f"first page by {order}{' down' if down else ''}"
            found[name] = lambda one, order=order, down=down: one.page("", order=order, down=down)  # type: ignore[misc]
        found[f"middle by {order}"] = lambda one, order=order: one.page("", order=order, at=0.5)  # type: ignore[misc]
        found[f"last by {order}"] = lambda one, order=order: one.page("", order=order, at=0.99)  # type: ignore[misc]
    for written in QUERIES:
        found[f"page of  {written!r}"] = lambda one, written=written: one.page(written)  # type: ignore[misc]
        found[f"count of {written!r}"] = lambda one, written=written: one.count(written)  # type: ignore[misc]
    found["all of it"] = Collection.all_pages
    return found


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Fills two stores and prints a line for each reading."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        both = []
        for cards in (told.small, told.large):
            store = stack.enter_context(open_store(f"sqlite:///{Path(folder, f'{cards}.db')}"))
            fill(store, cards)
            both.append(Collection(store, cards))
        print(f"{'milliseconds':44} {told.small:>9,} {told.large:>16,} {'slowest':>9} {'ratio':>7}")
        for name, work in readings().items():
            rounds = 2 if work is Collection.all_pages else told.rounds
            taken = [[1000 * seconds(lambda: work(one)) for one in both] for _ in range(rounds)]  # noqa: B023
            small, large = (statistics.median(times) for times in zip(*taken, strict=True))
            slowest = max(times[1] for times in taken)
            print(f"{name:44} {small:9.2f} {large:16.2f} {slowest:9.2f} {large / small:6.1f}×", flush=True)


if __name__ == "__main__":
    main()
