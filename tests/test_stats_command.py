"""`quiz stats`: in words and pictures, or as one document."""

from dataclasses import replace

import pytest

from quizapp.core.event import Event, Grade
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
    assert [one["deck"] for one in told["by_deck"]] == [""]


def test_the_pictures_fit_a_terminal(learned: list[Event]) -> None:
    told = quiz("stats").out
    assert "40 reviews of 3 cards on 40 days" in told
    assert "predicted, 37 reviews" in told
    assert all(len(line) <= 100 for line in told.splitlines())
    for title in (
        "Due in the next 30 days",
        "Intervals in days",
        "Stability in days",
        "Difficulty",
        "Chance of recall",
    ):
        assert title in told


def test_decks_can_be_named(learned: list[Event]) -> None:
    assert quiz("stats", "toy", "--json").document["cards"] == 0
    assert quiz("stats", "toyy").code == 2
