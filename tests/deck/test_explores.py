"""What draws a picture for the laboratory is read from the source, and its faults are named at their places."""

from pathlib import Path

import pytest

from quizapp.core.declaration import Explore, Parameter
from quizapp.core.domain import Choice, Int
from quizapp.deck.declared import read_declarations

HEAD = """\
from quizapp.authoring import Choice, Code, Int, Picture, Result, verifier
SMALL = Int(1, 4)
@verifier("torch")
def f(a: Annotated[int, Int(1, 9)], mode: Annotated[str, Choice("x", "y", "z")] = "x") -> Result:
    '''What.'''
"""


def read(source: str, folder: Path) -> tuple[Explore | None, list[str]]:
    path = folder / "toy.py"
    path.write_text(HEAD + source, encoding="utf-8")
    declarations, faults = read_declarations(path, "toy.py")
    found = declarations.get("toy.f")
    return found.explore if found else None, [str(fault).removeprefix("toy.py:") for fault in faults]


def test_its_own_parameters_and_the_narrowed_domains_are_declared(tmp_path: Path) -> None:
    explore, faults = read(
        "@f.explore(a=SMALL, mode=Choice('x', 'y'))\n"
        "def g(a, mode, *, step: Annotated[int, Int(0, 40)], on: Annotated[bool, Choice(True, False)] = False): ...\n",
        tmp_path,
    )
    assert faults == []
    assert explore == Explore(
        own={"step": Parameter("step", Int(0, 40)), "on": Parameter("on", Choice(True, False), False)},
        narrowed={"a": Int(1, 4), "mode": Choice("x", "y")},
    )


@pytest.mark.parametrize(
    "source",
    [
        "@f.explore\ndef g(): ...\n",
        "@f.explore\ndef g(a): ...\n",
        "@f.explore()\ndef g(*, a): ...\n",
        "@f.explore\ndef g(**params): ...\n",
        "@f.second_way\n@f.explore\ndef g(a, mode): ...\n",
    ],
)
def test_it_takes_any_of_the_verifiers_parameters(source: str, tmp_path: Path) -> None:
    assert read(source, tmp_path) == (Explore(), [])


@pytest.mark.parametrize("source", ["", "@g.explore\ndef h(): ...\n", "@explore\ndef g(): ...\n"])
def test_a_verifier_without_one_has_none(source: str, tmp_path: Path) -> None:
    assert read(source, tmp_path) == (None, [])


FAULTS = [
    ("@f.explore\ndef g(⟦c): ...\n", "'f' has no parameter 'c'; write it behind '*', if it is the picture's own"),
    ("@f.explore\ndef g(*⟦rest): ...\n", "'rest' is given nothing, since a picture is drawn by names"),
    ("@f.explore\ndef g(⟦a, /): ...\n", "'a' is given nothing"),
    ("@f.explore\ndef g(*, ⟦step): ...\n", "'step' doesn't say what it may be; write it as Annotated[int, Int(1, 9)]"),
    ("@f.explore\ndef g(*, step: Annotated[int, Int(0, ⟦a())]): ...\n", "'a()' is not a literal"),
    ("@f.explore\ndef g(*, step: Annotated[int, Int(0, 3)] = ⟦4): ...\n", "the default of 'step' lies outside its own"),
    ("@f.explore\ndef g(*, ⟦code: Annotated[str, Code()]): ...\n", "'code' is source, which no slider gives"),
    ("@f.explore\ndef g(*, ⟦truth: Annotated[int, Int(0, 3)]): ...\n", "'truth' is what explanations call"),
    ("@f.explore(⟦c=Int(1, 2))\ndef g(): ...\n", "the verifier has no parameter 'c'; there are a, mode"),
    ("@f.explore(a=⟦Int(0, 4))\ndef g(): ...\n", "'a' can't be 0; the verifier takes a whole number from 1 to 9"),
    ("@f.explore(a=⟦Int(1, 99))\ndef g(): ...\n", "'a' can't be 99"),
    ("@f.explore(a=⟦5)\ndef g(): ...\n", "'5' is no domain"),
    ("@f.explore(a=Int(1, ⟦b))\ndef g(): ...\n", "'b' is not a literal"),
    ("@f.explore(mode=⟦Int(1, 2))\ndef g(): ...\n", "'mode' is a choice; write Choice(…) with some of its values"),
    ("@f.explore(mode=⟦Choice('x', 'q'))\ndef g(): ...\n", "'mode' can't be q"),
    ("@f.explore(⟦a=Code())\ndef g(): ...\n", "'a' is source, which can't be narrowed"),
    ("@f.explore(⟦**SMALL)\ndef g(): ...\n", "the narrower domains are unpacked; write each out"),
    ("@f.explore(⟦SMALL)\ndef g(): ...\n", "a narrower domain says of which parameter it is; write @f.explore(width="),
    ("@f.explore\n⟦def f(a): ...\n", "the picture takes the name 'f' from its verifier; give it another name"),
    ("@f.explore\ndef g(a): ...\n@f.explore\n⟦def h(a): ...\n", "there are two pictures to explore for 'toy.f'"),
    ("@f.explore\n⟦async def g(a): ...\n", "'g' can't draw a laboratory's picture; write a plain function"),
    ("if True:\n    @f.explore\n    ⟦def g(a): ...\n", "'g' can't draw a laboratory's picture"),
]


@pytest.mark.parametrize(("source", "says"), FAULTS)
def test_a_fault_is_named_at_its_place(source: str, says: str, tmp_path: Path) -> None:
    before, _, after = source.partition("⟦")
    _explore, faults = read(before + after, tmp_path)
    whole = HEAD + before
    place = f"{whole.count(chr(10)) + 1}:{len(whole) - whole.rfind(chr(10))}: "
    assert [fault for fault in faults if fault.startswith(place) and says in fault], faults


def test_a_verifier_whose_picture_has_a_fault_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "toy.py"
    path.write_text(HEAD + "@f.explore\ndef g(c): ...\n", encoding="utf-8")
    declarations, faults = read_declarations(path)
    assert (declarations, len(faults)) == ({}, 1)
