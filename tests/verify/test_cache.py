"""What is remembered between runs of `quiz verify`, and what makes it forget."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.packs import Pack
from quizapp.verify import cache as caching
from quizapp.verify.cache import Cache
from quizapp.verify.engine import items
from quizapp.verify.fault import Checked, Fault
from quizapp.verify.reading import read
from tests.verify.test_planted import SOUND

MORE = '"""Another module."""\n'


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    shutil.copytree(SOUND, tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pack" / "verifiers" / "more.py").write_text(MORE, "utf-8")
    return Pack(tmp_path / "pack")


def remembered(pack: Pack, file: Path, settings: object = 8) -> set[str]:
    """The ids that a cache in `file` knows of the pack as it is now; afterwards it knows all."""
    cache = Cache(file, pack, (settings,))
    every = items(read(pack).decks.values())
    known = {item.id for item in every if cache.get(item) is not None}
    for item in every:
        cache.put(item, Checked(item.id, item.place, 3, (), {"python": "3"}))
    cache.save()
    return known


def test_what_was_found_is_known_again_and_nothing_before(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "verify.json"
    assert remembered(pack, file) == set()
    assert len(remembered(pack, file)) == 16
    [first, *_] = items(read(pack).decks.values())
    assert Cache(file, pack, (8,)).get(first) == Checked(first.id, first.place, 3, (), {"python": "3"}, cached=True)


def test_a_card_that_changes_is_forgotten_and_no_other(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    remembered(pack, file)
    deck = pack.decks()["shop/prices"]
    deck.write_text(deck.read_text("utf-8").replace("Height first.", "The height is first."), "utf-8")
    every = {item.id for item in items(read(pack).decks.values())}
    assert every - remembered(pack, file) == {"shop/prices/box"}


def test_a_card_that_only_moves_in_its_file_is_still_known_at_its_new_place(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    remembered(pack, file)
    deck = pack.decks()["shop/prices"]
    deck.write_text("# A line more.\n" + deck.read_text("utf-8"), "utf-8")
    assert len(remembered(pack, file)) == 16
    [first, *_] = items(read(pack).decks.values())
    found = Cache(file, pack, (8,)).get(first)
    assert found is not None
    assert found.place == "cards/shop/prices.yaml:6:5"


def test_a_verifier_that_changes_or_something_that_it_imports_forgets_its_cards_alone(
    pack: Pack, tmp_path: Path
) -> None:
    file, folder = tmp_path / "verify.json", pack.root / "verifiers"
    recall = {"shop/prices/name"}
    remembered(pack, file)
    (folder / "more.py").write_text(MORE + "A = 1\n", "utf-8")
    assert len(remembered(pack, file)) == 16, "nothing imports it"
    shop = folder / "shop.py"
    shop.write_text(
        shop.read_text("utf-8").replace("import time\n", "import time\n\nfrom verifiers import more\n"), "utf-8"
    )
    assert remembered(pack, file) == recall
    (folder / "more.py").write_text(MORE + "A = 2\n", "utf-8")
    assert remembered(pack, file) == recall


@pytest.mark.parametrize(
    "line", ["from verifiers.more import A", "import verifiers.more", "from . import more", "from .more import A"]
)
def test_every_way_to_import_within_the_pack_counts(line: str, pack: Pack, tmp_path: Path) -> None:
    file, folder = tmp_path / "verify.json", pack.root / "verifiers"
    shop = folder / "shop.py"
    shop.write_text(shop.read_text("utf-8").replace("import time\n", f"import time\n\n{line}\n"), "utf-8")
    remembered(pack, file)
    (folder / "more.py").write_text(MORE + "A = 1\n", "utf-8")
    assert remembered(pack, file) == {"shop/prices/name"}


def test_other_versions_other_settings_and_another_quizapp_know_nothing(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "verify.json"
    shop = pack.root / "verifiers" / "shop.py"
    shop.write_text(shop.read_text("utf-8").replace("import time\n", "import time\n\nimport yaml\n"), "utf-8")
    remembered(pack, file)
    assert remembered(pack, file, settings=9) == set()
    with monkeypatch.context() as patch:
        patch.setattr(caching, "version", lambda library: "999")
        assert remembered(pack, file) == {"shop/prices/name"}
    with monkeypatch.context() as patch:
        patch.setattr(caching, "own_code", lambda: "another")
        assert remembered(pack, file) == set()


def test_faults_that_a_library_told_are_remembered_and_crashes_are_not(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    [first, second, *_] = items(read(pack).decks.values())
    differ = Fault("they differ", {"price": 3}, "6", "7, by toy 1", "quiz show x")
    cache = Cache(file, pack, ())
    cache.put(first, Checked(first.id, first.place, 1, (differ,)))
    cache.put(second, Checked(second.id, second.place, 1, (Fault("the worker crashed"),)))
    cache.save()
    cache = Cache(file, pack, ())
    found = cache.get(first)
    assert found is not None
    assert found.faults == (differ,)
    assert cache.get(second) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', "\x00"])
def test_a_file_that_holds_anything_else_counts_as_empty(content: str, pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    file.write_text(content, "utf-8")
    assert remembered(pack, file) == set()
    assert len(remembered(pack, file)) == 16
    every = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(dict.fromkeys(every, 7)), "utf-8")
    assert remembered(pack, file) == set()


def test_a_cache_without_a_file_remembers_nothing_and_one_that_can_not_be_written_does_no_harm(
    pack: Pack, tmp_path: Path
) -> None:
    cache = Cache(None, pack, ())
    [first, *_] = items(read(pack).decks.values())
    cache.put(first, Checked(first.id, first.place, 1, ()))
    cache.save()
    (tmp_path / "file").write_text("in the way")
    remembered(pack, tmp_path / "file" / "verify.json")


def test_the_id_alone_is_not_what_a_card_is_known_by(pack: Pack, tmp_path: Path) -> None:
    [first, *_] = items(read(pack).decks.values())
    cache = Cache(tmp_path / "verify.json", pack, ())
    cache.put(first, Checked(first.id, first.place, 1, ()))
    cache.save()
    cache = Cache(tmp_path / "verify.json", pack, ())
    assert cache.get(first) is not None
    assert cache.get(replace(first, limit_s=99.0)) is None
