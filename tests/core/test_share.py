"""A share and its uncertainty, held against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from quizapp.core.share import Share, tail, wilson


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_is_wilsons(hits: int, more: int) -> None:
    of = hits + more
    if of == 0:
        assert wilson(0, 0) == (0.0, 1.0)
        return
    expected = binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert wilson(hits, of) == pytest.approx((expected.low, expected.high), abs=1e-6)
    assert Share(of, hits).bounds == wilson(hits, of)


@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1))
def test_the_tail_is_that_of_the_binomial_distribution(hits: int, more: int, chance: float) -> None:
    assert tail(hits, hits + more, chance) == pytest.approx(binom.sf(hits - 1, hits + more, chance), abs=1e-9)


def test_a_share_counts_what_hit_and_what_was_expected() -> None:
    share = Share()
    assert (share.rate, share.predicted, share.surprise) == (None, None, 0)
    for hit, expected in ((True, 0.9), (False, 0.7)):
        share.add(hit, expected)
    assert share.rate == 0.5
    assert share.predicted == pytest.approx(0.8)


@pytest.mark.parametrize(("hits", "surprise"), [(99, 1), (90, 0), (88, 0), (60, -1)])
def test_a_share_surprises_where_the_prediction_lies_outside_its_interval(hits: int, surprise: int) -> None:
    assert Share(100, hits, 90.0).surprise == surprise
