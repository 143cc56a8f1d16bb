"""The few things that need torch, or a torch that is broken."""

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.errors import Exit, QuizError
from quizapp.worker.client import Client

SOURCE = '''
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Int, Result, attempt, verifier

@verifier("torch")
def slope(n: Annotated[int, Int(1, 9)]) -> Result:
    """The derivative of x ** 2, as torch finds it."""
    return Result("def slope(x): return 2 * x")

@slope.attempt
def slopes(answer, n):
    """By autograd, and by a matrix product that would hang in a fork whose parent has used its threads."""
    x = torch.tensor(float(n), requires_grad=True)
    (x * x).backward()
    big = torch.ones(300, 300)
    right = torch.equal(answer["slope"](x.detach()), x.grad) and bool((big @ big == 300).all())
    return attempt(right, en=f"{torch.rand(()).device} {torch.get_num_threads()} {torch.cuda.is_available()}", zh="")

@verifier("torch", shapes_only=True)
def side(width: Annotated[int, Int(1, 10**6)]) -> Result:
    """Only the shape: a picture of a million by a million takes no memory."""
    out = nn.Conv2d(1, 1, 7)(torch.rand(1, 1, width, width))
    return Result(out.shape, facts={"device": str(out.device)})

@verifier("torch")
def draw(seed: Annotated[int, Int(0, 9)]) -> Result:
    """A scalar by chance; it can be differentiated."""
    x = torch.rand((), requires_grad=True)
    (x * 3).backward()
    return Result(x, facts={"gradient": x.grad})

@verifier("torch")
def huge() -> Result:
    """More memory than there may be."""
    return Result(torch.zeros(2**34).sum())
'''

PLAIN = """
from quizapp.authoring import Result, verifier

@verifier("python")
def one() -> Result:
    return Result(1)
"""


@pytest.fixture(scope="module")
def pack_on_torch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pack")
    (root / "verifiers").mkdir()
    (root / "verifiers" / "tiny.py").write_text(SOURCE)
    (root / "verifiers" / "plain.py").write_text(PLAIN)
    return root


@pytest.fixture(scope="module")
def client(pack_on_torch: Path) -> Iterator[Client]:
    """Its memory would not do for importing torch: the limit of a call has to end with the call."""
    with Client(pack_on_torch, "cpu", memory_budget=2**29) as one:
        assert truth(one, "plain.one").value == 1
        yield one


def truth(client: Client, verifier: str, **params: int) -> Truth:
    outcome = client.truth(verifier, params, 10.0).result(timeout=120)
    assert isinstance(outcome, Truth), outcome
    return outcome


def test_shapes_are_computed_without_allocating(client: Client) -> None:
    outcome = truth(client, "tiny.side", width=1_000_000)
    assert outcome.value == [1, 1, 999_994, 999_994]
    assert outcome.origin.device == "meta"
    assert outcome.facts == {"device": "meta"}
    version = importlib.metadata.version("torch")
    assert str(outcome.origin).startswith(f"torch {version} · meta · ")
    assert client.state.label == f"torch {version} is ready"


def test_a_tensors_number_and_its_gradient_come_back_plain_and_seeded(client: Client) -> None:
    first, again, other = (truth(client, "tiny.draw", seed=seed) for seed in (1, 1, 2))
    assert isinstance(first.value, float)
    assert first.facts == {"gradient": 3.0}
    assert first.value == again.value != other.value
    assert first.origin.device == "cpu"


def test_torchs_own_allocator_runs_into_the_limit_too(client: Client) -> None:
    outcome = client.truth("tiny.huge", {}, 20.0).result(timeout=60)
    assert outcome == Unverifiable("tiny.huge needs more memory than the 0.5 GiB that it may use")
    assert truth(client, "tiny.side", width=8).value == [1, 1, 2, 2]


def test_a_cuda_device_that_is_not_there_is_refused_with_a_sentence(pack_on_torch: Path) -> None:
    with Client(pack_on_torch, "cuda:99") as client:
        with pytest.raises(QuizError, match=r"cuda") as refused:
            client.device().result(timeout=120)
        assert refused.value.exit is Exit.ENVIRONMENT
        assert client.state.phase == "failed"
        outcome = client.truth("tiny.draw", {"seed": 1}, 10.0).result(timeout=120)
        assert outcome == Unverifiable(refused.value.message)


@pytest.fixture
def without_torch(pack_on_torch: Path, tmp_path: Path) -> Path:
    """The same pack where `import torch` finds nothing."""
    (tmp_path / "verifiers").mkdir()
    (tmp_path / "verifiers" / "tiny.py").write_text(SOURCE)
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    return tmp_path


def test_a_missing_torch_says_what_to_install(without_torch: Path) -> None:
    with Client(without_torch) as client:
        outcome = client.truth("tiny.draw", {"seed": 1}, 10.0).result(timeout=60)
        assert outcome == Unverifiable("torch is not installed; pip install torch")
        assert client.state.label == "torch is not installed; pip install torch"
        assert client.device().result(timeout=60) == "cpu"


def test_a_missing_torch_has_no_cuda(without_torch: Path) -> None:
    with Client(without_torch, "cuda") as client, pytest.raises(QuizError, match="pip install torch") as refused:
        client.device().result(timeout=60)
    assert refused.value.exit is Exit.ENVIRONMENT


def test_a_broken_torch_says_how(without_torch: Path) -> None:
    (without_torch / "torch.py").write_text("raise OSError('libtorch_cpu.so: cannot open shared object file')\n")
    with Client(without_torch) as client:
        outcome = client.truth("tiny.draw", {"seed": 1}, 10.0).result(timeout=60)
        assert isinstance(outcome, Unverifiable)
        assert outcome.error.startswith("verifiers/tiny.py can't be imported: OSError: libtorch_cpu.so")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_learners_code_runs_torch_in_forks_within_its_memory(client: Client) -> None:
    client.warm_code(["tiny.slope"])
    for source, right in (("def slope(x): return 2 * x", True), ("def slope(x): return x * x", False)):
        outcome = client.run_code("tiny.slope", {"n": 3}, source).result(timeout=120)
        assert isinstance(outcome, Attempt), outcome
        assert outcome.right is right
        assert outcome.text.en == "cpu 1 False"
    source = "import torch\nx = torch.zeros(2**34)"
    outcome = client.run_code("tiny.slope", {"n": 3}, source).result(timeout=120)
    assert isinstance(outcome, Attempt), outcome
    assert outcome.text.en == "Your code asked for more memory than the 1 GiB that it may use, in line 2."
    assert truth(client, "tiny.side", width=8).value == [1, 1, 2, 2]
