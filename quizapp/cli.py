"""The command line. Each command imports what it needs inside its function, so that `--help` stays light."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, NoReturn

import click

from quizapp import __version__
from quizapp.common import as_json_option, common, common_options
from quizapp.core.text import clean
from quizapp.errors import Exit, QuizError
from quizapp.record_commands import COMMANDS

DRILL_OPTIONS = ("deck", "count", "cram", "ahead", "tag", "seed", "plain")


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
@common_options
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
    drill.start(wanted, common())


@cli.command()
@common_options
@as_json_option
def decks(as_json: bool, **_: Any) -> None:
    """Decks with their cards, new and due ones."""
    from quizapp import commands

    commands.decks(common(), as_json)


@cli.command()
@click.argument("card")
@_params
@_seed
@common_options
@as_json_option
def show(card: str, params: Sequence[str], seed: int, as_json: bool, **_: Any) -> None:
    """One question with its truth, worked steps and known mistakes."""
    from quizapp import commands

    commands.show(card, params, seed, common(), as_json)


# Negative numbers are answers, not options.
@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("card")
@click.argument("answer")
@_params
@_seed
@common_options
@as_json_option
def check(card: str, answer: str, params: Sequence[str], seed: int, as_json: bool, **_: Any) -> Exit:
    """Judge one answer. Exits with 0 for right, 1 for wrong, 2 for unreadable."""
    from quizapp import commands

    return commands.check(card, answer, params, seed, common(), as_json)


@cli.command()
@click.argument("verifier", required=False)
@_params
@click.option("--list", "list_all", is_flag=True, help="All verifiers with their parameters.")
@common_options
@as_json_option
def compute(verifier: str | None, params: Sequence[str], list_all: bool, as_json: bool, **_: Any) -> None:
    """A verifier as a calculator: quiz compute conv.output_size width=224 kernel=7 stride=2 padding=3"""
    from quizapp import commands

    if list_all:
        commands.list_verifiers(common(), as_json)
    elif verifier is not None:
        commands.compute(verifier, params, common(), as_json)
    else:
        raise click.UsageError("Name a verifier, or give --list to see them all.")


@cli.command()
@click.argument("verifier", required=False, default="")
@_params
@common_options
def lab(verifier: str, params: Sequence[str], **_: Any) -> None:
    """A verifier's laboratory: turn its parameters, and see what the library says at every turn."""
    from quizapp import exploring

    exploring.lab(verifier, params, common())


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
@common_options
@as_json_option
def verify(no_cache: bool, **given: Any) -> Exit:
    """Ask and answer every card, and audit every claim: is anything wrong, or no longer true?

    A PATH is a folder with cards/ and verifiers/. What has not changed since it was last checked is not checked again.
    """
    from quizapp.verify import commands

    names = [one.name for one in fields(commands.Wanted)]
    wanted = commands.Wanted(cached=not no_cache, **{name: given[name] for name in names if name in given})
    return commands.run_verify(wanted, common())


@cli.command()
def schema() -> None:
    """The JSON Schema of deck files, for editors."""
    from quizapp.deck.schema import json_schema
    from quizapp.document import print_json

    print_json(json_schema())


@cli.command()
@click.argument("names", nargs=-1, metavar="[DECK]...")
@click.option("--markdown", "as_markdown", is_flag=True, help="A page with a table for each note.")
@common_options
@as_json_option
def audit(names: Sequence[str], as_markdown: bool, as_json: bool, **_: Any) -> Exit:
    """The claims of the notes, each put to the library."""
    from quizapp.verify import commands

    if as_json and as_markdown:
        raise click.UsageError("Give --json or --markdown, not both.")
    return commands.run_audit(names, common(), as_json=as_json, as_markdown=as_markdown)


for command in COMMANDS:
    cli.add_command(command)


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
