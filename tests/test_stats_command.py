"""`quiz stats`: in words and pictures, or as one document."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.core.event import Event, Grade
from quizapp.core.text import cells
from quizapp.paths import database_url
from quizapp.store import open_store
from tests.command_line import quiz
from tests.store.examples import DAY, START, reviewed


@pytest.fixture
def learned() -> list[Event]:
    events: list[Event] = []
    for number in range(40):
        grade = Grade.AGAIN if number % 5 == 0 else Grade.GOOD
        made = reviewed(number, f"toy/{number % 3}", START + number * DAY, grade)
        events.append(replace(made, params={"kernel": 1 if grade is Grade.AGAIN else 3}))
    with open_store(database_url()) as store:
        store.merge(events)
    return events


def test_without_reviews_it_says_so() -> None:
    assert quiz("stats").out == "Nothing has been reviewed yet: there is nothing to tell.\n"
    assert quiz("stats", "--json").document["days"] == []


def test_the_document_counts_every_review(learned: list[Event]) -> None:
    told = quiz("stats", "--json").document
    assert sum(day["reviews"] for day in told["days"]) == len(learned)
    assert told["retention"][-1]["days"] is None
    assert told["retention"][-1]["reviews"] == len(learned) - 3
    assert sum(one["reviews"] for one in told["calibration"]) == len(learned) - 3
    [number] = told["parameters"]
    assert (number["parameter"], number["value"], number["missed"], number["reviews"]) == ("kernel", "1", 8, 8)
    [deck] = told["by_deck"]
    assert deck == {"deck": "", "retention": told["retention"]}
    assert told["unseen"] == sum(one["new"] for one in quiz("decks", "--json").document)
    assert sum(told["beginning"]) == min(told["unseen"], 30 * 20)
    assert sum(told["forecast"]) == 0


def test_the_pictures_fit_a_terminal(learned: list[Event]) -> None:
    told = quiz("stats").out
    assert "40 reviews of 3 cards on 40 days" in told
    [every] = [line for line in told.splitlines() if line.startswith("in all")]
    assert re.fullmatch(r"in all +You recalled 81% \(66–91%\) of 37; \d\d% was predicted(: worse|: better)?\.", every)
    assert all(cells(line) <= 80 for line in told.splitlines())
    for title in (
        "Due in the next 30 days",
        "Intervals in days",
        "Stability in days",
        "Difficulty",
        "Chance of recall",
    ):
        assert title in told


def test_the_pictures_fit_a_terminal_in_chinese_too(learned: list[Event]) -> None:
    told = quiz("stats", "--lang", "zh").out
    assert "FSRS" in told
    assert all(cells(line) <= 80 for line in told.splitlines())


def test_cards_of_a_deck_are_told_with_it_and_are_due_again() -> None:
    with open_store(database_url()) as store:
        store.merge([reviewed(number, "toy/arith/sum", START + number * 3 * DAY) for number in range(5)])
    told = quiz("stats", "--json").document
    assert [one["deck"] for one in told["by_deck"]] == ["toy/arith"]
    assert told["unseen"] == sum(one["cards"] for one in quiz("decks", "--json").document) - 1
    assert told["reviewed"] == 1
    assert "\ntoy/arith  " in quiz("stats").out
    assert quiz("stats", "toy/arith", "--json").document["cards"] == 1


def test_decks_can_be_named(learned: list[Event]) -> None:
    assert quiz("stats", "toy", "--json").document["cards"] == 0
    assert quiz("stats", "toyy").code == 2


def test_every_field_of_the_document_is_explained(learned: list[Event]) -> None:
    page = (Path(__file__).parent.parent / "docs" / "statistics.md").read_text("utf-8")
    told = quiz("stats", "--json").document
    fields = set(told)
    for name in ("days", "retention", "by_deck", "calibration", "hardest", "parameters", "intervals"):
        first = told[name] if isinstance(told[name], dict) else told[name][0]
        fields |= set(first)
    assert {field for field in fields if f"`{field}`" not in page} == set()
