"""The language in which the app speaks: English as written in the source, others from gettext catalogues.

What is said to a learner goes through `_` (or `ngettext`) at the moment of saying. A text that stands at module level
is marked with `mark`, and translated where it is shown. In English stay the faults of decks and verifiers, the reports
of `quiz verify` and `quiz audit`, `--help`, JSON, and what is wrong with a command line: authors, CI and scripts read
those, quote them and search for them, and the index keeps some of them. So decks are read with `speaking("en")`.

`python -m docs.catalogues` brings the catalogues in step with the sources; `tests/test_untranslated.py` finds what is
said past them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")
_CATALOGUES = Path(__file__).parent / "locale"
_language = "en"


def use(language: str) -> None:
    """Speaks `language` from now on. Raises ValueError for one that there is no catalogue of."""
    global _language  # noqa: PLW0603 - one app speaks one language at a time
    if language not in LANGUAGES:
        raise ValueError(f"there is no language '{language}'; there are {', '.join(LANGUAGES)}")
    _language = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks `language` inside, and what was spoken before afterwards. Raises ValueError as `use` does."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def current() -> str:
    """The language that is spoken."""
    return _language


def _(message: str) -> str:
    """`message` in the language that is spoken. It may have `{named}` places, to be filled by `format` afterwards."""
    if _language == "en" or not message:  # gettext translates nothing by its header
        return message
    return _catalogue(_language).gettext(message)


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
