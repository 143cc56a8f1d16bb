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


def database_url(flag: str | None = None) -> str:
    """The database: the flag `--db`, else QUIZ_DB, else `quiz.db` in the data folder."""
    # Quoted, since a URL gives `%` and `?` a meaning that a path does not.
    return flag or os.environ.get("QUIZ_DB") or f"sqlite:///{quote(str(home() / 'quiz.db'))}"


def cache() -> Path:
    """The folder of what can be found again, and so be deleted at any time."""
    if chosen := os.environ.get("QUIZ_HOME"):
        return Path(chosen).expanduser() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("quizapp", appauthor=False)
