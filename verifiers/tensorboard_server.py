"""A real TensorBoard server on 127.0.0.1, asked over HTTP: what it shows, who reaches it, and by which address."""

import contextlib
import functools
import ipaddress
import json
import os
import socket
import socketserver
import threading
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.event_files import log
from verifiers.tensorboard_flags import flags, program
from verifiers.tensorboard_runs import project

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its copy of html5lib says at import that it is deprecated
    from tensorboard.plugins.core import core_plugin
    from tensorboard.plugins.scalar import scalars_plugin

_PATIENCE_S = 30.0
_POLL_S = 0.01
# As in a browser, but without a proxy between.
_BROWSER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@verifier("tensorboard", limit_s=60.0)
def runs_shown(folder: Annotated[str, Choice("missing", "empty", "text files", "one run", "two runs")]) -> Result:
    """What a server does whose --logdir is missing, empty, or holds runs: the runs that its page lists, as a text."""
    with project() as here:
        _lay_out(here / "log", folder)
        with _served("--logdir=log", "--host=127.0.0.1") as url:
            listed = json.loads(_get(f"{url}data/runs"))
        made = (here / "log").exists() and folder == "missing"
    value = "starts and makes the folder" if made else _shows(len(listed))
    return Result(
        value,
        steps=[f"GET /data/runs → {json.dumps(listed)}"],
        mistakes=[
            mistake(
                "refuses to start",
                "It waits for the folder: what is logged there later is found when it looks again.",
                "它会等这个文件夹：以后写进去的日志，下次刷新时就能找到。",
            ),
            mistake(
                "starts and makes the folder",
                "It only reads; the folder is made by the writer.",
                "它只读不写，文件夹由 writer 创建。",
            ),
            mistake(
                "starts and shows 1 run",
                "A run is a folder with event files in it, and here there is none.",
                "含有事件文件的文件夹才是 run，这里一个也没有。",
            ),
            mistake(
                "starts and shows 0 runs",
                "All folders below log are searched, and in one there is an event file.",
                "log 下面的文件夹都会查找，其中就有一个事件文件。",
            ),
        ],
    )


@runs_shown.second_way
def _shown_by_names(folder: str) -> str:
    with project() as here:
        _lay_out(here / "log", folder)
        return _shows(sum(any("tfevents" in name for name in files) for _, _, files in os.walk(here / "log")))


@verifier("tensorboard", limit_s=60.0)
def address_of(host: Annotated[str, Choice("", "--host=127.0.0.1", "--host=localhost")] = "") -> Result:
    """The address without its port that a running server gives, if it answers there; "no answer" if it doesn't."""
    with project(), _served("--logdir=log", *filter(None, [host])) as url:
        if not _answers(url):
            return Result("no answer", steps=[url])
    parts = urlsplit(url)
    return Result(f"{parts.scheme}://{parts.hostname}", steps=[f"GET http://{parts.hostname}:<port>/ → 200"])


@address_of.second_way
def _address_by_flags(host: str = "") -> str:
    return f"http://{flags('--logdir=log', *filter(None, [host])).host or 'localhost'}"


@verifier("tensorboard", limit_s=60.0)
def answers(
    host: Annotated[str, Choice("", "--host=127.0.0.1")] = "",
    browser: Annotated[str, Choice("the same machine", "another machine")] = "the same machine",
) -> Result:
    """Whether the printed address opens TensorBoard in a browser: opens, or doesn't open."""
    with project(), _served("--logdir=log", *filter(None, [host])) as url:
        if browser == "the same machine":
            found = _answers(url)
        else:
            with _as_elsewhere(url) as there:
                found = _answers(there)
    return Result(
        "opens" if found else "doesn't open", steps=[f"{urlsplit(url).hostname}: {'200' if found else 'refused'}"]
    )


@answers.second_way
def _answers_by_address(host: str = "", browser: str = "the same machine") -> str:
    bound = ipaddress.ip_address(socket.gethostbyname(flags("--logdir=log", *filter(None, [host])).host or "localhost"))
    return "doesn't open" if bound.is_loopback and browser != "the same machine" else "opens"


@verifier("tensorboard", where="local != remote", limit_s=60.0)
def tunnel(
    local: Annotated[int, Int(1024, 65_535, often=(16006, 8006))],
    remote: Annotated[int, Int(1024, 65_535, often=(6006, 6007))],
) -> Result:
    """The two ports of `ssh -L a:127.0.0.1:b` by which port `local` here opens a TensorBoard at `remote` over there.

    Both machines are this one: each has a table from the ports that one would type to real ones of 127.0.0.1.
    """
    tried: dict[str, bool] = {}
    found: list[int] = []
    with project(), _served("--logdir=log", "--host=127.0.0.1") as url:
        server = {remote: urlsplit(url).port or 0}
        for listens, leads_to in ((remote, local), (local, local), (remote, remote), (local, remote)):
            with _forwarded(listens, leads_to, server) as laptop:
                opened = local in laptop and _answers(f"http://127.0.0.1:{laptop[local]}/")
            tried[f"ssh -L {listens}:127.0.0.1:{leads_to}"] = opened
            if opened:
                found = [listens, leads_to]
    return Result(
        [*found],
        steps=[
            Text(f"{command}: {'opens' if opened else 'nothing'}", f"{command}：{'能打开' if opened else '打不开'}")
            for command, opened in tried.items()
        ],
        mistakes=[
            mistake(
                [remote, local],
                "The first port is opened here, the last one is where it leads on the server.",
                "第一个端口开在本机，最后一个才是服务器上的端口。",
            ),
            mistake(
                [local, local],
                "On the server TensorBoard listens at its own port.",
                "在服务器上，TensorBoard 监听的是它自己的端口。",
            ),
            mistake([remote, remote], "The browser asks for another port here.", "浏览器在本机访问的是另一个端口。"),
        ],
        snippet=f'print("ssh -L {local}:127.0.0.1:{remote} user@server")',
    )


@tunnel.second_way
def _tunnel_by_syntax(local: int, remote: int) -> list[int]:
    return [local, remote]


@contextlib.contextmanager
def _served(*given: str) -> Iterator[str]:
    """The address of a TensorBoard with these flags and a free port, which is shut at the end."""
    made: list[Any] = []
    before = threading.enumerate()

    def serve(app: Any, flags: Any) -> Any:
        server = program.create_port_scanning_werkzeug_server(app, flags)
        server.serve_forever = functools.partial(server.serve_forever, _POLL_S)
        made.append(server)
        return server

    tensorboard = program.TensorBoard(
        plugins=[core_plugin.CorePluginLoader(), scalars_plugin.ScalarsPlugin], server_class=serve
    )
    tensorboard.configure(
        ["tensorboard", *given, "--port=0", "--load_fast=false", "--reload_interval=0", "--reload_task=blocking"]
    )
    tensorboard.launch()
    server = made[0]
    bound = server.socket.getsockname()[0]
    try:
        assert bound == "127.0.0.1", bound
        yield server.get_url()
    finally:
        server.shutdown()
        server.server_close()
        for thread in threading.enumerate():
            if thread.name == "TensorBoard" and thread not in before:
                thread.join(_PATIENCE_S)


@contextlib.contextmanager
def _as_elsewhere(url: str) -> Iterator[str]:
    """The address as the browser of another machine takes it: 127.0.0.1 and localhost are that machine itself.

    Nothing listens there. Here that machine's port is one that is held and never listened at.
    """
    parts = urlsplit(url)
    if not ipaddress.ip_address(socket.gethostbyname(parts.hostname or "")).is_loopback:
        yield url
        return
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://{parts.hostname}:{held.getsockname()[1]}/"


class _Gate(socketserver.ThreadingTCPServer):
    """A port that ssh opens. leads_to: the real port to which it hands on; None where nothing listens there."""

    daemon_threads = True

    def __init__(self, leads_to: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _HandOn)
        self.leads_to = leads_to

    def handle_error(self, *_: object) -> None:
        """Says nothing: the browser sees that the connection is closed."""


class _HandOn(socketserver.BaseRequestHandler):
    """Hands a request on and its reply back."""

    server: _Gate

    def handle(self) -> None:
        if self.server.leads_to is None:
            return
        with socket.create_connection(("127.0.0.1", self.server.leads_to), timeout=_PATIENCE_S) as outside:
            outside.sendall(self.request.recv(65_536))
            while part := outside.recv(65_536):
                self.request.sendall(part)


@contextlib.contextmanager
def _forwarded(listens: int, leads_to: int, server: dict[int, int]) -> Iterator[dict[int, int]]:
    """The laptop's table while `ssh -L listens:127.0.0.1:leads_to` runs, for a server with this one."""
    with _Gate(server.get(leads_to)) as gate:
        thread = threading.Thread(target=gate.serve_forever, args=(_POLL_S,), daemon=True)
        thread.start()
        try:
            yield {listens: gate.server_address[1]}
        finally:
            gate.shutdown()
            thread.join(_PATIENCE_S)


def _lay_out(log_folder: Path, holds: str) -> None:
    """Makes the log folder of `runs_shown`."""
    if holds != "missing":
        log_folder.mkdir()
    if holds == "text files":
        (log_folder / "train.log").write_text("epoch 1: loss 0.5\n", "utf-8")
    for at in range({"one run": 1, "two runs": 2}.get(holds, 0)):
        log(log_folder / f"run{at}", range(3))


def _shows(count: int) -> str:
    return f"starts and shows {count} run{'' if count == 1 else 's'}"


def _get(url: str) -> str:
    with _BROWSER.open(url, timeout=_PATIENCE_S) as reply:
        read: bytes = reply.read()
        return read.decode()


def _answers(url: str) -> bool:
    """Whether TensorBoard is at that address; TimeoutError where that can't be told in time."""
    try:
        return "data_location" in _get(f"{url}data/environment")
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise error.reason from None
        return False
    except ConnectionError:
        return False
