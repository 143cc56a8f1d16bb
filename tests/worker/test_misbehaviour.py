"""A verifier that misbehaves costs its own question and nothing else: the next one works."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable

import pytest

from quizapp.core.answer import Truth, Unverifiable
from quizapp.worker.client import Client

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
posix_only = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def ask(client: Client, verifier: str, limit_s: float = 5.0) -> Truth | Unverifiable:
    return client.truth(verifier, {}, limit_s).result(timeout=30)


def assert_works(client: Client) -> None:
    outcome = client.truth("toy.add", {"a": 19, "b": 23}, 5.0).result(timeout=30)
    assert isinstance(outcome, Truth)
    assert outcome.value == 42


@pytest.mark.parametrize(
    ("verifier", "sentence"),
    [
        ("bad.raises", r"bad\.raises raised ValueError: a is 0 and that is bad \(verifiers/bad\.py line \d+\)"),
        ("bad.returns_nan", r"bad\.returns_nan returned nan"),
        ("bad.nan_in_mistake", r"bad\.nan_in_mistake returned nan as a mistake"),
        ("bad.returns_int", r"bad\.returns_int returned an int instead of a Result"),
        ("bad.returns_dict", r"bad\.returns_dict returned a dict, which is not a .*"),
        ("bad.returns_much", r"bad\.returns_much returned a list of 20,000 items; .*"),
        ("bad.returns_tower", r"bad\.returns_tower returned lists nested more than 12 deep"),
        ("bad.wrong_tolerance", r"bad\.wrong_tolerance returned a tolerance that is negative.*"),
        ("bad.reads", r"bad\.reads raised EOFError: .*"),
        ("bad.exits", r"bad\.exits tried to end the program with SystemExit: 3 \(verifiers/bad\.py line \d+\)"),
        ("bad.interrupts", r"bad\.interrupts tried to end the program with KeyboardInterrupt .*"),
        ("bad.os_exits", r"bad\.os_exits ended the worker with exit code 7: goodbye"),
        ("bad.closes_descriptors", r"bad\.closes_descriptors .*the worker.*"),
        ("bad.nothing", r"verifiers/bad\.py has no verifier named nothing; there are .*"),
        ("bad.raise", r"verifiers/bad\.py has no verifier named raise; did you mean 'raises'\?"),
        ("bad.math", r"verifiers/bad\.py has no verifier named math; there are .*"),
        ("nowhere.answer", r"the pack has no verifiers/nowhere\.py"),
        ("answer", r"'answer' names no verifier; it is written module\.function"),
        ("os.path.join", r"the pack has no verifiers/os\.py"),
        ("..toy.add", r"'\.\.toy\.add' names no verifier; .*"),
        ("toy.add", r"toy\.add raised TypeError: .*missing.*'a'.*"),
        ("bad_import.answer", r"no_such_library is not installed; pip install no_such_library"),
        (
            "bad_load.answer",
            r"verifiers/bad_load\.py can't be imported: KeyError: 'b' \(verifiers/bad_load\.py line 5\)",
        ),
        ("bad_crash.answer", r"importing verifiers/bad_crash\.py ended the worker with exit code 9"),
    ],
)
def test_a_fault_becomes_a_sentence(lasting_client: Client, verifier: str, sentence: str) -> None:
    outcome = ask(lasting_client, verifier)
    assert isinstance(outcome, Unverifiable)
    assert re.fullmatch(sentence, outcome.error), outcome.error
    assert not outcome.impossible
    assert_works(lasting_client)


@posix_only
@pytest.mark.parametrize(("verifier", "name"), [("bad.segfaults", "SIGSEGV"), ("bad.aborts", "SIGABRT")])
def test_a_crash_names_its_signal_and_its_line(lasting_client: Client, verifier: str, name: str) -> None:
    outcome = ask(lasting_client, verifier)
    assert isinstance(outcome, Unverifiable)
    pattern = rf"{re.escape(verifier)} crashed the worker \({name}, .*\) at verifiers/bad\.py line \d+"
    assert re.fullmatch(pattern, outcome.error), outcome.error
    assert_works(lasting_client)


@pytest.mark.parametrize("verifier", ["bad.hangs", "bad.hangs_locked"])
def test_a_verifier_that_hangs_is_ended_at_its_limit(lasting_client: Client, verifier: str) -> None:
    assert_works(lasting_client)
    begun = time.monotonic()
    outcome = ask(lasting_client, verifier, limit_s=0.3)
    assert outcome == Unverifiable(f"{verifier} took longer than 0.3 s")
    assert time.monotonic() - begun < 3
    assert_works(lasting_client)


def test_impossible_parameters_are_told_from_a_fault(lasting_client: Client) -> None:
    assert ask(lasting_client, "bad.impossible") == Unverifiable("a square has no fifth side", impossible=True)
    assert_works(lasting_client)


@pytest.mark.parametrize("verifier", ["bad.prints", "bad.floods"])
def test_what_a_verifier_prints_does_not_meet_the_protocol(lasting_client: Client, verifier: str) -> None:
    outcome = ask(lasting_client, verifier)
    assert isinstance(outcome, Truth)
    assert outcome.value == 1
    assert_works(lasting_client)


@linux_only
def test_a_verifier_that_eats_memory_is_stopped_and_its_process_goes_on(lasting_client: Client) -> None:
    before = ask(lasting_client, "bad.pid")
    outcome = ask(lasting_client, "bad.eats_memory")
    assert outcome == Unverifiable("bad.eats_memory needs more memory than the 0.25 GiB that it may use")
    after = ask(lasting_client, "bad.pid")
    assert isinstance(before, Truth)
    assert isinstance(after, Truth)
    assert before.value == after.value
    assert_works(lasting_client)


@posix_only
def test_a_verifier_that_forks_answers_once_and_its_copy_ends(
    lasting_client: Client, ends: Callable[[int], bool]
) -> None:
    outcome = ask(lasting_client, "bad.forks")
    assert isinstance(outcome, Truth)
    assert isinstance(outcome.value, int)
    assert outcome.value > 0
    assert ends(outcome.value)
    assert_works(lasting_client)


@posix_only
def test_what_a_verifier_leaves_running_ends_with_the_client(client: Client, ends: Callable[[int], bool]) -> None:
    outcome = ask(client, "bad.leaves_grandchild")
    assert isinstance(outcome, Truth)
    assert isinstance(outcome.value, int)
    os.kill(outcome.value, 0)
    assert_works(client)
    client.close()
    assert ends(outcome.value)


@posix_only
def test_a_child_killed_from_outside_is_replaced(client: Client) -> None:
    first = ask(client, "bad.pid")
    assert isinstance(first, Truth)
    assert isinstance(first.value, int)
    os.kill(first.value, signal.SIGKILL)
    second = ask(client, "bad.pid")
    assert isinstance(second, Truth)
    assert second.value != first.value


@posix_only
def test_the_child_ignores_ctrl_c(client: Client) -> None:
    first = ask(client, "bad.pid")
    assert isinstance(first, Truth)
    assert isinstance(first.value, int)
    os.kill(first.value, signal.SIGINT)
    second = ask(client, "bad.pid")
    assert isinstance(second, Truth)
    assert second.value == first.value


def test_infinity_is_an_answer(lasting_client: Client) -> None:
    outcome = ask(lasting_client, "bad.infinite")
    assert isinstance(outcome, Truth)
    assert outcome.value == float("inf")
    assert outcome.mistakes[0].value == float("-inf")
    assert outcome.facts == {"limit": float("inf")}
