"""The app speaks English and Chinese: whatever it says is in the catalogue, and nothing is said past it."""

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
from tests.untranslated import TRANSLATING, untranslated

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

# Whole rooms that speak to authors, to CI or to a reader of the source, and stay in English; see quizapp.language.
ENGLISH = {
    "quizapp/cli.py": "--help, and what is wrong with a command line; click speaks English too",
    "quizapp/deck/": "faults of decks and declarations, for their authors; the index keeps them",
    "quizapp/verify/": "the reports of quiz verify and quiz audit, for authors and CI",
    "quizapp/core/expression.py": "faults of a deck's conditions and templates, for its author",
    "quizapp/core/template.py": "faults of a deck's texts, for its author",
    "quizapp/worker/plain.py": "what a verifier must not return, for its author",
    "quizapp/worker/payload.py": "between the app and its child",
    "quizapp/worker/protocol.py": "between the app and its child",
}
# Single texts elsewhere that look like words for a learner and are none.
ALLOWED = {
    "quizapp/core/claim.py": {"holds with a condition", "out of date", "can't be tested"},  # written so in decks
    "quizapp/core/codec.py": {"an event of the kind '{}' is not known to this version of quizapp"},  # doctor's to tell
    "quizapp/core/planning.py": {"due first", "new first"},  # values of an option
    "quizapp/options.py": {"due first", "new first"},
    "quizapp/language.py": {"there is no language '{}'; there are {}"},  # a programmer's mistake
    "quizapp/store/migrations.py": {"made by"},  # a key in the database
    "quizapp/tui/app.py": {"quiz"},  # its name
    "quizapp/tui/widgets/answers.py": {"{} is answered by a line of text"},  # a programmer's mistake
    "quizapp/worker/confine.py": {
        "code that answers a question may not {} ({})"
    },  # seen by the code, not by its author
    "quizapp/worker/learner.py": {"<your code>", "it is nested too deeply"},  # a file's name; Python's own words follow
    "quizapp/worker/memory.py": {"can't allocate memory", "not enough memory", "out of memory"},  # what others say
    "quizapp/worker/process.py": {"Fatal Python error"},  # faulthandler's
    "quizapp/worker/mishap.py": {", in line {}", " at line {}"},  # stands beside its Chinese
    "quizapp/worker/versions.py": {"of unknown version"},  # in the place of a version, and kept with the answer
    "quizapp/worker/watch.py": {"os._exit with exit code {}", "(most recent call first):"},  # Python's own words
    # What a domain, a draw or a picture refuses is wrong in a deck or a verifier.
    "quizapp/core/domain/__init__.py": None,
    "quizapp/core/domain/scalars.py": {
        "no whole number lies between {} and {}",
        "no number lies between {} and {} in steps of {}",
        "a choice needs at least one value",
        "'often' names {}, which is not {}",
    },
    "quizapp/core/domain/source.py": {
        "code is not drawn; give the card a field 'code'",
        "lines are not drawn; give the card a field 'lines'",
    },
    "quizapp/core/domain/structures.py": {
        "no {} probabilities in steps of {} add up to 1",
        "a shape has 1 to 8 dimensions",
        "an array has 1 to 16 rows and columns, and a smallest and a largest number",
        "a stack has 1 to 12 layers",
    },
    "quizapp/core/drawing.py": {"an empty domain", "no draw satisfies {}"},
    "quizapp/core/picture.py": None,
    "quizapp/core/question.py": None,  # why a verifier's truth can't be one, for its author
    "quizapp/core/schedule.py": None,  # settings that the config file has refused before
    "quizapp/worker/boot.py": None,  # a program
}


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def spoken() -> list[Path]:
    return [path for path in SOURCES if not shown(path).startswith(tuple(ENGLISH))]


@pytest.mark.parametrize("path", spoken(), ids=shown)
def test_nothing_is_said_past_the_catalogue(path: Path) -> None:
    name = shown(path)
    allowed = ALLOWED.get(name, set())
    if allowed is None:
        return
    found = untranslated(path.read_text(encoding="utf-8"), name)
    unsaid = [str(one) for one in found if one.text not in allowed]
    assert not unsaid, "put _(…), ngettext(…) or mark(…) around:\n" + "\n".join(unsaid)


def test_whatever_is_allowed_in_english_still_stands_where_it_is_allowed() -> None:
    for name, texts in ALLOWED.items():
        found = {one.text for one in untranslated((ROOT / name).read_text(encoding="utf-8"), name)}
        assert found, name
        assert texts is None or texts <= found, (name, texts - found)
    names = [shown(path) for path in SOURCES]
    assert all(any(name.startswith(room) for name in names) for room in ENGLISH)


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    return "Nothing is due."',
        'def f():\n    yield f"{n} cards are due"',
        'Static("Hello")',
        'self.notify("Undone")',
        'Binding("g", "go", "go on")',
        'Binding("g", "go", description="go")',
        'print(f"{n} due")',
        'raise QuizError(f"no deck {name}", hint="choose")',
        'raise QuizError(_("no deck"), hint="choose")',
        'Content.styled("Hello", "bold $text-error")',
        'Content.assemble(("Hello", "bold"), " ", name)',
        'Input(placeholder="query")',
        'widget.border_title = "Cards"',
        'lines.say("Wrong" if wrong else "Right")',
        'lines = {1: "The file is damaged."}',
        'print("Saved " + name)',
        'print("deck".ljust(9))',
        'class S:\n    HELP = "Enter goes home."',
    ],
)
def test_words_that_are_not_translated_are_found(source: str) -> None:
    assert untranslated(source, "one.py")


@pytest.mark.parametrize(
    "source",
    [
        '"""It says nothing to anybody."""',
        'def f():\n    """It says nothing to anybody."""\n    return _("Nothing is due.")',
        'Binding("g", "go_on", mark("go on"), id="drill.go")',
        'print(ngettext("{n} card", "{n} cards", n).format(n=n))',
        'Static(Content(""), id="question", classes="wide box")',
        'Content.styled(name, "bold $text-error")',
        'Content.assemble((name, "bold underline $text-error"), " · ", ("✓ ", "$text-success"))',
        'connection.exec_driver_sql("PRAGMA synchronous=FULL")',
        'x: "Future[Truth | Unverifiable]" = f()',
        'Text("Wrong in the gap.", "空不对。")',
        'print(f"{name}: {value:5.1f} %")',
        'assert kind == "is no such thing"',
    ],
)
def test_what_is_no_word_to_a_learner_is_not_found(source: str) -> None:
    assert not untranslated(source, "one.py")


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """The texts that a module gives to be translated, each with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "mark", "ngettext"}:
            for one in node.args[: 2 if node.func.id == "ngettext" else 1]:
                assert not isinstance(one, ast.JoinedStr), f"{shown(path)}:{one.lineno}: fill it by format, afterwards"
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.lineno, one.value


def test_whatever_is_to_be_translated_is_extracted() -> None:
    """An f-string around `_` hides it from the extraction."""
    known = {text for one in catalogues.said() if one.id for text in _both(one)}
    lost = [f"{shown(path)}:{line}: {text!r}" for path in SOURCES for line, text in messages(path) if text not in known]
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
        assert quiz("--lang", "zh", "--deck", "arit", "--plain").error == "quiz: 没有卡组“arit”；您是想写 'arith' 或 'toy/arith' 吗？"
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


def test_the_net_knows_what_the_extraction_knows() -> None:
    assert {"_", "mark", "ngettext"} <= TRANSLATING
