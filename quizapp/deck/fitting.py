"""Whether a card and its verifier fit: does the verifier exist, and is it given what it takes?"""

from collections.abc import Mapping
from typing import TypeAlias

from quizapp.core.card import Kind
from quizapp.core.declaration import Declaration, Parameter
from quizapp.core.domain import Code, Lines
from quizapp.deck.draft import Draft
from quizapp.deck.tree import Scalar
from quizapp.errors import nearest

# What a card writes and no draw gives.
Written: TypeAlias = Code | Lines


def drawn(declaration: Declaration) -> dict[str, Parameter]:
    """The parameters that are drawn: all but the source and the lines that a card writes."""
    return {name: one for name, one in declaration.parameters.items() if not isinstance(one.domain, Written)}


def declaration_of(draft: Draft, declarations: Mapping[str, Declaration]) -> Declaration | None:
    """The verifier that the card names; a fault where there is none."""
    node = draft.at("verifier")
    if not isinstance(node, Scalar):
        return None
    if node.text not in declarations:
        draft.fault(node, f"there is no verifier '{node.text}'", nearest(node.text, declarations))
    return declarations.get(node.text)


def check_fit(draft: Draft, declaration: Declaration) -> bool:
    """Whether the card gives source and lines exactly where its verifier takes them; faults where it doesn't, and where
    the verifier can't judge answers of the card's kind."""
    source, lines = _check_source(draft, declaration), _check_lines(draft, declaration)
    kind = draft.text("kind")
    if lines and kind and Kind(kind).by_running and not declaration.attempts:
        message = f"{declaration.name} can't run an answer, and a card of kind {kind} is judged by that"
        function = declaration.name.rpartition(".")[2]
        draft.fault(draft.key("verifier"), message, f"add a function under '@{function}.attempt' to its module")
    return source and lines


def _takes(declaration: Declaration, kind: type[Written]) -> bool:
    return any(isinstance(one.domain, kind) for one in declaration.parameters.values())


def _check_source(draft: Draft, declaration: Declaration) -> bool:
    takes, given = _takes(declaration, Code), draft.has("code")
    if takes and not given:
        draft.fault(draft.key("verifier"), f"{declaration.name} runs source, and the card has none", "add 'code: |'")
    elif given and not takes:
        message = f"{declaration.name} takes no source"
        draft.fault(draft.key("code"), message, "move it into the prompt, or take it out")
    return takes == given


def _check_lines(draft: Draft, declaration: Declaration) -> bool:
    takes, kind = _takes(declaration, Lines), draft.text("kind")
    if not kind:
        return takes == draft.has("lines")
    if kind == Kind.ORDER and not takes:
        message = f"{declaration.name} takes no lines, so it can't try their order"
        draft.fault(draft.key("verifier"), message, "name a verifier with a parameter 'lines'")
    elif kind != Kind.ORDER and takes:
        message = f"{declaration.name} takes lines, which only a card of kind order has"
        draft.fault(draft.key("verifier"), message, "choose another verifier, or write 'kind: order'")
    return takes == (kind == Kind.ORDER) == draft.has("lines")
