"""Queries for cards: `deck:conv is:due tag:shape stability<10 flag:red "what is asked" -is:suspended`.

Words side by side must all hold, `or` (also `OR`) joins what stands beside it, `-` denies, parentheses group. A word
without a colon is looked for in ids, in all that a card says, in tags and in notes.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias

from quizapp.core.card import Kind
from quizapp.core.marks import FLAGS
from quizapp.language import _

STATES = ("new", "learning", "review", "relearning")
ISES = (*STATES, "due", "suspended", "buried", "flagged", "leech", "orphan", "drawn")
NAMES = ("deck", "tag", "is", "flag", "kind", "id", "verifier", "note")
NUMBERS = ("stability", "difficulty", "reviews", "lapses", "due", "interval")
COMPARISONS: dict[str, Callable[[Anything, Anything], Anything]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_TOKEN = re.compile(r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>-?(?:"[^"]*"|[^\s()"])+|"[^"]*$))""")
_NUMBER = re.compile(r"(?P<name>[a-z]+)(?P<sign><=|>=|<|>|=)(?P<value>.*)")
# A database can't take conditions of any size, nor Python parentheses of any depth; this is more than anybody types.
_MOST = 100
_LONGEST = 1000


class QueryError(ValueError):
    """A query that can't be understood: what is wrong, and what to write; `at` is the place, counted from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Is:
    """What a name says: `deck:conv`, `is:due`; for `text`, words to be found anywhere."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A number against another: `stability<10`. `due` and `interval` are study days, `due` from today."""

    name: str
    sign: str
    value: float


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class All:
    """What must all hold; nothing holds of every card."""

    queries: "tuple[Query, ...]" = ()


@dataclass(frozen=True, slots=True)
class Any:
    """Of what at least one must hold."""

    queries: "tuple[Query, ...]"


Query: TypeAlias = Is | Compare | Not | All | Any


def parse(written: str) -> Query:
    """The query that is written. Raises QueryError."""
    return _Parser(written).whole()


class _Parser:
    def __init__(self, written: str) -> None:
        if len(written) > _LONGEST:
            raise QueryError(_("a query has at most {n} characters").format(n=_LONGEST), _LONGEST)
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while match := _TOKEN.match(written, at):
            kind = match.lastgroup or "word"
            text = "or" if match[kind] == "OR" else match[kind]
            self.tokens.append((kind, text, match.start(kind)))
            at = match.end()
        if len(self.tokens) > _MOST:
            raise QueryError(_("a query has at most {n} words").format(n=_MOST), self.tokens[_MOST][2])
        self.end = len(written)
        self.place = 0

    def whole(self) -> Query:
        found = self.either()
        if self.place < len(self.tokens):
            raise QueryError(_("this parenthesis closes nothing"), self.tokens[self.place][2])
        return found

    def either(self) -> Query:
        parts = [self.all()]
        while self.peek() == ("word", "or"):
            self.place += 1
            parts.append(self.all())
        if len(parts) == 1:
            return parts[0]
        if All() in parts:
            raise QueryError(_("'or' wants something on both sides"), self.here())
        return Any(tuple(parts))

    def all(self) -> Query:
        parts: list[Query] = []
        while (token := self.peek()) is not None and token != ("word", "or") and token[0] != "close":
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Query:
        kind, text, at = self.tokens[self.place]
        self.place += 1
        if kind == "open":
            return self.group(at)
        if text == "-" and self.peek() == ("open", "("):
            self.place += 1
            return Not(self.group(at))
        if text.startswith("-") and len(text) > 1:
            return Not(_term(text[1:], at + 1))
        return _term(text, at)

    def group(self, at: int) -> Query:
        found = self.either()
        if self.peek() != ("close", ")"):
            raise QueryError(_("this parenthesis isn't closed"), at)
        self.place += 1
        return found

    def peek(self) -> tuple[str, str] | None:
        return self.tokens[self.place][:2] if self.place < len(self.tokens) else None

    def here(self) -> int:
        return self.tokens[self.place][2] if self.place < len(self.tokens) else self.end


def _term(text: str, at: int) -> Query:
    if text.startswith('"'):
        return Is("text", text.strip('"'))
    if (number := _NUMBER.fullmatch(text)) is not None:
        return _comparison(number["name"], number["sign"], number["value"], at)
    name, colon, value = text.partition(":")
    if not colon or not name.isascii() or not name.isalpha():
        return Is("text", text.replace('"', ""))
    value = value.replace('"', "")
    if name not in NAMES:
        raise QueryError(_near(_("there is no '{word}:'").format(word=name), name, NAMES), at)
    known = {"is": ISES, "kind": tuple(Kind), "flag": (*FLAGS, "")}.get(name)
    if known is not None and value not in known:
        message = _("there is no '{word}:{value}'").format(word=name, value=value)
        raise QueryError(_near(message, value, known), at)
    if not value and name != "flag":
        raise QueryError(_("'{word}:' wants a word behind it").format(word=name), at)
    return Is(name, value)


def _comparison(name: str, sign: str, value: str, at: int) -> Query:
    if name not in NUMBERS:
        raise QueryError(_near(_("'{word}' is no number of a card").format(word=name), name, NUMBERS), at)
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e15:
        message = _("'{word}' wants a number behind it, like {word}10")
        raise QueryError(message.format(word=f"{name}{sign}"), at)
    return Compare(name, sign, number)


def _near(message: str, word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # only where something is wrong already

    close = get_close_matches(word, known, 1)
    if close:
        return _("{message}; did you mean '{word}'?").format(message=message, word=close[0])
    return _("{message}; there are {words}").format(message=message, words=", ".join(filter(None, known)))
