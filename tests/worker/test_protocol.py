"""Messages survive the line they travel on, and nothing else is taken for one."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.answer import Attempt, Mistake, Origin, Tolerance, Truth, Unverifiable
from quizapp.core.domain import Value
from quizapp.core.picture import INKS, Captioned, Picture, Run
from quizapp.core.text import Text
from quizapp.worker.payload import ProtocolError
from quizapp.worker.protocol import (
    Compute,
    Computed,
    Draw,
    Drawn,
    Hello,
    Load,
    Loaded,
    Locate,
    Located,
    Refused,
    RunCode,
    Tried,
    Try,
    decode,
    encode,
)

ids = st.integers(0, 2**31)
floats = st.floats(allow_nan=False)
scalars = st.booleans() | st.integers(-(2**4096), 2**4096) | floats | st.text()
values: st.SearchStrategy[Any] = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
named = st.dictionaries(st.text(max_size=8), values, max_size=4)
texts = st.builds(Text, st.text(), st.text())
finite = st.floats(0, 1e300)
tolerances = st.builds(Tolerance, finite, finite, st.integers(0, 17))
origins = st.builds(Origin, st.text(), st.dictionaries(st.text(), st.text(), max_size=3), st.text(), finite)
rows = st.lists(st.builds(Run, st.text(max_size=9), st.sampled_from(INKS)), max_size=3).map(tuple)
pictures = st.none() | st.lists(rows, max_size=3).map(tuple).map(Picture)
truths = st.builds(
    Truth,
    values,
    origins,
    tolerances,
    st.lists(texts, max_size=3).map(tuple),
    st.lists(st.builds(Mistake, values, texts), max_size=3).map(tuple),
    st.text(),
    named,
    st.lists(values, max_size=3).map(tuple),
    pictures,
)
failures = st.builds(Unverifiable, st.text(), st.booleans())
attempts = st.builds(Attempt, st.booleans(), texts)
answers = values | named
drawings = st.lists(rows, max_size=3).map(tuple).map(Picture)
captioned = st.builds(Captioned, drawings, st.lists(texts, max_size=3).map(tuple))
messages = st.one_of(
    st.builds(Load, ids, st.text()),
    st.builds(Compute, ids, st.text(), named, finite, finite, ids),
    st.builds(Locate, ids),
    st.just(Hello()),
    st.builds(Loaded, ids, st.text(), st.text()),
    st.builds(Computed, ids, truths | failures),
    st.builds(Try, ids, st.text(), named, answers, finite, finite, ids),
    st.builds(RunCode, ids, st.text(), named, st.text(), finite, finite, ids),
    st.builds(Tried, ids, attempts | failures),
    st.builds(Draw, ids, st.text(), named, finite, finite, ids),
    st.builds(Drawn, ids, captioned | failures),
    st.builds(Located, ids, st.text()),
    st.builds(Refused, ids, st.text()),
)


def typed(value: Any) -> Any:
    """`value` with the types of its numbers, since 1, 1.0 and True are equal."""
    return [typed(item) for item in value] if isinstance(value, list) else (type(value), value)


@given(messages)
def test_a_message_comes_back_as_it_was_sent(message: Any) -> None:
    assert decode(encode(message)) == message


@given(values)
def test_a_value_keeps_its_type(value: Value) -> None:
    message = decode(encode(Compute(1, "toy.add", {"a": value}, 1.0, 1.0, 0)))
    assert isinstance(message, Compute)
    assert typed(message.params["a"]) == typed(value)


@given(messages)
def test_a_message_is_one_line_of_ascii(message: Any) -> None:
    line = encode(message)
    assert line.isascii()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@given(messages)
def test_a_line_is_json_without_the_constants_that_json_lacks(message: Any) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(encode(message), parse_constant=refuse)


@pytest.mark.parametrize("value", [math.nan, [1.0, [math.nan]], None, {"a": 1}, b"bytes", 1j])
def test_what_is_no_value_is_refused_when_sent(value: Any) -> None:
    with pytest.raises(ProtocolError):
        encode(Compute(1, "toy.add", {"a": value}, 1.0, 1.0, 0))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"printed by accident\n",
        b"[" * 100_000,
        b"1\n",
        b"{}\n",
        b'{"load": "1", "verifier": "toy.add"}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": {"a": NaN}, "limits": [1, 1, 1]}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": {"a": Infinity}, "limits": [1, 1, 1]}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": {"a": 1e999}, "limits": [1, 1, 1]}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": {"a": {"float": "nan"}}, "limits": [1, 1, 1]}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": {"a": null}, "limits": [1, 1, 1]}\n',
        b'{"compute": 1, "verifier": "toy.add", "params": 5, "limits": [1, 1, 1]}\n',
        b'{"truth": 1, "value": 666}\n',
        b'{"loaded": 1}\n',
        b'{"tried": 1, "right": 1, "text": ["", ""]}\n',
        b'{"tried": 1, "right": true}\n',
        b'{"try": 1, "verifier": "toy.add", "params": {}, "answer": 5, "limits": [1, 1, 1]}\n',
        b'{"run": 1, "verifier": "toy.add", "params": {}, "source": 5, "limits": [1, 1, 1]}\n',
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_message_is_refused_when_it_comes(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(line)


@pytest.mark.parametrize("picture", [[[["a", "mauve"]]], [[["a"]]], [[[1, ""]]], [["ab", "c"]], 5])
def test_a_picture_has_its_own_form(picture: Any) -> None:
    truth = Truth(1, Origin("toy.bars", {"python": "3"}, "cpu", 1.0), picture=Picture.of(["x"]))
    line = encode(Computed(1, truth))
    assert decode(line) == Computed(1, truth)
    with pytest.raises(ProtocolError):
        decode(json.dumps(json.loads(line) | {"picture": picture}).encode())


def test_fields_named_as_an_infinity_are_fields() -> None:
    for answer in ({"float": "inf"}, {"value": 1}, {}, float("inf"), [float("-inf")]):
        message = Try(1, "toy.two_summing", {}, answer, 1.0, 1.0, 0)  # type: ignore[arg-type]
        assert decode(encode(message)) == message
