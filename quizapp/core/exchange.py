"""Events in open forms, there and back without loss: a line of JSON each, or a row of CSV each.

Reading checks everything, since what is wrong in the record stays there: a fault is a ValueError with what to write.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from quizapp.core.codec import event_data, event_from_data, write_json
from quizapp.core.day import Clock
from quizapp.core.event import Event, Grade, Reviewed, Settings
from quizapp.language import _, mark

# So late that the longest interval from there still ends on a date that Python knows.
_LAST = int(datetime(6000, 1, 1, tzinfo=UTC).timestamp() * 1000)
_LAST_DAY = date(6000, 1, 3).toordinal()
# What a spreadsheet would run, and what a cell in JSON begins with.
_GUARDED = ('"', "=", "@", "\t", "\r")

_TEXTS = ("id", "kind", "card", "answer", "scheduler", "review", "event", "mark", "text", "note")
_DATA = ("at", "day", "grade", "right", "ms", "on", "due_day", "params", "truth", "versions", "settings")
_FOR_READERS = ("time", "date")
COLUMNS = (*_TEXTS[:3], *_FOR_READERS, *_DATA[:2], *_TEXTS[3:], *_DATA[2:])

_FORMS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "id": (str, mark("a text")),
    "card": (str, mark("a card's id")),
    "kind": (str, mark("a kind of event")),
    "at": (int, mark("milliseconds of UTC")),
    "day": (int, mark("a study day, counted as Python's date.toordinal does")),
    "grade": (int, mark("1, 2, 3 or 4")),
    "answer": (str, mark("a text")),
    "right": (bool, mark("true or false")),
    "ms": (int, mark("milliseconds")),
    "params": (dict, mark("an object")),
    "versions": (dict, mark("an object of texts")),
    "scheduler": (str, mark("a text")),
    "settings": (dict, mark("an object")),
    "review": (str, mark("the id of an event")),
    "event": (str, mark("the id of an event")),
    "due_day": (int, mark("a study day, counted as Python's date.toordinal does")),
    "mark": (str, mark("suspended, buried, flagged or tagged")),
    "on": (bool, mark("true or false")),
    "text": (str, mark("a text")),
    "note": (str, mark("a text")),
}


def to_row(event: Event) -> dict[str, str]:
    """An event as a row of CSV: texts as they are, everything else in JSON; the time in words beside its number."""
    data: dict[str, Any] = event_data(event)
    row: dict[str, str] = {name: _cell(data[name]) for name in _TEXTS if name in data}
    row.update({name: write_json(data[name]) for name in _DATA if name in data})
    row["time"] = datetime.fromtimestamp(event.at / 1000, UTC).isoformat(timespec="milliseconds")
    row["date"] = date.fromordinal(event.day).isoformat()
    return row


def from_row(row: Mapping[str, str | None]) -> dict[str, Any]:
    """The data of the event that `to_row` wrote; empty cells are no data. Raises ValueError for a cell that can't be
    read."""
    data: dict[str, Any] = {}
    for name, cell in row.items():
        if name in _FOR_READERS or not cell:
            continue
        if name in _TEXTS:
            data[name] = json.loads(cell) if cell.startswith('"') else cell
        elif name in _DATA:
            try:
                data[name] = json.loads(cell)
            except ValueError:
                raise ValueError(_("{name} must be {form}").format(name=name, form=_form(name, "JSON"))) from None
        else:
            raise ValueError(_("there is no column '{name}'").format(name=name))
    for name in ("answer", "scheduler", "text", "note") if "kind" in data else ():
        if name in _wanted(data["kind"]):
            data.setdefault(name, "")
    return data


def read_event(data: object, clock: Clock, settings: Settings, scheduler: str) -> Event:
    """An event from its data, or from a plain review: `{"card": id, "at": ms of UTC, "grade": 1 to 4}`.

    clock, settings, scheduler: tell the study day of a plain review, and how it was scheduled.
    Raises ValueError saying what is wrong.
    """
    if not isinstance(data, dict):
        example = '{"card": "conv/size/stem", "at": 0, "grade": 3}'
        raise ValueError(_("this is no event; write an object like {example}").format(example=example))
    plain = "kind" not in data
    for name in ("card", "at", "grade") if plain else ("id", "card", "at", "day", *_wanted(data["kind"])):
        _check(data, name)
    if plain:
        if strange := sorted(set(data) - {"card", "at", "grade"}):
            raise ValueError(_("a plain review has no '{name}'; it has card, at and grade").format(name=strange[0]))
        return _plain(data["card"], data["at"], Grade(data["grade"]), clock, settings, scheduler)
    if data["kind"] == "reviewed":
        _check_review(data)
    try:
        event = event_from_data(data)
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(_("this is no event: {why}").format(why=error)) from None
    write_json(event_data(event))  # whatever can't be written again can't be kept
    return event


def _plain(card: str, at: int, grade: Grade, clock: Clock, settings: Settings, scheduler: str) -> Reviewed:
    # The id comes from the content: however often a file is imported, its reviews are there once.
    digest = hashlib.sha256(write_json([card, at, int(grade)]).encode()).hexdigest()[:16]
    return Reviewed(
        id=digest,
        card=card,
        at=at,
        day=clock.day_of(at),
        params={},
        answer="",
        truth="",
        right=grade is not Grade.AGAIN,
        grade=grade,
        ms=0,
        versions={},
        scheduler=scheduler,
        settings=settings,
    )


def _wanted(kind: object) -> tuple[str, ...]:
    match kind:
        case "reviewed":
            return ("params", "answer", "truth", "right", "grade", "ms", "versions", "scheduler", "settings")
        case "regraded":
            return ("review", "grade")
        case "undone":
            return ("event",)
        case "forgotten":
            return ()
        case "rescheduled":
            return ("due_day",)
        case "marked":
            return ("mark", "on", "text", "note")
    raise ValueError(_("there is no kind of event '{name}'").format(name=kind))


def _form(name: str, otherwise: str) -> str:
    return _(_FORMS[name][1]) if name in _FORMS else otherwise


def _check(data: Mapping[str, Any], name: str) -> None:
    if name not in data:
        words = _form(name, _("a value"))
        raise ValueError(_("'{name}' is missing; it is {form}").format(name=name, form=words))
    if name == "truth":
        return
    value = data[name]
    form, words = _FORMS[name]
    fits = isinstance(value, form) and not (isinstance(value, bool) and form is int)
    if fits and name in ("id", "card"):
        fits = bool(value.strip()) and value.isprintable()
    if fits and name == "at":
        fits = 0 <= value <= _LAST
    if fits and name in ("day", "due_day"):
        fits = 1 <= value <= _LAST_DAY
    if fits and name == "grade":
        fits = 1 <= value <= 4
    if fits and name == "ms":
        fits = 0 <= value <= _LAST
    if not fits:
        found = json.dumps(value, ensure_ascii=False)[:60]
        message = _("'{name}' must be {form}, and is {found}")
        raise ValueError(message.format(name=name, form=_(words), found=found))


def _check_review(data: Mapping[str, Any]) -> None:
    """Raises ValueError for settings with which no schedule can be computed."""
    from quizapp.core.schedule import check

    if not all(isinstance(one, str) for one in data["versions"].values()):
        raise ValueError(_("'versions' must be an object of texts"))
    try:
        settings = event_from_data({**data, "params": {}, "truth": ""})
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(_("'settings' is not complete: {why}").format(why=error)) from None
    assert isinstance(settings, Reviewed)
    check(settings.settings)


def _cell(text: str) -> str:
    """A text as a cell: as it is, unless a spreadsheet would run it or UTF-8 can't hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    number = text[:1] in "+-" and not _number(text)
    return write_json(text) if text.startswith(_GUARDED) or (text and number) or "\0" in text else text


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
