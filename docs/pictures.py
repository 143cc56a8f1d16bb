"""Takes the pictures of the documents from the real app: `python -m docs.pictures` writes them all, `python -m
docs.pictures home drill` those two.

Decks, verifiers and libraries are the real ones. The data folder is a temporary one, the clock stands, seeds are fixed,
and what stands in home, browse and statistics is a made-up year (`docs/year.py`). How long a computation took differs
from run to run, so that every picture says 1 ms. With the same versions of the libraries the files come out the same.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from docs import year
from quizapp import language, packs, paths
from quizapp.config import Config
from quizapp.core.answer import Truth, Unverifiable
from quizapp.core.day import Clock
from quizapp.core.domain import Params, Value, write
from quizapp.core.text import Lang
from quizapp.errors import QuizError
from quizapp.library import Library
from quizapp.sitting import Options
from quizapp.store import open_store
from quizapp.study import Scope, Study
from quizapp.tried import Tried
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen
from quizapp.tui.screens.lab import LabScreen
from quizapp.worker.client import Client

FOLDER = Path(__file__).parent
SCOPE = Scope(("conv/size",), ("resnet",))
SEED = 7
_NOW = int(datetime(2026, 3, 2, 18, 30, tzinfo=UTC).timestamp() * 1000)

Steps = Callable[[Pilot[QuizError | None]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: where the app is opened, and what is done before it is taken.

    size: in cells. scope: of a drill. lab: a verifier, which begins with `params`; neither of both: home.
    keys: pressed one after another; `?` types a usual mistake, `!` the truth. lived: after the made-up year.
    """

    title: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    scope: Scope | None = None
    lab: str | None = None
    params: Mapping[str, Value] = field(default_factory=dict)
    lang: Lang = "en"
    lived: bool = False


PICTURES = {
    "home": Picture("quiz", (128, 36), lived=True),
    "question": Picture("quiz --deck conv/size --tag resnet", (80, 20), keys=("1", "1", "2"), scope=SCOPE),
    "drill": Picture("quiz --deck conv/size --tag resnet", (80, 28), keys=("?", "enter"), scope=SCOPE),
    "chinese": Picture(
        "quiz --lang zh --deck conv/size --tag resnet", (80, 28), keys=("!", "enter"), scope=SCOPE, lang="zh"
    ),
    "lab-conv": Picture(
        "quiz lab conv.output_size",
        (100, 32),
        keys=("full_stop",) * 4,
        lab="conv.output_size",
        params={"width": 9, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1},
    ),
    "lab-kl": Picture(
        "quiz lab kl.divergence",
        (124, 30),
        lab="kl.divergence",
        params={"p": [0.6, 0.3, 0.1], "q": [0.35, 0.35, 0.3]},
    ),
    "browse": Picture("quiz", (128, 34), keys=("b", *"deck:conv stability<30", "down", "down"), lived=True),
    "stats": Picture("quiz", (124, 48), keys=("s",), lived=True),
}


class Timeless(Client):
    """The worker, but for the milliseconds that it took."""

    def truth(
        self, verifier: str, params: Params, limit_s: float, *, second: bool = False
    ) -> "Future[Truth | Unverifiable]":
        """As the client's, with one millisecond in the truth's origin."""
        told: Future[Truth | Unverifiable] = Future()

        def tell(done: "Future[Truth | Unverifiable]") -> None:
            if told.set_running_or_notify_cancel():
                truth = done.result()
                told.set_result(
                    replace(truth, origin=replace(truth.origin, ms=1.0)) if isinstance(truth, Truth) else truth
                )

        super().truth(verifier, params, limit_s, second=second).add_done_callback(tell)
        return told


@contextmanager
def _studying(home: Path, picture: Picture) -> Iterator[Study]:
    """A study in the folder `home`, which is made the data folder while it lasts."""
    before = dict(os.environ)
    os.environ["QUIZ_HOME"] = str(home)
    os.environ.pop("NO_COLOR", None)
    clock = Clock(lambda: _NOW, UTC)
    try:
        with (
            open_store(paths.database_url(None)) as store,
            Timeless(packs.builtin().root, "cpu") as worker,
            language.speaking(picture.lang),
        ):
            library = Library(packs.builtin(), store)
            store.note("welcomed", "yes")
            yield Study(library, worker, clock, Options(lang=picture.lang, seed=SEED), Config())
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _rest(pilot: Pilot[QuizError | None], study: Study) -> None:
    """Waits until all that was begun is done and shown."""
    waited = 0.0
    while waited < 1.0:  # the status line looks at the worker twice a second
        await pilot.app.workers.wait_for_complete()
        screen = pilot.app.screen
        busy = study.worker.state.phase == "starting" or (isinstance(screen, LabScreen) and screen.lab.view.waiting)
        waited = 0.0 if busy else waited + 0.1
        await pilot.pause(0.1)


async def _press(pilot: Pilot[QuizError | None], key: str) -> None:
    screen = pilot.app.screen
    if key not in ("?", "!"):
        await pilot.press(key)
        return
    assert isinstance(screen, DrillScreen)
    assert screen.sitting.truth is not None
    truth = await asyncio.wrap_future(screen.sitting.truth)
    assert isinstance(truth, Truth), truth
    await pilot.press(*write(truth.mistakes[0].value if key == "?" else truth.value))


async def _taken(study: Study, picture: Picture) -> str:
    app = QuizApp(study, picture.scope, lab=picture.lab)
    async with app.run_test(size=picture.size) as pilot:
        await _rest(pilot, study)
        for key in picture.keys:
            await _press(pilot, key)
        await _rest(pilot, study)
        for one in app.screen.query(Input):
            one.cursor_blink = False
            one._cursor_visible = True
        await _rest(pilot, study)
        return settled(app.export_screenshot(title=picture.title))


def take(name: str) -> str:
    """The picture `name`, as SVG."""
    picture = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder, _studying(Path(folder), picture) as study:
        if picture.lived:
            year.live(study.library, study.clock, SEED)
        if picture.lab is not None:
            Tried(paths.home() / "lab.json").note(picture.lab, picture.params)
        return asyncio.run(_taken(study, picture))


def settled(svg: str) -> str:
    """`svg` so that every viewer shows the same: blanks are kept, and no font is fetched from anywhere."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg).replace("<svg ", '<svg xml:space="preserve" ', 1)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def words(svg: str) -> list[str]:
    """What stands in a picture, line by line."""
    lines: dict[float, str] = {}
    for row, text in re.findall(r'<text [^>]*\by="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        lines[float(row)] = lines.get(float(row), "") + unescape(text).replace("\xa0", " ")
    return [lines[row].rstrip() for row in sorted(lines)]


def path(name: str) -> Path:
    """Where the picture `name` is kept."""
    return FOLDER / f"{name}.svg"


def main(names: Sequence[str]) -> None:
    """Takes the pictures `names`, or all, and says which."""
    for name in names or PICTURES:
        path(name).write_text(take(name), encoding="utf-8")
        print(path(name).name)


if __name__ == "__main__":
    main(sys.argv[1:])
