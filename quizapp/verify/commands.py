"""`quiz verify` and `quiz audit`: what they print, and how they end."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from quizapp import opening
from quizapp.core.claim import Outcome
from quizapp.core.domain import write
from quizapp.core.text import Lang
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError
from quizapp.verify import markdown
from quizapp.verify.audit import Audited, audit, told
from quizapp.verify.cards import Fault, check
from quizapp.verify.reading import Material, read

if TYPE_CHECKING:
    from quizapp.cli import Common


def run_audit(names: Sequence[str], common: "Common", *, as_json: bool, as_markdown: bool) -> Exit:
    """`quiz audit`: the claims of the notes, each put to the library now. Exit 1 where one is no longer as recorded."""
    pack = opening.pack(common)
    material = read(pack, names)
    claims = [claim for deck in material.decks.values() for claim in deck.claims]
    with opening.worker(pack, common) as client:
        rows = list(_counted(audit(claims, client), len(claims), "claims"))
    if as_json:
        print_json([_row(one, common.lang) for one in rows])
    elif as_markdown:
        print(markdown.page(rows, common.lang))
    else:
        for one in rows:
            print(*_block(one, common.lang), "", sep="\n")
        print(summary(rows))
    for one in rows:
        if one.stale:
            print(_stale(one), file=sys.stderr)
    _tell_faults(material)
    return Exit.DISAGREEMENT if any(one.stale for one in rows) else Exit.OK


def run_verify(names: Sequence[str], common: "Common", *, samples: int, seed: int, as_json: bool) -> Exit:
    """`quiz verify`: every card asked and answered, every claim audited. Exit 1 where anything is at fault."""
    begun = time.monotonic()
    pack = opening.pack(common)
    material = read(pack, names)
    cards = [card for deck in material.decks.values() for card in deck.cards]
    claims = [claim for deck in material.decks.values() for claim in deck.claims]
    with opening.worker(pack, common) as client:
        checked = list(
            _counted(check(cards, material.declarations, client, samples=samples, seed=seed), len(cards), "cards")
        )
        audited = list(_counted(audit(claims, client), len(claims), "claims"))
    faults = [fault for one in checked for fault in one.faults]
    faults += [Fault(one.claim.place, one.claim.id, _why_stale(one)) for one in audited if one.stale]
    versions = _versions([*(one.versions for one in checked), *(one.versions for one in audited)])
    facts: dict[str, Any] = {
        "cards": len(cards),
        "claims": len(claims),
        "checks": sum(one.checks for one in checked) + sum(len(one.tried) for one in audited),
        "seconds": round(time.monotonic() - begun, 2),
        "versions": versions,
    }
    if as_json:
        shown = [
            {"place": one.place, "id": one.id, "message": one.message, "params": dict(one.params), "repeat": one.repeat}
            for one in faults
        ]
        print_json(facts | {"faults": shown, "unread": list(material.faults)})
    else:
        for fault in faults:
            print(*_fault(fault), "", sep="\n")
        count = len(faults) + len(material.faults)
        print(
            " · ".join(
                [
                    _many(len(cards), "card"),
                    _many(len(claims), "claim"),
                    _many(facts["checks"], "check"),
                    _many(count, "fault"),
                    f"{facts['seconds']:.1f} s",
                ]
            ),
            ", ".join(f"{name} {version}" for name, version in versions.items()),
            sep="\n",
        )
    _tell_faults(material)
    return Exit.DISAGREEMENT if faults else Exit.OK


def summary(rows: Sequence[Audited]) -> str:
    """`97 claims: holds 50, …` and the versions that they were tried on."""
    counts = Counter(one.outcome for one in rows)
    told = ", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome if counts[outcome])
    versions = ", ".join(f"{name} {version}" for name, version in _versions(one.versions for one in rows).items())
    return f"{_many(len(rows), 'claim')}: {told}\n{versions}".rstrip()


def _row(one: Audited, lang: Lang) -> dict[str, Any]:
    claim, (note, library) = one.claim, told(one.tried)
    return {
        "id": claim.id,
        "heading": claim.heading,
        "claim": claim.text.in_lang(lang),
        "verifier": claim.verifier,
        "note": note,
        "library": library,
        "outcome": one.outcome,
        "recorded": claim.outcome,
        "reason": claim.reason.in_lang(lang),
        "cards": list(claim.cards),
        "versions": dict(one.versions),
        "place": claim.place,
    }


def _block(one: Audited, lang: Lang) -> Iterator[str]:
    claim, (note, library) = one.claim, told(one.tried)
    yield f"{claim.id} · {one.outcome}"
    yield f"  {claim.text.in_lang(lang)}"
    if claim.verifier:
        yield f"  note      {note}"
        yield f"  library   {library}"
        yield f"  verifier  {claim.verifier}"
    yield f"  reason    {claim.reason.in_lang(lang)}"
    if claim.cards:
        yield f"  cards     {', '.join(claim.cards)}"


def _fault(fault: Fault) -> Iterator[str]:
    yield f"{fault.place} {fault.id}"
    if fault.params:
        yield "  " + " ".join(f"{name}={write(value)}" for name, value in fault.params.items())
    yield f"  {fault.message}"
    if fault.repeat:
        yield f"  {fault.repeat}"


def _stale(one: Audited) -> str:
    return f"{one.claim.place} {one.claim.id}: {_why_stale(one)}"


def _why_stale(one: Audited) -> str:
    if one.fault:
        return f"the claim can't be tested now: {one.fault}"
    note, library = told(one.tried)
    found = f"the note says {note}, the library {library}"
    return f"recorded as '{one.claim.outcome}', and now it is '{one.outcome}': {found}"


def _tell_faults(material: Material) -> None:
    if material.faults:
        raise QuizError("\n".join(material.faults))


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _versions(found: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return dict(sorted({name: version for one in found for name, version in one.items()}.items()))


@contextmanager
def _line() -> "Iterator[bool]":
    """Whether standard error is a terminal that can show how far it is; the line is wiped at the end."""
    shown = sys.stderr.isatty()
    try:
        yield shown
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _counted(found: Iterable[Any], total: int, what: str) -> Iterator[Any]:
    """Passes on what is found, telling on a terminal how much it is."""
    with _line() as shown:
        for at, one in enumerate(found, 1):
            if shown:
                print(f"\r\x1b[K{at} of {total} {what}", end="", file=sys.stderr, flush=True)
            yield one
