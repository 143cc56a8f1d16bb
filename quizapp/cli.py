"""The command line. Each command imports what it needs inside its function, so that `--help` stays light."""

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any, NoReturn, TypeVar

import click

from quizapp import __version__, language, paths
from quizapp.config import Config, Rule, from_environment, load
from quizapp.core.text import Lang, clean
from quizapp.errors import Exit, QuizError
from quizapp.options import device

F = TypeVar("F", bound=Callable[..., Any])

LIST_ORDERS = ("deck", "id", "due", "stability", "difficulty", "reviews", "lapses")
COMMON = ("db", "pack", "device", "lang")
DRILL_OPTIONS = ("deck", "count", "cram", "ahead", "tag", "seed", "plain")


@dataclass(frozen=True, slots=True)
class Common:
    """The options that every command takes, before or after its name."""

    db: str | None
    pack: str | None
    device: str
    lang: Lang
    config: Config = field(default_factory=Config)


def _device(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value if value is None else device(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is no device; there are auto, cpu, cuda, cuda:1 and mps.") from None


def _common_options(command: F) -> F:
    for option in (
        click.option(
            "--lang", type=click.Choice(["en", "zh"]), help="The language of the cards and the app [default: en]."
        ),
        click.option(
            "--device",
            callback=_device,
            metavar="auto|cpu|cuda|mps",
            help="Where verifiers run [default: auto].",
        ),
        click.option(
            "--pack",
            metavar="DIR",
            help="A folder with cards/ and verifiers/, for the built-in pack. Its Python runs: name one you trust.",
        ),
        click.option("--db", metavar="URL", help="The database [default: a file in the data folder]."),
    ):
        command = option(command)
    return command


def _common(config: Config | None = None) -> Common:
    """What holds for this command: a flag goes before the environment, the environment before the config file.

    config: instead of the learner's own. Raises QuizError for a config file that can't be read.
    """
    context = click.get_current_context()
    flags: dict[str, Rule] = {}
    for params in (context.parent.params if context.parent is not None else {}, context.params):
        flags |= {name: Rule(params[name], f"--{name}") for name in COMMON if params.get(name) is not None}
    # What is wrong with the config file is said before it could say in which language.
    spoken = flags["lang"].value if "lang" in flags else os.environ.get("QUIZ_LANG")
    language.use(spoken if spoken in language.LANGUAGES else "en")
    config = load(paths.config()) if config is None else config
    config = replace(config, given={**config.given, **flags})
    common = Common(**{name: config.option(name) for name in COMMON}, config=config)
    language.use(common.lang)
    return common


_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_seed = click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same numbers.")
_params = click.argument("params", nargs=-1, metavar="[NAME=VALUE]...")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="quiz %(version)s")
@click.option(
    "--deck", "-d", multiple=True, metavar="NAME", help="Drill a folder, a deck or the unique last part of one."
)
@click.option("--count", "-n", type=click.IntRange(1), help="At most so many questions.")
@click.option("--cram", is_flag=True, help="Ask without touching the schedule.")
@click.option("--ahead", is_flag=True, help="Ask cards before they are due; each answer counts.")
@click.option("--tag", multiple=True, help="Only cards with this tag.")
@click.option("--seed", type=int, help="A sitting that can be repeated.")
@click.option("--plain", is_flag=True, help="Line mode: questions on stdout, an answer per line on stdin.")
@_common_options
def cli(
    deck: Sequence[str],
    count: int | None,
    cram: bool,
    ahead: bool,
    tag: Sequence[str],
    seed: int | None,
    plain: bool,
    **_: Any,
) -> None:
    """Spaced repetition for PyTorch, machine learning and Python.

    Without a command this opens the app; with --deck it goes straight into a drill.
    """
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        for name in DRILL_OPTIONS:
            value = context.params[name]
            if value is not None and value is not False and value != ():  # a seed of 0 is given too
                raise click.UsageError(f"--{name} belongs to a drill; it can't stand before a command.")
        return
    from quizapp import drill

    wanted = drill.Wanted(
        deck=tuple(deck), count=count, cram=cram, ahead=ahead, tags=tuple(tag), seed=seed, plain=plain
    )
    drill.start(wanted, _common())


@cli.command()
@_common_options
@_as_json
def decks(as_json: bool, **_: Any) -> None:
    """Decks with their cards, new and due ones."""
    from quizapp import commands

    commands.decks(_common(), as_json)


@cli.command()
@click.argument("card")
@_params
@_seed
@_common_options
@_as_json
def show(card: str, params: Sequence[str], seed: int, as_json: bool, **_: Any) -> None:
    """One question with its truth, worked steps and known mistakes."""
    from quizapp import commands

    commands.show(card, params, seed, _common(), as_json)


# Negative numbers are answers, not options.
@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("card")
@click.argument("answer")
@_params
@_seed
@_common_options
@_as_json
def check(card: str, answer: str, params: Sequence[str], seed: int, as_json: bool, **_: Any) -> Exit:
    """Judge one answer. Exits with 0 for right, 1 for wrong, 2 for unreadable."""
    from quizapp import commands

    return commands.check(card, answer, params, seed, _common(), as_json)


@cli.command()
@click.argument("verifier", required=False)
@_params
@click.option("--list", "list_all", is_flag=True, help="All verifiers with their parameters.")
@_common_options
@_as_json
def compute(verifier: str | None, params: Sequence[str], list_all: bool, as_json: bool, **_: Any) -> None:
    """A verifier as a calculator: quiz compute conv.output_size width=224 kernel=7 stride=2 padding=3"""
    from quizapp import commands

    if list_all:
        commands.list_verifiers(_common(), as_json)
    elif verifier is not None:
        commands.compute(verifier, params, _common(), as_json)
    else:
        raise click.UsageError("Name a verifier, or give --list to see them all.")


@cli.command()
@click.argument("verifier", required=False, default="")
@_params
@_common_options
def lab(verifier: str, params: Sequence[str], **_: Any) -> None:
    """A verifier's laboratory: turn its parameters, and see what the library says at every turn."""
    from quizapp import exploring

    exploring.lab(verifier, params, _common())


@cli.command()
@click.argument("names", nargs=-1, metavar="[DECK or PATH]...")
@click.option("--samples", type=click.IntRange(1), default=8, show_default=True, help="Questions asked of each card.")
@_seed
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Workers at a time.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds that one call may take at most.")
@click.option("--static", is_flag=True, help="Read the decks and run no verifier.")
@click.option("--trust", is_flag=True, help="Run the verifiers of a folder that is named, without asking.")
@click.option("--no-cache", is_flag=True, help="Check all anew, and remember nothing.")
@click.option("--junit", metavar="FILE", help="Write JUnit's XML as well.")
@_common_options
@_as_json
def verify(no_cache: bool, **given: Any) -> Exit:
    """Ask and answer every card, and audit every claim: is anything wrong, or no longer true?

    A PATH is a folder with cards/ and verifiers/. What has not changed since it was last checked is not checked again.
    """
    from quizapp.verify import commands

    names = [one.name for one in fields(commands.Wanted)]
    wanted = commands.Wanted(cached=not no_cache, **{name: given[name] for name in names if name in given})
    return commands.run_verify(wanted, _common())


@cli.command()
def schema() -> None:
    """The JSON Schema of deck files, for editors."""
    from quizapp.deck.schema import json_schema
    from quizapp.document import print_json

    print_json(json_schema())


@cli.command()
@click.argument("names", nargs=-1, metavar="[DECK]...")
@click.option("--markdown", "as_markdown", is_flag=True, help="A page with a table for each note.")
@_common_options
@_as_json
def audit(names: Sequence[str], as_markdown: bool, as_json: bool, **_: Any) -> Exit:
    """The claims of the notes, each put to the library."""
    from quizapp.verify import commands

    if as_json and as_markdown:
        raise click.UsageError("Give --json or --markdown, not both.")
    return commands.run_audit(names, _common(), as_json=as_json, as_markdown=as_markdown)


@cli.command()
@click.option("--list", "list_all", is_flag=True, help="The backups there are.")
@_common_options
@_as_json
def backup(list_all: bool, as_json: bool, **_: Any) -> None:
    """Back the database up now, verified; each day's first answer does so by itself."""
    from quizapp import keeping

    (keeping.list_backups if list_all else keeping.backup)(_common(), as_json)


@cli.command()
@click.argument("name", required=False, metavar="[BACKUP]")
@click.option("--latest", is_flag=True, help="The newest backup.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_common_options
@_as_json
def restore(name: str | None, latest: bool, yes: bool, as_json: bool, **_: Any) -> None:
    """Put a backup in the database's place. What is there is backed up first, or kept aside where it is damaged."""
    from quizapp import keeping

    if name is not None and latest:
        raise click.UsageError("Name a backup or give --latest, not both.")
    keeping.restore(keeping.Chosen(name, latest), _common(), yes=yes, as_json=as_json)


@cli.command()
@click.option("--fix", is_flag=True, help="Back up, then put right what can be.")
@click.option("--quick", is_flag=True, help="Without trying torch.")
@_common_options
@_as_json
def doctor(fix: bool, quick: bool, as_json: bool, **_: Any) -> Exit:
    """Look the database over, and what quiz runs in. Exits with 1 where something is wrong."""
    from quizapp import doctor

    fault: QuizError | None = None
    try:
        common = _common()
    except QuizError as error:  # the config file is one of the things that may be ill
        common, fault = _common(Config(given=from_environment())), error
    return doctor.run(common, as_json, fix=fix, quick=quick, config_fault=fault)


@cli.command()
@click.argument("deck", required=False, metavar="[DECK]")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set an option; with DECK for it alone.")
@click.option("--unset", multiple=True, metavar="NAME", help="Take an option out of the file.")
@click.option("--path", is_flag=True, help="Only say where the config file is.")
@_common_options
@_as_json
def config(
    deck: str | None, settings: Sequence[str], unset: Sequence[str], path: bool, as_json: bool, **_: Any
) -> None:
    """What is configured, for all decks or one, and where it comes from."""
    from quizapp import configuring

    if path:  # also where the file has faults
        click.echo(paths.config())
    elif settings or unset:
        configuring.change(settings, unset, deck, _common())
    else:
        configuring.show(deck, _common(), as_json)


@cli.command()
@click.argument("file")
@_common_options
@_as_json
def export(file: str, as_json: bool, **_: Any) -> None:
    """Every event into FILE.jsonl or FILE.csv; - is standard output."""
    from quizapp import exchange

    exchange.export(file, _common(), as_json)


@cli.command("import")
@click.argument("file")
@_common_options
@_as_json
def import_(file: str, as_json: bool, **_: Any) -> None:
    """Take in what was exported, or plain reviews from elsewhere; - is standard input."""
    from quizapp import exchange

    exchange.bring_in(file, _common(), as_json)


@cli.command()
@click.argument("other")
@_common_options
@_as_json
def merge(other: str, as_json: bool, **_: Any) -> None:
    """Take in the reviews of another machine's database, each once."""
    from quizapp import exchange

    exchange.merge(other, _common(), as_json)


@cli.command()
@click.argument("names", nargs=-1, metavar="[DECK]...")
@_common_options
@_as_json
def stats(names: Sequence[str], as_json: bool, **_: Any) -> None:
    """Reviews, retention against prediction, what is coming, what is hard."""
    from quizapp.stats import run

    run(names, _common(), as_json)


# `-is:new` is a word of a query, and so no letter behind a single dash may be an option.
@cli.command("list", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--limit", type=click.IntRange(0), help="At most so many cards.")
@click.option("--order", type=click.Choice(LIST_ORDERS), default="deck", show_default=True, help="What comes first.")
@_common_options
@_as_json
def list_(query: Sequence[str], limit: int | None, order: Any, as_json: bool, **_: Any) -> None:
    """Cards that a query finds: `deck:conv is:due stability<10`; all of them without one."""
    from quizapp import listing

    if tuple(query) == ("-h",):
        click.echo(click.get_current_context().get_help())
        return
    listing.run(query, limit, order, _common(), as_json)


def main() -> NoReturn:
    """Runs `quiz`; every error ends here, in a sentence and an exit code."""
    # Importing makes objects by the hundred thousand, and they all stay: looking for garbage among them again and again
    # would take a tenth of the start. Whoever runs for longer turns the collector on again.
    gc.disable()
    _open_streams()
    code = Exit.OK
    try:
        code = _run()
        sys.stdout.flush()  # while what goes wrong with it can still be said
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        _discard_output()
        click.echo(f"quiz: {error}", err=True)
        code = Exit.ENVIRONMENT
    sys.exit(int(code))


def _run() -> Exit:
    """Runs the command that was asked for."""
    try:
        return Exit(cli.main(prog_name="quiz", standalone_mode=False) or Exit.OK)
    except click.ClickException as error:
        error.show()
        return Exit.BAD_INPUT
    except QuizError as error:
        click.echo(f"quiz: {clean(str(error))}", err=True)
        return error.exit
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except SystemExit:  # click ends so when the reader of our output went away; that is no disagreement
        _discard_output()
        return Exit.OK


def _open_streams() -> None:
    """Has every stream that the caller closed lead nowhere, and the outputs in UTF-8: JSON has to be, and no word of a
    card may depend on the locale."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _discard_output() -> None:
    """Has what is still to be written to standard output go nowhere, so that Python's own end doesn't complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
