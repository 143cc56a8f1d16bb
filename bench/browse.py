"""How the table of cards and its search grow with the collection: `python -m bench.browse`.

A store of 1,000 cards and one of 100,000, half of them reviewed, some marked, some in no deck. Each reading is done in
both, in turn in one process; what is printed is the fastest of each, to which whatever else the machine does only adds,
their ratio, and the median and the slowest with many cards. A search finds ids, in a thread of its own; a page is what
has to be there before 60 rows can be painted.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.replay import DAY_MS, START, history
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
DAYS_LATER = 3
NOW = int(START.timestamp() * 1000) + DAYS_LATER * DAY_MS
TODAY = START.toordinal() + DAYS_LATER
QUERIES = (
    "",
    "is:due",
    "is:new tag:shape",
    "deck:part/7 stability<10",
    "flag:red",
    "is:orphan",
    "-is:suspended difficulty>5",
    "p",
    "padded",
    "填充 dilation",
    "nothing has these words",
)
ORDERS: tuple[Order, ...] = ("deck", "id", "due", "stability")


@dataclass(frozen=True, slots=True)
class Collection:
    """A store and the ids of its cards, as the browser holds them."""

    store: Store
    ids: list[str]

    def find(self, written: str, *, order: Order = "deck", down: bool = False) -> list[str]:
        """What a query finds, as the browser asks for it at every key."""
        return self.store.search_ids(_asked(written), order=order, down=down)

    def page(self, at: float) -> None:
        """A page of the table, `at` of the way down."""
        start = int(at * len(self.ids))
        self.store.states(PACK, self.ids[start : start + PAGE])

    def everything(self) -> None:
        """All there is to know of every card, as `quiz list` reads it."""
        self.store.states(PACK, self.find(""))


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
        explain=Text(
            "The window starts wherever it fits into the padded image. " * 4,
            "窗口放得下之处即为一步，填充也算在内。" * 4,
        ),
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


def readings() -> dict[str, Callable[[Collection], object]]:
    """What is measured, by name."""
    found: dict[str, Callable[[Collection], object]] = {
        f"page at {at:.0%}": partial(Collection.page, at=at) for at in (0, 0.5, 0.99)
    }
    found |= {f"find {written!r}": partial(Collection.find, written=written) for written in QUERIES}
    for order in ORDERS:
        found[f"all by {order}"] = partial(Collection.find, written="", order=order)
        found[f"all by {order}, down"] = partial(Collection.find, written="", order=order, down=True)
    found["everything"] = Collection.everything
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
    parser.add_argument("--rounds", type=int, default=15)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        both = []
        for cards in (told.small, told.large):
            store = stack.enter_context(open_store(f"sqlite:///{Path(folder, f'{cards}.db')}"))
            fill(store, cards)
            both.append(Collection(store, store.search_ids(_asked(""))))
        print(f"{'milliseconds':32} {told.small:>9,} {told.large:>9,} {'ratio':>7} {'median':>9} {'slowest':>9}")
        for name, work in readings().items():
            taken = [[1000 * seconds(partial(work, one)) for one in both] for _ in range(told.rounds)]
            few, many = zip(*taken, strict=True)
            row = f"{name:32} {min(few):9.2f} {min(many):9.2f} {min(many) / min(few):6.1f}×"
            print(f"{row} {statistics.median(many):9.2f} {max(many):9.2f}", flush=True)


if __name__ == "__main__":
    main()
