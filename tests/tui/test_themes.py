"""The app's own themes can be read: a contrast of 4.5 to 1 wherever text stands (WCAG 2.2, 1.4.3)."""

import pytest
from textual.color import Color
from textual.theme import Theme

from quizapp.tui.themes import OURS

TEXTS = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")


def luminance(color: Color) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [part / 255 for part in color.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    variables = theme.to_color_system().generate()
    grounds = [variables[name] for name in ("background", "surface", "panel", "block-cursor-background")]
    inks = [variables[name] for name in TEXTS] + [variables["foreground-muted"]]
    inks += [variables[f"text-{name}"] for name in TEXTS[1:]]
    low = [(ink, ground, contrast(ink, ground)) for ink in inks for ground in grounds if contrast(ink, ground) < 4.5]
    assert low == []


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_the_cursor_can_be_read(theme: Theme) -> None:
    variables = theme.variables
    assert contrast(variables["block-cursor-foreground"], variables["block-cursor-background"]) >= 4.5
