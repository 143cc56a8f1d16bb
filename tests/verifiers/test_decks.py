"""The decks that quiz brings: what they cover, and every card and claim put to its library."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.core.card import Card, Kind
from quizapp.core.claim import Claim
from quizapp.core.question import ask, rng_for
from quizapp.errors import Exit
from quizapp.packs import builtin
from quizapp.verify.audit import Audited, audit
from quizapp.verify.cache import Cache
from quizapp.verify.engine import Settings, verify
from quizapp.verify.pool import Pool
from quizapp.verify.reading import read
from tests.command_line import quiz

AUDIT = Path(__file__).parents[2] / "docs" / "notes-audit.md"
DECKS = [
    *("conv/api", "conv/features", "conv/size", "data/albumentations", "data/kfold", "data/mnist"),
    *("models/darknet", "models/imagenet", "models/timm", "models/torchvision", "python/methods", "python/self"),
    *("theory/activations", "theory/embedding", "theory/kl", "tools/tensorboard", "tools/tqdm"),
    *("training/state", "training/step"),
]
MATERIAL = read(builtin())
CARDS = [card for deck in MATERIAL.decks.values() for card in deck.cards]
CLAIMS = [claim for deck in MATERIAL.decks.values() for claim in deck.claims]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def worker() -> Iterator[Pool]:
    with Pool(builtin().root, "cpu", 1) as pool:
        yield pool


@pytest.fixture(scope="module")
def audited(worker: Pool) -> dict[str, Audited]:
    return {one.claim.id: one for one in audit(CLAIMS, worker)}


def test_every_deck_is_there_without_a_fault() -> None:
    assert MATERIAL.faults == ()
    assert sorted(MATERIAL.decks) == DECKS


def test_there_are_enough_cards_and_nearly_all_are_computed() -> None:
    assert len(CARDS) >= 220
    assert len(MATERIAL.decks["conv/size"].cards) >= 20
    assert min(len(deck.cards) for deck in MATERIAL.decks.values()) >= 8
    assert sum(card.kind is not Kind.RECALL for card in CARDS) >= 0.85 * len(CARDS)


def test_at_least_half_of_the_computed_cards_give_four_truths_in_32_draws(worker: Pool) -> None:
    computed = [card for card in CARDS if card.kind is not Kind.RECALL]
    assert sum(_truths(card, worker) >= 4 for card in computed) >= 0.5 * len(computed)


def _truths(card: Card, worker: Pool) -> int:
    """How many different truths 32 draws give; counted up to four."""
    found: set[str] = set()
    for seed in range(32 if card.drawn else 1):
        truth = worker.truth(card.verifier, ask(card, rng_for(seed, card.id)).arguments, card.limit_s).result()
        found.add(repr(getattr(truth, "value", None)))
        if len(found) == 4:
            break
    return len(found)


def test_every_kind_of_question_is_asked() -> None:
    assert {card.kind for card in CARDS} == set(Kind)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_names_its_note_is_tagged_and_speaks_both_languages(card: Card) -> None:
    assert card.source
    assert card.tags
    assert card.id.startswith(f"{card.deck}/")
    for words in (card.prompt, card.explain if card.kind is not Kind.RECALL else card.back):
        assert words.en
        assert CHINESE.search(words.zh)


def test_no_two_cards_ask_the_same() -> None:
    asked = [(card.prompt.en, card.code, card.verifier, card.lines, str(card.draw)) for card in CARDS]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("deck", DECKS)
def test_every_card_is_computed_in_both_ways_and_answered_rightly_wrongly_and_unreadably(
    deck: str, worker: Pool
) -> None:
    found = verify(MATERIAL.decks[deck].cards, MATERIAL, worker, Settings(samples=3), Cache(None, builtin(), ()))
    assert [(one.id, fault) for one in found for fault in one.faults] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_comes_out_as_recorded(claim: Claim, audited: dict[str, Audited]) -> None:
    found = audited[claim.id]
    assert not found.stale, found.fault or found.tried


def test_the_page_of_the_audit_tells_every_claim_and_its_outcome() -> None:
    """Values and versions may differ: other versions alone are no failure."""
    rows = [re.split(r" (?<!\\)\| ", line) for line in AUDIT.read_text("utf-8").splitlines() if line.startswith("| `")]
    again = "write the page again: quiz audit --markdown > docs/notes-audit.md"
    assert {row[0].split("`")[1]: row[4] for row in rows} == {claim.id: claim.outcome for claim in CLAIMS}, again


def test_each_deck_has_claims_and_each_claim_that_does_not_hold_has_a_card() -> None:
    assert [name for name, deck in MATERIAL.decks.items() if not deck.claims] == []
    ids = {card.id for card in CARDS}
    assert all(set(claim.cards) <= ids for claim in CLAIMS)


def test_every_verifier_is_listed_with_its_parameters() -> None:
    listed = quiz("compute", "--list", "--json", pack=None)
    assert listed.code == Exit.OK
    assert {one["verifier"] for one in listed.document} == set(MATERIAL.declarations)
