"""The language in which the app speaks: English as written in the source, others from gettext catalogues.

What is said to a learner goes through `_` (or `ngettext`) at the moment of saying. A text that stands at module level is
marked with `mark`, and translated where it is shown. What only authors of decks and CI read (faults of decks, the
reports of `quiz verify`, `--help`) stays in English: it is quoted in searches and logs.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "zh")
_CATALOGUES = Path(__file__).parent / "locale"
_language = "en"


def use(language: str) -> None:
    """Speaks `language` from now on. Raises ValueError for one that there is no catalogue of."""
    global _language  # noqa: PLW0603 - one app speaks one language at a time
    if language not in LANGUAGES:
        raise ValueError(f"there is no language '{language}'; there are {', '.join(LANGUAGES)}")
    _language = language


def current() -> str:
    """The language that is spoken."""
    return _language


def _(message: str) -> str:
    """`message` in the language that is spoken. It may have `{named}` places, to be filled by `format` afterwards."""
    return message if _language == "en" else _catalogue(_language).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """`one` or `many`, as `number` wants it in the language that is spoken."""
    if _language == "en":
        return one if number == 1 else many
    return _catalogue(_language).ngettext(one, many, number)


def mark(message: str) -> str:
    """`message` itself: marks a text at module level, which `_` translates when it is shown."""
    return message


@cache
def _catalogue(language: str) -> "NullTranslations":
    import gettext  # English needs none

    return gettext.translation("quizapp", _CATALOGUES, [language], fallback=True)
