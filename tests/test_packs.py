"""What belongs to a pack, and what its files are called."""

from pathlib import Path

from quizapp import packs


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_decks_come_in_the_order_of_folders_and_names(tmp_path: Path) -> None:
    names = ["a/z.yaml", "a-b/c.yaml", "a.yaml", "a/b/c.yaml", "b.yaml", "学习/一.yaml"]
    touch(tmp_path / "cards", *names)
    decks = packs.at(tmp_path).decks()
    inside = tmp_path.resolve() / "cards"
    assert list(decks.values()) == sorted(inside / name for name in names)
    assert list(decks) == [path.relative_to(inside).with_suffix("").as_posix() for path in decks.values()]


def test_hidden_files_and_those_that_are_no_decks_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path / "cards", "one.yaml", ".one.yaml", "one.yaml~", "notes.md", "two.v2.yaml")
    assert list(packs.at(tmp_path).decks()) == ["one", "two.v2"]


def test_a_file_is_shown_by_its_place_in_the_pack(tmp_path: Path) -> None:
    touch(tmp_path, "cards/conv/size.yaml", "verifiers/conv.py")
    pack = packs.at(tmp_path)
    assert [pack.shown(path) for path in pack.decks().values()] == ["cards/conv/size.yaml"]
    assert [pack.shown(path) for path in pack.modules().values()] == ["verifiers/conv.py"]
