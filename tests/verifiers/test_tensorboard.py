"""What tensorboard makes of its flags, of ports that are taken, and of log folders; by second ways and both loaders."""

import socket
from pathlib import Path
from typing import Any

import pytest

from verifiers import tensorboard_curves as curves
from verifiers import tensorboard_flags as flags
from verifiers import tensorboard_ports as ports
from verifiers import tensorboard_runs as runs
from verifiers.event_files import log


def agreed(verifier: Any, **params: Any) -> Any:
    """The value of the verifier, with which its second way agrees."""
    value = verifier(**params).value
    assert verifier.second(**params) == value
    return value


# Flags


@pytest.mark.parametrize(("flag", "number"), [("--port", 6006), ("--reload_interval", 5)])
def test_the_defaults_are_those_of_the_help(flag: str, number: int) -> None:
    assert agreed(flags.default_of, flag=flag) == number


@pytest.mark.parametrize(
    ("host", "port", "shown"),
    [
        ("", "", ["localhost", 6006]),
        ("--host=127.0.0.1", "", ["127.0.0.1", 6006]),
        ("--host=0.0.0.0", "--port=8080", ["0.0.0.0", 8080]),
        ("--host=192.168.1.20", "--port=16006", ["192.168.1.20", 16006]),
    ],
)
def test_the_address_shows_the_host_as_given(host: str, port: str, shown: list[Any]) -> None:
    assert agreed(flags.address, host=host, port=port) == shown


def test_only_addresses_to_the_outside_are_reachable_from_there() -> None:
    assert agreed(flags.reachable) == ["--host=0.0.0.0", "--host=192.168.1.20", "--bind_all"]


def test_a_wrong_flag_is_refused() -> None:
    with pytest.raises(SystemExit):
        flags.flags("--logdir=log", "--prot=6006")


def test_nothing_is_bound_to_find_an_address_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "bind", lambda *_: pytest.fail("a socket was bound"))
    flags.address(host="--host=0.0.0.0")
    flags.reachable()
    ports.next_port(running=3)


@pytest.mark.parametrize("path", ["D:\\XXX\\log", "C:\\work\\exp1\\log"])
def test_bash_eats_bare_backslashes_and_keeps_quoted_ones(path: str) -> None:
    assert agreed(flags.logdir, path=path) == path.replace("\\", "")
    assert agreed(flags.logdir, path=path, quote="'") == path
    assert agreed(flags.logdir, path=path, quote='"') == path
    assert agreed(flags.logdir, path=path, shell="Windows") == path


def test_a_path_with_slashes_comes_through() -> None:
    assert agreed(flags.logdir, path="/home/me/log") == "/home/me/log"


# Ports


@pytest.mark.parametrize("running", [1, 3, 12])
@pytest.mark.parametrize("closed", [0, 1, 2])
def test_the_first_free_port_is_taken(running: int, closed: int) -> None:
    if closed <= running:
        port = agreed(ports.next_port, running=running, closed=closed)
        assert port == (6005 + closed if closed else 6006 + running)


@pytest.mark.parametrize(
    ("port", "does"),
    [("", "takes another port"), ("--port=default", "takes another port"), ("--port=6006", "gives up")],
)
def test_a_port_that_was_asked_for_is_insisted_on(port: str, does: str) -> None:
    assert agreed(ports.where_taken, port=port) == does


# Folders


@pytest.mark.parametrize(("logdir", "found"), [("log", 6), ("log/model0", 2), ("log/model0/seed0", 1)])
@pytest.mark.parametrize("files", [1, 3])
def test_a_folder_with_event_files_is_a_run(logdir: str, found: int, files: int) -> None:
    assert agreed(runs.count, models=3, seeds=2, files=files, logdir=logdir) == found


@pytest.mark.parametrize("run", ["exp1", "resnet50/seed0"])
@pytest.mark.parametrize(("logdir", "before"), [("log", ""), (".", "log/"), ("project", "log/")])
def test_a_run_is_named_by_its_path_from_the_log_folder_on(run: str, logdir: str, before: str) -> None:
    assert agreed(runs.name, run=run, logdir=logdir) == before + run


def test_the_run_of_the_log_folder_itself_is_a_dot() -> None:
    assert agreed(runs.name, run="adam/lr1e-3", logdir="log/run") == "."


@pytest.mark.parametrize("folder", ["home", "project", "project/log"])
@pytest.mark.parametrize("logdir", ["log", ".", "..", "project", "project/log", "/absolute/log"])
def test_a_relative_path_begins_where_the_command_is_typed(folder: str, logdir: str) -> None:
    right = {
        "home": {".", "..", "project", "project/log", "/absolute/log"},
        "project": {"log", ".", "..", "/absolute/log"},
        "project/log": {".", "..", "/absolute/log"},
    }
    assert agreed(runs.from_folder, folder=folder, logdir=logdir, runs=3) == 3 * (logdir in right[folder])


def test_the_folder_in_which_one_is_stays_the_same() -> None:
    before = Path.cwd()
    runs.from_folder(folder="home", logdir="log", runs=1)
    assert Path.cwd() == before


# Curves


@pytest.mark.parametrize(
    ("points", "samples", "held"),
    [
        (500, "", 500),
        (1000, "", 1000),
        (1001, "", 1000),
        (300, "scalars=100", 100),
        (300, "scalars=500", 300),
        (1500, "scalars=0", 1500),
        (1500, "images=50", 1000),
    ],
)
def test_both_loaders_keep_as_many_points(points: int, samples: str, held: int) -> None:
    assert agreed(curves.kept, points=points, samples=samples) == held
    with runs.project() as here:
        log(here / "log", range(points))
        given = [f"--samples_per_plugin={samples}"] if samples else []
        assert len(curves.loaded_fast("--logdir=log", *given)) == held


@pytest.mark.parametrize(
    ("first", "second", "resume", "found"),
    [(8, 5, 0, [13, 5]), (8, 5, 5, [13, 10]), (50, 10, 10, [60, 20]), (8, 3, 8, [11, 11])],
)
def test_a_step_that_goes_back_hides_the_older_points_from_the_fast_loader_only(
    first: int, second: int, resume: int, found: list[int]
) -> None:
    assert agreed(curves.restarted, first=first, second=second, resume=resume) == found
    assert curves.restarted(first=first, second=second, resume=resume).facts["slowly"] == first + second
