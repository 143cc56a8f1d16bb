"""What tensorboard makes of its command line: parsed by its own parser, bound by its own server, but never served."""

import argparse
import contextlib
import errno
import importlib
import io
import ipaddress
import re
import shlex
import socket
import warnings
from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Annotated, Any
from unittest import mock

from werkzeug import serving

from quizapp.authoring import Choice, Result, mistake, verifier

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its copy of html5lib says at import that it is deprecated
    from tensorboard import default, version
    from tensorboard.plugins.core import core_plugin

    program = importlib.import_module("tensorboard.program")  # tensorboard.program is a stand-in for it at first

Host = Annotated[
    str, Choice("", "--host=127.0.0.1", "--host=localhost", "--host=0.0.0.0", "--host=192.168.1.20", "--bind_all")
]
Port = Annotated[str, Choice("", "--port=6007", "--port=6010", "--port=8008", "--port=8080", "--port=16006")]

HOSTS = ("", "--host=127.0.0.1", "--host=localhost", "--host=0.0.0.0", "--host=192.168.1.20", "--bind_all")
_EVERYWHERE = "0.0.0.0"  # noqa: S104  # what a learner may answer; nothing is bound


_PORTS = [
    mistake(8888, "That is Jupyter's port.", "这是 Jupyter 的端口。"),
    mistake(8080, "That is a usual port of web servers, but not this one's.", "这是常见的网页端口，但不是它的。"),
]
_SECONDS = [
    mistake(
        120, "That is SummaryWriter's flush_secs, on the writing side.", "这是写的一方 SummaryWriter 的 flush_secs。"
    ),
    mistake(0, "With 0 it would read once, at the start.", "设为 0 就只在启动时读一次。"),
]


def flags(*given: str) -> argparse.Namespace:
    """The flags of `tensorboard` with these on its command line; SystemExit or FlagsError where it refuses them."""
    tensorboard = program.TensorBoard(plugins=default.get_plugins())
    with contextlib.redirect_stderr(io.StringIO()):
        tensorboard.configure(["tensorboard", *given])
    found: argparse.Namespace = tensorboard.flags
    return found


@verifier("tensorboard")
def default_of(flag: Annotated[str, Choice("--port", "--reload_interval")]) -> Result:
    """The number that a flag of tensorboard has where it isn't given."""
    with ports():
        at = server("--logdir=log").server_port if flag == "--port" else vars(flags("--logdir=log"))[flag.strip("-")]
    return Result(
        int(at),
        steps=[f"tensorboard --logdir=log → {flag}={int(at)}"],
        mistakes=_PORTS if flag == "--port" else _SECONDS,
        snippet=_PARSED.format(name=flag.strip("-")),
    )


@default_of.second_way
def _default_in_help(flag: str) -> int:
    """What the help text says in so many words."""
    parser = argparse.ArgumentParser(formatter_class=lambda prog: argparse.HelpFormatter(prog, width=10_000))
    core_plugin.CorePluginLoader().define_flags(parser)
    text = parser.format_help().split(f"  {flag} ")[-1].split("\n  --")[0]
    found = text.split("default port (")[-1] if flag == "--port" else text.split("(default: ")[-1]
    return int(float(found.split(")")[0]))


@verifier("tensorboard")
def address(
    host: Host = "",
    port: Port = "",
) -> Result:
    """Host and port of the address that tensorboard prints, where every port is free."""
    with ports():
        url = server("--logdir=log", host, port).get_url()
    shown, _, number = url.removeprefix("http://").rstrip("/").rpartition(":")
    return Result(
        [shown, int(number)],
        steps=[f"tensorboard --logdir=log {host} {port}".rstrip(), url],
        mistakes=[
            mistake([shown, 8888], "8888 is Jupyter's port.", "8888 是 Jupyter 的端口。"),
            mistake(
                [_EVERYWHERE, int(number)],
                "Since 2.0 TensorBoard listens at all addresses only when it is asked to.",
                "从 2.0 起，只有明确要求时 TensorBoard 才会监听所有地址。",
            ),
            *(
                mistake(
                    [other, int(number)],
                    "The address shows the host as it was given, and localhost where none was.",
                    "地址里的主机照抄 --host 的写法，没写则显示 localhost。",
                )
                for other in ("127.0.0.1", "localhost")
            ),
            mistake(
                [shown, 6006],
                "That is the default, and another port was asked for.",
                "这是默认端口，而这里指定了别的端口。",
            ),
        ],
        facts={"version": version.VERSION},
        snippet=f'url = "{url}"\nprint(url.split("/")[2].split(":"))',
    )


@address.second_way
def _address_by_argparse(host: str = "", port: str = "") -> list[str | int]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=core_plugin.DEFAULT_PORT)
    given = parser.parse_args([one for one in (host, port) if one])
    return [given.host, given.port]


@verifier("tensorboard")
def reachable() -> Result:
    """Which flags let a browser on another machine connect, where the own address is 192.168.1.20."""
    bound = {}
    for given in HOSTS:
        with ports():
            bound[given] = str(server("--logdir=log", given).bound)
    right = [given for given, host in bound.items() if not _is_loopback(host)]
    return Result(
        [*right],
        steps=[f"{given or 'no flag'}: {host}" for given, host in bound.items()],
        mistakes=[
            mistake(
                [*right, ""],
                "That was so before version 2.0; since then the default is localhost.",
                "2.0 之前是这样，之后默认只监听 localhost。",
            ),
            mistake(
                ["--bind_all"],
                "An address of the machine, or 0.0.0.0 for all of them, can be given as --host too.",
                "--host 也可以写本机对外的地址，或者代表所有地址的 0.0.0.0。",
            ),
        ],
        facts={"version": version.VERSION},
        snippet="import ipaddress\n\nfor host in ('127.0.0.1', '0.0.0.0', '192.168.1.20'):\n"
        "    print(host, ipaddress.ip_address(host).is_loopback)",
    )


@reachable.second_way
def _reachable_by_flags() -> list[str]:
    found = []
    for given in HOSTS:
        parsed = flags("--logdir=log", given) if given else flags("--logdir=log")
        if parsed.bind_all or (parsed.host and not parsed.host.startswith(("127.", "localhost"))):
            found.append(given)
    return found


@verifier("tensorboard", where="shell == 'POSIX' or quote == ''")
def logdir(
    path: Annotated[
        str, Choice("D:\\XXX\\log", "D:\\runs\\log", "C:\\work\\exp1\\log", "E:\\data\\tb", "/home/me/log")
    ],
    quote: Annotated[str, Choice("", "'", '"')] = "",
    shell: Annotated[str, Choice("POSIX", "Windows")] = "POSIX",
) -> Result:
    """The folder that reaches tensorboard from `tensorboard --logdir=path`, split as a shell splits it.

    On Windows quotes are left to each program, so only a path without them is asked for there.
    """
    line = f"tensorboard --logdir={quote}{path}{quote}"
    words = shlex.split(line, posix=shell == "POSIX")
    return Result(
        str(flags(*words[1:]).logdir),
        steps=[line, f"argv: {words}"],
        mistakes=[
            mistake(
                path,
                "A backslash takes the meaning off the next character, and is gone.",
                "反斜杠用来转义下一个字符，自己会消失。",
            ),
            mistake(
                path.replace("\\", ""),
                "Between quotes these backslashes stay.",
                "引号里的这些反斜杠会保留。",
            ),
            mistake(
                path.replace("\\", "/"),
                "Neither bash nor TensorBoard turns backslashes into slashes.",
                "bash 和 TensorBoard 都不会把反斜杠换成斜杠。",
            ),
        ],
        snippet=f"import shlex\n\nprint(shlex.split({line!r})[-1].removeprefix('--logdir='))",
    )


@logdir.second_way
def _logdir_by_escapes(path: str, quote: str = "", shell: str = "POSIX") -> str:
    return path if quote or shell == "Windows" else re.sub(r"\\(.)", r"\1", path)


class _Server(program.WerkzeugServer):  # type: ignore[misc, name-defined]
    """tensorboard's server, which finds out what to bind and leaves it at that; `bound` is the host."""

    bound = ""
    server_port = 0


def server(*given: str) -> Any:
    """The server that tensorboard would start with these flags, by its own search for a port, without a socket."""

    def bind(self: _Server, host: str, port: int, *_: object) -> None:
        self.bound, self.server_port = host, port

    parsed = flags(*(one for one in given if one))
    with (
        mock.patch.object(serving.ThreadedWSGIServer, "__init__", bind),
        mock.patch.object(_Server, "log", create=True),
    ):
        return program.with_port_scanning(_Server)(None, parsed)


@contextlib.contextmanager
def ports(taken: Collection[int] = ()) -> Iterator[None]:
    """Has tensorboard find these ports taken and all others free, whatever runs on this machine."""

    class Probe:
        def __init__(self, *_: object) -> None:
            pass

        def __enter__(self) -> "Probe":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def connect_ex(self, where: tuple[str, int]) -> int:
            return 0 if where[1] in taken else errno.ECONNREFUSED

    names = SimpleNamespace(**{**vars(socket), "socket": Probe})
    with mock.patch.object(program, "socket", names):
        yield


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


_PARSED = """\
from tensorboard import default, program
from tensorboard.plugins.core import core_plugin

tensorboard = program.TensorBoard(plugins=default.get_plugins())
tensorboard.configure(["tensorboard", "--logdir=log"])
given = vars(tensorboard.flags)["{name}"]
print(int(core_plugin.DEFAULT_PORT if given is None else given))"""
