"""Packs: a folder with `cards/` (decks, data) and `verifiers/` (Python). The built-in one travels with quizapp."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from quizapp.errors import QuizError, nearest
from quizapp.language import _

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack by its root folder."""

    root: Path

    @property
    def key(self) -> str:
        """What the store's index calls this pack."""
        return str(self.root)

    def shown(self, path: Path) -> str:
        """A file of the pack as messages name it: from the pack's root, `cards/conv/size.yaml`."""
        return str(path).removeprefix(str(self.root)).replace(os.sep, "/").lstrip("/")

    def decks(self) -> dict[str, Path]:
        """Deck name (`conv/size`) -> file, in the order of names."""
        root = str(self.root / "cards")
        # As texts: paths would take most of the time that a start has for a thousand decks.
        found = [
            (folder.removeprefix(root).replace(os.sep, "/").strip("/"), name, folder)
            for folder, folders, files in os.walk(root)
            for name in (*folders, *files)  # a folder of that name is a fault that somebody should hear of
            if name.endswith(".yaml") and not name.startswith(".")
        ]
        found.sort(key=lambda one: (*one[0].split("/"), one[1]) if one[0] else (one[1],))
        return {
            f"{inside}/{name}".lstrip("/").removesuffix(".yaml"): Path(folder, name) for inside, name, folder in found
        }

    def modules(self) -> dict[str, Path]:
        """Verifier module (`conv`) -> file."""
        files = sorted((self.root / "verifiers").glob("*.py"))
        return {path.stem: path for path in files if path.stem != "__init__"}


def builtin() -> Pack:
    """The pack that quizapp brings: inside the wheel, or the repository that this file stands in."""
    return Pack(_HERE / "_pack" if (_HERE / "_pack").is_dir() else _HERE.parent)


def at(folder: str | Path) -> Pack:
    """The pack in `folder`. Raises QuizError where there is none."""
    root = Path(folder).expanduser().resolve()
    if not (root / "cards").is_dir():
        raise QuizError(
            _("this folder is no pack"), where=str(root), hint=_("a pack has the folders 'cards' and 'verifiers'")
        )
    return Pack(root)


def resolve(name: str, decks: Collection[str]) -> list[str]:
    """Those of `decks` that `name` stands for: a folder, a deck or the unique last part of one.

    Raises QuizError where it stands for nothing or for several decks.
    """
    inside = [deck for deck in decks if deck == name or deck.startswith(f"{name}/")]
    if inside:
        return inside
    ending = [deck for deck in decks if deck.rpartition("/")[2] == name]
    if len(ending) > 1:
        raise QuizError(
            _("'{name}' is the last part of several decks").format(name=name),
            hint=_("write one of {decks}").format(decks=", ".join(ending)),
        )
    if not ending:
        folders = {deck.rpartition("/")[0] for deck in decks}
        candidates = {*decks, *folders, *(deck.rpartition("/")[2] for deck in decks)} - {""}
        raise QuizError(_("there is no deck '{name}'").format(name=name), hint=nearest(name, candidates))
    return ending
