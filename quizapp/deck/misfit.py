"""Where a deck file departs from its form, in words for its author."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quizapp.core.card import Kind
from quizapp.core.claim import Outcome
from quizapp.deck.draft import Loc, find
from quizapp.deck.fault import Fault, shown
from quizapp.deck.tree import Broken, Node, Scalar, Sequence, Tree
from quizapp.deck.tree import Mapping as Fields
from quizapp.errors import nearest

ID = r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)+$"
VERIFIER = r"^[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*$"
TAG = r"^\S+$"
WRITTEN = r"\S"

KINDS = tuple(str(kind) for kind in Kind)
OUTCOMES = tuple(str(outcome) for outcome in Outcome)
GAPS = ("number", "text")

_PATTERNS = {
    ID: ("is no card id", "write segments of a-z, 0-9 and '-' joined by '/', at least two: conv/size/stem"),
    VERIFIER: ("is no verifier", "write module.function: conv.output_size"),
    TAG: ("contains blanks", "write one word, or join words by '-'"),
}

_EXAMPLES = {
    "title": "title: {en: …, zh: …}",
    "description": "description: {en: …, zh: …}",
    "cards": "cards: and under it a list, each card beginning with '- id:'",
    "id": "id: conv/size/stem",
    "kind": "kind: number",
    "verifier": "verifier: conv.output_size",
    "params": "params: {width: {min: 1, max: 9}}",
    "where": "where: kernel <= width",
    "prompt": "prompt: {en: …, zh: …}",
    "explain": "explain: {en: …, zh: …}",
    "options": "options: and under it a list of {value: …, en: …, zh: …}",
    "tolerance": "tolerance: {absolute: 0.01}",
    "aliases": "aliases: [self, the instance]",
    "gaps": "gaps: [number, text]",
    "lines": "lines: and under it a list of lines of code",
    "fields": "fields: {kernel: {min: 1, max: 9}}",
    "starter": "starter: | and under it lines of code",
    "back": "back: {en: …, zh: …}",
    "tags": "tags: [shape]",
    "claims": "claims: and under it a list, each claim beginning with '- id:'",
    "claim": "claim: {en: …, zh: …}",
    "cases": "cases: and under it a list of {params: {…}, note: …}",
    "note": "note: 112",
    "outcome": "outcome: holds",
    "reason": "reason: {en: …, zh: …}",
    "choice": "choice: [1, 2, 3]",
    "often": "often: [1, 2]",
    "distribution": "distribution: [2, 3]",
    "shape": "shape: [1, 4]",
    "array": "array: [2, 3]",
    "stack": "stack: [2, 4]",
}

_NEEDED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "fields",
    "model_type": "fields",
    "value": "a number, a text, true, false or a list of these",
}

_LIMITS = {
    "greater_than": "above {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "below {lt:g}",
    "less_than_equal": "at most {le:g}",
}

# What the two numbers of a pair mean.
_PAIRS = {
    "distribution": "at least and at most so many probabilities: [2, 3]",
    "shape": "at least and at most so many dimensions: [1, 4]",
    "array": "so many rows and columns: [2, 3]",
    "stack": "at least and at most so many layers: [2, 4]",
}

# What is one of a few words, by the field that it stands in; in a list of them, it is a gap.
_NAMED = {"kind": ("kind", KINDS), "outcome": ("outcome", OUTCOMES)}

# What has a smallest and a largest number of something.
_COUNTED = {"options": "a choice", "lines": "an order", "fields": "an open question"}

_DOMAIN = (
    "{choice: [1, 2]}, {min: 1, max: 9}, {min: 0.0, max: 1.0, step: 0.1}, {distribution: [2, 3]}, "
    "{shape: [1, 4], min: 1, max: 8}, {array: [2, 3], min: 0, max: 9} or {stack: [2, 4]}"
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A place in a deck file that is not of the form that belongs there.

    kind:   how the form's checker calls it. limits: what it tells about that.
    known:  the names of the fields that may stand there, where the name is what is wrong.
    """

    kind: str
    loc: Loc
    limits: Mapping[str, Any]
    known: tuple[str, ...] = ()


def faults(misfits: Iterable[Misfit], tree: Tree, path: str) -> list[Fault]:
    """The misfits in words, at their places."""
    found = []
    for misfit in misfits:
        node = find(tree.root, misfit.loc)[0]
        if node is None or isinstance(node, Broken):
            continue
        if misfit.kind == "extra_forbidden":
            parent, _ = find(tree.root, misfit.loc[:-1])
            assert isinstance(parent, Fields)
            node = parent.keys[str(misfit.loc[-1])]
        message, hint = _sentence(misfit, node)
        found.append(Fault(path, node.line, node.column, message, hint))
    return found


def _sentence(misfit: Misfit, node: Node) -> tuple[str, str]:
    subject, name = _subject(misfit.loc), str(misfit.loc[-1]) if misfit.loc else ""
    value = node.value if isinstance(node, Scalar) else ""
    match misfit.kind:
        case "missing":
            both = "; both languages are needed" if name in ("en", "zh") else ""
            return f"{_subject(misfit.loc[:-1])} has no '{name}'", f"add '{_example(misfit.loc)}'{both}"
        case "extra_forbidden":
            return f"{_subject(misfit.loc[:-1])} has no field {shown(name)}", nearest(name, misfit.known)
        case "literal_error":
            what, known = _NAMED.get(name, ("gap", GAPS))
            if isinstance(node, Scalar) and node.text:
                return f"there is no {what} {shown(node.text)}", nearest(node.text, known)
            return f"{subject} must be one of {', '.join(known)}", ""
        case "string_pattern_mismatch" if not str(value).strip():
            return f"{subject} is empty", f"write '{_example(misfit.loc)}'"
        case "string_pattern_mismatch":
            wrong, hint = _PATTERNS[misfit.limits["pattern"]]
            return f"{shown(str(value))} {wrong}", hint
        case "string_too_long":
            return f"{subject} is longer than {misfit.limits['max_length']} characters", "shorten it"
        case "too_short" | "too_long":
            return _length(misfit, subject)
        case "union_tag_not_found":
            value_too = "" if misfit.loc[-2] == "fields" else "a value, "
            return f"{subject} is given in a way that isn't known", f"write {value_too}{_DOMAIN}"
        case kind if kind in _LIMITS:
            return f"{subject} must be {_LIMITS[kind].format(**misfit.limits)}", ""
        case kind if value is None:
            return f"{subject} is empty", f"write '{_example(misfit.loc)}'"
        case kind if kind in _NEEDED:
            return f"{subject} must be {_NEEDED[kind]}, not {_found(node)}", _instead(kind, node, misfit.loc)
    return f"{subject} is not what belongs here", f"write '{_example(misfit.loc)}'"


def _subject(loc: Loc) -> str:
    match loc:
        case ():
            return "the deck"
        case ("cards", int()):
            return "the card"
        case ("claims", int()):
            return "the claim"
        case (*_, str(name), int(at)):
            return f"item {at + 1} of '{name}'"
    return f"'{loc[-1]}'"


def _example(loc: Loc) -> str:
    name = next((step for step in reversed(loc) if isinstance(step, str)), "title")
    return _EXAMPLES.get(name, f"{name}: …")


def _length(misfit: Misfit, subject: str) -> tuple[str, str]:
    few, name = misfit.kind == "too_short", str(misfit.loc[-1])
    if name in _PAIRS:
        return f"{subject} takes two numbers", _PAIRS[name]
    if name in _COUNTED:
        limit = misfit.limits["min_length" if few else "max_length"]
        things = name if limit > 1 else name.removesuffix("s")
        message = f"{_COUNTED[name]} has at {'least' if few else 'most'} {limit} {things}"
        return message, "write more" if few else "take some out"
    return f"{subject} is an empty list", f"write '{_example(misfit.loc)}'"


def _found(node: Node) -> str:
    match node:
        case Scalar(bool() as value):
            return "true" if value else "false"
        case Scalar(str()):
            return f"the text {shown(node.text)}"
        case Scalar():
            return f"the number {shown(node.text)}"
        case Sequence():
            return "a list"
    return "fields"


def _instead(kind: str, node: Node, loc: Loc) -> str:
    match kind, node:
        case "string_type", Scalar():
            return "put it in quotes"
        case "int_type" | "float_type", Scalar(str()):
            return "write it like 3, 0.5 or 1e-3, and without quotes"
        case "int_type" | "float_type" | "bool_type" | "value", _:
            return ""
    return f"write '{_example(loc)}'"
