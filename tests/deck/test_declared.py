"""Declarations are read from a verifier's source, with every fault in it, and the module is never run."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.core.declaration import DEFAULT_LIMIT_S, Declaration, Parameter
from quizapp.core.domain import VOCABULARY, Array, Choice, Code, Distribution, Fixed, Grid, Int, Lines, Shape, Stack
from quizapp.deck.declared import read_declarations
from quizapp.deck.literal import SIGNATURES

HEAD = """\
from typing import Annotated
from quizapp.authoring import Array, Choice, Code, Distribution, Grid, Int, Lines, Result, Shape, Stack, verifier
"""

SOUND = (
    HEAD
    + '''
import a_library_that_is_not_installed

RAISES = 1 / 0
OFTEN = (224, 299)
LARGEST: int = 1024
LOWEST = -LARGEST
RATE = Grid(0.0, 1.0, 0.1, often=[0.5])
Width = Annotated[int, Int(1, LARGEST, often=OFTEN)]
CONDITIONS = ["kernel <= width", "kernel != 2"]


@verifier("torch", where=CONDITIONS, shapes_only=True, limit_s=2)
def size(
    width: Width,
    kernel: Annotated[int, Int(min=1, max=11)] = 3,
    *,
    shift: Annotated[int, Int(LOWEST, +1)] = -1,
    rate: Annotated[float, RATE],
) -> Result:
    """The side of a square.

    More about it.
    """


@quizapp.authoring.verifier(library="python")
def printed(
    code: Annotated[str, Code()],
    p: Annotated[list[float], Distribution(2, 3, 0.1, zeros=True)] = [0.5, 0.5],
    mode: Annotated[str, Choice("same", (1, 2), True)] = (1, 2),
) -> Result:
    """What it prints."""


@printed.attempt
def _try(p, answer, **rest):
    return answer


@printed.second_way
def _other(**params): ...


@verifier("torch")
def parts(
    lines: Annotated[list[str], Lines()],
    shape: Annotated[list[int], Shape(1, 4, max=64, often=[3])] = (3, 8),
    matrix: Annotated[list[list[int]], Array(2, 2, -1, 1)] = [[0, 1], (1, -1)],
    layers: Annotated[list[str], Stack(1, 2, channels=1)] = ["nn.ReLU()"],
) -> Result:
    """All that has parts."""


def helper(anything):
    LARGEST = 7


@helper
def another(width): ...
'''
)


def read(source: str, tmp_path: Path) -> tuple[dict[str, Declaration], list[str]]:
    path = tmp_path / "toy.py"
    path.write_text(dedent(source), encoding="utf-8")
    declarations, faults = read_declarations(path)
    assert list(faults) == sorted(faults)
    return declarations, [str(fault).removeprefix(f"{path}:") for fault in faults]


def test_a_declaration_holds_all_that_the_source_states(tmp_path: Path) -> None:
    declarations, faults = read(SOUND, tmp_path)
    assert faults == []
    assert declarations == {
        "toy.size": Declaration(
            name="toy.size",
            summary="The side of a square.",
            library="torch",
            parameters={
                "width": Parameter("width", Int(1, 1024, often=(224, 299))),
                "kernel": Parameter("kernel", Int(1, 11), 3),
                "shift": Parameter("shift", Int(-1024, 1), -1),
                "rate": Parameter("rate", Grid(0.0, 1.0, 0.1, often=(0.5,))),
            },
            where=("kernel <= width", "kernel != 2"),
            limit_s=2.0,
            place=f"{tmp_path / 'toy.py'}:16",
        ),
        "toy.printed": Declaration(
            name="toy.printed",
            summary="What it prints.",
            library="python",
            parameters={
                "code": Parameter("code", Code()),
                "p": Parameter("p", Distribution(2, 3, 0.1, zeros=True), [0.5, 0.5]),
                "mode": Parameter("mode", Choice("same", [1, 2], True), [1, 2]),
            },
            limit_s=DEFAULT_LIMIT_S,
            place=f"{tmp_path / 'toy.py'}:30",
            attempts=True,
            second=True,
        ),
        "toy.parts": Declaration(
            name="toy.parts",
            summary="All that has parts.",
            library="torch",
            parameters={
                "lines": Parameter("lines", Lines()),
                "shape": Parameter("shape", Shape(1, 4, 1, 64, (3,)), [3, 8]),
                "matrix": Parameter("matrix", Array(2, 2, -1, 1), [[0, 1], [1, -1]]),
                "layers": Parameter("layers", Stack(1, 2, channels=1), ["nn.ReLU()"]),
            },
            place=f"{tmp_path / 'toy.py'}:48",
        ),
    }
    assert "a_library_that_is_not_installed" not in sys.modules


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_domain_has_an_example_that_can_be_read(name: str, tmp_path: Path) -> None:
    parameter = name.lower() if name in ("Code", "Lines") else "a"
    signature = f"def f({parameter}: Annotated[list, {SIGNATURES[name]}]) -> Result:\n"
    declarations, faults = read(f"{HEAD}@verifier('torch')\n{signature}    '''What.'''\n", tmp_path)
    assert faults == []
    found = declarations["toy.f"].parameters[parameter].domain
    assert type(found) is VOCABULARY[name]
    assert not isinstance(found, Fixed)


def test_a_module_without_verifiers_declares_nothing(tmp_path: Path) -> None:
    assert read("x = 1\n", tmp_path) == ({}, [])
    assert read("", tmp_path) == ({}, [])


# What stands between `def f(` and `)`, where the fault is, and what it says. The parameters begin on line 5, column 7.
PARAMETERS = [
    ("⟦width", "'width' doesn't say what it may be; write it as Annotated[int, Int(1, 9)]"),
    ("⟦width: int", "'width' doesn't say what it may be"),
    ("⟦width: Annotated[int]", "'width' doesn't say what it may be"),
    ('⟦width: "Annotated[int, Int(1, 9)]"', "'width' doesn't say what it may be"),
    ("width: Annotated[int, ⟦5]", "'5' is no domain; write one of Int(1, 9"),
    ("width: Annotated[int, ⟦Integer(1, 5)]", "'Integer' is no domain; "),
    ("width: Annotated[int, ⟦Int(1)]", "'Int(1)' can't be made of these arguments; write it like Int(1, 9"),
    ("width: Annotated[int, ⟦Int(1, 5, 3, 3)]", "can't be made of these arguments"),
    ("width: Annotated[int, ⟦Int(1, high=5)]", "can't be made of these arguments"),
    ("width: Annotated[int, ⟦Int(1, 5.5)]", "can't be made of these arguments"),
    ("width: Annotated[int, ⟦Int('a', 'b')]", "can't be made of these arguments"),
    ("width: Annotated[int, ⟦Int(1, True)]", "can't be made of these arguments"),
    ("width: Annotated[int, ⟦Int(9, 1)]", "no whole number lies between 9 and 1"),
    ("width: Annotated[int, ⟦Int(1, 9, often=(12,))]", "'often' names 12"),
    ("width: Annotated[float, ⟦Grid(0.0, 1.0, 0.0)]", "no number lies between"),
    ("width: Annotated[list[float], ⟦Distribution(2, 9, 0.5)]", "no 9 probabilities in steps of 0.5"),
    ("width: Annotated[int, ⟦Choice()]", "a choice needs at least one value"),
    ("width: Annotated[int, ⟦Choice(Int(1, 2))]", "can't be made of these arguments"),
    ("width: Annotated[int, Int(1, ⟦open('x'))]", "is not a literal"),
    ("width: Annotated[int, Int(1, ⟦2 * 3)]", "'2 * 3' is not a literal; write a number"),
    ("width: Annotated[int, Int(1, ⟦UNKNOWN)]", "'UNKNOWN' is not a literal"),
    ("width: Annotated[int, Int(1, ⟦CHANGED)]", "'CHANGED' is not a literal"),
    ("width: Annotated[int, Int(1, ⟦1e999)]", "is not a literal"),
    ("width: Annotated[int, Int(1, ⟦None)]", "'None' is not a literal"),
    ("width: Annotated[int, Int(1, ⟦-'a')]", "is not a literal"),
    ("width: Annotated[int, Int(⟦*(1, 2))]", "is not a literal"),
    ("width: Annotated[int, ⟦Int(**{})]", "unpacks its arguments"),
    (
        "width: Annotated[int, Int(1, 9)] = ⟦10",
        "lies outside its own domain; it is a whole number from 1 to 9",
    ),
    ("width: Annotated[int, Int(1, 9)] = ⟦None", "'None' is not a literal"),
    ("width: Annotated[int, Int(1, 9)] = ⟦len('a')", "is not a literal"),
    ("width: Annotated[int, Int(1, 9)] = ⟦True", "the default of 'width' lies outside"),
    ("*⟦widths: Annotated[int, Int(1, 9)]", "'widths' has no name that a card could use; write each parameter out"),
    ("**⟦widths", "'widths' has no name that a card could use"),
    ("⟦width: Annotated[int, Int(1, 9)], /", "'width' has no name that a card could use"),
    ("⟦source: Annotated[str, Code()]", "a parameter 'code' is Code(), and no other is"),
    ("⟦code: Annotated[int, Int(1, 9)]", "a parameter 'code' is Code(), and no other is"),
    ("⟦rows: Annotated[list[str], Lines()]", "a parameter 'lines' is Lines(), and no other is; rename the one"),
    ("⟦lines: Annotated[int, Int(1, 9)]", "a parameter 'lines' is Lines(), and no other is"),
    ("⟦code: Annotated[str, Lines()]", "a parameter 'code' is Code(), and no other is"),
    (
        "side: Annotated[list[int], ⟦Shape(1)]",
        "can't be made of these arguments; write it like Shape(1, 4, min=1, max=8)",
    ),
    ("side: Annotated[list[int], ⟦Shape(1, 2.5)]", "can't be made of these arguments"),
    ("side: Annotated[list[int], ⟦Shape(1, 2, often=('a',))]", "'often' names a, which is not a whole number"),
    ("side: Annotated[list[int], ⟦Shape(1, 9)]", "a shape has 1 to 8 dimensions"),
    ("side: Annotated[list[int], ⟦Array(2, True)]", "can't be made of these arguments; write it like Array(2, 3"),
    ("side: Annotated[list[int], ⟦Array(0, 2)]", "an array has 1 to 16 rows"),
    ("side: Annotated[list[str], ⟦Stack(1, 13)]", "a stack has 1 to 12 layers"),
    ("side: Annotated[list[int], Shape(1, 2)] = ⟦(1, 2, 3)", "the default of 'side' lies outside its own domain"),
    ("⟦truth: Annotated[int, Int(1, 9)]", "'truth' is what explanations call the verifier's value"),
]


@pytest.mark.parametrize(("parameters", "says"), PARAMETERS)
def test_a_fault_of_a_parameter_is_named_at_its_place(parameters: str, says: str, tmp_path: Path) -> None:
    column = len("def f(") + parameters.index("⟦") + 1
    setting = "CHANGED = 1; CHANGED += 1\n@verifier('torch')\n"
    signature = f"def f({parameters.replace('⟦', '')}) -> Result:\n"
    declarations, faults = read(HEAD + setting + signature + "    '''What it computes.'''\n", tmp_path)
    assert declarations == {}
    assert [fault for fault in faults if fault.startswith(f"5:{column}: ") and says in fault], faults


SOUND_F = "def f(a: Annotated[int, Int(1, 9)], b: Annotated[int, Int(1, 9)]) -> Result:\n    '''What it computes.'''\n"

VERIFIER_F = "@verifier('torch')\n" + SOUND_F

MODULES = [
    ("@⟦verifier\n" + SOUND_F, "the verifier doesn't say whose answer it gives"),
    ("@⟦verifier()\n" + SOUND_F, "the verifier doesn't say whose answer it gives"),
    ("@verifier(⟦'')\n" + SOUND_F, "'library' must be a text"),
    ("@verifier(⟦7)\n" + SOUND_F, "'library' must be a text"),
    ("@verifier(⟦LIBRARY)\n" + SOUND_F, "'LIBRARY' is not a literal"),
    ("@verifier('torch', ⟦'a < b')\n" + SOUND_F, "only the library is given without a name"),
    ("@verifier('torch', ⟦were='a < b')\n" + SOUND_F, "@verifier takes no 'were'; did you mean 'where'?"),
    ("@verifier('torch', where=⟦'a <')\n" + SOUND_F, "'a <' is not an expression"),
    ("@verifier('torch', where=⟦'a < c')\n" + SOUND_F, "the condition speaks of 'c', which is no parameter"),
    ("@verifier('torch', where=['a < b', ⟦'a.real'])\n" + SOUND_F, "may use arithmetic"),
    ("@verifier('torch', where=('a < b', ⟦3))\n" + SOUND_F, "a condition is a text"),
    ("@verifier('torch', where=⟦f'a < {b}')\n" + SOUND_F, "is not a literal"),
    ("@verifier('torch', shapes_only=⟦1)\n" + SOUND_F, "'shapes_only' must be True or False"),
    ("@verifier('torch', limit_s=⟦'3')\n" + SOUND_F, "'limit_s' must be a number of seconds"),
    ("@verifier('torch', limit_s=⟦0)\n" + SOUND_F, "'limit_s' must be above 0"),
    ("@verifier('torch')\n⟦def f(a: Annotated[int, Int(1, 9)]) -> Result: ...\n", "'f' has no docstring"),
    ("@verifier('torch')\n⟦async def f() -> Result:\n    '''What.'''\n", "can't be a verifier; a verifier is a plain"),
    ("class A:\n    @verifier('torch')\n    ⟦def f() -> Result:\n        '''What.'''\n", "'f' can't be a verifier"),
    ("from quizapp.authoring import ⟦Int as Whole\n", "'Int' goes by another name here; import it as 'Int'"),
    ("@verifier('a')\n" + SOUND_F + "@verifier('a')\n⟦" + SOUND_F, "there are two verifiers 'toy.f'"),
    ("@verifier('torch', where='一二三', limit_s=⟦-1)\n" + SOUND_F, "'limit_s' must be above 0"),
    ("x = 1\ndef f(⟦:\n", "this is not Python"),
    (VERIFIER_F + "@f.attempt\n⟦def g(a): ...\n", "'g' doesn't take the answer that it is to run; add a"),
    (VERIFIER_F + "@f.attempt\n⟦def g(**params): ...\n", "'g' doesn't take the answer"),
    (VERIFIER_F + "@f.attempt\ndef g(answer, ⟦c): ...\n", "'f' has no parameter 'c'; an attempt takes 'answer' and"),
    (VERIFIER_F + "@f.attempt\ndef g(answer, *, a, ⟦c=1, **d): ...\n", "'f' has no parameter 'c'"),
    (VERIFIER_F + "@f.attempt\ndef g(answer, *⟦rest): ...\n", "'rest' is given nothing, since an attempt"),
    (VERIFIER_F + "@f.attempt\ndef g(⟦answer, /): ...\n", "'answer' is given nothing"),
    (VERIFIER_F + "@f.attempt\n⟦def f(answer): ...\n", "the attempt takes the name 'f' from its verifier; give"),
    (VERIFIER_F + "@⟦f.attempt()\ndef g(answer): ...\n", "'f.attempt()' is not how an attempt is marked; write @f"),
    (VERIFIER_F + "@f.attempt\n⟦async def g(answer): ...\n", "'g' can't be an attempt; an attempt is a plain function"),
    (VERIFIER_F + "if True:\n    @f.attempt\n    ⟦def g(answer): ...\n", "'g' can't be an attempt"),
    (VERIFIER_F + "@f.attempt\ndef g(answer): ...\n@f.attempt\n⟦def h(answer): ...\n", "there are two attempts"),
    (
        VERIFIER_F.replace("a: Ann", "⟦answer: Ann") + "@f.attempt\ndef g(answer): ...\n",
        "'answer' is what the attempt gets beside the parameters; rename",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("module", "says"), MODULES)
def test_a_fault_of_a_module_is_named_at_its_place(module: str, says: str, tmp_path: Path) -> None:
    before, _, after = module.partition("⟦")
    _, faults = read(before + after, tmp_path)
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    assert [fault for fault in faults if fault.startswith(place) and says in fault], faults


def test_all_faults_of_a_module_are_reported_and_its_sound_verifiers_kept(tmp_path: Path) -> None:
    source = (
        HEAD
        + "@verifier()\ndef f(a, *b, c: Annotated[int, Int(1)]): ...\n@verifier('torch')\n"
        + SOUND_F.replace("f(", "g(", 1)
    )
    declarations, faults = read(source, tmp_path)
    assert list(declarations) == ["toy.g"]
    assert [fault.split(": ")[0] for fault in faults] == ["3:2", "4:1", "4:7", "4:11", "4:32"]


@pytest.mark.parametrize(
    "attempt",
    [
        "@f.attempt\ndef g(answer): ...\n",
        "@f.attempt\ndef g(answer, a, b): ...\n",
        "@f.attempt\ndef g(*, b, answer): ...\n",
        "@f.attempt\ndef g(answer, **params): ...\n",
        "@f.second_way\n@f.attempt\ndef g(answer, **params): ...\n",
    ],
)
def test_a_verifier_with_an_attempt_can_run_answers(attempt: str, tmp_path: Path) -> None:
    declarations, faults = read(HEAD + VERIFIER_F + attempt, tmp_path)
    assert faults == []
    assert declarations["toy.f"].attempts


@pytest.mark.parametrize(
    "other",
    ["", "@f.second_way\ndef g(a, b): ...\n", "@g.attempt\ndef g(answer): ...\n", "@attempt\ndef g(answer): ...\n"],
)
def test_a_verifier_without_an_attempt_can_not(other: str, tmp_path: Path) -> None:
    declarations, faults = read(HEAD + VERIFIER_F + other, tmp_path)
    assert faults == []
    assert not declarations["toy.f"].attempts


def test_a_verifier_whose_attempt_has_a_fault_is_left_out(tmp_path: Path) -> None:
    declarations, faults = read(HEAD + VERIFIER_F + "@f.attempt\ndef g(): ...\n", tmp_path)
    assert declarations == {}
    assert len(faults) == 1


@pytest.mark.parametrize(
    "source",
    [
        b"\xff",
        b"\0",
        b"x = '\\d'\n",
        b"(" * 10_000,
        b"-" * 100_000 + b"1",
        b"# coding: no-such-codec\n",
        b"x = 1e999999",
    ],
)
def test_hostile_source_is_a_fault_at_most(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "toy.py"
    path.write_bytes(source)
    declarations, faults = read_declarations(path)
    assert declarations == {}
    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)


def test_a_module_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    _, (fault,) = read_declarations(tmp_path / "gone.py")
    assert str(fault).startswith(f"{tmp_path / 'gone.py'}:1:1: the file can't be read")


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_edit_of_a_module_does_more_than_return_faults(tmp_path: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SOUND)))
    end = data.draw(st.integers(start, min(len(SOUND), start + 20)))
    read(SOUND[:start] + data.draw(st.text("()[]=,*:@'\"\n 1aé.-", max_size=6)) + SOUND[end:], tmp_path)
