"""A real TensorBoard server on 127.0.0.1: what it lists, where it answers, through which tunnel, and that it goes."""

import shutil
import socket
import subprocess
import threading
from typing import Any

import pytest

from verifiers import tensorboard_server as server
from verifiers.tensorboard_runs import project


def agreed(verifier: Any, **params: Any) -> Any:
    """The value of the verifier, with which its second way agrees."""
    value = verifier(**params).value
    assert verifier.second(**params) == value
    return value


@pytest.mark.parametrize(
    ("folder", "does"),
    [
        ("missing", "starts and shows 0 runs"),
        ("empty", "starts and shows 0 runs"),
        ("text files", "starts and shows 0 runs"),
        ("one run", "starts and shows 1 run"),
        ("two runs", "starts and shows 2 runs"),
    ],
)
def test_a_server_starts_on_any_folder(folder: str, does: str) -> None:
    assert agreed(server.runs_shown, folder=folder) == does


@pytest.mark.parametrize(
    ("host", "address"),
    [("", "http://localhost"), ("--host=127.0.0.1", "http://127.0.0.1"), ("--host=localhost", "http://localhost")],
)
def test_a_server_answers_at_the_address_that_it_gives(host: str, address: str) -> None:
    assert agreed(server.address_of, host=host) == address


@pytest.mark.parametrize(("browser", "does"), [("the same machine", "opens"), ("another machine", "doesn't open")])
def test_the_address_works_on_the_same_machine_only(browser: str, does: str) -> None:
    assert agreed(server.answers, browser=browser) == does
    assert agreed(server.answers, host="--host=127.0.0.1", browser=browser) == does


@pytest.mark.parametrize(("local", "remote"), [(16006, 6006), (6006, 6007)])
def test_only_the_right_tunnel_leads_to_the_server(local: int, remote: int) -> None:
    assert agreed(server.tunnel, local=local, remote=remote) == [local, remote]
    assert [step.en.endswith("opens") for step in server.tunnel(local=local, remote=remote).steps].count(True) == 1  # type: ignore[union-attr]


def test_an_answer_that_is_late_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        server._answers(f"http://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed")
def test_ssh_reads_the_two_ports_in_this_order() -> None:
    command = ["ssh", "-F", "none", "-G", "-L", "16006:127.0.0.1:6006", "user@server"]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "localforward 16006 [127.0.0.1]:6006" in read.splitlines()


def test_a_server_is_gone_afterwards_and_its_threads_with_it() -> None:
    with project(), server._served("--logdir=log", "--host=127.0.0.1") as url:
        assert server._get(f"{url}data/logdir")
    assert not [one for one in threading.enumerate() if one.name == "TensorBoard" and one.is_alive()]
