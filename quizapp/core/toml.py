"""Where things stand in a TOML text. `tomllib` reads it, and tells a place only of what it can't read."""

import re
from bisect import bisect_right
from collections.abc import Mapping

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+""", re.ASCII)
_VALUE = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""+ | \'\'\'.*?\'\'\'+ | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | [^,\]}\#\n]+''',
    re.DOTALL | re.VERBOSE,
)


def places(text: str) -> Mapping[tuple[str, ...], tuple[int, int]]:
    """Line and column, both from 1, of every table and key: `("decks", "conv", "retention")`.

    text: valid TOML. A table that is named several times stands where it is named first.
    """
    scan = _Scan(text)
    scan.document()
    lines = [0, *(newline.end() for newline in re.finditer("\n", text))]
    found = {}
    for path, at in scan.found.items():
        line = bisect_right(lines, at)
        found[path] = (line, at - lines[line - 1] + 1)
    return found


class _Scan:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[tuple[str, ...], int] = {}

    def document(self) -> None:
        table: tuple[str, ...] = ()
        self._take(_BLANK)
        while self.at < len(self.text):
            start = self.at
            if self._passes("["):
                self._passes("[")
                table = self._key()
                self._note(table, 0, start)
                self._passes("]")
                self._passes("]")
            else:
                self._pair(table)
            if self.at == start:  # what is no TOML has no places
                return
            self._take(_BLANK)

    def _pair(self, table: tuple[str, ...]) -> None:
        start = self.at
        path = (*table, *self._key())
        self._note(path, len(table), start)
        self._passes("=")
        self._value(path)

    def _value(self, path: tuple[str, ...]) -> None:
        self._take(_BLANK)
        if self._passes("{"):
            while not self._ends("}"):
                self._pair(path)
        elif self._passes("["):
            while not self._ends("]"):
                self._value(path)
        else:
            self._take(_VALUE)

    def _ends(self, bracket: str) -> bool:
        """Whether a list or an inline table ends here; else what stands between its members is passed."""
        self._take(_BLANK)
        if self._passes(","):
            self._take(_BLANK)
        return self._passes(bracket) or self.at >= len(self.text)

    def _key(self) -> tuple[str, ...]:
        """The parts of a dotted key."""
        parts = []
        self._take(_BLANK)
        while part := self._take(_PART):
            parts.append(_name(part))
            self._take(_BLANK)
            if not self._passes("."):
                break
            self._take(_BLANK)
        return tuple(parts)

    def _note(self, path: tuple[str, ...], known: int, start: int) -> None:
        for length in range(known + 1, len(path) + 1):
            self.found.setdefault(path[:length], start)

    def _take(self, pattern: re.Pattern[str]) -> str:
        """What matches here, which is passed."""
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _passes(self, sign: str) -> bool:
        passes = self.text.startswith(sign, self.at)
        self.at += passes
        return passes


def _name(part: str) -> str:
    """A part of a key without its quotes."""
    if part[0] == '"' and "\\" in part:
        import tomllib

        return next(iter(tomllib.loads(f"{part} = 0")))
    return part[1:-1] if part[0] in "\"'" else part
