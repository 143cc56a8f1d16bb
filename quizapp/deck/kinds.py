"""What only some kinds of cards, or only some verifiers, ask for: options, tolerance, other words, source."""

from collections.abc import Mapping

from quizapp.core.declaration import Declaration
from quizapp.core.domain import Code, Fixed
from quizapp.deck.draft import Draft, plain
from quizapp.deck.tree import Scalar
from quizapp.errors import nearest

_ENOUGH = 4
# Which kind each of these fields is for.
_ONLY = {"options": "choice", "few": "choice", "tolerance": "number", "aliases": "text"}


def check_kind(draft: Draft) -> None:
    """Reports fields that the card's kind doesn't have, and options that are too few or the same."""
    kind = draft.text("kind")
    if not kind:
        return
    for name, only in _ONLY.items():
        if kind != only and draft.has(name):
            draft.fault(draft.key(name), f"'{name}' is for cards of kind {only}, and this one is {kind}", "take it out")
    if kind == "choice":
        _check_options(draft)
    elif kind == "number" and (tolerance := draft.at("tolerance")) is not None and not plain(tolerance):
        draft.fault(draft.key("tolerance"), "the tolerance is empty", "write 'tolerance: {absolute: 0.01}'")


def check_code(draft: Draft, declaration: Declaration) -> bool:
    """Whether the card gives source exactly where the verifier takes some; a fault where it doesn't."""
    takes, given = any(isinstance(one.domain, Code) for one in declaration.parameters.values()), draft.has("code")
    if takes and not given:
        draft.fault(draft.key("verifier"), f"{declaration.name} runs source, and the card has none", "add 'code: |'")
    elif given and not takes:
        message = f"{declaration.name} takes no source"
        draft.fault(draft.key("code"), message, "move it into the prompt, or take it out")
    return takes == given


def declaration_of(draft: Draft, declarations: Mapping[str, Declaration]) -> Declaration | None:
    """The verifier that the card names; a fault where there is none."""
    node = draft.at("verifier")
    if not isinstance(node, Scalar):
        return None
    if node.text not in declarations:
        draft.fault(node, f"there is no verifier '{node.text}'", nearest(node.text, declarations))
    return declarations.get(node.text)


def _check_options(draft: Draft) -> None:
    if not draft.has("options"):
        draft.fault(draft.key("kind"), "a choice has options", "add 'options' with at least four of them")
        return
    options = draft.items("options")
    if options and len(options) < _ENOUGH and not draft.has("few"):
        message = f"a choice of {len(options)} is guessed too easily"
        draft.fault(draft.key("options"), message, "write four or more, or say in 'few' why there are no more")
    if len(options) >= _ENOUGH and draft.has("few"):
        draft.fault(draft.key("few"), "'few' says why options are missing, and none are", "take it out")
    for field in ("value", "en", "zh"):
        earlier: list[Fixed] = []
        for at in range(len(options)):
            node = draft.at("options", at, field)
            assert node is not None
            value = plain(node)
            if any(one.admits(value) for one in earlier):
                draft.fault(node, f"another option has the same '{field}'", "let each option differ")
            earlier.append(Fixed(value))
