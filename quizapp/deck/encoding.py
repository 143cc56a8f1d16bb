"""The bytes of a file as text that is safe to hand to a parser."""

import re
from collections.abc import Iterator
from itertools import islice

from quizapp.deck.fault import Fault

LARGEST_FILE = 1_000_000
MOST_FAULTS = 200

_BREAK = re.compile(r"\r\n|\n|\r")
# Control characters, line breaks that editors don't count, and code points that are no characters.
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def decode(source: bytes, path: str) -> str | tuple[Fault, ...]:
    """The text of `source`, UTF-8 of at most 1 MB without control characters; or what is wrong with it."""
    if len(source) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 1_000_000} MB"
        return (Fault(path, 1, 1, message, "split it into several decks"),)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (_not_utf8(source, error, path),)
    if _REFUSED.search(text):
        return tuple(islice(_control_characters(text, path), MOST_FAULTS))
    return text


def split(text: str) -> tuple[str, ...]:
    """The lines of `text`, as YAML and editors count them."""
    return tuple(_BREAK.split(text))


def _not_utf8(source: bytes, error: UnicodeDecodeError, path: str) -> Fault:
    # With a byte order mark, positions in the error count from behind it.
    before = source[: len(source) - len(error.object) + error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", errors="replace")) + 1
    message = f"the byte 0x{error.object[error.start]:02x} is not UTF-8"
    return Fault(path, before.count(b"\n") + 1, column, message, "save the file as UTF-8")


def _control_characters(text: str, path: str) -> Iterator[Fault]:
    for number, line in enumerate(split(text), 1):
        if found := _REFUSED.search(line):
            message = f"the character U+{ord(found[0]):04X} is invisible, and has no business in a deck"
            yield Fault(path, number, found.start() + 1, message, "take it out")
