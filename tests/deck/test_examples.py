"""Worked examples of a verifier, as they are declared."""

from pathlib import Path

import pytest

from quizapp.core.declaration import Example
from tests.deck.test_declared import HEAD, SOUND_F, read


def test_examples_are_read_with_constants_lists_and_texts(tmp_path: Path) -> None:
    examples = "[({'a': KERNEL, 'b': 2}, (1, 'x')), ({'a': 1, 'b': 1}, 0.5)]"
    declarations, faults = read(f"{HEAD}KERNEL = 3\n@verifier('torch', examples={examples})\n{SOUND_F}", tmp_path)
    assert faults == []
    assert declarations["toy.f"].examples == (Example({"a": 3, "b": 2}, [1, "x"]), Example({"a": 1, "b": 1}, 0.5))


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("⟦({'a': 1, 'b': 1}, 2)", 'the examples are no list; write examples=[({"width": 7}, 4)]'),
        ("[⟦{'a': 1, 'b': 1}]", 'that is no example; write ({"width": 7}, 4)'),
        ("[⟦({'a': 1, 'b': 1}, 2, 3)]", "that is no example"),
        ("[⟦({A: 1}, 2)]", "that is no example"),
        ("[({'a': ⟦one, 'b': 1}, 2)]", "'one' is not a literal"),
        ("[({'a': 1, 'b': 1}, ⟦2 * 3)]", "'2 * 3' is not a literal"),
        ("[⟦({'a': 1}, 2)]", "toy.f can't be asked that: 'b' is missing"),
        ("[⟦({'a': 1, 'b': 1, 'c': 1}, 2)]", "toy.f can't be asked that: it has no parameter 'c'"),
        ("[⟦({'a': 1, 'b': 10}, 2)]", "toy.f can't be asked that: b must be a whole number from 1 to 9"),
    ],
)
def test_a_fault_of_an_example_is_named_at_its_place(written: str, says: str, tmp_path: Path) -> None:
    line = f"@verifier('torch', examples={written})"
    declarations, faults = read(f"{HEAD}{line.replace('⟦', '')}\n{SOUND_F}", tmp_path)
    assert declarations == {}
    [fault] = faults
    assert fault.startswith(f"{HEAD.count(chr(10)) + 1}:{line.index('⟦') + 1}: ")
    assert says in fault
