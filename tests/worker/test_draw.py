"""Pictures for the laboratory are drawn in the child, guarded as truths are."""

import re

import pytest

from quizapp.core.answer import Unverifiable
from quizapp.core.domain import Value
from quizapp.core.picture import Captioned, Picture, Run
from quizapp.core.text import Text
from quizapp.worker.client import Client


def draw(client: Client, verifier: str, **params: Value) -> Captioned | Unverifiable:
    return client.draw(verifier, params, 5.0).result(timeout=30)


def assert_works(client: Client) -> None:
    assert draw(client, "toy.add", a=2, b=1, step=1) == Captioned(
        Picture(((Run("●○", "one"),), (Run("○", "two"),))), (Text("counted 1", "数到 1"),)
    )


def test_a_picture_comes_with_its_caption(lasting_client: Client) -> None:
    assert_works(lasting_client)


def test_a_default_of_the_verifier_is_the_pictures_too(lasting_client: Client) -> None:
    drawn = draw(lasting_client, "toy.add", a=2, step=0)
    assert isinstance(drawn, Captioned)
    assert str(drawn.picture) == "○○\n○"


def test_chance_hangs_on_the_verifiers_parameters_and_not_on_the_pictures(lasting_client: Client) -> None:
    def chance(how: str, step: int) -> tuple[str, str]:
        drawn = draw(lasting_client, "bad.faulty", how=how, chance=step)
        assert isinstance(drawn, Captioned)
        shown, number = str(drawn.picture).split()
        return shown, number

    assert chance("text", 1)[0] == "1"
    assert chance("text", 1)[1] == chance("text", 2)[1]
    assert chance("text", 1)[1] != chance("else", 1)[1]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("raise", r"bad\.faulty raised ValueError: this picture is broken \(verifiers/bad\.py line \d+\)"),
        ("int", r"bad\.faulty returned an int instead of a Picture"),
        ("right", r"bad\.faulty returned a str where caption \(a list\) belongs"),
        ("exit", r"bad\.faulty tried to end the program with SystemExit: 3 \(verifiers/bad\.py line \d+\)"),
        ("hang", r"bad\.faulty took longer than 0\.3 s"),
    ],
)
def test_a_faulty_picture_becomes_a_sentence(lasting_client: Client, how: str, sentence: str) -> None:
    outcome = lasting_client.draw("bad.faulty", {"how": how}, 0.3).result(timeout=30)
    assert isinstance(outcome, Unverifiable)
    assert re.fullmatch(sentence, outcome.error), outcome.error
    assert_works(lasting_client)


def test_a_picture_may_be_impossible(lasting_client: Client) -> None:
    assert draw(lasting_client, "bad.faulty", how="impossible") == Unverifiable("nothing can be drawn here", True)


@pytest.mark.parametrize(
    ("verifier", "sentence"),
    [
        ("toy.divide", "toy.divide has no picture to explore; mark a function with its .explore"),
        ("nowhere.answer", "the pack has no verifiers/nowhere.py"),
        ("bad_import.answer", "no_such_library is not installed; pip install no_such_library"),
    ],
)
def test_what_has_no_picture_says_so(lasting_client: Client, verifier: str, sentence: str) -> None:
    assert draw(lasting_client, verifier) == Unverifiable(sentence)


def test_after_closing_nothing_is_drawn(client: Client) -> None:
    client.close()
    assert draw(client, "toy.add", a=1, b=1, step=0) == Unverifiable("the worker is closed")
