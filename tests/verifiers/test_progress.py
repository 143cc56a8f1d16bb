"""tqdm's bars, run over real loaders: totals, counts, refusals, and what is left on a terminal."""

import io
import itertools
from typing import Any

import pyte
import pytest
from tqdm import tqdm

from quizapp.authoring import Impossible, Verifier
from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import progress, progress_code, progress_reach, progress_screen


def words(verifier: Verifier[Any], value: object, **params: Any) -> str:
    """What is said of a wrong answer; empty where it isn't known."""
    return next((one.text.en for one in verifier(**params).mistakes if one.value == value), "")


@pytest.mark.parametrize("name", with_second_way("progress", "progress_reach", "progress_screen"))
def test_both_ways_agree_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 10))


# Totals


@pytest.mark.parametrize(
    ("samples", "batch", "drop_last", "batches"),
    [(3000, 64, False, 47), (1000, 32, False, 32), (1000, 32, True, 31), (1024, 32, True, 32), (1, 1, False, 1)],
)
def test_the_total_is_the_number_of_batches(samples: int, batch: int, drop_last: bool, batches: int) -> None:
    assert progress.total(samples=samples, batch=batch, drop_last=drop_last).value == batches


def test_the_usual_mistakes_with_the_total_are_recognised() -> None:
    assert "samples" in words(progress.total, 1000, samples=1000, batch=32)
    assert "The last 8" in words(progress.total, 31, samples=1000, batch=32)
    assert "drop_last" in words(progress.total, 32, samples=1000, batch=32, drop_last=True)
    assert words(progress.total, 33, samples=1024, batch=32, drop_last=True) == ""


def test_a_stream_has_a_total_only_where_it_says_its_length() -> None:
    assert progress.streamed(samples=1000, batch=64, sized=True).value == "16"
    assert progress.streamed(samples=1000, batch=64).value == "None"
    assert "doesn't know" in words(progress.streamed, "16", samples=1000, batch=64)


WRAPS = {
    "tqdm(loader)": "7/7",
    "tqdm(list(loader))": "7/7",
    "tqdm(enumerate(loader))": "7it",
    "tqdm(zip(loader, loader))": "7it",
    "tqdm(b for b in loader)": "7it",
    "enumerate(tqdm(loader))": "7/7",
    "tqdm(enumerate(loader), total=len(loader))": "7/7",
}


@pytest.mark.parametrize(("wrap", "shown"), WRAPS.items())
def test_a_total_is_known_where_len_is_or_where_it_is_given(wrap: str, shown: str) -> None:
    code = f"from tqdm import tqdm\nfor _ in {wrap}:\n    pass\n"
    asked: dict[str, Any] = {"code": code, "samples": 100, "batch": 16, "wrap": wrap}
    assert progress_code.last_count(**asked).value == shown
    assert progress_code.last_count.second is not None
    assert progress_code.last_count.second(**asked) == shown
    assert words(progress_code.last_count, "7it" if shown == "7/7" else "7/7", **asked)


@pytest.mark.parametrize("code", ["print(1)", "from tqdm import tqdm\nlist(tqdm(3))", "raise ValueError"])
def test_a_program_without_a_bar_that_ends_is_impossible_to_ask_about(code: str) -> None:
    with pytest.raises(Impossible):
        progress_code.last_count(code=code, samples=100, batch=16)


def test_a_total_that_is_given_is_not_laid_to_len() -> None:
    wrap = "tqdm(enumerate(loader), total=len(loader))"
    code = f"from tqdm import tqdm\nfor _ in {wrap}:\n    pass\n"
    assert words(progress_code.last_count, "7it", code=code, samples=100, batch=16, wrap=wrap) == "The total is given."


def test_a_total_of_samples_stops_at_a_few_percent() -> None:
    assert progress.percentage(samples=1000, batch=50).value == 2
    assert progress.percentage(samples=64, batch=1).value == 100
    assert "believes" in words(progress.percentage, 100, samples=1000, batch=50)


@pytest.mark.parametrize(
    ("items", "guess", "shown"), [(7, 10, "7/10"), (10, 7, "10it"), (7, 7, "7/7"), (1, 200, "1/200"), (2, 1, "2it")]
)
def test_a_guessed_total_is_believed_until_it_is_passed(items: int, guess: int, shown: str) -> None:
    assert progress.estimated(items=items, guess=guess).value == shown


def test_a_loop_left_by_break_has_not_counted_its_last_body() -> None:
    assert progress.broken_off(samples=1000, batch=32, at=0).value == 0
    assert progress.broken_off(samples=1000, batch=32, at=5).value == 5
    assert "broken off" in words(progress.broken_off, 6, samples=1000, batch=32, at=5)


@pytest.mark.parametrize(("step", "shown"), [("len(data)", "100/100"), ("", "7/100"), ("batch_size", "112it")])
def test_update_adds_what_it_is_given(step: str, shown: str) -> None:
    assert progress.by_hand(samples=100, batch=16, step=step).value == shown
    assert progress.by_hand(samples=96, batch=16, step="batch_size").value == "96/96"


def test_the_counter_is_not_taken_for_the_rate() -> None:
    assert progress.counter("\r3it [00:00, 5489.75it/s]") == "3it"
    assert progress.counter("\r 43%|###  | 3/7 [00:00<00:00, 2782.68it/s]") == "3/7"
    assert progress.counter("\r0it [00:00, ?it/s]") == "0it"
    assert progress.counter("no bar") == ""


# What goes in, and what comes out


@pytest.mark.parametrize(
    ("thing", "becomes"),
    [
        ("loader", "works"),
        ("itertools.count()", "works"),
        ("10", "raises TypeError"),
        ("None", "raises TypeError"),
        ("range(10**20)", "raises OverflowError"),
    ],
)
def test_everything_iterable_goes_in_unless_its_length_overflows(thing: str, becomes: str) -> None:
    assert progress_reach.wrapped(thing=thing).value == becomes


def test_the_refused_are_named_for_both_languages() -> None:
    found = progress_reach.refused(first="10", second='"abc"', third="None", fourth="loader")
    assert found.value == ["first", "third"]
    assert found.facts == {"those": "10, None", "zh_those": "10、None"}


def test_batches_come_through_as_they_are() -> None:
    assert progress_reach.handed_on().value is True
    assert progress_reach.last_shape(samples=1000, batch=64, side=32).value == [40, 3, 32, 32]
    assert progress_reach.last_shape(samples=1024, batch=64, side=32).value == [64, 3, 32, 32]
    assert "what is left" in words(progress_reach.last_shape, [64, 3, 32, 32], samples=1000, batch=64, side=32)


# Programs


@pytest.mark.parametrize(
    ("head", "call", "ending"),
    [
        ("import tqdm", "tqdm(train_loader)", "TypeError"),
        ("import tqdm", "tqdm.tqdm(train_loader)", "runs"),
        ("from tqdm import tqdm", "tqdm(train_loader)", "runs"),
        ("from tqdm import tqdm", "tqdm.tqdm(train_loader)", "AttributeError"),
        ("import tqdm as tq", "tqdm(train_loader)", "NameError"),
    ],
)
def test_the_import_decides_what_may_be_called(head: str, call: str, ending: str) -> None:
    code = f"{head}\nfor data, target in {call}:\n    pass\n"
    found = progress_code.ending(code=code, head=head, call=call)
    assert progress_code.ending.second is not None
    assert found.value == progress_code.ending.second(code=code, head=head, call=call) == ending
    assert {one.value for one in found.mistakes} - {ending} >= {"runs", "TypeError", "NameError"} - {ending}


def test_the_note_s_backticks_are_a_syntax_error_before_anything_runs() -> None:
    found = progress_code.ending(code="print('run')\nfor data, target in tqdm(train_loader):`\n\n    `......\n")
    assert found.value == "SyntaxError"
    assert {one.text.en for one in found.mistakes if one.value != "SyntaxError"} == {
        "Python reads the whole program before it runs a line of it, and a backtick can't stand there."
    }


def test_the_way_to_number_batches_that_is_shown_works() -> None:
    names: dict[str, Any] = {}
    exec(str(progress_code.numbered(samples=100, batch=16).value), names)
    assert progress_code.numbers_with_a_total(answer=names, samples=100, batch=16).right


@pytest.mark.parametrize(
    ("function", "right", "says"),
    [
        (lambda loader: tqdm(enumerate(loader), total=len(loader)), True, "7/7"),
        (lambda loader: zip(itertools.count(), tqdm(loader), strict=False), True, "7/7"),
        (lambda loader: zip(range(len(loader)), tqdm(loader), strict=False), False, "6/7"),
        (lambda loader: ([i, batch] for i, batch in enumerate(tqdm(loader, leave=False))), True, "7/7"),
        (lambda loader: tqdm(enumerate(loader)), False, "7it"),
        (lambda loader: enumerate(tqdm(loader, disable=True)), False, "no bar"),
        (lambda loader: enumerate(tqdm(range(len(loader)))), False, "not those"),
        (lambda loader: None, False, "raises TypeError"),
        (enumerate, False, "no bar"),
        (lambda loader: enumerate(tqdm(loader), 1), False, "from 0 on"),
        (tqdm, False, "from 0 on"),
        (lambda loader: enumerate(tqdm([*loader][::-1])), False, "not those"),
        (None, False, "no function"),
    ],
)
def test_any_way_to_number_batches_is_tried(function: Any, right: bool, says: str) -> None:
    found = progress_code.numbers_with_a_total(answer={"numbered": function}, samples=100, batch=16)
    assert found.right is right
    assert says in found.text.en
    assert found.text.zh


# What is seen


@pytest.mark.parametrize(
    ("loss", "shown"), [(0.6931, "loss=0.693"), (2.3026, "loss=2.3"), (12.3456, "loss=12.3"), (0.0012, "loss=0.0012")]
)
def test_numbers_behind_a_bar_have_three_digits(loss: float, shown: str) -> None:
    assert progress_screen.postfix(loss=loss).value == shown


def test_zeros_at_the_end_of_a_number_are_known_as_a_mistake() -> None:
    assert "Zeros" in words(progress_screen.postfix, "loss=2.30", loss=2.3026)
    assert "behind the point" in words(progress_screen.postfix, "loss=2.303", loss=2.3026)


def test_a_tensor_behind_a_bar_is_not_shortened() -> None:
    assert progress_screen.postfix(loss=0.6931, tensor=True).value == "loss=tensor(0.6931)"
    assert "shortened" in words(progress_screen.postfix, "loss=0.693", loss=0.6931, tensor=True)


@pytest.mark.parametrize("leave", [True, False])
@pytest.mark.parametrize("epochs", [1, 3, 5])
def test_a_real_terminal_is_left_with_the_same_lines(epochs: int, leave: bool) -> None:
    out = io.StringIO()
    for _ in tqdm(range(epochs), file=out, ncols=60, ascii=True):
        for _ in tqdm(range(4), file=out, ncols=60, ascii=True, leave=leave):
            pass
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(out.getvalue().replace("\n", "\r\n"))
    left = sum("/" in line for line in screen.display)
    assert progress_screen.lines_left(epochs=epochs, leave=leave).value == left == (epochs + 1 if leave else 1)


def test_the_inner_bars_that_stay_are_told_from_the_one_that_was_expected() -> None:
    assert "stay" in words(progress_screen.lines_left, 1, epochs=3, leave=True)
    assert "outer" in words(progress_screen.lines_left, 3, epochs=3, leave=True)
    assert "wipes" in words(progress_screen.lines_left, 4, epochs=3, leave=False)
