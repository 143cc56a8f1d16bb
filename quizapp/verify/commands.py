"""`quiz verify` and `quiz audit`: what they print, and how they end."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quizapp import opening, packs, paths
from quizapp.core.card import Card
from quizapp.core.claim import Claim, Outcome
from quizapp.core.text import Lang
from quizapp.document import print_json
from quizapp.errors import Exit, QuizError
from quizapp.language import speaking
from quizapp.packs import Pack
from quizapp.verify import markdown
from quizapp.verify.audit import Audited, audit, told
from quizapp.verify.cache import Cache
from quizapp.verify.engine import Item, Settings, items, static, verify
from quizapp.verify.fault import Checked
from quizapp.verify.pool import Pool
from quizapp.verify.reading import Material, read
from quizapp.verify.report import Report, annotations, document, junit, many, text

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from quizapp.common import Common


T = TypeVar("T")


@speaking("en")
def run_audit(names: Sequence[str], common: "Common", *, as_json: bool, as_markdown: bool) -> Exit:
    """`quiz audit`: the claims of the notes, each put to the library now. Exit 1 where one is no longer as recorded."""
    pack = opening.pack(common)
    material = read(pack, names)
    claims = [claim for deck in material.decks.values() for claim in deck.claims]
    with opening.worker(pack, common) as client:
        rows = list(_shown(audit(claims, client), claims))
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `quiz verify` was asked for; see its help.

    static: run no verifier. trust: don't ask before running the verifiers of a folder that was named.
    """

    names: Sequence[str]
    samples: int
    seed: int
    jobs: int
    timeout: float | None
    static: bool
    trust: bool
    cached: bool
    junit: str | None
    as_json: bool


@speaking("en")
def run_verify(wanted: Wanted, common: "Common") -> Exit:
    """`quiz verify`: every card asked and answered, every claim audited. Exit 1 where anything is at fault, 2 where a
    deck can't be read, 130 where it was interrupted; what was found until then is told."""
    begun = time.monotonic()
    pack, names = _pack(wanted, common)
    material = read(pack, names)
    every = items(material.decks.values())
    settings = Settings(wanted.samples, wanted.seed, wanted.timeout or float("inf"))
    cache = Cache(paths.cache() / "verify.json" if wanted.cached else None, pack, (settings, common.device))
    checked: list[Checked] = []
    stopped = False
    with Pool(pack.root, common.device, wanted.jobs) as verifiers:
        found = (
            (static(item) for item in every) if wanted.static else verify(every, material, verifiers, settings, cache)
        )
        try:
            for one in _shown(found, every):
                checked.append(one)
        except KeyboardInterrupt:
            stopped = True
    cache.save()
    report = Report(
        root=pack.root,
        pack="" if pack == packs.builtin() else str(pack.root),
        cards=sum(isinstance(one, Card) for one in every),
        claims=sum(isinstance(one, Claim) for one in every),
        checked=checked,
        unread=material.faults,
        seconds=time.monotonic() - begun,
        stopped=stopped,
    )
    _tell(report, wanted)
    if stopped:
        return Exit.INTERRUPTED
    if report.unread:
        return Exit.BAD_INPUT
    return Exit.DISAGREEMENT if report.faults else Exit.OK


def _pack(wanted: Wanted, common: "Common") -> tuple[Pack, Sequence[str]]:
    """The pack to verify, and which of its decks. A name that is a folder with cards/ is a pack of its own.

    Raises QuizError where its verifiers would run and nobody said that they may.
    """
    folders = [name for name in wanted.names if (Path(name) / "cards").is_dir()]
    if not folders:
        return opening.pack(common), wanted.names
    if len(wanted.names) > 1:
        raise QuizError(f"'{folders[0]}' is a pack, which is verified alone", hint="name one folder, or decks")
    pack = packs.at(folders[0])
    if not (wanted.static or wanted.trust or pack == packs.builtin()):
        hint = "give --trust to run them, or --static to run none"
        if not sys.stdin.isatty():
            raise QuizError("its verifiers are Python that runs on this machine", where=folders[0], hint=hint)
        if not click.confirm(f"The verifiers in {folders[0]} are Python and run on this machine. Run them?", err=True):
            raise QuizError("its verifiers were not run", where=folders[0], hint=hint)
    return pack, ()


def _tell(report: Report, wanted: Wanted) -> None:
    if wanted.junit is not None:
        try:
            Path(wanted.junit).write_text(junit(report), "utf-8")
        except OSError as error:
            raise QuizError(f"the file can't be written: {error.strerror}", where=wanted.junit) from None
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in annotations(report):
            print(line, file=sys.stderr if wanted.as_json else sys.stdout)
    if wanted.as_json:
        print_json(document(report))
    else:
        print(*text(report), sep="\n")


def _shown(found: Iterable[T], every: Sequence[Item]) -> Iterator[T]:
    """Passes on what is found; on a terminal with a bar that names what is being waited for."""
    bar: ProgressBar[Item] = click.progressbar(
        length=len(every), file=sys.stderr, label="verifying", show_eta=False, hidden=not sys.stderr.isatty(),
        item_show_func=lambda one: one.id if one is not None else "",
    )  # fmt: skip
    with bar:
        results = iter(found)
        for item in every:
            bar.update(0, item)
            yield next(results)
            bar.update(1, item)


def summary(rows: Sequence[Audited]) -> str:
    """`97 claims: holds 50, …` and the versions that they were tried on."""
    counts = Counter(one.outcome for one in rows)
    told = ", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome if counts[outcome])
    versions = ", ".join(f"{name} {version}" for name, version in _versions(one.versions for one in rows).items())
    return f"{many(len(rows), 'claim')}: {told}\n{versions}".rstrip()


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


def _versions(found: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return dict(sorted({name: version for one in found for name, version in one.items()}.items()))
