"""Claims put to verifiers: what comes out, what is stale, what is told."""

from dataclasses import replace

from quizapp.core.answer import Tolerance, Unverifiable
from quizapp.core.claim import Case, Claim, Outcome
from quizapp.core.domain import Params
from quizapp.core.text import Text
from quizapp.verify import markdown
from quizapp.verify.audit import ClaimCheck, audit, told
from tests.verify.stand_in import VERSIONS, Verifiers

CLAIM = Claim(
    id="toy/arith/doubling",
    deck="toy/arith",
    heading="Sums | differences",
    text=Text("twice n is n + 2", "n 的两倍是 n + 2"),
    outcome=Outcome.CONDITION,
    reason=Text("Only for n = 2.", "只有 n = 2 时成立。"),
    place="cards/toy/arith.yaml:7:5",
    verifier="toy.double",
    cases=(Case({"n": 2, "base": 10}, 4), Case({"n": 3, "base": 10}, 5)),
    cards=("toy/arith/sum",),
)


def n(params: Params) -> int:
    value = params["n"]
    assert isinstance(value, int)
    return value


DOUBLE = Verifiers(lambda params: 2 * n(params))


def test_cases_that_agree_and_cases_that_do_not_make_a_condition() -> None:
    [found] = audit([CLAIM], DOUBLE)
    assert [one.agreed for one in found.tried] == [True, False]
    assert (found.outcome, found.stale, found.versions) == (Outcome.CONDITION, False, VERSIONS)


def test_a_claim_is_stale_where_the_library_has_changed_its_mind() -> None:
    [found] = audit([CLAIM], Verifiers(lambda params: n(params) + 2))
    assert (found.outcome, found.stale) == (Outcome.HOLDS, True)
    [found] = audit([replace(CLAIM, outcome=Outcome.HOLDS)], DOUBLE)
    assert (found.outcome, found.stale) == (Outcome.CONDITION, True)


def test_the_tolerance_of_the_claim_decides_how_near_is_near_enough() -> None:
    near = replace(CLAIM, tolerance=Tolerance(absolute=1.0), outcome=Outcome.HOLDS)
    [found] = audit([near], DOUBLE)
    assert not found.stale


def test_a_claim_that_could_not_be_tried_is_stale_and_says_why() -> None:
    [found] = audit([CLAIM], Verifiers(lambda params: Unverifiable("toy is not installed")))
    assert (found.stale, found.fault, found.outcome) == (True, "toy is not installed", Outcome.CONDITION)


def test_what_can_not_be_tested_is_asked_of_nobody() -> None:
    history = replace(CLAIM, verifier="", cases=(), outcome=Outcome.UNTESTED)
    verifiers = Verifiers(lambda params: 1)
    [found] = audit([history], verifiers)
    assert (found.outcome, found.stale, verifiers.asked) == (Outcome.UNTESTED, False, [])


def test_cases_are_told_apart_by_the_parameters_in_which_they_differ() -> None:
    [found] = audit([CLAIM], DOUBLE)
    assert told(found.tried) == ("n=2: 4; n=3: 5", "n=2: 4; n=3: 6")
    assert told(found.tried[:1]) == ("4", "4")


def test_many_cases_that_are_all_alike_are_told_as_one() -> None:
    same = replace(CLAIM, cases=tuple(Case({"n": 2, "base": base}, 4) for base in range(5)))
    assert told(ClaimCheck(same, DOUBLE).result().tried) == ("4 (5 cases)", "4 (5 cases)")
    mixed = replace(CLAIM, cases=tuple(Case({"n": n, "base": 10}, 4) for n in range(5)))
    assert told(ClaimCheck(mixed, DOUBLE).result().tried)[1] == "n=0: 0; n=1: 2; n=2: 4; n=3: 6; n=4: 8"


def test_the_page_has_a_row_for_each_claim_and_no_text_breaks_its_table() -> None:
    page = markdown.page(list(audit([CLAIM], DOUBLE)), "en")
    assert "## Sums | differences" in page
    [row] = [line for line in page.splitlines() if "toy/arith/doubling" in line]
    assert row.endswith("| holds with a condition | Only for n = 2. |")
    assert "| holds with a condition | 1 |" in page
    assert "toy 1.0" in page
    broken = replace(CLAIM, text=Text("a | b\nc"))
    [row] = [line for line in markdown.page(list(audit([broken], DOUBLE)), "en").splitlines() if "doubling" in line]
    assert "a \\| b c" in row
