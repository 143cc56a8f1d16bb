"""The record out and in: without loss, each event once, and nothing where a line is wrong."""

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.codec import event_data
from quizapp.core.day import Clock
from quizapp.core.domain import Value
from quizapp.core.event import Event, Forgotten, Grade, Mark, Marked, Regraded, Rescheduled, Reviewed, Settings, Undone
from quizapp.core.exchange import from_row, read_event, to_row
from quizapp.core.schedule import Scheduled
from quizapp.paths import database_url
from quizapp.store import open_store
from tests.command_line import process, quiz
from tests.store.examples import START, TODAY, reviewed
from tests.store.test_replay import lives

VALUES: list[Value] = [1, 2.5, True, "x", float("inf"), [1, [2.0, "y"]], -0.0]
CLOCK = Clock(lambda: START, None)
texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ["=1+1", "-5", "+a", '"', "a\r\nb"]
)


def read(data: object) -> Event:
    return read_event(data, CLOCK, Settings(), "fsrs")


@st.composite
def events(draw: st.DrawFn) -> Event:
    head = ("0f.1", "a/one", START, TODAY)
    value: Value = draw(st.sampled_from(VALUES))
    review = Reviewed(
        *head,
        params={"width": value, "name": draw(texts)},
        answer=draw(texts),
        truth=value,
        right=draw(st.booleans()),
        grade=draw(st.sampled_from(Grade)),
        ms=draw(st.integers(0, 10**9)),
        versions={"torch": draw(texts)},
        scheduler=draw(texts),
        settings=Settings(0.8, (60, 600), (), 100, (), fuzz=draw(st.booleans())),
    )
    others: list[Event] = [
        Regraded(*head, "1", draw(st.sampled_from(Grade))),
        Undone(*head, "2"),
        Forgotten(*head),
        Rescheduled(*head, TODAY + 9),
        Marked(*head, draw(st.sampled_from(Mark)), draw(st.booleans()), draw(texts), draw(texts)),
    ]
    return draw(st.sampled_from([review, *others]))


@given(events())
def test_every_event_comes_back_from_a_row_and_from_json(event: Event) -> None:
    assert repr(read(from_row(to_row(event)))) == repr(event)
    assert repr(read(json.loads(json.dumps(event_data(event))))) == repr(event)


@given(texts)
def test_no_cell_is_a_formula_to_a_spreadsheet(text: str) -> None:
    cell = to_row(Marked("1", "a", START, TODAY, Mark.FLAGGED, True, "red", text))["note"]
    assert not cell.startswith(("=", "@", "\t", "\r"))
    assert not cell.startswith(("+", "-")) or float(cell) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["reviewed", "regraded", "undone", "forgotten", "rescheduled", "marked", None]), st.data())
def test_no_data_does_more_than_be_refused(kind: str | None, data: st.DataObject) -> None:
    whole = event_data(reviewed(1)) | {"review": "1", "event": "1", "due_day": 9, "mark": "buried", "on": True}
    whole |= {"text": "", "note": "", "kind": kind} if kind else {}
    name = data.draw(st.sampled_from(sorted(whole)))
    changed = whole | {name: data.draw(json_values)}
    with suppress(ValueError):
        assert event_data(read(changed))["kind"] == (changed.get("kind") or "reviewed")


@pytest.fixture
def filled() -> list[Event]:
    kept: list[Event] = [reviewed(number, f"a/{number % 3}", START + number) for number in range(7)]
    kept += [Regraded("r", "a/1", START + 50, TODAY, f"{1:016x}", Grade.EASY), Forgotten("f", "a/2", START + 60, TODAY)]
    kept.append(Marked("m", "a/1", START + 70, TODAY, Mark.FLAGGED, True, "red", "=why?\n'so'"))
    with open_store(database_url()) as store:
        for event in kept:
            store.append(event)
    return kept


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_imported_elsewhere_is_the_same_record(
    filled: list[Event], form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"out.{form}"
    assert quiz("export", str(file)).out == f"10 events in {file}\n"
    with open_store(database_url()) as store:
        before = list(store.events()), [store.schedule(f"a/{number}") for number in range(3)]
    monkeypatch.setenv("QUIZ_HOME", str(tmp_path / "elsewhere"))
    assert quiz("import", str(file), "--json").document["added"] == 10
    assert quiz("import", str(file), "--json").document == {
        "added": 0,
        "known": 10,
        "unknown_cards": ["a/0", "a/1", "a/2"],
    }
    with open_store(database_url()) as store:
        assert (list(store.events()), [store.schedule(f"a/{number}") for number in range(3)]) == before


def test_plain_reviews_are_scheduled_by_the_config_on_the_learners_days(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('zone = "Asia/Tokyo"\nrollover = 3\n[schedule]\nretention = 0.8\nfuzz = false\n')
    at = 1_764_100_000_000  # 04:46 of 26 November 2025 in Tokyo
    lines = [{"card": "x/y", "at": at + day * 86_400_000, "grade": 3} for day in (0, 0, 5)]
    lines[1]["at"] += 600_000  # type: ignore[operator]
    file = tmp_path / "plain.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    told = quiz("import", str(file))
    assert "3 events added" in told.out
    assert "x/y" in told.out
    with open_store(database_url()) as store:
        first = store.history("x/y")[0]
        schedule = store.schedule("x/y")
    assert isinstance(first, Reviewed)
    assert (first.day, first.settings.retention) == (739_581, 0.8)
    assert isinstance(schedule, Scheduled)
    assert schedule.reviews == 3


def test_a_wrong_line_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "plain.jsonl"
    file.write_text(
        '{"card": "a", "at": 1, "grade": 3}\n\n{"card": "a", "at": 1.5, "grade": 3}\nhello\n{"card": "a"}\n'
    )
    failed = quiz("import", str(file))
    assert failed.code == 2
    for place, why in ((3, "'at' must be milliseconds"), (4, "this is no JSON"), (5, "'at' is missing")):
        assert f"{file}:{place}: {why}" in failed.err
    with open_store(database_url()) as store:
        assert store.event_count() == 0


def test_a_table_of_plain_reviews_is_read(tmp_path: Path) -> None:
    file = tmp_path / "plain.csv"
    file.write_text("card,at,grade\na/b,1764100000000,3\na/b,1764100000000,9\n")
    assert f"{file}:3: 'grade' must be 1, 2, 3 or 4" in quiz("import", str(file)).err
    file.write_text("card,at\na/b,1\n")
    assert "neither JSON Lines nor a table" in quiz("import", str(file)).err


def test_another_machines_reviews_are_merged_and_its_file_is_left_alone(filled: list[Event], tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_store(f"sqlite:///{other}") as store:
        store.append(filled[0])
        store.append(reviewed(99, "a/9", START + 9))
    before = other.read_bytes()
    told = quiz("merge", str(other), "--json").document
    assert (told["added"], told["known"]) == (1, 1)
    assert other.read_bytes() == before
    with open_store(database_url()) as store:
        assert store.event_count() == 11
        assert store.differences() == []


def test_what_is_no_database_is_not_merged(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("Dear diary")
    failed = quiz("merge", str(file))
    assert failed.code == 3
    assert "nothing was merged" in failed.err
    assert quiz("merge", str(tmp_path / "none.db")).code == 2


@given(lives())
def test_what_two_machines_wrote_survives_the_journey(life: list[Event]) -> None:
    assert [read(from_row(to_row(event))) for event in life] == life


def test_plain_reviews_are_there_once_though_the_config_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "plain.jsonl"
    file.write_text('{"card": "x/y", "at": 1764100000000, "grade": 3}\n')
    assert quiz("import", str(file), "--json").document["added"] == 1
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "config.toml").write_text('zone = "Asia/Tokyo"\n[schedule]\nretention = 0.8\n')
    again = quiz("import", str(file), "--json").document
    assert (again["added"], again["known"]) == (0, 1)
    with open_store(database_url()) as store:
        assert store.event_count() == 1
        assert store.differences() == []


@pytest.mark.parametrize(
    "content", ['"card,at', "card\0,at", "c" * 200_000 + ',"', "{", "[1]", '{"a": 1e999}', "é\udcff"]
)
def test_whatever_a_file_holds_a_sentence_says_what_is_wrong(content: str, tmp_path: Path) -> None:
    file = tmp_path / "plain.csv"
    file.write_bytes(content.encode(errors="surrogateescape"))
    told = quiz("import", str(file))
    assert told.code == 2
    assert str(file) in told.err


def test_the_longest_answer_comes_back_from_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(database_url()) as store:
        store.append(replace(reviewed(1), answer="x = 1\n" * 50_000))
    file = tmp_path / "out.csv"
    assert quiz("export", str(file)).code == 0
    monkeypatch.setenv("QUIZ_HOME", str(tmp_path / "elsewhere"))
    assert quiz("import", str(file), "--json").document["added"] == 1


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    lines = "\ufeff" + "".join(f'{{"card": "x/{n % 7}", "at": {START + n}, "grade": 3}}\n' for n in range(3000))
    assert "3000 events added" in process("import", "-", typed=lines.encode()).out
    assert process("import", "-", typed=b"hello").code == 2


def test_what_another_program_is_writing_is_merged_as_it_was_before(filled: list[Event], tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_store(f"sqlite:///{other}") as store:
        store.append(reviewed(99, "a/9", START + 9))
    with closing(sqlite3.connect(other, isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE events SET card = 'half/done'")
        assert quiz("merge", str(other), "--json").document["unknown_cards"] == ["a/9"]
        writing.execute("ROLLBACK")


def test_what_a_crash_left_half_written_is_undone_in_the_copy_alone(tmp_path: Path) -> None:
    other, crashed = tmp_path / "other.db", tmp_path / "crashed.db"
    with open_store(f"sqlite:///{other}") as store:
        store.append(reviewed(99, "a/9", START + 9))
    with closing(sqlite3.connect(other, isolation_level=None)) as writing:
        writing.execute("PRAGMA cache_size = 1")
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE events SET card = 'half/done'")
        writing.execute("CREATE TABLE much AS SELECT randomblob(4000) FROM events, sqlite_master a, sqlite_master b")
        for side in ("", "-journal"):
            shutil.copyfile(f"{other}{side}", f"{crashed}{side}")
        writing.execute("ROLLBACK")
    before = [Path(f"{crashed}{side}").read_bytes() for side in ("", "-journal")]
    assert b"half/done" in before[0]
    assert quiz("merge", str(crashed), "--json").document["unknown_cards"] == ["a/9"]
    assert [Path(f"{crashed}{side}").read_bytes() for side in ("", "-journal")] == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM contexts",
        "UPDATE contexts SET body = '[]'",
        "UPDATE contexts SET body = replace(body, '0.9', '\"x\"')",
        "UPDATE events SET body = '{'",
        "UPDATE events SET grade = 9",
        "UPDATE events SET kind = 'danced'",
        "UPDATE events SET day = 99999999",
        "UPDATE events SET at = -1",
        "DROP TABLE events",
    ],
)
def test_events_that_were_tampered_with_are_not_merged(statement: str, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_store(f"sqlite:///{other}") as store:
        store.append(reviewed(99, "a/9", START + 9))
    for known in (False, True):
        if known:
            assert quiz("merge", str(other)).code == 0
        kept = other.read_bytes()
        with closing(sqlite3.connect(other, isolation_level=None)) as connection:
            connection.execute(statement)
        refused = quiz("merge", str(other))
        assert refused.code in (2, 3)
        assert f"{other}: " in refused.error
        other.write_bytes(kept)
        with open_store(database_url()) as store:
            assert store.event_count() == known


def test_a_record_that_cannot_be_read_is_a_sentence(filled: list[Event], tmp_path: Path) -> None:
    with open_store(database_url()) as store:
        store.append(reviewed(99, "a/9", START + 9))
    with closing(sqlite3.connect(tmp_path / "home" / "quiz.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM contexts")
    for arguments in (["export", str(tmp_path / "out.csv")], ["stats"]):
        told = quiz(*arguments)
        assert told.code == 3
        assert "'quiz doctor' says what can be done" in told.error
    assert not (tmp_path / "out.csv.part").exists()
