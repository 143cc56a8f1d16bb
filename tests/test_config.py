"""The config file: what holds for a deck, where it comes from, what is wrong with it, and how it is written."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp import paths
from quizapp.config import Config, load, read
from quizapp.core.event import Settings
from quizapp.core.planning import Limit
from quizapp.errors import QuizError
from quizapp.setting import write
from tests.command_line import quiz

WHOLE = """\
# how I learn
lang = "zh"      # cards and app
zone = "Europe/Berlin"
rollover = 3

[schedule]
retention = 0.85
learning_steps = ["90s", "1h"]
new_per_day = 12

[decks."conv"]
retention = 0.95
reviews_per_day = 30
[decks."conv/size"]
new_per_day = 5
order = "mixed"

[keys]
"drill.undo" = "ctrl+y"
"""
PATH = Path("config.toml")
STEPS = """config.toml:2:1: 'learning_steps' must be steps like ["1m", "10m"]"""


@pytest.fixture
def file() -> Path:
    path = paths.config()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def faults(written: str) -> list[str]:
    with pytest.raises(QuizError) as error:
        read(written, PATH)
    return str(error.value).split("\n")


class TestWhatHolds:
    @pytest.fixture
    def config(self) -> Config:
        return read(WHOLE, PATH)

    def test_options_are_inherited_down_the_folders(self, config: Config) -> None:
        found = {deck: config.settings(deck).retention for deck in ("conv/size", "conv/api", "convex", "theory/kl")}
        assert found == {"conv/size": 0.95, "conv/api": 0.95, "convex": 0.85, "theory/kl": 0.85}
        assert config.settings("conv/size").learning_steps == (90, 3600)

    def test_each_says_where_it_comes_from(self, config: Config) -> None:
        assert config.rule("retention", "conv/size").source == "config.toml:12 [decks.conv]"
        assert config.rule("new_per_day", "conv/api").source == "config.toml:9 [schedule]"
        assert config.rule("maximum_interval", "conv/size").source == "default"
        assert config.rule("rollover").source == "config.toml:4"

    def test_a_limit_holds_where_it_is_set(self, config: Config) -> None:
        assert list(config.rules().limits) == [
            Limit("", 12, 200),
            Limit("conv", None, 30),
            Limit("conv/size", 5, None),
        ]

    def test_the_order_is_that_of_what_is_drilled(self, config: Config) -> None:
        orders = [config.rules(decks).order for decks in (["conv/size"], ["conv/size", "conv/api"], [])]
        assert orders == ["mixed", "due first", "due first"]

    def test_without_a_file_the_defaults_hold(self, tmp_path: Path) -> None:
        config = load(tmp_path / "none.toml")
        assert config.settings("conv") == Settings()
        assert (config.option("lang"), config.option("leech"), config.zone) == ("en", 8, None)
        assert config.keys == {}

    def test_the_environment_goes_before_the_file_and_a_flag_before_both(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.write_text('lang = "zh"\n')
        assert quiz("config", "--json").document["options"]["lang"]["value"] == "zh"
        monkeypatch.setenv("QUIZ_LANG", "en")
        assert quiz("config", "--json").document["options"]["lang"] == {"value": "en", "source": "QUIZ_LANG"}
        assert quiz("decks", "--lang", "zh").code == 0
        monkeypatch.setenv("QUIZ_LANG", "fr")
        failed = quiz("decks")
        assert failed.code == 2
        assert "QUIZ_LANG must be en or zh, and is 'fr'" in failed.err


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('lang = "fr"', "config.toml:1:1: 'lang' must be en or zh"),
        ("\n  lagn = 1", "config.toml:2:3: there is no option 'lagn'; did you mean 'lang'?"),
        ("retention = 0.9", "config.toml:1:1: there is no option 'retention' here; it stands in [schedule]"),
        ("[schedule]\nlang = 1", "config.toml:2:1: there is no option 'lang' here; it stands at the top"),
        ("[schedule]\nretention = 0.99", "config.toml:2:1: 'retention' must be a number, 0.70 to 0.97"),
        ("[schedule]\nretention = true", "config.toml:2:1: 'retention' must be a number, 0.70 to 0.97"),
        (
            '[schedule]\nlearning_steps = "10m"',
            """config.toml:2:1: 'learning_steps' must be steps like ["1m", "10m"]""",
        ),
        (
            "[schedule]\nlearning_steps = [600]",
            """config.toml:2:1: 'learning_steps' must be steps like ["1m", "10m"]""",
        ),
        ("[schedule]\nparameters = [1.0, 2.0]", "config.toml:2:1: 'parameters' must be FSRS-6's 21 weights"),
        ("[schedule]\nparameters = [nan]", "config.toml:2:1: 'parameters' must be FSRS-6's 21 weights"),
        ('zone = "Mars/Olympus"', "config.toml:1:1: 'zone' must be a time zone like Europe/Berlin"),
        ('zone = "../etc/passwd"', "config.toml:1:1: 'zone' must be a time zone like Europe/Berlin"),
        ("rollover = 24", "config.toml:1:1: 'rollover' must be an hour, 0 to 23"),
        ("decks = 1", "config.toml:1:1: 'decks' is a table; write [decks] above its lines"),
        ('[decks."a/b"]\nnew_per_day = -1', "config.toml:2:1: 'new_per_day' must be a number, 0 to 9999"),
        ('[keys]\n"drill.undo" = 7', """config.toml:2:1: 'drill.undo' must be a key; write it like "ctrl+z\""""),
        ("lang =", "config.toml:1:7: this is no TOML: Invalid value"),
    ],
)
def test_a_fault_is_named_at_its_place_with_what_to_write(written: str, fault: str) -> None:
    assert faults(written) == [fault]


def test_all_faults_are_named_at_once() -> None:
    assert len(faults('lang = "fr"\nrollover = 99\n[schedule]\nretention = 9\nfoo = 1')) == 4


@given(st.text(max_size=80) | st.text(alphabet="[]=.\"#\n'decks_ lang0.9", max_size=60))
def test_no_text_does_more_than_be_refused(written: str) -> None:
    with suppress(QuizError):
        read(written, PATH)


class TestWriting:
    def test_comments_and_everything_else_are_kept(self, file: Path) -> None:
        file.write_text(WHOLE)
        write(file, "retention", "0.9", "conv")
        write(file, "lang", "en")
        write(file, "fuzz", "false")
        expected = WHOLE.replace("0.95", "0.9").replace('"zh" ', '"en" ')
        assert file.read_text().replace("fuzz = false\n", "") == expected
        assert load(file).settings("conv").fuzz is False

    def test_a_file_and_its_folder_are_made(self, tmp_path: Path) -> None:
        path = tmp_path / "not" / "yet" / "config.toml"
        write(path, "learning_steps", '["1m", "2h"]', "conv/size")
        assert load(path).settings("conv/size").learning_steps == (60, 7200)
        assert load(path).settings("conv").learning_steps == (60, 600)

    def test_what_was_set_can_be_taken_out(self, file: Path) -> None:
        file.write_text(WHOLE)
        write(file, "retention", None, "conv")
        assert load(file).settings("conv").retention == 0.85

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

    def test_decks_that_are_not_there_are_named(self, file: Path) -> None:
        file.write_text('[decks."toy"]\nfuzz = true\n[decks."tyo"]\nfuzz = true\n')
        assert "the file speaks of decks that there are not: tyo\n" in quiz("config").out

    def test_a_pair_without_a_value_is_refused(self) -> None:
        failed = quiz("config", "--set", "retention")
        assert failed.code == 2
        assert "write NAME=VALUE" in failed.err
