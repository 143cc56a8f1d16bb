"""Where things stand in a TOML text."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.toml import places

TEXT = '''\
# [no] = "table"
a = 1  # b = 2
"b c" = """
d = 4
""""
  'e"f' = [1, {g = "]"}, [
    "#", # }
  ]]
h.i = 1979-05-27 07:32:00
j = {k = {l = '=', "m" = 1.5}, n = []}\r
[ o . "p/q" ] # [r]
s = \'\'\'
[t]\'\'\'
"\\u0075\\"" = "\\\\"
[[v]]
w = 1
[[v]]
w = 2'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["a"], (2, 1)),
        (["b c"], (3, 1)),
        (['e"f'], (6, 3)),
        (['e"f', "g"], (6, 16)),
        (["h"], (9, 1)),
        (["h", "i"], (9, 1)),
        (["j", "k"], (10, 6)),
        (["j", "k", "l"], (10, 11)),
        (["j", "k", "m"], (10, 20)),
        (["j", "n"], (10, 32)),
        (["o"], (11, 1)),
        (["o", "p/q"], (11, 1)),
        (["o", "p/q", "s"], (12, 1)),
        (["o", "p/q", 'u"'], (14, 1)),
        (["v"], (15, 1)),
        (["v", "w"], (16, 1)),
    ],
)
def test_every_table_and_key_has_its_place(path: list[str], place: tuple[int, int]) -> None:
    assert places(TEXT)[tuple(path)] == place


def test_there_are_no_places_but_those() -> None:
    assert set(places(TEXT)) == set(paths(tomllib.loads(TEXT)))


keys = st.text(max_size=4) | st.sampled_from(["a", "b-c", "d.e", "[f]", '"', "#", "\\"])
scalars = (
    st.integers(-9, 9) | st.booleans() | st.text(max_size=6) | st.sampled_from(['"""', "'''", "]", "}", "#", "\n"])
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))


@given(st.dictionaries(keys, values, max_size=4))
def test_whatever_is_written_every_key_is_found_where_it_stands(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    found = places(text)
    lines = text.split("\n")
    for path in paths(tomllib.loads(text)):
        line, column = found[path]
        assert lines[line - 1][column - 1] in f'"[{path[-1][:1]}'


def paths(value: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of a document, with those above it."""
    match value:
        case Mapping():
            for name, inner in value.items():
                yield (*above, name)
                yield from paths(inner, (*above, name))
        case list():
            for inner in value:
                yield from paths(inner, above)
