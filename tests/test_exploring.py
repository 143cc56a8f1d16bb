"""`quiz lab` on the command line: what it says where it can't open, and what `quiz compute --list` tells about it."""

import pytest

from quizapp.errors import Exit
from tests.command_line import quiz


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["toy.add"], "a laboratory needs a terminal; quiz compute toy.add computes without one"),
        ([], "a laboratory needs a terminal; quiz compute VERIFIER computes without one"),
        (["toy.ad"], "there is no verifier 'toy.ad'; did you mean 'toy.add'"),
        (["nowhere.add"], "there is no verifier 'nowhere.add'"),
        (["toy.add", "a=x"], "toy.add: a: 'x' is not a whole number"),
        (["toy.add", "c=1"], "toy.add: there is no parameter 'c'; there are a, b"),
        (["toy.add", "step"], "toy.add: 'step' is no parameter; write name=value"),
    ],
)
def test_what_it_can_not_open_it_says_and_what_to_do(arguments: list[str], says: str) -> None:
    ran = quiz("lab", *arguments)
    assert says in ran.error
    assert ran.code == Exit.BAD_INPUT


def test_the_list_of_verifiers_tells_which_have_a_picture_to_explore() -> None:
    told = {one["verifier"]: one["explore"] for one in quiz("compute", "--list", "--json").document}
    assert told["toy.divide"] is None
    assert told["toy.add"] == {
        "parameters": {"step": {"domain": {"min": 0, "max": 18}, "default": None}},
        "narrowed": {"a": {"min": 0, "max": 9, "often": [2]}, "b": {"min": 0, "max": 9}},
    }
