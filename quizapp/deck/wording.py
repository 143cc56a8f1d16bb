"""The templates of a card: do they parse, do they name what exists, and does the learner see every drawn number?"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from quizapp.core import template
from quizapp.core.domain import Domain, Params, write
from quizapp.core.template import TemplateError
from quizapp.deck.draft import Draft
from quizapp.deck.tree import Node, Scalar
from quizapp.errors import nearest

_LANGUAGES = {"en": "English", "zh": "Chinese"}


def check_wording(draft: Draft, known: Collection[str] | None, samples: Sequence[Params]) -> dict[str, frozenset[str]]:
    """Reports the faults of prompt, source, options and explanation; returns the names that the learner sees in each
    language, for the languages where that can be told.

    known:   the names that prompt, source and options may use; None where the verifier is unknown.
    samples: draws, with each of which the texts must render.
    """
    seen: dict[str, frozenset[str]] = {}
    code = _used(draft, draft.at("code"), known, samples) if draft.has("code") else frozenset()
    for lang in _LANGUAGES:
        prompt = _used(draft, draft.at("prompt", lang), known, samples)
        if prompt is not None and code is not None:
            seen[lang] = prompt | code
        _used(draft, draft.at("explain", lang), None, samples)
        for at in range(len(draft.items("options"))):
            _used(draft, draft.at("options", at, lang), known, samples)
    return seen


def check_seen(draft: Draft, seen: Mapping[str, frozenset[str]], domains: Mapping[str, Domain]) -> None:
    """A number that is drawn and not shown makes a question that nobody can answer."""
    for lang, names in seen.items():
        node = draft.at("prompt", lang)
        for name, domain in domains.items() if node is not None else ():
            if domain.size() > 1 and name not in names:
                message = f"the learner never sees the drawn '{name}' in {_LANGUAGES[lang]}"
                draft.fault(node or draft.key("prompt"), message, f"write '{{{name}}}', or pin it in 'params'")


def _used(
    draft: Draft, node: Node | None, known: Collection[str] | None, samples: Iterable[Params]
) -> frozenset[str] | None:
    """The names that the template uses; None where there is none, or none that can be read."""
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
        draft.fault(node, f"'{name}' is no parameter of the verifier", nearest(name, known or ()), first[name])
    for params in samples:
        if not used <= params.keys():
            break
        try:
            template.render(node.text, params)
        except TemplateError as error:
            drawn = ", ".join(f"{name} = {write(params[name])}" for name in sorted(used))
            draft.fault(node, f"{error}, for {drawn}" if drawn else str(error), offset=error.offset)
            break
    return used
