"""The app's own themes, dark and light: every text on its background has a contrast of at least 4.5 to 1 (WCAG AA)."""

from textual.theme import Theme

DARK = Theme(
    name="quiz",
    primary="#7cb7ff",
    secondary="#b9a5ff",
    accent="#ffb454",
    success="#7fd88f",
    warning="#ffd166",
    error="#ff8f8f",
    foreground="#e6e6e6",
    background="#14161a",
    surface="#1c1f25",
    panel="#262a32",
    dark=True,
    variables={
        "foreground-muted": "#a3abb8",
        "block-cursor-background": "#2b3f58",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#3d5a80",
    },
)
LIGHT = Theme(
    name="quiz-light",
    primary="#0b5cad",
    secondary="#5b3fb0",
    accent="#8a4b00",
    success="#146c2e",
    warning="#7a5200",
    error="#a51d1d",
    foreground="#1b1d21",
    background="#fbfbf8",
    surface="#f1f1ec",
    panel="#e4e4dd",
    dark=False,
    variables={
        "foreground-muted": "#565c66",
        "block-cursor-background": "#d3e3f5",
        "block-cursor-foreground": "#10243d",
        "input-selection-background": "#b9d5f2",
    },
)
OURS = (DARK, LIGHT)
