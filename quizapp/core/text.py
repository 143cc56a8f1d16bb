"""Text that is safe to show, in English and Chinese."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]

# C0 without newline and tab, DEL and C1: a terminal may obey these.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Characters that reorder what follows; shown by name, so that a reader sees that they are there.
_BIDI = {
    "\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_OBEYED = re.compile(f"[\x7f-\x9f{''.join(_BIDI)}]")
_BIDI_TABLE = str.maketrans({char: f"⟨{name}⟩" for char, name in _BIDI.items()})


def clean(text: str) -> str:
    """`text` without control characters (newline and tab stay) and with bidirectional controls made visible."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub("", text.replace("\r\n", "\n")).translate(_BIDI_TABLE)


def on_a_line(text: str) -> str:
    """`text`, whoever wrote it, harmless and on one line."""
    return text if text.isascii() and text.isprintable() else " ".join(clean(text).split())


def in_json(written: str) -> str:
    """A JSON document that says the same with escapes for whatever a terminal might obey: JSON itself asks that of
    U+0000 to U+001F only."""
    return _OBEYED.sub(lambda one: f"\\u{ord(one[0]):04x}", written)


def cells(text: str) -> int:
    """How many cells of a terminal `text` takes: Chinese characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else not unicodedata.combining(one) for one in text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` with blanks up to `width` cells, behind it or before."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages; an empty `zh` falls back to English."""

    en: str
    zh: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "en", clean(self.en))
        object.__setattr__(self, "zh", clean(self.zh))

    def __bool__(self) -> bool:
        return bool(self.en)

    def in_lang(self, lang: Lang) -> str:
        return self.zh or self.en if lang == "zh" else self.en
