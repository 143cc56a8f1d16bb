"""What a query finds in the database is what it means, in the order that was asked for."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any as Anything

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.event import Event, Grade, Mark, Marked, Reviewed, Settings
from quizapp.core.marks import FLAGS
from quizapp.core.query import COMPARISONS, ISES, All, Any, Compare, Is, Not, Query, parse
from quizapp.core.schedule import Scheduled, is_due
from quizapp.store import CardState, Store, open_store
from quizapp.store.search import ORDERS, Asked
from tests.store.examples import DAY, PACK, START, TODAY, card, entry, reviewed

DECKS = {
    "conv/size": ("size/stem", "size/pool"),
    "conv/api": ("api/call",),
    "theory/size": ("theory/a_b", "theory/aXb"),
}
OWN_TAGS = {"size/stem": ("net", "hard")}
PLACES = {**DECKS, "": ("gone/old",)}
LEECH = 1


def fill(store: Store) -> None:
    store.replace_decks(
        PACK,
        [entry(deck, *(card(one, deck, OWN_TAGS.get(one, ())) for one in names)) for deck, names in DECKS.items()],
        [],
    )


def asked(query: Query, days: int = 0) -> Asked:
    return Asked(PACK, query, START + days * DAY, TODAY + days, LEECH)


def means(query: Query, one: CardState, at: Asked) -> bool:
    """The meaning of a query, stated once more over a card."""
    schedule = one.schedule if isinstance(one.schedule, Scheduled) else None
    match query:
        case All(parts):
            return all(means(part, one, at) for part in parts)
        case Any(parts):
            return any(means(part, one, at) for part in parts)
        case Not(inner):
            return not means(inner, one, at)
        case Compare(name, sign, value):
            if schedule is None:
                return False
            numbers = {"due": schedule.due_day - at.day, "interval": schedule.due_day - schedule.reviewed_day}
            return bool(COMPARISONS[sign](numbers.get(name) if name in numbers else getattr(schedule, name), value))
        case Is("deck", value):
            return one.deck == value or one.deck.startswith(f"{value}/") or one.deck.endswith(f"/{value}")
        case Is("tag", value):
            return value in OWN_TAGS.get(one.id, ()) or value in one.marks.tags
        case Is("flag", value):
            return one.marks.flag == value
        case Is("kind", value):
            return one.kind == value
        case Is("id", value):
            return one.id.startswith(value)
        case Is("verifier", value):
            return bool(one.deck) and value in ("conv", "conv.output_size")
        case Is("note", value):
            return value in one.marks.note
        case Is("text", value):
            said = ("how large is it?", "有多大？", "because.", *OWN_TAGS.get(one.id, ())) if one.deck else ()
            words = (one.id, *said, one.marks.note, *one.marks.tags)
            return any(value in word.casefold() for word in words)
    hidden = one.marks.hidden(at.day)
    found = {
        "new": schedule is None,
        "due": is_due(one.schedule, now=at.now, day=at.day) and not hidden,
        "suspended": one.marks.suspended,
        "buried": one.marks.buried_on is not None and one.marks.buried_on >= at.day,
        "flagged": bool(one.marks.flag),
        "leech": schedule is not None and schedule.lapses >= LEECH,
        "orphan": one.orphan,
        "drawn": bool(one.deck),
    }
    return found.get(query.value, schedule is not None and schedule.state.name.lower() == query.value)


def standing(order: str, down: bool, one: CardState) -> tuple[object, ...]:
    """Where a card comes in an order: orphans last, then those without the number, all else backwards if `down`."""
    deck, place = next((name, names.index(one.id)) for name, names in PLACES.items() if one.id in names)
    schedule = one.schedule if isinstance(one.schedule, Scheduled) else None
    own = (one.id,) if one.orphan else (deck, place)
    if order in ("deck", "id"):
        return one.orphan, False, Backwards((one.id,) if order == "id" else own, down)
    if schedule is None:
        return one.orphan, True, Backwards(own, down)
    numbers = (schedule.due_day, schedule.due) if order == "due" else (getattr(schedule, order),)
    return one.orphan, False, Backwards((*numbers, *own), down)


@dataclass(frozen=True)
class Backwards:
    """A key that sorts backwards, if so."""

    key: tuple[Anything, ...]
    down: bool

    def __lt__(self, other: "Backwards") -> bool:
        return other.key < self.key if self.down else self.key < other.key


words = st.sampled_from(["stem", "a_b", "a", "hard", "tag", "有多", "%", "why", "size/", "because"])
atoms: st.SearchStrategy[Query] = st.one_of(
    st.builds(Is, st.just("text"), words),
    st.builds(Is, st.just("deck"), st.sampled_from(["conv", "size", "conv/size", "none", "con"])),
    st.builds(Is, st.just("is"), st.sampled_from(ISES)),
    st.builds(Is, st.just("flag"), st.sampled_from((*FLAGS, ""))),
    st.builds(Is, st.just("tag"), st.sampled_from(["net", "hard", "own", "har"])),
    st.builds(Is, st.just("id"), st.sampled_from(["size", "theory/a_b", "gone"])),
    st.builds(Is, st.just("kind"), st.sampled_from(["number", "shape"])),
    st.builds(Is, st.just("verifier"), st.sampled_from(["conv", "conv.output_size", "kl"])),
    st.builds(Is, st.just("note"), st.sampled_from(["why", "100%"])),
    st.builds(
        Compare,
        st.sampled_from(["stability", "difficulty", "reviews", "lapses", "due", "interval"]),
        st.sampled_from(sorted(COMPARISONS)),
        st.sampled_from([-1.0, 0.0, 1.0, 2.0, 5.5]),
    ),
)
queries: st.SearchStrategy[Query] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)
ALL_CARDS = [one for names in DECKS.values() for one in names] + ["gone/old"]


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    life: list[Event] = []
    for number in range(draw(st.integers(0, 14))):
        one, at = draw(st.sampled_from(ALL_CARDS)), START + draw(st.integers(-9, 0)) * DAY
        if draw(st.booleans()):
            told = Settings(learning_steps=draw(st.sampled_from([(), (60, 600)])))
            event: Reviewed = reviewed(number, one, at, draw(st.sampled_from(Grade)), settings=told)
            life.append(replace(event, day=TODAY + (at - START) // DAY))
        else:
            mark = draw(st.sampled_from(Mark))
            text = draw(st.sampled_from(FLAGS)) if mark is Mark.FLAGGED else draw(st.sampled_from(["own", "hard"]))
            day = TODAY + draw(st.integers(-1, 1))
            life.append(Marked(f"{number:x}", one, at, day, mark, draw(st.booleans()), text, "why 100%"))
    return life


@settings(max_examples=150)
@given(lives(), st.lists(queries, min_size=1, max_size=6), st.integers(0, 9), st.sampled_from(ORDERS), st.booleans())
def test_what_is_found_is_what_the_query_means(
    life: list[Event], several: list[Query], days: int, order: str, down: bool
) -> None:
    with open_store("sqlite://") as store:
        fill(store)
        for event in life:
            store.append(event)
        everything = list(store.states(PACK, store.search_ids(asked(All(), days))).values())
        reviewed_orphan = isinstance(store.schedule("gone/old"), Scheduled)
        assert {one.id for one in everything} == set(ALL_CARDS[:-1] + ALL_CARDS[-1:] * reviewed_orphan)
        for one in everything:
            assert (one.schedule, one.marks) == (store.schedule(one.id), store.marks(one.id))
        for query in several:
            at = asked(query, days)
            expected = {one.id for one in everything if means(query, one, at)}
            found = store.search_ids(at, order=order, down=down)  # type: ignore[arg-type]
            assert sorted(found) == sorted(expected)
            in_order = sorted((one for one in everything if one.id in expected), key=partial(standing, order, down))
            assert found == [one.id for one in in_order]


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


def found(store: Store, written: str) -> list[str]:
    return store.search_ids(asked(parse(written)))


def test_cards_come_in_the_order_of_decks_and_orphans_last(filled: Store) -> None:
    filled.append(reviewed(1, "gone/old"))
    assert found(filled, "") == ["api/call", "size/stem", "size/pool", "theory/a_b", "theory/aXb", "gone/old"]
    assert found(filled, "is:orphan") == ["gone/old"]


def test_signs_with_a_meaning_to_the_database_are_words_here(filled: Store) -> None:
    assert found(filled, "a_b") == ["theory/a_b"]
    assert found(filled, "%") == []


def test_words_are_found_in_both_languages_whatever_their_case(filled: Store) -> None:
    assert found(filled, "LARGE stem") == ["size/stem"]
    assert found(filled, "有多 pool") == ["size/pool"]


def test_an_order_of_numbers_puts_new_cards_last(filled: Store) -> None:
    filled.append(reviewed(1, "size/pool", grade=Grade.EASY))
    filled.append(reviewed(2, "theory/aXb", grade=Grade.AGAIN))
    for down in (False, True):
        first = filled.search_ids(asked(All()), order="stability", down=down)[:2]
        assert first == (["size/pool", "theory/aXb"] if down else ["theory/aXb", "size/pool"])


def test_notes_and_the_learners_tags_are_found_by_parts_whatever_their_case(filled: Store) -> None:
    filled.append(Marked("1", "size/pool", START, TODAY, Mark.FLAGGED, True, "red", "ÜBERLEGEN, 100%"))
    filled.append(Marked("2", "theory/aXb", START, TODAY, Mark.TAGGED, True, 'Später "lesen" C:\\new'))
    filled.append(reviewed(9, "gone/Übung"))
    for written in ("überlegen", "note:ÜBER", "note:100%", '"N, 1"'):
        assert found(filled, written) == ["size/pool"], written
    for written in ("SPÄT", "lesen", '"c:\\new"'):
        assert found(filled, written) == ["theory/aXb"], written
    assert found(filled, "übung") == ["gone/Übung"]
    filled.append(Marked("3", "theory/aXb", START, TODAY, Mark.TAGGED, True, "Maß"))
    assert found(filled, "tag:maß") == found(filled, "tag:Maß") == ["theory/aXb"]
    assert found(filled, "tag:NET") == ["size/stem"]


def test_what_stands_between_tags_in_the_database_is_no_word(filled: Store) -> None:
    for number, tag in enumerate(("one", "two")):
        filled.append(Marked(str(number), "size/pool", START, TODAY, Mark.TAGGED, True, tag))
    assert [found(filled, written) for written in ("[", "]", ",", "],")] == [[], [], [], []]


@pytest.mark.parametrize(
    "written", ["-(" * 33 + "a" + ")" * 33, "a or " * 49 + "b", "a " * 100, "a" * 1000, "note:x " * 100]
)
def test_the_longest_query_is_not_too_much_for_the_database(filled: Store, written: str) -> None:
    assert found(filled, written) is not None


def test_where_many_cards_stand_is_told_at_once(filled: Store) -> None:
    filled.append(reviewed(1, "gone/old"))
    names = [f"not/{number}" for number in range(40_000)] + ["gone/old", "size/stem"]
    told = filled.states(PACK, names)
    assert {one.id: (one.deck, one.state) for one in told.values()} == {
        "gone/old": ("", "learning"),
        "size/stem": ("conv/size", "new"),
    }


def test_a_card_of_another_pack_is_an_orphan_here_once_it_was_reviewed(filled: Store) -> None:
    filled.replace_decks("/packs/other", [entry("other/one", card("other/x", "other/one"))], [])
    assert found(filled, "other") == []
    filled.append(reviewed(1, "other/x"))
    assert found(filled, "other") == found(filled, "is:orphan") == ["other/x"]
