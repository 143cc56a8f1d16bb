"""A card, or a whole deck, as it is being read: its nodes, without those that have a fault already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from quizapp.deck.fault import Fault
from quizapp.deck.tree import Broken, Mapping, Node, Scalar, Sequence, Tree

Loc: TypeAlias = tuple[str | int, ...]

LANGUAGES = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is at `loc` of a file, as a rule a card.

    bad:    the places in it that have a fault already.
    faults: where further faults go.
    """

    path: str
    tree: Tree
    loc: Loc
    bad: frozenset[Loc]
    faults: list[Fault]

    def at(self, *path: str | int) -> Node | None:
        """The node at `path` of the card; None where there is none, or where something in it is at fault."""
        loc = self.loc + path
        if any(loc[: len(bad)] == bad[: len(loc)] for bad in self.bad):
            return None
        return self.raw(*path)

    def text(self, *path: str | int) -> str:
        """The text at `path`, without blank lines around it; empty where there is none."""
        node = self.at(*path)
        return node.text.strip("\n") if isinstance(node, Scalar) else ""

    def items(self, *path: str | int) -> tuple[Node, ...]:
        """The items of the list at `path`; a lone text counts as a list of one."""
        match self.at(*path):
            case Sequence(items):
                return items
            case Scalar() as one:
                return (one,)
        return ()

    def raw(self, *path: str | int) -> Node | None:
        """The node at `path`, sound or not."""
        node, missing = find(self.tree.root, self.loc + path)
        return None if missing else node

    def key(self, name: str) -> Node:
        """The name of the field `name`; the card itself where it isn't given."""
        card = self.raw()
        assert isinstance(card, Mapping)
        return card.keys.get(name, card)

    def has(self, name: str) -> bool:
        """Whether the card gives the field `name`, sound or not."""
        return self.raw(name) is not None

    def part(self, *path: str | int) -> "Draft":
        """The draft of what is at `path`."""
        loc = self.loc + path
        bad = frozenset(one for one in self.bad if one[: len(loc)] == loc)
        return Draft(self.path, self.tree, loc, bad, self.faults)

    def fault(self, node: Node, message: str, hint: str = "", offset: int | None = None) -> None:
        self.faults.append(Fault(self.path, *self.tree.place(node, offset), message, hint))


def find(root: Node | None, loc: Loc) -> tuple[Node | None, Loc]:
    """The deepest node on the way to `loc`, and what is left of the way where the file ends before it."""
    node = root
    for at, step in enumerate(loc):
        match node, step:
            case Mapping(entries), str() if step in entries:
                node = entries[step]
            case Sequence(items), int() if step < len(items):
                node = items[step]
            case _:
                return node, loc[at:]
    return node, ()


def plain(node: Node) -> Any:
    """The node's values without their places."""
    match node:
        case Scalar(value):
            return value
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {name: plain(entry) for name, entry in entries.items()}
    return node


def broken(node: Node | None, loc: Loc = ()) -> Iterator[Loc]:
    """Where in `node` the file has a fault already."""
    match node:
        case Broken():
            yield loc
        case Sequence(items):
            for at, item in enumerate(items):
                yield from broken(item, (*loc, at))
        case Mapping(entries):
            for name, entry in entries.items():
                yield from broken(entry, (*loc, name))
