"""The verifiers behind training/state against real modules, against what is known, and right and wrong answers."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from quizapp.core.domain import Params
from tests.verifiers.drawn_verifiers import agree, compute, draws, with_second_way
from verifiers import checkpoints, optimised, resuming, state, state_counts, transfer

MODULES = ("checkpoints", "optimised", "resuming", "state", "state_counts")
STATISTICS = ["running_mean", "running_var", "num_batches_tracked"]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """As the app runs verifiers; more threads only get in each other's way with tensors this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# What the two return


def test_parameters_come_without_names_and_a_state_dict_without_gradients() -> None:
    assert state.returns(call="parameters").value == "generator of Parameter"
    found = state.returns(call="state_dict")
    assert (found.value, found.facts["learns"]) == ("OrderedDict of (str, Tensor)", False)


def test_the_statistics_of_batchnorm_are_in_the_state_dict_and_no_parameters() -> None:
    assert state.held(where="parameters()").value == ["weight", "bias"]
    assert state.held(where="buffers()").value == STATISTICS
    assert state.held(where="state_dict()").value == ["weight", "bias", *STATISTICS]
    assert state.held(where="state_dict()", track=False).value == ["weight", "bias"]


def test_a_buffer_that_is_not_persistent_is_converted_and_not_saved() -> None:
    assert state.registered(where="state_dict()").value == ["scale", "fixed", "mean"]
    assert state.registered(where="half()").value == ["scale", "fixed", "mean", "mask"]


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("model.state_dict()", 1.5),
        ("dict(model.state_dict())", 1.5),
        ("copy.copy(model.state_dict())", 1.5),
        ("copy.deepcopy(model.state_dict())", 2.0),
        ("{name: one.clone() for name, one in model.state_dict().items()}", 2.0),
    ],
)
def test_only_a_copy_of_the_tensors_keeps_the_numbers(how: str, kept: float) -> None:
    assert state.later(how=how, start=2, slope=5, lr=0.1).value == pytest.approx(kept)


# Counts


def test_a_block_with_batchnorm_has_three_entries_more_than_parameters() -> None:
    assert compute("state_counts.entries", blocks=1, bias=True).value == [4, 7]
    assert compute("state_counts.surplus", blocks=1, channels=64).value == 129


def test_a_shared_weight_is_one_parameter_and_two_entries() -> None:
    assert state_counts.tied(vocabulary=1000, width=64, bias=False).value == [64_000, 128_000]


def test_parameters_can_be_gone_through_once() -> None:
    assert state_counts.again(how="net.parameters()", layers=2).value == "4 0"
    assert state_counts.again(how="net.state_dict()", layers=2).value == "4 4"


@pytest.mark.parametrize(
    ("inputs", "outputs", "right"), [(64, 10, True), (649, 1, True), (1, 325, True), (65, 10, False), (10, 64, False)]
)
def test_any_layer_of_that_many_numbers_is_right(inputs: int, outputs: int, right: bool) -> None:
    found = state_counts.holds(answer={"inputs": inputs, "outputs": outputs}, total=650)
    assert found.right is right
    assert f"{inputs * outputs + outputs}" in found.text.en


@pytest.mark.parametrize("params", list(draws("state_counts.exactly", 12)), ids=str)
def test_the_layer_that_is_shown_works(params: Params) -> None:
    example = compute("state_counts.exactly", **params).value
    assert isinstance(example, list)
    with torch.device("meta"):
        assert state_counts.holds(answer=dict(zip(("inputs", "outputs"), example, strict=True)), **params).right


# Optimisers


@pytest.mark.parametrize(
    ("what", "comes"),
    [
        ("model.parameters()", "trains"),
        ("model.named_parameters()", "trains"),
        ("model.state_dict()", "TypeError"),
        ("model.state_dict().values()", "stays"),
        ("model.buffers()", "ValueError"),
    ],
)
def test_an_optimiser_trains_parameters_alone(what: str, comes: str) -> None:
    assert optimised.given(what=what).value == comes


def test_frozen_layers_stay_in_both_and_are_not_moved() -> None:
    found = optimised.moved(layers=5, frozen=2)
    assert (found.value, found.facts["total"]) == (6, 10)
    assert optimised.moved(layers=3, frozen=0).value == 6


# Loading


@pytest.mark.parametrize(
    ("change", "strict", "comes"),
    [
        ("none", True, "all"),
        ("no head", True, "RuntimeError"),
        ("no head", False, "part"),
        ("other head", False, "RuntimeError"),
        ("parallel", True, "RuntimeError"),
        ("parallel", False, "nothing"),
    ],
)
def test_strict_false_forgives_names_and_no_shapes(change: str, strict: bool, comes: str) -> None:
    assert checkpoints.loads(change=change, strict=strict).value == comes


def test_what_fits_is_copied_before_a_shape_that_differs_raises() -> None:
    saved, target = (nn.Sequential(nn.Linear(4, 4), nn.Linear(4, classes)) for classes in (5, 10))
    with pytest.raises(RuntimeError, match="size mismatch"):
        target.load_state_dict(saved.state_dict(), strict=False)
    assert torch.equal(target.state_dict()["0.weight"], saved.state_dict()["0.weight"])


@pytest.mark.parametrize(
    ("change", "strict", "says"),
    [
        ("none", False, "All names and shapes agree"),
        ("other head", False, "no strict forgives a shape"),
        ("parallel", False, "not one of the names agrees"),
    ],
)
def test_that_a_part_is_loaded_is_answered_by_what_happens_here(change: str, strict: bool, says: str) -> None:
    told = {one.value: one.text.en for one in checkpoints.loads(change=change, strict=strict).mistakes}
    assert says in told["part"]


def test_parallel_puts_its_prefix_before_every_name() -> None:
    names = str(checkpoints.loads(change="parallel", strict=False).facts["names"]).split(", ")
    assert names == [f"module.{name}" for name in nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)).state_dict()]


def test_missing_is_what_the_network_lacks_and_unexpected_what_the_file_has_too_much() -> None:
    assert checkpoints.keys(old=3, new=5).value == [6, 2]
    assert checkpoints.keys(old=5, new=3).value == [2, 6]


def test_only_tensors_and_plain_values_are_read_by_default() -> None:
    plain = ["state_dict", "checkpoint", "optimizer"]
    assert checkpoints.readable().value == plain
    assert checkpoints.readable(call="torch.load(file, weights_only=True)").value == plain
    assert len(checkpoints.readable(call="torch.load(file, weights_only=False)").value) == 6  # type: ignore[arg-type]


def test_the_momentum_is_in_the_state_of_the_optimiser() -> None:
    assert resuming.resumed(slope=10, lr=0.1, momentum=0.9, both=True).value == pytest.approx(1.9)
    assert resuming.resumed(slope=10, lr=0.1, momentum=0.9, both=False).value == pytest.approx(1.0)


def test_parameters_alone_bring_a_network_back_only_where_it_has_no_buffers() -> None:
    assert resuming.restoring(norm="nn.BatchNorm1d(4)").value == ["state_dict"]
    assert resuming.restoring(norm="nn.LayerNorm(4)").value == ["parameters", "state_dict"]


# A function that copies what matches


def tried(source: str) -> tuple[bool, str]:
    names: dict[str, Any] = {}
    exec(source, names)
    found = transfer.copies(answer=names)
    assert found.text.zh
    return found.right, found.text.en


LOOP = """\
import torch

def copy_matching(source, target):
    ours = target.{ours}
    with torch.no_grad():
        for name, one in source.{theirs}:
            if name in ours and ours[name].shape == one.shape:
                {copied}
"""


def test_the_function_that_is_shown_works() -> None:
    assert tried(str(transfer.matching().value))[0]


def test_copying_in_place_is_as_good() -> None:
    code = LOOP.format(ours="state_dict()", theirs="state_dict().items()", copied="ours[name].copy_(one)")
    assert tried(code) == (True, "Four pairs of networks were tried; whatever matched was copied, and nothing else.")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def copy_matching(source, target):\n    pass", "'conv.weight' has the same name and shape and wasn't copied"),
        (
            "def copy_matching(source, target):\n"
            "    for ours, theirs in zip(target.parameters(), source.parameters()):\n"
            "        ours.data = theirs.data.clone()\n",
            "'norm.running_mean' has the same name",
        ),
        (
            "def copy_matching(source, target):\n"
            "    for one in target.state_dict().values():\n        one.zero_()\n"
            "    for one in source.state_dict().values():\n        one.zero_()\n",
            "wasn't copied",
        ),
        (
            "def copy_matching(source, target):\n"
            "    target.load_state_dict(source.state_dict())\n    source.conv.weight.data.zero_()\n",
            "the source was changed",
        ),
        (
            "def copy_matching(source, target):\n"
            "    target.load_state_dict(source.state_dict())\n"
            "    target.conv.weight = type(target.conv.weight)(source.conv.weight.detach().clone())\n",
            "other Parameter objects",
        ),
        (
            LOOP.format(ours="state_dict()", theirs="state_dict().items()", copied="ours[name].copy_(one)")
            + "    target.conv.weight.data = source.conv.weight.data\n",
            "share storage",
        ),
        (
            LOOP.format(ours="state_dict()", theirs="state_dict().items()", copied="ours[name].copy_(one)")
            + "    target.head.bias.data = target.head.bias.data + (len(target.head.bias) == 5)\n",
            "'head.bias' doesn't match and was changed",
        ),
    ],
)
def test_a_function_that_does_something_else_is_told_what(code: str, says: str) -> None:
    right, told = tried(code)
    assert not right
    assert says in told


def test_a_function_that_asks_for_all_names_fails_where_a_layer_differs() -> None:
    with pytest.raises(RuntimeError, match="size mismatch"):
        tried("def copy_matching(source, target):\n    target.load_state_dict(source.state_dict(), strict=False)")


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 40))
