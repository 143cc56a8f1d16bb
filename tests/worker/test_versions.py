"""Which libraries a truth is said to come from."""

import platform
from importlib.metadata import version as installed

import pytest

from quizapp.worker.versions import libraries, runs_on_torch, versions


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import os, numpy.linalg as la
from sklearn.metrics import log_loss
from . import neighbour
from quizapp.authoring import verifier
from verifiers import common
def late():
    import torch.nn
"""
    assert libraries(source) == ("numpy", "scikit-learn", "torch")


def test_the_declared_library_comes_first_and_python_last() -> None:
    found = versions("scikit-learn", ("numpy", "scikit-learn", "no-such-library"))
    assert list(found) == ["scikit-learn", "numpy", "python"]
    assert found["scikit-learn"] == installed("scikit-learn")
    assert found["python"] == platform.python_version()


def test_python_is_named_once_where_it_is_the_library() -> None:
    assert versions("python", ()) == {"python": platform.python_version()}


def test_a_library_may_be_declared_by_the_name_it_is_imported_by() -> None:
    assert list(versions("sklearn", ("scikit-learn",))) == ["sklearn", "python"]


@pytest.mark.parametrize(
    ("library", "expected"),
    [("torch", True), ("torchvision", True), ("numpy", False), ("scikit-learn", False), ("no-such-library", False)],
)
def test_a_library_that_builds_on_torch_runs_on_its_device(library: str, expected: bool) -> None:
    assert runs_on_torch(library) is expected
