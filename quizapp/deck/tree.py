"""A YAML file as a tree whose every node knows its place.

Built from the parser's events, not from a loader: `no`, `012` and `12:30:45` stay text, nothing is constructed from a
tag, nothing is expanded from an anchor, no key overwrites another in silence, and depth and size are bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from quizapp.core.text import clean
from quizapp.deck.encoding import MOST_FAULTS, decode, split
from quizapp.deck.fault import Fault, shown
from quizapp.deck.syntax import unreadable

DEEPEST = 20
_LONGEST_NUMBER = 30

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None, "": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, truth value or null.

    text:  the value as it was written.
    style: how it was quoted: `"`, `'`, `|`, `>`, or not at all.
    """

    value: bool | int | float | str | None
    line: int
    column: int
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Fields by name; `keys` gives the place of each name."""

    entries: dict[str, "Node"]
    keys: dict[str, Scalar]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands for a node that has a fault already; nobody should complain about it again."""

    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping | Broken


@dataclass(frozen=True, slots=True)
class Tree:
    """A file. `root` is None where it holds nothing that could be read."""

    root: Node | None
    lines: tuple[str, ...]

    def place(self, node: Node, offset: int | None = None) -> tuple[int, int]:
        """Line and column of the node, or of the character at `offset` of a text where no escape or fold hides it."""
        if not isinstance(node, Scalar) or offset is None:
            return node.line, node.column
        if node.style == "|":
            before = node.text[:offset]
            row = before.count("\n")
            wanted = node.text.split("\n")[row]
            line = self.lines[node.line + row] if node.line + row < len(self.lines) else ""
            if line.endswith(wanted):
                return node.line + row + 1, len(line) - len(wanted) + offset - before.rfind("\n")
        start = node.column - 1 + (node.style in ("'", '"'))
        if self.lines[node.line - 1].startswith(node.text[:offset], start):
            return node.line, start + offset + 1
        return node.line, node.column


def read_tree(source: bytes, path: str) -> tuple[Tree, tuple[Fault, ...]]:
    """The tree of the YAML document `source`, with every fault up to where reading has to stop."""
    text = decode(source, path)
    if not isinstance(text, str):
        return Tree(None, ()), text
    lines = split(text)
    builder = _Builder(path)
    builder.read(text, lines)
    return Tree(builder.root, lines), tuple(builder.faults)


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not ended. `key` waits for its value; None while a key is expected."""

    is_mapping: bool
    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    key: Node | None = None


def _events(text: str) -> Iterator[Any]:
    """The parser's events, and at last the exception that stopped it, if one did."""
    import yaml

    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    # PyYAML raises more than its own errors (OverflowError, ValueError, …) on input that is not YAML.
    except Exception as error:
        yield error


@dataclass(slots=True)
class _Builder:
    path: str
    root: Node | None = None
    faults: list[Fault] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)

    def read(self, text: str, lines: tuple[str, ...]) -> None:
        import yaml

        documents = 0
        for event in _events(text):
            match event:
                case Exception():
                    self.faults.append(unreadable(event, lines, self.path))
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._fault(event, "a second document begins here", "a file holds one deck, so take '---' out")
                        return
                    if event.version or event.tags:
                        self._fault(event, "lines that begin with '%' mean nothing here", "take them out")
                case yaml.AliasEvent():
                    self._fault(event, f"the alias '*{event.anchor}' is not read here", "write the value out")
                    self._add(Broken(*_place(event)))
                case yaml.ScalarEvent():
                    self._refuse_properties(event)
                    self._add(self._scalar(event) if event.tag is None else Broken(*_place(event)))
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._refuse_properties(event)
                    if len(self._stack) == DEEPEST:
                        self._fault(event, f"lists and fields are nested more than {DEEPEST} deep here", "")
                        return
                    self._stack.append(_Open(isinstance(event, yaml.MappingStartEvent), *_place(event)))
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._add(_closed(self._stack.pop()))
            if len(self.faults) >= MOST_FAULTS:
                return

    def _fault(self, event: Any, message: str, hint: str) -> None:
        self.faults.append(Fault(self.path, *_place(event), message, hint))

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault(event, f"the anchor '&{event.anchor}' is not read here", "take it out")
        if event.tag is not None:
            self._fault(event, f"the tag {shown(event.tag)} is not read here", "take it out, and put a text in quotes")

    def _scalar(self, event: Any) -> Node:
        line, column = _place(event)
        text, style = event.value, event.style or ""
        value: bool | int | float | str | None = text
        if not style:
            if text in _WORDS:
                value = _WORDS[text]
            elif number := _NUMBER.fullmatch(text):
                if len(text) > _LONGEST_NUMBER or abs(float(text)) > 1e300:
                    self._fault(event, f"the number {shown(text)} is too large or too long", "put a text in quotes")
                    return Broken(line, column)
                value = float(text) if number[1] or number[2] else int(text)
        elif _SURROGATE.search(text):  # the pure Python parser lets "\ud800" through
            self._fault(event, "half of a surrogate pair is no character", "write the character itself")
            return Broken(line, column)
        text = clean(text)
        return Scalar(text if isinstance(value, str) else value, line, column, text, style)

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if not top.is_mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = self._sound_key(node, top)
        else:
            if isinstance(top.key, Scalar):
                top.entries[top.key.text] = node
                top.keys[top.key.text] = top.key
            top.key = None

    def _sound_key(self, node: Node, mapping: _Open) -> Node:
        fault: tuple[str, str] | None = None
        if isinstance(node, Scalar):
            if node.text == "<<" and not node.style:
                fault = "the merge key '<<' is not read here", "write the fields out"
            elif first := mapping.keys.get(node.text):
                fault = f"the field {shown(node.text)} is given twice; line {first.line} has it already", "take one out"
        elif not isinstance(node, Broken):
            fault = "a list or fields stand where a field's name belongs", "put the text in quotes"
        if fault is None:
            return node
        self.faults.append(Fault(self.path, node.line, node.column, *fault))
        return Broken(node.line, node.column)


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _closed(done: _Open) -> Node:
    if done.is_mapping:
        return Mapping(done.entries, done.keys, done.line, done.column)
    return Sequence(tuple(done.items), done.line, done.column)
