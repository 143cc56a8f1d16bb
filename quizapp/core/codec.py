"""Cards and events as JSON, there and back without loss.

It is strict JSON: an infinite truth (a divergence may be one) is written `{"float": "inf"}`. Text goes in as it is;
only what UTF-8 can't hold, a broken character typed into a terminal, is escaped.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from quizapp.core.answer import Tolerance
from quizapp.core.card import Card, Kind, Option
from quizapp.core.declaration import Draw
from quizapp.core.domain import Domain, Params, Value, from_data
from quizapp.core.event import (
    Event,
    Forgotten,
    Grade,
    Mark,
    Marked,
    Regraded,
    Rescheduled,
    Reviewed,
    Settings,
    Undone,
)
from quizapp.core.text import Text

_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ESCAPED = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def write_json(data: object) -> str:
    """`data` as strict, compact JSON that UTF-8 can hold."""
    written = _AS_IT_IS.encode(data)
    try:
        written.encode()
    except UnicodeEncodeError:
        return _ESCAPED.encode(data)
    return written


def card_to_json(card: Card) -> str:
    """A card as the index of decks keeps it; what a card leaves out is left out."""
    data: dict[str, Any] = {
        "id": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "prompt": _pair(card.prompt),
        "verifier": card.verifier,
        "domains": _domains(card.draw.domains),
        "explain": _pair(card.explain),
        "place": card.place,
        "limit_s": _value(card.limit_s),
    }
    tolerance = card.tolerance
    optional: dict[str, Any] = {
        "where": card.draw.where,
        "code": card.code,
        "options": [[_value(option.value), *_pair(option.text)] for option in card.options],
        "tolerance": tolerance and [_value(tolerance.absolute), _value(tolerance.relative), tolerance.digits],
        "aliases": card.aliases,
        "gaps": card.gaps,
        "lines": card.lines,
        "fields": _domains(card.fields),
        "starter": card.starter,
        "back": _pair(card.back) if card.back != Text("") else (),
        "steady": card.steady,
        "source": card.source,
        "tags": card.tags,
        "group": card.group,
    }
    return write_json(data | {name: value for name, value in optional.items() if value})


def card_from_json(written: str) -> Card:
    """The card that `card_to_json` wrote."""
    data = json.loads(written)
    get = data.get
    tolerance = get("tolerance")
    return Card(
        id=data["id"],
        deck=data["deck"],
        kind=Kind(data["kind"]),
        prompt=Text(*data["prompt"]),
        verifier=data["verifier"],
        draw=Draw(_read_domains(data["domains"]), tuple(get("where", ()))),
        explain=Text(*data["explain"]),
        place=data["place"],
        limit_s=_read_value(data["limit_s"]),
        code=get("code", ""),
        options=tuple(Option(_read_value(value), Text(*words)) for value, *words in get("options", ())),
        tolerance=tolerance and Tolerance(*map(_read_value, tolerance)),
        aliases=tuple(get("aliases", ())),
        gaps=tuple(get("gaps", ())),
        lines=tuple(get("lines", ())),
        fields=_read_domains(get("fields", {})),
        starter=get("starter", ""),
        back=Text(*get("back", ("",))),
        steady=get("steady", ""),
        source=get("source", ""),
        tags=tuple(get("tags", ())),
        group=get("group", ""),
    )


def event_to_json(event: Event) -> str:
    """An event as one line of JSON."""
    return write_json(event_data(event))


def event_from_json(written: str) -> Event:
    """The event that `event_to_json` wrote. Raises as `event_from_data` does."""
    return event_from_data(json.loads(written))


def event_data(event: Event) -> dict[str, Any]:
    """An event as a new dict of plain JSON values, its `kind` among them."""
    head = {"id": event.id, "card": event.card, "at": event.at, "day": event.day}
    match event:
        case Reviewed():
            settings = event.settings
            return head | {
                "kind": "reviewed",
                "params": _params(event.params),
                "answer": event.answer,
                "truth": _value(event.truth),
                "right": event.right,
                "grade": int(event.grade),
                "ms": event.ms,
                "versions": dict(event.versions),
                "scheduler": event.scheduler,
                "settings": {
                    "retention": settings.retention,
                    "learning_steps": list(settings.learning_steps),
                    "relearning_steps": list(settings.relearning_steps),
                    "maximum_interval": settings.maximum_interval,
                    "parameters": list(settings.parameters),
                    "fuzz": settings.fuzz,
                },
            }
        case Regraded():
            return head | {"kind": "regraded", "review": event.review, "grade": int(event.grade)}
        case Undone():
            return head | {"kind": "undone", "event": event.event}
        case Forgotten():
            return head | {"kind": "forgotten"}
        case Rescheduled():
            return head | {"kind": "rescheduled", "due_day": event.due_day}
        case Marked():
            return head | {
                "kind": "marked",
                "mark": str(event.mark),
                "on": event.on,
                "text": event.text,
                "note": event.note,
            }


def event_from_data(data: Mapping[str, Any]) -> Event:
    """The event that `data` describes. Raises ValueError for a kind that this version doesn't know, KeyError for
    something missing."""
    head = (data["id"], data["card"], data["at"], data["day"])
    match data["kind"]:
        case "reviewed":
            return Reviewed(
                *head,
                params=_read_params(data["params"]),
                answer=data["answer"],
                truth=_read_value(data["truth"]),
                right=data["right"],
                grade=Grade(data["grade"]),
                ms=data["ms"],
                versions=data["versions"],
                scheduler=data["scheduler"],
                settings=_settings(data["settings"]),
            )
        case "regraded":
            return Regraded(*head, review=data["review"], grade=Grade(data["grade"]))
        case "undone":
            return Undone(*head, event=data["event"])
        case "forgotten":
            return Forgotten(*head)
        case "rescheduled":
            return Rescheduled(*head, due_day=data["due_day"])
        case "marked":
            return Marked(*head, mark=Mark(data["mark"]), on=data["on"], text=data["text"], note=data["note"])
    raise ValueError(f"an event of the kind '{data['kind']}' is not known to this version of quizapp")


def _settings(data: Mapping[str, Any]) -> Settings:
    return Settings(
        retention=data["retention"],
        learning_steps=tuple(data["learning_steps"]),
        relearning_steps=tuple(data["relearning_steps"]),
        maximum_interval=data["maximum_interval"],
        parameters=tuple(data["parameters"]),
        fuzz=data.get("fuzz", True),  # older events had no choice
    )


def params_to_json(params: Params) -> str:
    """Parameters as drawn, as JSON."""
    return write_json(_params(params))


def params_from_json(written: str) -> dict[str, Value]:
    """The parameters that `params_to_json` wrote."""
    return _read_params(json.loads(written))


def _pair(text: Text) -> list[str]:
    return [text.en, text.zh] if text.zh else [text.en]


def _value(value: Value) -> Any:
    """A value as strict JSON. A value is never a dict, so one can stand for the numbers that JSON lacks."""
    match value:
        case float() if not math.isfinite(value):
            return {"float": str(value)}
        case list():
            return [_value(item) for item in value]
    return value


def _read_value(data: Any) -> Any:
    match data:
        case {"float": written}:
            return float(written)
        case list():
            return [_read_value(item) for item in data]
    return data


def _domains(domains: Mapping[str, Domain]) -> dict[str, Any]:
    return {name: _params(domain.data()) for name, domain in domains.items()}


def _read_domains(data: Mapping[str, Any]) -> dict[str, Domain]:
    return {name: from_data(_read_params(domain)) for name, domain in data.items()}


def _params(params: Params) -> dict[str, Any]:
    return {name: _value(value) for name, value in params.items()}


def _read_params(data: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _read_value(value) for name, value in data.items()}
