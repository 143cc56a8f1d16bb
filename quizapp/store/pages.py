"""Reading what can still be read of a damaged database: its pages one by one, whatever has become of the rest.

After SQLite's description of its file format, "B-tree Pages" and "Record Format". Rows of a table lie in leaf pages; a
long row goes on in overflow pages. Neither tables' names nor inner pages are needed: a row is known by its form.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

_LEAF = 0x0D
_FILE_HEADER = 100
_USUAL_SIZE = 4096

Value: TypeAlias = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of some table, as it lies in the file."""

    rowid: int
    values: tuple[Value, ...]


def rows(file: bytes) -> Iterator[Row]:
    """Every row of every table that can be read in the bytes of a database; what can't be is passed over."""
    size = _page_size(file)
    sound = len(file) >= _FILE_HEADER and file[:16] == b"SQLite format 3\0"
    usable = size - (file[20] if sound else 0)
    for start in range(0, len(file), size):
        head = start + (_FILE_HEADER if start == 0 else 0)
        if head + 8 > len(file) or file[head] != _LEAF:
            continue
        for nth in range(int.from_bytes(file[head + 3 : head + 5], "big")):
            at = head + 8 + 2 * nth
            cell = start + int.from_bytes(file[at : at + 2], "big")
            try:
                yield _row(file, cell, size, usable)
            except (IndexError, ValueError):
                continue


def _page_size(file: bytes) -> int:
    written = int.from_bytes(file[16:18], "big")
    size = 65536 if written == 1 else written
    return size if 512 <= size <= 65536 and size & (size - 1) == 0 else _USUAL_SIZE


def _row(file: bytes, at: int, size: int, usable: int) -> Row:
    length, at = _varint(file, at)
    rowid, at = _varint(file, at)
    if length > len(file):
        raise ValueError
    return Row(rowid - 2**64 if rowid >= 2**63 else rowid, tuple(_values(_payload(file, at, length, size, usable))))


def _payload(file: bytes, at: int, length: int, size: int, usable: int) -> bytes:
    most = usable - 35
    local = length
    if length > most:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
    found = [file[at : at + local]]
    missing, following = length - local, at + local
    while missing > 0:
        page = int.from_bytes(file[following : following + 4], "big")
        start = (page - 1) * size
        if page < 2 or start >= len(file) or len(found) > len(file) // size:  # pages that go round in a circle
            raise ValueError
        part = file[start + 4 : start + 4 + min(missing, usable - 4)]
        found.append(part)
        missing -= usable - 4
        following = start
    whole = b"".join(found)
    if len(whole) != length:
        raise ValueError
    return whole


def _values(record: bytes) -> Iterator[Value]:
    header, at = _varint(record, 0)
    body = header
    while at < header:
        kind, at = _varint(record, at)
        length = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
        raw = record[body : body + length]
        if len(raw) != length or kind in (10, 11):
            raise ValueError
        body += length
        match kind:
            case 0:
                yield None
            case 7:
                yield 0.0  # no event has one
            case 8 | 9:
                yield kind - 8
            case _ if kind < 7:
                yield int.from_bytes(raw, "big", signed=True)
            case _:
                yield raw.decode("utf-8") if kind % 2 else raw


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends. Raises IndexError behind the end of the data."""
    value = 0
    for nth in range(9):
        byte = data[at + nth]
        if nth == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + nth + 1
    raise AssertionError
