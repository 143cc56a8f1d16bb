"""`quiz verify` bites: a fault planted in a sound pack is found, at its place and in words; the sound pack has none."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from quizapp.errors import Exit
from tests.command_line import quiz

HERE = Path(__file__).parent
SOUND = HERE / "sound"


class Plant(NamedTuple):
    """A fault: `sound` in `file` is replaced by `broken`; `blamed` is the card or claim that is to have the fault."""

    name: str
    file: str
    sound: str
    broken: str
    blamed: str
    says: str


def plants() -> list[Plant]:
    found = []
    for part in (HERE / "planted.txt").read_text("utf-8").strip().split("\n\n")[1:]:
        name, *lines = part.split("\n")
        file, sound, broken, blamed, says = ("\n".join(one[2:] for one in lines if one[0] == sign) for sign in "@-+>!")
        found.append(Plant(name, file, sound, broken, blamed, says))
    return found


PLANTS = plants()


def test_there_are_many_classes_of_fault() -> None:
    assert len({plant.name for plant in PLANTS}) == len(PLANTS) >= 40


def test_a_sound_pack_has_none() -> None:
    ran = quiz("verify", str(SOUND), "--trust", "--json", "--no-cache", pack=None)
    assert (ran.code, ran.document["faults"], ran.document["unread"]) == (Exit.OK, [], [])
    assert ran.document["cards"] == 14


@pytest.mark.parametrize("plant", PLANTS, ids=[plant.name for plant in PLANTS])
def test_a_planted_fault_is_found_at_its_place_and_in_words(plant: Plant, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(SOUND, pack, ignore=shutil.ignore_patterns("__pycache__"))
    path = pack / plant.file
    sound = path.read_text("utf-8")
    assert sound.count(plant.sound) == 1, "the plant must know where it breaks the pack"
    before, mark, after = sound.replace(plant.sound, plant.broken).partition("⟦")
    path.write_text(before + after, "utf-8")

    ran = quiz("verify", str(pack), "--trust", "--json", "--no-cache", "--timeout", "0.5", pack=None)

    if mark:
        place = f"{plant.file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
        assert ran.code == Exit.BAD_INPUT
        assert any(one.startswith(place) and plant.says in one for one in ran.document["unread"]), ran.document
    elif not plant.blamed:
        assert ran.code == Exit.BAD_INPUT
        assert any(plant.says in one for one in ran.document["unread"]), ran.document
    else:
        deck = (pack / "cards" / "shop" / "prices.yaml").read_text("utf-8")
        line = deck[: deck.index(f"- id: {plant.blamed}\n")].count("\n") + 1
        told = [one for one in ran.document["faults"] if one["id"] == plant.blamed]
        assert ran.code == Exit.DISAGREEMENT
        assert any(plant.says in one["message"] for one in told), ran.document["faults"]
        assert {one["place"] for one in told} == {f"cards/shop/prices.yaml:{line}:5"}
