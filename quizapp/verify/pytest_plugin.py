"""`pytest --quiz cards/`: each deck is a file, each card and each claim an item, checked as `quiz verify` checks it.

Every pytest run in an environment with quizapp loads this module, so it imports nothing that pytest hasn't.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from quizapp.verify.engine import Item
    from quizapp.verify.fault import Checked


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("quiz", "decks of quizapp")
    group.addoption("--quiz", action="store_true", help="Collect decks: each card and claim is checked as a test.")
    group.addoption("--quiz-samples", type=int, default=8, metavar="N", help="Questions asked of each card.")
    group.addoption("--quiz-seed", type=int, default=0, metavar="N", help="The same seed draws the same numbers.")
    group.addoption("--quiz-device", default="auto", metavar="DEVICE", help="Where verifiers run.")
    group.addoption("--quiz-no-cache", action="store_true", help="Check all anew, and remember nothing.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "DeckFile | None":
    if not parent.config.getoption("quiz") or file_path.suffix != ".yaml":
        return None
    root = _pack_root(file_path)
    return None if root is None else DeckFile.from_parent(parent, path=file_path, root=root)


def pytest_unconfigure(config: pytest.Config) -> None:
    for opened in config.stash.get(_OPENED, {}).values():
        opened.close()


class DeckFailureError(Exception):
    """What was found wrong with one card or claim."""

    def __init__(self, checked: "Checked") -> None:
        super().__init__(checked.id)
        self.checked = checked


class DeckFile(pytest.File):
    """A deck of the pack at `root`."""

    def __init__(self, *, root: Path, **given: Any) -> None:
        super().__init__(**given)
        self.root = root

    def collect(self) -> "Iterator[DeckItem]":
        from quizapp.verify.engine import items

        opened = _opened(self.config, self.root)
        name = self.path.relative_to(self.root / "cards").with_suffix("").as_posix()
        shown = opened.pack.shown(self.path)
        faults = [fault for fault in opened.material.faults if fault.startswith(f"{shown}:")]
        deck = opened.material.decks.get(name)
        if faults or deck is None:
            # A verifier's declaration is a fault of the deck that needs it, and is told with it.
            raise self.CollectError("\n".join(faults or opened.material.faults))
        for item in items([deck]):
            yield DeckItem.from_parent(self, name=item.id, checked=item, opened=opened)


class DeckItem(pytest.Item):
    """A card or a claim."""

    def __init__(self, *, checked: "Item", opened: "_Opened", **given: Any) -> None:
        super().__init__(**given)
        self._checked = checked
        self._opened = opened
        for tag in getattr(checked, "tags", ()):
            self.extra_keyword_matches.add(tag)

    def runtest(self) -> None:
        found = self._opened.check(self._checked)
        if found.faults:
            raise DeckFailureError(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, DeckFailureError):
            return super().repr_failure(excinfo, style)
        from quizapp import packs
        from quizapp.verify.report import block

        found = excinfo.value.checked
        where = "" if self._opened.pack == packs.builtin() else str(self._opened.pack.root)
        return "\n\n".join("\n".join(block(found, fault, where)) for fault in found.faults)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, int(self._checked.place.rsplit(":", 2)[1]) - 1, self.name


class _Opened:
    """A pack, read once in a run, with the workers that run its verifiers."""

    def __init__(self, root: Path, config: pytest.Config) -> None:
        from quizapp import packs, paths
        from quizapp.verify.cache import Cache
        from quizapp.verify.engine import Settings
        from quizapp.verify.pool import Pool
        from quizapp.verify.reading import read

        device = config.getoption("quiz_device")
        file = None if config.getoption("quiz_no_cache") else paths.cache() / "verify.json"
        self.pack = packs.at(root)
        self.material = read(self.pack)
        self._settings = Settings(config.getoption("quiz_samples"), config.getoption("quiz_seed"))
        self._cache = Cache(file, self.pack, (self._settings, device))
        self._pool = Pool(root, device, 1)

    def check(self, item: "Item") -> "Checked":
        from quizapp.verify.engine import verify

        [found] = verify([item], self.material, self._pool, self._settings, self._cache)
        return found

    def close(self) -> None:
        self._pool.__exit__()
        self._cache.save()


_OPENED = pytest.StashKey[dict[Path, _Opened]]()


def _opened(config: pytest.Config, root: Path) -> _Opened:
    known = config.stash.setdefault(_OPENED, {})
    if root not in known:
        known[root] = _Opened(root, config)
    return known[root]


def _pack_root(file: Path) -> Path | None:
    """The folder that holds the `cards/` which `file` lies in; None where it lies in none."""
    return next((folder.parent for folder in file.parents if folder.name == "cards"), None)
