"""What a laboratory begins with, and how its values are written."""

from pathlib import Path

import pytest

from quizapp.core.beginning import beginning, typed
from quizapp.core.declaration import Declaration, Example, Explore, Parameter
from quizapp.core.domain import Array, Choice, Code, Distribution, Domain, Grid, Int, Lines, Shape, Stack, Value
from quizapp.deck.declared import read_declarations

PACK = Path(__file__).resolve().parents[1] / "pack"


def declaration(*where: str, explore: Explore | None = None, **domains: Domain) -> Declaration:
    chosen = domains or {"width": Int(1, 99), "kernel": Int(1, 11)}
    parameters = {name: Parameter(name, domain) for name, domain in chosen.items()}
    return Declaration("toy.size", "What it computes.", "python", parameters, where, explore=explore)


def test_it_begins_with_something_possible_however_hard_that_is_to_find() -> None:
    hard = declaration("width > 90", "kernel + width == 101")
    assert hard.problem(beginning(hard, {})) == ""


def test_a_worked_example_is_better_than_what_is_drawn() -> None:
    parameters = declaration().parameters
    example = Example({"width": 17, "kernel": 4}, 1)
    one = Declaration("toy.size", "", "python", parameters, ("width == 17",), examples=(example,))
    assert beginning(one, {}) == {"width": 17, "kernel": 4}


def test_what_is_given_goes_first_as_far_as_it_is_a_value_at_all() -> None:
    begun = beginning(declaration(), {"width": 40, "kernel": 99, "strange": 1})
    assert (begun["width"], begun["kernel"]) == (40, beginning(declaration(), {})["kernel"])
    assert beginning(declaration("kernel <= width"), {"width": 2, "kernel": 9})["width"] != 2


def test_defaults_and_numbers_met_in_practice_go_before_the_middle() -> None:
    explore = Explore({"step": Parameter("step", Int(0, 9)), "on": Parameter("on", Int(0, 9), 4)}, {"b": Int(1, 8)})
    parameters = {
        "a": Parameter("a", Int(1, 99), 7),
        "b": Parameter("b", Int(1, 99), 50),
        "c": Parameter("c", Grid(0.0, 9.0, 0.5, often=(2.5,))),
    }
    begun = beginning(Declaration("toy.size", "", "python", parameters, explore=explore), {})
    assert begun == {"a": 7, "b": 3, "c": 2.5, "step": 0, "on": 4}


def test_what_has_parts_begins_away_from_the_edges_and_source_with_a_line() -> None:
    domain = Distribution(2, 4, 0.05)
    begun = beginning(declaration(p=domain, code=Code(), lines=Lines()), {})
    assert begun["p"] not in domain.corners()
    assert (begun["code"], begun["lines"]) == ('print("hello")\n', ['print("hello")'])


def test_every_laboratory_of_the_toy_pack_begins_with_something_possible() -> None:
    declarations, _faults = read_declarations(PACK / "verifiers" / "toy.py")
    assert len(declarations) > 10
    for one in declarations.values():
        begun = beginning(one, {})
        assert one.problem({name: begun[name] for name in one.parameters}) == "", one.name


@pytest.mark.parametrize("damaged", [{"width": {"a": []}}, {"width": None}, {"width": [1]}, {"width": "3"}])
def test_what_is_no_value_is_as_good_as_nothing(damaged: dict[str, object]) -> None:
    assert beginning(declaration(), damaged) == beginning(declaration(), {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Int(-9, 9), -3),
        (Grid(0.0, 1.0, 0.1), 0.3),
        (Choice("same", "it's"), "it's"),
        (Choice(True, False), False),
        (Distribution(2, 4, 0.1), [0.3, 0.7]),
        (Shape(1, 3), [2, 4]),
        (Array(1, 2, -5, 5), [[-1, 2]]),
        (Array(2, 2, -5, 5), [[1, -2], [3, 4]]),
        (Lines(), ["a = 'x, y'", "b"]),
        (Code(), "if 1:\n    print()\n"),
        (Stack(1, 3), ["nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1)", "nn.ReLU()"]),
    ],
)
def test_what_is_written_for_a_shell_is_read_as_the_same(domain: Domain, value: Value) -> None:
    assert domain.read(typed(domain, value)) == value
