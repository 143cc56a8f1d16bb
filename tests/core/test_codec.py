"""Cards and events as JSON: what goes in comes out."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.answer import Tolerance
from quizapp.core.card import Card, Kind, Option
from quizapp.core.codec import (
    card_from_json,
    card_to_json,
    event_from_data,
    event_from_json,
    event_to_json,
    params_from_json,
    params_to_json,
)
from quizapp.core.declaration import Draw
from quizapp.core.domain import (
    Array,
    Choice,
    Code,
    Distribution,
    Domain,
    Fixed,
    Grid,
    Int,
    Lines,
    Shape,
    Stack,
    Value,
)
from quizapp.core.event import Event, Grade, Regraded, Reviewed, Settings
from quizapp.core.text import Text

# Any character that Python can hold, halves of surrogate pairs too: a terminal can send them.
words = st.text(st.characters() | st.sampled_from("\ud800\udcff"), max_size=20)
names = st.text("abcdefg-/0123456789", min_size=1, max_size=20)
texts = st.builds(Text, words, words)
scalars = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), words)
values: st.SearchStrategy[Value] = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
params = st.dictionaries(st.one_of(st.just("float"), names), values, max_size=4)
short = st.tuples(words) | st.just(())
domains: st.SearchStrategy[Domain] = st.one_of(
    st.builds(Fixed, values),
    st.builds(lambda low, span: Int(low, low + span, (low,)), st.integers(), st.integers(0, 99)),
    st.builds(lambda found: Choice(*found), st.lists(values, min_size=1, max_size=4)),
    st.sampled_from((Grid(0, 1, 0.5), Grid(0.1, 1.0, 0.1, (0.5,)), Grid(-1.0, 1.0, 0.25))),
    st.sampled_from((Distribution(2, 3), Distribution(1, 4, 0.1, zeros=True))),
    st.builds(lambda low, dims: Shape(1, dims, low, low + 9, (low,)), st.integers(), st.integers(1, 8)),
    st.builds(Array, st.integers(1, 16), st.integers(1, 16), st.integers(-9, 0), st.integers(0, 9)),
    st.builds(lambda low, more, channels: Stack(low, low + more, channels), *[st.integers(1, 6)] * 3),
    st.sampled_from((Code(), Lines())),
)
cards = st.builds(
    Card,
    id=names,
    deck=names,
    kind=st.sampled_from(Kind),
    prompt=texts,
    verifier=names,
    draw=st.builds(Draw, st.dictionaries(names, domains, max_size=3), short),
    explain=texts,
    place=names,
    limit_s=st.floats(0.1, 100),
    code=words,
    options=st.lists(st.builds(Option, values, texts), max_size=3).map(tuple),
    tolerance=st.none() | st.builds(Tolerance, st.floats(0, 1), st.floats(0, math.inf), st.integers(0, 6)),
    aliases=short,
    gaps=st.lists(st.sampled_from(("number", "text")), max_size=3).map(tuple),
    lines=st.lists(words, max_size=9).map(tuple),
    fields=st.dictionaries(names, domains, max_size=6),
    starter=words,
    back=texts,
    source=words,
    tags=short,
    group=words,
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Reviewed,
        id=names,
        card=names,
        at=st.integers(),
        day=st.integers(),
        params=params,
        answer=words,
        truth=values,
        right=st.booleans(),
        grade=st.sampled_from(Grade),
        ms=st.integers(0),
        versions=st.dictionaries(names, names, max_size=2),
        scheduler=words,
        settings=st.builds(
            Settings,
            st.floats(0.7, 0.97),
            st.lists(st.integers(1)).map(tuple),
            st.lists(st.integers(1)).map(tuple),
            st.integers(1),
            st.lists(st.floats(0, 10)).map(tuple),
        ),
    ),
    st.builds(
        Regraded,
        id=names,
        card=names,
        at=st.integers(),
        day=st.integers(),
        review=names,
        grade=st.sampled_from(Grade),
    ),
)


def strict(written: str) -> Any:
    """`written`, read by the letter of the JSON standard, and of UTF-8."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(written.encode().decode(), parse_constant=refuse)


def exact(value: object) -> str:
    """Tells 1 from 1.0 and from True, where `==` does not."""
    return repr(value)


@settings(deadline=None)
@given(cards)
def test_a_card_survives(card: Card) -> None:
    written = card_to_json(card)
    strict(written)
    assert card_from_json(written) == card
    assert exact(card_from_json(written)) == exact(card)


@settings(deadline=None)
@given(events)
def test_an_event_survives(event: Event) -> None:
    written = event_to_json(event)
    strict(written)
    assert "\n" not in written
    assert event_from_json(written) == event
    assert exact(event_from_json(written)) == exact(event)


@settings(deadline=None)
@given(params)
def test_parameters_survive(drawn: dict[str, Value]) -> None:
    assert exact(params_from_json(params_to_json(drawn))) == exact(drawn)


@pytest.mark.parametrize("truth", [math.inf, -math.inf, math.nan, [0.5, math.inf], [[math.nan]]])
def test_what_json_has_no_number_for_survives_strict_json(truth: Value) -> None:
    event = Reviewed("1", "a/b", 0, 0, {"float": truth}, "inf", truth, True, Grade.GOOD, 0, {}, "", Settings())
    written = event_to_json(event)
    strict(written)
    assert exact(event_from_json(written)) == exact(event)


def test_what_a_card_leaves_out_is_left_out_and_comes_back_empty() -> None:
    card = Card("a/b", "a", Kind.RECALL, Text("Who?", "谁？"), "", Draw(), Text(""), "a.yaml:1:1", 0.0)
    written = card_to_json(card)
    assert not {"gaps", "lines", "fields", "starter", "back", "options", "code"} & set(strict(written))
    assert card_from_json(written) == card


def test_the_order_of_fields_survives() -> None:
    fields: dict[str, Domain] = {"stride": Int(1, 3), "kernel": Int(1, 9)}
    card = Card("a/b", "a", Kind.OPEN, Text("?"), "a.b", Draw(), Text(""), "a.yaml:1:1", 1.0, fields=fields)
    assert list(card_from_json(card_to_json(card)).fields) == ["stride", "kernel"]


def test_chinese_is_written_as_it_is() -> None:
    assert "卷积" in params_to_json({"a": "卷积"})


def test_an_event_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'rewritten' is not known"):
        event_from_data({"id": "1", "card": "a", "at": 0, "day": 1, "kind": "rewritten"})
