"""Queries are read as they are meant, and what can't be is said at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.query import All, Any, Compare, Is, Not, QueryError, parse


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("", All()),
        ("   ", All()),
        ("deck:conv", Is("deck", "conv")),
        ("is:due stability<10", All((Is("is", "due"), Compare("stability", "<", 10)))),
        ("padding", Is("text", "padding")),
        ('"what is asked"', Is("text", "what is asked")),
        ('note:"why not"', Is("note", "why not")),
        ("-is:suspended", Not(Is("is", "suspended"))),
        ("is:new or is:due", Any((Is("is", "new"), Is("is", "due")))),
        ("is:new OR is:due", Any((Is("is", "new"), Is("is", "due")))),
        ('"or"', Is("text", "or")),
        ("a b or c", Any((All((Is("text", "a"), Is("text", "b"))), Is("text", "c")))),
        ("a (b or c)", All((Is("text", "a"), Any((Is("text", "b"), Is("text", "c")))))),
        ("-(a or b)", Not(Any((Is("text", "a"), Is("text", "b"))))),
        ("due<=-2", Compare("due", "<=", -2)),
        ("lapses>=3.5", Compare("lapses", ">=", 3.5)),
        ("2:1", Is("text", "2:1")),
        ("-", Is("text", "-")),
        ("卷积:x", Is("text", "卷积:x")),
        ("flag:", Is("flag", "")),
    ],
)
def test_what_is_written_is_what_is_meant(written: str, query: object) -> None:
    assert parse(written) == query


@pytest.mark.parametrize(
    ("written", "at", "says"),
    [
        ("dek:conv", 0, "there is no 'dek:'; did you mean 'deck'?"),
        ("a is:deu", 2, "there is no 'is:deu'; did you mean 'due'?"),
        ("a -flag:pink", 3, "there is no 'flag:pink'; there are red, orange, green, blue"),
        ("stability<low", 0, "'stability<' wants a number behind it, like stability<10"),
        ("lapses>nan", 0, "wants a number"),
        ("lapse>1", 0, "'lapse' is no number of a card; did you mean 'lapses'?"),
        ("a (b", 2, "this parenthesis isn't closed"),
        ("a) b", 1, "this parenthesis closes nothing"),
        ("a or", 4, "'or' wants something on both sides"),
        ("deck:", 0, "'deck:' wants a word behind it"),
        ("(" * 99, 98, "this parenthesis isn't closed"),
        ("(" * 200, 100, "at most 100 words"),
        ("a " * 200, 200, "at most 100 words"),
        ("a" * 1001, 1000, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_place(written: str, at: int, says: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(written)
    assert says in str(error.value)
    assert error.value.at == at


@given(st.text(max_size=40) | st.text(alphabet='()-or"is:due<>= ', max_size=40))
def test_no_text_does_more_than_be_refused(written: str) -> None:
    try:
        parse(written)
    except QueryError as error:
        assert 0 <= error.at <= len(written)  # noqa: PT017
