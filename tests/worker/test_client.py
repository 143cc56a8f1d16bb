"""The client's promises: futures, order, states, closing."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from quizapp.core.answer import Tolerance, Truth, Unverifiable
from quizapp.core.text import Text
from quizapp.errors import Exit, QuizError
from quizapp.worker.client import Client, State

CLOSED = Unverifiable("the worker is closed")


def add(client: Client, a: int, b: int = 1) -> "Future[Truth | Unverifiable]":
    return client.truth("toy.add", {"a": a, "b": b}, 5.0)


def value(future: "Future[Truth | Unverifiable]") -> Any:
    outcome = future.result(timeout=30)
    assert isinstance(outcome, Truth), outcome
    return outcome.value


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_truth_brings_all_that_the_verifier_said(client: Client) -> None:
    outcome = client.truth("toy.divide", {"dividend": 1.5, "divisor": 3}, 5.0).result(timeout=30)
    assert isinstance(outcome, Truth)
    assert outcome.value == 0.5
    assert outcome.tolerance == Tolerance(absolute=0.005)
    assert outcome.steps == (Text("1.5 / 3 = 0.5"),)
    assert [one.value for one in outcome.mistakes] == [2.0]
    assert outcome.mistakes[0].text.in_lang("zh") == "除数和被除数颠倒了。"
    assert outcome.snippet == "print(1.5 / 3)"
    assert outcome.origin.verifier == "toy.divide"
    assert list(outcome.origin.versions) == ["python"]
    assert outcome.origin.device == "cpu"
    assert 0 < outcome.origin.ms < 1000


def test_code_is_run_as_it_is_given(client: Client) -> None:
    source = 'print("你好")\nprint({"a": 1}["b"])'
    assert value(client.truth("toy.prints", {"code": source}, 5.0)) == "你好\nKeyError\n"


def test_many_questions_are_answered_each_by_its_own_truth(client: Client) -> None:
    futures = [add(client, a) for a in range(50)]
    assert [value(future) for future in futures] == list(range(1, 51))


def test_questions_may_come_from_many_threads(client: Client) -> None:
    found: dict[int, int] = {}

    def ask(a: int) -> None:
        found[a] = value(add(client, a))

    threads = [threading.Thread(target=ask, args=(a,)) for a in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {a: a + 1 for a in range(12)}


def test_an_event_loop_can_wait_for_a_truth(client: Client) -> None:
    async def ask() -> Truth | Unverifiable:
        return await asyncio.wrap_future(add(client, 1))

    outcome = asyncio.run(ask())
    assert isinstance(outcome, Truth)
    assert outcome.value == 2


def test_a_question_cancelled_before_its_turn_is_skipped(client: Client) -> None:
    begun = time.monotonic()
    slow = client.truth("bad.hangs", {}, 0.3)
    skipped = [client.truth("bad.hangs", {}, 20.0) for _ in range(3)]
    assert all(future.cancel() for future in skipped)
    assert value(add(client, 1)) == 2
    assert slow.done()
    assert time.monotonic() - begun < 15


def test_parameters_that_cannot_travel_are_the_questions_own_fault(client: Client) -> None:
    outcome = client.truth("toy.add", {"a": float("nan"), "b": 1}, 5.0).result(timeout=30)
    assert outcome == Unverifiable("these parameters can't be sent to the worker: nan can't travel")
    assert value(add(client, 1)) == 2


def test_the_state_goes_from_off_to_ready_and_back(pack: Path) -> None:
    seen: list[State] = []
    client = Client(pack, on_change=lambda: seen.append(client.state))
    assert client.state == State("off")
    with client:
        value(add(client, 1))
    phases = [state.phase for state in seen]
    assert phases == ["starting", "ready", "starting", "ready", "off"]
    assert seen[3].label.startswith("Python 3.")
    assert seen[3].label.endswith(" is ready")
    assert client.state == State("off")


def test_a_missing_library_shows_in_the_state_until_another_works(client: Client) -> None:
    client.truth("bad_import.answer", {}, 5.0).result(timeout=30)
    assert client.state == State("failed", "no_such_library is not installed; pip install no_such_library")
    value(add(client, 1))
    assert client.state.phase == "ready"


def test_a_callback_that_fails_harms_nobody(pack: Path) -> None:
    def fail() -> None:
        raise RuntimeError("the screen is gone")

    with Client(pack, on_change=fail) as client:
        assert value(add(client, 1)) == 2


def test_starting_does_not_wait_and_may_be_repeated(client: Client) -> None:
    begun = time.monotonic()
    client.start()
    client.start()
    assert time.monotonic() - begun < 0.1
    until(lambda: client.state.phase == "ready")
    pid = value(client.truth("bad.pid", {}, 5.0))
    client.start()
    assert value(client.truth("bad.pid", {}, 5.0)) == pid


def test_warming_imports_ahead_of_the_first_question(client: Client) -> None:
    client.warm(["toy.add", "toy.shape"])
    until(lambda: client.state.label.startswith("Python"))


def test_warming_what_cannot_be_imported_harms_nobody(client: Client) -> None:
    client.warm(["bad_crash.answer", "bad_import.answer", "nowhere.answer"])
    until(lambda: client.state.phase == "failed")
    assert value(add(client, 1)) == 2


def test_a_question_goes_before_what_is_only_warmed(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    (folder / "toy.py").write_bytes((pack / "verifiers" / "toy.py").read_bytes())
    for name in ("slow_a", "slow_b"):
        (folder / f"{name}.py").write_text(f"import time\ntime.sleep(0.5)\nopen({str(tmp_path / name)!r}, 'w').close()")
    with Client(tmp_path) as client:
        client.warm(["slow_a.answer", "slow_b.answer"])
        until(lambda: "slow_a" in client.state.label)
        assert value(add(client, 1)) == 2
        assert (tmp_path / "slow_a").exists()
        assert not (tmp_path / "slow_b").exists()


def test_an_import_without_end_is_ended_at_its_own_limit(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    (folder / "toy.py").write_bytes((pack / "verifiers" / "toy.py").read_bytes())
    (folder / "slow.py").write_text("import time\ntime.sleep(3600)\n")
    with Client(tmp_path, import_limit_s=1.0) as client:
        outcome = client.truth("slow.answer", {}, 0.1).result(timeout=30)
        assert outcome == Unverifiable("importing verifiers/slow.py took longer than 1 s")
        assert value(add(client, 1)) == 2


def test_the_time_limit_does_not_count_the_import(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    source = (pack / "verifiers" / "toy.py").read_text(encoding="utf-8")
    (folder / "toy.py").write_text(source + "\nimport time\ntime.sleep(0.6)\n", encoding="utf-8")
    with Client(tmp_path) as client:
        outcome = client.truth("toy.add", {"a": 1}, 0.3).result(timeout=30)
        assert isinstance(outcome, Truth)
        assert outcome.origin.ms < 300


def test_a_library_installed_meanwhile_is_found(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    source = (pack / "verifiers" / "toy.py").read_text(encoding="utf-8")
    (folder / "toy.py").write_text("import late_library\n" + source, encoding="utf-8")
    with Client(tmp_path) as client:
        assert isinstance(add(client, 1).result(timeout=30), Unverifiable)
        (tmp_path / "late_library.py").write_text("")
        assert value(add(client, 1)) == 2


def test_closing_settles_what_is_outstanding(pack: Path) -> None:
    client = Client(pack)
    running = client.truth("bad.hangs", {}, 60.0)
    waiting = add(client, 1)
    device = client.device()
    until(running.running)
    begun = time.monotonic()
    client.close()
    assert time.monotonic() - begun < 3
    assert running.result(timeout=0) == CLOSED
    assert waiting.result(timeout=0) == CLOSED
    with pytest.raises(QuizError, match="closed"):
        device.result(timeout=0)


def test_closing_twice_or_before_any_start_is_fine(pack: Path) -> None:
    client = Client(pack)
    client.close()
    client.close()
    client.start()
    client.warm(["toy.add"])
    assert add(client, 1).result(timeout=0) == CLOSED


def test_closing_from_the_callback_of_a_truth_is_fine(pack: Path) -> None:
    client = Client(pack)
    closed = threading.Event()

    def close(_: object) -> None:
        client.close()
        closed.set()

    add(client, 1).add_done_callback(close)
    assert closed.wait(30)
    assert add(client, 1).result(timeout=1) == CLOSED


def test_closing_leaves_no_thread(pack: Path) -> None:
    before = threading.active_count()
    with Client(pack) as client:
        value(add(client, 1))
        assert threading.active_count() > before
    until(lambda: threading.active_count() <= before)


def test_a_pack_without_torch_runs_on_the_processor(client: Client) -> None:
    assert client.device().result(timeout=30) == "cpu"


@pytest.mark.parametrize("device", ["banana", "cuda:", "tpu"])
def test_a_device_that_nobody_knows_is_refused(pack: Path, device: str) -> None:
    with Client(pack, device) as client, pytest.raises(QuizError, match="there is no device") as refused:
        client.device().result(timeout=30)
    assert refused.value.exit is Exit.ENVIRONMENT


def test_a_worker_that_cannot_start_says_so(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(pack) as client, monkeypatch.context() as patch:
        patch.setattr("sys.executable", "/nowhere/python")
        outcome = add(client, 1).result(timeout=30)
        assert isinstance(outcome, Unverifiable)
        assert outcome.error.startswith("the worker can't be started: ")
        assert client.state.phase == "failed"
        patch.undo()
        assert value(add(client, 1)) == 2


def test_a_worker_that_ends_at_once_repeats_its_last_words(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(pack) as client, monkeypatch.context() as patch:
        patch.setenv("PYTHONHOME", "/nowhere")
        outcome = add(client, 1).result(timeout=30)
        assert isinstance(outcome, Unverifiable)
        assert outcome.error.startswith("the worker can't start: ")
        patch.undo()
        assert value(add(client, 1)) == 2
