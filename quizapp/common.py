"""The options that every command takes, and what holds of them."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import click

from quizapp import language, paths
from quizapp.config import Config, Rule, load
from quizapp.core.text import Lang
from quizapp.options import device

F = TypeVar("F", bound=Callable[..., Any])

COMMON = ("db", "pack", "device", "lang")


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


def common_options(command: F) -> F:
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


def common(config: Config | None = None) -> Common:
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
    found = Common(**{name: config.option(name) for name in COMMON}, config=config)
    language.use(found.lang)
    return found


as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
