"""What was tried last in each laboratory."""

from pathlib import Path

import pytest

from quizapp.tried import Tried


def test_what_was_tried_last_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lab.json"
    Tried(path).note("toy.size", {"width": 3, "p": [0.5, 0.5]})
    Tried(path).note("toy.add", {"a": 1})
    assert Tried(path).of("toy.size") == {"width": 3, "p": [0.5, 0.5]}
    assert Tried(path).of("toy.other") == {}
    assert [one.name for one in path.parent.iterdir()] == ["lab.json"]


@pytest.mark.parametrize("text", ["", "[1]", '{"toy.size": 3}', "{", "\x00"])
def test_a_file_that_is_damaged_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    path.write_text(text, encoding="utf-8")
    assert Tried(path).of("toy.size") == {}


def test_where_nothing_can_be_written_it_is_kept_while_quiz_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    tried = Tried(tmp_path / "file" / "lab.json")
    tried.note("toy.size", {"width": 3})
    assert tried.of("toy.size") == {"width": 3}
