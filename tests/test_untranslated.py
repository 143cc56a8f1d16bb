"""Nothing is said to a learner past the catalogue."""

from pathlib import Path

import pytest

from tests.untranslated import TRANSLATING, untranslated

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "quizapp").rglob("*.py"))

# Whole rooms that speak to authors, to CI or to a reader of the source, and stay in English; see quizapp.language.
ENGLISH = {
    "quizapp/cli.py": "--help, and what is wrong with a command line; click speaks English too",
    "quizapp/common.py": "the same",
    "quizapp/record_commands.py": "the same",
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


def test_the_net_knows_what_the_extraction_knows() -> None:
    assert {"_", "mark", "ngettext"} <= TRANSLATING
