"""The verifiers behind training/step against plain descent and what is known, and every order that can be given."""

import itertools
from collections.abc import Iterator

import pytest
import torch

from quizapp.core.domain import Params
from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import accumulation, backward, gradients, scaling, training, training_calls, zero_grad

MODULES = ("accumulation", "gradients", "scaling", "training", "training_calls", "zero_grad")

FORWARD, LOSS, ZERO, BACK, STEP = STEP_LINES = [
    "prediction = model(x)",
    "loss = criterion(prediction, y)",
    "optimizer.zero_grad()",
    "loss.backward()",
    "optimizer.step()",
]
LOOP_LINES = [
    "for i, (x, y) in enumerate(batches):",
    "    loss = criterion(model(x), y) / 2",
    "    loss.backward()",
    "    if (i + 1) % 2 == 0:",
    "        optimizer.step()",
    "        optimizer.zero_grad()",
]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """As the app runs verifiers; more threads only get in each other's way with tensors this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# Orders of one step


def test_four_orders_of_a_step_train_and_the_other_116_do_not() -> None:
    right = [order for order in itertools.permutations(STEP_LINES) if attempted(list(order))]
    assert sorted(right) == sorted(
        [
            (ZERO, FORWARD, LOSS, BACK, STEP),
            (FORWARD, ZERO, LOSS, BACK, STEP),
            (FORWARD, LOSS, ZERO, BACK, STEP),
            (FORWARD, LOSS, BACK, STEP, ZERO),
        ]
    )


def attempted(order: list[str]) -> bool:
    found = training.trains(answer=order)
    assert found.text.en
    assert found.text.zh
    return found.right


def test_an_order_that_clears_between_backward_and_step_is_told_that_the_weight_stays() -> None:
    found = training.trains(answer=[FORWARD, LOSS, BACK, ZERO, STEP])
    assert "1 → 1 → 1 → 1;" in found.text.en


def test_an_order_that_cannot_run_is_told_what_it_raises() -> None:
    found = training.trains(answer=[LOSS, FORWARD, ZERO, BACK, STEP])
    assert not found.right
    assert "NameError" in found.text.en
    assert "NameError" in found.text.zh


def test_plain_descent_is_the_derivative_by_hand() -> None:
    weight = 1.0
    for x, y in ((1.0, 3.0), (2.0, 2.0), (0.5, 4.0)):
        weight -= 0.1 * 2 * x * (weight * x - y)
    assert training.descent()[-1] == pytest.approx(weight)
    assert training.step(lines=STEP_LINES).facts["last"] == pytest.approx(weight)


@pytest.mark.parametrize(
    ("order", "effect"),
    [
        ((ZERO, BACK, STEP), "own"),
        ((BACK, STEP, ZERO), "own"),
        ((STEP, ZERO, BACK), "before"),
        ((BACK, ZERO, STEP), "nothing"),
        ((ZERO, STEP, BACK), "nothing"),
        ((STEP, BACK, ZERO), "nothing"),
        ((BACK, STEP, "print(weight.item())"), "sum"),
    ],
)
def test_each_order_of_the_three_calls_has_its_effect(order: tuple[str, ...], effect: str) -> None:
    assert training.effect(order=list(order)).value == effect


@pytest.mark.parametrize(
    ("order", "used"),
    [
        ([BACK, STEP, "print(weight.item())"], 3 + 8 + 10),
        ([BACK, ZERO, STEP], 0),
        ([STEP, ZERO, BACK], 0 + 3 + 5),
        ([BACK, STEP, ZERO], 3 + 5 + 2),
    ],
)
def test_each_order_ends_at_a_weight_of_its_own(order: list[str], used: int) -> None:
    found = training.ended(order=order, start=1, lr=0.1, a=3, b=5, c=2)
    assert found.value == pytest.approx(1 - 0.1 * used, abs=1e-4)
    assert found.facts["right"] == pytest.approx(0)


# What changes, and where gradients are


def test_each_call_changes_what_it_is_for() -> None:
    changed = {call: training_calls.changes(call=call).value for call in ("model(x)", "model.eval()(x)", BACK, STEP)}
    assert changed == {"model(x)": ["buffers"], "model.eval()(x)": [], BACK: ["gradients"], STEP: ["weights", "state"]}
    assert training_calls.changes(call="optimizer.zero_grad()").value == ["gradients"]


def test_the_three_methods_are_told_apart_by_what_they_do() -> None:
    assert training_calls.calls().value == ["zero_grad", "backward", "step"]


def test_a_forward_pass_leaves_no_gradient_and_a_step_leaves_the_one_that_is_there() -> None:
    moments = ("forward", "backward", "step", "next forward", "zero_grad")
    assert [gradients.keeper(moment=one).value for one in moments] == ["nowhere", *["the parameter"] * 3, "nowhere"]


def test_only_leaves_and_what_was_asked_to_keep_theirs_hold_gradients() -> None:
    assert gradients.holders(line="hidden.retain_grad()").value == ["weight", "bias", "hidden"]
    assert gradients.holders(weight_learns=False).value == ["bias"]


# What zero_grad() leaves


def test_zero_grad_leaves_none_by_default_and_zeros_when_asked() -> None:
    assert zero_grad.left().value == "None"
    assert zero_grad.left(call="optimizer.zero_grad(set_to_none=False)").value == "0"
    assert zero_grad.left().facts["version"] == torch.__version__.partition("+")[0]


def test_before_the_first_backward_there_is_nothing_to_clear() -> None:
    assert zero_grad.left(before="loss.item()", call="optimizer.zero_grad(set_to_none=False)").value == "None"
    assert zero_grad.left(before="loss.item()", call="weight.grad.zero_()").value == "AttributeError"


def test_each_wrong_guess_of_what_is_left_is_told_why_here() -> None:
    told = {
        (before, call): {one.value: one.text.en for one in zero_grad.left(before=before, call=call).mistakes}
        for before in (BACK, "loss.item()")
        for call in (ZERO, "weight.grad.zero_()")
    }
    assert "two things" in told[BACK, ZERO]["0"]
    assert "has put a gradient there" in told[BACK, "weight.grad.zero_()"]["AttributeError"]
    assert "passes over" in told["loss.item()", ZERO]["AttributeError"]
    assert "no method zero_()" in told["loss.item()", "weight.grad.zero_()"]["0"]


def test_none_rests_where_zeros_go_on_by_momentum_and_decay() -> None:
    momentum = {
        to_none: zero_grad.coasting(slope=10, lr=0.1, momentum=0.9, set_to_none=to_none).value
        for to_none in (True, False)
    }
    assert momentum == {True: 0.0, False: pytest.approx(0.9)}
    decay = {
        to_none: zero_grad.decayed(start=4, lr=0.5, weight_decay=0.1, set_to_none=to_none).value
        for to_none in (True, False)
    }
    assert decay == {True: 4.0, False: pytest.approx(3.8)}


# Programs


PROGRAM = """\
import torch
weight = torch.tensor(3.0, requires_grad=True)
loss = 5 * weight ** 2
{}
loss.backward()
print(weight.grad.item())
"""
SAMPLES = """\
import torch
weight = torch.tensor(2.0, requires_grad=True)
loss = weight * torch.tensor([1.0, 7.0])
{}
print(weight.grad.item())
"""


def test_a_second_backward_needs_the_graph_to_be_kept() -> None:
    assert backward.prints(code=PROGRAM.format("loss.backward()")).value == "RuntimeError"
    assert backward.prints(code=PROGRAM.format("loss.backward(retain_graph=True)")).value == "60.0"


def test_many_losses_are_refused_unless_told_how_to_weigh_them() -> None:
    lines = (BACK, "loss.sum().backward()", "loss.mean().backward()", "loss.backward(torch.ones_like(loss))")
    assert [backward.prints(code=SAMPLES.format(one)).value for one in lines] == ["RuntimeError", "8.0", "4.0", "8.0"]


@pytest.mark.parametrize("line", [BACK, "loss.backward(retain_graph=True)"])
def test_numbers_that_carry_their_derivative_agree_with_torch(line: str) -> None:
    second = backward.prints.second
    assert second is not None
    samples = [SAMPLES.format(one) for one in (BACK, "loss.sum().backward()", "loss.mean().backward()")]
    for code in (PROGRAM.format(line), *samples, SAMPLES.format("loss.backward(torch.ones_like(loss))")):
        assert second(code=code) == backward.prints(code=code).value


def believed(code: str) -> dict[object, str]:
    return {one.value: one.text.en for one in backward.prints(code=code).mistakes}


def test_each_belief_about_backward_predicts_what_its_holder_would_answer() -> None:
    before = "import torch\nweight = torch.tensor(3.0, requires_grad=True)\nloss = weight ** 2\n"
    shows = "print(weight.grad is None)\nloss.backward()\nprint(weight.grad.item())\n"
    assert "makes no gradients" in believed(before + shows)["False\n6.0"]
    assert "frees" in believed(PROGRAM.format("loss.backward()"))["60.0"]
    assert "adds" in believed(PROGRAM.format("loss.backward(retain_graph=True)"))["30.0"]
    assert "refused" in believed(SAMPLES.format(BACK))["8.0"]
    assert "averages" in believed(SAMPLES.format("loss.sum().backward()"))["4.0"]
    assert "float" in believed(SAMPLES.format("loss.sum().backward()"))["8"]


# Several batches for one step


def test_only_one_order_of_the_accumulating_loop_is_right() -> None:
    body = [list(order) for order in itertools.permutations(LOOP_LINES[1:])]
    right = [order for order in body if accumulation.accumulates(answer=[LOOP_LINES[0], *order], k=2).right]
    assert right == [LOOP_LINES[1:]]
    assert not accumulation.accumulates(answer=LOOP_LINES[::-1], k=2).right


def test_the_accumulating_loop_ends_where_large_batches_end() -> None:
    assert accumulation.loop(lines=LOOP_LINES, k=2).facts["weight"] == pytest.approx(accumulation.whole(2), abs=1e-5)


def test_a_loss_that_is_not_divided_gives_the_sum() -> None:
    assert scaling.held(slopes=[[1, 2, 3, 6]], line=BACK).value == 12
    assert scaling.held(slopes=[[1, 2, 3, 6]], line="(loss / 4).backward()").value == 3


def test_sgd_steps_too_far_without_the_division_and_adam_does_not() -> None:
    assert scaling.longer(k=8, optimiser="SGD").value == pytest.approx(8)
    assert scaling.longer(k=8, optimiser="Adam").value == pytest.approx(1, abs=0.001)


def test_a_smaller_last_batch_counts_by_its_samples_and_its_share_of_the_others_is_not_near_enough() -> None:
    found = scaling.share(size=32, full=3, last=2)
    assert found.value == pytest.approx(2 / 98)
    assert abs(0.0204 - 2 / 98) < found.tolerance.width(2 / 98) < 2 / 96 - 2 / 98


@pytest.mark.parametrize(
    ("clears", "ordinary", "several"),
    [
        ("before every backward()", "works", "doesn't"),
        ("between backward() and step()", "doesn't", "doesn't"),
        ("after every step()", "works", "works"),
        ("never", "doesn't", "doesn't"),
    ],
)
def test_only_clearing_after_each_step_is_right_for_any_number_of_batches(
    clears: str, ordinary: str, several: str
) -> None:
    assert [accumulation.clearing(clears=clears, k=k).value for k in (1, 2, 8)] == [ordinary, several, several]


@pytest.mark.parametrize(
    ("size", "times", "right"),
    [(16, 8, True), (8, 16, True), (1, 128, True), (24, 5, False), (32, 4, False), (16, 4, False)],
)
def test_any_small_batches_that_fit_and_make_the_large_one_are_right(size: int, times: int, right: bool) -> None:
    found = accumulation.same_gradient(answer={"size": size, "times": times}, fits=24, batch=128)
    assert found.right is right
    assert found.text.zh


@pytest.mark.parametrize("params", list(draws("accumulation.micro", 6)), ids=str)
def test_the_example_of_small_batches_works(params: Params) -> None:
    example = accumulation.micro(**params).value  # type: ignore[arg-type]
    assert isinstance(example, list)
    answer = dict(zip(("size", "times"), example, strict=True))
    assert accumulation.same_gradient(answer=answer, **params).right


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 40))
