"""What there is to study: the right cards, in the right order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.day import study_day
from quizapp.core.event import Grade
from quizapp.core.planning import Candidate
from quizapp.core.schedule import Scheduled, is_due
from quizapp.store import Store, open_store
from tests.store.examples import DAY, PACK, START, TODAY, card, entry, known, reviewed

MINUTE = 60_000


@pytest.fixture
def filled(store: Store) -> Store:
    """Three decks; in `conv/size`, `late` is due before `early` is, `stem` was never asked."""
    tags = {"stem": ("net",), "early": ("net", "hard"), "late": ()}
    size = [card(f"size/{name}", "conv/size", own) for name, own in tags.items()]
    pad = [card("pad/b", "conv/pad", ("hard",)), card("pad/a", "conv/pad")]
    store.replace_decks(PACK, [entry("conv/size", *size), entry("conv/pad", *pad), entry("kl", card("kl/a", "kl"))], [])
    for event in (*known(1, "size/early", START - DAY), *known(3, "size/late", START - 3 * DAY)):
        store.append(event)
    return store


def due(store: Store, *decks: str, tags: tuple[str, ...] = (), days: int = 30, limit: int | None = None) -> list[str]:
    now, day = START + days * DAY, TODAY + days
    return names(store.due(PACK, decks, tags, now=now, day=day, by_risk=False, limit=limit))


def fresh(store: Store, decks: Sequence[str] = (), tags: Sequence[str] = (), limit: int | None = None) -> list[str]:
    return names(store.fresh(PACK, decks, tags, day=TODAY, limit=limit))


def names(candidates: Iterable[Candidate]) -> list[str]:
    return [one.card for one in candidates]


def test_the_longest_overdue_card_leads(filled: Store) -> None:
    assert due(filled) == ["size/late", "size/early"]
    assert due(filled, limit=1) == ["size/late"]
    assert due(filled, days=-3) == []


def test_a_card_in_review_is_due_from_the_start_of_its_day(filled: Store) -> None:
    schedule = filled.schedule("size/early")
    assert isinstance(schedule, Scheduled)
    day = schedule.due_day
    assert "size/early" in names(filled.due(PACK, (), (), now=schedule.due - DAY + 1, day=day))
    assert "size/early" not in names(filled.due(PACK, (), (), now=schedule.due + DAY, day=day - 1))


def test_a_learning_card_is_due_when_its_minutes_are_over(filled: Store) -> None:
    filled.append(reviewed(9, "kl/a", START, Grade.AGAIN))
    assert names(filled.due(PACK, ["kl"], (), now=START + MINUTE - 1, day=TODAY)) == []
    assert names(filled.due(PACK, ["kl"], (), now=START + MINUTE, day=TODAY)) == ["kl/a"]


def test_a_learning_card_is_due_though_the_learner_flew_west(store: Store) -> None:
    store.replace_decks(PACK, [entry("kl", card("kl/a", "kl"))], [])
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    at = START + 5 * 60 * MINUTE
    now = at + 10 * MINUTE
    store.append(replace(reviewed(1, "kl/a", at), day=study_day(at, east)))
    today = study_day(now, west)
    assert study_day(at, east) == today + 2
    assert names(store.due(PACK, (), (), now=now, day=today)) == ["kl/a"]


def test_new_cards_come_in_the_order_of_decks_and_of_their_places(filled: Store) -> None:
    assert fresh(filled) == ["pad/b", "pad/a", "size/stem", "kl/a"]
    assert fresh(filled, limit=2) == ["pad/b", "pad/a"]
    assert fresh(filled, ["kl", "conv/size"]) == ["size/stem", "kl/a"]
    assert fresh(filled, ["conv"]) == []


def test_tags_admit_the_cards_that_have_one_of_them(filled: Store) -> None:
    assert fresh(filled, (), ["net"]) == ["size/stem"]
    assert fresh(filled, (), ["net", "hard"]) == ["pad/b", "size/stem"]
    assert due(filled, tags=("hard",)) == ["size/early"]
    assert due(filled, "conv/size", tags=("hard", "net")) == ["size/early"]
    assert due(filled, tags=("none",)) == []


def test_ahead_are_all_cards_the_soonest_first_and_then_new_ones(filled: Store) -> None:
    assert filled.ahead(PACK, (), (), day=TODAY) == ["size/late", "size/early", "pad/b", "pad/a", "size/stem", "kl/a"]
    assert filled.ahead(PACK, (), (), limit=3, day=TODAY) == ["size/late", "size/early", "pad/b"]
    assert filled.ahead(PACK, (), (), limit=1, day=TODAY) == ["size/late"]
    assert filled.ahead(PACK, ["conv/pad"], (), day=TODAY) == ["pad/b", "pad/a"]


def test_the_next_card_to_come_is_named_by_its_time(filled: Store) -> None:
    late = filled.schedule("size/late")
    assert isinstance(late, Scheduled)
    assert filled.next_due(PACK, (), (), day=TODAY) == late.due
    assert filled.next_due(PACK, ["conv/size"], (), day=TODAY) == late.due
    assert filled.next_due(PACK, ["kl"], (), day=TODAY) is None


def test_a_review_takes_a_card_out_of_the_new_ones_in_every_pack(filled: Store) -> None:
    filled.replace_decks("/packs/other", [entry("kl", card("kl/a", "kl"), card("kl/b", "kl"))], [])
    filled.append(reviewed(9, "kl/a"))
    assert fresh(filled, ["kl"]) == []
    assert names(filled.fresh("/packs/other", (), (), day=TODAY)) == ["kl/b"]


def test_reviews_of_cards_that_no_deck_has_are_no_work(filled: Store) -> None:
    for event in known(20, "gone/a", START - 9 * DAY):
        filled.append(event)
    assert "gone/a" not in due(filled)
    assert "gone/a" not in filled.ahead(PACK, (), (), day=TODAY)
    assert sum(one.due for one in filled.counts(PACK, now=START + 30 * DAY, day=TODAY + 30)) == 2


def test_many_decks_are_no_other_question_than_few(filled: Store) -> None:
    many = ["conv/size", *(f"none/{number}" for number in range(2000))]
    assert due(filled, *many) == due(filled, "conv/size")
    assert filled.ahead(PACK, many, (), day=TODAY) == filled.ahead(PACK, ["conv/size"], (), day=TODAY)
    assert filled.next_due(PACK, many, (), day=TODAY) == filled.next_due(PACK, ["conv/size"], (), day=TODAY)


@settings(max_examples=40, deadline=None)
@given(
    answers=st.lists(
        st.tuples(st.integers(0, 5), st.integers(-3 * DAY, 40 * DAY), st.sampled_from(Grade), st.integers(-12, 14)),
        max_size=12,
    ),
    later=st.integers(0, 50 * DAY),
    zone=st.integers(-12, 14),
)
def test_what_is_due_is_what_the_schedule_says(
    answers: list[tuple[int, int, Grade, int]], later: int, zone: int
) -> None:
    ids = [f"kl/{number}" for number in range(6)]
    now = START + later
    day = study_day(now, timezone(timedelta(hours=zone)))
    with open_store("sqlite://") as store:
        store.replace_decks(PACK, [entry("kl", *(card(one, "kl") for one in ids))], [])
        for number, (which, after, grade, hours) in enumerate(answers):
            event = reviewed(number, ids[which], min(START + after, now), grade)
            there = study_day(event.at, timezone(timedelta(hours=hours)))
            store.append(replace(event, day=there))
        expected = {one for one in ids if is_due(store.schedule(one), now=now, day=day)}
        for decks in ((), ("kl",)):
            found = names(store.due(PACK, decks, (), now=now, day=day))
            assert len(found) == len(set(found))
            assert set(found) == expected
        assert [one.due for one in store.counts(PACK, now=now, day=day)] == [len(expected)]
        asked = {ids[which] for which, *_ in answers}
        assert fresh(store) == [one for one in ids if one not in asked]


def test_naming_every_deck_is_naming_none(store: Store) -> None:
    decks = [f"part/{number:02}" for number in range(60)]
    of_deck = {deck: [f"{deck}/{place}" for place in range(3)] for deck in decks}
    store.replace_decks(PACK, [entry(deck, *(card(one, deck) for one in of_deck[deck])) for deck in decks], [])
    store.replace_decks("/packs/other", [entry("else", card("else/a", "else"))], [])
    for number, one in enumerate(["gone/a", "else/a", *(own[0] for own in of_deck.values())]):
        store.append_all(known(2 * number, one, START - (number * 7 % 60) * DAY))
    now, day = START + 90 * DAY, TODAY + 90
    for by_risk in (True, False):
        whole = names(store.due(PACK, (), (), now=now, day=day, by_risk=by_risk))
        assert sorted(whole) == sorted(own[0] for own in of_deck.values())
        assert names(store.due(PACK, decks, (), now=now, day=day, by_risk=by_risk)) == whole
        few = names(store.due(PACK, decks[:30], (), now=now, day=day, by_risk=by_risk))
        assert few == [one for one in whole if one[:7] in decks[:30]]
        for offset in range(0, 63, 7):
            page = store.due(PACK, (), (), now=now, day=day, by_risk=by_risk, limit=7, offset=offset)
            assert names(page) == whole[offset : offset + 7]


def test_what_was_done_today_leaves_out_cards_of_other_packs(store: Store) -> None:
    store.replace_decks(PACK, [entry("kl", card("kl/a", "kl"))], [])
    store.replace_decks("/packs/other", [entry("else", card("else/a", "else"))], [])
    store.append_all(reviewed(number, one) for number, one in enumerate(["kl/a", "else/a", "gone/a"]))
    assert store.done(PACK, TODAY).new == {"kl": 1}
