"""Importing a pack's verifiers, and saying in a sentence why one can't be. Runs in the child, and nowhere else."""

import gc
import importlib
import importlib.machinery
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.authoring import Verifier
from quizapp.errors import nearest
from quizapp.language import _
from quizapp.worker.versions import distribution, libraries, runs_on_torch, versions

_PACKAGE = "verifiers"
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)


class LoadError(Exception):
    """A verifier that can't be imported or isn't there; the message is a sentence.

    curable: installing a library or writing a file would help at once; after other failures it takes a new process,
             since what a broken import leaves behind makes the next one fail in another way.
    """

    def __init__(self, sentence: str, *, curable: bool = False) -> None:
        super().__init__(sentence)
        self.curable = curable


@dataclass(frozen=True, slots=True)
class Loaded:
    """A verifier, ready to run.

    name:     `module.function`.
    versions: of its libraries, the declared one first.
    on_torch: whether torch's device counts for it.
    """

    name: str
    verifier: Verifier[Any]
    versions: Mapping[str, str]
    on_torch: bool


def adopt(root: Path) -> None:
    """Makes `verifiers` mean the folder of this pack, whatever else is installed under that name.

    Called once, before anything is loaded. The folder need not have an `__init__.py`, and may be missing.
    """
    sys.path.insert(0, str(root))
    folder = root / _PACKAGE
    if not (folder / "__init__.py").exists():
        # Without one, any installed package of that name would go first; so the package is made here, with one place.
        spec = importlib.machinery.ModuleSpec(_PACKAGE, None, is_package=True)
        package = importlib.util.module_from_spec(spec)
        package.__path__ = [str(folder)]
        sys.modules[_PACKAGE] = package


def load(root: Path, name: str) -> Loaded:
    """The verifier `module.function` of the pack. Raises LoadError."""
    if not _NAME.fullmatch(name):
        raise LoadError(_("'{name}' names no verifier; it is written module.function").format(name=name[:60]))
    module_name, _dot, function = name.rpartition(".")
    module = _module(root, module_name)
    verifier = getattr(module, function, None)
    if not isinstance(verifier, Verifier):
        there = [key for key, value in vars(module).items() if isinstance(value, Verifier)]
        words = _("{file} has no verifier named {name}; {hint}")
        raise LoadError(words.format(file=_file(module_name), name=function, hint=nearest(function, there)))
    imported = libraries(inspect.getsource(module))
    on_torch = any(runs_on_torch(library) for library in (verifier.library, *imported))
    if on_torch and "torch" not in sys.modules:
        # A function that imports torch by itself must not have another device the first time than ever after.
        with suppress(ImportError):
            importlib.import_module("torch")
    return Loaded(name, verifier, versions(verifier.library, imported), on_torch and "torch" in sys.modules)


_known: dict[str, Loaded | LoadError] = {}


def load_once(root: Path, name: str) -> Loaded | LoadError:
    """As `load`, remembered; an error is returned, and forgotten where it is curable."""
    if name in _known:
        return _known[name]
    try:
        loaded: Loaded | LoadError = load(root, name)
    except LoadError as error:
        loaded = error
    # What importing made stays. Looking through it again for garbage would stop a call for 100 ms now and then.
    gc.freeze()
    if isinstance(loaded, Loaded) or not loaded.curable:
        _known[name] = loaded
    return loaded


def any_on_torch(root: Path) -> bool:
    """Whether any verifier of the pack uses torch, told from the sources."""
    for path in sorted((root / _PACKAGE).glob("*.py")):
        with suppress(OSError, ValueError, SyntaxError):
            if any(runs_on_torch(library) for library in libraries(path.read_text(encoding="utf-8"))):
                return True
    return False


def line_in_pack(root: Path, error: BaseException) -> str:
    """`verifiers/conv.py line 31`: the innermost place in the pack that `error` came through; empty where none."""
    folder = str(root / _PACKAGE)
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(folder):
            place = _line(Path(frame.filename).relative_to(root).as_posix(), frame.lineno)
    return place


def _module(root: Path, module_name: str) -> Any:
    importlib.invalidate_caches()  # a file or a library may have come since
    try:
        return importlib.import_module(f"{_PACKAGE}.{module_name}")
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.startswith(f"{_PACKAGE}."):
            file = _file(missing.removeprefix(f"{_PACKAGE}."))
            raise LoadError(_("the pack has no {file}").format(file=file), curable=True) from None
        if missing and "." not in missing:
            what = _("{library} is not installed; pip install {name}")
            raise LoadError(what.format(library=missing, name=distribution(missing)), curable=True) from None
        raise _broken(root, module_name, error) from None
    except BaseException as error:
        raise _broken(root, module_name, error) from None


def _broken(root: Path, module_name: str, error: BaseException) -> LoadError:
    file = _file(module_name)
    place = _line(file, error.lineno) if isinstance(error, SyntaxError) else line_in_pack(root, error)
    what = _("{file} can't be imported: {error}").format(file=file, error=said(error))
    return LoadError(what + (_(" ({place})").format(place=place) if place else ""))


def _line(file: str, number: int | None) -> str:
    return _("{file} line {n}").format(file=file, n=number)


def said(error: BaseException) -> str:
    """`ValueError: its message`, on one line and of bounded length."""
    try:
        words = " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())
    except Exception:
        words = ""
    shown = words if len(words) <= 300 else words[:300] + "…"
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def _file(module_name: str) -> str:
    return f"{_PACKAGE}/{module_name.replace('.', '/')}.py"
