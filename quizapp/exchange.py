"""`quiz export`, `quiz import`, `quiz merge`: the record out of quizapp, into it, from one machine to another."""

import csv
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from quizapp import opening
from quizapp.core.codec import event_data, event_to_json
from quizapp.core.event import Event
from quizapp.core.exchange import COLUMNS, from_row, read_event, to_row
from quizapp.core.text import clean, in_json
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError
from quizapp.language import _, mark
from quizapp.paths import url_of

if TYPE_CHECKING:
    from quizapp.common import Common
    from quizapp.library import Library
    from quizapp.store import Store

_MOST_FAULTS = 20
# Of a table, in characters: longer than any answer, while a quotation mark that is never closed soon ends the reading.
_LONGEST_CELL = 10_000_000
_FORMATS = mark("name a file that ends in .jsonl or .csv, or - for standard output")


def export(target: str, common: "Common", as_json: bool) -> None:
    """`quiz export FILE`: every event, a line of JSON or a row of CSV each, in the order of cards and time.

    Raises QuizError for a file that can't be written. A file is there when it is whole, or not at all.
    """
    with opening.store(common) as store:
        if target == "-":
            written = _write(store, sys.stdout, as_csv=False)
            return
        path = Path(target)
        if path.suffix not in (".jsonl", ".csv"):
            raise QuizError(_("'{target}' doesn't say in which form").format(target=target), hint=_(_FORMATS))
        partial = path.with_name(f"{path.name}.part")
        try:
            with partial.open("w", encoding="utf-8", newline="") as file:
                written = _write(store, file, as_csv=path.suffix == ".csv")
            partial.replace(path)
        except OSError as error:
            raise QuizError(
                _("the export can't be written: {why}").format(why=error.strerror), where=target, exit=Exit.ENVIRONMENT
            ) from None
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(path), "events": written})
    else:
        print(_("{events} events in {file}").format(events=written, file=path))


def bring_in(source: str, common: "Common", as_json: bool) -> None:
    """`quiz import FILE`: events from an export, or plain reviews from elsewhere; all of the file or nothing.

    Raises QuizError (exit 2) naming every line that can't be read.
    """
    with opening.library(common) as library, _text_of(source) as file:
        reader = _reader(library, common)
        # All of it is read before anything is written, and again rather than held: a file may be larger than memory.
        cards = {event.card for event in _events(file, source, reader)}
        file.seek(0)
        opening.back_up(library.store, common)
        added, known = _taken_in(library.store, _events(file, source, reader), source)
        _tell(library, cards, added, known, as_json)


def merge(other: str, common: "Common", as_json: bool) -> None:
    """`quiz merge OTHER`: the reviews of another database as well, each once, and every schedule that follows.

    OTHER is only read. Raises QuizError where it isn't a database of quizapp or is damaged.
    """
    path = Path(other)
    if not path.is_file():
        raise QuizError(_("there is no database"), where=other, hint=_("name the quiz.db of the other machine"))
    with opening.library(common) as library, _opened_copy(path) as theirs:
        cards: set[str] = set()
        opening.back_up(library.store, common)
        added, known = _taken_in(library.store, _checked(theirs, cards, other, _reader(library, common)), other)
        _tell(library, cards, added, known, as_json)


def _checked(theirs: "Store", cards: set[str], other: str, reader: "Reader") -> Iterator[Event]:
    """Another database's events, looked at as closely as a file's: what is wrong in the record stays there. cards:
    theirs are added to it. Raises QuizError, and ValueError for one that is none."""
    events = theirs.events()
    while True:
        try:
            event = next(events, None)
        except QuizError as error:
            raise QuizError(error.message, where=other, hint=_("nothing was merged"), exit=error.exit) from None
        if event is None:
            return
        cards.add(event.card)
        yield reader(event_data(event))


def _write(store: "Store", file: TextIO, *, as_csv: bool) -> int:
    number = 0
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n") if as_csv else None
    if writer is not None:
        writer.writeheader()
    for number, event in enumerate(store.events(), 1):  # noqa: B007
        if writer is not None:
            writer.writerow(to_row(event))
        else:
            file.write(f"{in_json(event_to_json(event))}\n")
    return number


Reader = Callable[[object], Event]


def _reader(library: "Library", common: "Common") -> Reader:
    """What makes an event of a line's data; a plain review is scheduled as its card's deck is."""
    from quizapp.core.schedule import version

    clock, scheduler = opening.clock(common), version()
    decks = library.store.decks_of_cards(library.key)

    def read(data: object) -> Event:
        card = data.get("card") if isinstance(data, dict) else ""
        deck = decks.get(card, "") if isinstance(card, str) else ""
        return read_event(data, clock, common.config.settings(deck), scheduler)

    return read


@contextmanager
def _text_of(source: str) -> Iterator[TextIO]:
    """A file to be read more than once: what comes through a pipe is kept in another one meanwhile."""
    with ExitStack() as opened:
        try:
            given = opened.enter_context(open(sys.stdin.fileno() if source == "-" else source, "rb"))
            if given.seekable():
                kept: IO[bytes] = given
            else:
                kept = opened.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(given, kept)
                kept.seek(0)
        except OSError as error:
            raise QuizError(_("it can't be read: {why}").format(why=error.strerror), where=source) from None
        yield opened.enter_context(TextIOWrapper(kept, encoding="utf-8-sig", newline=""))


def _events(file: TextIO, source: str, reader: Reader) -> Iterator[Event]:
    """The events of a file. Raises QuizError in the end, naming every line with a fault, up to twenty."""
    faults: list[str] = []
    try:
        for place, data in _lines(file, source):
            try:
                event = reader(data())
            except (ValueError, RecursionError) as error:
                faults.append(f"{place}: {clean(str(error))}")
                if len(faults) == _MOST_FAULTS:
                    break
            else:
                yield event
    except OSError as error:
        raise QuizError(_("it can't be read: {why}").format(why=error.strerror), where=source) from None
    except UnicodeDecodeError:
        raise QuizError(_("this is not text in UTF-8"), where=source, hint=_("save it in UTF-8")) from None
    if faults:
        raise QuizError("\n".join([*faults, _("nothing was imported; mend these lines and import again")]))


def _lines(file: TextIO, source: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each line's place and what reads its data."""
    first = file.readline()
    every = chain([first], file)  # a pipe can't be rewound
    if first.lstrip().startswith("{") or not first.strip():
        for number, line in enumerate(every, 1):
            if line.strip():
                yield f"{source}:{number}", lambda line=line: _json(line)  # type: ignore[misc]
        return
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.DictReader(every, strict=True)
    try:
        if not {"card", "at", "grade"} <= set(rows.fieldnames or ()):
            raise QuizError(
                _("this is neither JSON Lines nor a table with the columns card, at and grade"),
                where=f"{source}:1",
                hint=_('write a line like {{"card": "conv/size/stem", "at": 1764060000000, "grade": 3}}').format(),
            )
        for row in rows:
            yield f"{source}:{rows.line_num}", lambda row=row: from_row(row)  # type: ignore[misc]
    except csv.Error as error:
        raise QuizError(str(error), where=f"{source}:{rows.line_num}") from None


def _json(line: str) -> object:
    def refuse(name: str) -> None:
        raise ValueError(_("{name} is no JSON").format(name=name))

    try:
        return json.loads(line, parse_constant=refuse)
    except json.JSONDecodeError as error:
        words = _("this is no JSON: {why} at column {n}")
        raise ValueError(words.format(why=error.msg, n=error.colno)) from None


@contextmanager
def _opened_copy(path: Path) -> "Iterator[Store]":
    """A copy of another database, brought up to date, so that the other one is left as it is."""
    from quizapp.store import open_store
    from quizapp.store.files import copy_as_it_lies
    from quizapp.store.trouble import told

    with tempfile.TemporaryDirectory(prefix="quiz-merge-") as folder:
        copy = Path(folder) / "other.db"
        try:
            copy_as_it_lies(path, copy)
        except sqlite3.Error as error:
            raise told(error, str(path)) from error
        except OSError as error:
            raise QuizError(_("it can't be read: {why}").format(why=error.strerror), where=str(path)) from None
        try:
            store = open_store(url_of(copy))
        except QuizError as error:
            raise QuizError(error.message, where=str(path), hint=_("nothing was merged"), exit=error.exit) from None
        with store:
            yield store


def _taken_in(store: "Store", events: Iterator[Event], where: str) -> tuple[int, int]:
    try:
        return store.merge(events)
    except ValueError as error:
        raise QuizError(str(error), where=where, hint=_("nothing was taken in")) from None


def _tell(library: "Library", cards: set[str], added: int, known: int, as_json: bool) -> None:
    unknown = sorted(cards - set(library.store.card_ids(library.key)))
    if as_json:
        print_json({"added": added, "known": known, "unknown_cards": unknown})
        return
    print(_("{added} events added, {known} were here already").format(added=added, known=known))
    if unknown:
        print(_("kept, though no deck has their cards:"), *(f"  {clean(card)}" for card in unknown), sep="\n")
