"""What a run of `quiz verify` tells: text, JSON, JUnit's XML, GitHub's annotations."""

import re
from pathlib import Path
from xml.etree import ElementTree

from quizapp.verify.fault import Checked, Fault
from quizapp.verify.report import Report, annotations, document, junit, many, text

FAULT = Fault("they differ", {"kernel": 7}, "112.5", "112, by torch 2.14.1", "quiz show conv/size/stem --seed 3")
ODD = Fault("a `%` and <b> & \x1b[31m\nof two lines")
REPORT = Report(
    root=Path("/packs/mine"),
    pack="",
    cards=2,
    claims=1,
    checked=(
        Checked("conv/size/stem", "cards/conv/size.yaml:41:5", 20, (FAULT, ODD), {"torch": "2.14.1"}),
        Checked(
            "conv/size/valid", "cards/conv/size.yaml:9:5", 5, (), {"torch": "2.14.1", "python": "3.11"}, cached=True
        ),
        Checked("conv/size/formula", "cards/conv/size.yaml:99:5", 1, ()),
    ),
    unread=("cards/a, b.yaml:3:1: the deck has no 'title'; add it",),
    seconds=2.34,
)


def test_each_fault_is_a_block_with_place_numbers_both_sides_and_the_command_that_repeats_it() -> None:
    told = "\n".join(text(REPORT))
    assert (
        """
cards/conv/size.yaml:41:5 conv/size/stem
  kernel=7
  they differ
  the deck says     112.5
  the library says  112, by torch 2.14.1
  quiz show conv/size/stem --seed 3
"""
        in told
    )
    assert told.startswith("cards/a, b.yaml:3:1: ")


def test_the_last_lines_sum_up() -> None:
    assert list(text(REPORT))[-2:] == [
        "2 cards · 1 claim · 26 checks · 1 unchanged · 3 faults · 2.3 s",
        "python 3.11, torch 2.14.1",
    ]


def test_a_pack_of_ones_own_is_named_in_the_command_and_an_interrupted_run_says_so() -> None:
    report = Report(Path("/packs/my own"), "/packs/my own", 9, 0, REPORT.checked[:1], (), 1.0, stopped=True)
    told = list(text(report))
    assert "  quiz show conv/size/stem --seed 3 --pack '/packs/my own'" in told
    assert "stopped after 1 of 9" in told


def test_as_json_nothing_is_left_out() -> None:
    told = document(REPORT)
    assert (told["cards"], told["claims"], told["checks"], told["unchanged"], told["stopped"]) == (2, 1, 26, 1, False)
    assert told["unread"] == list(REPORT.unread)
    assert told["faults"][0] == {
        "place": "cards/conv/size.yaml:41:5",
        "id": "conv/size/stem",
        "message": "they differ",
        "params": {"kernel": 7},
        "deck": "112.5",
        "library": "112, by torch 2.14.1",
        "repeat": "quiz show conv/size/stem --seed 3",
    }


def test_junit_has_a_case_for_each_and_can_be_read_whatever_the_words() -> None:
    [suite] = ElementTree.fromstring(junit(REPORT))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    cases = {case.get("name"): case for case in suite}
    failure = cases["conv/size/stem"].find("failure")
    assert failure is not None
    assert failure.get("message") == "they differ"
    assert "<b> & ?[31m" in str(failure.text)
    assert (cases["conv/size/stem"].get("file"), cases["conv/size/stem"].get("line")) == ("cards/conv/size.yaml", "41")
    assert len(cases["conv/size/valid"]) == 0
    assert cases["reads"].find("error") is not None


def test_an_annotation_stands_on_the_decks_line_and_escapes_what_the_command_would_read() -> None:
    unread, differ, odd = annotations(REPORT)
    assert re.match(r"::error file=\S*a%2C b\.yaml,line=3,col=1,title=quiz::the deck has no 'title'", unread)
    assert re.match(r"::error file=\S*packs/mine/cards/conv/size\.yaml,line=41,col=5,title=conv/size/stem::", differ)
    assert "%0A" in differ
    assert "\n" not in odd
    assert "%25" in odd


def test_one_is_one_and_several_are_several() -> None:
    assert (many(0, "fault"), many(1, "fault"), many(2, "fault")) == ("0 faults", "1 fault", "2 faults")
