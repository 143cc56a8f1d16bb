"""Opening a deck in the learner's editor, at a line."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from quizapp.errors import Exit, QuizError
from quizapp.language import _

# How editors are told a line; all others are given the file alone.
_PLUS = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "jed", "mg", "ne")
_COLON = ("hx", "helix", "subl", "zed")
_GOTO = ("code", "codium", "cursor")
_WAITING = {"subl": "--wait", "zed": "--wait", "code": "--wait", "codium": "--wait", "cursor": "--wait"}
_FALLBACKS = ("nano", "vim", "vi")


def command(path: Path, line: int) -> list[str]:
    """The command that edits `path` at a line: the editor of VISUAL or EDITOR, else one that is usually there.

    Raises QuizError (exit 3) where there is none.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    words = shlex.split(chosen) if chosen else [next(filter(shutil.which, _FALLBACKS), "")]
    if not words or not shutil.which(words[0]):
        raise QuizError(
            _("the editor '{name}' can't be found").format(name=chosen) if chosen else _("there is no editor"),
            hint=_("set EDITOR to the command that opens yours"),
            exit=Exit.ENVIRONMENT,
        )
    name = Path(words[0]).name
    if (wait := _WAITING.get(name)) is not None and wait not in words:
        words.append(wait)
    if name in _PLUS:
        return [*words, f"+{line}", str(path)]
    if name in _COLON:
        return [*words, f"{path}:{line}"]
    if name in _GOTO:
        return [*words, "--goto", f"{path}:{line}"]
    return [*words, str(path)]


def edit(root: Path, place: str) -> None:
    """Opens the editor at a place of a pack, `cards/conv/size.yaml:12:5`, and waits until it is closed.

    Raises QuizError where that fails.
    """
    file, line = split(place)
    words = command(root / file, line)
    try:
        done = subprocess.run(words, check=False)  # noqa: S603 - the editor that the learner has chosen
    except OSError as error:
        raise QuizError(str(error.strerror), where=words[0], exit=Exit.ENVIRONMENT) from None
    if done.returncode:
        raise QuizError(
            _("the editor ended with {code}").format(code=done.returncode), where=words[0], exit=Exit.ENVIRONMENT
        )


def split(place: str) -> tuple[str, int]:
    """The file and the line of a place."""
    file, line, _column = place.rsplit(":", 2)
    return file, int(line)
