"""The templates of a card: do they parse, do they name what exists, and does the learner see every drawn number?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from quizapp.core import template
from quizapp.core.card import Kind
from quizapp.core.domain import Domain, Params, write
from quizapp.core.template import TemplateError
from quizapp.deck.draft import LANGUAGES, Draft
from quizapp.deck.tree import Mapping as Fields
from quizapp.deck.tree import Node, Scalar
from quizapp.deck.tree import Sequence as Items
from quizapp.errors import nearest

# What is the same in both languages.
_SHARED = ("code", "lines", "starter")
_DRAWS_NOTHING = "a card that is only turned over draws nothing"


def check_wording(draft: Draft, known: Collection[str] | None, samples: Sequence[Params]) -> dict[str, frozenset[str]]:
    """Reports the faults of prompt, source, lines, options and explanation; returns the names that the learner sees in
    each language, for the languages where that can be told.

    known:   the names that all but the explanation may use; None where the verifier is unknown.
    samples: draws, with each of which the texts must render.
    """
    seen: dict[str, frozenset[str]] = {}
    shared = [_used(draft, node, known, samples) for name in _SHARED for node in _texts(draft, name)]
    for lang in LANGUAGES:
        nodes = (draft.at("prompt", lang), *_texts(draft, "options", lang))
        found = [*shared, *(_used(draft, node, known, samples) for node in nodes)]
        sound = [one for one in found if one is not None]
        if len(sound) == len(found):
            seen[lang] = frozenset().union(*sound)
        _used(draft, draft.at("explain", lang), None, samples)
    return seen


def check_recall(draft: Draft) -> None:
    """Reports the faults of the prompt and the explanation of a card that draws nothing."""
    for lang in LANGUAGES:
        _used(draft, draft.at("prompt", lang), (), ({},), _DRAWS_NOTHING)
        _used(draft, draft.at("explain", lang), ("truth",), (), _DRAWS_NOTHING)


def check_seen(draft: Draft, seen: Mapping[str, frozenset[str]], domains: Mapping[str, Domain]) -> None:
    """A number that is drawn and not shown makes a question that nobody can answer; a picture shows its own."""
    if draft.text("kind") == Kind.PICTURE:
        return
    for lang, names in seen.items():
        node = draft.at("prompt", lang)
        for name, domain in domains.items() if node is not None else ():
            if domain.size() > 1 and name not in names:
                message = f"the learner never sees the drawn '{name}' in {LANGUAGES[lang]}"
                draft.fault(node or draft.key("prompt"), message, f"write '{{{name}}}', or pin it in 'params'")


def check_lines(draft: Draft, samples: Iterable[Params]) -> None:
    """Lines that are the same with some numbers can't be told apart, and neither can their orders."""
    nodes = draft.items("lines")
    for params in samples:
        first: dict[str, int] = {}
        for at, node in enumerate(nodes, 1):
            line, drawn = _rendered(draft.text("lines", at - 1), params)
            earlier = first.setdefault(line.rstrip(), at)
            if earlier != at:
                message = f"item {at} of 'lines' is the same as item {earlier}"
                draft.fault(node, f"{message}, for {drawn}" if drawn else message, "let each line differ")
                return


def _rendered(line: str, params: Params) -> tuple[str, str]:
    """The line with these numbers, and which of them it shows; as written where it can't be rendered."""
    try:
        return template.plain(template.render(line, params)), _drawn(params, template.names(line))
    except TemplateError:  # which is reported elsewhere
        return line, ""


def _texts(draft: Draft, name: str, lang: str = "") -> Iterator[Node | None]:
    """The texts of a field, one by one; None where the field is given and has a fault already."""
    if not draft.has(name):
        return
    node = draft.at(name)
    for one in node.items if isinstance(node, Items) else (node,):
        yield one.entries[lang] if isinstance(one, Fields) else one


def _used(
    draft: Draft,
    node: Node | None,
    known: Collection[str] | None,
    samples: Iterable[Params],
    why: str = "",
) -> frozenset[str] | None:
    """The names that the template uses; None where there is none, or none that can be read.

    why: what keeps it from using others, where that is not that the verifier has no such parameter.
    """
    if not isinstance(node, Scalar):
        return None
    try:
        places = template.places(node.text)
    except TemplateError as error:
        draft.fault(node, str(error), offset=error.offset)
        return None
    used = frozenset(name for name, _ in places)
    first = dict(reversed(places))
    for name in sorted(used.difference(known)) if known is not None else ():
        message, hint = f"'{name}' is no parameter of the verifier", nearest(name, known or ())
        if why:
            message, hint = f"nothing gives '{name}' a value, since {why}", "a brace that is meant is written '{{'"
        draft.fault(node, message, hint, first[name])
    for params in samples:
        if not used <= params.keys():
            break
        try:
            template.render(node.text, params)
        except TemplateError as error:
            drawn = _drawn(params, used)
            draft.fault(node, f"{error}, for {drawn}" if drawn else str(error), offset=error.offset)
            break
    return used


def _drawn(params: Params, names: Iterable[str]) -> str:
    return ", ".join(f"{name} = {write(params[name])}" for name in sorted(names))
