"""Writing the config file, and `quiz config`."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp import paths
from quizapp.config import load
from quizapp.errors import QuizError
from quizapp.setting import change, write
from tests.command_line import quiz
from tests.test_config import WHOLE


@pytest.fixture
def file() -> Path:
    path = paths.config()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


OPTIONS = ("retention = 0.8", "fuzz = false", 'learning_steps = ["1m"]', 'order = "mixed"  # why')
CHANGES = (
    ("retention", "0.9", None),
    ("maximum_interval", "99", None),
    ("retention", "0.9", "conv"),
    ("order", '"new first"', "conv/size"),
    ("fuzz", "true", "theory"),
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A config file in any of the ways in which TOML lets it be written."""
    options = st.lists(st.sampled_from(OPTIONS), unique=True).map(lambda lines: ["# next", *lines])
    top, tables = ["# mine", "leech = 5"], ['[keys]\n"drill.undo" = "ctrl+y"\n']
    for table in ("schedule", 'decks."conv"', 'decks."conv/size"', "decks.models"):
        lines = draw(options)
        match draw(st.sampled_from(["header", "dotted", "inline", "missing"])):
            case "header":
                tables.append("\n".join([f"[{table}]", *lines, "", "# below", ""]))
            case "dotted":
                top += [line if line[0] == "#" else f"{table}.{line}" for line in lines]
            case "inline":
                top.append(f"{table} = {{{', '.join(line.partition('  #')[0] for line in lines[1:])}}}")
    text = "\n".join([*top, *draw(st.permutations(tables))])
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


class TestWriting:
    def test_comments_and_everything_else_are_kept(self, file: Path) -> None:
        file.write_text(WHOLE)
        write(file, "retention", "0.9", "conv")
        write(file, "lang", "en")
        write(file, "fuzz", "false")
        expected = WHOLE.replace("0.95", "0.9").replace('"zh" ', '"en" ')
        assert file.read_text().replace("fuzz = false\n", "") == expected
        assert load(file).settings("conv").fuzz is False

    def test_a_new_option_stands_behind_the_last_of_its_table_and_not_behind_what_is_said_of_the_next(
        self, file: Path
    ) -> None:
        file.write_text('[decks."conv"]\nretention = 0.95  # exam\n\n# my keys\n[keys]\n"drill.undo" = "ctrl+y"\n')
        write(file, "new_per_day", "5", "conv")
        write(file, "lang", "zh")
        assert file.read_text() == (
            'lang = "zh"\n\n[decks."conv"]\nretention = 0.95  # exam\nnew_per_day = 5\n\n# my keys\n'
            '[keys]\n"drill.undo" = "ctrl+y"\n'
        )

    def test_the_ends_of_lines_are_kept(self, file: Path) -> None:
        file.write_bytes(b'# mine\r\nlang = "en"\r\n')
        change(file, [("lang", "zh"), ("leech", "5")])
        assert file.read_bytes() == b'# mine\r\nlang = "zh"\r\nleech = 5\r\n'

    def test_a_link_to_the_file_stays_one_and_the_file_as_readable_as_it_was(self, file: Path, tmp_path: Path) -> None:
        own = tmp_path / "dotfiles.toml"
        own.write_text("leech = 5\n")
        own.chmod(0o640)
        file.symlink_to(own)
        write(file, "leech", "6")
        assert file.is_symlink()
        assert own.read_text() == "leech = 6\n"
        assert own.stat().st_mode & 0o777 == 0o640

    def test_a_word_needs_no_quotes(self, file: Path) -> None:
        change(file, [("order", "new first"), ("pack", "2024"), ("theme", '"nord"')])
        config = load(file)
        assert config.rule("order").value == "new first"
        assert (config.option("pack"), config.option("theme")) == (str(file.parent / "2024"), "nord")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_however_the_file_is_written_nothing_else_in_it_changes(self, file: Path, data: st.DataObject) -> None:
        text = data.draw(documents())
        file.write_bytes(text.encode())
        name, value, deck = data.draw(st.sampled_from(CHANGES))
        wanted = tomllib.loads(text)
        place = wanted.setdefault("decks", {}).setdefault(deck, {}) if deck else wanted.setdefault("schedule", {})
        place[name] = tomllib.loads(f"value = {value}")["value"]
        try:
            write(file, name, value, deck)
        except QuizError as error:
            assert "can't be changed without loss" in str(error)  # noqa: PT017
            assert file.read_bytes() == text.encode()
        else:
            assert tomllib.loads(file.read_bytes().decode()) == wanted
            assert re.findall("#.*", file.read_text()) == re.findall("#.*", text.replace("\r", ""))

    def test_a_folder_that_cannot_be_made_is_an_error_of_the_surroundings(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(QuizError, match="can't be ") as error:
            write(tmp_path / "file" / "config.toml", "lang", "zh")
        assert error.value.where == str(tmp_path / "file" / "config.toml")

    def test_a_file_and_its_folder_are_made(self, tmp_path: Path) -> None:
        path = tmp_path / "not" / "yet" / "config.toml"
        write(path, "learning_steps", '["1m", "2h"]', "conv/size")
        assert load(path).settings("conv/size").learning_steps == (60, 7200)
        assert load(path).settings("conv").learning_steps == (60, 600)

    def test_what_was_set_can_be_taken_out(self, file: Path) -> None:
        file.write_text(WHOLE)
        write(file, "retention", None, "conv")
        assert load(file).settings("conv").retention == 0.85

    def test_taking_out_what_is_not_there_writes_nothing_new(self, file: Path) -> None:
        file.write_text(WHOLE)
        change(file, [("fuzz", None), ("leech", None)])
        write(file, "retention", None, "theory")
        assert file.read_text() == WHOLE

    @pytest.mark.parametrize(
        ("name", "value", "deck"),
        [("retention", "2", None), ("lang", "en", "conv"), ("nothing", "1", None), ("zone", "Mars", None)],
    )
    def test_what_cannot_be_configured_leaves_the_file_as_it_is(
        self, file: Path, name: str, value: str, deck: str | None
    ) -> None:
        file.write_text(WHOLE)
        with pytest.raises(QuizError):
            write(file, name, value, deck)
        assert file.read_text() == WHOLE
        assert os.listdir(file.parent) == [file.name]

    def test_a_file_with_faults_is_left_as_it_is(self, file: Path) -> None:
        file.write_text("lang = [\n")
        with pytest.raises(QuizError, match="this is no TOML"):
            write(file, "lang", "en")
        assert file.read_text() == "lang = [\n"


class TestCommand:
    def test_it_sets_and_shows(self) -> None:
        assert quiz("config", "--set", "retention=0.93", "--set", "new_per_day=3", "toy").code == 0
        shown = quiz("config", "toy/arith", "--json").document
        assert shown["deck"] == "toy/arith"
        assert shown["options"]["retention"]["value"] == 0.93
        assert "[decks.toy]" in shown["options"]["retention"]["source"]
        assert "lang" not in shown["options"]
        quiz("config", "--unset", "retention", "toy")
        assert quiz("config", "toy/arith", "--json").document["options"]["retention"]["value"] == 0.9

    def test_every_option_is_shown_with_what_it_does(self) -> None:
        told = quiz("config").out
        for word in ("retention", "rollover", "backups", "the hour at which a study day begins", "default"):
            assert word in told

    def test_a_deck_may_be_named_by_its_last_part_and_must_be_there(self) -> None:
        quiz("config", "--set", "fuzz=false", "arith")
        assert quiz("config", "arith", "--json").document["options"]["fuzz"]["source"].endswith('[decks."toy/arith"]')
        failed = quiz("config", "--set", "fuzz=false", "arit")
        assert (failed.code, failed.error) == (2, "quiz: there is no deck 'arit'; did you mean 'arith' or 'toy/arith'?")

    def test_all_that_is_set_at_once_is_set_or_none_of_it(self) -> None:
        assert quiz("config", "--set", "leech=5", "--set", "retention=2", "--unset", "lang").error == (
            "quiz: retention must be a number, 0.70 to 0.97, and is '2'"
        )
        assert not paths.config().exists()

    def test_an_option_of_the_app_holds_for_no_single_deck(self) -> None:
        assert quiz("config", "--set", "lang=zh", "toy").error == (
            "quiz: 'lang' can't be set for one deck; leave the deck out"
        )

    def test_it_tells_where_the_file_is_whatever_is_in_it(self, file: Path) -> None:
        file.write_text("leech = [")
        assert quiz("config", "--path").out == f"{file}\n"

    def test_a_database_out_of_reach_does_not_keep_it_from_showing_and_changing(self, file: Path) -> None:
        file.write_text('db = "sqlite:////no/such/folder/quiz.db"\n')
        assert quiz("config", "toy").code == 0
        assert quiz("config", "--set", f"db=sqlite:///{file.parent}/quiz.db").code == 0
        assert quiz("decks").code == 0

    def test_what_the_file_names_and_there_is_not_is_named(self, file: Path) -> None:
        file.write_text(
            'theme = "nrod"\n[decks."toy"]\nfuzz = true\n[decks."tyo"]\nfuzz = true\n[keys]\nhome.broswe = "b"\n'
        )
        told = quiz("config")
        assert told.code == 0
        for sentence in (
            "The config file speaks of decks that there are not. tyo\n",
            "a theme that there is not. nrod\n  did you mean 'nord'",
            "actions that there are not. home.broswe\n  did you mean 'home.browse'",
        ):
            assert sentence in told.out
        assert len(quiz("config", "--json").document["warnings"]) == 3
        quiz("config", "--unset", "fuzz", "tyo")
        file.write_text('theme = "quiz-light"\n[keys]\nhome.browse = "c"\ndrill.undo = "f9"\n')
        assert quiz("config", "--json").document["warnings"] == []

    def test_a_value_is_told_as_it_would_be_written(self) -> None:
        told = quiz("config", "--json").document["options"]["learning_steps"]
        assert told["value"] == told["default"] == ["1m", "10m"]

    def test_a_pair_without_a_value_is_refused(self) -> None:
        failed = quiz("config", "--set", "retention")
        assert failed.code == 2
        assert "write NAME=VALUE" in failed.err
