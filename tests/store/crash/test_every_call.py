"""Killed at every single call that changes the disk: what was said to be kept is there, and nothing is half there.

Answering, undoing, importing, migrating, backing up, restoring and salvaging, on the real database: a thousand kills.
"""

import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from tests.store.crash.killing import cannot_trace, points_of, wrong_after
from tests.store.crash.scenarios import BROKEN, SCENARIOS

# Fewer than these would mean that the scenario no longer does what it is about.
LEAST = Counter(pwrite64=10, unlink=1)


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessPoolExecutor]:
    """Two processes in which there is nothing but what is tested, so that they may fork."""
    if why := cannot_trace():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("crash")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, initializer=_begin, initargs=(folder,)) as pool:
        yield pool


def _begin(folder: Path) -> None:
    tempfile.tempdir = str(folder)


def killed(name: str, processes: ProcessPoolExecutor) -> Iterator[str]:
    """What is wrong after a kill at each of the calls, in turn."""
    points = processes.submit(points_of, name).result()
    assert Counter(call for call, _ in points) >= LEAST, points
    tried = processes.map(wrong_after, repeat(name), *zip(*points, strict=True))
    for (call, nth), found in zip(points, tried, strict=True):
        yield from (f"killed at {call} {nth}: {wrong}" for wrong in found)


@pytest.mark.parametrize("name", SCENARIOS)
def test_whenever_it_is_killed_nothing_is_lost_and_nothing_is_half_there(
    name: str, processes: ProcessPoolExecutor
) -> None:
    assert list(killed(name, processes)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_done_wrongly_it_would_be_noticed(name: str, processes: ProcessPoolExecutor) -> None:
    found = next(killed(name, processes), "")
    assert found
    assert "it was to be killed" not in found
