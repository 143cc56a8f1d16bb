"""Shared by all tests: nobody's own data or settings, and no silent skip where CI has promised the tools."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from quizapp import language

# A slow machine is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

PACK = Path(__file__).parent / "pack"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a data folder of its own, and no terminal's size but that which it sets."""
    monkeypatch.setenv("QUIZ_HOME", str(tmp_path / "home"))
    for name in ("QUIZ_DB", "QUIZ_PACK", "QUIZ_LANG", "QUIZ_DEVICE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test begins in English, whatever the one before has switched to."""
    with language.speaking("en"):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With QUIZ_NO_SKIP set, as .ci/run sets it, a test that skips fails: there, every tool is installed."""
    report = yield
    if os.environ.get("QUIZ_NO_SKIP") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may skip: {report.longrepr}"
    return report
