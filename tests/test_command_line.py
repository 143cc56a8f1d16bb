"""The command line: options, exit codes, the database's place, and what only real processes show."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from quizapp import __version__, opening
from quizapp.cli import cli
from quizapp.errors import Exit
from tests.command_line import Ran, command, one_worker, process, quiz

SUM = ("toy/arith/sum", "a=3", "b=4")


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    with one_worker():
        yield


class TestCommandLine:
    @pytest.mark.parametrize("name", ["", *cli.commands])
    def test_every_command_explains_itself(self, name: str) -> None:
        for flag in ("--help", "-h"):
            ran = quiz(*filter(None, [name]), flag)
            assert (ran.code, ran.err) == (0, "")
            assert ran.out.startswith("Usage: quiz")

    def test_every_command_that_prints_facts_takes_json(self) -> None:
        for name in ("decks", "show", "check", "compute"):
            assert "--json" in quiz(name, "--help").out

    def test_the_version_is_told(self) -> None:
        ran = quiz("--version")
        assert (ran.code, ran.out) == (0, f"quiz {__version__}\n")

    @pytest.mark.parametrize(
        "option",
        [
            ["--deck", "arith"],
            ["-d", "arith"],
            ["--count", "3"],
            ["--cram"],
            ["--tag", "sum"],
            ["--seed", "0"],
            ["--plain"],
        ],
        ids=" ".join,
    )
    def test_an_option_of_a_drill_before_a_command_is_refused(self, option: list[str]) -> None:
        ran = quiz(*option, "decks")
        assert (ran.code, ran.out) == (2, "")
        assert f"--{option[0].strip('-').replace('d', 'deck', option[0] == '-d')} belongs to a drill" in ran.err

    @pytest.mark.parametrize(
        "arguments",
        [
            ["dekcs"],
            ["decks", "--colour"],
            ["show"],
            ["check", "toy/arith/sum"],
            ["--count", "0"],
            ["--count", "many"],
            ["--seed", "1.5"],
            ["--lang", "fr", "decks"],
            ["decks", "--lang", "fr"],
            ["--device", "gpu", "decks"],
            ["show", "toy/arith/sum", "--device", "cuda:x"],
        ],
        ids=" ".join,
    )
    def test_a_misused_command_line_is_exit_2_with_its_usage(self, arguments: list[str]) -> None:
        ran = quiz(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("Usage: quiz")
        assert "\nError: " in ran.err

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--deck", "arit"], "there is no deck 'arit'; did you mean 'arith' or 'toy/arith'?"),
            (["--deck", "arith", "--deck", "nowhere"], "there is no deck 'nowhere'; there are "),
            (["--tag", "easyy"], "no card has the tag 'easyy'; did you mean 'easy'?"),
            (["--deck", "\udcff"], "there is no deck '\\udcff'; "),
        ],
        ids=ascii,
    )
    def test_an_unknown_deck_or_tag_names_the_nearest(self, arguments: list[str], said: str) -> None:
        ran = quiz(*arguments, typed="\n")
        assert ran.code == 2
        assert ran.error.startswith(f"quiz: {said}")

    def test_an_interrupted_command_is_exit_130_and_says_nothing(self) -> None:
        with patch.object(opening, "worker", side_effect=KeyboardInterrupt):
            ran = quiz("compute", "toy.add", "a=3", "--json")
        assert (ran.code, ran.out, ran.err.strip()) == (130, "", "")

    def test_a_folder_that_is_no_pack_is_bad_input(self, tmp_path: Path) -> None:
        ran = quiz("decks", pack=tmp_path)
        assert (ran.code, ran.error.split(": ", 2)[2]) == (
            2,
            "this folder is no pack; a pack has the folders 'cards' and 'verifiers'",
        )


class TestDatabase:
    def test_it_is_where_the_flag_says_else_the_environment_else_the_data_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        quiz("decks")
        assert [path.name for path in (tmp_path / "home").iterdir()] == ["quiz.db"]
        monkeypatch.setenv("QUIZ_DB", f"sqlite:///{tmp_path}/from-environment.db")
        quiz("decks")
        assert (tmp_path / "from-environment.db").exists()
        quiz("decks", "--db", f"sqlite:///{tmp_path}/from-flag.db")
        assert (tmp_path / "from-flag.db").exists()

    def test_a_data_folder_may_have_any_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QUIZ_HOME", str(tmp_path / "100% mine? #1 数据"))
        assert quiz("decks").code == 0
        assert (tmp_path / "100% mine? #1 数据" / "quiz.db").exists()

    @pytest.mark.parametrize(
        "arguments", [["decks", "--json"], ["show", "toy/arith/sum"], ["--deck", "arith"]], ids=" ".join
    )
    def test_a_place_where_none_can_be_is_exit_3(self, tmp_path: Path, arguments: list[str]) -> None:
        (tmp_path / "file").write_text("no folder")
        ran = quiz("--db", f"sqlite:///{tmp_path}/file/quiz.db", *arguments)
        assert ran.code == 3
        assert ran.error.startswith(f"quiz: {tmp_path}/file: the folder for the database can't be made: ")

    def test_a_file_that_is_no_database_is_exit_3_and_left_alone(self, tmp_path: Path) -> None:
        notes = tmp_path / "notes.txt"
        notes.write_text("Not a database, and longer than sixteen bytes.")
        ran = quiz("decks", "--db", f"sqlite:///{notes}")
        assert ran.code == 3
        assert ran.error.startswith(f"quiz: {notes}: this file is not a database of quizapp")
        assert notes.read_text() == "Not a database, and longer than sixteen bytes."

    def test_a_folder_is_no_database(self, tmp_path: Path) -> None:
        ran = quiz("decks", "--db", f"sqlite:///{tmp_path}")
        assert (ran.code, ran.error) == (
            3,
            f"quiz: {tmp_path}: this is a folder, not a database; name a file in it with --db",
        )

    @pytest.mark.parametrize(
        "url", ["quiz.db", "/tmp/quiz.db", "mysql://host/quiz", "sqlite:///%", "\udcff"], ids=ascii
    )
    def test_what_is_no_url_says_how_to_write_one(
        self, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = quiz("decks", "--db", url)
        if url == "sqlite:///%":  # strange, but a name
            assert ran.code == 0
        else:
            assert (ran.code, ran.out) == (2, "")
            assert "write it like sqlite:////home/me/quiz.db" in ran.error


class TestProcesses:
    """The exit codes and outputs of real processes."""

    def test_a_right_answer_is_exit_0_and_standard_output_is_one_json_document(self) -> None:
        name, *params = SUM
        ran = process("check", name, "7", *params, "--json")
        assert (ran.code, ran.err) == (int(Exit.OK), "")
        assert ran.document["verdict"] == "right"
        assert ran.out.endswith("}\n")

    def test_a_wrong_one_is_exit_1(self) -> None:
        name, *params = SUM
        assert process("check", name, "8", *params).code == Exit.DISAGREEMENT

    def test_an_unknown_deck_is_exit_2_with_one_sentence(self) -> None:
        ran = process("--deck", "arit")
        assert (ran.code, ran.error) == (2, "quiz: there is no deck 'arit'; did you mean 'arith' or 'toy/arith'?")

    def test_a_device_that_is_not_there_is_exit_3_with_one_sentence(self) -> None:
        """With the built-in pack, which has torch look for it."""
        ran = process("--deck", "conv", "--device", "cuda:9", typed=b"\n", pack=None)
        assert ran.code == Exit.ENVIRONMENT
        assert re.fullmatch(r"quiz: torch \S+ sees .*cuda.*; run with --device cpu", ran.error)

    def test_bytes_that_are_no_text_come_back_as_json_can_say_them(self) -> None:
        arguments = command("check", "toy/arith/sum", "\udcff", "--json")  # a process gets it as the byte 255
        done = subprocess.run(arguments, capture_output=True, check=False)
        assert done.returncode == Exit.BAD_INPUT
        assert json.loads(done.stdout.decode("utf-8"))["answer"] == "\udcff"

    def test_the_locale_changes_nothing(self) -> None:
        ran = process("show", *SUM, "--lang", "zh", PYTHONIOENCODING="ascii")
        assert (ran.code, ran.err) == (0, "")
        assert "3 + 4 等于多少？" in ran.out

    @pytest.mark.parametrize(
        ("arguments", "unbuffered"),
        [(["decks", "--json"], ""), (["decks", "--json"], "1"), (["compute", "--list"], ""), (["--help"], "1")],
    )
    def test_a_reader_that_goes_away_is_no_error(self, arguments: list[str], unbuffered: str) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            command(*arguments),
            stdout=writing,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            check=False,
        )
        os.close(writing)
        ran = Ran(done.returncode, "", done.stderr.decode())
        assert (ran.code, ran.err) == (0, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
    def test_a_full_disk_is_exit_3_with_one_sentence(self) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command("decks"), stdout=full, stderr=subprocess.PIPE, check=False)
        ran = Ran(done.returncode, "", done.stderr.decode())
        assert ran.code == Exit.ENVIRONMENT
        assert "No space left on device" in ran.error

    def test_closed_outputs_change_no_exit_code(self) -> None:
        for closed, code in ((">&-", 0), ("<&- >&- 2>&-", 0)):
            shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *command("show", *SUM)]
            assert subprocess.run(shell, check=False).returncode == code
