"""The documents say what is so: their examples are read, run and asked, their commands and tests exist."""

import contextlib
import importlib
import importlib.util
import io
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs import pictures
from quizapp import opening, packs, paths
from quizapp.authoring import Verifier
from quizapp.cli import cli
from quizapp.config import read
from quizapp.core.answer import Attempt, Origin, Right, Truth, Unverifiable
from quizapp.core.beginning import beginning
from quizapp.core.card import Card, Deck, Kind
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Code, Lines, Params, Value, write
from quizapp.core.drawing import draw
from quizapp.core.question import Question, ask, rng_for
from quizapp.core.reading import Reading
from quizapp.core.template import plain
from quizapp.core.text import Lang
from quizapp.deck.declared import read_declarations
from quizapp.deck.reader import read_deck, read_source
from quizapp.errors import Exit
from quizapp.options import APP, SCHEDULE
from quizapp.store import open_store
from quizapp.store.backups import back_up
from quizapp.tui.bindings import actions
from quizapp.verify.typing import typed
from quizapp.worker.client import Client
from quizapp.worker.load import Loaded
from quizapp.worker.plain import plain_drawn
from quizapp.worker.run import run, wanted
from quizapp.worker.versions import runs_on_torch

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)
DRAWS = 4
PYTEST_COMMAND = ".venv/bin/pytest -n 2 --dist loadfile"
WRITTEN = (Code, Lines)
KEEPING = tuple(f"$ quiz {name}" for name in ("backup", "restore", "doctor", "stats", "export", "import", "merge"))
PYTEST = {"--quiz", "--quiz-samples", "--quiz-seed", "--quiz-device", "--quiz-no-cache", "--lf", "--junitxml"}
DEFAULTS = {option.name: option.default for option in (*APP, *SCHEDULE)}
_HEAD = "title: {en: One card, zh: 一张卡}\ndescription: {en: One card., zh: 一张卡。}\ncards:\n"


@dataclass(frozen=True)
class Block:
    """What stands between fences."""

    page: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[0][:50]}"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[Block]:
    """The fenced blocks of a page in one language; a longer fence may hold shorter ones."""
    found = re.findall(r"^(`{3,})(\w+)\n(.*?)^\1$", text(name), re.DOTALL | re.MULTILINE)
    return [Block(name, language, body) for _, written, body in found if written == language]


MODULES = [block for block in blocks("docs/writing-verifiers.md", "python") if "@verifier(" in block.text]
YAML = blocks("docs/writing-cards.md", "yaml")
CARDS = [block for block in YAML if block.text.startswith("- id:")]
DECKS = [block for block in YAML if block.text.startswith("title:")]
[FAULTS] = blocks("docs/writing-cards.md", "text")
CONSOLE = blocks("README.md", "console")


@dataclass(frozen=True)
class Pack:
    """The verifiers of the documents, written to a folder, beside those that quiz brings."""

    root: Path
    declarations: dict[str, Declaration]
    mine: list[str]

    def verifier(self, name: str) -> Verifier[Any]:
        module, _, function = name.partition(".")
        path = self.root / "verifiers" / f"{module}.py"
        if path.exists():
            spec = importlib.util.spec_from_file_location(f"documented_{module}", path)
            assert spec is not None
            assert spec.loader is not None
            found = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(found)
        else:
            found = importlib.import_module(f"verifiers.{module}")
        verifier = getattr(found, function)
        assert isinstance(verifier, Verifier)
        return verifier

    def compute(self, name: str, arguments: Params) -> Truth | Unverifiable:
        """As the worker's child computes it."""
        verifier = self.verifier(name)
        loaded = Loaded(name, verifier, {verifier.library: "1"}, runs_on_torch(verifier.library))
        return run(loaded, arguments, root=self.root, device="cpu", memory=0)

    def settled(self, question: Question) -> Truth:
        card = question.card
        if card.kind is Kind.RECALL:
            return Truth(card.back.in_lang(question.lang), Origin("", {}, "", 0.0))
        truth = question.settle(self.compute(card.verifier, question.arguments))
        assert isinstance(truth, Truth), truth
        return truth

    def attempt(self, question: Question, answer: object) -> Attempt | None:
        """What comes of running an answer, where that is how it is judged."""
        if not question.card.kind.by_running:
            return None
        if question.card.kind is Kind.CODE:
            left: dict[str, object] = {}
            exec(str(answer), left)
            answer = left
        verifier = self.verifier(question.card.verifier)
        assert verifier.try_answer is not None
        return verifier.try_answer(answer=answer, **wanted(verifier, question.arguments))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    root = tmp_path_factory.mktemp("documented")
    declarations = builtin()
    mine: list[str] = []
    for block in MODULES:
        named = re.match(r"# (verifiers/\w+\.py)\n", block.text)
        assert named, f"{block}: the first line of an example names its file"
        path = root / named[1]
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        found, faults = read_declarations(path)
        assert faults == ()
        declarations |= found
        mine += found
    return Pack(root, declarations, mine)


def cards(pack: Pack, block: Block) -> tuple[Card, ...]:
    source = block.text
    if block in CARDS:
        source = _HEAD + "".join(f"  {line}" for line in source.splitlines(keepends=True))
    read = read_source(source.encode(), "cards/a/b.yaml", "a/b", pack.declarations)
    assert isinstance(read, Deck), "\n".join(map(str, read))
    return read.cards


def builtin() -> dict[str, Declaration]:
    """What the verifiers that quiz brings declare."""
    return {
        name: one for path in packs.builtin().modules().values() for name, one in read_declarations(path)[0].items()
    }


def printed(snippet: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(snippet, {})
    return out.getvalue().strip()


def test_there_are_examples_of_all_that_is_explained(pack: Pack) -> None:
    sound = [card for block in (*DECKS[:1], *CARDS) for card in cards(pack, block)]
    assert {card.kind for card in sound} == set(Kind)
    assert len(DECKS) == 2, "one is whole, and one has faults"
    assert len(pack.mine) == len(MODULES) >= 4


@pytest.mark.parametrize("number", range(len(MODULES)))
def test_a_documented_verifier_computes_agrees_with_its_second_way_and_hands_out_what_runs(
    pack: Pack, number: int
) -> None:
    name = pack.mine[number]
    declaration, verifier = pack.declarations[name], pack.verifier(name)
    domains = {name: one.domain for name, one in declaration.parameters.items() if not isinstance(one.domain, WRITTEN)}
    examples: dict[str, Value] = {"code": "print(1 + 1)", "lines": ["optimizer.step()", "print(weight)"]}
    written = {name: examples[name] for name in declaration.parameters if name not in domains}
    computed = 0
    for nth in range(DRAWS):
        params = draw(Draw(domains, declaration.where), rng_for(1, name, nth)) | written
        truth = pack.compute(name, params)
        if isinstance(truth, Unverifiable):
            assert truth.impossible, truth.error
            continue
        computed += 1
        assert all(one.text.zh for one in truth.mistakes)
        if verifier.second is not None:
            assert verifier.second(**params) == truth.value, params
        if truth.snippet:
            assert printed(truth.snippet).strip("[]") == write(truth.value), params
    assert computed


def test_a_documented_picture_can_be_drawn_at_every_step_from_its_beginning(pack: Pack) -> None:
    explored = [name for name in pack.mine if pack.declarations[name].explore is not None]
    assert explored
    for name in explored:
        declaration, draw_picture = pack.declarations[name], pack.verifier(name).draw
        assert declaration.explore is not None
        assert draw_picture is not None
        begun = beginning(declaration, {})
        for step in declaration.explore.own["step"].domain.corners():
            plain_drawn(draw_picture(**{**begun, "step": step}))


@pytest.mark.parametrize("block", [*DECKS[:1], *CARDS], ids=str)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_documented_card_can_be_asked_answered_and_explained(pack: Pack, block: Block, lang: Lang) -> None:
    for card in cards(pack, block):
        for nth in range(DRAWS):
            question = ask(card, rng_for(1, card.id, nth), lang)
            truth = pack.settled(question)
            question = question.exhibit(truth)
            reading = question.read("y" if card.kind is Kind.RECALL else typed(question, truth.value))
            assert isinstance(reading, Reading), reading
            assert isinstance(question.judge(reading, truth, pack.attempt(question, reading.value)), Right)
            assert plain(question.explanation(truth)).strip() or card.kind is Kind.RECALL


def test_the_faults_of_the_faulty_deck_are_those_documented(pack: Pack) -> None:
    read = read_source(DECKS[1].text.encode(), "cards/data/loader.yaml", "data/loader", pack.declarations)
    assert not isinstance(read, Deck)
    assert "\n".join(map(str, read)) == FAULTS.text.strip()


def test_every_command_is_shown_in_the_readme() -> None:
    shown = "".join(block.text for block in CONSOLE)
    assert [name for name in cli.commands if f"$ quiz {name}" not in shown] == []


def test_the_documented_config_file_has_every_option_with_its_default() -> None:
    [block] = blocks("README.md", "toml")
    config = read(re.sub(r"^# (?=\w+ = )", "", block.text, flags=re.MULTILINE), paths.config())
    told = {name: rule.value for name, rule in {**config.app, **config.schedule}.items()}
    assert list(told) == [option.name for option in (*APP, *SCHEDULE)]
    assert {name: told[name] if default is not None else None for name, default in DEFAULTS.items()} == DEFAULTS
    assert config.decks.keys() <= {"conv", *packs.builtin().decks()}
    assert config.keys.keys() <= actions()


def test_every_option_of_a_drill_is_named_in_the_readme() -> None:
    named = text("README.md")
    options = {option for one in cli.params for option in one.opts if option.startswith("--")}
    assert sorted(one for one in options - {"--version", "--help"} if one not in named) == []


@pytest.fixture(scope="module")
def worker() -> Iterator[Client]:
    with Client(packs.builtin().root, "cpu") as client:
        yield client


@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_an_example_of_the_readme_prints_what_stands_there(
    block: Block,
    worker: Client,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Versions and milliseconds may differ, and so may the numbers of cards. A line `…` stands for the rest."""

    @contextmanager
    def shared(*_: object) -> Iterator[Client]:
        yield worker

    monkeypatch.setattr(opening, "worker", shared)
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.chdir(tmp_path)
    if block.text.startswith(KEEPING):
        _study_for_a_while()
        shutil.copy(paths.home() / "quiz.db", "laptop.db")
    if block.text.startswith("$ quiz import"):
        cli.main(["export", "reviews.jsonl"], prog_name="quiz", standalone_mode=False)
        capsys.readouterr()
    command, *lines = block.text.strip().splitlines()
    code = cli.main(command.removeprefix("$ quiz ").split(), prog_name="quiz", standalone_mode=False)
    assert code in (None, Exit.OK, Exit.DISAGREEMENT)
    told = capsys.readouterr().out.strip().splitlines()
    if lines[-1] == "…":
        lines, told = lines[:-1], told[: len(lines) - 1]
    assert [masked(line) for line in told] == [masked(line) for line in lines]


def _study_for_a_while() -> None:
    """A learner's database with some events and a backup, for the commands about these."""
    paths.home().mkdir()
    database = paths.home() / "quiz.db"
    database.write_bytes((ROOT / "tests/store/databases/v2.db").read_bytes())
    open_store(paths.url_of(database)).close()
    back_up(database, time.time_ns() // 1_000_000)


def masked(line: str) -> str:
    if re.fullmatch(r"\S+ +\d+ +\d+ %[ \d]+", line):  # a row of `quiz decks`
        return re.sub(r"\s+", " ", re.sub(r"\d+", "n", line))
    if re.fullmatch(r"\d+ cards · .+ s|python [\d.]+", line):  # the end of `quiz verify`
        return re.sub(r"[\d.]+", "n", line)
    line = re.sub(r"\S*quiz-\d{4}-\d\d-\d\dT\d{6}Z(\S*)\.db", r"backup\1", line)
    line = re.sub(r"[\d.]+ kB", "n kB", line)
    line = re.sub(r"^config file: .+", "config file: …", line)
    return re.sub(r"torch \S+ · (\w+) · [\d.]+ ms", r"torch … · \1 · … ms", line)


def test_the_exit_codes_are_all_in_the_readme() -> None:
    assert re.findall(r"^\| (\d+) \|", text("README.md"), re.MULTILINE) == [str(int(code)) for code in Exit]


@pytest.mark.parametrize(
    ("mark", "begins", "ends"),
    [
        ("drill", "python3 -m venv .venv && .venv/bin/pip install -q . && ", ".venv/bin/quiz --deck conv"),
        ("test", "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && ", PYTEST_COMMAND),
    ],
)
def test_each_of_the_two_command_lines_is_one_line_that_sets_itself_up(mark: str, begins: str, ends: str) -> None:
    [command] = re.findall(rf"<!-- {mark} command -->\n```sh\n(.+)\n```\n", text("README.md"))
    assert command.startswith(begins)
    assert command.endswith(ends)


def test_the_test_command_runs_every_check() -> None:
    [command] = re.findall(r"<!-- test command -->\n```sh\n(.+)\n```", text("README.md"))
    for check in ("ruff check .", "ruff format --check .", "mypy", "lint-imports"):
        assert f".venv/bin/{check}" in command.split(" && ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_place_of_one_machine_and_links_to_what_is_there(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.:/~-])/(work|tmp|root|Users)\b", written)
    if page.name != "notes-audit.md":  # which quotes the addresses that the notes give
        assert "://" not in written.replace("sqlite://", "")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", written):
        assert (page.parent / target).exists(), target


def test_the_tests_that_hold_the_promises_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text("docs/architecture.md"))
    assert len(named) > 10
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert f"def {test}(" in text(file) or not test, f"{file}::{test}"


def test_every_room_stands_in_the_architecture() -> None:
    rooms = {path.name for path in (ROOT / "quizapp").iterdir() if path.is_dir() or path.suffix == ".py"}
    rooms = {name for name in rooms if not name.startswith("_")}
    [tree] = blocks("docs/architecture.md", "text")
    drawn = re.findall(r"^  ([\w.]+)/?\s", tree.text, re.MULTILINE)
    assert rooms == set(drawn)


def test_every_picture_in_the_documents_is_made_by_the_command_and_says_what_is_seen() -> None:
    shown = {
        (page.parent / target).resolve(): alt
        for page in PAGES
        for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert set(shown) == {pictures.path(name) for name in pictures.PICTURES} == set((ROOT / "docs").glob("*.svg"))
    assert all(len(alt.split()) > 5 and alt.endswith(".") for alt in shown.values())


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_fetches_nothing_and_has_the_size_that_the_command_gives_it(name: str) -> None:
    svg = pictures.path(name).read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\s\"')]+", svg) == ["http://www.w3.org/2000/svg", "https://www.textualize.io"]
    assert pictures.PICTURES[name].title in [line.strip() for line in pictures.words(svg)]
    assert len(pictures.words(svg)) - 1 == pictures.PICTURES[name].size[1]


def test_the_command_takes_a_picture_of_the_app() -> None:
    shown = pictures.words(pictures.take("home"))
    assert any(re.search(r"everything +[1-9]\d* due", line) for line in shown)  # the made-up year is in it
    assert any(line.lstrip().startswith("▾ conv") for line in shown)


def test_the_picture_shows_the_card_as_it_is_now() -> None:
    svg = pictures.path("drill").read_text(encoding="utf-8")
    shown = pictures.words(svg)
    [name] = pictures.SCOPE.decks
    deck = read_deck(packs.builtin().decks()[name], name, builtin())
    assert isinstance(deck, Deck)
    card = next(card for card in deck.cards if set(card.tags) & set(pictures.SCOPE.tags))
    prompt = plain(ask(card, rng_for(pictures.SEED, card.id)).prompt)
    again = "take the picture again: python -m docs.pictures"
    for line in prompt.splitlines():
        assert line.startswith("```") or not line or any(line.strip() in row for row in shown), again
    everything = " ".join(shown)
    for words in ("✗ Wrong: ", "The answer is ", "1 again", "4 easy", " · cpu · "):
        assert words in everything, again


def test_the_hook_and_the_workflow_call_what_is_there() -> None:
    [hook] = yaml.safe_load(text(".pre-commit-hooks.yaml"))
    assert hook["entry"] == "quiz verify --static"
    uses, workflow = (yaml.safe_load(block.text) for block in blocks("docs/verifying.md", "yaml"))
    assert uses["repos"][0]["hooks"] == [{"id": hook["id"]}]
    [command] = [step["run"] for step in workflow["jobs"]["verify"]["steps"] if "quiz verify" in step.get("run", "")]
    options = {option for one in cli.commands["verify"].params for option in one.opts}
    assert set(re.findall(r"--[a-z-]+", command + text("docs/verifying.md"))) <= options | PYTEST
