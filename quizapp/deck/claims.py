"""What no form can say about the claims of a deck, and the claims themselves."""

from collections.abc import Collection, Mapping

from quizapp.core.answer import EXACT, Tolerance
from quizapp.core.claim import Case, Claim, Outcome
from quizapp.core.declaration import Declaration
from quizapp.core.domain import Code, Value
from quizapp.core.text import Text
from quizapp.deck.draft import Draft, plain
from quizapp.deck.fitting import declaration_of
from quizapp.deck.tree import Mapping as Fields
from quizapp.deck.tree import Scalar
from quizapp.errors import nearest

# Of what can be tested.
_TESTED = {"verifier": "verifier: conv.output_size", "cases": "cases: and under it a list of {params: {…}, note: …}"}


def check_claim(draft: Draft, deck: str, declarations: Mapping[str, Declaration], cards: Collection[str]) -> None:
    """Reports a claim that is not named after its deck, fields that don't go with its outcome, cases that its verifier
    can't run, and cards that aren't there.

    deck: its name. cards: the ids of its cards.
    """
    node = draft.at("id")
    if node is not None and not draft.text("id").startswith(f"{deck}/"):
        # Claims are unique within a deck, and so within the pack.
        draft.fault(
            node, f"a claim of this deck is called {deck}/…", f"write '{deck}/{draft.text('id').split('/')[-1]}'"
        )
    outcome = draft.text("outcome")
    if not outcome:
        return
    if outcome == Outcome.UNTESTED:
        for name in ("verifier", "cases", "code", "tolerance"):
            if draft.has(name):
                message = f"'{name}' puts a claim to a library, and the outcome says that nothing can"
                draft.fault(draft.key(name), message, "take it out, or give another outcome")
    else:
        _check_cases(draft, outcome, declarations)
    _check_cards(draft, outcome, cards)


def read_claim(draft: Draft, deck: str, source: str, declarations: Mapping[str, Declaration]) -> Claim:
    """The claim in a draft without faults. source: the deck's note."""
    whole = draft.raw()
    assert isinstance(whole, Fields)
    verifier, tolerance = draft.text("verifier"), draft.at("tolerance")
    return Claim(
        id=draft.text("id"),
        deck=deck,
        heading=draft.text("heading") or source,
        text=_words(draft, "claim"),
        outcome=Outcome(draft.text("outcome")),
        reason=_words(draft, "reason"),
        place=f"{draft.path}:{whole.line}:{whole.column}",
        verifier=verifier,
        cases=tuple(
            Case(_arguments(draft, at, declarations[verifier]), plain(case.entries["note"]))
            for at, case in enumerate(draft.items("cases"))
            if isinstance(case, Fields)
        ),
        cards=tuple(plain(card) for card in draft.items("cards")),
        tolerance=Tolerance(**plain(tolerance)) if tolerance is not None else EXACT,
        limit_s=declarations[verifier].limit_s if verifier else 0.0,
    )


def _check_cases(draft: Draft, outcome: str, declarations: Mapping[str, Declaration]) -> None:
    for name, example in _TESTED.items():
        if not draft.has(name):
            message = f"the claim has no '{name}', and '{outcome}' is what came of a test"
            draft.fault(draft.key(name), message, f"add '{example}', or write \"outcome: can't be tested\"")
    cases = draft.items("cases")
    if outcome == Outcome.CONDITION and len(cases) == 1:
        message = "a claim that holds with a condition has a case where it holds and one where it doesn't"
        draft.fault(draft.key("cases"), message, "add the other case")
    declaration = declaration_of(draft, declarations)
    if declaration is None:
        return
    takes = any(isinstance(one.domain, Code) for one in declaration.parameters.values())
    if draft.has("code") and not takes:
        draft.fault(draft.key("code"), f"{declaration.name} takes no source", "take it out")
    for at, case in enumerate(cases):
        if draft.at("cases", at) is None or not isinstance(case, Fields):
            continue
        params = case.entries.get("params")
        keys = params.keys if isinstance(params, Fields) else {}
        strange = [name for name in keys if name not in declaration.parameters]
        for name in strange:
            message = f"{declaration.name} has no parameter '{name}'"
            draft.fault(keys[name], message, nearest(name, declaration.parameters))
        if strange:
            continue
        given = _arguments(draft, at, declaration)
        missing = [name for name in declaration.parameters if name not in given]
        if missing:
            hint = "add 'code: |' to the claim" if missing == ["code"] else f"{declaration.name} takes them"
            draft.fault(case, f"the case has no {', '.join(repr(name) for name in missing)}", hint)
        elif problem := declaration.problem(given):
            draft.fault(params or case, problem, f"{declaration.name} can't be asked that")


def _check_cards(draft: Draft, outcome: str, cards: Collection[str]) -> None:
    if outcome != Outcome.HOLDS and not draft.has("cards"):
        message = f"no card teaches what is to be known of a claim that '{outcome}'"
        draft.fault(draft.key("outcome"), message, "add 'cards: [conv/size/stem]', ids of cards of this deck")
    for node in draft.items("cards"):
        if isinstance(node, Scalar) and node.text not in cards:
            draft.fault(node, f"this deck has no card '{node.text}'", nearest(node.text, cards))


def _arguments(draft: Draft, at: int, declaration: Declaration) -> dict[str, Value]:
    """What the verifier gets in one case, as far as the claim and the verifier's defaults give it."""
    params = draft.raw("cases", at, "params")
    given = plain(params) if isinstance(params, Fields) else {}
    if draft.text("code"):
        given = {"code": draft.text("code")} | given
    return declaration.completed(given)


def _words(draft: Draft, name: str) -> Text:
    return Text(draft.text(name, "en"), draft.text(name, "zh"))
