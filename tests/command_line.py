"""Running `quiz` as its users do: in this process where that says as much, in one of its own where it doesn't.

Whatever is run here must not show a traceback: every test that runs something has that checked along the way.
"""

import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from quizapp import cli, opening
from quizapp.common import Common
from quizapp.packs import Pack
from quizapp.worker.client import Client

ROOT = Path(__file__).parent.parent
PACK = Path(__file__).parent / "pack"


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it: the exit code, and both outputs."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        for text in (self.out, self.err):
            assert "Traceback" not in text, text
            assert "Exception ignored" not in text, text

    @property
    def document(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line on standard error of a run that printed nothing else."""
        [line] = self.err.splitlines()
        assert not self.out, self.out
        return line


def quiz(*arguments: str, typed: str | bytes = b"", pack: Path | None = PACK) -> Ran:
    """`quiz` with these arguments, in this process, on streams that are no terminal. pack: None is the built-in one."""
    given = typed if isinstance(typed, bytes) else typed.encode()
    streams = [io.TextIOWrapper(io.BytesIO(held), encoding="utf-8") for held in (given, b"", b"")]
    argv = ["quiz", *(("--pack", str(pack)) if pack else ()), *arguments]
    code: object = None
    with (
        patch("sys.argv", argv),
        patch("sys.stdin", streams[0]),
        patch("sys.stdout", streams[1]),
        patch("sys.stderr", streams[2]),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        finally:
            gc.enable()  # main turns it off, since it expects to be alone
    assert isinstance(code, int)
    return Ran(code, *(_written(stream) for stream in streams[1:]))


@contextmanager
def one_worker() -> Iterator[None]:
    """Has all that `quiz` does on the toy pack share one worker: starting one takes most of a command's time."""
    own = opening.worker
    with Client(PACK) as lasting:

        @contextmanager
        def shared(pack: Pack, common: Common) -> Iterator[Client]:
            if pack.root == PACK and common.device == "auto":
                yield lasting
            else:
                with own(pack, common) as client:
                    yield client

        with patch.object(opening, "worker", shared):
            yield


def process(
    *arguments: str, typed: bytes = b"", pack: Path | None = PACK, timeout: float = 60, **environment: str
) -> Ran:
    """The same in a process of its own."""
    done = subprocess.run(
        command(*arguments, pack=pack),
        input=typed,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def command(*arguments: str, pack: Path | None = PACK) -> list[str]:
    """The command line for a process of its own."""
    return [sys.executable, "-m", "quizapp", *(("--pack", str(pack)) if pack else ()), *arguments]


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    held = stream.detach()
    assert isinstance(held, io.BytesIO)
    return held.getvalue().decode()


def make_pack(root: Path, *, verifiers: Iterable[str] = ("toy",), **decks: str) -> Path:
    """A pack with these decks and some of the toy pack's verifier modules. A deck's name is written `conv__size`."""
    for name in verifiers:
        module = root / "verifiers" / f"{name}.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_bytes((PACK / "verifiers" / f"{name}.py").read_bytes())
    (root / "cards").mkdir(parents=True, exist_ok=True)
    for name, source in decks.items():
        write(root / "cards" / f"{name.replace('__', '/')}.yaml", source)
    return root


def write(path: Path, source: str) -> None:
    """Writes a file so that it differs from what stood there also in its time, however coarse the clock of the disk."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def deck(*cards: str) -> str:
    """The source of a deck."""
    return "title: {en: A deck, zh: 一叠}\ndescription: {en: A few cards., zh: 几张卡。}\ncards:\n" + "".join(cards)


def card(name: str, verifier: str = "toy.add", kind: str = "number", more: str = "params: {a: 3, b: 4}") -> str:
    """The source of a card, whose truth is 7 unless said otherwise. more: further fields, on one line."""
    return f"""\
  - id: {name}
    kind: {kind}
    verifier: {verifier}
    prompt: {{en: "Question {name}?", zh: "问题 {name}？"}}
    explain: {{en: Because., zh: 因为。}}
    {more}
"""
