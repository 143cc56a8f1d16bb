"""What only some kinds of cards ask for: which fields they have, which they need, and what these must hold."""

import re
from collections.abc import Iterator, Mapping

from quizapp.core.card import Kind
from quizapp.core.domain import Fixed
from quizapp.core.prose import GAP
from quizapp.deck.draft import LANGUAGES, Draft, plain
from quizapp.deck.tree import Mapping as Fields
from quizapp.deck.tree import Node, Scalar

_ENOUGH = 4
_PICKED = tuple(kind for kind in Kind if kind.picked)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,29}")

# Which kinds each of these fields is for.
_ONLY: Mapping[str, tuple[Kind, ...]] = {
    "options": _PICKED,
    "few": _PICKED,
    "tolerance": (Kind.NUMBER, Kind.CLOZE),
    "aliases": (Kind.TEXT,),
    "gaps": (Kind.CLOZE,),
    "lines": (Kind.ORDER,),
    "fields": (Kind.OPEN,),
    "starter": (Kind.CODE,),
    "back": (Kind.RECALL,),
}
# What a card has whose answer is computed, and a card to recall has not.
_COMPUTED = ("verifier", "params", "where", "code", "steady")

_COMMON = {"verifier": "verifier: conv.output_size", "explain": "explain: {en: …, zh: …}"}
_NEEDS: Mapping[str, tuple[str, str]] = {
    Kind.SEVERAL: ("options", "add 'options' with at least four of them"),
    Kind.CLOZE: ("gaps", "add 'gaps: [number, text]', a word for each '____'"),
    Kind.ORDER: ("lines", "add 'lines' with the lines to be ordered"),
    Kind.OPEN: ("fields", "add 'fields: {kernel: {min: 1, max: 9}}', what the learner gives"),
    Kind.RECALL: ("back", "add 'back: {en: …, zh: …}', the other side"),
}


def check_kind(draft: Draft) -> None:
    """Reports fields that the card's kind doesn't have, fields that it lacks, and faults in those of one kind."""
    kind = draft.text("kind")
    if not kind:
        return
    for name, only in _ONLY.items():
        if kind not in only and draft.has(name):
            message = f"'{name}' is for cards of kind {_either(only)}, and this one is {kind}"
            draft.fault(draft.key(name), message, "take it out")
    if kind in _NEEDS and not draft.has(_NEEDS[kind][0]):
        name, hint = _NEEDS[kind]
        draft.fault(draft.key("kind"), f"a card of kind {kind} has '{name}'", hint)
    if kind == Kind.RECALL:
        _check_recall(draft)
    else:
        for name, example in _COMMON.items():
            if not draft.has(name):
                draft.fault(draft.key(name), f"the card has no '{name}'", f"add '{example}'")
    tolerance = draft.at("tolerance")
    if tolerance is not None and kind in _ONLY["tolerance"]:
        _check_tolerance(draft, tolerance)
    match kind:
        case Kind.CHOICE | Kind.SEVERAL | Kind.PICTURE:
            _check_options(draft)
        case Kind.CLOZE:
            _check_gaps(draft)
        case Kind.ORDER:
            _check_lines(draft)
        case Kind.OPEN:
            _check_fields(draft)


def _either(kinds: tuple[Kind, ...]) -> str:
    *others, last = kinds
    return f"{', '.join(others)} or {last}" if others else last


def _check_recall(draft: Draft) -> None:
    for name in _COMPUTED:
        if draft.has(name):
            message = f"'{name}' is for answers that are computed, and this card is only turned over"
            draft.fault(draft.key(name), message, "take it out, or choose another kind")
    deck = draft.tree.root
    if not draft.has("source") and not (isinstance(deck, Fields) and "source" in deck.entries):
        message = "a card of kind recall says where it comes from"
        draft.fault(draft.key("kind"), message, "add 'source', to the card or to the deck")


def _check_tolerance(draft: Draft, tolerance: Node) -> None:
    gaps = draft.items("gaps")
    if not plain(tolerance):
        draft.fault(draft.key("tolerance"), "the tolerance is empty", "write 'tolerance: {absolute: 0.01}'")
    elif draft.text("kind") == Kind.CLOZE and gaps and all(plain(gap) != "number" for gap in gaps):
        draft.fault(draft.key("tolerance"), "'tolerance' is for numbers, and no gap is one", "take it out")


def _check_options(draft: Draft) -> None:
    options = draft.items("options")
    if not draft.has("options") and draft.has("few") and draft.text("kind") != Kind.SEVERAL:
        message = "'few' says why options are missing, and here they are computed"
        draft.fault(draft.key("few"), message, "take it out, or write 'options'")
    if options and len(options) < _ENOUGH and not draft.has("few"):
        message = f"a choice of {len(options)} is guessed too easily"
        draft.fault(draft.key("options"), message, "write four or more, or say in 'few' why there are no more")
    if len(options) >= _ENOUGH and draft.has("few"):
        draft.fault(draft.key("few"), "'few' says why options are missing, and none are", "take it out")
    for field in ("value", *LANGUAGES):
        earlier: list[Fixed] = []
        for at in range(len(options)):
            node = draft.at("options", at, field)
            assert node is not None
            value = plain(node)
            if any(one.admits(value) for one in earlier):
                draft.fault(node, f"another option has the same '{field}'", "let each option differ")
            earlier.append(Fixed(value))


def _check_gaps(draft: Draft) -> None:
    listed = len(draft.items("gaps"))
    marked = dict(_marked(draft))
    if len(set(marked.values())) > 1:
        told = " and ".join(f"{count} in {LANGUAGES[lang]}" for lang, count in marked.items())
        node = draft.at("prompt", "zh") or draft.key("prompt")
        draft.fault(node, f"the gaps are {told}", "mark as many in both, each with '____'")
    elif listed and marked and listed not in marked.values():
        message = f"'gaps' lists {listed}, and prompt and code mark {max(marked.values())}"
        draft.fault(draft.key("gaps"), message, "list one for each '____', which is exactly four underscores")


def _marked(draft: Draft) -> Iterator[tuple[str, int]]:
    """How many gaps the learner sees in each language, where that can be told."""
    code = draft.at("code")
    if code is None and draft.has("code"):
        return
    inside = len(GAP.findall(code.text)) if isinstance(code, Scalar) else 0
    for lang in LANGUAGES:
        if isinstance(node := draft.at("prompt", lang), Scalar):
            yield lang, inside + len(GAP.findall(node.text))


def _check_lines(draft: Draft) -> None:
    for at, node in enumerate(draft.items("lines")):
        if "\n" in draft.text("lines", at):
            draft.fault(node, f"item {at + 1} of 'lines' is more than one line", "make an item of each line")


def _check_fields(draft: Draft) -> None:
    fields = draft.raw("fields")
    for name, key in fields.keys.items() if isinstance(fields, Fields) else ():
        if not _NAME.fullmatch(name):
            message = f"a learner can't type the name '{name[:40]}'"
            draft.fault(key, message, "write up to 30 of a-z, A-Z, 0-9 and '_', beginning with a letter: kernel")
