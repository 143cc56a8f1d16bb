"""Adding a card to a deck's source, whose every other character stays as it was."""

import re
from collections.abc import Iterator
from dataclasses import replace

from quizapp.core.card import Deck
from quizapp.deck.fault import Fault
from quizapp.deck.tree import Mapping, Sequence, Tree

_ITEM = re.compile(r"( *)- ")
_BREAK = re.compile(r"(\r\n|\n|\r)")


def with_card(source: str, tree: Tree, card: str) -> str | None:
    """The source of a deck with one more card behind the last; None where its cards are no list of lines that begin
    with `-`.

    tree: of the source, which has no fault. card: as an item of a list, not indented.
    """
    root = tree.root
    cards = root.entries.get("cards") if isinstance(root, Mapping) else None
    if not (isinstance(root, Mapping) and isinstance(cards, Sequence) and cards.items):
        return None
    last = cards.items[-1].line
    item = _ITEM.match(tree.lines[last - 1])
    if item is None:
        return None
    end = "\r\n" if "\r\n" in source else "\n"
    lines = list(_with_ends(source))
    after = min((key.line for key in root.keys.values() if key.line > last), default=len(lines) + 1) - 1
    # What stands at the margin above the next field is about that field.
    while after > last and (not lines[after - 1].strip() or (after < len(lines) and lines[after - 1].startswith("#"))):
        after -= 1
    if not lines[after - 1].endswith(("\n", "\r")):
        lines[after - 1] += end
    added = "".join(f"{item[1]}{line}{end}" if line else end for line in ("", *card.splitlines()))
    return "".join([*lines[:after], added, *lines[after:]])


def kept(before: Deck | tuple[Fault, ...], after: Deck | tuple[Fault, ...]) -> bool:
    """Whether a deck, as it is read again, has all that it had, and one card more."""
    if not (isinstance(before, Deck) and isinstance(after, Deck)):
        return False
    same = replace(after, cards=after.cards[:-1], claims=tuple(replace(one, place="") for one in after.claims))
    return same == replace(before, claims=tuple(replace(one, place="") for one in before.claims))


def _with_ends(source: str) -> Iterator[str]:
    """The lines with their ends, cut as a tree counts them."""
    *parts, rest = _BREAK.split(source)
    yield from (text + end for text, end in zip(parts[::2], parts[1::2], strict=True))
    if rest:
        yield rest
