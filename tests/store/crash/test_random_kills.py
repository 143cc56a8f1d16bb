"""Sittings killed at 300 random moments: every verdict that was seen is kept, and the database is whole."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from quizapp.store.backups import backups
from quizapp.store.files import facts
from tests.store.crash.sittings import kill_often

KILLS = 300
SEEDS = (1, 2, 3)  # a database each


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes in which there is nothing but what is tested, so that they may fork."""
    with ProcessPoolExecutor(len(SEEDS), multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_three_hundred_kills_at_random_moments_lose_no_verdict(tmp_path: Path, processes: ProcessPoolExecutor) -> None:
    homes = [tmp_path / f"home-{seed}" for seed in SEEDS]
    running = [
        processes.submit(kill_often, home, seed, KILLS // len(SEEDS)) for home, seed in zip(homes, SEEDS, strict=True)
    ]
    for lane, home in zip(running, homes, strict=True):
        wrong, seen = lane.result()
        assert wrong == []
        assert seen > KILLS // len(SEEDS)
        assert [facts(one.path).fault for one in backups(home / "quiz.db")] == [""]


def test_answers_that_are_stored_one_behind_their_verdicts_would_be_noticed(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    wrong, _ = processes.submit(kill_often, tmp_path / "home", 1, 4, late=True).result()
    assert wrong
