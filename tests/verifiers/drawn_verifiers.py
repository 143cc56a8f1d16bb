"""Verifiers drawn over all that they accept, each held against its second way. For tests of the verifiers' modules."""

import contextlib
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from quizapp.authoring import Impossible, Result, Verifier
from quizapp.core.declaration import Draw
from quizapp.core.domain import Params, Value
from quizapp.core.drawing import draw
from quizapp.core.question import rng_for
from quizapp.deck.declared import read_declarations
from quizapp.worker.run import seed

VERIFIERS = Path(__file__).parents[2] / "verifiers"


def with_second_way(*modules: str) -> list[str]:
    """The verifiers of these modules that have a second way, as decks name them."""
    names = [name for module in modules for name in read_declarations(VERIFIERS / f"{module}.py")[0]]
    return [name for name in names if named(name).second is not None]


def named(name: str) -> Verifier[Any]:
    """`module.function` as the verifier that it is."""
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"verifiers.{module}"), function)
    assert isinstance(found, Verifier)
    return found


def draws(name: str, count: int) -> Iterator[Params]:
    """Parameters from the whole of what a verifier declares."""
    declaration = read_declarations(VERIFIERS / f"{name.partition('.')[0]}.py")[0][name]
    source = Draw({one.name: one.domain for one in declaration.parameters.values()}, declaration.where)
    for nth in range(count):
        yield draw(source, rng_for(7, name, nth))


def compute(name: str, /, **params: Any) -> Result:
    """The result, with chance and device as the app sets them."""
    verifier = named(name)
    seed(name, params)
    with torch.device("meta") if verifier.shapes_only else contextlib.nullcontext():
        return verifier(**params)


def agree(name: str, all_params: Iterable[Params]) -> None:
    """Fails where a verifier and its second way differ by more than rounding, or where nothing could be compared."""
    second = named(name).second
    assert second is not None
    compared = 0
    for params in all_params:
        with contextlib.suppress(Impossible):
            value = compute(name, **params).value
            assert _close(value, second(**params)), params
            compared += 1
    assert compared


def telling_mistakes(result: Result) -> list[Value]:
    """What its mistakes give, without those that happen to give the truth."""
    return [one.value for one in result.mistakes if one.value != result.value]


def _close(value: Value, other: Any) -> bool:
    if isinstance(value, list):
        return len(value) == len(other) and all(map(_close, value, other))
    return bool(value == other or (isinstance(value, float) and value == pytest.approx(other, rel=1e-6, abs=1e-6)))
