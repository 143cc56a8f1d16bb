"""Reading a deck file: all its faults in one go, or the deck."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from quizapp.core.answer import Tolerance
from quizapp.core.card import Card, Deck, Kind, Option
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.text import Text
from quizapp.deck.claims import check_claim, read_claim
from quizapp.deck.draft import Draft, broken, plain
from quizapp.deck.fault import Fault
from quizapp.deck.fitting import check_fit, declaration_of, drawn
from quizapp.deck.kinds import check_kind
from quizapp.deck.narrowing import conditions, domains, fields, samples
from quizapp.deck.tree import Mapping as Fields
from quizapp.deck.tree import Sequence, read_tree
from quizapp.deck.wording import check_lines, check_recall, check_seen, check_wording

_MOST_MISFITS = 2_000
_MANY = 40


def read_deck(
    path: Path, name: str, declarations: Mapping[str, Declaration], shown: str = ""
) -> Deck | tuple[Fault, ...]:
    """The deck in the file at `path`, called `name` (`conv/size`); or every fault of the file, by place.

    declarations: the verifiers that cards may name, by `module.function`.
    shown:        what faults and cards name as their file, instead of `path`.
    """
    shown = shown or str(path)
    try:
        source = path.read_bytes()
    except OSError as error:
        return (Fault(shown, 1, 1, f"the file can't be read: {error.strerror}"),)
    return read_source(source, shown, name, declarations)


def read_source(
    source: bytes, path: str, name: str, declarations: Mapping[str, Declaration]
) -> Deck | tuple[Fault, ...]:
    """The deck in `source`, as `read_deck`; `path` is what faults and cards name as their file."""
    tree, found = read_tree(source, path)
    faults = list(found)
    if tree.root is None:
        empty = Fault(path, 1, 1, "the file holds no deck", "begin it with 'title: {en: …, zh: …}'")
        return tuple(sorted(faults)) or (empty,)

    from quizapp.deck import misfit
    from quizapp.deck.schema import misfits

    wrong = misfits(plain(tree.root))
    faults += misfit.faults(wrong[:_MOST_MISFITS], tree, path)
    if len(wrong) > _MOST_MISFITS:  # this is no deck; checking every card of it would take minutes
        return tuple(sorted(faults))
    bad = frozenset({one.loc for one in wrong} | set(broken(tree.root)))
    whole = Draft(path, tree, (), bad, faults)
    cards = whole.raw("cards")
    drafts = [
        whole.part("cards", at)
        for at, node in enumerate(cards.items if isinstance(cards, Sequence) else ())
        if isinstance(node, Fields)
    ]
    draws = [_check(draft, declarations) for draft in drafts]
    _check_ids(drafts)
    claims = [whole.part("claims", at) for at in range(len(whole.items("claims")))]
    ids = {draft.text("id") for draft in drafts}
    for claim in claims:
        check_claim(claim, name, declarations, ids)
    _check_ids(claims, "claim")
    if faults:
        return tuple(sorted(set(faults)))
    return Deck(
        name,
        _words(whole, "title"),
        _words(whole, "description"),
        tuple(
            _card(draft, name, whole.text("source"), declarations, draw)
            for draft, draw in zip(drafts, draws, strict=True)
        ),
        tuple(read_claim(claim, name, whole.text("source"), declarations) for claim in claims),
    )


def duplicate_ids(decks: Iterable[Deck], known: Mapping[str, str] = MappingProxyType({})) -> tuple[Fault, ...]:
    """One fault for each card whose id an earlier card of these decks has; it names both places.

    known: card id -> `file:line:column`, of cards that stand in other files.
    """
    first = dict(known)
    faults = []
    for card in (card for deck in decks for card in deck.cards):
        earlier = first.setdefault(card.id, card.place)
        if earlier != card.place:
            path, line, column = card.place.rsplit(":", 2)
            message = f"the card id '{card.id}' is taken; {earlier} has it already"
            faults.append(Fault(path, int(line), int(column), message, "give one of them another id"))
    return tuple(sorted(faults))


def _check(draft: Draft, declarations: Mapping[str, Declaration]) -> Draw:
    """Reports what no form can say about a card; returns its draw, which counts only where there is no fault."""
    check_kind(draft)
    fields(draft)
    if draft.text("kind") == Kind.RECALL:
        check_recall(draft)
        return Draw()
    declaration = declaration_of(draft, declarations)
    if declaration is None:
        check_wording(draft, None, ())
        return Draw()
    complete = check_fit(draft, declaration)
    left = domains(draft, declaration)
    own = conditions(draft, declaration)
    draw = Draw(left or {}, declaration.where + (own or ()))
    params = samples(draft, draw) if left is not None and own is not None else []
    seen = check_wording(draft, drawn(declaration), params)
    if draft.text("kind") == Kind.ORDER:
        check_lines(draft, samples(draft, draw, _MANY) if params else ({},))
    if complete and draft.text("kind") != Kind.PICTURE:  # whose picture shows what the words may have to keep back
        check_seen(draft, seen, draw.domains)
    return draw


def _check_ids(drafts: Iterable[Draft], what: str = "card") -> None:
    first: dict[str, int] = {}
    for draft in drafts:
        node = draft.at("id")
        line = first.setdefault(draft.text("id"), node.line) if node is not None else 0
        if node is not None and line != node.line:
            draft.fault(
                node, f"the {what} id '{draft.text('id')}' is taken; line {line} has it already", "give another"
            )


def _card(draft: Draft, deck: str, source: str, declarations: Mapping[str, Declaration], draw: Draw) -> Card:
    whole = draft.raw()
    assert isinstance(whole, Fields)
    verifier = draft.text("verifier")
    tolerance = draft.at("tolerance")
    return Card(
        id=draft.text("id"),
        deck=deck,
        kind=Kind(draft.text("kind")),
        prompt=_words(draft, "prompt"),
        verifier=verifier,
        draw=draw,
        explain=_words(draft, "explain"),
        place=f"{draft.path}:{whole.line}:{whole.column}",
        limit_s=declarations[verifier].limit_s if verifier else 0.0,
        code=draft.text("code"),
        options=tuple(
            Option(plain(option.entries["value"]), _words(draft, "options", at))
            for at, option in enumerate(draft.items("options"))
            if isinstance(option, Fields)
        ),
        tolerance=Tolerance(**plain(tolerance)) if tolerance is not None else None,
        aliases=tuple(plain(alias) for alias in draft.items("aliases")),
        gaps=tuple(plain(gap) for gap in draft.items("gaps")),
        lines=tuple(draft.text("lines", at) for at in range(len(draft.items("lines")))),
        fields=fields(draft),
        starter=draft.text("starter"),
        back=_words(draft, "back"),
        steady=draft.text("steady"),
        source=draft.text("source") or source,
        tags=tuple(plain(tag) for tag in draft.items("tags")),
        group=draft.text("group"),
    )


def _words(draft: Draft, *path: str | int) -> Text:
    return Text(draft.text(*path, "en"), draft.text(*path, "zh"))
