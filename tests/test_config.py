"""The config file: what holds for a deck, where it comes from, and what is wrong with it."""

from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from quizapp import opening, paths
from quizapp.common import Common
from quizapp.config import Config, from_environment, load, read
from quizapp.core.event import Settings
from quizapp.core.planning import Limit
from quizapp.errors import QuizError
from quizapp.options import APP, SCHEDULE
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
        assert config.rule("new_per_day", "conv/size").source == 'config.toml:15 [decks."conv/size"]'
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

    def test_the_defaults_of_the_options_are_those_of_the_schedule(self) -> None:
        named = {field.name for field in fields(Settings)}
        assert {one.name: one.default for one in SCHEDULE if one.name in named} == {
            name: getattr(Settings(), name) for name in named
        }

    @pytest.mark.parametrize(
        "written", ['"drill.undo" = "ctrl+y"', 'drill.undo = "ctrl+y"', "drill = {undo = 'ctrl+y'}"]
    )
    def test_an_action_can_be_written_with_quotes_and_without(self, written: str) -> None:
        assert read(f"[keys]\n{written}", PATH).keys == {"drill.undo": "ctrl+y"}

    def test_paths_begin_where_the_file_is(self, tmp_path: Path) -> None:
        config = read('pack = "decks"\ndb = "sqlite:///own.db"', tmp_path / "config.toml")
        assert (config.option("pack"), config.option("db")) == (
            str(tmp_path / "decks"),
            f"{paths.url_of(tmp_path)}/own.db",
        )

    @pytest.mark.parametrize(
        "url", ["sqlite:////home/me/quiz.db", "sqlite:///C:\\\\quiz.db", "postgresql+psycopg://class/quiz"]
    )
    def test_the_url_of_a_database_with_its_whole_path_stays(self, url: str) -> None:
        assert read(f'db = "{url}"', PATH).option("db") == url.replace("\\\\", "\\")

    def test_read_again_it_says_what_it_says_now_and_what_was_given_still_goes_first(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QUIZ_LANG", "zh")
        config = load(file)
        file.write_text('lang = "en"\nleech = 5\n')
        again = config.again()
        assert (again.option("lang"), again.option("leech")) == ("zh", 5)


class TestPrecedence:
    GIVEN = (
        ("lang", "QUIZ_LANG", ["zh", "en", "zh"]),
        ("device", "QUIZ_DEVICE", ["cuda", "mps", "cpu"]),
        ("db", "QUIZ_DB", ["sqlite:////a.db", "sqlite:////b.db", "sqlite:////c.db"]),
        ("pack", "QUIZ_PACK", ["/a", "/b", "/c"]),
    )

    @pytest.mark.parametrize(("name", "variable", "values"), GIVEN, ids=[name for name, *_ in GIVEN])
    def test_a_flag_goes_before_the_environment_and_that_before_the_file(
        self, file: Path, monkeypatch: pytest.MonkeyPatch, name: str, variable: str, values: list[str]
    ) -> None:
        def shown(*flags: str) -> tuple[str, str]:
            told = quiz("config", "--json", *flags, pack=None).document["options"][name]
            return told["value"], told["source"]

        in_file, in_environment, in_flag = values
        assert shown()[1] == "default"
        file.write_text(f'{name} = "{in_file}"\n')
        assert shown() == (in_file, f"{file}:1")
        monkeypatch.setenv(variable, in_environment)
        assert shown() == (in_environment, variable)
        assert shown(f"--{name}", in_flag) == (in_flag, f"--{name}")

    def test_a_variable_that_says_nothing_sensible_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QUIZ_LANG", "fr")
        assert quiz("decks").error == "quiz: QUIZ_LANG must be en or zh, and is 'fr'"
        with pytest.raises(QuizError):
            from_environment()

    def test_what_is_wrong_with_the_file_is_said_in_the_language_that_was_asked_for(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.write_text("rollover = 24")
        assert "“rollover”应为小时" in quiz("decks", "--lang", "zh").error
        monkeypatch.setenv("QUIZ_LANG", "zh")
        assert "“rollover”应为小时" in quiz("decks").error
        assert "must be an hour" in quiz("decks", "--lang", "en").error

    def test_the_zone_and_the_hour_of_the_file_make_the_study_days(self, file: Path) -> None:
        file.write_text('zone = "Pacific/Auckland"\nrollover = 0\n')
        clock = opening.clock(Common(None, None, "cpu", "en", load(file)))
        just_after = datetime(2026, 6, 10, 0, 0, 1, tzinfo=ZoneInfo("Pacific/Auckland"))
        assert clock.day_of(int(just_after.timestamp() * 1000)) == just_after.toordinal()


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
        ("schedule = {fuzz = true, retention = 2}", "config.toml:1:26: 'retention' must be a number, 0.70 to 0.97"),
        (
            'lang = "en"\r\nzone = """\r\nx"""\r\nleech=1',
            "config.toml:2:1: 'zone' must be a time zone like Europe/Berlin\n"
            "config.toml:4:1: 'leech' must be a number, 2 to 99",
        ),
        (
            "[decks.conv.size]\nfuzz = true",
            """config.toml:1:1: 'size' is a table in a table; write [decks."conv/size"]""",
        ),
        ('[decks."conv/"]\nfuzz = true', "config.toml:1:1: 'conv/' is no folder or deck; write [decks.conv]"),
        (f"[schedule]\nparameters = [{'9' * 400}]", "config.toml:2:1: 'parameters' must be FSRS-6's 21 weights"),
        ('[schedule]\nlearning_steps = ""', """config.toml:2:1: 'learning_steps' must be steps like ["1m", "10m"]"""),
    ],
)
def test_a_fault_is_named_at_its_place_with_what_to_write(written: str, fault: str) -> None:
    assert faults(written) == fault.split("\n")


def test_all_faults_are_named_at_once() -> None:
    assert len(faults('lang = "fr"\nrollover = 99\n[schedule]\nretention = 9\nfoo = 1')) == 4


@given(st.text(max_size=80) | st.text(alphabet="[]=.\"#\n'decks_ lang0.9", max_size=60))
def test_no_text_does_more_than_be_refused(written: str) -> None:
    with suppress(QuizError):
        read(written, PATH)


names = st.sampled_from([*(one.name for one in (*APP, *SCHEDULE)), "schedule", "decks", "keys", "conv"]) | st.text()
plain = st.integers() | st.floats() | st.booleans() | st.text() | st.datetimes() | st.dates() | st.just(10**400)
whatever = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=22) | st.dictionaries(names, inner), max_leaves=20
)


@given(st.dictionaries(names, whatever, max_size=6))
def test_no_document_does_more_than_be_refused(data: dict[str, Any]) -> None:
    with suppress(QuizError):
        config = read(tomlkit.dumps(data), PATH)
        assert config.settings("conv/size")
        assert config.rules(["conv/size"])


def test_numbers_without_end_and_brackets_without_end_are_refused() -> None:
    for written in ("leech = " + "1" * 5000, "leech = " + "[" * 5000 + "]" * 5000):
        [fault] = faults(written)
        assert "this is no TOML" in fault
