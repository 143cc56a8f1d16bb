"""Parameters taken apart into knobs."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.domain import Array, Choice, Code, Distribution, Domain, Fixed, Grid, Int, Lines, Shape, Stack, Value
from quizapp.core.knob import Knob, knobs, resized

DOMAINS: list[Domain] = [
    Int(1, 9),
    Int(-20, 20, often=(0,)),
    Grid(0.0, 1.0, 0.1),
    Grid(-3.0, 3.0, 0.25),
    Choice("same", "valid", True, 3),
    Distribution(2, 10, 0.05),
    Distribution(1, 4, 0.1, zeros=True),
    Distribution(3, 3, 0.25),
    Shape(1, 4, min=1, max=64),
    Shape(2, 2, min=3, max=3),
    Array(3, 3, min=-4, max=4),
    Stack(1, 6),
    Stack(2, 3, channels=1),
]


def knob(label: str, found: tuple[Knob, ...]) -> Knob:
    return next(one for one in found if one.label == label)


@given(st.sampled_from(DOMAINS), st.integers(0, 2**32), st.data())
def test_whatever_is_turned_stays_in_the_domain(domain: Domain, seed: int, data: st.DataObject) -> None:
    value = domain.draw(random.Random(seed))
    for _ in range(4):
        found = knobs("x", domain, value)
        one = data.draw(st.sampled_from(found))
        value = one.put(data.draw(st.sampled_from([one.turned(1), one.turned(-1), one.turned(10), one.at(0.5)])))
        assert domain.admits(value), value


@given(st.sampled_from(DOMAINS), st.integers(0, 2**32))
def test_a_knob_that_is_put_where_it_is_changes_nothing(domain: Domain, seed: int) -> None:
    value = domain.draw(random.Random(seed))
    for one in knobs("x", domain, value):
        if not (one.label.startswith("x[") and isinstance(domain, Stack)):  # another kind begins anew
            assert one.put(one.value) == value


@given(st.sampled_from([Distribution(2, 10, 0.05), Distribution(2, 6, 0.1, zeros=True)]), st.integers(0, 999))
def test_a_mass_that_is_dragged_takes_from_the_others_in_proportion(domain: Distribution, seed: int) -> None:
    value = domain.draw(random.Random(seed))
    assert isinstance(value, list)
    before = [float(mass) for mass in value if isinstance(mass, float)]
    if domain.min < domain.max:
        assert knobs("p", domain, value)[0].label == "len(p)"
    one = knob("p[0]", knobs("p", domain, value))
    after = one.put(one.turned(3))
    assert isinstance(after, list)
    assert after[0] == one.turned(3)
    taken = after[0]
    assert isinstance(taken, float)
    for left, right in zip(before[1:], after[1:], strict=True):
        assert isinstance(right, float)
        shrunk = (left - (0 if domain.zeros else domain.step)) * (1 - taken) / max(1e-9, 1 - before[0])
        assert right <= left + 1e-9
        assert right >= shrunk - domain.step - 1e-9


def test_scales_end_where_the_domain_ends() -> None:
    (one,) = knobs("kernel", Int(1, 11), 10)
    assert [one.turned(by) for by in (1, 10, -1, -10, -100)] == [11, 11, 9, 1, 1]
    (one,) = knobs("rate", Grid(0.0, 1.0, 0.1), 0.3)
    assert [one.turned(by) for by in (1, 10, -1, -10)] == [0.4, 1.0, 0.2, 0.0]
    (one,) = knobs("mode", Choice("a", "b", "c"), "b")
    assert [one.turned(by) for by in (1, 10, -1, -10)] == ["c", "c", "a", "a"]


def test_a_number_that_was_typed_between_two_places_goes_to_the_next_one() -> None:
    (one,) = knobs("rate", Grid(0.0, 1.0, 0.1), 0.25)
    assert (one.turned(1), one.turned(-1)) == (0.3, 0.2)


def test_a_number_beyond_the_scale_can_be_typed_and_comes_back_when_turned() -> None:
    (one,) = knobs("width", Int(1, 16), 7, typed=Int(1, 1024))
    assert one.read("224") == 224
    with pytest.raises(ValueError, match="2000 is not a whole number from 1 to 1024"):
        one.read("2000")
    (one,) = knobs("width", Int(1, 16), 224, typed=Int(1, 1024))
    assert (one.share, one.turned(1), one.turned(-1)) == (1.0, 16, 16)


@pytest.mark.parametrize(
    ("domain", "value", "share"),
    [(Int(1, 9), 5, 0.5), (Int(4, 4), 4, 0.0), (Grid(0.0, 1.0, 0.25), 0.75, 0.75), (Choice(1, True, "x"), True, 0.5)],
)
def test_a_share_of_the_scale_and_its_value_belong_together(domain: Domain, value: Value, share: float) -> None:
    (one,) = knobs("x", domain, value)
    assert one.share == share
    assert one.at(share) is value or one.at(share) == value


def test_a_layer_that_changes_its_channels_changes_what_the_next_one_takes() -> None:
    stack: list[Value] = [
        "nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1)",
        "nn.ReLU()",
        "nn.Conv2d(8, 16, kernel_size=5, stride=2, padding=0)",
    ]
    found = knobs("layers", Stack(1, 6), stack)
    assert [one.label for one in found][:3] == ["len(layers)", "layers[0]", "[0].out"]
    out = knob("[0].out", found)
    assert out.put(out.turned(1)) == [
        "nn.Conv2d(3, 16, kernel_size=3, stride=1, padding=1)",
        "nn.ReLU()",
        "nn.Conv2d(16, 16, kernel_size=5, stride=2, padding=0)",
    ]
    assert knob("layers[1]", found).put("MaxPool2d") == [stack[0], "nn.MaxPool2d(2)", stack[2]]


def test_parts_are_added_and_taken_away() -> None:
    assert resized(Shape(1, 4, min=1, max=8), [3, 5], 3) == [3, 5, 1]
    assert resized(Distribution(2, 4, 0.25), [0.25, 0.75], 3) == [0.25, 0.5, 0.25]
    assert resized(Distribution(2, 10, 0.1), [0.5, 0.5], 10) == [0.1] * 10
    assert resized(Distribution(2, 4, 0.25), [0.25, 0.25, 0.25, 0.25], 2) == [0.5, 0.5]
    assert resized(Int(1, 4), 3, 9) == 3


def test_source_and_what_is_pinned_have_no_knob_that_turns() -> None:
    assert knobs("code", Code(), "x") == knobs("lines", Lines(), ["x"]) == ()
    (one,) = knobs("a", Fixed(3), 3)
    assert one.turned(1) == one.turned(-1) == 3
