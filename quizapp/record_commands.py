"""The commands on the record, the config and deck files, declared. Each imports what it needs inside its function."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import click

from quizapp import paths
from quizapp.common import as_json_option, common, common_options
from quizapp.config import Config, from_environment
from quizapp.errors import Exit, QuizError

LIST_ORDERS = ("deck", "id", "due", "stability", "difficulty", "reviews", "lapses")


@click.command()
@click.option("--list", "list_all", is_flag=True, help="The backups there are.")
@common_options
@as_json_option
def backup(list_all: bool, as_json: bool, **_: Any) -> None:
    """Back the database up now, verified; each day's first answer does so by itself."""
    from quizapp import keeping

    (keeping.list_backups if list_all else keeping.backup)(common(), as_json)


@click.command()
@click.argument("name", required=False, metavar="[BACKUP]")
@click.option("--latest", is_flag=True, help="The newest backup.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@common_options
@as_json_option
def restore(name: str | None, latest: bool, yes: bool, as_json: bool, **_: Any) -> None:
    """Put a backup in the database's place. What is there is backed up first, or kept aside where it is damaged."""
    from quizapp import keeping

    if name is not None and latest:
        raise click.UsageError("Name a backup or give --latest, not both.")
    keeping.restore(keeping.Chosen(name, latest), common(), yes=yes, as_json=as_json)


@click.command()
@click.option("--fix", is_flag=True, help="Back up, then put right what can be.")
@click.option("--quick", is_flag=True, help="Without trying torch.")
@common_options
@as_json_option
def doctor(fix: bool, quick: bool, as_json: bool, **_: Any) -> Exit:
    """Look the database over, and what quiz runs in. Exits with 1 where something is wrong."""
    from quizapp import doctor

    fault: QuizError | None = None
    try:
        given = common()
    except QuizError as error:  # the config file is one of the things that may be ill
        given, fault = common(Config(given=from_environment())), error
    return doctor.run(given, as_json, fix=fix, quick=quick, config_fault=fault)


@click.command()
@click.argument("deck", required=False, metavar="[DECK]")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set an option; with DECK for it alone.")
@click.option("--unset", multiple=True, metavar="NAME", help="Take an option out of the file.")
@click.option("--path", is_flag=True, help="Only say where the config file is.")
@common_options
@as_json_option
def config(
    deck: str | None, settings: Sequence[str], unset: Sequence[str], path: bool, as_json: bool, **_: Any
) -> None:
    """What is configured, for all decks or one, and where it comes from."""
    from quizapp import configuring

    if path:  # also where the file has faults
        click.echo(paths.config())
    elif settings or unset:
        configuring.change(settings, unset, deck, common())
    else:
        configuring.show(deck, common(), as_json)


@click.command()
@click.argument("file")
@common_options
@as_json_option
def export(file: str, as_json: bool, **_: Any) -> None:
    """Every event into FILE.jsonl or FILE.csv; - is standard output."""
    from quizapp import exchange

    exchange.export(file, common(), as_json)


@click.command("import")
@click.argument("file")
@common_options
@as_json_option
def import_(file: str, as_json: bool, **_: Any) -> None:
    """Take in what was exported, or plain reviews from elsewhere; - is standard input."""
    from quizapp import exchange

    exchange.bring_in(file, common(), as_json)


@click.command()
@click.argument("other")
@common_options
@as_json_option
def merge(other: str, as_json: bool, **_: Any) -> None:
    """Take in the reviews of another machine's database, each once."""
    from quizapp import exchange

    exchange.merge(other, common(), as_json)


@click.command()
@click.argument("names", nargs=-1, metavar="[DECK]...")
@common_options
@as_json_option
def stats(names: Sequence[str], as_json: bool, **_: Any) -> None:
    """Reviews, retention against prediction, what is coming, what is hard."""
    from quizapp.stats import run

    run(names, common(), as_json)


# `-is:new` is a word of a query, and so no letter behind a single dash may be an option.
@click.command("list", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--limit", type=click.IntRange(0), help="At most so many cards.")
@click.option("--order", type=click.Choice(LIST_ORDERS), default="deck", show_default=True, help="What comes first.")
@common_options
@as_json_option
def list_(query: Sequence[str], limit: int | None, order: Any, as_json: bool, **_: Any) -> None:
    """Cards that a query finds: `deck:conv is:due stability<10`; all of them without one."""
    from quizapp import listing

    if tuple(query) == ("-h",):
        click.echo(click.get_current_context().get_help())
        return
    listing.run(query, limit, order, common(), as_json)


@click.command()
@click.argument("deck")
@click.option("--card", default="", metavar="ID", help="The id of the card; adds it to a deck that is there.")
@click.option("--verifier", default="", metavar="NAME", help="What computes its answer; quiz compute --list.")
@click.option("--kind", default="", help="The kind of question [default: one that fits the verifier].")
@click.option("--title", default="", help="The title of a new deck.")
@common_options
@as_json_option
def new(as_json: bool, **given: Any) -> None:
    """Begin a deck, or a card of one, from a template that can be asked at once; says what is still to be written."""
    from quizapp import writing

    wanted = writing.Wanted(**{one.name: given[one.name] for one in fields(writing.Wanted)})
    writing.new(wanted, common(), as_json)


@click.command()
@click.argument("card", metavar="CARD")
@common_options
def edit(card: str, **_: Any) -> Exit:
    """Open a card's line, or a deck, in $VISUAL or $EDITOR, and read it again. Exits with 2 where it has faults."""
    from quizapp import mending

    return mending.edit(card, common())


COMMANDS = (backup, restore, doctor, config, export, import_, merge, stats, list_, new, edit)
