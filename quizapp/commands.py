"""The commands that print facts. Each takes what click parsed and prints text, or one JSON document."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quizapp import opening
from quizapp.asking import request_attempt, request_truth
from quizapp.core.answer import Attempt, Right, Truth, Unreadable, Unverifiable, Wrong
from quizapp.core.card import Card
from quizapp.core.declaration import Declaration, Explore, Parameter
from quizapp.core.domain import Domain, Params, Value, write
from quizapp.core.drawing import CannotDraw
from quizapp.core.judge import telling
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.template import plain
from quizapp.core.text import fit
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError, nearest
from quizapp.language import _, mark
from quizapp.plain import asked

if TYPE_CHECKING:
    from quizapp.common import Common
    from quizapp.worker.client import Client


_COLUMNS = (5, 8, 5, 4, 4)
_VERDICTS = {
    "right": mark("right"),
    "wrong": mark("wrong"),
    "unreadable": mark("unreadable"),
    "unverifiable": mark("unverifiable"),
}


def decks(common: "Common", as_json: bool) -> None:
    """`quiz decks`. Raises QuizError (exit 2) after the list when a deck is faulty."""
    with opening.library(common) as library:
        rows = library.counts(opening.clock(common))
        if as_json:
            print_json([
                {
                    "deck": row.deck,
                    "title": row.title.in_lang(common.lang),
                    "cards": row.cards,
                    "computed": row.computed,
                    "drawn": row.drawn,
                    "new": row.new,
                    "due": row.due,
                }
                for row in rows
            ])  # fmt: skip
        else:
            width = max((len(row.deck) for row in rows), default=4)
            heads = (_("cards"), _("computed"), _("drawn"), _("new"), _("due"))
            print(fit(_("deck"), width), *map(_column, heads, _COLUMNS), sep="  ")
            for row in rows:
                share = f"{100 * row.computed // max(1, row.cards)} %"
                shown = (row.cards, share, row.drawn, row.new, row.due)
                print(f"{row.deck:{width}}", *map(_column, shown, _COLUMNS), sep="  ")
        if library.faults:
            raise QuizError("\n".join(library.faults))


def show(card: str, params: Sequence[str], seed: int, common: "Common", as_json: bool) -> None:
    """`quiz show`: one question and all that the library says about it."""
    with _asking(card, params, seed, common) as (_client, question, computed):
        truth = _need(computed, card)
    known = telling(question.card.kind, truth)
    why = plain(question.explanation(truth)).strip()
    if as_json:
        shown = {
            "prompt": plain(question.prompt),
            "code": question.code,
            "options": [one.text.in_lang(question.lang) for one in question.options],
            "lines": list(question.lines),
            "fields": {name: domain.data() for name, domain in question.card.fields.items()},
            "picture": str(truth.picture) if truth.picture is not None else None,
            "truth": truth.value,
            "tolerance": asdict(truth.tolerance),
            "steps": [step.in_lang(question.lang) for step in truth.steps],
            "mistakes": [{"value": one.value, "text": one.text.in_lang(question.lang)} for one in known],
            "explanation": why,
            "snippet": truth.snippet,
            "source": question.card.source,
            "place": question.card.place,
        }
        print_json(_facts(question, seed) | shown | _origin(truth))
        return
    head = _("{card} · {kind} · seed {seed}").format(card=question.card.id, kind=question.card.kind, seed=seed)
    print(head, *asked(question), "", sep="\n")
    _say(_("truth"), f"{question.write(truth.value)}   {truth.tolerance}".rstrip())
    _say("", truth.origin)
    for step in truth.steps:
        _say("", step.in_lang(question.lang))
    if truth.picture is not None and question.picture is None:
        print("", truth.picture, "", sep="\n")
    for one in known:
        _say(_("mistake"), f"{question.write(one.value)}: {one.text.in_lang(question.lang)}")
    _say(_("why"), why)
    _say(_("params"), _pairs(question.params))
    _say(_("source"), question.card.source)
    _say(_("place"), question.card.place)
    if truth.snippet:
        print("", truth.snippet, sep="\n")


def check(card: str, answer: str, params: Sequence[str], seed: int, common: "Common", as_json: bool) -> Exit:
    """`quiz check`: judges one answer."""
    with _asking(card, params, seed, common) as (client, question, truth):
        reading = question.read(answer)
        attempt: Attempt | Unverifiable | None = None
        if isinstance(truth, Truth) and isinstance(reading, Reading):
            running = request_attempt(client, question, reading)
            attempt = running.result() if running is not None else None
    facts: dict[str, Any] = {"truth": None, "mistake": None}
    fault = next((one for one in (truth, attempt) if isinstance(one, Unverifiable)), None)
    if isinstance(reading, Unreadable):
        name, code, facts["why"] = "unreadable", Exit.BAD_INPUT, reading.why
    elif fault is not None:
        name, code, facts["why"] = "unverifiable", Exit.ENVIRONMENT, fault.error
    else:
        assert isinstance(truth, Truth)
        assert not isinstance(attempt, Unverifiable)
        verdict = question.judge(reading, truth, attempt)
        name, code = ("right", Exit.OK) if isinstance(verdict, Right) else ("wrong", Exit.DISAGREEMENT)
        facts |= {"truth": truth.value} | _origin(truth)
        if isinstance(verdict, Wrong) and verdict.mistake is not None:
            facts["mistake"] = verdict.mistake.text.in_lang(question.lang)
    if as_json:
        print_json(_facts(question, seed) | {"answer": answer, "verdict": name} | facts)
        return code
    said = _(_VERDICTS[name])
    print(f"{said}: {facts['why']}" if "why" in facts else said)
    if isinstance(truth, Truth) and "why" not in facts:
        _say(_("truth"), question.write(truth.value))
        _say("", truth.origin)
        if facts["mistake"]:
            _say(_("mistake"), facts["mistake"])
    return code


def compute(verifier: str, params: Sequence[str], common: "Common", as_json: bool) -> None:
    """`quiz compute`: a verifier as a calculator."""
    from quizapp.index import declared

    pack = opening.pack(common)
    declarations, broken = declared(pack)
    declaration = declarations.get(verifier)
    if declaration is None:
        if faults := broken.get(f"verifiers/{verifier.partition('.')[0]}.py"):
            raise QuizError("\n".join(map(str, faults)))
        raise QuizError(_("there is no verifier '{name}'").format(name=verifier), hint=nearest(verifier, declarations))
    given = read_params(params, {name: one.domain for name, one in declaration.parameters.items()}, verifier)
    for name, parameter in declaration.parameters.items():
        if name not in given:
            if parameter.default is None:
                raise QuizError(
                    _("'{name}' is missing").format(name=name),
                    where=verifier,
                    hint=_("write {name}=…, {domain}").format(name=name, domain=parameter.domain),
                )
            given[name] = parameter.default
    if problem := declaration.problem(given):
        raise QuizError(problem, where=verifier)
    with opening.worker(pack, common) as client:
        truth = _need(client.truth(verifier, given, declaration.limit_s).result(), verifier)
    if as_json:
        picture = str(truth.picture) if truth.picture is not None else None
        print_json({"verifier": verifier, "params": given, "value": truth.value, "picture": picture} | _origin(truth))
        return
    print(
        write(truth.value), f"  {truth.origin}", *(f"  {step.in_lang(common.lang)}" for step in truth.steps), sep="\n"
    )
    if truth.picture is not None:
        print("", truth.picture, sep="\n")


def list_verifiers(common: "Common", as_json: bool) -> None:
    """`quiz compute --list`: every verifier with its parameters."""
    from quizapp.index import declared

    declarations, broken = declared(opening.pack(common))
    if as_json:
        print_json([
            {
                "verifier": one.name,
                "summary": one.summary,
                "library": one.library,
                "parameters": {name: _parameter(parameter) for name, parameter in one.parameters.items()},
                "where": list(one.where),
                "explore": _explore(one.explore),
            }
            for one in declarations.values()
        ])  # fmt: skip
    else:
        for one in declarations.values():
            print(f"{one.name}({one.signature()})", f"    {one.summary}", sep="\n")
            for name, parameter in one.parameters.items():
                print(f"    {name}: {parameter.domain}")
    if faults := [str(fault) for faults in broken.values() for fault in faults]:
        raise QuizError("\n".join(faults))


@contextmanager
def _asking(
    card: str, params: Sequence[str], seed: int, common: "Common"
) -> "Iterator[tuple[Client, Question, Truth | Unverifiable]]":
    """The worker, the question that the seed draws, and its truth."""
    with opening.library(common) as library:
        opening.warn(library)  # first: a card that isn't there may stand in a faulty deck
        found = library.card(card)
        declarations = library.declarations()
    question = _question(found, params, declarations, seed, common)
    with opening.worker(library.pack, common) as client:
        truth = question.settle(request_truth(client, question).result())
        if isinstance(truth, Truth):
            question = question.exhibit(truth)
        yield client, question, truth


def _question(
    card: Card, params: Sequence[str], declarations: Mapping[str, Declaration], seed: int, common: "Common"
) -> Question:
    # What the card leaves to no draw, its verifier may still admit: any parameter can be pinned.
    domains = {name: declarations[card.verifier].parameters[name].domain for name in card.draw.domains}
    pinned = read_params(params, domains, card.id)
    try:
        return ask(card, rng_for(seed, card.id), common.lang, pinned=pinned)
    except CannotDraw as error:
        hint = _("pinned: {params}").format(params=_pairs(pinned) or _("nothing"))
        raise QuizError(str(error), where=card.id, hint=hint) from None


def read_params(typed: Sequence[str], domains: Mapping[str, Domain], where: str) -> dict[str, Value]:
    """`name=value` pairs as values of the domains. Raises QuizError naming the pair."""
    values: dict[str, Value] = {}
    for pair in typed:
        name, equals, value = pair.partition("=")
        if not equals:
            raise QuizError(_("'{pair}' is no parameter").format(pair=pair), where=where, hint=_("write name=value"))
        if name not in domains:
            hint = _("there are {names}").format(names=", ".join(domains))
            raise QuizError(_("there is no parameter '{name}'").format(name=name), where=where, hint=hint)
        try:
            values[name] = domains[name].read(value)
        except ValueError as error:
            raise QuizError(f"{name}: {error}", where=where) from None
    return values


def _need(truth: Truth | Unverifiable, where: str) -> Truth:
    if isinstance(truth, Truth):
        return truth
    raise QuizError(truth.error, where=where, exit=Exit.BAD_INPUT if truth.impossible else Exit.ENVIRONMENT)


def _facts(question: Question, seed: int) -> dict[str, Any]:
    card = question.card
    return {
        "id": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "verifier": card.verifier,
        "seed": seed,
        "params": dict(question.params),
    }


def _origin(truth: Truth) -> dict[str, Any]:
    origin = truth.origin
    return {"versions": dict(origin.versions), "device": origin.device, "ms": round(origin.ms, 3)}


def _explore(explore: Explore | None) -> dict[str, Any] | None:
    if explore is None:
        return None
    narrowed = {name: domain.data() for name, domain in explore.narrowed.items()}
    return {"parameters": {name: _parameter(one) for name, one in explore.own.items()}, "narrowed": narrowed}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {"domain": parameter.domain.data(), "default": parameter.default}


def _say(label: str, value: object) -> None:
    """A line with its label in the margin."""
    print(fit(label, 7), value, sep="  ")


def _column(value: object, width: int) -> str:
    return fit(str(value), width, right=True)


def _pairs(params: Params) -> str:
    return " ".join(f"{name}={write(value)}" for name, value in params.items())
