"""Takes the picture of the README from the real app: `python -m docs.pictures` writes `docs/drill.svg`.

The deck, the verifier and the library are the real ones; only the data folder is a temporary one and the seed is fixed.
"""

import asyncio
import re
import tempfile
from html import unescape
from pathlib import Path

from quizapp import opening
from quizapp.common import Common
from quizapp.core.answer import Truth
from quizapp.core.domain import write
from quizapp.sitting import Options
from quizapp.study import Scope, Study
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.drill import DrillScreen

PICTURE = Path(__file__).parent / "drill.svg"
SCOPE = Scope(("conv/size",), ("resnet",))
SEED = 7
SIZE = (80, 28)


async def verdict() -> str:
    """The screen, as SVG, after the first question was answered with the mistake that its verifier lists first."""
    with tempfile.TemporaryDirectory() as folder:
        common = Common(db=f"sqlite:///{folder}/quiz.db", pack=None, device="cpu", lang="en")
        with opening.library(common) as library, opening.worker(library.pack, common) as worker:
            study = Study(library, worker, opening.clock(common), Options(seed=SEED))
            app = QuizApp(study, SCOPE)
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                screen = app.screen
                assert isinstance(screen, DrillScreen)
                assert screen.sitting.truth is not None
                truth = await asyncio.wrap_future(screen.sitting.truth)
                assert isinstance(truth, Truth), truth
                await pilot.press(*write(truth.mistakes[0].value), "enter")
                await app.workers.wait_for_complete()
                while worker.state.phase == "starting":  # on the libraries of the cards that follow
                    await pilot.pause(0.1)
                await pilot.pause(1.0)  # the status line looks at the worker twice a second
                return app.export_screenshot(title="quiz --deck conv/size --tag resnet")


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


def main() -> None:
    """Takes the picture and says what stands in it."""
    svg = settled(asyncio.run(verdict()))
    PICTURE.write_text(svg, encoding="utf-8")
    print(*words(svg), sep="\n")


if __name__ == "__main__":
    main()
