"""Where things are kept: the platform's data folder, unless QUIZ_HOME or a database URL says otherwise."""

import os
from pathlib import Path
from urllib.parse import quote


def home() -> Path:
    """The folder of the learner's data."""
    if chosen := os.environ.get("QUIZ_HOME"):
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("quizapp", appauthor=False)


def database_url(chosen: str | None = None) -> str:
    """The database: the one chosen by a flag, by QUIZ_DB or in the config file, else `quiz.db` in the data folder."""
    return chosen or url_of(home() / "quiz.db")


def url_of(path: Path) -> str:
    """The URL of a database file."""
    # Quoted, since a URL gives `%` and `?` a meaning that a path does not.
    return f"sqlite:///{quote(str(path))}"


def config() -> Path:
    """The config file."""
    if os.environ.get("QUIZ_HOME"):
        return home() / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("quizapp", appauthor=False) / "config.toml"


def cache() -> Path:
    """The folder of what can be found again, and so be deleted at any time."""
    if chosen := os.environ.get("QUIZ_HOME"):
        return Path(chosen).expanduser() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("quizapp", appauthor=False)
