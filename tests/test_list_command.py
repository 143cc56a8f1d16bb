"""`quiz list`: facts for scripts, a table for eyes, and a way to ask for less."""

from collections.abc import Iterator

import pytest

from quizapp.core.event import Grade, Mark, Marked
from quizapp.core.text import cells
from quizapp.paths import database_url
from quizapp.store import Store, open_store
from tests.command_line import quiz
from tests.store.examples import START, TODAY, reviewed


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(database_url()) as opened:
        yield opened


def test_every_card_is_told_with_its_state(store: Store) -> None:
    store.append(reviewed(1, "gone/old", grade=Grade.EASY))
    store.append(Marked("m", "gone/old", START, TODAY, Mark.FLAGGED, True, "red", "why?"))
    told = quiz("list", "--json").document
    assert len(told) == len(quiz("decks", "--json").document and quiz("list", "-is:orphan", "--json").document) + 1
    orphan, new = told[-1], told[0]
    schedule = store.schedule("gone/old")
    expected = {"id": "gone/old", "deck": "", "kind": "", "state": "review", "reviews": 1, "lapses": 0}
    expected |= {"stability": schedule.stability, "due": schedule.due}  # type: ignore[union-attr]
    assert {name: orphan[name] for name in expected} == expected
    assert (orphan["marks"], orphan["note"]) == (["flag:red"], "why?")
    assert (new["state"], new["stability"], new["due"], new["marks"]) == ("new", None, None, [])


def test_the_table_fits_and_counts_all(store: Store) -> None:
    store.append(reviewed(1, "gone/old"))
    told = quiz("list", "is:orphan", "or", "kind:number", "--limit", "2").out.splitlines()
    assert len(told) == 4
    assert told[0].split() == ["card", "state", "due", "stability", "difficulty", "lapses"]
    total = int(told[-1].split()[0])
    assert total == len(quiz("list", "is:orphan or kind:number", "--json").document)
    assert all(len(line) <= 80 for line in told)


def test_marks_are_shown_where_there_is_little_room_and_ids_are_cut_last(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "a/very/long/name/of/a/card/that/goes/on/and/on"
    for number, one in enumerate((long, "short/one")):
        store.append(reviewed(number, one))
    store.append(Marked("m", "short/one", START, TODAY, Mark.TAGGED, True, "重要"))
    monkeypatch.setenv("COLUMNS", "200")
    whole = quiz("list", "is:orphan", "or", "id:toy").out.splitlines()
    assert whole[0].split() == ["card", "state", "due", "stability", "difficulty", "lapses", "marks"]
    assert any(line.startswith(long) for line in whole)
    monkeypatch.setenv("COLUMNS", "60")
    head, *lines, _ = quiz("list", "is:orphan").out.splitlines()
    assert head.split() == ["card", "state", "due", "marks"]
    assert all(cells(line) <= 60 for line in (head, *lines))
    assert [line.split()[0] for line in lines] == [f"{long[: lines[0].index('…')]}…", "short/one"]
    assert lines[1].endswith("tag:重要")
    for width in range(8, 60):
        monkeypatch.setenv("COLUMNS", str(width))
        assert all(cells(line) <= width for line in quiz("list", "is:orphan").out.splitlines()[:-1])


def test_nothing_in_an_id_a_tag_or_a_query_reaches_the_terminal_as_an_order(store: Store) -> None:
    store.append(reviewed(1, "bad/\x1b[2Jid\nof \u202etwo\x9b lines"))
    store.append(Marked("m", "bad/\x1b[2Jid\nof \u202etwo\x9b lines", START, TODAY, Mark.TAGGED, True, "\x1b]0;x\x07"))
    told = quiz("list", "is:orphan").out
    assert "bad/[2Jid of ⟨RLO⟩two lines" in told
    assert "tag:]0;x" in told
    assert len(told.splitlines()) == 3
    refused = quiz("list", "is:\x1b[31mred").error
    for text in (told, refused):
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_an_order_can_be_asked_for(store: Store) -> None:
    store.append(reviewed(1, "a", grade=Grade.EASY))
    store.append(reviewed(2, "b", grade=Grade.AGAIN))
    told = quiz("list", "is:orphan", "--order", "stability", "--json").document
    assert [one["id"] for one in told] == ["b", "a"]


def test_a_query_that_cannot_be_understood_is_shown_at_its_place() -> None:
    failed = quiz("list", "is:new", "is:deu")
    assert failed.code == 2
    assert failed.error == "quiz: query: there is no 'is:deu'; did you mean 'due'?; in: is:new  ☞ is:deu"


def test_nothing_found_is_no_error() -> None:
    assert (quiz("list", "no such words").out, quiz("list", "no such words", "--json").document) == ("0 cards\n", [])
