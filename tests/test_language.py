"""The app speaks English and Chinese: whatever it says is in the catalogue, and it can be switched while it runs."""

import ast
import io
import shutil
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from docs import catalogues
from quizapp import language
from quizapp.core.card import Kind
from quizapp.core.reading import number
from quizapp.errors import Exit
from quizapp.language import _, mark, ngettext
from tests.command_line import PACK, quiz

BROKEN = """\
title: {en: Broken, zh: 坏}
description: {en: It has a number that is too large., zh: 有一个数太大。}
cards:
  - id: toy/broken/one
    kind: number
    verifier: toy.add
    params:
      a: 1000
    prompt: {en: "{a} and {b}?", zh: "{a} 加 {b}？"}
    explain: {en: "{truth}", zh: "{truth}"}
"""
ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "quizapp").rglob("*.py"))


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """The texts that a module gives to be translated, each with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "mark", "ngettext"}:
            for one in node.args[: 2 if node.func.id == "ngettext" else 1]:
                assert not isinstance(one, ast.JoinedStr), f"{path}:{one.lineno}: fill it by format, afterwards"
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.lineno, one.value


def test_whatever_is_to_be_translated_is_extracted() -> None:
    """An f-string around `_` hides it from the extraction."""
    known = {text for one in catalogues.said() if one.id for text in _both(one)}
    lost = [f"{path}:{line}: {text!r}" for path in SOURCES for line, text in messages(path) if text not in known]
    assert not lost, "take these out of their f-strings:\n" + "\n".join(lost)


def _both(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


@pytest.mark.parametrize("name", catalogues.LANGUAGES)
class TestCatalogue:
    def test_it_is_in_step_with_the_sources(self, name: str) -> None:
        file = catalogues.path(name)
        written = file.read_bytes()
        assert catalogues.po(catalogues.merged(written, name)) == written, "run python -m docs.catalogues"

    def test_what_is_compiled_is_what_is_written(self, name: str) -> None:
        file = catalogues.path(name)
        written = catalogues.mo(catalogues.merged(file.read_bytes(), name))
        assert file.with_suffix(".mo").read_bytes() == written, "run python -m docs.catalogues"

    def test_every_message_has_a_translation(self, name: str) -> None:
        catalogue = read_po(io.BytesIO(catalogues.path(name).read_bytes()), locale=name)
        assert not catalogues.untranslated(catalogue)
        assert not [one.id for one in catalogue if one.id and one.fuzzy]

    def test_a_translation_has_the_places_of_its_message(self, name: str) -> None:
        for message, translation in translations(name):
            assert places(translation) == places(message), (message, translation)

    def test_a_translation_names_the_keys_and_commands_of_its_message(self, name: str) -> None:
        for message, translation in translations(name):
            for word in ("Enter", "Escape", "'quiz backup'", "'quiz restore'", "--db", "--cram", "Tab"):
                assert (word in message) <= (word in translation), (message, translation)


def translations(name: str) -> Iterator[tuple[str, str]]:
    """Every message that has a translation, with each form of that."""
    for one in read_po(io.BytesIO(catalogues.path(name).read_bytes()), locale=name):
        for string_ in one.string if isinstance(one.string, tuple) else [str(one.string)]:
            if one.id and string_:
                yield _both(one)[-1], string_


def places(text: str) -> list[tuple[str, str]]:
    """The places to be filled, each with its format, in order."""
    return sorted((name, spec or "") for _text, name, spec, _how in string.Formatter().parse(text) if name is not None)


class TestSwitching:
    def test_what_is_said_next_is_said_in_the_language_that_is_spoken(self) -> None:
        english = str(getattr(number("a lot"), "why", ""))
        with language.speaking("zh"):
            chinese = str(getattr(number("a lot"), "why", ""))
        assert english.startswith("That is not a number")
        assert chinese.startswith("这不是数")
        assert language.current() == "en"

    def test_numbers_choose_their_form(self) -> None:
        def cards(number: int) -> str:
            return ngettext("{n} card", "{n} cards", number).format(n=number)

        assert [cards(1), cards(2)] == ["1 card", "2 cards"]
        with language.speaking("zh"):
            assert [cards(1), cards(2)] == ["1 张卡片", "2 张卡片"]

    def test_a_marked_text_is_translated_when_it_is_shown(self) -> None:
        text = mark("go on")
        assert text == _(text) == "go on"
        with language.speaking("zh"):
            assert text == "go on"
            assert _(text) == "继续"

    def test_what_no_catalogue_has_is_said_as_it_is(self) -> None:
        with language.speaking("zh"):
            assert _("conv/size") == "conv/size"
            assert _("") == ""

    def test_there_is_no_third_language(self) -> None:
        with pytest.raises(ValueError, match="there are en, zh"):
            language.use("fr")
        assert language.current() == "en"

    def test_a_language_ends_with_what_it_was_spoken_for(self) -> None:
        with pytest.raises(ZeroDivisionError), language.speaking("zh"):
            _ = 1 / 0
        assert language.current() == "en"


class TestCommandLine:
    def test_it_says_in_chinese_what_is_wrong(self) -> None:
        said = "quiz: 没有卡组“arit”；您是想写 'arith' 或 'toy/arith' 吗？"
        assert quiz("--lang", "zh", "--deck", "arit", "--plain").error == said
        ran = quiz("--lang", "zh", "check", "toy/arith/sum", "many")
        assert ran.out.startswith("无法读懂: 这不是数")
        assert ran.code == Exit.BAD_INPUT

    def test_a_config_file_says_which_language(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (home / "config.toml").write_text('lang = "zh"\n', encoding="utf-8")
        assert quiz("--deck", "nosuch", "--plain").error.startswith("quiz: 没有卡组")
        assert quiz("--lang", "en", "--deck", "nosuch", "--plain").error.startswith("quiz: there is no deck")

    def test_the_faults_of_decks_stay_in_english(self, tmp_path: Path) -> None:
        pack = tmp_path / "pack"
        shutil.copytree(PACK, pack)
        deck = pack / "cards" / "toy" / "broken.yaml"
        deck.write_text(BROKEN, encoding="utf-8")
        said = {lang: quiz("--lang", lang, "decks", pack=pack).err for lang in ("zh", "en")}
        assert "broken.yaml:8" in said["zh"]
        assert said["zh"] == said["en"]

    def test_documents_are_the_same_in_every_language(self) -> None:
        one, other = (quiz("--lang", lang, "check", "toy/arith/sum", "1", "--json").document for lang in ("en", "zh"))
        assert one.keys() == other.keys()
        assert one["verdict"] == other["verdict"]


def test_kinds_are_no_words() -> None:
    """They are written in decks and queries, so they aren't translated."""
    with language.speaking("zh"):
        assert str(Kind.NUMBER) == "number"
