"""What quiz runs in, as `quiz doctor` tells it: versions, places, disks, the terminal, and whether torch works."""

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp import __version__, opening, packs, paths
from quizapp.core.answer import Unverifiable
from quizapp.core.domain import Params
from quizapp.errors import QuizError, nearest
from quizapp.language import _
from quizapp.store.finding import Finding, fault, note, ok, warning

if TYPE_CHECKING:
    from quizapp.common import Common

LIBRARIES = (
    "textual", "sqlalchemy", "fsrs", "click", "pyyaml", "pydantic",
    "torch", "torchvision", "scikit-learn", "albumentations", "timm", "tensorboard", "tqdm",
)  # fmt: skip
# Where SQLite's locks may be kept by nobody, or each write may arrive late.
_NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ceph", "9p", "glusterfs", "afpfs", "webdav"}
_VERIFIER = "kl.divergence"
_PARAMS: Params = {"p": [0.5, 0.5], "q": [0.9, 0.1]}


def versions() -> dict[str, str]:
    """Versions by name: quizapp, Python, SQLite, the libraries; empty for one that isn't installed."""
    found = {"quizapp": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = ""
    return found


def places(common: "Common") -> dict[str, str]:
    """Where everything lies, by name. A place that can't be told is said so."""
    try:
        pack = str(opening.pack(common).root)
    except QuizError as error:
        pack = str(error)
    return {"data": str(paths.home()), "config": str(paths.config()), "cache": str(paths.cache()), "pack": pack}


def file_system(path: Path, mounts: str | None = None) -> str:
    """The kind of file system that holds `path`: `ext4`, `nfs4`; empty where the system doesn't say.

    mounts: Linux's list of them, /proc/self/mounts; read from there unless given.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text("utf-8", "replace")
        except OSError:
            return ""
    best, kind = -1, ""
    whole = path.resolve()
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ").replace("\\134", "\\")
        if whole.is_relative_to(point) and len(point) >= best:  # of several at one point the last one counts
            best, kind = len(point), fields[2]
    return kind


def on_disk(database: Path, mounts: str | None = None) -> Iterator[Finding]:
    """Findings about the disk that the database is on. mounts: as for `file_system`."""
    kind = file_system(database.parent, mounts)
    if kind in _NETWORK or kind.startswith("fuse."):
        yield warning(
            "disk",
            _("The database is on a network or user file system ({kind}), whose locks can't be relied on.").format(
                kind=kind
            ),
            _("use it from one computer at a time, or keep it on a local disk: --db, or QUIZ_HOME"),
        )
    try:
        free = shutil.disk_usage(database.parent).free
        needed = 3 * database.stat().st_size + 10_000_000
    except OSError:
        return
    if free < needed:
        yield warning(
            "disk",
            _("The disk is nearly full: {free} MB are left.").format(free=free // 1_000_000),
            _("make room: a backup and a write need about {needed} MB").format(needed=needed // 1_000_000),
        )
    if not os.access(database, os.W_OK) or not os.access(database.parent, os.W_OK):
        yield fault(
            "disk",
            _("The database or its folder can't be written."),
            _("make both writable; nothing can be recorded until then"),
        )


def config(common: "Common", broken: QuizError | None) -> Iterator[Finding]:
    """Findings about the config file. broken: why it can't be used."""
    if broken is not None:
        yield fault(
            "config", _("The config file can't be used."), _("mend it at these places"), str(broken).splitlines()
        )
        return
    found = common.config
    with suppress(QuizError):  # whoever opens the pack says what is wrong with it
        known = opening.pack(common).decks()
        if strange := [one for one in found.decks if not any(f"{deck}/".startswith(f"{one}/") for deck in known)]:
            message = _("The config file speaks of decks that there are not.")
            yield warning("config", message, _("'quiz decks' lists those there are"), strange)
    theme = found.rule("theme")
    if not found.keys and theme.source == "default":
        return
    from quizapp.tui.bindings import actions, theme_names  # imports all screens

    if theme.value not in theme_names():
        message = _("The config file names a theme that there is not.")
        yield warning("config", message, nearest(theme.value, theme_names()), [theme.value])
    if strange := sorted(found.keys.keys() - actions()):
        message = _("The config file gives keys to actions that there are not.")
        yield warning("config", message, nearest(strange[0], actions()), strange)


def terminal() -> Iterator[Finding]:
    """Findings about the terminal."""
    encoding = (getattr(sys.__stdout__, "encoding", None) or "").lower().replace("-", "")
    if encoding not in ("utf8", "utf_8") and sys.stdout.isatty():
        yield warning(
            "terminal",
            _("The terminal's encoding is not UTF-8; Chinese and mathematical signs may not show."),
            _("set LANG to a UTF-8 locale, such as C.UTF-8"),
        )
    if not sys.stdout.isatty():
        return
    columns, rows = shutil.get_terminal_size()
    if columns < 80 or rows < 24:
        yield note(
            "terminal",
            _("The terminal has {columns} × {rows} characters; the screens are made for 80 × 24 and more.").format(
                columns=columns, rows=rows
            ),
            _("make the window larger, or its letters smaller"),
        )


def torch(common: "Common") -> Finding:
    """Whether torch works, and on what device: the worker computes something with it."""
    try:
        with opening.worker(packs.builtin(), common) as client:
            truth = client.truth(_VERIFIER, _PARAMS, 60.0).result()
            device = client.device().result()
    except QuizError as error:
        return fault("torch", _sentence(error.message), error.hint)
    if isinstance(truth, Unverifiable):
        hint = _("install torch again, as README says; cards that need it are set aside until then")
        return fault("torch", _("torch doesn't work: {reason}").format(reason=truth.error), hint)
    version = dict(truth.origin.versions).get("torch", "")
    return ok("torch", _("torch {version} works, on {device}.").format(version=version, device=device))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
