"""What is read of the claims of a sound deck; their faults are told by test_faults.py."""

from quizapp.core.answer import EXACT, Tolerance
from quizapp.core.card import Deck
from quizapp.core.claim import Case, Outcome
from tests.deck.conftest import Read


def test_a_sound_claim_is_read_with_its_cases_and_the_verifiers_defaults(read: Read, claims_deck: str) -> None:
    deck = read(claims_deck)
    assert isinstance(deck, Deck), deck
    formula, printed, history = deck.claims
    assert formula.outcome is Outcome.CONDITION
    assert formula.cases[1] == Case({"width": 224, "kernel": 7, "stride": 2, "padding": 3}, 112.5)
    assert (formula.tolerance, formula.limit_s, formula.cards) == (Tolerance(absolute=0.1), 3, ("conv/size/stem",))
    assert printed.cases == (Case({"code": "print(1)", "number": 1, "rate": 0.5}, "1"),)
    assert (printed.heading, printed.tolerance) == ("another note", EXACT)
    assert (history.verifier, history.cases) == ("", ())
    assert formula.place.startswith("cards/a/b.yaml:")
