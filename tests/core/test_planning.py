"""What is asked today: limits hold where they are set, siblings wait for another day, decks take turns."""

from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.planning import NOTHING_DONE, Candidate, Done, Limit, Rules, begun, mixed, plan, round_robin, shuffled

DECKS = ("conv/size", "conv/api", "theory/kl")


def of(deck: str, *numbers: int, sibling: str = "", learning: bool = False) -> list[Candidate]:
    return [Candidate(f"{deck}/{number}", deck, sibling, learning) for number in numbers]


def names(deck: str, *numbers: int) -> list[str]:
    return [f"{deck}/{number}" for number in numbers]


def test_due_cards_come_before_new_ones_unless_the_rules_say_otherwise() -> None:
    due, new = of("conv/size", 1, 2), of("theory/kl", 3)
    assert plan(due, new, Rules()) == [*names("conv/size", 1, 2), *names("theory/kl", 3)]
    assert plan(due, new, Rules(order="new first")) == [*names("theory/kl", 3), *names("conv/size", 1, 2)]
    assert plan(due, new, Rules(order="mixed")) == ["conv/size/1", "theory/kl/3", "conv/size/2"]


def test_a_limit_at_the_top_is_for_all_decks_together() -> None:
    new = [*of("conv/size", 1, 2), *of("theory/kl", 3, 4)]
    assert plan([], new, Rules([Limit(new=3)])) == [*names("conv/size", 1, 2), "theory/kl/3"]
    assert plan(new, [], Rules([Limit(reviews=1)])) == ["conv/size/1"]


def test_a_folders_limit_is_for_its_decks_together_and_leaves_the_others_alone() -> None:
    new = [*of("conv/size", 1), *of("conv/api", 2), *of("convex", 3), *of("theory/kl", 4)]
    assert plan([], new, Rules([Limit("conv", new=1)])) == ["conv/size/1", "convex/3", "theory/kl/4"]
    assert plan([], new, Rules([Limit("conv", new=0), Limit(new=1)])) == ["convex/3"]


def test_what_was_done_today_counts() -> None:
    done = Done(new={"conv/size": 2, "theory/kl": 1}, reviews={"conv/api": 5})
    rules = Rules([Limit(new=4, reviews=6), Limit("conv", new=2)])
    due, new = of("conv/api", 1, 2), [*of("conv/size", 3), *of("theory/kl", 4, 5)]
    assert plan(due, new, rules, done) == ["conv/api/1", "theory/kl/4"]


def test_cards_being_learned_know_no_limit() -> None:
    due = [*of("conv/size", 1, learning=True), *of("conv/size", 2)]
    assert plan(due, [], Rules([Limit(reviews=0)])) == ["conv/size/1"]


def test_siblings_are_not_asked_on_one_day() -> None:
    due, new = of("conv/size", 1, 2, sibling="stem"), of("conv/size", 3, sibling="stem")
    assert plan(due, new, Rules()) == ["conv/size/1"]
    assert plan(due, new, Rules(), Done({}, {}, frozenset({"stem"}))) == []
    assert plan(of("conv/size", 9, sibling="stem", learning=True), new, Rules()) == ["conv/size/9"]


def test_nothing_is_read_beyond_the_limit() -> None:
    def endless() -> object:
        number = 0
        while True:
            assert number < 10
            yield Candidate(f"{number}", "conv/size")
            number += 1

    assert len(plan([], endless(), Rules([Limit(new=9)]))) == 9  # type: ignore[arg-type]


def test_decks_take_turns() -> None:
    turns = round_robin([iter(of("a", 1, 2, 3)), iter(of("b", 4)), iter(of("c", 5, 6))])
    assert [one.card for one in turns] == ["a/1", "b/4", "c/5", "a/2", "c/6", "a/3"]


def test_an_order_at_random_is_the_same_for_the_same_day_and_another_the_next() -> None:
    cards = of("a", *range(30))
    assert shuffled(cards, "1") == shuffled(reversed(cards), "1")
    assert sorted(one.card for one in shuffled(cards, "1")) == sorted(one.card for one in cards)
    assert shuffled(cards, "1") != shuffled(cards, "2")


@given(st.integers(0, 30), st.integers(0, 30))
def test_two_orders_are_mixed_evenly(many: int, few: int) -> None:
    due, new = [f"d{number}" for number in range(many)], [f"n{number}" for number in range(few)]
    order = mixed(due, new)
    assert [one for one in order if one[0] == "d"] == due
    assert [one for one in order if one[0] == "n"] == new
    for place in range(len(order) + 1):
        share = sum(one[0] == "d" for one in order[:place])
        assert abs(share - place * many / max(1, many + few)) <= 1


cards = st.lists(
    st.builds(
        Candidate,
        st.integers(0, 40).map(str),
        st.sampled_from(DECKS),
        st.sampled_from(("", "", "one", "two")),
        st.booleans(),
    ),
    max_size=30,
    unique_by=lambda one: one.card,
)
limits = st.lists(
    st.builds(
        Limit,
        st.sampled_from(("", "conv", *DECKS)),
        st.none() | st.integers(0, 6),
        st.none() | st.integers(0, 6),
    ),
    max_size=4,
    unique_by=lambda one: one.folder,
)
orders = st.sampled_from(("due first", "new first", "mixed"))


@given(cards, limits, orders)
def test_no_limit_is_exceeded_and_no_siblings_meet(pool: list[Candidate], limits: list[Limit], order: str) -> None:
    due = sorted((one for one in pool if int(one.card) % 2), key=lambda one: not one.learning)
    new = [Candidate(one.card, one.deck, one.sibling) for one in pool if not int(one.card) % 2]
    planned = plan(due, new, Rules(limits, order))  # type: ignore[arg-type]
    assert len(planned) == len(set(planned))
    by_card = {one.card: one for one in (*due, *new)}
    asked = [by_card[card] for card in planned if not by_card[card].learning]
    for limit in limits:
        begun = [one for one in asked if limit.covers(one.deck) and one in new]
        reviewed = [one for one in asked if limit.covers(one.deck) and one in due]
        assert limit.new is None or len(begun) <= limit.new
        assert limit.reviews is None or len(reviewed) <= limit.reviews
    groups = [one.sibling for one in asked if one.sibling]
    assert len(groups) == len(set(groups))
    assert {one.card for one in due if one.learning} <= set(planned)


def test_new_cards_are_forecast_as_the_limits_let_them_begin() -> None:
    unseen = {"conv/size": 5, "conv/api": 0, "theory/kl": 4}
    assert begun(unseen, Rules(), NOTHING_DONE, 3) == [9, 0, 0]
    assert begun(unseen, Rules([Limit(new=4)]), NOTHING_DONE, 4) == [4, 4, 1, 0]
    assert begun(unseen, Rules([Limit(new=4), Limit("conv", new=1)]), NOTHING_DONE, 6) == [4, 2, 1, 1, 1, 0]
    assert begun(unseen, Rules([Limit(new=0)]), NOTHING_DONE, 2) == [0, 0]


def test_what_began_today_is_taken_off_todays_forecast_alone() -> None:
    done = Done({"theory/kl": 3}, {})
    assert begun({"conv/size": 6}, Rules([Limit(new=4)]), done, 3) == [1, 4, 1]


@given(
    st.dictionaries(st.sampled_from(DECKS), st.integers(0, 40)),
    st.lists(st.builds(Limit, st.sampled_from(["", "conv", *DECKS]), st.none() | st.integers(0, 9)), max_size=4),
)
def test_no_day_of_the_forecast_is_over_a_limit_and_no_card_begins_twice(
    unseen: dict[str, int], limits: list[Limit]
) -> None:
    counts = begun(unseen, Rules(limits), NOTHING_DONE, 10)
    assert sum(counts) <= sum(unseen.values())
    for limit in limits:
        if not limit.folder and limit.new is not None:
            assert max(counts) <= limit.new
