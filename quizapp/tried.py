"""What was tried last in each laboratory: a small file in the data folder, which may be lost without harm."""

import json
import os
from contextlib import suppress
from pathlib import Path

from quizapp.core.domain import Params

# More laboratories than this nobody goes back to.
_MOST = 200


class Tried:
    """The parameters that each verifier was left with. The file is read at once, and written by `note`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tried = _read(path)

    def of(self, verifier: str) -> Params:
        """The parameters; none where nothing was tried. They may be such as the verifier no longer takes."""
        return self._tried.get(verifier, {})

    def note(self, verifier: str, params: Params) -> None:
        """Keeps the parameters, in the file too where it can be written."""
        self._tried.pop(verifier, None)
        self._tried[verifier] = dict(params)
        for oldest in list(self._tried)[:-_MOST]:
            del self._tried[oldest]
        beside = self._path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._tried), encoding="utf-8")
            beside.replace(self._path)


def _read(path: Path) -> dict[str, Params]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: params for name, params in found.items() if isinstance(params, dict)}
