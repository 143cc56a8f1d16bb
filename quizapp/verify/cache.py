"""Results that need not be found again: remembered by all that they depend on, and never believed otherwise."""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from quizapp.core.card import Card
from quizapp.core.claim import Claim
from quizapp.packs import Pack
from quizapp.verify.fault import Checked, Fault
from quizapp.worker.versions import libraries, version

# What a result is made by, beside the pack: the code between a card and its verdict.
_OURS = ("core", "deck", "verify", "worker", "authoring.py", "asking.py")
_MOST = 20_000


class Cache:
    """Results in one JSON file at `path`; None for a cache that forgets all.

    The key of a card or a claim is a digest of itself, of the sources of its verifier and of all that this imports
    within the pack, of the versions of the libraries that these import, of Python's, of quizapp's own code and of
    `settings`: what is drawn, and where it runs. A file that can't be read counts as empty.
    """

    def __init__(self, path: Path | None, pack: Pack, settings: Iterable[object]) -> None:
        self._path = path
        self._modules = pack.modules()
        self._common = [own_code(), sys.version, sys.platform, *map(str, settings)]
        self._sources: dict[str, str] = {}
        self._known: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        if path is not None:
            with suppress(OSError, ValueError):
                known = json.loads(path.read_text("utf-8"))
                self._known = known if isinstance(known, dict) else {}

    def get(self, item: Card | Claim) -> Checked | None:
        """What was found when the same was checked before."""
        key = self._key(item)
        try:
            data = self._known[key]
            faults = tuple(Fault(**fault) for fault in data["faults"])
            found = Checked(item.id, item.place, data["checks"], faults, data["versions"], cached=True)
        except (KeyError, TypeError):
            return None
        self._used[key] = data
        return found

    def put(self, item: Card | Claim, found: Checked) -> None:
        """Remembers what was found. What may be the machine's fault, a crash or a limit, is found again next time."""
        if not found.faults:
            self._used[self._key(item)] = {"checks": found.checks, "versions": dict(found.versions), "faults": []}
        elif all(fault.library for fault in found.faults):
            faults = [asdict(fault) | {"params": dict(fault.params)} for fault in found.faults]
            kept = {"checks": found.checks, "versions": dict(found.versions), "faults": faults}
            with suppress(ValueError):
                json.dumps(kept, allow_nan=False)
                self._used[self._key(item)] = kept

    def save(self) -> None:
        """Writes the file anew: what this run used, and of the rest the youngest."""
        if self._path is None:
            return
        kept = {key: value for key, value in self._known.items() if key not in self._used} | self._used
        kept = dict(list(kept.items())[-_MOST:])
        with suppress(OSError):  # without it the next run is slower, and no worse
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            draft.write_text(json.dumps(kept, ensure_ascii=True, allow_nan=False), "utf-8")
            draft.replace(self._path)

    def _key(self, item: Card | Claim) -> str:
        # Where it stands in its file decides nothing.
        parts = [*self._common, repr(replace(item, place="")), self._source(item.verifier.partition(".")[0])]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()

    def _source(self, module: str) -> str:
        """The sources of a module and of all that it imports within the pack, and the versions of all libraries."""
        if module and module not in self._sources:
            texts = {name: self._read(name) for name in self._reached(module)}
            used = sorted({library for text in texts.values() for library in _imported(text)})
            told = [
                *(f"{name}\0{text}" for name, text in sorted(texts.items())),
                *(f"{one} {version(one)}" for one in used),
            ]
            self._sources[module] = hashlib.sha256("\0".join(told).encode()).hexdigest()
        return self._sources.get(module, "")

    def _reached(self, module: str) -> set[str]:
        found, waiting = set(), [module]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _own_imports(self._read(name), self._modules)
        return found

    def _read(self, module: str) -> str:
        path = self._modules.get(module)
        try:
            return path.read_text("utf-8", "backslashreplace") if path is not None else ""
        except OSError:
            return ""


@cache
def own_code() -> str:
    """A digest of quizapp's own code that a result depends on."""
    root, digest = Path(__file__).parents[1], hashlib.sha256()
    for name in _OURS:
        for path in sorted((root / name).rglob("*.py")) or [root / name]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _imported(source: str) -> tuple[str, ...]:
    try:
        return libraries(source)
    except (SyntaxError, ValueError):
        return ()


def _own_imports(source: str, modules: Mapping[str, Path]) -> list[str]:
    """The modules of the pack that a module's source imports, anywhere in it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    found: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="verifiers", names=names) | ast.ImportFrom(module=None, level=1, names=names):
                found += [alias.name for alias in names]
            case ast.ImportFrom(module=str(name)) if name.startswith("verifiers.") or node.level == 1:
                found.append(name.removeprefix("verifiers.").partition(".")[0])
            case ast.Import(names=names):
                found += [one.name.split(".")[1] for one in names if one.name.startswith("verifiers.")]
    return [name for name in found if name in modules]
