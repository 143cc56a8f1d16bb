"""What can go wrong with a database, in sentences that say what to do."""

from sqlalchemy.exc import DBAPIError

from quizapp.errors import Exit, QuizError

_ELSEWHERE = "or name another database with --db"
_RESTORE = f"nothing was changed; put a copy of it from before in its place, {_ELSEWHERE}"

# SQLite's primary result codes; sqlite3 names them only from Python 3.11 on, and not all of them.
_SENTENCES = {
    5: (
        "the database is busy: another program has been writing to it for more than five seconds",
        "wait until it has finished, then try again",
    ),
    6: ("the database is busy", "try again"),
    8: ("the database can't be written", f"make the file and its folder writable, {_ELSEWHERE}"),
    10: (
        "the disk failed while the database was read or written",
        "check the disk; what was not saved, was not counted",
    ),
    11: ("the database is damaged", _RESTORE),
    13: ("the disk is full; this was not saved", f"make room, then try again, {_ELSEWHERE}"),
    14: ("the database can't be opened", f"check that the folder may be read and written, {_ELSEWHERE}"),
    23: ("the database may not be used", f"check who may read and write it, {_ELSEWHERE}"),
    26: ("this file is not a database", _RESTORE),
}
_SENTENCES[3] = _SENTENCES[23]


def trouble(message: str, where: str, hint: str) -> QuizError:
    """An error of the environment: exit code 3."""
    return QuizError(message, where=where, hint=hint, exit=Exit.ENVIRONMENT)


def explained(error: DBAPIError, where: str) -> QuizError:
    """`error` for the user. where: the database's file."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    message, hint = _SENTENCES.get(code, (f"the database refused: {error.orig}", ""))
    return trouble(message, where, hint)


def foreign(where: str) -> QuizError:
    """The file is another program's, or no database at all."""
    return trouble("this file is not a database of quizapp", where, f"it was left as it is; move it away, {_ELSEWHERE}")


def newer(where: str, found: int, known: int) -> QuizError:
    """The file's schema is of a later version than this quizapp's."""
    return trouble(
        f"this database was made by a newer quizapp (its version is {found}, this quizapp knows {known})",
        where,
        f"it was left as it is; update quizapp, {_ELSEWHERE}",
    )
