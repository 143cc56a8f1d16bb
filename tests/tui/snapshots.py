"""Pictures of screens, compared with those that were looked at once: SVG, without what differs from run to run."""

import os
import re
from pathlib import Path

from quizapp.tui.app import QuizApp

FOLDER = Path(__file__).parent / "snapshots"


def normalised(svg: str) -> str:
    """The picture without Rich's ids, which hang on the whole of it, and without the fonts that it would fetch."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def matches(app: QuizApp, name: str) -> None:
    """Holds the screen against the picture `name`; QUIZ_SNAPSHOTS=write takes it anew. See CONTRIBUTING.md."""
    path = FOLDER / f"{name}.svg"
    taken = normalised(app.export_screenshot(title="quiz"))
    if os.environ.get("QUIZ_SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(taken, "utf-8")
        return
    kept = path.read_text("utf-8")
    if taken != kept:
        path.with_suffix(".new.svg").write_text(taken, "utf-8")
        raise AssertionError(f"{path.name} looks different:\n{_differing(kept, taken)}")


def _differing(kept: str, taken: str) -> str:
    """The first lines of text that differ."""
    before, after = (re.findall(r">([^<>]+)</text>", one) for one in (kept, taken))
    lines = [f"- {old}\n+ {new}" for old, new in zip(before, after, strict=False) if old != new]
    return "\n".join(lines[:12]) or "the words are the same, their colours or places are not"
