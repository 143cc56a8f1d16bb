"""What the cases of a claim say of it."""

import pytest

from quizapp.core.answer import EXACT, Tolerance
from quizapp.core.claim import Outcome, agrees, outcome
from quizapp.core.domain import Value


@pytest.mark.parametrize(
    ("note", "library", "tolerance", "same"),
    [
        (112, 112.0, EXACT, True),
        (112.5, 112, EXACT, False),
        (43.45, 43.478, EXACT, False),
        (43.45, 43.478, Tolerance(absolute=0.05), True),
        ([43.45, 20.91], [43.478, 20.934], Tolerance(absolute=0.05), True),
        ([43.45, 20.91], [43.478, 21.934], Tolerance(absolute=0.05), False),
        ([1, 64], [1, 64, 112], EXACT, False),
        ("TypeError", "TypeError", EXACT, True),
        ("typeerror", "TypeError", EXACT, False),
        (True, 1, EXACT, False),
        (True, True, EXACT, True),
        ("1", 1, EXACT, False),
    ],
)
def test_a_prediction_agrees_within_the_tolerance(
    note: Value, library: Value, tolerance: Tolerance, same: bool
) -> None:
    assert agrees(note, library, tolerance) is same


def test_all_some_and_none_of_the_cases_decide_the_outcome() -> None:
    for recorded in Outcome:
        assert outcome(recorded, [True, True]) is Outcome.HOLDS
        assert outcome(recorded, [True, False]) is Outcome.CONDITION
        assert outcome(recorded, []) is Outcome.UNTESTED


def test_where_no_case_agrees_only_the_record_knows_whether_one_ever_did() -> None:
    assert outcome(Outcome.OUTDATED, [False]) is Outcome.OUTDATED
    for recorded in (Outcome.HOLDS, Outcome.CONDITION, Outcome.WRONG):
        assert outcome(recorded, [False, False]) is Outcome.WRONG
