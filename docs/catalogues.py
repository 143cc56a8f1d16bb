"""Brings the catalogues of `quizapp/locale` in step with the sources: `python -m docs.catalogues`.

It extracts what `quizapp` says (`_`, `ngettext`, `mark`), merges that into each `quizapp.po` and compiles it to the
`quizapp.mo` that the app reads. The same sources give the same files, byte for byte: no dates, no line numbers, no
guessed translations. It names what has no translation yet, and ends with 1 then.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from quizapp import language

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "quizapp"
LOCALES = SOURCES / "locale"
LANGUAGES = [one for one in language.LANGUAGES if one != "en"]
_HEADER = "# What quizapp says. python -m docs.catalogues keeps it in step with the sources."
_KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}


class _Plain(Catalog):
    """A catalogue whose header says only what gettext needs; Babel's own has dates and its version in it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The header's lines."""
        return [
            ("Language", str(self.locale)),
            ("Content-Type", f"text/plain; charset={self.charset}"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def said() -> Catalog:
    """All that the sources say, in the order of files and lines."""
    found = Catalog()
    options = {"**.py": {"encoding": "utf-8"}}
    for file, line, message, comments, context in extract_from_dir(
        SOURCES, [("**.py", "python")], options, _KEYWORDS, ["i18n:"], strip_comment_tags=True
    ):
        found.add(message, locations=[(f"quizapp/{file}", line)], auto_comments=comments, context=context)
    return found


def merged(translated: bytes, language: str) -> Catalog:
    """What the sources say, with the translations of a .po file where it has them."""
    known = read_po(io.BytesIO(translated), locale=language)
    result = _Plain(locale=language, charset="utf-8", fuzzy=False, header_comment=_HEADER)
    for message in said():
        if message.id:
            old = known.get(message.id, message.context)
            string = old.string if old is not None else None
            result.add(message.id, string, message.locations, auto_comments=message.auto_comments)
    return result


def po(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file: each message with the files that say it."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, omit_header=False, sort_output=False, include_lineno=False)
    return out.getvalue()


def mo(catalogue: Catalog) -> bytes:
    """The catalogue compiled. What has no translation isn't in it, so that it is said in English."""
    translated = _Plain(locale=str(catalogue.locale), charset="utf-8")
    for one in catalogue:
        if one.id and _whole(one):
            translated.add(one.id, one.string)
    out = io.BytesIO()
    write_mo(out, translated)
    return out.getvalue()


def path(language: str) -> Path:
    """The .po file of a language; its .mo lies beside it."""
    return LOCALES / language / "LC_MESSAGES" / "quizapp.po"


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that have no translation, or not in every plural form."""
    return [str(one.id) for one in catalogue if one.id and not _whole(one)]


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def main() -> int:
    """Brings every catalogue in step. 1 where a translation is missing."""
    missing = 0
    for name in LANGUAGES:
        file = path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        catalogue = merged(file.read_bytes() if file.exists() else b"", name)
        file.write_bytes(po(catalogue))
        file.with_suffix(".mo").write_bytes(mo(catalogue))
        without = untranslated(catalogue)
        print(f"{name}: {len(catalogue)} messages, {len(without)} without a translation", *without, sep="\n  ")
        missing += len(without)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
