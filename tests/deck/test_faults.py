"""Every fault of a deck is reported at its place, in words."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from quizapp.core.card import Deck
from quizapp.deck.fault import Fault

Read: TypeAlias = Callable[[str], Deck | tuple[Fault, ...]]


class Case(NamedTuple):
    """What stands in the sound deck that a fixture gives, what replaces it (`⟦` marks the place of the fault), and what
    the fault says."""

    deck: str
    name: str
    sound: str
    broken: str
    says: str


def written_cases(file: str, deck: str) -> Iterator[Case]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    for block in text.strip().split("\n\n")[1:]:
        name, *lines = block.split("\n")
        sound, broken, says = ("\n".join(line[2:] for line in lines if line[0] == sign) for sign in "-+!")
        yield Case(deck, name, sound, broken, says)


CASES = (
    *written_cases("broken_decks.txt", "sound_deck"),
    *written_cases("broken_kinds.txt", "kinds_deck"),
    *written_cases("broken_claims.txt", "claims_deck"),
    *(
        Case("sound_deck", *case)
        for case in (
            ("tab", "    group: stem", "⟦\tgroup: stem", "a tab stands where only blanks can"),
            ("control character", "en: Their sizes.", "en: Their⟦\x07 sizes.", "the character U+0007 is invisible"),
            ("very long id", "id: conv/size/stem", f"id: ⟦conv/{'a' * 200}", "'id' is longer than 120 characters"),
            ("long number", "kernel: 7", f"kernel: ⟦{'9' * 5000}", "is too large or too long"),
        )
    ),
)


def test_there_are_many_cases_and_no_two_of_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 140


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault_is_named_at_its_place(case: Case, request: pytest.FixtureRequest, read: Read) -> None:
    sound = request.getfixturevalue(case.deck)
    assert sound.count(case.sound) == 1, "the case must know where it breaks the deck"
    before, _, after = sound.replace(case.sound, case.broken).partition("⟦")
    place = f"cards/a/b.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "

    faults = read(before + after)

    assert not isinstance(faults, Deck), "the deck was taken for sound"
    assert len(faults) == 1, "one slip is one fault: " + "\n".join(map(str, faults))
    assert str(faults[0]).startswith(place)
    assert case.says in str(faults[0])
